"""Tokens that expire while their socket is open."""

import asyncio

from threadfilesharing.live.hub import Hub, error_data
from threadfilesharing.live.sessions import Session
from threadfilesharing.moment import now_s
from threadfilesharing.problems import Code

LONGEST_S = 1e7

MESSAGE = "the token has expired; emit `authenticate` with a new one, or the socket will be closed"


class Expiry:
    """Warns a socket when its token expires, and closes it when no new one comes."""

    def __init__(self, hub: Hub, grace_s: float) -> None:
        self._hub = hub
        self._grace_s = grace_s

    def arm(self, session: Session, expires_s: float) -> None:
        """Count down to a token's end, in place of the one before."""
        session.stop_timers()
        delay_s = min(max(0.0, expires_s - now_s()), LONGEST_S)
        session.timers.append(asyncio.get_running_loop().call_later(delay_s, self._expire, session))

    def _expire(self, session: Session) -> None:
        session.timers.clear()
        data = error_data(Code.TOKEN_EXPIRED, MESSAGE, {"graceSeconds": self._grace_s})
        self._hub.write_to(session, "error", data)
        self._hub.presence.hold(session)
        session.timers.append(asyncio.get_running_loop().call_later(self._grace_s, self._close, session))

    def _close(self, session: Session) -> None:
        self._hub.close(session, code=Code.TOKEN_EXPIRED, message=MESSAGE, told=True)
