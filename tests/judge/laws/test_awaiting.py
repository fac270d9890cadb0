"""What a play's end waits for: what may still be lost, and nothing else."""

from __future__ import annotations

import msgspec
import pytest
from tests.judge.laws.histories import JOINED, SENT, Script, checker, judged, law, membership, told

from antiphon.judge.laws.checker import LawChecker
from antiphon.target.laws.model import Law

PINGED = law("a ping is answered", "POST /ping -> 201", "pong", "members of room request.room")
OFTEN = law("a ping is answered twice", "POST /ping -> 201", {"pong": 2}, "members of room request.room")
PERHAPS = law("a ping may be answered", "POST /ping -> 201", {"pong": (0, 3)}, "members of room request.room")
ONE_OF = law("a ping is answered somehow", "POST /ping -> 201", {"pong": 1, "ping": 1}, "members of room request.room")
ONE_OF = msgspec.structs.replace(ONE_OF, kind="any_of")
OF_USERS = msgspec.structs.replace(PINGED, per="user")
LATEST = law(
    "a status is heard",
    "PUT /status -> 200",
    "status",
    "everyone",
    within=1_000,
    agree={"event.user": "caller.id", "event.value": "request.value"},
    latest=True,
)
GUARDED = msgspec.structs.replace(SENT, by=law("", "connect", to="members of room request.room").to)
LEFT = 5.02
"""When that is lost which was answered after 20 ms."""


def talk(*more: str) -> Script:
    return Script().users("alice", "bob", "carol").room("alice", "r", "bob", *more)


def ping(script: Script, sent_ms: float = 10, answered_ms: float = 20) -> Script:
    return script.call("alice", "POST /ping", sent_ms, answered_ms, request={"room": "r"})


def awaited(script: Script, *laws: Law, judge: LawChecker | None = None) -> float | None:
    judge = judge or checker(*laws)
    for entry in script.entries:
        assert judge.feed(entry) == []
    return judge.awaited_until("p")


@pytest.mark.parametrize(
    ("law", "heard", "waits"),
    [
        (PINGED, "", True),
        (PINGED, "alice", True),
        (PINGED, "alice, bob", False),
        (OFTEN, "alice, bob", True),
        (OFTEN, "alice, bob, alice", True),
        (OFTEN, "alice, bob, alice, bob", False),
        (PERHAPS, "", False),
        (PERHAPS, "alice", False),
        (ONE_OF, "alice", True),
        (ONE_OF, "alice, bob", False),
    ],
    ids=lambda one: getattr(one, "name", str(one)),
)
def test_what_is_owed_is_waited_for_until_all_have_heard_it_as_often_as_they_must(
    law: Law, heard: str, waits: bool
) -> None:
    script = ping(talk())
    for name in heard.split(", ") if heard else ():
        script.hear(name, 15, "pong", {"n": 1})
    assert awaited(script, law) == (LEFT if waits else None)


def test_what_equal_causes_owe_is_waited_for_until_all_of_it_is_there() -> None:
    script = ping(ping(talk()), 11, 20).hear("alice, bob", 15, "pong").hear("alice", 16, "pong")
    assert awaited(script, PINGED) == LEFT
    assert awaited(script.hear("bob", 16, "pong"), PINGED) is None


def test_one_connection_is_enough_where_it_is_owed_to_users() -> None:
    script = ping(talk().connect("bob.phone", 1)).hear("alice, bob.phone", 15, "pong")
    assert awaited(script, OF_USERS) is None
    assert awaited(script, PINGED) == LEFT


def test_what_came_before_its_cause_is_no_reason_to_wait_no_longer() -> None:
    assert awaited(ping(talk().hear("alice, bob", 5, "pong")), PINGED) == LEFT


def test_of_values_of_which_the_latest_counts_only_that_is_waited_for() -> None:
    script = Script().users("alice", "bob")
    for value, sent_ms in (("away", 10), ("busy", 30)):
        script.call("alice", "PUT /status", sent_ms, sent_ms + 5, status=200, request={"value": value})
    assert awaited(script, LATEST) == 5.035
    script.hear("alice, bob", 40, "status", {"user": "u-alice", "value": "busy"})
    assert awaited(script, LATEST) is None


def test_of_what_nobody_may_cause_nothing_is_waited_for() -> None:
    judge = checker(GUARDED)
    for entry in talk().send("carol", 10, 20).entries:
        judge.feed(entry)
    assert judge.awaited_until("p") is None
    assert awaited(talk().send("bob", 10, 20), GUARDED) == LEFT


def test_nobody_waits_for_a_hearer_who_left_before_it_had_to_be_heard() -> None:
    script = ping(talk()).hear("alice", 15, "pong")
    assert awaited(script.close("bob", 50), PINGED) is None
    script = talk().send("alice", 10, 20).message("alice", 15)
    assert awaited(script.close("bob", 50, by="network", how="cut"), SENT) is None
    assert awaited(talk().send("alice", 10, 20).message("alice", 15).close("bob", 200), SENT) == LEFT


def test_what_another_play_owes_is_waited_for_there() -> None:
    judge = checker(PINGED)
    for entry in ping(talk()).entries:
        judge.feed(entry)
    assert judge.awaited_until("q") is None
    assert judge.awaited_until() == LEFT


# --- emits that nothing acknowledges


SAID = law("what is said is heard", "emit say -> ok", "said", "members of room data.room")


def saying(fenced: bool) -> Script:
    script = Script().users("alice", "bob").room("alice", "r", "bob").emit("alice", "join", 10, 11, data={"id": "r"})
    script.emit("bob", "join", 10, 11, data={"id": "r"}).emit("alice", "say", 20, None, data={"room": "r"})
    return script.fence("alice", 25, 30) if fenced else script


def test_it_is_told_on_which_connections_a_fence_is_wanted() -> None:
    judge = checker(SAID, rooms=membership(JOINED))
    for entry in saying(fenced=False).entries:
        judge.feed(entry)
    assert judge.unanswered("p") == {"alice"}
    assert judge.unanswered("q") == frozenset()
    assert judge.awaited_until("p") is None
    judge = checker(SAID, rooms=membership(JOINED))
    for entry in saying(fenced=True).entries:
        judge.feed(entry)
    assert judge.unanswered("p") == frozenset()
    assert judge.awaited_until("p") == 5.03


def test_only_what_a_fence_has_answered_is_lost() -> None:
    rooms = membership(JOINED)
    assert told(judged(checker(SAID, rooms=rooms), saying(fenced=True))) == ["lost bob said"]
    assert judged(checker(SAID, rooms=rooms), saying(fenced=True).hear("bob", 22, "said")) == []
    assert judged(checker(SAID, rooms=rooms), saying(fenced=False)) == []


def test_nothing_that_follows_waits_for_the_emits_of_a_play_that_is_over() -> None:
    rooms = membership(JOINED)
    for over in (False, True):
        judge = checker(SAID, rooms=rooms)
        script = saying(fenced=False).hear("alice", 21, "said")  # the echo, which only others may hear
        for entry in (script.end(40) if over else script).tick(1_000).entries:
            judge.feed(entry)
        assert judge.unanswered("p") == (frozenset() if over else {"alice"})
        # Of what may not even have come to pass the judgement waits, as long as a fence may still tell.
        assert bool(judge.summary()[0].findings) is over
