"""Groups of cells as scenarios that the ordinary engine plays, and which of their steps speak of which cell."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from antiphon.run.access.matrix import Matrix
from antiphon.run.access.plan import Group, PlannedCell
from antiphon.scenario.deriving import derived_events, derived_listens, derived_operations, derived_type
from antiphon.scenario.model import Priority, Scenario
from antiphon.scenario.step_model import Step

CATEGORY = "access"


class GroupPlay(Struct, frozen=True, kw_only=True):
    """One play of cells.

    Attributes:
        scenario: What is played.
        group: Whose cells they are.
        cells: Those of them that are played here.
        steps: Step's number → the positions of the cells that it speaks of; one that prepares speaks of none.
        first: Position of a cell → the number of the step that tries it.
        part: How often the group was begun before.
    """

    scenario: Scenario
    group: Group
    cells: tuple[PlannedCell, ...]
    steps: dict[str, tuple[int, ...]]
    first: tuple[str, ...]
    part: int = 0


def group_play(matrix: Matrix, group: Group, cells: Sequence[PlannedCell] | None = None, *, part: int = 0) -> GroupPlay:
    """Return the play of a group, or of those of its cells that are still to be played.

    Args:
        matrix: The whole.
        group: Cells that share users.
        cells: Those that are left; None: all.
        part: How often the group was begun before.
    """
    chosen = tuple(cells if cells is not None else group.cells)
    steps: list[Step] = list(group.prelude.steps)
    spoken: dict[str, tuple[int, ...]] = {}
    first: list[str] = []
    done: set[str] = set()

    def add(step: Step, about: tuple[int, ...]) -> str:
        number = str(len(steps) + 1)
        steps.append(replace(step, number=number))
        spoken[number] = about
        return number

    for position, cell in enumerate(chosen):
        for prepared in cell.before:
            if prepared.key not in done:
                done.add(prepared.key)
                for step in prepared.steps:
                    add(step, ())
        first.append(add(cell.steps[0], (position,)))
        for step in cell.steps[1:]:
            add(step, (position,))
    if cells is None:
        for step, about in group.afterwards:
            add(step, about)
    needs = [cell.needs for cell in chosen]
    needs += [prepared.needs for cell in chosen for prepared in cell.before]
    users = matrix.cast((group.prelude.needs, *needs), all_hear=any(cell.is_heard for cell in chosen))
    scenario = Scenario(
        id=group.id if not part else f"{group.id}~{part + 1}",
        title=group.title if not part else f"{group.title} (the rest)",
        path=matrix.path,
        source=chosen[0].cell.source,
        text=matrix.text,
        type=derived_type(steps),
        category=CATEGORY,
        priority=Priority.HIGH,
        retries=0,
        timeout_s=300.0,
        users=users,
        steps=tuple(steps),
        operations=derived_operations(steps),
        events=derived_events(steps),
        listens=derived_listens(users, steps),
    )
    return GroupPlay(scenario=scenario, group=group, cells=chosen, steps=spoken, first=tuple(first), part=part)
