"""What is not heard, and what shows it: every kind of fence, connections that end, and what comes later."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Seen, Stage

TO_BOB = 'to: "{{ bob.id }}"'


async def said(stage: Stage, script: str, hear: str, *more: str) -> Seen:
    """Play one call of alice's with a script, what is claimed of it, and further steps."""
    claims = textwrap.indent(textwrap.dedent(hear).strip("\n"), "    ")
    return await stage.steps(
        "\n".join([f"- alice: POST /do\n  body: {{{script}}}\n  hear:\n{claims}", *map(textwrap.dedent, more)])
    )


@pytest.mark.parametrize(
    ("fence", "outcome", "proofs"),
    [
        ("delivery by ack", "passed", ["proven"]),
        ("delivery by event", "passed", ["proven"]),
        ("connection", "passed", ["proven"]),
        ("alive", "passed", ["waited"]),
        ("none", "void", []),
    ],
)
async def test_every_kind_of_fence_shows_what_it_promises(
    stage: Stage, target: ScriptedTarget, fence: str, outcome: str, proofs: list[str]
) -> None:
    stage.fence = fence
    target.manners.fence = "event" if fence == "delivery by event" else "ack"
    seen = await said(stage, "status: 200", "bob: nothing")
    assert (seen.outcome, seen.proofs) == (outcome, proofs)
    assert seen.bad == (["1 void absent bob"] if outcome == "void" else [])


@pytest.mark.parametrize("fence", ["delivery by ack", "delivery by event", "connection", "alive", "none"])
@pytest.mark.parametrize("claim", ["nothing", "no leak", "{no leak: {n: 1}}", "{never: [{leak: {n: 1}}]}"])
async def test_a_leak_is_found_behind_every_kind_of_fence(
    stage: Stage, target: ScriptedTarget, fence: str, claim: str
) -> None:
    stage.fence = fence
    target.manners.fence = "event" if fence == "delivery by event" else "ack"
    # The answer comes a while after the leak, so that even without any fence it has arrived.
    script = f"before: [{{{TO_BOB}, event: leak, data: {{n: 1}}}}], status: 200"
    if fence == "none":
        script = f"hold_ms: 1, {script}"
    seen = await said(stage, script, f"bob: {claim}")
    assert seen.bad == ["1 failed leaked bob"]


@pytest.mark.parametrize(
    "claim", ["no leak", "{no news: {n: 2}}", "{never: [{news: {n: 2}}]}", "[{news: {n: 1}}, {only: true}]"]
)
async def test_what_is_not_claimed_absent_may_be_heard(stage: Stage, claim: str) -> None:
    seen = await said(stage, f"events: [{{{TO_BOB}, event: news, data: {{n: 1}}}}]", f"bob: {claim}")
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_ambient_events_are_no_breach(stage: Stage) -> None:
    seen = await said(stage, f"events: [{{{TO_BOB}, event: weather}}]", "bob: nothing")
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_what_is_compared_with_nothing_is_void_and_never_a_pass(stage: Stage) -> None:
    seen = await stage.steps(
        f"""
        - alice: GET /me
          save: {{thing: payload}}
        - alice: POST /do
          body: {{events: [{{{TO_BOB}, event: news, data: {{n: 1}}}}]}}
          hear:
            bob: {{no news: {{n: "{{{{ thing.gone }}}}"}}}}
        - alice: POST /do
          body: {{events: [{{{TO_BOB}, event: news, data: {{n: 1}}}}]}}
          hear:
            bob: {{never: [{{news: {{n: "{{{{ thing.email | int }}}}"}}}}]}}
        """
    )
    assert (seen.outcome, seen.bad) == ("void", ["2 void absent bob", "3 void absent bob"])


