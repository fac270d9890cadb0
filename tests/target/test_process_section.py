"""The profile's `process`: which process is the target, and the commands that stop and start it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Bench


def test_commands_are_words_and_no_shell_reads_them(bench: Bench) -> None:
    text = "process: {port: 3001, stop: \"systemctl stop 'my app' && true\", start: [docker, start, my app]}\n"
    process = bench.target(text).process
    assert process is not None
    assert process.port == 3001
    assert process.stop == ("systemctl", "stop", "my app", "&&", "true")
    assert process.start == ("docker", "start", "my app")
    assert bench.target(text).vocabulary.restarts


def test_a_process_may_have_commands_alone_or_none(bench: Bench) -> None:
    assert bench.target("process: {stop: a, start: b}\n").vocabulary.restarts
    assert not bench.target("process: {pid: 7}\n").vocabulary.restarts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("process: {}\n", "3:10 a process is named in one way | write one of pid, port and name, or stop and start"),
        ("process: {pid: 1, port: 2}\n", "3:10 a process is named in one way | write one of pid, port and name"),
        (
            "process: {stop: a}\n",
            "3:17 `process` has `stop` and no `start` | a target that is stopped is to be started again",
        ),
        ("process: {start: a}\n", "3:18 `process` has `start` and no `stop`"),
        ('process: {stop: "\'", start: a}\n', "3:17 the command cannot be taken apart: no closing quotation"),
        ("process: {stop: [], start: a}\n", "3:17 the command is empty | write the program and its arguments"),
    ],
)
def test_what_is_wrong_with_a_process_is_told(bench: Bench, text: str, told: str) -> None:
    assert any(problem.startswith(told) for problem in bench.wrong(text)), bench.wrong(text)
