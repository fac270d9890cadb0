"""What a run covered, as each report tells it: shares, the worst gaps first, reasons, and nothing that is obeyed."""

from __future__ import annotations

import json

import msgspec
import pytest

from antiphon.judge.coverage.model import Cell, Coverage, PartCoverage, State
from antiphon.report.console import summary_text
from antiphon.report.coverage import coverage_entity, coverage_lines, gaps_of
from antiphon.report.coverage_html import coverage_html
from antiphon.report.coverage_markdown import coverage_markdown
from antiphon.report.html import html_report
from antiphon.report.json_report import json_report
from antiphon.report.markdown import markdown_report, md
from antiphon.target.coverage_model import Part

COVERED, OPEN, OUT, MISSING = State.COVERED, State.NOT_EXERCISED, State.LEFT_OUT, State.MISSING
HOSTILE = "\x1b[2J<script>alert(1)</script>|`a`[x](javascript:alert(1))\n::error::boo ##[error]x"
COVERAGE = Coverage(
    scenarios=("messaging/fanout", "rooms/made"),
    parts=(
        PartCoverage(
            Part.OPERATIONS,
            (
                Cell("POST /rooms", "201", COVERED, (0, 1)),
                Cell("POST /rooms", "413", OPEN),
                Cell("POST /rooms", "429", OUT, note="the limiter is not here"),
                Cell("DELETE /rooms/:id", "204", OPEN),
                Cell("DELETE /rooms/:id", "404", OPEN),
                Cell("GET /rooms", "418", MISSING, (1,)),
            ),
        ),
        PartCoverage(Part.HEARD, (Cell("said", "heard", COVERED, (0,)), Cell("sung", "heard", OPEN))),
        PartCoverage(Part.EMITS, (Cell("join", "ok", COVERED, (0,)), Cell("join", "refused", COVERED, (1,)))),
        PartCoverage(Part.LAWS, (Cell("all hear", "heard", OPEN), Cell("all hear", "refused", OPEN))),
        PartCoverage(Part.ROLES, (Cell("POST /rooms", "OWNER", COVERED, (0,)), Cell("POST /rooms", "GUEST", OPEN))),
        PartCoverage(Part.SERVER_ERRORS, (Cell("POST /rooms", "500", OPEN),)),
    ),
)


def lines(coverage: Coverage) -> list[str]:
    return [line.plain for line in coverage_lines(coverage)]


def test_the_console_tells_the_shares_and_the_worst_gaps() -> None:
    shares, gaps = lines(COVERAGE)
    assert shares == (
        "coverage operations 25 % (1 of 4)  heard 50 % (1 of 2)  emits 100 %  laws 0 % (0 of 2)  roles 50 % (1 of 2)"
        " · 1 left out · 1 missing from the contract"
    )
    assert gaps == (
        "not exercised: DELETE /rooms/:id (never called)  sung (never heard)  all hear (never put to the proof)"
        "  POST /rooms -> 413  POST /rooms -> GUEST"
    )


def test_many_gaps_are_counted() -> None:
    cells = tuple(Cell(f"GET /{number}", "200", OPEN) for number in range(9))
    told = lines(Coverage(parts=(PartCoverage(Part.OPERATIONS, cells),)))[1]
    assert told.endswith("GET /4 (never called)  … 4 more in the report")


def test_of_a_part_of_a_suite_the_console_tells_nothing_and_of_nothing_neither() -> None:
    assert lines(msgspec.structs.replace(COVERAGE, whole=False)) == []
    assert lines(Coverage()) == []
    assert lines(Coverage(parts=(PartCoverage(Part.SERVER_ERRORS, (Cell("GET /", "500", OPEN),)),))) == []


def test_whole_coverage_has_no_gaps_to_tell() -> None:
    assert lines(Coverage(parts=(COVERAGE.part(Part.EMITS),))) == ["coverage emits 100 %"]


def test_a_row_of_a_role_is_never_told_as_a_whole() -> None:
    cells = (Cell("GET /", "OWNER", OPEN), Cell("GET /", "GUEST", OPEN))
    (gap,) = gaps_of(Coverage(parts=(PartCoverage(Part.ROLES, cells),)))
    assert gap.told == "GET / -> OWNER, GUEST"


def test_the_summary_of_a_run_ends_with_it(run) -> None:
    summary = msgspec.structs.replace(run.summary, coverage=COVERAGE)
    told = summary_text(summary, run.results).plain
    assert "\ncoverage operations 25 %" in told
    assert "coverage" not in summary_text(run.summary, run.results).plain


def test_json_has_every_cell_with_those_who_cover_it(run) -> None:
    summary = msgspec.structs.replace(run.summary, coverage=COVERAGE)
    told = json.loads(json_report(summary, run.results, run.entries))["run"]["coverage"]
    assert told == coverage_entity(COVERAGE)
    operations, *_, errors = told["parts"]
    assert {name: operations[name] for name in operations if name != "cells"} == {
        "name": "operations",
        "counted": True,
        "share": 0.25,
        "covered": 1,
        "countable": 4,
        "leftOut": 1,
        "missing": 1,
    }
    assert operations["cells"][0] == {
        "row": "POST /rooms",
        "column": "201",
        "state": "covered",
        "scenarios": ["messaging/fanout", "rooms/made"],
        "note": None,
    }
    assert operations["cells"][2]["note"] == "the limiter is not here"
    assert (errors["counted"], errors["share"]) == (False, None)


