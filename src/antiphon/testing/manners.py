"""How a scripted target behaves, and the scripts that calls and emits bring with them.

A script says what the target does about the call or emit that carries it, so that a test states the
whole case in its scenario. Keys, all optional:

    manners     how the target behaves from now on: a map of fields of `Manners`
    hold_ms     wait before anything else
    barrier     answer only when so many scripts with a barrier have come
    before      events written before the answer
    events      events written after it
    status, answer, text     the answer's status, payload, or whole body as it stands
    ack         the acknowledgement's argument; `silent` gives none, `broken` one that is no JSON
    cut         end the HTTP connection without an answer
    silent      never answer the call
    frames      messages to sockets, as they stand: a list of {to, text}
    disconnect, close, abort     whose sockets end: by a disconnect packet, a close frame, or without a word
    code, reason                 of that close frame
    answers     answer the call or emit only when so many questions of its events have been answered
    stall_ms    keep the processor busy, with the loop that both sides share, after `hold_ms`
    die         the whole target goes away

An event: `to` (an id, a list of ids, or `*`), `event`, `data`, `after_ms`, `times`, `raw` (JSON of all arguments),
`ask` (it asks for an acknowledgement), `hex` (bytes that stand under `bytes` in its data).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

Script = Mapping[str, object]
KNOWN_PASSWORD = "a password that is known"  # noqa: S105 - no secret: examples share it


class Manners(Struct, kw_only=True):
    """How the target behaves towards everybody.

    Attributes:
        ready: Whether the event `ready` follows a connection.
        ready_after_s: How long after it.
        connect: How it takes a connection: `deny` lets it in and sends `denied`, `let go` lets it in and closes it
            with a code soon after.
        acks: Whether emits are acknowledged at all.
        fence: How the emit `sync` is answered: by its acknowledgement, by the event `synced`, or not.
        wrapped: Whether answers stand in the envelope that the profile declares.
        login_refused: Whether logins are answered 401.
        uploads_forget: Whether a begun upload is answered without its id.
        kept: Things that cannot be deleted: they are answered 500.
        removes: What a DELETE does: it removes, answers that it did and does not, or does so a moment later.
        forgets: Whether a DELETE of what is not there is answered 204 as well.
        signatures: Whether the signature of a token is looked at.
        known: Addresses of people whom it has from the beginning; `KNOWN_PASSWORD` is the password of each.
        ping_s: How often a heartbeat comes.
    """

    ready: bool = True
    ready_after_s: float = 0.0
    connect: Literal["accept", "connect_error", "drop", "http", "silent", "deny", "let go"] = "accept"
    acks: bool = True
    fence: Literal["ack", "event", "silent"] = "ack"
    wrapped: bool = True
    login_refused: bool = False
    uploads_forget: bool = False
    kept: set[str] = field(default_factory=set)
    removes: Literal["at once", "never", "later"] = "at once"
    forgets: bool = False
    signatures: bool = True
    known: tuple[str, ...] = ()
    ping_s: float = 25.0


class Announcement(Struct, frozen=True, kw_only=True):
    """An event that a script wants sent."""

    to: object
    name: str
    args: str
    after_s: float
    times: int
    ask: bool = False
    data: bytes | None = None
