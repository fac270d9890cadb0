"""`python -m fuzz`: what it says, and that an input which breaks a target ends it with 1."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLANTED = """
import fuzz.targets
from fuzz.target import Target, must

def check(data):
    must(b"!" not in data, "there is a bang", data)

fuzz.targets.TARGETS = {"planted": Target("planted", "no bang", check, lambda: iter([b"a", b"b!"]))}
"""


def _fuzz(*words: str, planted: Path | None = None, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = f"{planted}:{ROOT}" if planted is not None else str(ROOT)
    return subprocess.run(
        [sys.executable, "-m", "fuzz", *words],
        cwd=cwd,
        env={"PYTHONPATH": f"{path}:{':'.join(sys.path)}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_the_targets_are_listed_with_what_must_hold(tmp_path: Path) -> None:
    done = _fuzz("--list", cwd=tmp_path)
    assert done.returncode == 0
    assert "socketio   a packet taken is said again alike" in done.stdout


def test_an_unknown_target_is_named(tmp_path: Path) -> None:
    done = _fuzz("socketIO", cwd=tmp_path)
    assert done.returncode == 2
    assert "unknown target 'socketIO'" in done.stderr


def test_a_sound_target_ends_with_0_and_its_count(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    done = _fuzz("engineio", "--seconds", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "nothing broke" in done.stdout
    assert not (tmp_path / "fuzz-found").exists()


def test_an_input_that_breaks_a_target_is_kept_and_ends_with_1(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    # Python imports this by itself at its start, the parent's and the child's alike.
    (tmp_path / "sitecustomize.py").write_text(PLANTED)
    done = _fuzz("planted", "--seconds", "1", planted=tmp_path, cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "there is a bang" in done.stdout
    assert [b"!" in kept.read_bytes() for kept in (tmp_path / "fuzz-found").iterdir()] == [True]
