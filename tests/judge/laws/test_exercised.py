"""In which cases a history puts a law to the proof, each in both directions."""

from __future__ import annotations

import msgspec
from tests.judge.laws.histories import SENT, Script, checker, claim, judged, law

from antiphon.target.laws.model import Law, Owed, SeriesLaw

OWED = msgspec.structs.replace(SENT, after_recovery="owed")


def cases(of: Law, script: Script) -> set[str]:
    """Return the cases of a law that a history shows."""
    judge = checker(of)
    judged(judge, script)
    assert {law for law, _ in judge.exercised.plays} <= {of.name}
    assert all(plays == {"p"} for plays in judge.exercised.plays.values())
    return {case for _, case in judge.exercised.plays}


def talk(*more: str) -> Script:
    return Script().users("alice", "bob", *more).room("alice", "r", "bob")


def test_who_must_hear_and_does_shows_that_case() -> None:
    assert cases(SENT, talk().send("alice", 10, 20).message("alice, bob", 15)) == {"heard"}


def test_what_is_lost_on_all_shows_nothing_of_hearing() -> None:
    assert cases(SENT, talk().send("alice", 10, 20)) == set()


def test_one_hearer_is_enough_and_a_late_one_counts() -> None:
    assert cases(SENT, talk().send("alice", 10, 20).message("bob", 900)) == {"heard"}


def test_hearers_who_leave_before_the_time_is_over_count() -> None:
    script = talk().send("alice", 10, 20).message("alice, bob", 15).close("alice", 30).close("bob", 30)
    assert cases(SENT, script) == {"heard"}


def test_somebody_outside_who_listens_shows_that_nobody_else_heard() -> None:
    script = talk("carol").send("alice", 10, 20).message("alice, bob", 15)
    assert cases(SENT, script) == {"heard", "must not hear"}


def test_somebody_outside_who_is_not_connected_shows_nothing() -> None:
    script = talk().users("carol", connect=False).send("alice", 10, 20).message("alice, bob", 15)
    assert cases(SENT, script) == {"heard"}
    script = talk("carol").close("carol", 5).send("alice", 10, 20).message("alice, bob", 15)
    assert cases(SENT, script) == {"heard"}
    script = talk().users("carol", connect=False).connect("carol", 100).send("alice", 10, 20).message("alice, bob", 15)
    assert cases(SENT, script) == {"heard"}


def test_who_may_hear_is_nobody_outside() -> None:
    script = talk("carol").add("alice", "r", "carol", 9, 30).send("alice", 10, 20).message("alice, bob", 15)
    assert cases(SENT, script) == {"heard"}


def test_a_refused_cause_shows_that_nobody_heard_of_it() -> None:
    assert cases(SENT, talk().send("alice", 10, 20, status=403)) == {"refused"}
    assert cases(SENT, talk().send("alice", 10, 20, status=500)) == set()
    assert cases(msgspec.structs.replace(SENT, refused_open=True), talk().send("alice", 10, 20, status=403)) == set()


def test_the_emitting_connection_that_must_not_hear_it_is_outside() -> None:
    typing = law("typing", "emit typing -> ok", "typing", "members of room data.room", agree={"event.by": "caller.id"})
    script = talk().emit("alice", "typing", 10, 20, data={"room": "r"}).hear("bob", 15, "typing", {"by": "u-alice"})
    assert cases(typing, script) == {"heard", "must not hear"}


def test_who_hears_it_after_coming_back_shows_recovery() -> None:
    script = talk().close("bob", 5, by="network").send("alice", 10, 20).message("alice", 15).connect("bob", 4_000)
    assert cases(OWED, script) == {"heard"}
    assert cases(OWED, script.message("bob", 4_010)) == {"heard", "after recovery"}
    back = talk().close("bob", 5).connect("bob", 8).send("alice", 10, 20).message("alice, bob", 15)
    assert cases(OWED, back) == {"heard"}


def test_what_nobody_may_hear_is_judged_when_its_cause_was_done() -> None:
    quiet = law("quiet", "POST /messages -> 201", "message", kind="none", agree={"event.id": "payload.id"})
    assert cases(quiet, talk().send("alice", 10, 20)) == {"judged"}
    assert cases(quiet, talk().send("alice", 10, 20, status=403)) == set()


def test_an_answer_alone_is_judged() -> None:
    answer = law("answer", "POST /messages -> 201", kind="answer", answer=claim({"payload.id": "m1"}))
    assert cases(answer, talk().send("alice", 10, 20)) == {"judged"}
    assert cases(answer, talk().send("alice", 10, 20, status=403)) == set()


def test_any_event_is_heard_when_something_came_of_it() -> None:
    some = msgspec.structs.replace(
        law("some", "POST /messages -> 201", to="caller", kind="any_event"), then=(Owed(event=""),)
    )
    assert cases(some, talk().send("alice", 10, 20).hear("alice", 15, "gift")) == {"heard"}
    assert cases(some, talk().send("alice", 10, 20)) == set()


def test_a_series_is_heard_when_an_event_of_it_came() -> None:
    rising = Law(name="rising", kind="series", series=SeriesLaw(event="page"))
    assert cases(rising, talk().hear("bob", 15, "page", {"n": 1})) == {"heard"}
    assert cases(rising, talk().hear("bob", 15, "other")) == set()


def test_who_plays_apart_is_no_stranger_of_this_play() -> None:
    script = talk("carol").send("alice", 10, 20).message("alice, bob", 15)
    entries = script.entries
    for entry in entries:
        if entry.user == "carol":
            entry.play = "another"
    judge = checker(SENT)
    for entry in entries:
        judge.feed(entry)
    judge.finish()
    assert judge.exercised.plays == {(SENT.name, "heard"): {"p"}}


def test_what_is_owed_to_nobody_is_heard_when_anybody_hears_it() -> None:
    may = law(
        "may",
        "POST /messages -> 201",
        {"message": (0, 1)},
        "members of room request.room",
        agree={"event.id": "payload.id"},
    )
    script = talk("carol").send("alice", 10, 20)
    assert cases(may, script) == {"must not hear"}
    assert cases(may, script.message("bob", 15)) == {"heard", "must not hear"}
