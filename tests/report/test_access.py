"""The access matrix as people look at it: one line, a table, a picture, and what was not tried."""

from __future__ import annotations

import re

import msgspec
import pytest

from antiphon.core.source import Source
from antiphon.judge.access import AccessCell, AccessSummary, Untried, counted_cells
from antiphon.judge.verdicts import Outcome, PlayOutcome
from antiphon.report.access import (
    access_entity,
    access_html,
    access_line,
    access_markdown,
    cell_text,
    picture,
    untried_texts,
)
from antiphon.report.markdown import md
from antiphon.run.results import RunSummary, ScenarioResult

PUT, GET, JOIN = "PUT /rooms/:id", "GET /rooms/:id", "emit join"


def cell(operation: str, who: str, expected: str, answered: str, line: int = 10, **more: object) -> AccessCell:
    values = {"kind": "actor", "outcome": Outcome.HELD, "source": Source("target.yaml", line, 1), **more}
    return AccessCell(operation=operation, who=who, expected=expected, answered=answered, **values)  # type: ignore[arg-type]


CELLS = (
    cell("connect", "none", "refused", "refused", 99, kind="token"),
    cell(PUT, "none", "401", "401", kind="token"),
    cell(PUT, "owner", "200", "200"),
    cell(PUT, "member", "403", "200", outcome=Outcome.FAILED, why="answered 200, not 403"),
    cell(PUT, "unknown :id", "404", "404", kind="id"),
    cell(GET, "owner", "200", "", 9, outcome=Outcome.NOT_RUN),
    cell(GET, "nobody", "401", "<b>401</b>", 9, outcome=Outcome.VOID),
    cell(JOIN, "member", "refused", "accepted", 20, kind="room", outcome=Outcome.FAILED),
)
RESULT = ScenarioResult(
    id="access/refusals", title="t", path="target.yaml", line=1, outcome=PlayOutcome.FAILED, cells=CELLS
)
ACCESS = AccessSummary(
    cells=counted_cells(CELLS),
    operations=4,
    actors=("owner", "member"),
    untried=(
        Untried(operation=GET, who="member", why="no status"),
        Untried(operation=GET, who="guest", why="no status"),
        Untried(operation="POST /rooms", why="no row"),
    ),
    unread=(PUT,),
)
SUMMARY = RunSummary(
    id="1",
    version="0.1",
    target="t",
    base_url="http://127.0.0.1",
    profile="target.yaml",
    seed="s",
    started="2026-01-01T00:00:00.000Z",
    scenarios=1,
    access=ACCESS,
)


def test_the_whole_is_told_in_one_line() -> None:
    line = access_line(SUMMARY)
    assert line is not None
    assert line.plain == (
        "access: 4 of 8 cells as the profile says, 2 differ, 1 void, 1 not run"
        " · 4 operations · 2 actors · 3 untried · 1 row not read back"
    )


def test_a_run_without_a_matrix_says_nothing_of_it() -> None:
    plain = msgspec.structs.replace(SUMMARY, access=None)
    assert access_line(plain) is None
    assert access_markdown(plain, [RESULT], md) == []
    assert access_html(plain, [RESULT]) == ""
    assert access_entity(plain, [RESULT]) is None


def test_rows_stand_as_in_the_profile_and_columns_by_actors_tokens_and_ids() -> None:
    drawn = picture(ACCESS, CELLS)
    assert drawn.actors == ("owner", "member", "nobody")
    assert drawn.others == ("token: none", "id: unknown")


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (CELLS[2], "200"),
        (CELLS[3], "200 ≠ 403"),
        (CELLS[5], "200"),
        (CELLS[7], "yes ≠ no"),
        (cell(PUT, "member", "403", "403", outcome=Outcome.FAILED), "403 ≠"),
        (cell(PUT, "member", "[403, 404]", "500", outcome=Outcome.FAILED), "500 ≠ [403, 404]"),
    ],
)
def test_a_cell_shows_what_came_and_where_that_differs_what_should_have_come(one: AccessCell, told: str) -> None:
    assert cell_text(one) == told


def test_the_table_shows_what_differs_and_lists_what_was_not_tried() -> None:
    text = "\n".join(access_markdown(SUMMARY, [RESULT], md))
    assert "| PUT /rooms/:id | 200 | ❌ 200 ≠ 403 |" in text
    assert text.index("GET /rooms/:id") < text.index("PUT /rooms/:id") < text.index("emit join")
    assert "- GET /rooms/:id by member, guest: no status" in text
    assert "- PUT /rooms/:id: nothing reads a refused change back" in text
    assert "<b>" not in text


def test_the_picture_is_coloured_and_safe() -> None:
    page = access_html(SUMMARY, [RESULT])
    assert re.search(
        r'<td class="differs" title="member: expected 403, answered 200: answered 200, not 403">200 ≠ 403', page
    )
    assert '<td class="allowed"' in page
    assert '<td class="refusal"' in page
    assert '<td class="unsure"' in page
    assert "<b>401" not in page


def test_each_cell_is_told_outside() -> None:
    entity = access_entity(SUMMARY, [RESULT])
    assert entity is not None
    assert len(entity["cells"]) == len(CELLS)
    assert entity["counts"] == {"held": 4, "failed": 2, "void": 1, "not run": 1}
    assert entity["notReadBack"] == [PUT]


def test_what_was_not_tried_is_told_once_for_each_operation_and_reason() -> None:
    assert untried_texts(ACCESS) == [
        "GET /rooms/:id by member, guest: no status",
        "POST /rooms: no row",
        "PUT /rooms/:id: nothing reads a refused change back",
    ]
