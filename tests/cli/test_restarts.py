"""A target that scenarios stop and start, by commands that were allowed; every process is a real one."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "restarted"
DEADLINE_S = 60


@dataclass
class Kept:
    """The example's application and a copy of its folder."""

    folder: Path
    url: str

    def write(self, name: str, text: str) -> None:
        """Put a scenario beside the others, or a file of the profile in the place of the old one."""
        (self.folder / name).write_text(text)

    def started(self, *words: str) -> subprocess.Popen[str]:
        """Start `antiphon run`."""
        return subprocess.Popen(
            [sys.executable, "-m", "antiphon", "run", *words],
            cwd=self.folder,
            env={**os.environ, "API_BASE_URL": self.url, "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> tuple[int, str]:
        """Run it to its end, and return the exit code and all that it said."""
        process = self.started(*words)
        out, err = process.communicate(timeout=DEADLINE_S)
        return process.returncode, out + err


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """A running application that can be stopped and started."""
    folder = tmp_path / "here"
    shutil.copytree(EXAMPLE, folder)
    process = subprocess.Popen([sys.executable, folder / "application.py"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process:
        try:
            found = re.fullmatch(r"ready at (\S+)\n", process.stdout.readline())
            assert found is not None
            yield Kept(folder, found[1])
        finally:
            process.terminate()


def test_a_target_is_restarted_stopped_and_started(kept: Kept) -> None:
    code, said = kept.run("--allow-commands")
    assert code == 0, said
    assert "1 passed" in said


def test_commands_that_were_not_allowed_are_not_run(kept: Kept) -> None:
    kept.write("scenarios/other.yaml", "scenario: another\nsteps: [{nobody: GET /starts, expect: {starts: 1}}]\n")
    code, said = kept.run("--verbose")
    assert code == 0, said
    assert "it stops or starts the target, and --allow-commands was not given" in said
    assert "1 passed" in said


def test_a_target_that_a_scenario_leaves_stopped_is_started_again(kept: Kept) -> None:
    kept.write(
        "scenarios/a.yaml",
        "scenario: nothing is answered while it is stopped\n"
        "steps: [{target: stop}, {nobody: GET /starts}, {assert: {run.id: nobody's}}]\n",
    )
    code, said = kept.run("--allow-commands")
    assert code == 1, said
    assert "GET /starts got no answer" in said
    assert "1 passed  1 failed" in said
    assert "the target is stopped" not in said


def test_who_stops_the_target_plays_alone(kept: Kept) -> None:
    for number in range(4):
        steps = "steps: [{repeat: 20, steps: [{nobody: GET /starts, expect: {starts: 1}}]}]"
        kept.write(f"scenarios/z{number}.yaml", f"scenario: undisturbed {number}\n{steps}\n")
    code, said = kept.run("--allow-commands", "--parallel", "5")
    assert code == 0, said
    assert "5 passed" in said


def test_a_target_that_cannot_be_started_again_ends_the_run_and_is_told(kept: Kept) -> None:
    profile = (kept.folder / "target.yaml").read_text()
    kept.write("target.yaml", profile.replace("[python3, control.py, start]", "python3 -c 'exit(\"no way\")'"))
    kept.write("scenarios/z.yaml", "scenario: comes after it\nsteps: [{nobody: GET /starts}]\n")
    code, said = kept.run("--allow-commands")
    assert code == 3, said
    assert "`python3 -c 'exit(\"no way\")'` ended with 1" in said
    assert "it said: no way" in said
    assert "warning: the target may be stopped or half started since restarted: `python3 -c" in said
    assert "1 not run" in said


def test_a_command_that_fails_stops_its_scenario(kept: Kept) -> None:
    profile = (kept.folder / "target.yaml").read_text()
    kept.write("target.yaml", profile.replace("python3 control.py stop", "python3 nowhere.py"))
    code, said = kept.run("--allow-commands")
    assert code == 1, said
    assert "`python3 nowhere.py` ended with 2" in said
    assert "the target" not in said.partition("covers")[2]


SLOW = """
import os, sys
if sys.argv[1] == "stop":
    open("under_way", "w").write("!")
    open("go").read(1)
"""


@dataclass
class Gate:
    """Two pipes with which a command tells that it is under way, and is held there."""

    folder: Path

    def __post_init__(self) -> None:
        for name in ("under_way", "go"):
            os.mkfifo(self.folder / name)
        # Opened for both, so that opening waits for nobody.
        self._under_way = os.open(self.folder / "under_way", os.O_RDWR)
        self._go = os.open(self.folder / "go", os.O_RDWR)

    def until_under_way(self) -> None:
        """Wait until the command is under way."""
        readable, _, _ = select.select([self._under_way], [], [], DEADLINE_S)
        assert readable
        os.read(self._under_way, 1)

    def open(self) -> None:
        """Let the command go on."""
        os.write(self._go, b"!")

    def close(self) -> None:
        """Close both ends."""
        os.close(self._under_way)
        os.close(self._go)


@pytest.fixture
def gate(kept: Kept) -> Iterator[Gate]:
    """The command `stop` of this folder, held until the test lets it go on."""
    control = kept.folder / "control.py"
    first, rest = control.read_text().split("import os\n", 1)
    control.write_text(f"{first}{SLOW}{rest}")
    made = Gate(kept.folder)
    yield made
    made.close()


def test_an_interrupt_while_it_is_stopped_waits_for_the_command_and_starts_it_again(kept: Kept, gate: Gate) -> None:
    process = kept.started("--allow-commands")
    gate.until_under_way()
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert "interrupted: cleaning up" in process.stderr.readline()
    gate.open()
    out, err = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 130, out + err
    assert "warning: the target" not in out + err
    kept.write(
        "scenarios/restarted.yaml", "scenario: it is there\nsteps: [{nobody: GET /starts, expect: {starts: 2}}]\n"
    )
    code, said = kept.run()
    assert code == 0, said


def test_two_interrupts_while_it_is_stopped_say_how_it_is_left(kept: Kept, gate: Gate) -> None:
    process = kept.started("--allow-commands")
    gate.until_under_way()
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert "interrupted: cleaning up" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=DEADLINE_S)
    gate.open()
    assert process.returncode == 130, out + err
    assert "warning: the target may be stopped or half started since restarted: `python3 control.py start`" in err
