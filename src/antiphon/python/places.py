"""Where a scenario in Python was when it did something: the line and column of its own call."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path
from types import CodeType, FrameType

from msgspec import Struct

from antiphon.core.source import Source

_OURS = (str(Path(__file__).parent), str(Path(__file__).parents[1] / "pytest_users.py"))
"""What stands between a scenario and its steps."""


class Spot(Struct, frozen=True):
    """A place of a Python file as the interpreter knows it."""

    file: str
    line: int
    column: int

    def source(self, root: Path | None = None) -> Source:
        """Return the place as reports tell it; `root` is the suite's folder, below which paths are told."""
        return place(self.file, self.line, self.column, root)


def spot() -> Spot:
    """Return the place of the nearest call that stands outside of this package."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    if frame is None:
        return Spot("<python>", 1, 1)
    line, column = _position(frame.f_code, frame.f_lasti, frame.f_lineno)
    return Spot(frame.f_code.co_filename, line, column)


def here(root: Path | None = None) -> Source:
    """Return the place of the nearest call that stands outside of this package."""
    return spot().source(root)


def place(file: str, line: int, column: int = 0, root: Path | None = None) -> Source:
    """Return a place of a Python file; without a column (from 1) it is where the line's text begins."""
    text = linecache.getline(file, line).rstrip("\n")
    if not column:
        column = len(text) - len(text.lstrip()) + 1
    return Source(path_of(file, root), line, column, text)


def path_of(file: str, root: Path | None = None) -> str:
    """Return a file as its author names it: below the suite's folder, or by its name."""
    path = Path(file)
    base = (root or Path.cwd()).resolve()
    try:
        return path.resolve().relative_to(base).as_posix()
    except ValueError:
        return path.name


def _position(code: CodeType, instruction: int, line: int) -> tuple[int, int]:
    for index, found in enumerate(code.co_positions()):
        if index * 2 == instruction:
            first, _, column, _ = found
            return first or line, (column or 0) + 1 if column is not None else 0
    return line, 0
