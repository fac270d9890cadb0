"""Fills the parts of README.md and the documentation that are made, and finds those that are no longer true.

A part stands between two comments, `<!-- made: HOW -->` and `<!-- end -->`. HOW is `commands`, `settings`,
`defects`, `file PATH` (the file as it is) or `output COMMAND` (what the command really says, in an empty folder).
`make pages` fills all but outputs, which differ from run to run; `make readme` plays their commands as well.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from made_parts import commands_text, defects_text, settings_text

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 300
_PART = re.compile(r"(<!-- made: (?P<how>.+?) -->\n)(?P<made>.*?)(<!-- end -->)", re.DOTALL)
_FENCES = {".yaml": "yaml", ".py": "python"}
_TEXTS: dict[str, Callable[[], str]] = {
    "commands": commands_text,
    "settings": settings_text,
    "defects": defects_text,
}


class UnknownPart(Exception):
    """A page asks for a part that nobody makes."""


def pages() -> list[Path]:
    """Return every page that may hold made parts."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield how each part of a page is made, and what stands there."""
    for found in _PART.finditer(text):
        yield found["how"], found["made"]


def filled(text: str, *, play: bool) -> str:
    """Return a page with its parts made anew; outputs stay as they are unless their commands are to be played.

    Raises:
        UnknownPart: Nobody makes such a part.
    """

    def made(found: re.Match[str]) -> str:
        kind = found["how"].split()[0]
        if kind == "output" and not play:
            return found[0]
        return f"{found[1]}{_made(found['how'])}\n{found[4]}"

    return _PART.sub(made, text)


def main() -> int:
    """Fill the pages, or with `--check` say which of them are no longer true."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if a page is not true")
    parser.add_argument("--play", action="store_true", help="play the commands whose output is shown")
    given = parser.parse_args()
    stale = []
    for page in pages():
        text = page.read_text()
        now = filled(text, play=given.play)
        if now != text:
            stale.append(page)
            if not given.check:
                page.write_text(now)
    for page in stale:
        sys.stdout.write(f"{'not true any more' if given.check else 'filled'}: {page.relative_to(ROOT)}\n")
    return 1 if stale and given.check else 0


def _made(how: str) -> str:
    kind, _, rest = how.partition(" ")
    match kind:
        case "file":
            path = ROOT / rest
            return f"```{_FENCES.get(path.suffix, 'text')}\n{path.read_text().rstrip()}\n```"
        case "output":
            return f"```console\n$ {rest}\n{_output(rest)}\n```"
        case _ if how in _TEXTS:
            return _TEXTS[how]()
        case _:
            raise UnknownPart(how)


def _output(command: str) -> str:
    """Return what a command of this project says, from an empty folder."""
    program, *arguments = command.split()
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(  # noqa: S603 - our own command, written in our own page
            [str(Path(sys.executable).with_name(program)), *arguments],
            cwd=folder,
            env={**os.environ, "COLUMNS": "120", "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    if done.returncode not in (0, 1):
        raise SystemExit(f"`{command}` ended with {done.returncode}:\n{done.stdout}")
    return done.stdout.rstrip()


if __name__ == "__main__":
    sys.exit(main())
