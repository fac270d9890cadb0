"""What becomes of tests whose program is missing, tried with the conftest that all tests share."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.tools.sample import WORKERS, run_sample

TESTS = Path(__file__).resolve().parents[1]
PROGRAMS = TESTS.parent / ".ci" / "programs"
SAMPLE = """
import pytest

@pytest.mark.needs("no-such-program")
def test_with_it(): assert True

@pytest.mark.needs("no-such-program", "nor-this-one")
def test_with_both(): assert True

@pytest.mark.needs("python3")
def test_with_what_is_here(): assert True

def test_without(): assert True
"""


@pytest.fixture(params=[(), WORKERS], ids=["one process", "workers"])
def said(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """What the test runner says about the sample, with everything required or not."""

    def run(require_all: str) -> str:
        return run_sample(tmp_path, SAMPLE, *request.param, REQUIRE_ALL=require_all).stdout

    return run


def test_a_missing_program_leaves_its_tests_out_by_name_and_with_the_reason(said: Callable[[str], str]) -> None:
    text = said("")
    assert "test_sample.py::test_with_it needs no-such-program\n" in text
    assert "test_sample.py::test_with_both needs no-such-program, nor-this-one\n" in text


def test_the_summary_counts_what_was_left_out_for_each_program(said: Callable[[str], str]) -> None:
    text = said("")
    assert "1 test left out: no-such-program not found\n" in text
    assert re.search(r"\b2 passed\b", text)


def test_where_everything_is_required_a_missing_program_fails_its_tests(said: Callable[[str], str]) -> None:
    text = said("1")
    assert "needs no-such-program, which is not on the path" in text
    assert "2 passed, 2 errors" in text


def test_every_program_that_a_test_needs_is_one_that_the_checks_install_and_no_other() -> None:
    installed = {line.split()[0] for line in PROGRAMS.read_text().splitlines() if line and not line.startswith("#")}
    sources = [path.read_text() for path in TESTS.rglob("*.py") if path != Path(__file__)]
    marked = {found for text in sources for found in re.findall(r"mark\.needs\(([^)]*)\)", text)}
    needed = {program for arguments in marked for program in re.findall(r"\"([^\"]+)\"", arguments)}
    assert needed == installed
