"""Membership: grants and joins, sessions, the verbs' emits, and what is told of mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.address import Address
from antiphon.language.scope import Names
from antiphon.target.laws.audiences import Term
from antiphon.target.laws.causes import CallCause, ConnectionCause

if TYPE_CHECKING:
    from conftest import Bench

PROFILE = """
users: {roles: [OWNER, GUEST], make: {default: [{call: POST /people, save: {self.company_id: payload.company}}]}}
membership:
  company: {granted: {by: POST /register -> 201, room: payload.company, who: payload.id}, joined: by grant}
  chatroom:
    inside: company
    granted:
      - by: POST /rooms -> 201
        room: payload.id
        who: [caller, request.memberIds, members of company caller.company_id, everyone]
        facts: {private: request.isPrivate, company: request.company}
      - {by: POST /audits -> 201, if: {request.all: true}, rooms: {}, who: caller, partly: true}
    revoked:
      - {by: "PUT /people/:id -> 200", if: {request.role: GUEST}, rooms: {private: true}, who: path.id}
    joined:
      - {by: emit open -> ok, room: "data.id | after(':')", as: data.window}
      - {by: connect, room: self.company_id, partly: true}
    left: [{by: emit shut -> ok, room: data.id, as: data.window}]
    rejoined: [{by: emit again -> ok, room: data.id}]
    after_reconnect: restored
  session:
    of: user
    revoked: [{by: POST /logout -> 2xx, who: caller}, {token: expired}]
    granted: [{by: emit enter -> ok, if: {data.token: "#string"}}]
"""


def texts(who: tuple[Term | Address, ...]) -> list[str]:
    """Return whom a change concerns, as it was written."""
    return [one.text for one in who]


def test_a_room_says_who_may_be_in_it(bench: Bench) -> None:
    membership = bench.target(PROFILE).membership
    assert list(membership.rooms) == ["company", "chatroom"]
    company, room = membership.rooms.values()
    assert (company.by_grant, company.joined, company.inside, company.after_reconnect) == (True, (), "", "lost")
    assert (room.by_grant, room.inside, room.after_reconnect) == (False, "company", "restored")
    created, audited = room.granted
    assert isinstance(created.by, CallCause)
    assert created.room is not None
    assert created.room(Names({"payload": {"id": "r1"}})) == "r1"
    assert texts(created.who) == ["caller", "request.memberIds", "members of company caller.company_id", "everyone"]
    assert [isinstance(one, Term) for one in created.who] == [True, False, True, True]
    assert {name: at.text for name, at in created.facts.items()} == {
        "private": "request.isPrivate",
        "company": "request.company",
    }
    assert (created.rooms, created.partly, created.condition) == (None, False, None)
    assert (audited.room, dict(audited.rooms or {"x": 1}), audited.partly) == (None, {"x": 1}, True)
    assert audited.rooms == {}
    assert audited.condition is not None
    assert audited.condition.holds(Names({"request": {"all": True}}))
    assert not audited.condition.holds(Names({"request": {"all": False}}))


def test_a_room_says_who_may_be_in_it_no_more(bench: Bench) -> None:
    (demoted,) = bench.target(PROFILE).membership.rooms["chatroom"].revoked
    assert demoted.rooms == {"private": True}
    assert texts(demoted.who) == ["path.id"]


def test_a_room_says_which_connection_is_in_it(bench: Bench) -> None:
    room = bench.target(PROFILE).membership.rooms["chatroom"]
    opened, connected = room.joined
    assert opened.as_ is not None
    assert opened.room is not None
    assert (opened.as_.text, opened.room.text) == ("data.window", "data.id | after(':')")
    assert isinstance(connected.by, ConnectionCause)
    assert connected.partly
    assert [change.by.text for change in (*room.left, *room.rejoined)] == ["emit shut -> ok", "emit again -> ok"]
    assert room.left[0].as_ is not None


def test_a_session_ends_and_lives_again(bench: Bench) -> None:
    session = bench.target(PROFILE).membership.session
    assert session is not None
    assert session.of == "user"
    logout, expired = session.revoked
    assert logout.by is not None
    assert (logout.by.text, texts(logout.who), logout.token_expired) == ("POST /logout -> 2xx", ["caller"], False)
    assert (expired.by, expired.token_expired) == (None, True)
    (entered,) = session.granted
    assert entered.condition is not None
    assert entered.condition.holds(Names({"data": {"token": "t"}}))


def test_a_profile_without_membership_has_none(bench: Bench) -> None:
    membership = bench.target("").membership
    assert (dict(membership.rooms), membership.session) == ({}, None)


def test_rooms_are_joined_by_the_first_of_joined_else_of_rejoined(bench: Bench) -> None:
    target = bench.target("""
