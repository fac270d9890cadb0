"""The examples of docs/examples are played, each against its application."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import examples

if TYPE_CHECKING:
    from conftest import Applications, Play

PLAYED = [folder for folder in sorted(examples.EXAMPLES.iterdir()) if examples.is_played(folder)]


@pytest.mark.parametrize("folder", PLAYED, ids=lambda folder: folder.name)
def test_an_example_holds_when_it_is_played(
    folder: Path, applications: Applications, play: Play, tmp_path: Path
) -> None:
    profile = examples.profile_of(folder)
    words = ["run", "--allow-void", "--allow-commands"]
    if profile.parent == folder and "\naccess:" in profile.read_text():
        words.append("--access")  # what a profile says of access must be played, too
    done = play(folder, words, tmp_path / "here", applications.variables(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
