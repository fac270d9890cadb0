"""The entries of the one history: past facts, stamped at the wire.

Every entry has a run-wide sequence number, a stamp in seconds since the run began, the user, the
connection with its epoch, and the play (a scenario, its row and its attempt) that it belongs to.
Bodies and payloads stay the bytes that were on the wire; whoever wants them parsed asks `values`.

`msgspec.Struct(gc=False)`: half a microsecond an entry, and no collector pause at a million of
them (slotted dataclasses: 1.8 µs and 163 ms). Nothing in an entry may refer back to it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Headers = tuple[tuple[str, str], ...]


class Entry(msgspec.Struct, gc=False, kw_only=True, tag_field="entry", omit_defaults=True):
    """What all entries say.

    Attributes:
        seq: Position in the run's history, from 1; rises by one with each entry.
        at_s: The stamp that orders this entry in time; seconds since the run began.
        play: Which play of which scenario (`messaging/fanout`, `…#2` for a second attempt); empty for the run's own.
        step: The step's number in its scenario (`3`, `4.1`); empty outside of steps.
        user: Who acted or heard; empty for nobody.
        connection: The socket's name (`alice`, `alice.phone`); empty where no socket is concerned.
        epoch: Which connection of that name, from 1; rises with each reconnection.
    """

    seq: int = 0
    at_s: float = 0.0
    play: str = ""
    step: str = ""
    user: str = ""
    connection: str = ""
    epoch: int = 0


class Call(Entry, tag="call", gc=False, kw_only=True, omit_defaults=True):
    """A REST exchange, written when it was answered or had failed.

    Attributes:
        method: The request's method.
        template: The operation's path template (`/chatrooms/:id`), or the path where no operation is known.
        url: The whole URL that was asked.
        request_headers: As sent, in order.
        request_body: The bytes sent.
        sent_s: First byte sent; `at_s` is when the last byte of the answer came, or the exchange failed.
        first_byte_s: First byte of the answer; None if none came.
        status: None if no complete answer came.
        response_headers: As they came, in order, names in lower case.
        response_body: After chunks and compression were taken off.
        failure: What went wrong on the wire (`cut`, `total timeout`, …), or empty.
        failure_detail: A sentence about it.
        failure_hint: What to do about it, where that is known.
        purpose: `step`; or what Antiphon does around the steps.
        led_to: Why another call followed at once, whose answer counts in place of this one's.
        trace: The id that it carried for the target's log; empty where the profile names no header for one.
        curl: Options that curl needs to go the same way: `-k`, `--cacert FILE`, `--proxy URL`.
        held_s: How long it was held back before it was sent, so that the target's budget is kept.
        declared: Whether its step names the status that it was answered with.
    """

    method: str
    template: str
    url: str
    request_headers: Headers = ()
    request_body: bytes = b""
    sent_s: float | None = None
    first_byte_s: float | None = None
    status: int | None = None
    response_headers: Headers = ()
    response_body: bytes = b""
    failure: str = ""
    failure_detail: str = ""
    failure_hint: str = ""
    purpose: Literal["step", "recipe", "cleanup", "health", "fence"] = "step"
    led_to: Literal["", "redirect", "retry", "page"] = ""
    trace: str = ""
    held_s: float = 0.0
    curl: tuple[str, ...] = ()
    declared: bool = False


class Emit(Entry, tag="emit", gc=False, kw_only=True, omit_defaults=True):
    """An event that a user sent, written when it was acknowledged, or no acknowledgement was awaited any longer.

    Attributes:
        name: The event's name.
        args: The JSON array of its arguments, without the name.
        sent_s: Just before it was written to the socket.
        acknowledged_s: When its acknowledgement came; None if none came.
        ack: The JSON array of the acknowledgement's arguments; None if none came.
        ack_wanted: Whether one was asked for.
        answered_by: The event that stands for the acknowledgement; empty if the protocol's own does.
        frame: The kind of a raw frame, which is no event; empty for an event.
        failure: Why it could not be sent (`not connected`), or empty.
        attachments: The binary parts of the arguments, in the order of their placeholders.
        ack_attachments: Those of the acknowledgement.
    """

    name: str
    args: bytes = b"[]"
    sent_s: float = 0.0
    acknowledged_s: float | None = None
    ack: bytes | None = None
    ack_wanted: bool = False
    answered_by: str = ""
    frame: str = ""
    failure: str = ""
    attachments: tuple[bytes, ...] = ()
    ack_attachments: tuple[bytes, ...] = ()


class Event(Entry, tag="event", gc=False, kw_only=True, omit_defaults=True):
    """An event that a user received.

    Attributes:
        name: The event's name.
        args: The JSON array of its arguments, without the name; binary parts are placeholders.
        attachments: The binary parts, in order.
        asks: Whether the target asks for an acknowledgement.
    """

    name: str
    args: bytes = b"[]"
    attachments: tuple[bytes, ...] = ()
    asks: bool = False


class Answer(Entry, tag="answer", gc=False, kw_only=True, omit_defaults=True):
    """What a user acknowledged an event with, because its target asked for that.

    Attributes:
        name: The event's name.
        event: The sequence number of the event.
        args: The JSON array of the acknowledgement's arguments; binary parts are placeholders.
        attachments: The binary parts, in order.
    """

    name: str
    event: int
    args: bytes = b"[]"
    attachments: tuple[bytes, ...] = ()


class Connection(Entry, tag="connection", gc=False, kw_only=True, omit_defaults=True):
    """A connection's state changed.

    Attributes:
        what: What happened to it. `upgraded`: from polling to WebSocket; `not upgraded`: that was tried in vain.
        by: Who ended or refused it: the target, Antiphon (`us`), or the network.
        how: `connect_error`, `disconnect packet`, `close frame`, `cut`, `ping timeout`, `http`, …
        code: The close code or HTTP status, if one came.
        reason: The reason that came with it.
        data: What came with a refusal, as JSON.
        sid: The session's id at the target.
        started_s: When the attempt began.
        transport: What carries it from then on, where that may be one or another (`polling`, `websocket`).
        service: Whose socket it leads to, or did not; empty: the target's own.
    """

    what: Literal["connected", "closed", "refused", "recovered", "upgraded", "not upgraded"]
    by: Literal["", "target", "us", "network"] = ""
    how: str = ""
    code: int | None = None
    reason: str = ""
    data: bytes = b""
    sid: str = ""
    started_s: float | None = None
    transport: str = ""
    service: str = ""


class User(Entry, tag="user", gc=False, kw_only=True, omit_defaults=True):
    """A user came to be, changed or left. Never a secret.

    Attributes:
        what: What happened; `given`: an account that the target had already; `device`: it is another's, on a
            connection of its own.
        id: The user's id at the target, as text.
        role: The user's role.
        company: The name of the scenario's company that the user is in.
        facts: What laws look at besides, as a JSON map; empty if they look at nothing.
    """

    what: Literal["made", "given", "logged in", "logged out", "removed", "device"]
    id: str = ""
    role: str = ""
    company: str = ""
    facts: bytes = b""


class Beat(Entry, tag="beat", gc=False, kw_only=True, omit_defaults=True):
    """A sign of life on a connection.

    Attributes:
        what: A heartbeat of the protocol, a fence's answer, or a raw frame that is no event (`pong`).
        asked_s: When the fence was asked for.
        answer: The fence's answer, as JSON; of a frame the JSON list of its payload's text.
        frame: The kind of frame.
    """

    what: Literal["heartbeat", "fence", "frame"]
    asked_s: float | None = None
    answer: bytes = b""
    frame: str = ""


class Probe(Entry, tag="probe", gc=False, kw_only=True, omit_defaults=True):
    """A query of the target's database, and what it answered.

    Attributes:
        sql: The statement, with names in place of what was bound.
        values: What was bound, as a JSON map.
        rows: The rows, as a JSON list of maps; None if none came.
        asked_s: When it was asked; `at_s` is when it was answered, or given up.
        failure: Why no rows came, or empty.
    """

    sql: str
    values: bytes = b"{}"
    rows: bytes | None = None
    asked_s: float = 0.0
    failure: str = ""


class Sample(Entry, tag="sample", gc=False, kw_only=True, omit_defaults=True):
    """A measurement beside the wire.

    Attributes:
        name: What was measured (`own_lag`, `target_wait`).
        value: In `unit`.
        unit: The field's usual abbreviation (`s`, `B`, `%`).
    """

    name: str
    value: float
    unit: str


class Mark(Entry, tag="mark", gc=False, kw_only=True, omit_defaults=True):
    """Something of Antiphon's own began or ended.

    Attributes:
        what: What.
        edge: Which end of it.
        note: The step's label or the scenario's outcome.
    """

    what: Literal["run", "play", "step", "retry", "cleanup"]
    edge: Literal["began", "ended"]
    note: str = ""


class Tick(Entry, tag="tick", gc=False, kw_only=True, omit_defaults=True):
    """All entries before `at_s` have been written: so a pure reader knows time without a clock.

    Attributes:
        in_flight: Calls and emits that had left then and whose entries are still to come: what they are
            (`POST /messages/send`, `emit join_room`), and when the oldest of each left.
    """

    in_flight: tuple[tuple[str, float], ...] = ()


AnyEntry = Call | Emit | Event | Answer | Connection | User | Beat | Probe | Sample | Mark | Tick
