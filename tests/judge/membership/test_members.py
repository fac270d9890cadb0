"""Who is in which room, tried through a law: who must hear and does not has lost it, who must not and does, a leak."""

from __future__ import annotations

import msgspec
from tests.judge.laws.histories import (
    ROOM,
    Script,
    change,
    checker,
    judged,
    law,
    membership,
    session_end,
    told,
)

from antiphon.target.laws.membership import Membership, RoomKind, Session
from antiphon.target.laws.model import Law

TOLD = law("told", "POST /say -> 201", "said", "members of room request.room", agree={"event.n": "request.n"})
COMPANY = RoomKind(
    name="company",
    granted=(change("POST /people -> 201", room="payload.company", who="payload.id"),),
    revoked=(change("DELETE /people/:id -> 204", room="request.company", who="path.id"),),
    by_grant=True,
    after_reconnect="restored",
)
INNER = msgspec.structs.replace(ROOM, inside="company")


def say(script: Script, at_ms: float = 1_000, *, room: str = "r", n: int = 1) -> Script:
    return script.call("alice", "POST /say", at_ms, at_ms + 10, request={"room": room, "n": n})


def said(rooms: Membership, script: Script, who: str = "", *, one: Law = TOLD) -> list[str]:
    """Return what is found when only `who` hears what alice says at one second."""
    if who:
        script.hear(who, 1_005, "said", {"n": 1})
    return told(judged(checker(one, rooms=rooms, identity={}), script))


def people(*names: str) -> Script:
    script = Script().users(*names)
    for name in names:
        script.call("alice", "POST /people", 1, 2, payload={"id": f"u-{name}", "company": "c"})
    return script


def test_who_loses_the_outer_room_loses_the_inner_one() -> None:
    rooms = membership(INNER, COMPANY)
    script = say(people("alice", "bob").room("alice", "r", "bob", at_ms=5))
    assert said(rooms, script, "alice, bob") == []
    script = people("alice", "bob").room("alice", "r", "bob", at_ms=5)
    script.call("alice", "DELETE /people/u-bob", 10, 20, status=204, request={"company": "c"}, template="/people/:id")
    assert said(rooms, say(script), "alice, bob") == ["leaked bob said"]


def test_who_loses_another_outer_room_keeps_the_inner_one() -> None:
    named = change(
        "POST /rooms -> 201", room="payload.id", who="caller, request.members", facts={"company": "request.co"}
    )
    rooms = membership(msgspec.structs.replace(INNER, granted=(named,)), COMPANY)
    script = people("alice", "bob").room("alice", "r", "bob", at_ms=5, co="c")
    script.call("alice", "DELETE /people/u-bob", 10, 20, status=204, request={"company": "d"}, template="/people/:id")
    assert said(rooms, say(script), "alice") == ["lost bob said"]


def test_a_grant_of_every_room_holds_for_later_ones_too() -> None:
    every = change("POST /admins -> 201", rooms={}, who="payload.id")
    rooms = membership(msgspec.structs.replace(ROOM, granted=(*ROOM.granted, every)))
    script = Script().users("alice", "root").call("alice", "POST /admins", 1, 2, payload={"id": "u-root"})
    assert said(rooms, say(script.room("alice", "r", at_ms=5)), "alice") == ["lost root said"]


def test_what_is_granted_partly_may_be_heard_and_need_not() -> None:
    partly = change("POST /admins -> 201", rooms={}, who="payload.id", partly=True)
    rooms = membership(msgspec.structs.replace(ROOM, granted=(*ROOM.granted, partly)))
    script = Script().users("alice", "root").call("alice", "POST /admins", 1, 2, payload={"id": "u-root"})
    script = say(script.room("alice", "r", at_ms=5))
    assert said(rooms, script, "alice") == []
    assert said(rooms, script, "root") == []


