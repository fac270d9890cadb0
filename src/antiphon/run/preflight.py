"""What is looked at before the first call: that the target's socket is where Antiphon may connect to.

The REST root needs no look of its own: the health check connects there first.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from antiphon.net.allow import AllowList
from antiphon.net.errors import NotAllowed
from antiphon.run.results import Trouble
from antiphon.target.socket_model import SocketProfile

_SECURE = ("https", "wss")


async def socket_trouble(socket: SocketProfile | None, allow: AllowList, *, note: str = "") -> Trouble | None:
    """Return why no scenario may connect to the profile's socket; None if it may be tried.

    Args:
        socket: How the target speaks in real time, if it does.
        allow: What may be connected to.
        note: Whether a variable stands in place of the profile's URL.
    """
    if socket is None or not socket.url:  # where a template leads is looked at when somebody connects
        return None
    parts = urlsplit(socket.url)
    port = parts.port or (443 if parts.scheme in _SECURE else 80)
    try:
        await allow.addresses(parts.hostname or "", port)
    except NotAllowed as error:
        return Trouble(
            sentence=f"the target's socket may not be connected to: {error}",
            source=socket.source,
            hint=error.hint,
            details=(note,) if note else (),
        )
    except OSError:
        return None  # a name without an address: whoever connects says so, and other scenarios are played
    return None
