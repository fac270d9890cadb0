"""What was not to be heard: breaches, and what proves that there was none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from antiphon.judge.fences import FenceOutcome
from antiphon.judge.hearing import verdicts
from antiphon.judge.verdicts import Kind, Outcome, Proof, Verdict
from antiphon.language.scope import NO_NAMES


def only(facts: Any) -> Verdict:
    (found,) = verdicts(facts)
    return found


def test_nothing_heard_before_the_fence_is_absent_and_proven(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(user="carol", nothing=make.source), fence=make.fence()))
    assert (found.outcome, found.kind, found.proof) == (Outcome.HELD, Kind.ABSENT, Proof.PROVEN)
    assert found.sentence == "carol hears nothing: proven"
    assert found.details == ("the fence was answered after 3 ms",)


def test_anything_heard_breaks_nothing_and_is_named(make: SimpleNamespace) -> None:
    events = [make.heard(5, -2), make.heard(6, 4, "typing", {"on": True})]
    found = only(make.facts(make.hear(user="carol", nothing=make.source), events, fence=make.fence()))
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.LEAKED)
    assert found.sentence == "carol heard message_received, though carol was to hear nothing"
    assert found.details == (
        '2 ms before the answer: message_received {"content":"hello"}',
        '4 ms after the answer: typing {"on":true}',
    )
    assert found.evidence == (5, 6)


def test_a_breach_needs_no_fence(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(nothing=make.source), [make.heard(5, 2)], fence=None))
    assert found.outcome is Outcome.FAILED


def test_ambient_events_do_not_break_nothing(make: SimpleNamespace) -> None:
    claims = make.hear(nothing=make.source)
    quiet = make.facts(claims, [make.heard(5, 2, "tick")], fence=make.fence(), ambient=frozenset({"tick"}))
    assert only(quiet).outcome is Outcome.HELD


def test_an_event_after_the_fence_is_not_the_steps(make: SimpleNamespace) -> None:
    claims = make.hear(nothing=make.source)
    assert only(make.facts(claims, [make.heard(5, 51)], fence=make.fence(50))).outcome is Outcome.HELD
    assert only(make.facts(claims, [make.heard(5, 50)], fence=make.fence(50))).outcome is Outcome.FAILED


def test_an_event_before_the_step_does_not_count(make: SimpleNamespace) -> None:
    claims = make.hear(nothing=make.source)
    assert only(make.facts(claims, [make.heard(5, -21)], fence=make.fence(50))).outcome is Outcome.HELD


def test_without_a_fence_an_absence_is_void(make: SimpleNamespace) -> None:
    found = only(make.facts(make.hear(nothing=make.source)))
    assert (found.outcome, found.kind, found.proof) == (Outcome.VOID, Kind.ABSENT, Proof.NONE)
    assert found.sentence == "cannot tell whether bob hears nothing: no fence was asked for"


@pytest.mark.parametrize(
    ("outcome", "strict", "expected", "proof"),
    [
        (FenceOutcome.PROVEN, False, Outcome.HELD, Proof.PROVEN),
        (FenceOutcome.PROVEN, True, Outcome.HELD, Proof.PROVEN),
        (FenceOutcome.WAITED, False, Outcome.HELD, Proof.WAITED),
        (FenceOutcome.WAITED, True, Outcome.VOID, Proof.NONE),
        (FenceOutcome.CLOSED, True, Outcome.HELD, Proof.CLOSED),
        (FenceOutcome.VOID, False, Outcome.VOID, Proof.NONE),
    ],
)
def test_an_absence_is_as_good_as_its_fence(
    make: SimpleNamespace, outcome: FenceOutcome, strict: bool, expected: Outcome, proof: Proof
) -> None:
    claims = make.hear(no=(make.item("typing"),))
    found = only(make.facts(claims, fence=make.fence(outcome=outcome), strict_absence=strict))
    assert (found.outcome, found.proof) == (expected, proof)


def test_an_event_by_name_is_not_heard(make: SimpleNamespace) -> None:
    claims = make.hear(no=(make.item("typing"),))
    held = only(make.facts(claims, [make.heard(5, 2)], fence=make.fence()))
    assert (held.outcome, held.claim) == (Outcome.HELD, "bob does not hear typing")
    broken = only(make.facts(claims, [make.heard(5, 2, "typing")], fence=make.fence()))
    assert broken.sentence == "bob heard typing, though bob was not to hear it"


def test_only_events_that_match_break_no(make: SimpleNamespace) -> None:
    claims = make.hear(no=(make.item(data="{content: secret}"),))
    assert only(make.facts(claims, [make.heard(5, 2)], fence=make.fence())).outcome is Outcome.HELD
    told = [make.heard(5, 2, data={"content": "secret", "more": 1})]
    assert only(make.facts(claims, told, fence=make.fence())).kind is Kind.LEAKED


def test_an_absence_that_compares_with_nothing_known_is_void(make: SimpleNamespace) -> None:
    claims = make.hear(no=(make.item(data='{messageId: "{{ message.id }}"}'),))
    settled = make.facts(claims, [make.heard(5, 2)], fence=make.fence(), scope_for=lambda _event: NO_NAMES)
    found = only(settled)
    assert found.outcome is Outcome.VOID
    assert "message_received was heard, and what it is compared with has no value" in found.sentence


def test_never_is_told_at_the_step_only_if_it_is_broken(make: SimpleNamespace) -> None:
    claims = make.hear(never=(make.item("secret"),))
    assert verdicts(make.facts(claims, fence=make.fence())) == ()
    found = only(make.facts(claims, [make.heard(5, 2, "secret")], fence=make.fence()))
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.LEAKED)
    assert found.sentence == "bob heard secret, though bob was never to hear it"


def test_only_allows_what_an_item_claims(make: SimpleNamespace) -> None:
    claims = make.hear(make.item(), only=make.source)
    held = verdicts(make.facts(claims, [make.heard(5, 2)], fence=make.fence()))
    assert [one.outcome for one in held] == [Outcome.HELD, Outcome.HELD]
    assert held[1].claim == "bob hears only message_received"
    broken = verdicts(make.facts(claims, [make.heard(5, 2), make.heard(6, 3, "typing")], fence=make.fence()))
    assert [one.outcome for one in broken] == [Outcome.HELD, Outcome.FAILED]
    assert broken[1].sentence == "bob heard typing, though bob was to hear only message_received"


def test_only_leaves_one_too_many_to_the_items_own_verdict(make: SimpleNamespace) -> None:
    claims = make.hear(make.item(), only=make.source)
    found = verdicts(make.facts(claims, [make.heard(5, 2), make.heard(6, 3)], fence=make.fence()))
    assert [(one.outcome, one.kind) for one in found] == [
        (Outcome.HELD, Kind.HEARD),
        (Outcome.FAILED, Kind.DOUBLED),
        (Outcome.HELD, Kind.ABSENT),
    ]


def test_absence_is_judged_even_where_the_call_failed(make: SimpleNamespace) -> None:
    claims = make.hear(make.item(), nothing=make.source)
    found = verdicts(make.facts(claims, [make.heard(5, 2)], fence=make.fence(), cause_failed=True))
    assert [one.outcome for one in found] == [Outcome.NOT_RUN, Outcome.FAILED]


def test_many_breaches_are_told_in_a_few_lines(make: SimpleNamespace) -> None:
    events = [make.heard(seq, seq) for seq in range(1, 40)]
    found = only(make.facts(make.hear(nothing=make.source), events, fence=make.fence()))
    assert len(found.details) == 4
    assert found.details[3] == "and later: message_received (36)"


def test_what_the_target_sent_is_shown_safely(make: SimpleNamespace) -> None:
    events = [make.heard(5, 2, "x\x1b[31m\n::error::", {"a": "\u202e"})]
    found = only(make.facts(make.hear(nothing=make.source), events, fence=make.fence()))
    assert found.sentence == "bob heard x\\x1b[31m\\x0a::error::, though bob was to hear nothing"
    assert "\u202e" not in "".join(found.details)
