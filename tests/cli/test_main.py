"""The command as such: what it says of itself, how soon, and how it takes being misused or left alone."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from antiphon import __version__

if TYPE_CHECKING:
    from conftest import Here, Small

HEAVY = (
    *("asyncio", "uvloop", "picows", "httptools", "orjson", "msgspec", "ruamel", "rich", "jwt", "re2"),
    *("psutil", "zstandard", "ahocorasick_rs", "jsonpath", "fastapi", "sqlalchemy", "threadfilesharing"),
)


@pytest.mark.parametrize(
    "words", [["--help"], ["-h"], ["run", "--help"], ["demo", "--help"], ["--version"]], ids=" ".join
)
def test_what_only_tells_of_the_command_imports_nothing_heavy(words: list[str]) -> None:
    # This is what keeps `antiphon --help` under 0.3 s; a time would depend on how busy the machine is.
    program = (
        "import sys\n"
        "from antiphon.cli.main import main\n"
        f"sys.argv = ['antiphon', *{words!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        f"print('heavy:', *sorted({{name.partition('.')[0] for name in sys.modules}} & {set(HEAVY)!r}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "heavy:"


def test_help_names_every_command(here: Here) -> None:
    said = here.antiphon("--help")
    assert said.code == 0
    assert all(f" {command} " in said.out for command in ("run", "demo", "check", "show", "doctor"))


def test_no_command_at_all_is_answered_with_help(here: Here) -> None:
    assert "Usage: " in (said := here.antiphon()).out + said.err


def test_the_version_is_told(here: Here) -> None:
    assert here.antiphon("--version").out == f"antiphon {__version__}\n"


@pytest.mark.parametrize(
    "words", [["nonsense"], ["run", "--nope"], ["show", "--width", "3"], ["check", "--color", "x"]]
)
def test_a_command_that_makes_no_sense_ends_with_2(here: Here, words: list[str]) -> None:
    said = here.antiphon(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err


def test_whoever_stops_reading_costs_no_traceback(here: Here, small: Small) -> None:
    here.suite(small.url, **{f"s{number:03}": here.asks(f"scenario {number}", "/fine") for number in range(300)})
    process = here.started("run", "--list")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    assert "Traceback" not in here.ended(process).err


def test_colour_is_for_terminals_and_on_demand(here: Here, small: Small) -> None:
    here.suite(small.url, wrong=here.asks("a wrong path", "/wrong"))
    assert "\x1b[" not in here.antiphon("run").out
    assert "\x1b[1;31mfailed" in here.antiphon("run", "--color", "always").out
    assert "\x1b[" not in here.antiphon("run", "--color", "never").out
