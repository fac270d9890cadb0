"""The JSON of bodies and payloads, parsed once for all who read one entry."""

from __future__ import annotations

from typing import Final

import orjson

UNREADABLE: Final = object()
"""In place of what is no JSON."""

_MOST_KEPT = 32


class Bodies:
    """Parses JSON; the last few texts are remembered, for one event is heard by many."""

    def __init__(self) -> None:
        self._kept: dict[bytes, object] = {}

    def parsed(self, data: bytes) -> object:
        """Return what a text says, or `UNREADABLE`; nobody may change it."""
        found = self._kept.get(data, self)
        if found is not self:
            return found
        try:
            found = orjson.loads(data)
        except orjson.JSONDecodeError:
            found = UNREADABLE
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[data] = found
        return found
