"""The examples of the documentation: whole files and the blocks between the words, all of them read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from antiphon.scenario.compiler import SuiteFile

DOCS = Path(__file__).resolve().parents[2] / "docs"

_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PLAYED = re.compile(r"<!-- made: file docs/examples/.*?<!-- end -->", re.DOTALL)
_AROUND_STEPS = """scenario: around an example
inputs: {room: {id: r, isPrivate: true}, message: {id: m}}
users: {alice: {role: OWNER}, bob: {role: MEMBER}, carol: {role: MEMBER}}
steps:
"""


@dataclass(frozen=True)
class Block:
    """A block of YAML in a page."""

    page: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    text = _PLAYED.sub(lambda found: "\n" * found[0].count("\n"), page.read_text())  # read with a profile of its own
    name = page.relative_to(DOCS).as_posix()
    return [Block(name, text.count("\n", 0, found.start()) + 2, found[1]) for found in _BLOCK.finditer(text)]


PAGES = [DOCS / "reference" / name for name in ("scenario-language.md", "profile.md", "laws.md", "access.md")]
BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def test_the_first_examples_are_a_profile_and_a_scenario_without_a_problem(reader: Any) -> None:
    target = reader.target((DOCS / "examples" / "first" / "target.yaml").read_text(), "target.yaml")
    suite = reader.suite(reader.files(DOCS / "examples" / "first"), target.vocabulary)
    assert [scenario.id for scenario in suite.scenarios] == ["first"]


def test_every_page_of_the_reference_has_examples() -> None:
    assert {block.page for block in BLOCKS} == {page.relative_to(DOCS).as_posix() for page in PAGES}


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_every_example_of_a_page_is_read_without_a_problem(reader: Any, packaged: Any, block: Block) -> None:
    word = block.text.split(":")[0]
    if word == "target":
        reader.target(block.text, str(block))
        return
    text = block.text
    if word not in ("scenario", "fragment"):
        assert text.startswith("- "), f"{block}: an example is a file, or a list of steps"
        text = _AROUND_STEPS + text
    reader.suite([*packaged.fragments, SuiteFile(f"scenarios/{block}.yaml", text)], packaged.target.vocabulary)
