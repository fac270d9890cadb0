"""What a connection that did not come up was refused by, in the words of all drivers."""

from __future__ import annotations

from antiphon.net.socket_facts import Closed, Refused, RefusedBy
from antiphon.net.upgrade_refusal import NotUpgraded


def not_upgraded(missing: NotUpgraded, at_s: float, *, foreign: RefusedBy) -> Refused:
    """Return the refusal that an upgrade which did not happen is.

    Args:
        missing: What came in its place.
        at_s: When that was known.
        foreign: What it is where something came that speaks another protocol.
    """
    by: RefusedBy = foreign if missing.by == "protocol" else missing.by
    return Refused(at_s, by, missing.detail, missing.data, missing.status)


def ended_before(closed: Closed, awaited: str, *, foreign: RefusedBy) -> Refused:
    """Return the refusal that a connection's end is, if it came before what lets a socket in.

    Args:
        closed: How it ended.
        awaited: What was awaited, as the part of a sentence: `CONNECT was answered`.
        foreign: What it is where the peer broke the protocol.
    """
    if closed.how in ("protocol error", "fault"):
        return Refused(closed.at_s, foreign, closed.detail)
    words = [closed.how, closed.detail, closed.reason, f"code {closed.code}" if closed.code is not None else ""]
    detail = f"the connection ended before {awaited}: " + ", ".join(word for word in words if word)
    return Refused(closed.at_s, "dropped", detail, closed.reason or None, code=closed.code)
