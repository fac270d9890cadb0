"""Reader of a channel: the `socket`, `fence` and `recovery` of the target itself, or of one of its services."""

from __future__ import annotations

from typing import Any

from antiphon.language.keys import Fields, Key, kept
from antiphon.target.reading import ProfileReading
from antiphon.target.recovery_section import read_recovery
from antiphon.target.socket_model import Channel, Fence, RecoveryProfile
from antiphon.target.socket_section import read_fence, read_socket

SOCKET = kept("socket", ("map",), "how the target speaks in real time")
FENCE = kept("fence", ("map", "text"), "what proves absence")
RECOVERY = kept("recovery", ("map",), "how a client comes back when its connection was lost")
CHANNEL_KEYS: tuple[Key[Any, Any], ...] = (SOCKET, FENCE, RECOVERY)


def read_channel(
    fields: Fields,
    reading: ProfileReading,
    *,
    service: str = "",
    base_url: str | None,
    override: str | None = None,
    settle_s: float,
) -> tuple[Channel | None, Fence]:
    """Return what a channel is, and its fence; None in place of a channel that is not described, or is nowhere.

    The words of the reading are those of this channel when it returns.

    Args:
        fields: The keys of the profile, or of the service.
        reading: The profile's reading.
        service: Whose socket it is; empty: the target's own.
        base_url: The REST root, whose origin is where the socket is if it does not say.
        override: The URL in place of the section's.
        settle_s: What `settle` of the fence is where it does not say.
    """
    socket, fence, recovery = fields.get(SOCKET), fields.get(FENCE), fields.get(RECOVERY)
    spoken = read_socket(socket, reading, base_url=base_url, override=override) if socket is not None else None
    # The fence asks the socket, just read, whether it acknowledges.
    promised = (
        read_fence(fence, reading, settle_s=settle_s) if fence is not None else Fence(kind="none", settle_s=settle_s)
    )
    returns = read_recovery(recovery, reading) if recovery is not None else RecoveryProfile()
    if spoken is None:
        return None, promised
    return Channel(socket=spoken, fence=promised, recovery=returns, service=service), promised
