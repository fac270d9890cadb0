"""How often something may be heard: at a fence, and afterwards as a copy."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from antiphon.judge.bounds import bound_verdicts, is_copy, is_judged_by, late_copies, unproven_bounds
from antiphon.judge.fences import FenceOutcome, Link
from antiphon.judge.hearing import verdicts
from antiphon.judge.verdicts import Kind, Outcome, Verdict


def doubled(facts: Any) -> list[Verdict]:
    return [one for one in verdicts(facts) if one.kind is Kind.DOUBLED]


def test_once_is_not_twice(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item()), [make.heard(5, 2), make.heard(6, 9)], fence=make.fence())
    (found,) = doubled(facts)
    assert found.outcome is Outcome.FAILED
    assert found.sentence == "bob heard message_received 2 times, not once"
    assert found.details == ('one too many, 9 ms after the answer: {"content":"hello"}',)
    assert found.evidence == (6,)


def test_once_is_once(make: SimpleNamespace) -> None:
    assert doubled(make.facts(make.hear(make.item()), [make.heard(5, 2)], fence=make.fence())) == []


def test_without_a_fence_nothing_is_said_at_the_step(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item()), [make.heard(5, 2), make.heard(6, 9)])
    assert doubled(facts) == []
    assert not is_judged_by(None)
    assert not is_judged_by(make.fence(outcome=FenceOutcome.VOID))


@pytest.mark.parametrize(
    ("high", "count", "said"), [(3, 3, None), (3, 4, "4 times, not at most 3 times"), (None, 9, None)]
)
def test_a_range_has_an_upper_end(make: SimpleNamespace, high: int | None, count: int, said: str | None) -> None:
    events = [make.heard(seq, seq) for seq in range(count)]
    found = doubled(make.facts(make.hear(make.item(times_low=1, times_high=high)), events, fence=make.fence()))
    assert [one.sentence for one in found] == ([f"bob heard message_received {said}"] if said else [])


def test_two_items_that_match_the_same_may_both_be_heard(make: SimpleNamespace) -> None:
    claims = make.hear(make.item(), make.item())
    assert doubled(make.facts(claims, [make.heard(5, 2), make.heard(6, 9)], fence=make.fence())) == []
    (found,) = doubled(make.facts(claims, [make.heard(n, n) for n in range(3)], fence=make.fence()))
    assert found.sentence == "bob heard message_received once more than the items of this hear allow"


def test_an_event_after_the_wait_is_not_counted(make: SimpleNamespace) -> None:
    claims = make.hear(make.item(wait_s=1.0))
    facts = make.facts(claims, [make.heard(5, 2), make.heard(6, 1500)], fence=make.fence(2000))
    assert doubled(facts) == []


def test_an_event_after_the_next_cause_is_not_counted(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item()), [make.heard(5, 2), make.heard(6, 90)], next_cause_s=10.1)
    assert list(bound_verdicts(facts, make.fence(3000))) == []
    before = make.facts(make.hear(make.item()), [make.heard(5, 2), make.heard(6, 70)], next_cause_s=10.1)
    assert len(list(bound_verdicts(before, make.fence(3000)))) == 1


def test_zero_times_is_a_bound_too(make: SimpleNamespace) -> None:
    claims = make.hear(make.item(times_low=0, times_high=0))
    assert doubled(make.facts(claims, fence=make.fence())) == []
    (found,) = doubled(make.facts(claims, [make.heard(5, 2)], fence=make.fence()))
    assert found.sentence == "bob heard message_received once, not 0 times"


def identity(event: Any) -> tuple[object, ...] | None:
    return (event.data["id"],) if "id" in event.data else None


def test_a_copy_has_the_same_name_and_identity(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item()), identity=identity)
    one = make.heard(1, 1, data={"id": 7, "at": 1})
    assert is_copy(facts, make.heard(2, 2, data={"id": 7, "at": 2}), one)
    assert not is_copy(facts, make.heard(2, 2, data={"id": 8, "at": 1}), one)
    assert not is_copy(facts, make.heard(2, 2, "edited", data={"id": 7, "at": 1}), one)
    assert not is_copy(facts, one, one)


def test_without_an_identity_a_copy_is_wholly_equal_and_unexplained(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item()))
    explained = make.facts(make.hear(make.item()), another_cause_explains=lambda _event: True)
    one = make.heard(1, 1, data={"n": 7})
    assert is_copy(facts, make.heard(2, 2, data={"n": 7}), one)
    assert not is_copy(facts, make.heard(2, 2, data={"n": 7, "more": 1}), one)
    assert not is_copy(explained, make.heard(2, 2, data={"n": 7}), one)


def test_a_late_copy_is_heard_again_and_names_the_step(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item()), [make.heard(5, 2), make.heard(6, 2500)], judged_s=10.1)
    (found,) = late_copies(facts, 10.2)
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.DOUBLED)
    assert found.sentence == (
        "bob heard message_received of step 2 (alice: POST /messages/send) again, 2.5 s after the answer"
    )


def test_a_late_event_that_is_no_copy_is_nobodys_breach(make: SimpleNamespace) -> None:
    later = make.heard(6, 2500, data={"content": "other"})
    facts = make.facts(make.hear(make.item()), [make.heard(5, 2), later], judged_s=10.1)
    assert list(late_copies(facts, 10.2)) == []


def test_a_copy_that_the_item_has_room_for_is_no_breach(make: SimpleNamespace) -> None:
    events = [make.heard(5, 2), make.heard(6, 2500)]
    roomy = make.facts(make.hear(make.item(times_high=2)), events, judged_s=10.1)
    assert list(late_copies(roomy, 10.2)) == []
    full = make.facts(make.hear(make.item(times_high=2)), [*events, make.heard(7, 2600)], judged_s=10.1)
    (found,) = late_copies(full, 10.2)
    assert found.evidence == (7,)


def test_a_copy_after_the_wait_counts_even_if_nothing_else_was_sent(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item(wait_s=1.0)), [make.heard(5, 2), make.heard(6, 1500)], judged_s=10.1)
    assert len(list(late_copies(facts, None))) == 1


def test_a_bound_that_no_fence_could_show_is_void(make: SimpleNamespace) -> None:
    lost = make.fence(None, FenceOutcome.VOID, why="the connection was cut meanwhile")
    facts = make.facts(make.hear(make.item()), [make.heard(5, 2)], link=Link(since="cut", since_s=11.0))
    (found,) = unproven_bounds(facts, lost)
    assert found.outcome is Outcome.VOID
    assert found.sentence == (
        "cannot tell whether bob hears message_received at most once: the connection was cut meanwhile"
    )


def test_where_no_fence_was_to_be_had_the_items_own_verdict_stands(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item()), [make.heard(5, 2)])
    assert list(unproven_bounds(facts, make.fence(None, FenceOutcome.VOID, kind="none"))) == []
    left = make.facts(make.hear(make.item()), [make.heard(5, 2)], link=Link(since="closed by us", since_s=11.0))
    assert list(unproven_bounds(left, make.fence(None, FenceOutcome.VOID))) == []
    assert list(unproven_bounds(facts, make.fence())) == []


def test_after_a_failed_call_nothing_is_counted(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item()), [make.heard(5, 2), make.heard(6, 9)], cause_failed=True, judged_s=10.1)
    assert list(bound_verdicts(facts, make.fence())) == []
    assert list(late_copies(facts, 10.03)) == []
