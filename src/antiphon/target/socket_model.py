"""The model of a socket: where it is, what it says, what its fence proves, and how a client comes back to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from antiphon.core.source import NOWHERE, Source
from antiphon.language.address import Address
from antiphon.language.call import CallSpec
from antiphon.language.matcher import Matcher
from antiphon.language.template import Value
from antiphon.target.http_model import TokenWay


class EventPattern(Struct, frozen=True, kw_only=True):
    """An event that the profile waits for: its name, and what its data must match.

    Attributes:
        name: The event's name.
        data: None matches anything.
    """

    name: str
    data: Matcher | None = None


class AnswerRule(Struct, frozen=True, kw_only=True):
    """What stands for the acknowledgement of an emit; scope of its matchers: `data` (of the emit) and `self`.

    Attributes:
        ok: The events that say that it was carried out.
        refused: The events that say that it was not.
        after_s: In place of `ok`: it counts as carried out when so long no refusal has come.
    """

    ok: tuple[EventPattern, ...] = ()
    refused: tuple[EventPattern, ...] = ()
    after_s: float | None = None
    source: Source = NOWHERE


class Greeting(Struct, frozen=True, kw_only=True):
    """A part of a plain WebSocket's handshake, played at each connect.

    Attributes:
        emit: What is sent; None sends nothing and only waits.
        data: Its data; None: it has none. Scope: `self`.
        heard: What must be heard before it goes on; none goes on at once.
        refused: What says that the target does not let the socket in.
    """

    emit: str | None = None
    data: Value | None = None
    heard: tuple[EventPattern, ...] = ()
    refused: tuple[EventPattern, ...] = ()
    source: Source = NOWHERE


class KeepaliveRule(Struct, frozen=True, kw_only=True):
    """What keeps a connection alive; no event, no emit and no load.

    Attributes:
        heard: What the target sends, to be answered at once; None where Antiphon sends by itself.
        every_s: How often Antiphon sends by itself.
        emit: The event that is sent; None sends `text`.
        data: Its data. Scope: `self`, and `event` where something was heard.
        text: A raw text message in place of an event.
    """

    heard: EventPattern | None = None
    every_s: float | None = None
    emit: str | None = None
    data: Value | None = None
    text: str | None = None
    source: Source = NOWHERE


class PlainProfile(Struct, frozen=True, kw_only=True):
    """How messages on a plain WebSocket are written.

    Attributes:
        name: Where a message's name is.
        data: Where its data is.
        correlation: Where it says which emit it answers; None: it never does.
        emit_name: The keys that lead to the name in a message that is sent; none: its data holds it already.
        emit_data: The keys that lead to the data; none: the data is the message.
        emit_correlation: The keys that lead to what answers will carry.
        correlates_by: Whether that is a text or a number.
    """

    name: Address
    data: Address
    correlation: Address | None = None
    emit_name: tuple[str, ...] = ()
    emit_data: tuple[str, ...] = ()
    emit_correlation: tuple[str, ...] | None = None
    correlates_by: Literal["text", "number"] = "text"
    handshake: tuple[Greeting, ...] = ()
    keepalive: tuple[KeepaliveRule, ...] = ()
    subprotocols: tuple[str, ...] = ()


class SocketProfile(Struct, frozen=True, kw_only=True):
    """How the target speaks in real time.

    Attributes:
        url: Where the socket is; empty where only `url_template` says it.
        origin: Scheme, host and port to which a path belongs that a step names.
        url_template: Gives the URL, or a path, when somebody connects; scope: `self`.
        answers: Emit → what stands for its acknowledgement.
        plain: How messages are written, for a plain WebSocket.
        path_source: Where `path` was written, if it was.
        transports: The first is begun with; from polling the connection moves on to WebSocket where both are named.
        ready: The event after which a connection is ready; None: the handshake.
        identity: Event name → addresses whose values tell one event from a copy; `*` for all others.
        ambient: Events that may come at any time.
        refused: The ways in which the target turns a connection away, events among them; none are named: any.
        dropped_within_s: How soon it drops whom it has let in and does not want; None: it does not let them in.
    """

    url: str
    source: Source
    protocol: Literal["socketio", "websocket"] = "socketio"
    origin: str = ""
    url_template: Value | None = None
    answers: Mapping[str, AnswerRule] = field(default_factory=dict)
    plain: PlainProfile | None = None
    path: str = "/socket.io/"
    path_source: Source | None = None
    namespace: str = "/"
    transports: tuple[Literal["polling", "websocket"], ...] = ("websocket",)
    token: tuple[TokenWay, ...] = ()
    ready: str | None = None
    identity: Mapping[str, tuple[Address, ...]] = field(default_factory=dict)
    ambient: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()
    dropped_within_s: float | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Canary(Struct, frozen=True, kw_only=True):
    """An event that is caused so that it is heard after all earlier ones.

    Attributes:
        call: What causes it; its templates carry `canary`, a value that nothing else has. `self` is the hearer.
        event: The event's name.
        match: Where that value stands in it.
    """

    call: CallSpec
    event: str
    match: Address
    source: Source


class RecoveryProfile(Struct, frozen=True, kw_only=True):
    """How a client comes back. The waits are those of the JavaScript client, which are what servers are made for.

    Attributes:
        state: Whether it asks for the state of the lost connection (Socket.IO's connection state recovery).
        first_s: The wait before the second attempt of a `reconnect`.
        factor: How many times longer each further wait is.
        longest_s: The longest wait.
        jitter: Which part of a wait is left to chance, in both directions.
    """

    state: bool = False
    first_s: float = 1.0
    factor: float = 2.0
    longest_s: float = 5.0
    jitter: float = 0.5


class Fence(Struct, frozen=True, kw_only=True):
    """What the target promises about a question's answer.

    Attributes:
        kind: What the answer proves.
        emit: The event that asks; None where any next frame counts.
        data: Its arguments, as one value that gives a list.
        heard: The events that answer, if no acknowledgement does: all of them, in any order.
        settle_s: How long before asking (`alive`).
        canary: What is caused in place of a question (`delivery`).
    """

    kind: Literal["delivery", "connection", "alive", "none"]
    source: Source = NOWHERE
    emit: str | None = None
    data: Value | None = None
    heard: tuple[EventPattern, ...] = ()
    settle_s: float = 0.2
    canary: Canary | None = None


class Channel(Struct, frozen=True, kw_only=True):
    """One of a target's sockets, with what is promised on it: all that whoever sits on it must know.

    Attributes:
        socket: How it is spoken.
        fence: What proves an absence on it.
        recovery: How a client comes back to it.
        service: Whose it is; empty: the target's own.
    """

    socket: SocketProfile
    fence: Fence = field(default_factory=lambda: Fence(kind="none"))
    recovery: RecoveryProfile = field(default_factory=RecoveryProfile)
    service: str = ""

    def key(self, name: str) -> str:
        """Return where the profile says something of it: `socket`, or `services.billing.socket`."""
        return f"services.{self.service}.{name}" if self.service else name
