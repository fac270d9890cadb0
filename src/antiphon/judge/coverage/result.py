"""Holds what was seen against what there is to be covered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from antiphon.core.text import listed
from antiphon.judge.coverage.model import Cell, Coverage, PartCoverage, State
from antiphon.judge.coverage.plan import CoveragePlan, Key, column_of, is_meant
from antiphon.judge.coverage.seen import Seen
from antiphon.target.coverage_model import Excepted, Part

_MOST_NAMED = 3


def coverage_of(plan: CoveragePlan, seen: Seen, *, order: Collection[str] = (), whole: bool = True) -> Coverage:
    """Return what a run covered.

    Args:
        plan: What there is to be covered.
        seen: What was seen.
        order: The names of scenarios in the order in which they are told; others follow by name.
        whole: Whether the whole suite was asked for.
    """
    found = _found(plan, seen)
    exceptions = dict(plan.cells)
    tried = _of_access(plan, seen, exceptions, found)
    named = {play.partition("#")[0] for plays in found.values() for play in plays}
    scenarios = (*(name for name in order if name in named), *sorted(named.difference(order)))
    positions = {name: index for index, name in enumerate(scenarios)}
    parts: dict[Part, list[Cell]] = {}
    for key, exception in exceptions.items():
        by = _positions(found.get(key, ()), positions)
        if by:
            state = State.COVERED
        elif exception is not None:
            state = State.LEFT_OUT
        else:
            state = State.NOT_EXERCISED
        note = exception.because if exception is not None and state is State.LEFT_OUT else tried.get(key, "")
        parts.setdefault(key.part, []).append(Cell(key.row, key.column, state, by, note))
    for key, plays in found.items():
        if key not in exceptions:
            by = _positions(plays, positions)
            parts.setdefault(key.part, []).append(Cell(key.row, key.column, State.MISSING, by))
    return Coverage(
        scenarios=scenarios,
        parts=tuple(PartCoverage(part, tuple(parts[part])) for part in Part if part in parts),
        needless=tuple(_needless(plan, exceptions, found)),
        whole=whole,
    )


def _found(plan: CoveragePlan, seen: Seen) -> dict[Key, set[str]]:
    """Return which cells were seen; those that the plan does not have are missing from the contract."""
    found: dict[Key, set[str]] = {}
    for key, plays in chain(_of_calls(plan, seen), _of_sockets(plan, seen), _of_laws_and_roles(plan, seen)):
        if plays:
            found.setdefault(key, set()).update(plays)
    return found


def _of_calls(plan: CoveragePlan, seen: Seen) -> Iterator[tuple[Key, set[str]]]:
    for (operation, status), plays in seen.statuses.items():
        column = column_of(plan.operations.get(operation, ()), status) or str(status)
        yield Key(plan.part_of(operation, column), str(operation), column), plays
    for (operation, status), plays in seen.unknown.items():
        yield Key(Part.OPERATIONS, str(operation), str(status)), plays


def _of_sockets(plan: CoveragePlan, seen: Seen) -> Iterator[tuple[Key, set[str]]]:
    for name, plays in seen.heard.items():
        if plan.heard:
            yield Key(Part.HEARD, name, "heard"), plays
    for name, answers in seen.emits.items():
        for answer, plays in answers.items():
            key = Key(Part.EMITS, name, answer)
            # What users emit of their own accord is no word of the target's; that it takes it is.
            undocumented = bool(plan.emitted) and name not in plan.emitted and answer == "ok"
            if key in plan.cells or undocumented:
                yield key, plays


def _of_laws_and_roles(plan: CoveragePlan, seen: Seen) -> Iterator[tuple[Key, set[str]]]:
    named = chain(
        ((Key(Part.LAWS, law, case), plays) for (law, case), plays in seen.laws.items()),
        ((Key(Part.ROLES, str(operation), role), plays) for (operation, role), plays in seen.roles.items()),
    )
    return ((key, plays) for key, plays in named if key in plan.cells)


def _of_access(
    plan: CoveragePlan, seen: Seen, cells: dict[Key, Excepted | None], found: dict[Key, set[str]]
) -> dict[Key, str]:
    """Add the cells of the access matrix, and return what is to be said of each."""
    tried: dict[Key, str] = {}
    for cell in seen.access.values():
        key = Key(Part.ACCESS, cell.what, cell.who)
        cells[key] = next((one for one in plan.excepted if is_meant(one, key)), None)
        tried[key] = cell.note
        if cell.outcome != "untried":
            found.setdefault(key, set()).add(cell.scenario)
    return tried


def _positions(plays: Iterable[str], positions: dict[str, int]) -> tuple[int, ...]:
    return tuple(sorted({positions[play.partition("#")[0]] for play in plays}))


def _needless(plan: CoveragePlan, cells: dict[Key, Excepted | None], found: dict[Key, set[str]]) -> Iterable[str]:
    """Yield which exceptions were covered after all, every cell of them, and by whom."""
    for one in plan.excepted:
        keys = [key for key in cells if is_meant(one, key)]
        if keys and all(key in found for key in keys):
            names = sorted({play.partition("#")[0] for key in keys for play in found[key]})
            told = listed(names, limit=_MOST_NAMED)
            yield f"coverage leaves out `{one.text}`, which {told} covered all the same: take it out of `except`"
