"""The one place that writes to the console: results to stdout, everything else to stderr, inks where wanted."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, TextIO

from antiphon.report.painting import Ink, Painted
from antiphon.report.safe import unobeyed

if TYPE_CHECKING:
    from rich.console import Console

Color = Literal["auto", "always", "never"]

_STYLES: Final = {
    Ink.GOOD: "green",
    Ink.BAD: "bold red",
    Ink.DOUBT: "yellow",
    Ink.FAINT: "dim",
    Ink.STRONG: "bold",
    Ink.HINT: "cyan",
}
_PLAIN_DRAWING: Final = str.maketrans("·…─│┼═╪╌┆●◀▶◇○✗", ".:-|+=+~:*<>o0x")  # for a terminal that has no such signs
_CLEAR_LINE: Final = "\r\x1b[2K"


class Terminal:
    """Standard output and standard error as one place, so that a progress line never runs into a result.

    Args:
        out: Where results go.
        err: Where everything else goes.
        color: `auto` colours what is a terminal, unless the environment has `NO_COLOR`.
        environment: The variables that `NO_COLOR` and `TERM` are taken from.
    """

    def __init__(
        self,
        out: TextIO | None = None,
        err: TextIO | None = None,
        *,
        color: Color = "auto",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._out = out if out is not None else sys.stdout
        self._err = err if err is not None else sys.stderr
        self._environment = environment if environment is not None else {}
        self._color = color
        self._transient = ""
        self._console: Console | None = None

    @property
    def rewrites(self) -> bool:
        """Whether standard error is a terminal that can rewrite its last line."""
        return self._err.isatty() and self._environment.get("TERM") != "dumb"

    def say(self, text: Painted | str) -> None:
        """Write a result to standard output."""
        self._write(self._out, text)

    def tell(self, text: Painted | str) -> None:
        """Write anything else to standard error."""
        self._write(self._err, text)

    def transient(self, line: str) -> None:
        """Show `line` as the last line of the terminal in place of the one before; an empty one takes it away."""
        if line == self._transient or not self.rewrites:
            return
        self._transient = line
        self._err.write(_CLEAR_LINE + _encodable(line, self._err))
        self._err.flush()

    def _write(self, stream: TextIO, text: Painted | str) -> None:
        content = text if isinstance(text, Painted) else Painted(((text, Ink.PLAIN),))
        if self._transient:
            self._err.write(_CLEAR_LINE)
            self._err.flush()
        plain = unobeyed(content.plain)
        # What build servers would obey is rare: then the inks are given up, not the safety.
        wanted = plain == content.plain and self._inks(stream)
        stream.write(_encodable(self._colored(content) if wanted else plain, stream) + "\n")
        stream.flush()
        if self._transient:
            self._err.write(_encodable(self._transient, self._err))
            self._err.flush()

    def _inks(self, stream: TextIO) -> bool:
        if self._color != "auto":
            return self._color == "always"
        return stream.isatty() and not self._environment.get("NO_COLOR") and self._environment.get("TERM") != "dumb"

    def _colored(self, content: Painted) -> str:
        # rich takes 50 ms to import; a pipe, a report and `--help` need none of it.
        from rich.console import Console
        from rich.text import Text

        if self._console is None:
            self._console = Console(
                force_terminal=True, color_system="standard", highlight=False, markup=False, emoji=False, no_color=False
            )
        text = Text.assemble(*((piece, _STYLES.get(ink, "")) for piece, ink in content.spans))
        with self._console.capture() as captured:
            self._console.print(text, soft_wrap=True, end="")
        return captured.get()


def _encodable(text: str, stream: TextIO) -> str:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN_DRAWING).encode(encoding, "backslashreplace").decode(encoding)
    return text
