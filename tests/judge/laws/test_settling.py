"""It does not matter how often a history is settled, and what is remembered is what is in flight."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from tests.judge.laws.histories import SENT, Script, at, checker, law

from antiphon.history.entries import AnyEntry, Call, Tick
from antiphon.judge.laws.checker import LawChecker
from antiphon.target.laws.model import Order

ORDERED = msgspec.structs.replace(SENT, order=Order(by=at("event.room")))
PING = law("ping", "POST /ping -> 201", "pong", "members of room request.room", agree={"event.n": "request.n"})
HEARERS = ("alice", "bob", "bob.phone", "carol")


def wild(dice: Random) -> Script:
    """Return a history in which much goes wrong."""
    script = Script().users("alice", "bob", "carol").connect("bob.phone", 0)
    script.room("alice", "r", "bob").room("alice", "q", "carol")
    for number in range(dice.randrange(1, 14)):
        what, sent_ms, took_ms = dice.random(), dice.randrange(10, 9_000), dice.choice([5, 20, 300, 2_500])
        who, answered_ms = dice.choice(HEARERS[:2]), sent_ms + took_ms
        if what < 0.35:
            status = dice.choice([201, 201, 201, 403, None, 500])
            script.send(who, sent_ms, answered_ms, id=f"m{number}", room=dice.choice("rq"), status=status)
            for hearer in HEARERS:
                if dice.random() < 0.7:
                    text = dice.choice(["hello", "hello", "x"])
                    heard_ms = sent_ms + dice.randrange(-2, took_ms + 150)
                    script.message(hearer, heard_ms, id=f"m{number}", by=who, text=text)
        elif what < 0.55:
            request = {"n": dice.choice([1, 2]), "room": "r"}
            script.call(who, "POST /ping", sent_ms, answered_ms, request=request, status=dice.choice([201, None, 404]))
            for hearer in HEARERS[:3]:
                for _ in range(dice.choice([0, 1, 1, 1, 2])):
                    heard_ms = sent_ms + dice.randrange(took_ms + 100)
                    script.hear(hearer, heard_ms, "pong", {"n": dice.choice([1, 2])})
        elif what < 0.65:
            script.add("alice", dice.choice("rq"), who, sent_ms, answered_ms, status=dice.choice([201, None, 403]))
        elif what < 0.75:
            script.drop("alice", dice.choice("rq"), who, sent_ms, answered_ms, status=dice.choice([204, None, 403]))
        else:
            script.close("bob.phone", sent_ms, by=dice.choice(["us", "network"])).connect("bob.phone", answered_ms)
    return script


def ticks(calls: list[Call], from_s: float, to_s: float, every_s: float) -> list[Tick]:
    """Return the ticks between two moments, with the calls that are in flight then."""
    found = []
    at_s = (from_s // every_s + 1) * every_s
    while every_s and at_s < to_s:
        since: dict[str, float] = {}
        for call in calls:
            if (call.sent_s or 0.0) < at_s <= call.at_s:
                key = f"{call.method} {call.template}"
                since[key] = min(since.get(key, at_s), call.sent_s or 0.0)
        found.append(Tick(at_s=at_s, in_flight=tuple(since.items())))
        at_s += every_s
    return found


def findings(script: Script, every_s: float) -> tuple[list[tuple[object, ...]], LawChecker]:
    """Return what is found when a history is settled every so often, and its judge."""
    judge = checker(ORDERED, PING)
    entries: list[AnyEntry] = script.entries
    calls = [entry for entry in entries if isinstance(entry, Call)]
    found, last_s = [], 0.0
    for entry in entries:
        for tick in ticks(calls, last_s, entry.at_s, every_s) if every_s else ():
            found += judge.feed(tick)
        last_s = max(last_s, entry.at_s)
        found += judge.feed(entry)
    for tick in ticks(calls, last_s, 60.0, every_s) if every_s else ():
        found += judge.feed(tick)
    size = judge.size
    found += judge.finish()
    assert not every_s or size < 20
    return sorted((one.kind, one.by, one.connection, one.at_s, one.cause_seq, one.event) for one in found), judge


@pytest.mark.parametrize("seed", range(40))
def test_it_does_not_matter_how_often_a_history_is_settled(seed: int) -> None:
    script = wild(Random(seed))
    whole, _ = findings(script, 0.0)
    assert findings(script, 0.1)[0] == whole
    assert findings(script, 1.7)[0] == whole


def test_connections_of_plays_that_are_over_are_forgotten() -> None:
    judge = checker(SENT)
    script = Script().users("alice", "bob").room("alice", "r", "bob").close("alice", 100).close("bob", 100).end(110)
    for entry in script.tick(60_000).entries:
        judge.feed(entry)
    assert len(judge.people.hearers) == 2
    judge.feed(Tick(at_s=200.0))
    assert not judge.people.hearers


def test_what_is_remembered_does_not_grow_with_the_history() -> None:
    judge = checker(ORDERED)
    script = Script().users("alice", "bob").room("alice", "r", "bob")
    for number in range(400):
        at_ms = 10 + number * 100
        script.send("alice", at_ms, at_ms + 10, id=f"m{number}").message("alice, bob", at_ms + 5, id=f"m{number}")
        script.tick(at_ms + 50)
    sizes = []
    for entry in script.entries:
        assert judge.feed(entry) == []
        sizes.append(judge.size)
    assert max(sizes[len(sizes) // 2 :]) <= max(sizes[: len(sizes) // 2])


def test_nobody_comes_back_to_a_play_that_is_over() -> None:
    for over in (False, True):
        judge = checker(SENT)
        script = Script().users("alice", "bob").room("alice", "r", "bob").send("alice", 10, 20).message("alice", 15)
        script.close("bob", 50, by="network", how="cut").tick(1_000).tick(30_000)
        for entry in (script.end(60) if over else script).entries:
            assert judge.feed(entry) == []
        # While bob may come back and be told of it, it is remembered what he would be told.
        assert bool(judge.size) is not over
