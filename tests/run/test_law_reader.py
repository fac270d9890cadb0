"""What a run tells of its laws: what was found, what is accepted, and which laws said nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from msgspec.structs import replace
from tests.judge.laws.histories import SENT, Script, law, membership

from antiphon.core.source import NOWHERE
from antiphon.judge.findings import Finding
from antiphon.run.law_reader import LawReader, declared
from antiphon.target.laws.model import Known, Law, Laws
from antiphon.target.model import Target

TODAY = dt.date(2026, 5, 1)


def target(*laws: Law, known: Sequence[Known] = ()) -> Target:
    return Target(
        name="t",
        path="target.yaml",
        base_url="http://h",
        base_url_source=NOWHERE,
        laws=Laws(laws=laws, known=tuple(known)),
        membership=membership(),
    )


def lost() -> Script:
    """Two messages that nobody hears."""
    script = Script().users("alice", "bob").room("alice", "r", "bob")
    return script.send("alice", 10, 20).send("alice", 30, 40, id="m2")


def read(profile: Target, script: Script, *, told: list[Finding] | None = None) -> LawReader:
    laws = LawReader(profile, today=TODAY, found=told.append if told is not None else None)
    laws.read(script.entries)
    laws.finish()
    return laws


def test_findings_that_are_one_are_told_once_with_their_cause() -> None:
    told: list[Finding] = []
    laws = read(target(SENT), lost(), told=told)
    (found,) = laws.results
    assert (found.first.kind, found.count, found.scenarios) == ("lost", 4, ("p",))
    assert found.cause is not None
    assert found.cause.seq == found.first.cause_seq
    assert len(told) == 4
    assert (laws.count_of(("p",)), laws.count_of(("other",))) == (1, 0)
    assert laws.line == "1 declared, 1 judged"


def test_a_finding_that_is_known_is_accepted_until_its_day_is_over() -> None:
    known = Known(law=SENT.name, because="version 1 loses them", ticket="T-1", until=TODAY)
    told: list[Finding] = []
    laws = read(target(SENT, known=[known]), lost(), told=told)
    (found,) = laws.results
    assert (found.known, found.is_accepted, laws.open, told) == ("version 1 loses them (T-1)", True, (), [])
    assert laws.count_of(("p",)) == 0
    over = read(target(SENT, known=[replace(known, until=TODAY - dt.timedelta(days=1))]), lost())
    assert [(one.overdue, one.is_accepted) for one in over.results] == [("2026-04-30", False)]
    assert over.open == over.results


def test_a_known_finding_of_another_event_accepts_nothing() -> None:
    known = Known(law=SENT.name, event="other", because="b")
    assert read(target(SENT, known=[known]), lost()).open


def test_it_is_told_which_known_findings_were_met_and_which_laws_were_judged() -> None:
    known, other = Known(law=SENT.name, because="b"), Known(law=SENT.name, event="other", because="b")
    laws = read(target(SENT, known=[known, other]), lost())
    assert (laws.met, laws.judged) == ((known,), {SENT.name})
    laws = read(target(SENT, known=[known]), Script().users("alice", "bob"))
    assert (laws.met, laws.judged) == ((), frozenset())


def test_a_law_whose_room_is_never_found_is_told_as_without_an_audience() -> None:
    wrong = law("to whom", "POST /messages -> 201", "message", "members of room request.romm")
    laws = read(target(wrong), lost())
    assert laws.line == "1 declared, 0 judged, no audience: to whom"
    assert laws.warnings == ("law `to whom` never had an audience: `request.romm` leads to no known room",)


def test_what_a_run_says_before_anything_was_judged() -> None:
    assert declared(Laws()) == "none declared"
    assert declared(Laws(laws=(SENT,))) == "1 declared, none judged"
