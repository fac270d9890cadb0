"""What a connection tells, as the history keeps it; who and when is added by the socket."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import orjson

from antiphon.history.entries import Connection, Event
from antiphon.history.heard import Heard
from antiphon.net.socket_facts import Closed, Opened, Refused, Upgraded
from antiphon.target.socket_model import Channel
from antiphon.wire.errors import RemoteProtocolError
from antiphon.wire.heard import Received
from antiphon.wire.payload import parse_list


def opened_entry(opened: Opened, channel: Channel, *, started_s: float, names_transport: bool) -> Connection:
    """Return the entry of a connection that came up, or whose state was recovered."""
    return Connection(
        what="recovered" if opened.recovered else "connected",
        sid=opened.socket_id,
        started_s=started_s,
        transport=opened.transport if names_transport else "",
        service=channel.service,
    )


def upgraded_entry(upgraded: Upgraded) -> Connection:
    """Return the entry of a connection that moved on from polling to WebSocket, or could not."""
    return Connection(
        what="not upgraded" if upgraded.failure else "upgraded",
        reason=upgraded.failure,
        transport="polling" if upgraded.failure else "websocket",
    )


def closed_entry(closed: Closed) -> Connection:
    """Return the entry of a connection that ended."""
    return Connection(
        what="closed", by=closed.by, how=closed.how, code=closed.code, reason=closed.reason or closed.detail
    )


def refused_entry(refused: Refused, channel: Channel, *, started_s: float) -> Connection:
    """Return the entry of a connection that did not come up."""
    return Connection(
        what="refused",
        by="target" if refused.by in ("connect_error", "dropped", "http", "event") else "network",
        how=refused.by,
        code=refused.status,
        reason=refused.detail,
        data=orjson.dumps(refused.data, default=str) if refused.data is not None else b"",
        started_s=started_s,
        service=channel.service,
    )


def event_entry(event: Received, play: str, step: str, user: str, connection: str, epoch: int) -> Event:
    """Return the entry of an event that came."""
    return Event(
        at_s=event.at_s,
        play=play,
        step=step,
        user=user,
        connection=connection,
        epoch=epoch,
        name=event.name,
        args=arguments_of(event),
        attachments=event.attachments,
        asks=event.ack_id is not None,
    )


def at_once(like: Event, args: Sequence[bytes], first_seq: int) -> tuple[list[Event], list[Heard]]:
    """Return the entries of events that came at once, and the events as the inbox holds them.

    Args:
        like: Says what they have in common: when, on which connection, in which step, and their name.
        args: The JSON list of each one's arguments.
        first_seq: The number of the first.
    """
    at_s, name, play, step = like.at_s, like.name, like.play, like.step
    user, connection, epoch = like.user, like.connection, like.epoch
    numbered = tuple(enumerate(args, first_seq))
    events = [
        Event(
            seq=seq,
            at_s=at_s,
            play=play,
            step=step,
            user=user,
            connection=connection,
            epoch=epoch,
            name=name,
            args=raw,
        )
        for seq, raw in numbered
    ]
    return events, [Heard(seq=seq, at_s=at_s, name=name, raw=raw) for seq, raw in numbered]


def arguments_of(event: Received) -> bytes:
    """Return the JSON list of an event's arguments, its name left out and its attachments left as placeholders.

    Cutting the name off costs 0.2 µs, parsing and writing anew 2 µs; servers write compactly, so that the name
    stands where it is looked for.
    """
    raw, prefix = event.raw, _prefix(event.name)
    if raw.startswith(prefix):
        end = len(prefix)
        if raw[end : end + 1] == b",":
            return b"[" + raw[end + 1 :]
        if raw[end:] == b"]":
            return b"[]"
    try:
        return orjson.dumps(parse_list(raw)[1:])
    except RemoteProtocolError:  # JSON broken inside: an event that matches nothing
        return b"[]"


@lru_cache(maxsize=4096)
def _prefix(name: str) -> bytes:
    return b'["' + name.encode() + b'"'
