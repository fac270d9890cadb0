"""The names of raw frames: they stand in inboxes beside events, and are none."""

from __future__ import annotations

from typing import Final


def frame_name(kind: str) -> str:
    """Return the name under which a raw frame is sent or heard."""
    return f"frame {kind}"


FRAMES: Final = frozenset(frame_name(kind) for kind in ("text", "ping", "pong"))
"""The names of all frames that can be heard: no event of the target's, so that no absence counts them."""
