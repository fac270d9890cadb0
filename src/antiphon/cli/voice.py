"""What a run says: on the terminal while somebody listens, into nothing once nobody does."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from antiphon.report.painting import Painted
from antiphon.report.terminal import Terminal


class Voice:
    """A terminal that may be closed while a run is played: `antiphon run | head -1` must not cost the clean-up."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    @property
    def rewrites(self) -> bool:
        """Whether there is a last line to rewrite."""
        return self._terminal.rewrites

    def say(self, text: Painted | str) -> None:
        """Say a result."""
        _heard(lambda: self._terminal.say(text))

    def tell(self, text: Painted | str) -> None:
        """Say anything else."""
        _heard(lambda: self._terminal.tell(text))

    def transient(self, line: str) -> None:
        """Show a line in place of the one before."""
        _heard(lambda: self._terminal.transient(line))


def _heard(speak: Callable[[], None]) -> None:
    try:
        speak()
    except BrokenPipeError:
        hush()


def hush() -> None:
    """Let everything that is still said go nowhere; also what stands in buffers when the process ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
