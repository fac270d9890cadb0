"""Acknowledgements that users give to a target that asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.history.entries import Answer
from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage

ASK = "{to: '{{ bob.id }}', event: question, data: {n: 7}, ask: true}"


async def test_a_target_that_waits_for_the_answer_before_its_own_is_given_it(
    stage: Stage, target: ScriptedTarget
) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{before: [{ASK}], answers: 1}}
          hear:
            bob: {{question: {{n: 7}}, answer: {{yes: "{{{{ event.n }}}}", who: "{{{{ self.id }}}}"}}}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    bob = str(seen.played.play.players["bob"].facts["id"])
    assert target.answers == [(bob, "question", [{"yes": 7, "who": bob}])]
    assert seen.held.count("1 held answer bob") == 1
    answers = [entry for entry in seen.entries if isinstance(entry, Answer)]
    assert [(entry.user, entry.connection, entry.name, entry.step) for entry in answers] == [
        ("bob", "bob", "question", "1")
    ]
    events = {entry.seq: entry for entry in seen.entries}
    assert events[answers[0].event].at_s <= answers[0].at_s


async def test_an_emit_that_waits_for_an_answer_is_not_kept_waiting(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        f"""
        - alice: emit do
          data: {{before: [{ASK}], answers: 1, ack: {{ok: true}}}}
          hear: {{bob: {{question: {{}}, answer: [1, two]}}}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [args for _, _, args in target.answers] == [[[1, "two"]]]


async def test_what_no_item_answers_stays_unanswered(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{events: [{ASK}]}}
          hear: {{bob: {{question: {{n: 7}}}}}}
        - alice: POST /do
          body: {{events: [{{to: "{{{{ bob.id }}}}", event: question, data: {{n: 8}}, ask: true}}]}}
          hear: {{bob: {{question: {{n: 8}}, answer: late}}}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [args for _, _, args in target.answers] == [["late"]]


async def test_an_answer_may_wait_for_what_the_step_saves(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        """
        - alice: POST /do
          body:
            before: [{to: "{{ bob.id }}", event: question, data: {id: 42}, ask: true}]
            answer: {id: 42, word: please}
          save: {thing: payload}
          hear: {bob: {question: {id: "{{ thing.id }}"}, answer: "{{ thing.word }}"}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [args for _, _, args in target.answers] == [["please"]]


async def test_an_answer_that_nobody_asked_for_fails_its_claim(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        """
        - alice: POST /do
          body: {events: [{to: "{{ bob.id }}", event: question, data: {n: 7}}]}
          hear: {bob: {question: {n: 7}, answer: yes}}
        """
    )
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed answer bob"])
    assert seen.sentences == ["bob heard question, but nobody asked for an answer to it"]
    assert target.answers == []


async def test_only_what_the_item_recognises_is_answered(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{events: [{ASK}, {{to: "{{{{ bob.id }}}}", event: question, data: {{n: 8}}, ask: true}}]}}
          hear:
            bob:
              - {{event: question, data: {{n: 8}}, answer: eight}}
              - {{event: question, data: {{n: 7}}}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [args for _, _, args in target.answers] == [["eight"]]


async def test_hear_as_a_step_of_its_own_answers_what_came_before(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{events: [{ASK}]}}
          hear: {{bob: {{question: {{}}}}}}
        - hear: {{bob: {{question: {{n: 7}}, answer: at last}}}}
        - alice: POST /do
          body: {{answers: 0}}
          hear: {{bob: nothing}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [args for _, _, args in target.answers] == [["at last"]]


async def test_an_answer_that_cannot_be_made_fails_the_step_with_its_reason(stage: Stage) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{events: [{ASK}]}}
          hear: {{bob: {{question: {{}}, answer: "{{{{ event.nothing }}}}"}}}}
        """
    )
    assert seen.outcome == "failed"
    assert any("event.nothing" in sentence for sentence in seen.sentences), seen.sentences


async def test_an_answer_may_be_binary(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{before: [{ASK}], answers: 1}}
          hear: {{bob: {{question: {{}}, answer: {{file: "{{{{ 'abc' | bytes }}}}"}}}}}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [args for _, _, args in target.answers] == [[{"file": b"abc"}]]


@pytest.mark.parametrize(("wrong", "bad"), [("", []), ("0", ["2 failed claim"])])
async def test_binary_values_are_heard_as_bytes(stage: Stage, wrong: str, bad: list[str]) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{events: [{{to: "{{{{ bob.id }}}}", event: file, data: {{name: a}}, hex: "00ff41"}}]}}
          hear:
            bob:
              - file: {{name: a, bytes: {{"#length": 3}}}}
                save: {{image: event.bytes}}
              - no file: {{bytes: "{{{{ 'abc' | bytes }}}}"}}
        - assert:
            image | base64: AP9B
            image | hex: "00ff41{wrong}"
            image | length: 3
            image | sha256: a90a10503fbfc95789ff38a1bb5039cb71869ab9c0eb1cb51c4a9099f2933c6b
        """
    )
    assert seen.bad == bad


async def test_binary_values_are_sent_as_attachments(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        """
        - alice: emit file
          data: {name: photo.png, bytes: "{{ fake.file('photo.png', 5000) }}"}
          save: {sent: data.bytes}
        - assert: {sent | length: 5000}
        - alice: emit files
          args: ["{{ 'one' | bytes }}", {two: "{{ 'two' | bytes }}"}]
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    (_, _, first), (_, _, second) = target.emits
    data = first[0]["bytes"]  # type: ignore[index]
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert second == [b"one", {"two": b"two"}]


async def test_a_difference_in_binary_values_is_shown_by_length_and_beginning(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: POST /do
          body: {events: [{to: "{{ bob.id }}", event: file, hex: "00ff"}]}
          wait: 50ms
          hear: {bob: {file: {bytes: "{{ 'abc' | bytes }}"}}}
        """
    )
    assert seen.bad == ["1 failed differs bob"]
    details = [line for verdict in seen.played.verdicts for line in verdict.details]
    assert any("2 bytes 00ff is not 3 bytes 616263" in line for line in details), details
