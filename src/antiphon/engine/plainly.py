"""A plain WebSocket as the profile describes it: where it connects, what it says before it is ready."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import orjson
from msgspec import Struct
from msgspec.structs import replace

from antiphon.engine.patterns import first_match
from antiphon.engine.play import Frame
from antiphon.engine.sockets import UserSocket
from antiphon.history.entries import Emit
from antiphon.history.heard import Heard
from antiphon.language.scope import MISSING, Names, Scope
from antiphon.net.socket_facts import NotConnected, PlainEndpoint, Refused
from antiphon.target.socket_model import EventPattern, Greeting, PlainProfile
from antiphon.wire.plain import Dialect


def plain_endpoint(
    frame: Frame,
    socket: UserSocket,
    profile: PlainProfile,
    *,
    url: str,
    headers: tuple[tuple[str, str], ...],
    query: tuple[tuple[str, str], ...],
) -> PlainEndpoint:
    """Return where and how a plain WebSocket connects."""
    play = frame.play
    unique = play.dice.child(f"correlation {socket.name} {socket.epoch + 1}").bytes(4).hex()
    return PlainEndpoint(
        url=url,
        dialect=Dialect(
            name=profile.name,
            data=profile.data,
            correlation=profile.correlation,
            emit_name=profile.emit_name,
            emit_data=profile.emit_data,
            emit_correlation=profile.emit_correlation,
            correlates_by=profile.correlates_by,
        ),
        correlation_prefix=f"{play.setting.run_id}-{unique}-",
        headers=headers,
        query=query,
        subprotocols=profile.subprotocols,
    )


class Handshake(Struct, kw_only=True):
    """The profile's handshake on one connection, as a user's socket plays it.

    Attributes:
        parts: What is said and heard, in order.
        auth: Added to the data of the first message that is sent, or put in its place if it is no map.
        scope: What its templates see.
    """

    frame: Frame
    socket: UserSocket
    parts: tuple[Greeting, ...]
    scope: Scope
    auth: object = None

    async def __call__(self, unheard: int, refusing: Collection[str], deadline_s: float) -> Refused | None:
        """Play it; return why the target does not let the socket in, if it does not.

        Args:
            unheard: From where on the inbox belongs to this connection.
            refusing: Events that refuse a connection whatever part of the handshake is played.
            deadline_s: Until when.
        """
        for part in self.parts:
            data: object = MISSING
            if part.emit is not None:
                unheard = len(self.socket.inbox)
                try:
                    data = self._sent(part.emit, part)
                except NotConnected:
                    return self._ended(part)
            if part.heard:
                refused = (*part.refused, *(EventPattern(name=name) for name in refusing))
                scope = Names({"data": data}, self.scope)
                found = await self._until_heard(replace(part, refused=refused), scope, unheard, deadline_s)
                if isinstance(found, Refused):
                    return found
                unheard = found
        return None

    def _sent(self, name: str, part: Greeting) -> object:
        data = part.data(self.scope) if part.data is not None else MISSING
        if self.auth is not None:
            both = isinstance(self.auth, Mapping) and (isinstance(data, Mapping) or data is MISSING)
            data = {**(data if isinstance(data, Mapping) else {}), **self.auth} if both else self.auth  # type: ignore[dict-item]
            self.auth = None
        args = [] if data is MISSING else [data]
        sent, _ = self.socket.emit(name, args, ack=False)
        told = args if sent.data is None else [sent.data]
        play = self.frame.play
        play.setting.recorder.write(
            Emit(
                at_s=sent.at_s,
                sent_s=sent.at_s,
                play=play.name,
                step=self.socket.step,
                user=self.socket.user,
                connection=self.socket.name,
                epoch=self.socket.epoch,
                name=name,
                args=orjson.dumps(told, default=repr),
            )
        )
        return told[0] if told else MISSING

    async def _until_heard(self, part: Greeting, scope: Scope, unheard: int, deadline_s: float) -> Refused | int:
        """Return from where on the inbox is unheard once what is waited for has come."""
        play = self.frame.play
        clock = play.setting.clock
        while True:
            for index in range(unheard, len(self.socket.inbox)):
                heard = self.socket.inbox[index]
                if first_match(part.refused, heard, scope) is not None:
                    return _refused_by(heard)
                if first_match(part.heard, heard, scope) is not None:
                    return index + 1
            unheard = len(self.socket.inbox)
            if not self.socket.is_open:
                return self._ended(part)
            left_s = deadline_s - clock.now_s()
            if left_s <= 0:
                detail = f"connected, but the handshake's {_names(part)} did not come"
                return Refused(at_s=clock.now_s(), by="timeout", detail=detail)
            await play.bell.wait(left_s)

    def _ended(self, part: Greeting) -> Refused:
        closed = self.socket.closed
        words = "" if closed is None else (closed.reason or closed.detail)
        awaited = f"the handshake's {_names(part)} came" if part.heard else "the handshake was over"
        code = closed.code if closed is not None else None
        said = ", ".join(word for word in (words, f"code {code}" if code is not None else "") if word)
        return Refused(
            at_s=closed.at_s if closed is not None else self.frame.play.setting.clock.now_s(),
            by="dropped",
            detail=f"closed before {awaited}" + (f": {said}" if said else ""),
            data=words or None,
            code=code,
        )


def _refused_by(heard: Heard) -> Refused:
    data = None if heard.data is MISSING else heard.data
    return Refused(at_s=heard.at_s, by="event", detail=heard.name, data=data, event=heard.name)


def _names(part: Greeting) -> str:
    return " or ".join(f"`{pattern.name}`" for pattern in part.heard)