def test_rooms_with_a_fact_are_lost_and_others_kept() -> None:
    facts = change(
        "POST /rooms -> 201", room="payload.id", who="caller, request.members", facts={"private": "request.private"}
    )
    demoted = change("PUT /users/:id -> 200", rooms={"private": True}, who="path.id", when={"request.role": "GUEST"})
    rooms = membership(msgspec.structs.replace(ROOM, granted=(facts,), revoked=(demoted,)))
    for private, found in ((True, ["leaked bob said"]), (False, [])):
        script = Script().users("alice", "bob").room("alice", "r", "bob", private=private)
        script.call("alice", "PUT /users/u-bob", 10, 20, status=200, request={"role": "GUEST"}, template="/users/:id")
        assert said(rooms, say(script), "alice, bob") == found
    script = Script().users("alice", "bob").room("alice", "r", "bob", private=True)
    script.call("alice", "PUT /users/u-bob", 10, 20, status=200, request={"role": "ADMIN"}, template="/users/:id")
    assert said(rooms, say(script), "alice, bob") == []


def test_a_room_that_is_granted_to_everyone_is_everybodys() -> None:
    public = change("POST /rooms -> 201", room="payload.id", who="everyone")
    rooms = membership(msgspec.structs.replace(ROOM, granted=(public,)))
    script = Script().users("alice").room("alice", "r").users("late", at_ms=500)
    assert said(rooms, say(script), "alice") == ["lost late said"]


def test_a_room_that_is_revoked_from_everyone_is_nobodys() -> None:
    script = Script().users("alice", "bob").room("alice", "r", "bob")
    script.call("alice", "DELETE /rooms/r", 10, 20, status=204, template="/rooms/:id")
    assert said(membership(), say(script)) == []
    assert said(membership(), script, "alice, bob") == ["leaked alice said", "leaked bob said"]


def test_who_leaves_a_room_on_one_connection_keeps_it_on_the_other() -> None:
    muted = msgspec.structs.replace(
        ROOM,
        left=(change("emit leave -> ok", room="data.id"),),
        rejoined=(change("emit back -> ok", room="data.id"),),
    )
    rooms = membership(muted)
    script = Script().users("alice", "bob").connect("bob.phone", 0).room("alice", "r", "bob")
    script = say(script.emit("bob", "leave", 10, 20, data={"id": "r"}))
    assert said(rooms, script, "alice") == ["lost bob.phone said"]
    assert said(rooms, script.emit("bob", "back", 30, 40, data={"id": "r"})) == ["lost bob said", "lost bob.phone said"]


def test_a_connection_that_comes_back_is_in_again_where_that_is_promised() -> None:
    script = say(Script().users("alice", "bob").room("alice", "r", "bob").close("bob", 10).connect("bob", 20))
    assert said(membership(), script, "alice") == ["lost bob said"]
    lost = membership(msgspec.structs.replace(ROOM, after_reconnect="lost"))
    script = say(Script().users("alice", "bob").room("alice", "r", "bob").close("bob", 10).connect("bob", 20))
    assert said(lost, script, "alice") == []


def test_a_join_by_connecting_is_one() -> None:
    own = RoomKind(name="room", joined=(change("connect", room="self.role"),))
    script = say(Script().users("alice", "bob", role="STAFF").users("carol", role="GUEST"), room="STAFF")
    assert said(membership(own), script, "alice") == ["lost bob said"]
    assert said(membership(own), script, "carol, bob") == ["leaked carol said"]


def test_a_session_that_is_revived_hears_again() -> None:
    session = Session(
        revoked=(session_end("POST /logout -> 204", who="caller"),), granted=(session_end("emit enter -> ok"),)
    )
    rooms = membership(ROOM, session=session)
    script = Script().users("alice", "bob").room("alice", "r", "bob").call("bob", "POST /logout", 10, 20, status=204)
    assert said(rooms, say(script), "alice") == []
    script.emit("bob", "enter", 30, 40)
    assert said(rooms, script) == ["lost bob said"]


def test_a_token_that_expires_ends_its_session() -> None:
    from antiphon.history.entries import User

    rooms = membership(ROOM, session=Session(revoked=(session_end(expired=True),)))
    script = Script().users("alice", "bob").room("alice", "r", "bob")
    script._put(5, User(at_s=0.005, play="p", user="bob", what="logged in", id="u-bob"))
    script = say(script, 10_000).hear("alice, bob", 10_005, "said", {"n": 1})
    for life_s, found in ((3.0, ["leaked bob said"]), (10.0, []), (60.0, [])):
        judge = checker(TOLD, rooms=rooms, identity={}, token_life_s=life_s)
        assert told(judged(judge, script)) == found


