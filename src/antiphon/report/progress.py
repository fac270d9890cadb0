"""What a run is doing at this moment, in one line that is rewritten; nothing at all where there is no terminal."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from antiphon.core.text import shortened
from antiphon.report.safe import shown


class Screen(Protocol):
    """What progress needs of a terminal."""

    @property
    def rewrites(self) -> bool:
        """Whether there is a last line to rewrite."""
        ...

    def transient(self, line: str) -> None:
        """Show a line in place of the one before."""
        ...


class _Playing(Struct, frozen=True):
    number: int
    step: int = 0
    steps: int = 0
    doing: str = ""


class Progress:
    """The scenarios that are being played, told as `[14/27] messaging/fanout · step 2 of 2 · bob: waiting for …`.

    Args:
        screen: Where the line is shown.
        total: How many scenarios the run has.
        columns: How wide the terminal is at this moment.
    """

    def __init__(self, screen: Screen, *, total: int, columns: Callable[[], int] | None = None) -> None:
        self._screen = screen
        self._total = total
        self._columns = columns or (lambda: shutil.get_terminal_size().columns)
        self._begun = 0
        self._playing: dict[str, _Playing] = {}

    @property
    def line(self) -> str:
        """The line as it stands, at most as wide as the terminal; empty while nothing is played.

        With several scenarios at once it tells of the one that moved last.
        """
        if not self._playing:
            return ""
        name, playing = next(reversed(self._playing.items()))
        parts = [f"[{playing.number}/{self._total}] {shown(name, limit=80)}"]
        if playing.step:
            parts.append(f"step {playing.step} of {playing.steps}" if playing.steps else f"step {playing.step}")
        if playing.doing:
            parts.append(shown(playing.doing, limit=200))
        if len(self._playing) > 1:
            parts.append(f"{len(self._playing) - 1} more at once")
        return _fitted(" · ".join(parts), max(self._columns() - 1, 20))

    def began(self, scenario: str, *, steps: int = 0) -> None:
        """Note that a scenario began."""
        self._begun += 1
        self._change(scenario, _Playing(number=self._begun, steps=steps))

    def step(self, scenario: str, number: int, *, doing: str = "") -> None:
        """Note that a scenario is at its `number`th step."""
        if (playing := self._playing.get(scenario)) is not None:
            self._change(scenario, replace(playing, step=number, doing=doing))

    def doing(self, scenario: str, what: str) -> None:
        """Note what goes on besides the steps: making users, cleaning up."""
        if (playing := self._playing.get(scenario)) is not None:
            self._change(scenario, replace(playing, doing=what))

    def waiting(self, scenario: str, who: str, what: str, *, waited_s: float, limit_s: float) -> None:
        """Note that somebody waits for something: `bob: waiting for message_received, 0.4 of 5 s`."""
        self.doing(scenario, f"{who}: waiting for {what}, {_seconds(waited_s)} of {_seconds(limit_s)} s")

    def ended(self, scenario: str) -> None:
        """Note that a scenario ended."""
        self._playing.pop(scenario, None)
        self._show()

    def close(self) -> None:
        """Take the line away."""
        self._playing.clear()
        self._show()

    def _change(self, scenario: str, playing: _Playing) -> None:
        # Taken out and put in again, so that the last in order is the one that moved last.
        self._playing.pop(scenario, None)
        self._playing[scenario] = playing
        self._show()

    def _show(self) -> None:
        if self._screen.rewrites:
            self._screen.transient(self.line)


def _seconds(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _fitted(line: str, width: int) -> str:
    if len(line) > width:
        line = shortened(line, limit=width) if width > 40 else line[: width - 1] + "…"
    if line.isascii():
        return line
    # A wide character takes two cells; a line that wraps could not be taken away again.
    from rich.cells import cell_len, set_cell_size

    return line if cell_len(line) <= width else set_cell_size(line, width).rstrip()
