"""Where something was written: the file, line and column that an error points at."""

from __future__ import annotations

from msgspec import Struct


class Source(Struct, frozen=True, order=True):
    """A place in a text that a person wrote.

    Attributes:
        path: The file as its author would name it, relative to the suite; `<...>` for what is no file.
        line: From 1.
        column: From 1.
        text: The whole line, so that a failure can show it without reading the file again.
    """

    path: str
    line: int
    column: int
    text: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


NOWHERE = Source("<made by antiphon>", 1, 1)
