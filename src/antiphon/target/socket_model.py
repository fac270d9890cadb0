"""The model of what a target says on its sockets: what answers an emit, and how a plain WebSocket is spoken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from antiphon.core.source import NOWHERE, Source
from antiphon.language.address import Address
from antiphon.language.matcher import Matcher
from antiphon.language.template import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPattern:
    """An event that the profile waits for: its name, and what its data must match.

    Attributes:
        name: The event's name.
        data: None matches anything.
    """

    name: str
    data: Matcher | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRule:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepaliveRule:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainProfile:
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
    keepalive: tuple[KeepaliveRule, ...] = field(default=())
    subprotocols: tuple[str, ...] = ()