# --- audiences


def heard_by(to: str, who: str, script: Script, *, rooms: Membership | None = None, **more: object) -> list[str]:
    """Return what is found when `who` hears of alice's call that is for `to`."""
    one = law("told", "POST /say -> 201", "said", to, agree={"event.n": "request.n"}, **more)  # type: ignore[arg-type]
    return said(rooms or membership(), script, who, one=one)


def crowd() -> Script:
    script = Script().users("alice", "bob").users("carol", role="GUEST").connect("alice.phone", 1)
    return say(script.room("alice", "r", "bob"))


def test_each_term_of_an_audience_means_those_whom_it_names() -> None:
    assert heard_by("user request.n", "", say(Script().users("alice"))) == []
    assert heard_by("caller", "alice, alice.phone", crowd()) == []
    assert heard_by("caller", "alice", crowd()) == ["lost alice.phone said"]
    assert heard_by("caller's other connections", "alice, alice.phone", crowd()) == []
    assert heard_by("users with role GUEST", "carol", crowd()) == []
    assert heard_by("users with role GUEST", "carol, bob", crowd()) == ["leaked bob said"]
    assert heard_by("everyone", "alice, alice.phone, bob", crowd()) == ["lost carol said"]
    assert heard_by("everyone except caller", "bob, carol", crowd()) == []
    assert heard_by("everyone except caller", "bob, carol, alice", crowd()) == ["leaked alice said"]
    assert heard_by("role MEMBER of room request.room", "alice, alice.phone", crowd()) == ["lost bob said"]
    assert heard_by("role GUEST of room request.room", "bob", crowd()) == ["leaked bob said"]
    assert heard_by("nobody", "bob", crowd()) == ["leaked bob said"]
    assert heard_by("members of room request.room, user request.other", "alice, alice.phone, bob", crowd()) == []


def test_colleagues_share_an_outer_room() -> None:
    rooms = membership(INNER, COMPANY)
    script = say(people("alice", "bob")).users("carol")
    assert heard_by("colleagues of caller.id", "alice, bob", script, rooms=rooms) == []
    assert heard_by("colleagues of caller.id", "", say(people("alice", "bob")), rooms=rooms) == [
        "lost alice said",
        "lost bob said",
    ]
    script = say(people("alice", "bob")).users("carol")
    assert heard_by("colleagues of caller.id", "alice, bob, carol", script, rooms=rooms) == ["leaked carol said"]


def test_a_revoking_cause_is_for_those_who_were_in_before_it() -> None:
    removed = law(
        "removed",
        "DELETE /rooms/:id/members/:user -> 204",
        "removed",
        "members of room path.id",
        agree={"event.user": "path.user"},
    )
    script = Script().users("alice", "bob", "carol").room("alice", "r", "bob").drop("alice", "r", "bob", 10, 20)
    script.hear("alice", 15, "removed", {"user": "u-bob"})
    assert told(judged(checker(removed, identity={}), script)) == ["lost bob removed"]
    assert removed.to is not None
    after = msgspec.structs.replace(removed, to=msgspec.structs.replace(removed.to, when="after"))
    assert told(judged(checker(after, identity={}), script)) == []
    script.hear("bob", 15, "removed", {"user": "u-bob"})
    assert told(judged(checker(removed, identity={}), script)) == []
    assert told(judged(checker(after, identity={}), script)) == []


def test_a_granting_cause_is_for_those_who_are_in_after_it() -> None:
    made = law("made", "POST /rooms -> 201", "made", "members of room payload.id", agree={"event.id": "payload.id"})
    script = Script().users("alice", "bob").room("alice", "r", "bob", at_ms=10).hear("alice", 10.5, "made", {"id": "r"})
    assert told(judged(checker(made, identity={}), script)) == ["lost bob made"]
    assert told(judged(checker(made, identity={}), script.hear("bob", 10.5, "made", {"id": "r"}))) == []
