"""Breaches of a wire protocol, named for the side that is to blame."""

from __future__ import annotations

from dataclasses import dataclass

from antiphon.core.errors import AntiphonError
from antiphon.core.text import shortened, visible


@dataclass(eq=False, kw_only=True)
class ProtocolError(AntiphonError):
    """Somebody broke a protocol; catch this to catch both sides.

    Attributes:
        breach: What was wrong, as a sentence part.
        came: What broke the rule, as it went over the wire; empty where the breach says it all.
    """

    breach: str
    came: bytes = b""

    def __str__(self) -> str:
        return f"{self.breach}: {excerpt(self.came)}" if self.came else self.breach


@dataclass(eq=False, kw_only=True)
class LocalProtocolError(ProtocolError):
    """We were about to say what the protocol does not allow; nothing was sent."""


@dataclass(eq=False, kw_only=True)
class RemoteProtocolError(ProtocolError):
    """The peer said what the protocol does not allow."""


def excerpt(data: bytes, *, limit: int = 120) -> str:
    """Return `data` as one short, harmless line: the middle cut, controls shown, broken UTF-8 replaced."""
    if len(data) > 4 * limit:
        kept = data[: 2 * limit] + data[-2 * limit :]
        text = shortened(visible(kept.decode(errors="replace")), limit=limit)
        return f"{text} ({len(data)} bytes)"
    return shortened(visible(data.decode(errors="replace")), limit=limit)
