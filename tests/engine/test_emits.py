"""Emits as they are played: acknowledged, refused, met with silence; and the rooms that are joined by emits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage


@pytest.mark.parametrize(
    ("script", "claims", "bad"),
    [
        ("{}", (), []),
        ("{ack: {ok: true, n: 1}}", ("ack: {n: 1}",), []),
        ("{ack: {n: 2}}", ("ack: {n: 1}",), ["1 failed answer alice"]),
        ("{ack: {ok: false, error: {code: NO_ROOM}}}", (), ["1 failed refused alice"]),
        ("{ack: {ok: false}}", ("ack: {ok: false}",), []),
        ("{ack: {ok: false, error: {code: NO_ROOM}}}", ("refused: true",), []),
        ("{ack: {ok: true}}", ("refused: true",), ["1 failed not refused alice"]),
        ("{ack: silent}", ("wait: 50ms",), ["1 failed no answer alice"]),
        ("{ack: silent}", ("refused: true", "wait: 50ms"), ["1 failed not refused alice"]),
        ("{ack: silent}", ("ack: none",), []),
        ("{ack: broken}", (), ["1 failed answer alice"]),
        ("{ack: broken}", ("refused: true",), ["1 failed answer alice"]),
        ("{ack: silent, disconnect: ['{{ alice.id }}']}", (), ["1 failed no answer alice"]),
        ("{ack: silent, disconnect: ['{{ alice.id }}']}", ("refused: true",), []),
        ("{ack: silent, close: ['{{ alice.id }}'], code: 4001}", ("refused: true",), []),
        ("{ack: silent, abort: ['{{ alice.id }}']}", ("refused: true",), ["1 failed not refused alice"]),
        ("{ack: {ok: false, code: X}}", ("refused: true", "ack: {code: X}"), []),
        ("{ack: {ok: false, code: X}}", ("refused: true", "ack: {code: Y}"), ["1 failed answer alice"]),
    ],
)
async def test_an_emit_is_judged_by_its_acknowledgement(
    stage: Stage, script: str, claims: tuple[str, ...], bad: list[str]
) -> None:
    claimed = "".join(f"  {claim}\n" for claim in claims)
    seen = await stage.steps(f"- alice: emit do\n  data: {script}\n{claimed}")
    assert seen.bad == bad
    assert seen.outcome == ("failed" if bad else "passed")


async def test_an_acknowledgement_s_broken_json_is_told_as_such(stage: Stage) -> None:
    seen = await stage.steps("- alice: emit do\n  data: {ack: broken}\n")
    assert seen.sentences == ["the acknowledgement of alice's emit do cannot be read"]


async def test_arguments_go_as_they_are_written(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        """
        - alice: emit do
          data: {n: "{{ range(2) | length }}", me: "{{ caller.id }}"}
        - alice: emit many
          args: [1, two, {three: 3}]
        - alice: emit bare
        """
    )
    assert seen.outcome == "passed"
    owner = str(seen.played.play.players["alice"].facts["id"])
    assert target.emits == [
        (owner, "do", [{"n": 2, "me": owner}]),
        (owner, "many", [1, "two", {"three": 3}]),
        (owner, "bare", []),
    ]


async def test_what_was_acknowledged_can_be_saved(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: emit do
          data: {ack: {ok: true, id: 17}}
          save: {id: ack.id, sent: data}
        - assert: {id: 17, sent.ack.ok: true}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_an_emit_on_a_connection_that_the_target_closed_counts_as_refused(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: POST /do
          body: {disconnect: ["{{ alice.id }}"]}
        - alice: closed
        - alice: emit do
          refused: true
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_an_emit_of_somebody_who_is_not_connected_fails(stage: Stage) -> None:
    seen = await stage.play("users: {alice: {connect: false}}\nsteps: [{alice: emit do}]\n")
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed no answer alice"])


async def test_nobody_has_no_socket_to_emit_on(stage: Stage) -> None:
    seen = await stage.steps("- nobody: emit do\n")
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed no answer nobody"])


async def test_what_cannot_be_sent_fails_the_step_with_its_reason(stage: Stage) -> None:
    seen = await stage.steps("- alice: emit do\n  data: {who: '{{ bob }}'}\n")
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed missing"])
    assert seen.sentences[0].startswith("step 1 could not be played: the emit do cannot be sent as JSON")


@pytest.mark.parametrize("verb", ["join", "leave"])
async def test_a_room_is_joined_and_left_by_the_profile_s_words(
    stage: Stage, target: ScriptedTarget, verb: str
) -> None:
    seen = await stage.steps(f"- alice: {verb} room lobby-7\n")
    assert (seen.outcome, [emit[1:] for emit in target.emits]) == ("passed", [("do", [{"room": "lobby-7"}])])


@pytest.mark.parametrize(
    ("claim", "bad"),
    [("wait: 50ms", ["1 failed no answer alice"]), ("{refused: true}", ["1 failed not refused alice"])],
)
async def test_a_join_that_is_not_answered_as_claimed_fails(
    stage: Stage, target: ScriptedTarget, claim: str, bad: list[str]
) -> None:
    target.manners.acks = "refused" in claim
    seen = await stage.steps(f"- alice: join room lobby\n  {claim.strip('{}')}\n")
    assert seen.bad == bad
