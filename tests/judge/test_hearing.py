"""How long to listen, what each item heard, and everything that a step can say."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from antiphon.judge.fences import Link
from antiphon.judge.hearing import heard_for, satisfied, verdicts, waits_until
from antiphon.judge.verdicts import Kind, Outcome
from antiphon.language.scope import Names

ANSWERED_S = 10.02


def test_listening_ends_when_everything_was_heard(make: SimpleNamespace) -> None:
    claims = make.hear(make.item("a"), make.item("b"))
    assert not satisfied(make.facts(claims, [make.heard(1, 1, "a")]))
    assert satisfied(make.facts(claims, [make.heard(1, 1, "a"), make.heard(2, 2, "b")]))


def test_nothing_to_hear_is_heard_at_once(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(nothing=make.source))
    assert satisfied(facts)
    assert waits_until(facts) == ANSWERED_S


def test_what_came_early_needs_no_waiting(make: SimpleNamespace) -> None:
    assert satisfied(make.facts(make.hear(make.item()), [make.heard(1, -5)]))


def test_the_longest_wait_of_an_unfulfilled_item_counts(make: SimpleNamespace) -> None:
    claims = make.hear(make.item("a", wait_s=9.0), make.item("b", wait_s=2.0), make.item("c", wait_s=1.0))
    assert waits_until(make.facts(claims)) == pytest.approx(ANSWERED_S + 9)
    assert waits_until(make.facts(claims, [make.heard(1, 1, "a")])) == pytest.approx(ANSWERED_S + 2)


def test_one_that_is_late_alone_is_not_waited_for_any_longer(make: SimpleNamespace) -> None:
    assert satisfied(make.facts(make.hear(make.item(within_s=0.1)), [make.heard(1, 500)]))


def test_one_that_is_late_because_another_holds_its_event_waits_for_that_other(make: SimpleNamespace) -> None:
    claims = make.hear(make.item(within_s=0.1), make.item(data="{content: hello}"))
    events = [make.heard(1, 50), make.heard(2, 500, data={"content": "else"})]
    facts = make.facts(claims, events)
    assert not satisfied(facts)
    both = verdicts(make.facts(claims, [*events, make.heard(3, 900)]))
    assert [one.outcome for one in both] == [Outcome.HELD, Outcome.HELD]


@pytest.mark.parametrize(
    "link", [Link(opened_as="never connected"), Link(since="cut"), Link(since="closed by the target")]
)
def test_a_connection_that_ended_is_not_listened_to(make: SimpleNamespace, link: Link) -> None:
    facts = make.facts(make.hear(make.item()), link=link)
    assert satisfied(facts)
    assert waits_until(facts) == ANSWERED_S


def test_after_a_failed_call_nobody_listens(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item()), cause_failed=True)
    assert satisfied(facts)
    assert waits_until(facts) == ANSWERED_S


def test_each_item_has_the_events_that_serve_it(make: SimpleNamespace) -> None:
    claims = make.hear(make.item("a", times_low=2, times_high=2), make.item("b"))
    events = [make.heard(1, 1, "a"), make.heard(2, 2, "b"), make.heard(3, 3, "a")]
    found = [(item.event, [event.seq for event in heard]) for item, heard in heard_for(make.facts(claims, events))]
    assert found == [("a", [1, 3]), ("b", [2])]


def test_a_matcher_sees_the_scope_of_its_event(make: SimpleNamespace) -> None:
    claims = make.hear(make.item(data='{content: "{{ wanted }}"}'))
    scopes = {"scope_for": lambda _event: Names({"wanted": "hello"})}
    assert satisfied(make.facts(claims, [make.heard(1, 1)], **scopes))
    assert not satisfied(make.facts(claims, [make.heard(1, 1, data={"content": "no"})], **scopes))


def test_a_step_says_everything_in_one_go(make: SimpleNamespace) -> None:
    claims = make.hear(make.item(), no=(make.item("typing"),), only=make.source)
    events = [make.heard(1, 1), make.heard(2, 2), make.heard(3, 3, "typing")]
    found = verdicts(make.facts(claims, events, fence=make.fence()))
    assert [(one.outcome, one.kind) for one in found] == [
        (Outcome.HELD, Kind.HEARD),
        (Outcome.FAILED, Kind.DOUBLED),
        (Outcome.FAILED, Kind.LEAKED),
        (Outcome.FAILED, Kind.LEAKED),
    ]


def test_what_is_judged_again_later_looks_at_the_same_events(make: SimpleNamespace) -> None:
    claims = make.hear(make.item(within_s=0.1))
    then = make.facts(claims, [make.heard(1, 50)], judged_s=10.1)
    later = make.facts(claims, [make.heard(1, 50), make.heard(2, 60), make.heard(3, 4000)], judged_s=10.075)
    assert verdicts(then) == verdicts(later)


def test_an_event_is_matched_once_however_often_it_is_asked_about(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item(data="{content: hello}")), [make.heard(1, 1)])
    assert satisfied(facts)
    assert len(facts.known) == 1
