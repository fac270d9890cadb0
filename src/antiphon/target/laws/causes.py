"""What may owe events to somebody: calls, emits, connections, events heard, and time."""

from __future__ import annotations

from typing import Literal

import msgspec

from antiphon.core.source import NOWHERE, Source
from antiphon.language.call import StatusSpec
from antiphon.language.route import Operation


class CallCause(msgspec.Struct, frozen=True, kw_only=True):
    """A REST call that was answered so: `POST /messages/send -> 201`.

    Attributes:
        operation: The method and the path's template.
        statuses: The answers that make it *done*; any other below 500 is *refused*.
        service: The service whose root the path is under; empty for the target's own.
    """

    operation: Operation
    statuses: StatusSpec
    service: str = ""
    text: str = ""
    source: Source = NOWHERE


class EmitCause(msgspec.Struct, frozen=True, kw_only=True):
    """An event that a user emitted: `emit join_room -> ok`.

    Attributes:
        name: The event's name.
        outcome: `ok`: acknowledged without an error; `refused`: with one; `sent`: however it was answered.
        service: The service on whose socket it is emitted; empty for the target's own.
    """

    name: str
    outcome: Literal["ok", "refused", "sent"] = "ok"
    service: str = ""
    text: str = ""
    source: Source = NOWHERE


class ConnectionCause(msgspec.Struct, frozen=True, kw_only=True):
    """A connection that came or went: `connect`, `connect first`, `disconnect last`.

    Attributes:
        what: `connect` is any connection made, `reconnect` one of a name that was connected before.
        only: Of its user's connections the `first` or the `last`; empty for each.
    """

    what: Literal["connect", "disconnect", "reconnect", "refused"]
    only: Literal["", "first", "last"] = ""
    text: str = ""
    source: Source = NOWHERE


class HeardCause(msgspec.Struct, frozen=True, kw_only=True):
    """An event that another law owes, when its first hearer heard it: `heard file_upload_completed`."""

    name: str
    text: str = ""
    source: Source = NOWHERE


class TimeCause(msgspec.Struct, frozen=True, kw_only=True):
    """Time that went by: `5s after CAUSE unless CAUSE`.

    Attributes:
        after_s: How long after the cause.
        cause: What it is counted from.
        unless: What makes it never come to pass, if it happens in between.
    """

    after_s: float
    cause: CallCause | EmitCause | ConnectionCause | HeardCause
    unless: CallCause | EmitCause | ConnectionCause | HeardCause | None = None
    text: str = ""
    source: Source = NOWHERE


Cause = CallCause | EmitCause | ConnectionCause | HeardCause | TimeCause
