"""Scenarios with `examples`, from the list of a suite to the reports of its run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Here, Small

CSV = "name,path,status\nwhat is there,/fine/1,200\nwhat is not,/nowhere,404\n"


@pytest.fixture
def rows(here: Here, small: Small) -> Here:
    """A suite with one scenario for two rows, and another one."""
    asking = here.scenario(
        "an answer is as it should be",
        "examples: data/cases.csv",
        "steps:",
        "  - nobody: GET {{ row.path }}",
        '    status: "{{ row.status }}"',
    )
    here.suite(small.url, asked=asking, other=here.asks("another", "/fine/2"))
    here.write("data/cases.csv", CSV)
    return here


def asked(small: Small) -> list[str]:
    return [path for _, path, _ in small.asked if path != "/health"]


def test_each_row_is_listed_and_planned(rows: Here, small: Small) -> None:
    assert rows.antiphon("run", "--list").out.splitlines() == [
        "asked[what is there]  an answer is as it should be [what is there]",
        "asked[what is not]    an answer is as it should be [what is not]",
        "other                 another",
        "3 scenarios",
    ]
    assert rows.antiphon("run", "--dry-run").out.count("GET {{ row.path }}") == 2
    assert small.asked == []


def test_each_row_is_played_and_has_a_result_of_its_own(rows: Here, small: Small) -> None:
    said = rows.antiphon("run")
    assert said.code == 0
    assert asked(small) == ["/fine/1", "/nowhere", "/fine/2"]
    assert list(rows.results(said.run_id)) == ["asked[what is there]", "asked[what is not]", "other"]


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("asked", ["/fine/1", "/nowhere"]),
        ("asked[what is not]", ["/nowhere"]),
        ("an answer is as it should be [what is there]", ["/fine/1"]),
    ],
)
def test_one_row_or_all_of_them_may_be_chosen(rows: Here, small: Small, name: str, paths: list[str]) -> None:
    assert rows.antiphon("run", "--only", name).code == 0
    assert asked(small) == paths


def test_only_the_row_that_failed_is_played_again(rows: Here, small: Small) -> None:
    rows.write("data/cases.csv", CSV.replace("/nowhere,404", "/nowhere,410"))
    said = rows.antiphon("run")
    assert said.code == 1
    assert "failed  asked[what is not]:5  GET :… answered 404, not 410" in said.out
    small.asked.clear()
    rows.write("data/cases.csv", CSV)
    assert rows.antiphon("run", "--last-failed").code == 0
    assert asked(small) == ["/nowhere"]


def test_reports_name_each_row(rows: Here, tmp_path: Path) -> None:
    assert rows.antiphon("run", "--report", str(tmp_path / "told")).code == 0
    for report in ("junit.xml", "report.html", "report.md"):
        text = (tmp_path / "told" / report).read_text().replace("\\", "")
        assert "asked[what is there]" in text, report
        assert "asked[what is not]" in text, report


def test_a_row_s_result_can_be_shown_by_its_name(rows: Here) -> None:
    run = rows.antiphon("run").run_id
    said = rows.antiphon("show", run, "asked[what is not]")
    assert said.code == 0
    assert "GET" in said.out


def test_what_is_wrong_with_the_file_is_told_with_its_line(rows: Here) -> None:
    rows.write("data/cases.csv", "name,path,status\nhalf\n")
    said = rows.antiphon("check")
    assert said.code == 2
    assert "--> data/cases.csv:2:1" in said.err + said.out
    assert "1 value in a row, and 3 columns" in said.err + said.out


def test_no_file_outside_of_the_suite_is_read(rows: Here, tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text(CSV)
    text = (rows.folder / "scenarios/asked.yaml").read_text()
    rows.write("scenarios/asked.yaml", text.replace("data/cases.csv", "../outside.csv"))
    said = rows.antiphon("check")
    assert said.code == 2
    assert "`../outside.csv` leaves the suite's folder" in said.err + said.out
