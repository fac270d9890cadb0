"""Events that are not to be heard earlier than an item says."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from antiphon.judge.hearing import satisfied, verdicts, waits_until
from antiphon.judge.measures import is_delivery
from antiphon.judge.verdicts import Kind, Outcome

ANSWERED_S = 10.02


def test_an_event_that_comes_when_it_may_holds(make: SimpleNamespace) -> None:
    (found,) = verdicts(make.facts(make.hear(make.item(after_s=0.5, within_s=1.0)), [make.heard(1, 600)]))
    assert (found.outcome, found.kind) == (Outcome.HELD, Kind.HEARD)
    assert found.claim == "bob hears message_received not earlier than 500ms and within 1s"
    assert not is_delivery(found)


@pytest.mark.parametrize("after_answer_ms", [-5, 0, 499])
def test_an_event_before_its_time_is_early(make: SimpleNamespace, after_answer_ms: int) -> None:
    (found,) = verdicts(make.facts(make.hear(make.item(after_s=0.5)), [make.heard(1, after_answer_ms)]))
    assert (found.outcome, found.kind, found.limit_s) == (Outcome.FAILED, Kind.EARLY, 0.5)
    assert found.sentence.endswith(", earlier than 500ms")


def test_it_may_count_from_the_request(make: SimpleNamespace) -> None:
    item = make.item(after_s=0.1, after_of_request=True)
    assert verdicts(make.facts(make.hear(item), [make.heard(1, 81)]))[0].outcome is Outcome.HELD
    (found,) = verdicts(make.facts(make.hear(item), [make.heard(1, 60)]))
    assert found.sentence == (
        "bob heard message_received 60 ms after the answer, 80 ms after the request, earlier than 100ms of the request"
    )


def test_own_lag_near_the_bound_makes_it_void(make: SimpleNamespace) -> None:
    item = make.item(after_s=0.5)
    (found,) = verdicts(make.facts(make.hear(item), [make.heard(1, 510)], lag_at=lambda _at_s: 0.03))
    assert (found.outcome, found.kind) == (Outcome.VOID, Kind.EARLY)
    assert found.sentence == "cannot tell whether bob heard message_received not earlier than 500ms"
    assert "truly between 480 ms and 540 ms, and the limit 500ms lies between" in found.details[0]
    (found,) = verdicts(make.facts(make.hear(item), [make.heard(1, 510)], target_wait=lambda _from_s, _to_s: 0.03))
    assert found.outcome is Outcome.VOID


def test_one_that_came_too_early_does_not_end_the_waiting(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item(after_s=0.5)), [make.heard(1, 100)])
    assert not satisfied(facts)
    assert waits_until(facts) == pytest.approx(ANSWERED_S + 5)
    assert satisfied(make.facts(make.hear(make.item(after_s=0.5)), [make.heard(1, 600)]))


def test_one_in_time_beside_one_too_early_is_one_too_many(make: SimpleNamespace) -> None:
    events = [make.heard(1, 100), make.heard(2, 600)]
    found = verdicts(make.facts(make.hear(make.item(after_s=0.5)), events, fence=make.fence(700)))
    assert [(one.outcome, one.kind) for one in found] == [(Outcome.HELD, Kind.HEARD), (Outcome.FAILED, Kind.DOUBLED)]


def test_of_several_each_must_keep_it(make: SimpleNamespace) -> None:
    item = make.item(after_s=0.5, times_low=2, times_high=2)
    (found,) = verdicts(make.facts(make.hear(item), [make.heard(1, 100), make.heard(2, 600)]))
    assert found.kind is Kind.EARLY
    assert found.sentence == (
        "bob heard message_received 2 times, one of them 100 ms after the answer, earlier than 500ms"
    )


def test_one_that_is_late_for_its_promise_is_late(make: SimpleNamespace) -> None:
    (found,) = verdicts(make.facts(make.hear(make.item(after_s=0.1, within_s=0.5)), [make.heard(1, 700)]))
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.LATE)
