"""Fences by canary: absence proven by an event that was caused afterwards, in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.history.entries import Beat

if TYPE_CHECKING:
    from conftest import Stage

TO_HEARER = '{to: "{{ self.id }}", event: song'


@pytest.fixture(autouse=True)
def by_canary(stage: Stage) -> None:
    stage.fence = "canary"


async def test_what_is_not_heard_before_the_canary_was_not_sent(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: POST /do
          body: {events: [{to: "{{ alice.id }}", event: news}]}
          hear: {alice: [{news: "#any"}], bob: nothing}
        """
    )
    assert (seen.outcome, seen.bad, seen.proofs) == ("passed", [], ["proven"])
    assert seen.events("song") == []
    beats = [entry for entry in seen.entries if isinstance(entry, Beat) and entry.what == "fence"]
    assert {beat.connection for beat in beats} == {"alice", "bob"}
    assert "bob POST /do 200" in seen.calls("fence")


async def test_what_was_sent_before_the_canary_is_heard_before_it(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: POST /do
          body: {events: [{to: "*", event: news}]}
          hear: {bob: nothing}
        """
    )
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed leaked bob"])


async def test_a_canary_that_others_hear_is_no_event_of_theirs(stage: Stage) -> None:
    stage.edits[TO_HEARER] = '{to: "*", event: song'
    seen = await stage.steps("- alice: GET /me\n  hear: {bob: nothing, alice: nothing}\n")
    assert (seen.outcome, seen.bad, seen.proofs) == ("passed", [], ["proven", "proven"])
    assert seen.events("song") == []


async def test_an_event_of_that_name_without_the_mark_is_an_event_as_any_other(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: POST /do
          body: {events: [{to: "{{ bob.id }}", event: song, data: {mark: mine}}]}
          hear: {bob: nothing}
        """
    )
    assert seen.bad == ["1 failed leaked bob"]


async def test_a_canary_that_is_lost_proves_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.engine.fences.ANSWER_WITHIN_S", 0.05)
    stage.edits[TO_HEARER] = '{to: "nobody at all", event: song'
    seen = await stage.steps("- alice: GET /me\n  hear: {bob: nothing}\n")
    assert (seen.outcome, seen.bad) == ("void", ["1 void absent bob"])
    assert "the fence `song` was not answered within " in seen.sentences[0]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("call: POST /do, body:", "call: POST /nowhere, body:", "the canary was not sent: POST /nowhere answered 404"),
        ("{{ self.id }}", "{{ self.room }}", "the canary was not sent: `self.room` has no value here"),
    ],
)
async def test_a_canary_that_may_not_be_sent_proves_nothing_and_says_why(
    stage: Stage, old: str, new: str, why: str
) -> None:
    stage.edits[old] = new
    seen = await stage.steps("- alice: GET /me\n  hear: {bob: nothing}\n")
    assert (seen.outcome, seen.bad) == ("void", ["1 void absent bob"])
    assert why in seen.sentences[0]


async def test_a_canary_passes_no_gate(stage: Stage) -> None:
    seen = await stage.steps(
        "- parallel: [{alice: GET /me, hear: {bob: nothing}}, {bob: GET /me, hear: {alice: nothing}}]\n"
    )
    assert (seen.outcome, seen.proofs) == ("passed", ["proven", "proven"])
