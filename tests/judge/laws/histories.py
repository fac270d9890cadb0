"""Short scripts that become histories, and short words that become laws: what tests of laws are written in.

Times are whole milliseconds from the start, so that a script can be read; entries have seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

import orjson

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.history.entries import AnyEntry, Beat, Call, Connection, Emit, Event, Mark, Tick, User
from antiphon.judge.findings import Finding
from antiphon.judge.laws.checker import LawChecker
from antiphon.language.address import Address, parse_address
from antiphon.language.call import statuses
from antiphon.language.matcher import Claim, Matcher, data_matcher
from antiphon.language.route import Operation
from antiphon.target.laws.audiences import Audience, Term
from antiphon.target.laws.causes import (
    CallCause,
    Cause,
    ConnectionCause,
    EmitCause,
    HeardCause,
    TimeCause,
)
from antiphon.target.laws.membership import Change, Membership, RoomKind, Session, SessionEnd
from antiphon.target.laws.model import Agreement, Law, Laws, Order, Owed

SETTLE_S = 0.2
WAIT_S = 5.0


# --- words


def at(text: str) -> Address:
    """Return an address."""
    problems = Problems()
    found = parse_address(text, NOWHERE, problems)
    assert not problems.found, problems.found
    return found


def cause(text: str) -> Cause:
    """Return a cause: `POST /x -> 201`, `emit join -> ok`, `connect first`, `heard done`, `5s after A unless B`."""
    if " after " in text:
        time, _, rest = text.partition(" after ")
        after, _, unless = rest.partition(" unless ")
        inner, outer = cause(after), cause(unless) if unless else None
        assert not isinstance(inner, TimeCause)
        assert not isinstance(outer, TimeCause)
        return TimeCause(after_s=float(time.removesuffix("s")), cause=inner, unless=outer, text=text)
    name, _, outcome = text.partition(" -> ")
    word, _, rest = name.partition(" ")
    if word == "emit":
        return EmitCause(name=rest, outcome=outcome or "ok", text=text)  # type: ignore[arg-type]  # what a test writes
    if word == "heard":
        return HeardCause(name=rest, text=text)
    if word in ("connect", "disconnect", "reconnect", "refused"):
        return ConnectionCause(what=word, only=rest, text=text)  # type: ignore[arg-type]  # what a test writes
    found = statuses([int(one) if one.isdecimal() else one for one in (outcome or "2xx").split("|")])
    assert found is not None
    return CallCause(operation=Operation(word, rest), statuses=found, text=text)


def audience(text: str) -> Audience:
    """Return an audience: `members of room request.id, user path.id except caller before`."""
    when = next((word for word in ("before", "after") if text.endswith(f" {word}")), "")
    terms, _, but = text.removesuffix(f" {when}" if when else "").partition(" except ")
    return Audience(
        terms=tuple(_terms(terms)),
        but=tuple(_terms(but)) if but else (),
        when=when,  # type: ignore[arg-type]  # what a test writes
        text=text,
    )


def _terms(text: str) -> Iterable[Term]:
    for one in text.split(", "):
        words = one.split(" ")
        match words:
            case ["members", "of", room, address]:
                yield Term(kind="members", room=room, at=at(address), text=one)
            case ["role", role, "of", room, address]:
                yield Term(kind="role", room=room, at=at(address), value=role, text=one)
            case ["user", address]:
                yield Term(kind="user", at=at(address), text=one)
            case ["users", "with", field, value]:
                yield Term(kind="with", field=field, value=at(value) if "." in value else value, text=one)
            case ["colleagues", "of", address]:
                yield Term(kind="colleagues", at=at(address), text=one)
            case ["caller's", "other", "connections"]:
                yield Term(kind="others", text=one)
            case [("caller" | "everyone" | "nobody") as kind]:
                yield Term(kind=kind, text=one)
            case _:
                raise AssertionError(one)


def claim(parts: Mapping[str, object]) -> Claim:
    """Return a claim over plain values."""
    return Claim(tuple((at(key), matcher(value), NOWHERE) for key, value in parts.items()), NOWHERE)


def matcher(value: object) -> Matcher:
    """Return a matcher of plain data, or the matcher itself."""
    return value if isinstance(value, Matcher) else data_matcher(value)


def change(
    by: str,
    *,
    room: str | None = None,
    who: str = "",
    rooms: Mapping[str, object] | None = None,
    facts: Mapping[str, str] | None = None,
    partly: bool = False,
    as_: str | None = None,
    when: Mapping[str, object] | None = None,
) -> Change:
    """Return a way into a room, or out of it; `who` holds words or addresses, with commas."""
    named: list[Term | Address] = []
    for one in filter(None, who.split(", ")):
        plain = one in ("caller", "everyone") or " " in one
        named.extend(_terms(one)) if plain else named.append(at(one))
    return Change(
        by=cause(by),
        room=at(room) if room is not None else None,
        rooms=rooms,
        who=tuple(named),
        facts={name: at(address) for name, address in (facts or {}).items()},
        partly=partly,
        as_=at(as_) if as_ is not None else None,
        condition=claim(when) if when else None,
    )


def law(
    name: str,
    when: str | Sequence[str],
    then: Mapping[str, int | tuple[int, int]] | str = (),  # type: ignore[assignment]  # none at all
    to: str | None = None,
    *,
    within: int | None = None,
    agree: Mapping[str, str] | None = None,
    by: str | None = None,
    when_holds: Mapping[str, object] | None = None,
    order: Order | None = None,
    **more: object,
) -> Law:
    """Return a law; `within` in milliseconds."""
    causes = [when] if isinstance(when, str) else list(when)
    owed = [(then, 1)] if isinstance(then, str) else list(dict(then).items())
    return Law(
        name=name,
        when=tuple(cause(one) for one in causes),
        condition=claim(when_holds) if when_holds else None,
        by=audience(by) if by else None,
        then=tuple(
            Owed(
                event=event,
                least=times[0] if isinstance(times, tuple) else times,
                most=times[1] if isinstance(times, tuple) else times,
                service=event.partition(":")[0] if ":" in event else "",
            )
            for event, times in owed
        ),
        to=audience(to) if to else None,
        within_s=within / 1000 if within is not None else None,
        agree=tuple(Agreement(event=at(event), cause=at(place)) for event, place in (agree or {}).items()),
        order=order,
        **more,  # type: ignore[arg-type]  # the law's own words
    )


ROOM = RoomKind(
    name="room",
    granted=(
        change("POST /rooms -> 201", room="payload.id", who="caller, request.members"),
        change("POST /rooms/:id/members/:user -> 201", room="path.id", who="path.user"),
    ),
    revoked=(
        change("DELETE /rooms/:id/members/:user -> 204", room="path.id", who="path.user"),
        change("DELETE /rooms/:id -> 204", room="path.id", who="everyone"),
    ),
    by_grant=True,
    after_reconnect="restored",
)
"""A room whose server joins everybody who may be in it."""

JOINED = RoomKind(
    name="room",
    granted=ROOM.granted,
    revoked=ROOM.revoked,
    joined=(change("emit join -> ok", room="data.id"),),
    left=(change("emit leave -> ok", room="data.id"),),
)
"""A room that connections join by themselves."""

SENT = law(
    "a sent message is heard",
    "POST /messages -> 201",
    "message",
    "members of room request.room",
    within=100,
    agree={"event.id": "payload.id", "event.text": "request.text", "event.from": "caller.id"},
)


def membership(*kinds: RoomKind, session: Session | None = None) -> Membership:
    """Return what a profile says of rooms."""
    return Membership(rooms={kind.name: kind for kind in kinds or (ROOM,)}, session=session)


def session_end(by: str | None = None, *, who: str = "", expired: bool = False) -> SessionEnd:
    """Return what ends a session, or revives it."""
    return SessionEnd(by=cause(by) if by else None, token_expired=expired, who=tuple(_terms(who)) if who else ())


# --- scripts


class Script:
    """A history in the making. Everything is written in the order of its entry's moment, as the engine writes it."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, int, AnyEntry]] = []
        self._number = count()
        self._epochs: dict[str, int] = {}

    def _put(self, written_ms: float, entry: AnyEntry) -> AnyEntry:
        self._entries.append((written_ms, next(self._number), entry))
        return entry

    @property
    def entries(self) -> list[AnyEntry]:
        """The entries, numbered in the order in which they were written."""
        found = []
        for seq, (_, _, entry) in enumerate(sorted(self._entries, key=lambda one: one[:2]), start=1):
            entry.seq = seq
            found.append(entry)
        return found

    def users(self, *names: str, at_ms: float = 0, role: str = "MEMBER", connect: bool = True) -> Script:
        """Make users, whose ids are `u-NAME`, and connect them."""
        for name in names:
            self._put(
                at_ms, User(at_s=at_ms / 1000, play="p", user=name, what="made", id=f"u-{name}", role=role, company="c")
            )
            if connect:
                self.connect(name, at_ms)
        return self

    def login(self, name: str, at_ms: float) -> Script:
        """Log a user in."""
        self._put(at_ms, User(at_s=at_ms / 1000, play="p", user=name, what="logged in", id=f"u-{name}"))
        return self

    def connect(
        self, name: str, at_ms: float, *, started_ms: float | None = None, what: str = "connected", service: str = ""
    ) -> Script:
        """Connect a socket (`bob`, `bob.phone`)."""
        self._epochs[name] = self._epochs.get(name, 0) + 1
        started_s = (at_ms if started_ms is None else started_ms) / 1000
        self._put(at_ms, self._link(name, at_ms, what, started_s=started_s, service=service))
        return self

    def close(self, name: str, at_ms: float, *, by: str = "us", how: str = "close frame") -> Script:
        """End a connection."""
        self._put(at_ms, self._link(name, at_ms, "closed", by=by, how=how))
        return self

    def refuse(self, name: str, at_ms: float) -> Script:
        """Have a connection refused."""
        self._put(at_ms, self._link(name, at_ms, "refused", by="target", how="connect_error"))
        return self

    def _link(self, name: str, at_ms: float, what: str, **more: object) -> Connection:
        return Connection(
            at_s=at_ms / 1000,
            play="p",
            user=name.partition(".")[0],
            connection=name,
            epoch=self._epochs.get(name, 0),
            what=what,  # type: ignore[arg-type]  # what a test writes
            **more,  # type: ignore[arg-type]  # the same
        )

    def call(
        self,
        who: str,
        line: str,
        sent_ms: float,
        answered_ms: float,
        *,
        status: int | None = 201,
        request: object = None,
        payload: object = None,
        template: str = "",
        **more: object,
    ) -> Script:
        """Make a call; `template` where the line's path is an actual one."""
        method, _, path = line.partition(" ")
        self._put(
            answered_ms,
            Call(
                at_s=answered_ms / 1000,
                play="p",
                user=who,
                method=method,
                template=template or path,
                url=f"http://target/api{path}",
                request_headers=(("content-type", "application/json"),),
                request_body=orjson.dumps(request) if request is not None else b"",
                sent_s=sent_ms / 1000,
                status=status,
                response_headers=(("content-type", "application/json"),),
                response_body=orjson.dumps(payload) if payload is not None else b"",
                failure="" if status is not None else "cut",
                **more,  # type: ignore[arg-type]  # the entry's own words
            ),
        )
        return self

    def room(self, who: str, room: str, *members: str, at_ms: float = 1, **facts: object) -> Script:
        """Make a room with members."""
        request = {"members": [f"u-{name}" for name in members], **facts}
        return self.call(who, "POST /rooms", at_ms, at_ms + 1, request=request, payload={"id": room})

    def add(self, who: str, room: str, member: str, sent_ms: float, answered_ms: float, **more: object) -> Script:
        """Add a member to a room."""
        path = f"POST /rooms/{room}/members/u-{member}"
        return self.call(who, path, sent_ms, answered_ms, template="/rooms/:id/members/:user", **more)  # type: ignore[arg-type]

    def drop(
        self, who: str, room: str, member: str, sent_ms: float, answered_ms: float, *, status: int | None = 204
    ) -> Script:
        """Remove a member from a room."""
        path = f"DELETE /rooms/{room}/members/u-{member}"
        return self.call(who, path, sent_ms, answered_ms, status=status, template="/rooms/:id/members/:user")

    def send(
        self,
        who: str,
        sent_ms: float,
        answered_ms: float,
        *,
        id: str = "m1",  # noqa: A002  as the payload calls it
        room: str = "r",
        text: str = "hello",
        status: int | None = 201,
        **more: object,
    ) -> Script:
        """Send a message into a room."""
        payload = {"id": id} if status is not None and status < 300 else {"error": status}
        request = {"room": room, "text": text}
        return self.call(
            who, "POST /messages", sent_ms, answered_ms, status=status, request=request, payload=payload, **more
        )  # type: ignore[arg-type]

    def hear(self, who: str, at_ms: float, name: str, data: object = None) -> Script:
        """Hear an event, on one connection or on several (`bob, carol`)."""
        for one in who.split(", "):
            args = orjson.dumps([] if data is None else [data])
            self._put(
                at_ms,
                Event(
                    at_s=at_ms / 1000,
                    play="p",
                    user=one.partition(".")[0],
                    connection=one,
                    epoch=self._epochs.get(one, 1),
                    name=name,
                    args=args,
                ),
            )
        return self

    def message(
        self,
        who: str,
        at_ms: float,
        *,
        id: str = "m1",  # noqa: A002  as the payload calls it
        text: str = "hello",
        by: str = "alice",
        **more: object,
    ) -> Script:
        """Hear a message."""
        return self.hear(who, at_ms, "message", {"id": id, "text": text, "from": f"u-{by}", **more})

    def emit(
        self,
        who: str,
        name: str,
        sent_ms: float,
        acknowledged_ms: float | None,
        *,
        data: object = None,
        ok: bool = True,
        ack: object = None,
        **more: object,
    ) -> Script:
        """Emit an event; without `acknowledged_ms` no acknowledgement comes."""
        written_ms = sent_ms if acknowledged_ms is None else acknowledged_ms
        said = ack if ack is not None else {"ok": ok}
        self._put(
            written_ms,
            Emit(
                at_s=sent_ms / 1000,
                sent_s=sent_ms / 1000,
                play="p",
                user=who.partition(".")[0],
                connection=who,
                epoch=self._epochs.get(who, 1),
                name=name,
                args=orjson.dumps([] if data is None else [data]),
                acknowledged_s=None if acknowledged_ms is None else acknowledged_ms / 1000,
                ack=None if acknowledged_ms is None else orjson.dumps([said]),
                ack_wanted=acknowledged_ms is not None,
                **more,  # type: ignore[arg-type]  # the entry's own words
            ),
        )
        return self

    def fence(self, who: str, asked_ms: float, answered_ms: float) -> Script:
        """Have a fence answered on a connection."""
        self._put(
            answered_ms,
            Beat(
                at_s=answered_ms / 1000,
                play="p",
                user=who.partition(".")[0],
                connection=who,
                epoch=self._epochs.get(who, 0),
                what="fence",
                asked_s=asked_ms / 1000,
            ),
        )
        return self

    def tick(self, at_ms: float, **in_flight: float) -> Script:
        """Say that all before is written, but for these."""
        named = tuple((key.replace("__", " /"), since_ms / 1000) for key, since_ms in in_flight.items())
        self._put(at_ms, Tick(at_s=at_ms / 1000, in_flight=named))
        return self

    def end(self, at_ms: float) -> Script:
        """End the play."""
        self._put(at_ms, Mark(at_s=at_ms / 1000, play="p", what="play", edge="ended"))
        return self


def checker(
    *laws: Law,
    rooms: Membership | None = None,
    identity: Mapping[str, str] | None = None,
    shared: bool = False,
    **more: object,
) -> LawChecker:
    """Return a checker of these laws; events are told apart by `event.id` unless `identity` says otherwise."""
    named = {"message": "event.id"} if identity is None else identity
    return LawChecker(
        Laws(laws=laws, shared=shared),
        membership() if rooms is None else rooms,
        settle_s=SETTLE_S,
        wait_s=WAIT_S,
        identity={name: (at(text),) for name, text in named.items()},
        **more,  # type: ignore[arg-type]  # the checker's own words
    )


def judged(judge: LawChecker, script: Script, *, end_ms: float | None = None) -> list[Finding]:
    """Feed a whole history and return all findings."""
    found = [finding for entry in script.entries for finding in judge.feed(entry)]
    return found + judge.finish(None if end_ms is None else end_ms / 1000)


def told(findings: Iterable[Finding]) -> list[str]:
    """Return findings as `KIND USER EVENT`, in the order of their moments."""
    ordered = sorted(findings, key=lambda one: (one.at_s, one.user))
    return [" ".join(filter(None, (one.kind.value, one.connection or one.user, one.event))) for one in ordered]
