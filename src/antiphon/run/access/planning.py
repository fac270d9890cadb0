"""The plan of the access matrix: every cell that the profile speaks of, the users that cells share, and what is left.

Who reads, or is refused, changes nothing: such cells share users. A cell that may change something has users of its
own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from antiphon.judge.access import AccessCell, Untried
from antiphon.language.call import StatusSpec
from antiphon.run.access.id_cells import id_cells
from antiphon.run.access.matrix import Matrix, Needs, Room, Row
from antiphon.run.access.plan import Group, Plan, PlannedCell
from antiphon.run.access.token_cells import connect_cells, refresh_cell, token_cells
from antiphon.run.access.trying import call_steps, emit_step, heard_by_none
from antiphon.scenario.step_model import Step
from antiphon.target.access.model import NOBODY
from antiphon.target.access.section import allows, refuses

_ONE = {"reads": "read", "refusals": "refused", "tokens": "token"}
AT_MOST = 40
"""Cells that share users; more would let one play take long while others have ended."""
AT_MOST_HEARD = 15
"""The same where nobody may hear of each: every fence is an emit, and a target lets a socket send so many a second."""


def plan_matrix(matrix: Matrix, *, can_sign: bool) -> Plan:
    """Return what is played of a matrix, and what is not.

    Args:
        matrix: The profile's.
        can_sign: Whether the target's secret is known, so that tokens can be signed that it would take.
    """
    untried: list[Untried] = list(_left_out(matrix))
    shared: list[PlannedCell] = []
    groups: list[Group] = []
    for row in matrix.rows:
        for actor, status in row.answers.items():
            cell = _actor_cell(matrix, row, actor, status)
            if row.changes and allows(status):
                name = f"{_slug(row.operation)}{_behind(row.name)}/{actor}"
                title = f"{actor} may {row.operation}"
                groups.append(Group(id=f"access/{name}", title=title, prelude=row.prelude, cells=(cell,)))
            else:
                shared.append(cell)
    tokens, left = token_cells(matrix, can_sign=can_sign)
    untried += left
    ids, left = id_cells(matrix)
    untried += left
    plain = [*shared, *ids.shared]
    every = (
        *_sharing("reads", "what is read", [cell for cell in plain if not cell.is_heard], matrix),
        *_sharing("refusals", "what is refused", [cell for cell in plain if cell.is_heard], matrix),
        *_sharing("tokens", "tokens that are refused", tokens, matrix),
        *ids.alone,
        *connect_cells(matrix, can_sign=can_sign),
        *refresh_cell(matrix),
        *(group for room in matrix.rooms for group in _room_groups(matrix, room)),
        *groups,
    )
    return Plan(
        groups=tuple(_distinct(every)),
        untried=tuple(untried),
        unread=tuple(dict.fromkeys(_unread(matrix))),
        actors=matrix.actors,
    )


def _actor_cell(matrix: Matrix, row: Row, actor: str, status: StatusSpec) -> PlannedCell:
    steps, before, needs = call_steps(matrix, row, actor, status)
    cell = AccessCell(
        operation=row.operation,
        kind="actor",
        who=actor,
        expected=status.text,
        row=row.name,
        source=status.source or row.source,
    )
    return PlannedCell(cell=cell, steps=steps, before=before, needs=needs, is_heard=row.changes and refuses(status))


def _sharing(name: str, title: str, cells: Sequence[PlannedCell], matrix: Matrix) -> Iterator[Group]:
    """Yield cells that share users, as many in each group as are played in reasonable time."""
    rows = {(row.operation, row.name): row.prelude for row in matrix.rows}

    def own(cell: PlannedCell) -> str:
        return rows[cell.cell.operation, cell.cell.row].own

    for behind, some in groupby(sorted(cells, key=own), key=own):
        every = list(some)
        prelude = rows[every[0].cell.operation, every[0].cell.row]
        count = -(-len(every) // (AT_MOST_HEARD if any(cell.is_heard for cell in every) else AT_MOST))
        size = -(-len(every) // count)
        for number in range(count):
            part = tuple(every[number * size : (number + 1) * size])
            yield Group(
                id=f"access/{name}/{_ONE[name]}{_behind(behind)}-{number + 1}",
                title=f"{title}: {part[0].cell.operation} … {part[-1].cell.operation}",
                prelude=prelude,
                cells=part,
            )


def _room_groups(matrix: Matrix, room: Room) -> Iterator[Group]:
    """Yield those who are refused an emit, and those who may do it, each with users of their own."""
    refused = [name for name in matrix.actors if name not in room.may and _connects(matrix, name)]
    allowed = [name for name in room.may if _connects(matrix, name)]
    name = f"access/emit-{_slug(room.emit)}{_behind(room.name)}"
    if refused:
        cells = tuple(_room_cell(matrix, room, actor, refused=True) for actor in refused)
        afterwards: tuple[tuple[Step, tuple[int, ...]], ...] = ()
        if room.then is not None:
            afterwards = ((heard_by_none(room.then, refused, room.source), tuple(range(len(cells)))),)
        yield Group(
            id=f"{name}/refused",
            title=f"emit {room.emit} is refused",
            prelude=room.prelude,
            cells=cells,
            afterwards=afterwards,
        )
    if allowed:
        cells = tuple(_room_cell(matrix, room, actor, refused=False) for actor in allowed)
        yield Group(id=f"{name}/accepted", title=f"emit {room.emit} is accepted", prelude=room.prelude, cells=cells)


def _connects(matrix: Matrix, actor: str) -> bool:
    return any(user.connect for user in matrix.users if user.name == actor)


def _room_cell(matrix: Matrix, room: Room, actor: str, *, refused: bool) -> PlannedCell:
    cell = AccessCell(
        operation=f"emit {room.emit}",
        kind="room",
        who=actor,
        expected="refused" if refused else "accepted",
        row=room.name,
        source=room.source,
    )
    needs = room.needs | Needs(on_socket=frozenset({actor}))
    steps = (emit_step(matrix, room, actor, refused=refused),)
    return PlannedCell(cell=cell, steps=steps, needs=needs, is_heard=refused)


# --- what is left out


def _left_out(matrix: Matrix) -> Iterator[Untried]:
    tried = {row.operation for row in matrix.rows}
    for operation in matrix.operations:
        if str(operation) not in tried:
            yield Untried(operation=str(operation), why="no row")
    answered: dict[str, set[str]] = {}
    for row in matrix.rows:
        answered.setdefault(row.operation, set()).update(row.answers)
    public = {str(operation) for operation in matrix.public}
    for name, actors in answered.items():
        for actor in matrix.actors:
            if actor not in actors and not (name in public and NOBODY in actors):
                yield Untried(operation=name, who=actor, why="no status")
    emits = {room.emit for room in matrix.rooms}
    for emit in matrix.emits:
        if emit not in emits:
            yield Untried(operation=f"emit {emit}", why="not among `rooms`")


def _unread(matrix: Matrix) -> Iterator[str]:
    for row in matrix.rows:
        if row.changes and not row.reads and any(refuses(status) for status in row.answers.values()):
            yield row.operation


# --- names


def _slug(operation: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", operation.lower()).strip("-")


def _behind(name: str) -> str:
    return f"-{name.replace(' ', '-')}" if name else ""


def _distinct(groups: Sequence[Group]) -> Iterator[Group]:
    """Yield the groups; where two have one name, the later one gets a number."""
    seen: dict[str, int] = {}
    for group in groups:
        seen[group.id] = seen.get(group.id, 0) + 1
        yield group if seen[group.id] == 1 else replace(group, id=f"{group.id}~{seen[group.id]}")
