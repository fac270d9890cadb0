"""Connections and sessions that the target turns away, in every way in which it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage

UNCONNECTED = "users: {alice: {connect: false}}\nsteps:\n"
HANDSHAKE = {"  ready: ready\n": ""}
DENIES = {"  ready: ready\n": "  ready: ready\n  refused: [connect_error, denied]\n"}
LETS_GO = {"  ready: ready\n": "  ready: handshake\n  refused: [{dropped_within: 2s}]\n"}


@pytest.mark.parametrize(
    ("how", "edits", "claim", "told"),
    [
        ("connect_error", {}, "{with: connect_error, data: {data: {code: BAD_TOKEN}}}", "connect_error"),
        ("http", {}, "{with: http, data: {status: 403, body: {code: NO_SOCKETS}}}", "http"),
        ("drop", {}, "{with: dropped}", "dropped"),
        ("deny", {}, "{with: denied, data: {code: BANNED}}", "event"),
        ("deny", DENIES, "true", "event"),
        ("deny", HANDSHAKE, "{with: denied}", "event"),
        ("let go", {}, "{with: dropped, data: {code: 4401, reason: not you}}", "dropped"),
        ("let go", LETS_GO, "true", "dropped"),
        ("let go", HANDSHAKE, "{with: dropped}", "dropped"),
    ],
)
async def test_a_way_to_refuse_meets_the_claim_that_names_it(
    stage: Stage, target: ScriptedTarget, how: str, edits: dict[str, str], claim: str, told: str
) -> None:
    target.manners.connect = how  # type: ignore[assignment]
    stage.edits.update(edits)
    seen = await stage.play(UNCONNECTED + f"  - alice: connect\n    refused: {claim}\n  - alice: GET /me\n")
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert f"refused {told} target" in seen.connections("alice")


@pytest.mark.parametrize(
    ("how", "claim", "sentence"),
    [
        ("http", "{with: connect_error}", "alice's connect was refused (http: NO_SOCKETS), not with connect_error"),
        ("drop", "{with: http}", "alice's connect was refused (dropped: "),
        ("deny", "{with: dropped}", "alice's connect was not refused: the target did not answer it (timeout"),
        ("connect_error", "{with: connect_error, data: {data: {code: BANNED}}}", "alice's connect was refused, and "),
        ("accept", "{with: denied}", "alice's connect was accepted, though it was to be refused"),
    ],
)
async def test_another_way_breaks_the_claim(
    stage: Stage, target: ScriptedTarget, how: str, claim: str, sentence: str
) -> None:
    target.manners.connect = how  # type: ignore[assignment]
    seen = await stage.play(UNCONNECTED + f"  - alice: connect\n    within: 100ms\n    refused: {claim}\n")
    assert seen.sentences[0].startswith(sentence)


async def test_who_is_let_in_and_kept_is_not_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.engine.connecting.DROPPED_WITHIN_S", 0.05)
    stage.edits.update(HANDSHAKE)
    seen = await stage.play(UNCONNECTED + "  - alice: connect\n    refused: {with: dropped}\n")
    assert seen.sentences == ["alice's connect was accepted, though it was to be refused"]


async def test_a_way_that_the_profile_does_not_name_is_no_refusal_of_this_target(
    stage: Stage, target: ScriptedTarget
) -> None:
    target.manners.connect = "http"
    stage.edits.update(DENIES)
    seen = await stage.play(UNCONNECTED + "  - alice: connect\n    refused: true\n")
    told = "alice's connect was refused (http: NO_SOCKETS), and the profile says that the target refuses with"
    assert seen.sentences == [f"{told} connect_error, denied"]


async def test_an_event_that_refuses_ends_a_connection_that_was_to_be_made(
    stage: Stage, target: ScriptedTarget
) -> None:
    target.manners.connect = "deny"
    stage.edits.update(DENIES)
    seen = await stage.play("users: {alice: {}}\nsteps: [{alice: emit do}]\n")
    assert (seen.outcome, seen.problem) == ("error", "alice's socket does not come up: event, denied")


async def test_a_login_is_refused_with_what_it_says(stage: Stage, target: ScriptedTarget) -> None:
    steps = UNCONNECTED + (
        "  - nobody: POST /do\n    body: {manners: {login_refused: true}}\n"
        "  - alice: login\n    refused: {with: http, data: {code: BAD_CREDENTIALS}}\n"
        "  - alice: login\n    refused: {data: {code: LOCKED}}\n"
    )
    seen = await stage.play(steps)
    assert seen.bad == ["3 failed refused alice"]
    assert seen.sentences == [
        'alice\'s login was refused, and what came with it differs in `code`: "BAD_CREDENTIALS" is not "LOCKED"'
    ]
