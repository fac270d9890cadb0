"""What only all tests together can tell, in one process and with workers: promises are kept, or the run has failed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.tools.sample import WORKERS, run_sample
from tests.tools.workers import usable_cores

SAMPLE = """
from tests.tools.gathering import gathered

def test_what_is_to_be_seen(pytestconfig):
    gathered(pytestconfig).promised["colours"] |= {("red", 1), ("green", 2)}

def test_one_thing_is_seen(pytestconfig):
    gathered(pytestconfig).facts["colours"].add(("red", 1))

def test_another_thing_is_seen(pytestconfig):
    gathered(pytestconfig).facts["colours"].add(("green", 2))
"""
ALSO_BROKEN = "def test_that_fails(): assert False\n"
BOTH = pytest.mark.parametrize("words", [(), WORKERS], ids=["one process", "workers"])


@BOTH
def test_what_different_tests_see_is_seen_by_all_together(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run_sample(tmp_path, SAMPLE, *words)
    assert (done.returncode, "3 passed" in done.stdout) == (0, True), done.stdout + done.stderr
    assert "promised" not in done.stdout


@BOTH
def test_a_promise_that_no_test_keeps_fails_the_run_and_is_named(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run_sample(tmp_path, SAMPLE, *words, "--deselect", "test_sample.py::test_another_thing_is_seen")
    assert (done.returncode, "2 passed" in done.stdout) == (1, True), done.stdout + done.stderr
    assert "= failed: promised, and never seen =" in done.stdout
    assert "\ncolours: green 2\n" in done.stdout
    assert "red" not in done.stdout


@BOTH
def test_where_a_test_has_failed_broken_promises_say_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run_sample(tmp_path, SAMPLE + ALSO_BROKEN, *words, "-k", "to_be_seen or fails")
    assert (done.returncode, "1 failed, 1 passed" in done.stdout) == (1, True), done.stdout + done.stderr
    assert "promised, and never seen" not in done.stdout


@pytest.mark.parametrize(
    ("granted", "quota", "cores"),
    [
        (2, "max 100000", 2),
        (64, "200000 100000", 2),
        (64, "250000 100000", 2),
        (64, "50000 100000", 1),
        (2, "800000 100000", 2),
    ],
)
def test_as_many_workers_are_started_as_can_work_at_once(granted: int, quota: str, cores: int) -> None:
    assert usable_cores(granted, quota) == cores
