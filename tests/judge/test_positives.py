"""What was to be heard: heard, late, in doubt, different, out of order, lost; with the sentences that say so."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from antiphon.judge.fences import Link
from antiphon.judge.hearing import verdicts
from antiphon.judge.verdicts import Kind, Outcome, Verdict


def only(facts: Any) -> Verdict:
    (found,) = verdicts(facts)
    return found


def words(found: Verdict) -> list[str]:
    return [found.sentence, *found.details]


def test_an_event_in_time_is_heard(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(make.item(data="{content: hello}", within_s=0.1)), [make.heard(7, 84)]))
    assert (found.outcome, found.kind) == (Outcome.HELD, Kind.HEARD)
    assert found.claim == "bob hears message_received within 100ms"
    assert words(found) == ["bob heard message_received 84 ms after the answer"]
    assert found.latency_s == pytest.approx(0.084)
    assert found.from_request_s == pytest.approx(0.104)
    assert (found.evidence, found.cause_seq, found.step, found.user) == ((7,), 1, "2", "bob")
    assert not found.early


def test_an_event_before_the_answer_counts_and_is_early(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(make.item(within_s=0.1)), [make.heard(7, -5)]))
    assert found.outcome is Outcome.HELD
    assert (found.latency_s, found.early) == (0.0, True)
    assert words(found) == ["bob heard message_received 5 ms before the answer"]


def test_an_event_before_the_window_does_not_count(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(make.item()), [make.heard(7, -21)]))
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.LOST)


def test_an_event_after_its_limit_is_late(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(make.item(within_s=0.1)), [make.heard(7, 312)]))
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.LATE)
    assert words(found) == ["bob heard message_received 312 ms after the answer, not within 100ms"]


def test_a_limit_may_count_from_the_request(make: SimpleNamespace) -> None:
    items = make.hear(make.item(within_s=0.1, of_request=True))
    assert only(make.facts(items, [make.heard(7, 75)])).outcome is Outcome.HELD
    found = only(make.facts(items, [make.heard(7, 90)]))
    assert found.kind is Kind.LATE
    assert words(found) == [
        "bob heard message_received 90 ms after the answer, 110 ms after the request, not within 100ms of the request"
    ]


def test_own_lag_makes_a_time_near_its_limit_void_with_the_numbers(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(make.item(within_s=0.1)), [make.heard(7, 120)], lag_at=lambda _at_s: 0.03))
    assert (found.outcome, found.kind) == (Outcome.VOID, Kind.LATE)
    assert words(found) == [
        "cannot tell whether bob heard message_received within 100ms",
        (
            "measured 120 ms (own lag 30 ms before and 30 ms after): truly between 90 ms and 150 ms, "
            "and the limit 100ms lies between"
        ),
    ]
    assert (found.lag_start_s, found.lag_end_s) == (0.03, 0.03)


def test_lag_at_the_answer_makes_a_pass_near_the_limit_void(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(make.item(within_s=0.1)), [make.heard(7, 90)], lag_at=lambda _at_s: 0.03))
    assert found.outcome is Outcome.VOID


def test_the_targets_wait_for_a_processor_excuses_what_it_can_explain(make: SimpleNamespace) -> None:
    items = make.hear(make.item(within_s=0.1))
    excused = only(make.facts(items, [make.heard(7, 120)], target_wait=lambda _from_s, _to_s: 0.05))
    assert excused.outcome is Outcome.VOID
    assert "the target waited 50 ms for a processor" in excused.details[0]
    assert only(make.facts(items, [make.heard(7, 160)], target_wait=lambda _from_s, _to_s: 0.05)).kind is Kind.LATE


def test_an_event_that_differs_is_shown_with_its_difference(make: SimpleNamespace) -> None:
    events = [make.heard(7, 84, data={"content": "hello"})]
    found = only(make.facts(make.hear(make.item(data="{content: hallo}", within_s=0.1)), events))
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.DIFFERS)
    assert words(found) == [
        "bob did not hear message_received within 100ms",
        'heard instead, 84 ms after the answer: message_received, differs in `content`: "hello" is not "hallo"',
        "listened for 5s after the answer",
    ]
    assert found.evidence == (7,)


def test_the_nearest_of_the_different_events_comes_first_and_three_are_shown(make: SimpleNamespace) -> None:
    far = {"content": "x", "id": 9}
    events = [make.heard(seq, seq, data=far) for seq in range(4)] + [make.heard(9, 9, data={"content": "x", "id": 1})]
    found = only(make.facts(make.hear(make.item(data="{content: hello, id: 1}")), events))
    assert found.details[0].startswith("heard instead, 9 ms after")
    assert sum(line.startswith("heard instead") for line in found.details) == 3


def test_nothing_at_all_is_lost(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(make.item())))
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.LOST)
    assert words(found) == [
        "bob did not hear message_received",
        "heard nothing at all since the step began",
        "listened for 5s after the answer",
    ]


def test_what_else_was_heard_is_named(make: SimpleNamespace) -> None:
    events = [make.heard(1, 3, "status"), make.heard(2, 4, "status"), make.heard(3, 5, "typing\x1b[2J")]
    found = only(make.facts(make.hear(make.item(within_s=0.1)), events))
    assert words(found)[:2] == [
        "bob did not hear message_received within 100ms",
        "heard in that time: status (2), typing\\x1b[2J",
    ]


def test_an_event_after_the_wait_is_lost_and_told(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(make.item(wait_s=1.0)), [make.heard(7, 1300)]))
    assert found.kind is Kind.LOST
    assert found.details[0] == "heard 1.3 s after the answer, when its wait of 1s was over"


def test_lag_prolongs_the_wait_because_lost_is_not_about_time(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(make.item(wait_s=1.0)), [make.heard(7, 1300)], lag_at=lambda _at_s: 0.4))
    assert found.outcome is Outcome.HELD


def test_too_few_are_lost_with_how_many_came(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(make.item(times_low=3, times_high=3)), [make.heard(7, 5), make.heard(8, 9)]))
    assert found.kind is Kind.LOST
    assert words(found)[:2] == [
        "bob did not hear message_received 3 times",
        "heard 2 times, the last one 9 ms after the answer",
    ]


def test_each_of_several_must_be_in_time(make: SimpleNamespace) -> None:
    items = make.hear(make.item(times_low=2, times_high=2, within_s=0.1))
    assert only(make.facts(items, [make.heard(7, 5), make.heard(8, 90)])).outcome is Outcome.HELD
    found = only(make.facts(items, [make.heard(7, 5), make.heard(8, 190)]))
    assert found.kind is Kind.LATE
    assert words(found) == [
        "bob heard message_received 2 times, the last one 190 ms after the answer, not within 100ms"
    ]


def test_items_in_order_heard_the_other_way_round_are_reordered(make: SimpleNamespace) -> None:
    claims = make.hear(in_order=((make.item("created"), make.item("edited")),))
    found = verdicts(make.facts(claims, [make.heard(1, 1, "edited"), make.heard(2, 2, "created")]))
    bad = [one for one in found if one.outcome is Outcome.FAILED]
    assert [one.kind for one in bad] == [Kind.REORDERED]
    assert words(bad[0])[:2] == [
        "bob did not hear created in the order written",
        "heard 2 ms after the answer, out of order",
    ]


def test_items_in_order_heard_in_order_hold(make: SimpleNamespace) -> None:
    claims = make.hear(in_order=((make.item("created"), make.item("edited")),))
    found = verdicts(make.facts(claims, [make.heard(1, 1, "created"), make.heard(2, 2, "edited")]))
    assert [one.outcome for one in found] == [Outcome.HELD, Outcome.HELD]


def test_one_event_does_not_serve_two_items(make: SimpleNamespace) -> None:
    claims = make.hear(make.item(), make.item(data="{content: hello}"))
    found = verdicts(make.facts(claims, [make.heard(1, 1)]))
    assert [one.outcome for one in found] == [Outcome.HELD, Outcome.FAILED]
    assert found[1].details[0] == "what was heard of it serves other items of this hear (message_received)"


def test_after_a_failed_call_nothing_was_owed(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(make.item()), cause_failed=True))
    assert found.outcome is Outcome.NOT_RUN


def test_orders_too_tangled_to_try_are_void_and_not_failed(make: SimpleNamespace) -> None:
    groups = tuple(
        tuple(
            make.item(data=f'{{n: {{"#any_of": {[n for n in range(30) if (n * 7 + number) % 3]}}}}}')
            for number in range(6)
        )
        for _ in range(6)
    )
    events = [make.heard(n, n, data={"n": n}) for n in range(30)]
    outcomes = {one.outcome for one in verdicts(make.facts(make.hear(in_order=groups), events))}
    assert outcomes == {Outcome.HELD, Outcome.VOID}


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (Link(opened_as="never connected"), "bob was not connected"),
        (Link(opened_as="closed by us"), "bob had disconnected before"),
        (Link(opened_as="cut", opened_reason="ping timeout"), "bob's connection had been cut before (ping timeout)"),
        (
            Link(opened_as="closed by the target", opened_reason="logged out"),
            "the target had closed bob's connection before (logged out)",
        ),
        (Link(since="cut", since_s=10.05), "bob's connection was cut 30 ms after the answer"),
        (Link(since="replaced", since_s=10.05), "bob's connection was replaced by another 30 ms after the answer"),
        (
            Link(since="closed by the target", since_s=10.05, since_reason="kicked"),
            "bob's connection was closed by the target 30 ms after the answer (kicked)",
        ),
    ],
)
def test_what_became_of_the_connection_is_told(make: SimpleNamespace, link: Link, said: str) -> None:
    found = only(make.facts(make.hear(make.item()), link=link))
    assert found.kind is Kind.LOST
    assert found.details[-1] == said