async def test_a_fence_that_is_not_answered_proves_nothing(
    stage: Stage, target: ScriptedTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.engine.fences.ANSWER_WITHIN_S", 0.05)
    target.manners.fence = "silent"
    seen = await said(stage, "status: 200", "bob: nothing")
    assert (seen.outcome, seen.bad) == ("void", ["1 void absent bob"])
    assert "the fence `sync` was not answered within" in seen.sentences[0]


async def test_strict_absence_takes_a_proof_only(stage: Stage) -> None:
    stage.fence = "alive"
    stage.changes["strict_absence"] = True
    seen = await said(stage, "status: 200", "bob: nothing")
    assert (seen.outcome, seen.bad) == ("void", ["1 void absent bob"])


async def test_a_slow_delivery_voids_what_is_only_waited_for_from_then_on(stage: Stage) -> None:
    stage.fence = "alive"
    slow = f"events: [{{{TO_BOB}, event: news, after_ms: 40}}]"
    seen = await said(stage, slow, "bob: [{news: '#any', times: 1..}]", "- alice: GET /me\n  hear: {bob: nothing}")
    assert (seen.outcome, seen.bad) == ("void", ["2 void absent bob"])
    assert "more than a third of the settle" in seen.sentences[0]


async def test_a_cut_connection_proves_nothing(stage: Stage) -> None:
    seen = await said(stage, "abort: ['{{ bob.id }}']", "bob: nothing")
    assert (seen.outcome, seen.bad) == ("void", ["1 void absent bob"])
    assert "the connection was cut meanwhile" in seen.sentences[0]


async def test_a_connection_that_was_cut_before_proves_nothing(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: POST /do
          body: {abort: ["{{ bob.id }}"]}
        - bob: closed
        - alice: GET /me
          hear: {bob: nothing}
        """
    )
    assert (seen.outcome, seen.bad) == ("void", ["3 void absent bob"])


async def test_a_connection_that_the_scenario_left_proves_nothing(stage: Stage) -> None:
    seen = await stage.steps("- bob: disconnect\n- alice: GET /me\n  hear: {bob: nothing}\n")
    assert (seen.outcome, seen.bad) == ("void", ["2 void absent bob"])


@pytest.mark.parametrize("how", ["disconnect: ['{{ bob.id }}']", "close: ['{{ bob.id }}'], code: 4001, reason: kicked"])
async def test_a_connection_that_the_target_closed_before_hears_nothing_by_proof(stage: Stage, how: str) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{{how}}}
        - bob: closed
        - alice: GET /me
          hear: {{bob: nothing}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.proofs == ["closed by the target"]


async def test_a_close_by_the_target_after_the_cause_is_itself_a_fence(stage: Stage) -> None:
    quiet = await said(stage, "disconnect: ['{{ bob.id }}']", "bob: nothing")
    assert (quiet.outcome, quiet.proofs) == ("passed", ["closed by the target"])
    leaky = await said(stage, f"events: [{{{TO_BOB}, event: leak}}], disconnect: ['{{{{ bob.id }}}}']", "bob: nothing")
    assert leaky.bad == ["1 failed leaked bob"]


async def test_a_replaced_connection_proves_nothing(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - parallel:
            - [{alice: POST /do, body: {hold_ms: 80}}]
            - [{bob: reconnect}]
          hear: {bob: nothing}
        """
    )
    assert seen.bad == ["1 void absent bob"]


async def test_what_earlier_steps_caused_is_drained_before_absence_is_claimed(
    stage: Stage, target: ScriptedTarget
) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{events: [{{{TO_BOB}, event: news}}]}}
        - alice: GET /me
          hear: {{bob: nothing}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    syncs = [emit for emit in target.emits if emit[1] == "sync"]
    assert len(syncs) == 3  # before the step, after it, and at the scenario's end


async def test_one_fence_serves_all_claims_of_a_step(stage: Stage, target: ScriptedTarget) -> None:
    seen = await said(stage, "status: 200", "bob: [no a, no b, {never: [{c: {}}]}]\nalice: nothing")
    assert seen.outcome == "passed"
    bob = str(seen.played.play.players["bob"].facts["id"])
    assert len([emit for emit in target.emits if emit[:2] == (bob, "sync")]) == 3


async def test_never_holds_until_the_scenario_s_end(stage: Stage) -> None:
    late = f"status: 200, events: [{{{TO_BOB}, event: leak, after_ms: 60}}]"
    wait = "- pause: 120ms\n  because: the leak is to come"
    seen = await said(stage, late, "bob: {never: [{leak: '#any'}]}", wait)
    assert seen.bad == ["1 failed leaked bob"]
    assert "claimed in step 1" in seen.sentences[0]
    only_until_the_fence = await said(stage, late, "bob: no leak", wait)
    assert (only_until_the_fence.outcome, only_until_the_fence.bad) == ("passed", [])


async def test_nothing_is_broken_later_by_what_the_step_saved(stage: Stage) -> None:
    late = f"answer: {{id: thing-77}}, events: [{{{TO_BOB}, event: leak, data: {{eventId: thing-77}}, after_ms: 60}}]"
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{{late}}}
          save: {{thing: payload}}
          hear: {{bob: nothing}}
        - pause: 120ms
          because: the leak is to come
        """
    )
    assert seen.bad == ["1 failed leaked bob"]


async def test_an_event_after_the_fence_s_answer_breaks_the_target_s_promise(stage: Stage) -> None:
    stage.fence = "connection"
    late = f"events: [{{{TO_BOB}, event: news, after_ms: 60}}]"
    seen = await said(stage, late, "bob: no leak", "- pause: 120ms\n  because: the event is to come")
    assert seen.bad == ["1 failed fence broken bob"]


async def test_a_fence_counts_neither_as_an_event_nor_as_an_emit(stage: Stage) -> None:
    seen = await said(stage, "status: 200", "{bob: nothing, alice: nothing}")
    assert (seen.played.play.emits, seen.played.play.calls) == (0, 1)
    assert seen.events() == ["alice ready", "bob ready"]


async def test_a_question_that_was_never_sent_takes_no_event_for_its_answer(
    stage: Stage, target: ScriptedTarget
) -> None:
    stage.fence = "delivery by event"
    stage.edits["data: {n: 1}, heard"] = "data: {who: '{{ self }}'}, heard"
    target.manners.fence = "event"
    seen = await said(stage, f"events: [{{{TO_BOB}, event: synced, data: {{n: 1}}}}]", "bob: nothing")
    assert seen.outcome == "failed"
    assert seen.sentences[0].startswith("step 1 could not be played: the emit sync cannot be sent as JSON")


async def test_a_fence_s_answer_may_be_told_by_what_was_asked(stage: Stage, target: ScriptedTarget) -> None:
    stage.fence = "delivery by event"
    stage.edits["heard: {synced: {n: 1}}"] = 'heard: {synced: {n: "{{ data.n }}"}}'
    target.manners.fence = "event"
    seen = await said(stage, "status: 200", "bob: nothing")
    assert (seen.outcome, seen.proofs) == ("passed", ["proven"])


RETURNS = {
    "cut": '- alice: POST /do\n  body: {abort: ["{{ bob.id }}"]}\n- bob: closed\n- bob: connect\n',
    "left": "- bob: disconnect\n- bob: connect\n",
    "replaced": "- bob: reconnect\n",
    "kicked": '- alice: POST /do\n  body: {disconnect: ["{{ bob.id }}"]}\n- bob: closed\n- bob: connect\n',
}


@pytest.mark.parametrize("returned", RETURNS)
async def test_never_is_void_over_a_time_in_which_nothing_could_be_heard(stage: Stage, returned: str) -> None:
    seen = await stage.steps("- alice: GET /me\n  hear: {bob: {never: [leak]}}\n" + RETURNS[returned])
    if returned == "kicked":  # by the target itself, which then has nothing to send
        assert (seen.outcome, seen.bad, seen.proofs) == ("passed", [], ["proven"])
        return
    assert (seen.outcome, seen.bad) == ("void", ["1 void absent bob"])
    away = "the connection had been cut" if returned == "cut" else "the scenario had disconnected"
    assert f"{away} for a time" in seen.sentences[0]


@pytest.mark.parametrize("returned", ["cut", "left"])
async def test_how_often_is_not_proven_on_a_connection_that_was_cut_in_between(stage: Stage, returned: str) -> None:
    seen = await stage.steps(
        "- alice: POST /do\n  body: {events: [{to: '{{ bob.id }}', event: news}]}\n  hear: {bob: {news: '#any'}}\n"
        + RETURNS[returned]
    )
    assert seen.bad == (["1 void absent bob"] if returned == "cut" else [])


@pytest.mark.parametrize("claim", ["nothing", "no leak", "[{ready: '#any'}, {only: true}]", "{never: [leak]}"])
async def test_whoever_connects_anew_is_listened_to_from_the_new_connection_on(stage: Stage, claim: str) -> None:
    seen = await stage.steps(f"- bob: reconnect\n  hear: {{bob: {claim}}}\n")
    assert (seen.outcome, seen.bad, seen.proofs) == ("passed", [], ["proven"])


async def test_what_others_hear_of_a_reconnect_begins_with_the_end_of_the_old_connection(stage: Stage) -> None:
    seen = await stage.steps("- bob: reconnect\n  hear: {bob: nothing, alice: nothing}\n")
    assert (seen.outcome, seen.bad, seen.proofs) == ("passed", [], ["proven", "proven"])


@pytest.mark.parametrize("claim", ['no leak: {n: "{{ n }}"}', 'never: [{leak: {n: "{{ n }}"}}]'])
async def test_a_claim_means_what_its_names_meant_at_its_step_whenever_it_is_judged(stage: Stage, claim: str) -> None:
    seen = await stage.steps(
        f"""
        - repeat: {{over: [1, 2], as: n}}
          steps:
            - alice: POST /do
              if: {{n: 1}}
              body: {{before: [{{{TO_BOB}, event: leak, data: {{n: 1}}}}], status: 200}}
              hear: {{bob: {{{claim}}}}}
            - alice: POST /do
              body: {{status: 200}}
        """
    )
    assert seen.bad == ["1.1[1] failed leaked bob"]


async def test_the_last_round_s_meaning_makes_no_leak_of_an_earlier_round_s_event(stage: Stage) -> None:
    seen = await stage.steps(
        f"""
        - repeat: {{over: [1, 2], as: n}}
          steps:
            - alice: POST /do
              body: {{before: [{{{TO_BOB}, event: news, data: {{n: 2}}}}], status: 200}}
              if: {{n: 1}}
              hear: {{bob: {{no news: {{n: "{{{{ n }}}}"}}}}}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
