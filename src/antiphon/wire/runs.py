"""Runs of plain events: what one read of the network brought many of is taken apart in one loop.

A run is of one name. Of each of its texts only the beginning and the end are looked at (0.2 µs an event, where a
packet and a step of the tables take 5); what is not plain beyond doubt ends the run, and goes the long way.
"""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.wire.socketio import plain_name

LEAST = 2
"""Fewer events than this are no run."""


def run_of(texts: Sequence[bytes], start: int, head: bytes) -> tuple[str, list[bytes]] | None:
    """Return the run that begins at `start`: its events' name, and the JSON list of each one's arguments.

    Args:
        texts: Messages, as they came.
        start: Where the run is to begin.
        head: How a plain event begins, up to the quote before its name (`42["`).
    """
    first = texts[start]
    end = first.find(b'"', len(head))
    if end < 0 or not first.startswith(head):
        return None
    prefix = first[: end + 2]
    if not prefix.endswith(b","):
        return None
    name = plain_name(first[len(head) : end])
    if name is None:
        return None
    cut = len(prefix)
    found = []
    for text in texts[start:] if start else texts:
        if not (text.startswith(prefix) and text[-1] == 93):  # "]"
            break
        found.append(b"[" + text[cut:])
    return (name, found) if len(found) >= LEAST else None
