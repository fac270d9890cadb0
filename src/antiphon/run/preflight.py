"""What is looked at before the first call: that the target's sockets are where Antiphon may connect to.

The REST root needs no look of its own: the health check connects there first.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from antiphon.net.allow import AllowList
from antiphon.net.errors import NotAllowed
from antiphon.run.results import Trouble
from antiphon.target.socket_model import Channel

_SECURE = ("https", "wss")


async def socket_trouble(channels: Iterable[Channel], allow: AllowList, *, note: str = "") -> Trouble | None:
    """Return why no scenario may connect to one of the profile's sockets; None if all may be tried.

    Args:
        channels: The target's sockets.
        allow: What may be connected to.
        note: Whether a variable stands in place of the profile's URL of the target's own socket.
    """
    for channel in channels:
        trouble = await _trouble(channel, allow, note if not channel.service else "")
        if trouble is not None:
            return trouble
    return None


async def _trouble(channel: Channel, allow: AllowList, note: str) -> Trouble | None:
    socket = channel.socket
    if not socket.url:  # where a template leads is looked at when somebody connects
        return None
    whose = f"the socket of `{channel.service}`" if channel.service else "the target's socket"
    parts = urlsplit(socket.url)
    port = parts.port or (443 if parts.scheme in _SECURE else 80)
    try:
        await allow.addresses(parts.hostname or "", port)
    except NotAllowed as error:
        return Trouble(
            sentence=f"{whose} may not be connected to: {error}",
            source=socket.source,
            hint=error.hint,
            details=(note,) if note else (),
        )
    except OSError:
        return None  # a name without an address: whoever connects says so, and other scenarios are played
    return None
