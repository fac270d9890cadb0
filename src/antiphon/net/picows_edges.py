"""What picows says in ways of its own: its log, the words of a close frame, the reason in a future."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from picows import WSCloseCode, WSFrame, WSTransport

# picows logs to a logger of each connection unless it is given an adapter; what it would say, `Ended` says.
_SILENT = logging.getLogger("antiphon.net.picows")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
_SILENT.setLevel(logging.CRITICAL + 1)
SILENCE: Final = logging.LoggerAdapter(_SILENT)
"""Takes what picows would log."""


def close_words(frame: WSFrame) -> tuple[int | None, str]:
    """Return the code and the reason of a close frame; None stands for no code."""
    return number(frame.get_close_code()), frame.get_close_reason() or ""


def number(code: WSCloseCode | int) -> int | None:
    """Return a close code as a number; None stands for no code."""
    # An enum for the codes that picows knows, a number for all others; 0 stands for none.
    number = code.value if isinstance(code, WSCloseCode) else code
    return int(number) or None


def take_exception(transport: WSTransport) -> None:
    """Take from picows why it broke a connection off, so that nothing is reported on stderr."""
    # picows keeps its reason in a future; one that nobody asks is reported on stderr as never retrieved.
    task = asyncio.ensure_future(transport.wait_disconnected())
    task.add_done_callback(lambda done: None if done.cancelled() else done.exception() and None)
