from __future__ import annotations

import msgspec

from antiphon.core.source import Source
from antiphon.history.entries import Connection, Event
from antiphon.judge.verdicts import Outcome
from antiphon.report.sequence import AFTER, BEFORE
from antiphon.report.sequence_build import build, play_entries
from antiphon.run.results import StepResult


def test_entries_stand_with_their_steps_and_the_rest_before_and_after(run) -> None:
    result = run.result("messaging/fanout")
    bye = Connection(seq=90, at_s=7.0, play="messaging/fanout", user="bob", connection="bob", what="closed", by="us")
    made = build(result, [*run.entries, bye])
    assert [section.number for section in made.sections] == [BEFORE, "1", "2", AFTER]
    assert made.sections[1].label == "alice: POST /chatrooms/create"
    assert made.sections[3].rows[0].text == "closed"


def test_an_entry_without_a_step_stands_with_the_step_in_whose_time_it_came(run) -> None:
    result = run.result("messaging/fanout")
    stray = Event(seq=90, at_s=1.05, play="messaging/fanout", user="bob", connection="bob", name="stray")
    made = build(result, [stray])
    assert (made.sections[0].number, made.sections[0].rows[0].text) == ("2", "stray")


def test_lanes_stand_in_the_order_of_the_scenarios_users_with_their_sockets(run) -> None:
    result = run.result("messaging/fanout")
    phone = Event(
        seq=90, at_s=1.05, play="messaging/fanout", step="2", user="alice", connection="alice.phone", name="x"
    )
    ghost = Event(seq=91, at_s=1.06, play="messaging/fanout", step="2", user="ghost", connection="ghost", name="x")
    made = build(result, [*run.entries, ghost, phone])
    assert [lane.key for lane in made.lanes] == ["alice", "alice.phone", "bob", "carol", "ghost"]
    assert made.lanes[0].title == "alice, MEMBER"


def test_only_the_last_play_is_drawn(run) -> None:
    result = msgspec.structs.replace(run.result("messaging/fanout"), plays=("messaging/fanout", "messaging/fanout#2"))
    assert play_entries(result, run.entries) == []
    assert build(result, run.entries).rows == 1  # what is missing is still told
    assert play_entries(msgspec.structs.replace(result, plays=()), run.entries) == []


def test_a_step_within_a_group_stands_with_it_unless_it_has_a_result_of_its_own(run) -> None:
    result = run.result("messaging/fanout")
    inner = [
        Event(seq=90, at_s=1.05, play="messaging/fanout", step="2.1", user="bob", connection="bob", name="one"),
        Event(seq=91, at_s=1.06, play="messaging/fanout", step="7.3", user="bob", connection="bob", name="two"),
    ]
    bare = msgspec.structs.replace(result, verdicts=())
    assert [section.number for section in build(bare, inner).sections] == ["2", "7.3"]
    own = StepResult(number="2.1", label="inner", source=Source("a", 1, 1), outcome=Outcome.HELD)
    made = build(msgspec.structs.replace(bare, steps=(*result.steps, own)), inner)
    assert [section.number for section in made.sections] == ["2.1", "7.3"]


def test_rows_are_in_time_order_even_if_the_entries_were_written_late(run) -> None:
    made = build(run.result("threads/reply"), run.entries)
    times = [row.at_s for row in made.sections[0].rows if row.at_s is not None]
    assert times == sorted(times)


def test_a_scenario_of_which_nothing_was_recorded_has_no_rows(run) -> None:
    assert build(run.result("files/quota"), run.entries).rows == 0


def test_what_is_heard_during_clean_up_stands_after_the_last_step(run, make_call, make_event) -> None:
    result = msgspec.structs.replace(run.result("messaging/fanout"), verdicts=())
    late = [
        make_event("messaging/fanout", "2", "bob", 90, 9.0, "account_removed"),
        make_call("messaging/fanout", "2", "alice", 91, 9.0, 9.1, path="/slow"),
    ]
    made = build(result, late)
    assert [(section.number, section.rows[0].text) for section in made.sections] == [
        ("2", "POST /slow"),
        ("after", "account_removed"),
    ]