def test_markdown_has_shares_gaps_reasons_and_what_is_missing() -> None:
    assert coverage_markdown(COVERAGE, md) == [
        "### Coverage",
        "",
        "| Part | Covered | Share | Left out | Missing from the contract |",
        "|---|---:|---:|---:|---:|",
        "| operations | 1 of 4 | 25 % | 1 | 1 |",
        "| heard | 1 of 2 | 50 % | 0 | 0 |",
        "| emits | 2 of 2 | 100 % | 0 | 0 |",
        "| laws | 0 of 2 | 0 % | 0 | 0 |",
        "| roles | 1 of 2 | 50 % | 0 | 0 |",
        "| server errors | 0 of 1 | \u2013 | 0 | 0 |",
        "",
        "<details><summary>Not exercised: 5</summary>",
        "",
        "| Part | What | Where |",
        "|---|---|---|",
        "| operations | DELETE /rooms/:id | everywhere |",
        "| heard | sung | everywhere |",
        "| laws | all hear | everywhere |",
        "| operations | POST /rooms | 413 |",
        "| roles | POST /rooms | GUEST |",
        "",
        "</details>",
        "",
        "<details><summary>Left out: 1</summary>",
        "",
        "| What | Why |",
        "|---|---|",
        "| POST /rooms -&gt; 429 | the limiter is not here |",
        "",
        "</details>",
        "",
        "<details><summary>Missing from the contract: 1</summary>",
        "",
        "| What | Seen by |",
        "|---|---|",
        "| GET /rooms -&gt; 418 | rooms/made |",
        "",
        "</details>",
        "",
    ]


def test_markdown_tells_of_many_rows_that_there_are_more() -> None:
    cells = tuple(Cell(f"GET /{number}", "200", OPEN) for number in range(70))
    told = coverage_markdown(Coverage(parts=(PartCoverage(Part.OPERATIONS, cells),), whole=False), md)
    assert "Only a part of the suite was played." in told
    assert "… 10 more, all of them in the HTML report." in told
    assert coverage_markdown(Coverage(), md) == []


def test_the_page_has_a_table_of_rows_by_columns_that_leads_to_scenarios() -> None:
    told = coverage_html(COVERAGE, {"messaging/fanout": "scenario-7"})
    assert "<h2>Coverage</h2>" in told
    assert '<td class="covered" title="covered: messaging/fanout, rooms/made"><a href="#scenario-7">2</a></td>' in told
    assert '<td class="covered" title="covered: rooms/made">1</td>' in told
    assert '<td class="gap" title="not exercised">✗</td>' in told
    assert '<td class="left-out" title="left out: the limiter is not here">○</td>' in told
    assert '<td class="missing" title="missing from the contract: rooms/made">! 1</td>' in told
    assert '<td class="left-out" title="not exercised">\u2013</td>' in told
    assert '<td>the limiter is not here</td><td class="quiet">POST /rooms -&gt; 429</td>' in told
    assert told.index("<th>201</th>") < told.index("<th>204</th>") < told.index("<th>413</th>")
    assert told.count("<details>") == len(COVERAGE.parts)
    assert coverage_html(Coverage(), {}) == ""


def test_a_page_of_a_part_of_a_suite_says_so_and_long_tables_are_cut() -> None:
    cells = tuple(Cell(f"GET /{number}", "200", COVERED, tuple(range(20))) for number in range(1_005))
    names = tuple(f"s{number}" for number in range(20))
    coverage = Coverage(scenarios=names, parts=(PartCoverage(Part.OPERATIONS, cells),), whole=False)
    told = coverage_html(coverage, {})
    assert "Only a part of the suite was played" in told
    assert "… 5 more" in told
    assert "s11 and 8 more" in told


@pytest.mark.parametrize("part", list(Part))
@pytest.mark.parametrize("state", list(State))
def test_nothing_that_stands_in_it_is_obeyed(run, part: Part, state: State) -> None:
    cell = Cell(HOSTILE, HOSTILE, state, (0,), HOSTILE)
    hostile = Coverage(scenarios=(HOSTILE,), parts=(PartCoverage(part, (cell,)),), needless=(HOSTILE,))
    summary = msgspec.structs.replace(run.summary, coverage=hostile)
    page = html_report(summary, run.results, run.entries)
    assert "<script" not in page
    markdown = markdown_report(summary, run.results)
    console = summary_text(summary, run.results).plain
    for told in (page, markdown, console):
        assert "\x1b" not in told
        assert "\n::error" not in told
        assert "##[error]" not in told
    assert "<script" not in markdown
    assert "[x](javascript" not in markdown
    assert "##[" not in json_report(summary, run.results).decode()
