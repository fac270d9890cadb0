"""The documentation knows every command, option, variable, setting, defect and exit code, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import made_pages
from antiphon.cli import edge
from antiphon.judge import outcomes
from made_parts import commands
from threadfilesharing.defects.catalogue import CATALOGUE

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
TERMINAL = {"NO_COLOR", "TERM"}
PAGES = [path.relative_to(ROOT).as_posix() for path in made_pages.pages()]


@pytest.mark.parametrize("page", PAGES)
def test_what_is_made_in_a_page_is_true(page: str) -> None:
    text = (ROOT / page).read_text()
    assert made_pages.filled(text, play=False) == text, "`make pages` makes it true again"


def test_a_page_that_is_not_true_is_noticed() -> None:
    page = "<!-- made: defects -->\n| something else |\n<!-- end -->"
    made = made_pages.filled(page, play=False)
    assert "something else" not in made
    assert made_pages.filled(made, play=False) == made
    with pytest.raises(made_pages.UnknownPart):
        made_pages.filled("<!-- made: coffee -->\n<!-- end -->", play=False)


def test_every_command_and_option_is_in_the_reference() -> None:
    page = (REFERENCE / "commands.md").read_text()
    sections = dict(re.findall(r"^## `antiphon ?(\w*)`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert {command.name for command in commands()} == sections.keys()
    for command in commands():
        for option in command.options:
            assert f"`{option.written}`" in sections[command.name]
            assert option.means, f"{command.name} {option.written} says nothing of itself"


def test_the_variables_of_the_reference_are_those_that_are_read() -> None:
    source = ROOT / "src" / "antiphon" / "run" / "environment.py"
    texts = {node.value for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Constant)}
    read = {text for text in texts if isinstance(text, str) and re.fullmatch(r"[A-Z]+(_[A-Z]+)+", text)}
    told = set(re.findall(r"^\| `([A-Z_]+)`", (REFERENCE / "environment.md").read_text(), re.MULTILINE))
    assert told == read | TERMINAL


def test_the_exit_codes_of_the_reference_are_those_that_are_used() -> None:
    names = {**vars(edge), **vars(outcomes)}
    used = {value for name, value in names.items() if name.startswith("EXIT_")} | {0}
    told = re.findall(r"^\| (\d+) \|", (REFERENCE / "exit-codes.md").read_text(), re.MULTILINE)
    assert {int(code) for code in told} == used


def test_every_option_of_the_reference_application_is_told() -> None:
    from threadfilesharing.cli import _parser

    page = (REFERENCE / "reference-application.md").read_text()
    for action in _parser()._actions:
        for written in action.option_strings:
            assert re.search(rf"`{re.escape(written)}[` ]", page) or written in ("-h", "--help"), written


def test_every_planted_defect_names_a_scenario_of_the_suite() -> None:
    suite = ROOT / "src" / "threadfilesharing" / "suite" / "scenarios"
    for defect in CATALOGUE:
        named = defect.found_by.scenario
        assert (suite / named).is_file() if named else defect.found_by.by != "scenario", defect.name


def test_every_page_is_named_by_the_contents() -> None:
    index = (ROOT / "docs" / "index.md").read_text()
    for page in sorted((ROOT / "docs").glob("*/*.md")):
        name = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        assert name in index or name.startswith("decisions/0"), name


def test_every_decision_says_what_why_and_on_what_evidence() -> None:
    for page in sorted((ROOT / "docs" / "decisions").glob("0*.md")):
        text = page.read_text()
        assert all(f"**{word}.**" in text for word in ("What", "Why", "Evidence")), page.name
