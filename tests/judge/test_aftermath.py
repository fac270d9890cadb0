"""What a step's claims say until the scenario's end."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from antiphon.judge.aftermath import aftermath
from antiphon.judge.verdicts import Kind, Outcome, Proof

JUDGED_S = 10.1


def ids(event: Any) -> tuple[object, ...] | None:
    return (event.data["id"],) if "id" in event.data else None


def test_what_was_never_heard_is_proven_by_the_last_fence(make: SimpleNamespace) -> None:
    claims = make.hear(user="carol", never=(make.item("secret"),))
    (found,) = aftermath(make.facts(claims, fence=make.fence(), judged_s=JUDGED_S), make.fence(9000))
    assert (found.outcome, found.kind, found.proof) == (Outcome.HELD, Kind.ABSENT, Proof.PROVEN)
    assert found.sentence == "carol never hears secret: proven"


def test_what_was_heard_later_breaks_never_and_names_the_step(make: SimpleNamespace) -> None:
    claims = make.hear(user="carol", never=(make.item("secret"),))
    facts = make.facts(claims, [make.heard(9, 4000, "secret")], fence=make.fence(), judged_s=JUDGED_S)
    (found,) = aftermath(facts, make.fence(9000))
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.LEAKED)
    assert found.sentence == (
        "carol heard secret, though carol was never to hear it (claimed in step 2, alice: POST /messages/send)"
    )


def test_a_breach_that_the_step_has_told_is_not_told_again(make: SimpleNamespace) -> None:
    claims = make.hear(never=(make.item("secret"),))
    events = [make.heard(8, 4, "secret"), make.heard(9, 4000, "secret")]
    facts = make.facts(claims, events, fence=make.fence(), judged_s=JUDGED_S)
    assert aftermath(facts, make.fence(9000)) == ()


def test_without_a_last_fence_never_is_void(make: SimpleNamespace) -> None:
    claims = make.hear(never=(make.item("secret"),))
    (found,) = aftermath(make.facts(claims, fence=make.fence(), judged_s=JUDGED_S), None)
    assert found.outcome is Outcome.VOID


def test_a_bound_without_a_fence_at_its_step_is_judged_by_the_last_one(make: SimpleNamespace) -> None:
    events = [make.heard(5, 2), make.heard(6, 300)]
    facts = make.facts(make.hear(make.item()), events, judged_s=10.03)
    (found,) = aftermath(facts, make.fence(4000))
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.DOUBLED)
    once = make.facts(make.hear(make.item()), events[:1], judged_s=10.03)
    assert aftermath(once, make.fence(4000)) == ()


def test_a_bound_that_its_step_has_judged_is_broken_by_late_copies_only(make: SimpleNamespace) -> None:
    claims = make.hear(make.item())
    other = make.heard(6, 300, data={"content": "another"})
    assert aftermath(make.facts(claims, [make.heard(5, 2), other], fence=make.fence(), judged_s=JUDGED_S), None) == ()
    copied = make.facts(claims, [make.heard(5, 2), make.heard(6, 300)], fence=make.fence(), judged_s=JUDGED_S)
    (found,) = aftermath(copied, None)
    assert found.kind is Kind.DOUBLED


def test_what_a_later_step_causes_does_not_break_a_loose_item(make: SimpleNamespace) -> None:
    events = [make.heard(5, 2), make.heard(6, 300, data={"content": "second"})]
    facts = make.facts(make.hear(make.item()), events, judged_s=10.03, next_cause_s=10.2)
    assert aftermath(facts, make.fence(4000)) == ()


def test_a_copy_after_the_next_cause_breaks_it_all_the_same(make: SimpleNamespace) -> None:
    events = [make.heard(5, 2), make.heard(6, 300)]
    facts = make.facts(make.hear(make.item()), events, judged_s=10.03, next_cause_s=10.2)
    (found,) = aftermath(facts, make.fence(4000))
    assert found.kind is Kind.DOUBLED


def test_nothing_is_broken_later_by_the_identity_of_what_the_step_saved(make: SimpleNamespace) -> None:
    claims = make.hear(user="carol", nothing=make.source)
    events = [make.heard(9, 4000, data={"id": "m-1"})]
    facts = make.facts(
        claims, events, fence=make.fence(), judged_s=JUDGED_S, identity=ids, saved_ids=frozenset({"m-1"})
    )
    (found,) = aftermath(facts, make.fence(9000))
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.LEAKED)
    assert found.sentence == (
        "carol heard message_received, though carol was to hear nothing (claimed in step 2, alice: POST /messages/send)"
    )


def test_nothing_is_broken_later_by_a_copy_of_what_others_heard(make: SimpleNamespace) -> None:
    claims = make.hear(user="carol", nothing=make.source)
    facts = make.facts(
        claims,
        [make.heard(9, 4000, data={"id": "e-1"})],
        fence=make.fence(),
        judged_s=JUDGED_S,
        identity=ids,
        elsewhere=(make.heard(5, 2, data={"id": "e-1"}),),
    )
    (found,) = aftermath(facts, None)
    assert found.kind is Kind.LEAKED


def test_nothing_is_not_broken_by_what_later_steps_cause(make: SimpleNamespace) -> None:
    claims = make.hear(user="carol", nothing=make.source)
    facts = make.facts(
        claims,
        [make.heard(9, 4000, data={"id": "m-2"})],
        fence=make.fence(),
        judged_s=JUDGED_S,
        identity=ids,
        saved_ids=frozenset({"m-1"}),
        elsewhere=(make.heard(5, 2, data={"id": "e-1"}),),
    )
    assert aftermath(facts, make.fence(9000)) == ()


def test_an_event_after_a_connection_fence_breaks_the_targets_promise(make: SimpleNamespace) -> None:
    claims = make.hear(user="carol", no=(make.item("typing"),))
    late = [make.heard(9, 70)]
    facts = make.facts(claims, late, fence=make.fence(kind="connection"), judged_s=JUDGED_S, next_cause_s=10.2)
    (found,) = aftermath(facts, make.fence(9000, kind="connection"))
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.FENCE_BROKEN)
    assert found.sentence == (
        "carol heard message_received, after the fence had been answered, which the profile says does not happen "
        "(claimed in step 2, alice: POST /messages/send)"
    )


def test_only_the_promise_of_a_connection_fence_is_checked_so_and_only_until_the_next_cause(
    make: SimpleNamespace,
) -> None:
    claims = make.hear(no=(make.item("typing"),))
    late = [make.heard(9, 70)]
    delivery = make.facts(claims, late, fence=make.fence(), judged_s=JUDGED_S)
    assert aftermath(delivery, None) == ()
    caused = make.facts(claims, late, fence=make.fence(kind="connection"), judged_s=JUDGED_S, next_cause_s=10.08)
    assert aftermath(caused, None) == ()
