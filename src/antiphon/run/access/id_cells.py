"""The cells of ids: in each place of a path an id that nothing has, one that is none, and one of something deleted."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from antiphon.judge.access import AccessCell, Untried
from antiphon.language.call import CallSpec, StatusSpec
from antiphon.run.access.ids import parameters, with_malformed, with_that_of, with_unknown
from antiphon.run.access.matrix import Matrix, Needs, Row
from antiphon.run.access.plan import Group, PlannedCell, Prepared
from antiphon.run.access.token_cells import carrier
from antiphon.run.access.trying import call_steps
from antiphon.scenario.step_model import Actor, CallStep
from antiphon.target.access.model import ID_KINDS, IdKind


class IdCells(Struct):
    """The cells of ids.

    Attributes:
        shared: They change nothing.
        alone: Those of what was deleted, with users of their own for each thing.
    """

    shared: list[PlannedCell] = field(default_factory=list)
    alone: list[Group] = field(default_factory=list)


def id_cells(matrix: Matrix) -> tuple[IdCells, list[Untried]]:
    """Return the cells of all kinds of ids over all rows, and those that cannot be tried."""
    found, untried = IdCells(), list[Untried]()
    deleted: dict[tuple[str, str], list[PlannedCell]] = {}
    for row in _distinct_rows(matrix):
        who = carrier(row, matrix)
        for kind in ID_KINDS:
            status = row.ids.get(kind, dict(matrix.ids).get(kind))
            for at, name in parameters(row.call):
                if status is None or not who:
                    untried.append(Untried(operation=row.operation, who=f"id: {kind} {name}", why="no status"))
                elif kind == "deleted":
                    remover = _remover(row, at, matrix)
                    if remover is None:
                        why = f"no row deletes {'/'.join(row.call.template.split('/')[: at + 1])}"
                        untried.append(Untried(operation=row.operation, who=f"id: {kind} {name}", why=why))
                        continue
                    cell = _cell(matrix, row, who, kind, name, status, with_that_of(row.call, at, remover.call))
                    deleted.setdefault((remover.operation, row.prelude.own), []).append(
                        _behind_removal(cell, remover, matrix)
                    )
                else:
                    call = with_unknown(row.call, at) if kind == "unknown" else with_malformed(row.call, at)
                    found.shared.append(_cell(matrix, row, who, kind, name, status, call))
    preludes = {(row.operation, row.name): row.prelude for row in matrix.rows}
    for (operation, _), cells in deleted.items():
        prelude = preludes[cells[0].cell.operation, cells[0].cell.row]
        name = operation.lower().replace("delete ", "").replace("/:", "/").strip("/").replace("/", "-")
        title = f"ids that are gone after {operation}"
        found.alone.append(Group(id=f"access/deleted/{name}", title=title, prelude=prelude, cells=tuple(cells)))
    return found, untried


def _distinct_rows(matrix: Matrix) -> Iterator[Row]:
    """Yield one row of each operation that has ids in its path."""
    seen = set()
    for row in matrix.rows:
        if row.operation not in seen and parameters(row.call):
            seen.add(row.operation)
            yield row


def _remover(row: Row, at: int, matrix: Matrix) -> Row | None:
    """Return the row that deletes what stands at a place of a row's path: a DELETE of a path that ends there.

    A path with ids before that one is passed over: it mostly ends a relation, and not the thing itself.
    """
    template = "/".join(row.call.template.split("/")[: at + 1])
    for other in matrix.rows:
        if other.call.method == "DELETE" and other.call.template == template and other.allowed:
            alike = other.prelude.own in ("", row.prelude.own)
            if alike and len(parameters(other.call)) == 1:
                return other
    return None


def _cell(
    matrix: Matrix, row: Row, who: str, kind: IdKind, name: str, status: StatusSpec, call: CallSpec
) -> PlannedCell:
    told = f"{who}, with {'an' if kind == 'unknown' else 'a'} {kind} {name}"
    # What is read back is the row's own thing, which must not have been changed in place of another one.
    steps, before, needs = call_steps(matrix, row, who, status, call=call, told=told)
    if kind == "deleted":
        steps, before = steps[:1], ()
    cell = AccessCell(
        operation=row.operation,
        kind="id",
        who=f"{kind} {name}",
        expected=status.text,
        row=row.name,
        source=status.source or row.source,
    )
    return PlannedCell(cell=cell, steps=steps, before=before, needs=needs, is_heard=row.changes)


def _behind_removal(cell: PlannedCell, remover: Row, matrix: Matrix) -> PlannedCell:
    by = remover.allowed[0]
    step = CallStep(
        number="",
        label=f"{by}: DELETE {remover.call.path.text}",
        source=remover.source,
        actor=Actor(name=by, source=remover.source),
        call=remover.call,
        must=True,
    )
    needs = remover.needs | Needs(acting=frozenset({by}))
    removed = Prepared(key=f"removed {remover.operation}", steps=(step,), needs=needs)
    return PlannedCell(
        cell=cell.cell, steps=cell.steps, before=(removed,), needs=cell.needs | needs, is_heard=cell.is_heard
    )
