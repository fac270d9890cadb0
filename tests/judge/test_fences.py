"""The table of fences: what each kind proves, and what the connection's fate proves before it."""

from __future__ import annotations

from typing import Literal

import pytest

from antiphon.judge.fences import FenceAnswer, FenceKind, FenceOutcome, Link, judge_fence, over_a_gap

OPEN = Link()


@pytest.mark.parametrize(
    ("kind", "answered_s", "expected"),
    [
        ("delivery", 1.1, FenceOutcome.PROVEN),
        ("connection", 1.1, FenceOutcome.PROVEN),
        ("alive", 1.1, FenceOutcome.WAITED),
        ("none", 1.1, FenceOutcome.VOID),
        ("delivery", None, FenceOutcome.VOID),
        ("connection", None, FenceOutcome.VOID),
        ("alive", None, FenceOutcome.VOID),
        ("none", None, FenceOutcome.VOID),
    ],
)
def test_what_each_kind_proves(kind: FenceKind, answered_s: float | None, expected: FenceOutcome) -> None:
    assert judge_fence(kind, link=OPEN, asked_s=1.0, answered_s=answered_s).outcome is expected


@pytest.mark.parametrize(
    ("link", "expected", "why"),
    [
        (
            Link(opened_as="closed by the target", opened_reason="kicked"),
            FenceOutcome.CLOSED,
            "the target had closed the connection before (kicked)",
        ),
        (Link(opened_as="closed by us"), FenceOutcome.VOID, "the scenario had disconnected before"),
        (Link(opened_as="cut"), FenceOutcome.VOID, "the connection had been cut before"),
        (Link(opened_as="never connected"), FenceOutcome.VOID, "there was no connection"),
        (Link(since="closed by the target", since_s=1.05), FenceOutcome.CLOSED, "the target closed the connection"),
        (
            Link(since="cut", since_s=1.05, since_reason="ping timeout"),
            FenceOutcome.VOID,
            "the connection was cut meanwhile (ping timeout)",
        ),
        (Link(since="replaced", since_s=1.05), FenceOutcome.VOID, "the connection was replaced by another meanwhile"),
        (Link(since="closed by us", since_s=1.05), FenceOutcome.VOID, "the scenario disconnected meanwhile"),
        (Link(since="cut", since_s=1.2), FenceOutcome.PROVEN, "the fence was answered after 100 ms"),
        (Link(since="closed by the target", since_s=1.2), FenceOutcome.PROVEN, "the fence was answered after 100 ms"),
        (Link(since="cut"), FenceOutcome.VOID, "the connection was cut meanwhile"),
    ],
)
def test_the_connections_fate_decides_before_the_promise(link: Link, expected: FenceOutcome, why: str) -> None:
    found = judge_fence("delivery", link=link, asked_s=1.0, answered_s=1.1)
    assert (found.outcome, found.why) == (expected, why)


def test_a_close_by_the_target_is_itself_the_fence() -> None:
    found = judge_fence("delivery", link=Link(since="closed by the target", since_s=1.05), asked_s=1.0)
    assert (found.outcome, found.answered_s) == (FenceOutcome.CLOSED, 1.05)


def test_a_close_is_a_proof_even_where_the_profile_names_no_fence() -> None:
    assert judge_fence("none", link=Link(opened_as="closed by the target")).outcome is FenceOutcome.CLOSED


def test_a_settle_is_too_short_once_a_delivery_took_more_than_a_third_of_it() -> None:
    short = judge_fence("alive", link=OPEN, asked_s=1, answered_s=1.1, settle_s=0.3, slowest_delivery_s=0.1001)
    assert (short.outcome, short.hint) == (FenceOutcome.VOID, "raise `settle` in the profile's fence")
    assert short.why == "a delivery of this run took 100 ms, more than a third of the settle of 300 ms"
    enough = judge_fence("alive", link=OPEN, asked_s=1, answered_s=1.1, settle_s=0.3, slowest_delivery_s=0.0999)
    assert enough.outcome is FenceOutcome.WAITED


def test_a_profile_without_a_fence_is_told_what_to_write() -> None:
    assert "`fence:`" in judge_fence("none", link=OPEN).hint


def test_silence_says_how_long_it_was_waited_for() -> None:
    found = judge_fence("delivery", link=OPEN, asked_s=1.0, awaited_s=5.0)
    assert found.why == "the fence was not answered within 5 s"


@pytest.mark.parametrize(
    ("link", "deaf"),
    [(OPEN, False), (Link(since="replaced"), False), (Link(since="cut"), True), (Link(opened_as="cut"), True)],
)
def test_a_connection_that_ended_hears_no_more(link: Link, deaf: bool) -> None:
    assert link.is_deaf is deaf


@pytest.mark.parametrize("gap", ["cut", "closed by us"])
def test_a_fence_says_nothing_of_a_time_in_which_the_hearer_was_away(gap: Literal["cut", "closed by us"]) -> None:
    proven = FenceAnswer(kind="delivery", outcome=FenceOutcome.PROVEN, asked_s=1.0, answered_s=1.1)
    found = over_a_gap(proven, Link(gap=gap))
    assert found is not None
    assert (found.outcome, found.answered_s) == (FenceOutcome.VOID, 1.1)
    assert "for a time, and what came then was not heard" in found.why


def test_a_fence_on_a_connection_without_a_gap_says_what_it_says() -> None:
    proven = FenceAnswer(kind="delivery", outcome=FenceOutcome.PROVEN)
    void = FenceAnswer(kind="none", outcome=FenceOutcome.VOID, why="nothing proves it")
    assert over_a_gap(proven, Link()) is proven
    assert over_a_gap(void, Link(gap="cut")) is void
    assert over_a_gap(None, Link(gap="cut")) is None


def test_an_unanswered_fence_names_its_question_and_asks_whether_the_target_knows_it() -> None:
    found = judge_fence("delivery", link=Link(), asked_s=1.0, answered_s=None, awaited_s=5.0, question="sync")
    assert found.why == "the fence `sync` was not answered within 5 s"
    assert found.hint == "does the target answer `sync`? `fence` in the profile says what is asked"