membership:
  both:
    joined: [{by: emit join_both -> ok, room: data.room.id}, {by: emit other, room: data.id}]
    rejoined: [{by: emit again, room: data.id}]
    left: [{by: emit leave_both, room: data}]
  again: {rejoined: {by: emit join_again -> ok, room: data.id}}
  left: {left: [{by: emit leave_left, room: data.id}]}
""")
    both, again, left = target.rooms["both"], target.rooms["again"], target.rooms["left"]
    assert (both.join, both.join_address) == ("join_both", ("room", "id"))
    assert (both.leave, both.leave_address) == ("leave_both", ())
    assert (again.join, again.join_address, again.leave) == ("join_again", ("id",), None)
    assert (left.join, left.leave) == (None, "leave_left")
    assert target.vocabulary.rooms == {"both", "again", "left"}


def test_the_verbs_emit_only_where_the_id_has_a_plain_place(bench: Bench) -> None:
    room = bench.target(PROFILE).rooms["chatroom"]
    assert (room.join, room.join_address, room.leave) == ("again", ("id",), "shut")


ROOM_HINT = "where the room's id is in the cause, such as payload.id or data.id"
ROOM_KEYS = "known keys: inside, granted, revoked, joined, left, rejoined, after_reconnect"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("r: {inside: x}", ["4:15 unknown room `x` | known: r"]),
        ("r: {inside: r}", ["4:3 rooms in a circle: r inside r | take one `inside` out"]),
        (
            "a: {inside: b}\n  b: {inside: c}\n  c: {inside: a}",
            ["4:3 rooms in a circle: a inside b inside c inside a | take one `inside` out"],
        ),
        ("r: {granted: [5]}", ["4:17 a grant is a number, but must be a map | write {name: value}"]),
        (
            "r: {granted: [{by: POST /a -> 201}]}",
            [
                f"4:17 a grant needs `room` | {ROOM_HINT}",
                "4:17 a grant needs `who` | write who: caller, who: path.userId, or who: everyone",
            ],
        ),
        ("r: {granted: [{room: payload.id, who: caller}]}", ["4:17 a grant needs `by` | the cause"]),
        (
            "r: {granted: [{by: POST /a, room: payload.id, rooms: {}, who: caller}]}",
            ["4:56 both `room` and `rooms` | one room, or all rooms with some facts"],
        ),
        (
            "r: {granted: [{by: POST /a, rooms: {private: true}, who: caller}]}",
            [
                (
                    "4:39 no grant says `private` of a room | add facts: {private: ADDRESS} to the grant that "
                    "makes the room"
                )
            ],
        ),
        (
            "r: {granted: [{by: POST /a, room: payload.id, who: caller, facts: {private: reqest.x, b: 5}}]}",
            [
                "4:79 `reqest` means nothing here | did you mean `request`?",
                '4:92 the fact `b` is a number, but must be a text | quote it to make it a text: "5"',
            ],
        ),
        (
            (
                "r: {granted: [{by: POST /a, room: payload.id, who: caller, facts: {private: request.p}}],\n"
                "    revoked: [{by: POST /b, rooms: {privat: true}, who: []},\n"
                "     {by: POST /b, rooms: {private: []}, who: x}]}"
            ),
            [
                "5:37 unknown fact `privat` | did you mean `private`?",
                "5:57 `who` names nobody | write caller, everyone, an address or an audience's term",
                (
                    "6:37 the fact `private` is a list, but must be a text, a number, or true or false | write a text, "
                    "in quotes"
                ),
                (
                    "6:47 `x` means nothing here | here stand caller, path, payload, problem, query, request, "
                    "resources, response"
                ),
            ],
        ),
        (
            "r: {granted: [{by: POST /a, room: payload.id, who: [callr, request.ids, 5, members of x path.id]}]}",
            [
                "4:55 `callr` means nothing here | did you mean `caller`?",
                '4:75 `who` is a number, but must be a text | quote it to make it a text: "5"',
                "4:89 unknown room `x` | known: r",
                "4:96 the path has no parameter `id`",
            ],
        ),
        (
            "r: {granted: [{by: POST /a, room: path.x, who: caller, as: data.n, if: {}}]}",
            [
                "4:42 the path has no parameter `x`",
                "4:58 unknown key `as` in a grant | known keys: by, if, room, rooms, who, facts, partly",
                "4:74 `if` is empty: it claims nothing | write ADDRESS: MATCHER",
            ],
        ),
        (
            "r: {joined: by hand}",
            ["4:15 `by hand` is no way to join | write joined: by grant, or [{by: emit join -> ok, room: data.id}]"],
        ),
        ("r: {joined: by grant}", ["4:15 joined by grant, but nothing grants it | add granted"]),
        (
            "r: {joined: [{by: emit j -> refused, room: data.id}]}",
            ["4:21 a room is joined or left by an emit that is answered ok, not refused | write emit j -> ok"],
        ),
        (
            "r: {joined: [{by: emit j, who: caller, room: data.id}]}",
            ["4:29 unknown key `who` in a join | known keys: by, if, room, as, partly"],
        ),
        (
            "r: {left: [{by: connect, room: data.id}]}",
            ["4:34 `data` means nothing here | here stand caller, resources, self"],
        ),
        ("r: {after_reconnect: gone}", ["4:24 unknown after_reconnect `gone` | known: lost, restored"]),
        ("r: {per: join}", [f"4:7 unknown key `per` in a room | {ROOM_KEYS}"]),
        (
            "'a b': {}",
            ["4:3 `a b` cannot name a kind of room | letters, digits, `_` and `-`; it begins with a letter"],
        ),
        ("r: 5", ["4:6 the room `r` is a number, but must be a map | write {name: value}"]),
        (
            "session: {}",
            ["4:12 nothing ends a session | write revoked: [{by: POST /logout -> 2xx, who: caller}]"],
        ),
        ("session: 5", ["4:12 `session` is a number, but must be a map | write {name: value}"]),
        (
            "session: {of: room, revoked: [{by: POST /l -> 2xx}]}",
            [
                "4:17 unknown owner of a session `room` | known: connection, user",
                "4:33 an end of a session needs `who` | write who: caller, or who: path.id",
            ],
        ),
        (
            "session: {revoked: [{token: expired, who: caller}, {token: old}, {}, 5], granted: [{token: expired}]}",
            [
                "4:31 `token` stands alone | its own session ends: write {token: expired}",
                "4:62 unknown token `old` | known: expired",
                "4:68 an end of a session needs `by` | write by: CAUSE or token: expired",
                "4:72 an end of a session is a number, but must be a map | write {name: value}",
                "4:86 a revival of a session needs `by` | write by: CAUSE",
                "4:87 unknown key `token` in a revival of a session | known keys: by, if, who",
            ],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(f"membership:\n  {text}\n") == told


def test_an_emit_that_is_not_declared_is_told_where_it_stands(bench: Bench) -> None:
    text = "events: {emit: [join]}\nmembership: {r: {joined: [{by: emit jion -> ok, room: data}]}}\n"
    assert bench.wrong(text) == ["4:37 unknown event to emit `jion` | did you mean `join`?"]
