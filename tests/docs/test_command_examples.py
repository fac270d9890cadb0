"""The examples of commands are played, each in a folder of its own."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import command_examples
from command_examples import CommandExample

if TYPE_CHECKING:
    from conftest import Applications, Play


@pytest.mark.parametrize("example", command_examples.command_examples(), ids=str)
def test_a_command_does_what_its_example_says(
    example: CommandExample, applications: Applications, play: Play, tmp_path: Path
) -> None:
    variables = {**applications.variables(command_examples.FOLDER), **example.variables}
    for line in example.after:
        play(command_examples.FOLDER, shlex.split(line)[1:], tmp_path / "here", variables)
    done = play(command_examples.FOLDER, shlex.split(example.run)[1:], tmp_path / "here", variables)
    assert done.returncode in example.ends, done.stdout + done.stderr
    assert example.says in done.stdout + done.stderr
