"""Clean-up: last in, first out, whatever happened before; what stays is listed and changes no outcome."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage

MAKE_TWO = """
- alice: POST /things
  body: {n: 1}
  append: {made: payload.id}
- bob: POST /things
  body: {n: 2}
  append: {made: payload.id}
"""


@pytest.mark.parametrize(
    ("then", "outcome"),
    [
        ("", "passed"),
        ("- alice: GET /me\n  status: 500\n  must: true\n", "failed"),
        ("- alice: GET /me\n  save: {gone: payload.gone}\n", "failed"),
        ("- alice: GET /me\n  token: {of: bob}\n  query: {a: '{{ alice.gone }}'}\n", "failed"),
        ("- alice: connect\n  url: http://192.0.2.1:80\n", "error"),
        ("- alice: POST /do\n  body: {silent: true}\n", "timeout"),
    ],
)
async def test_what_was_made_is_removed_by_its_maker_last_in_first_out(
    stage: Stage, target: ScriptedTarget, then: str, outcome: str
) -> None:
    stage.changes["scenario_timeout_s"] = 0.4
    seen = await stage.steps(MAKE_TWO + then)
    assert seen.outcome == outcome
    assert seen.calls("cleanup") == ["bob DELETE /things/:… 204", "alice DELETE /things/:… 204"]
    assert target.board.deleted == list(reversed(list(seen.known("made"))))  # type: ignore[call-overload]
    assert (target.board.things, seen.leftovers) == ({}, [])


async def test_clean_up_runs_when_a_play_is_cancelled(stage: Stage, target: ScriptedTarget) -> None:
    playing = asyncio.create_task(stage.steps(MAKE_TWO + "- alice: POST /do\n  body: {silent: true}\n"))
    await target.until(lambda: any(request.path == "/do" for request in target.requests))
    playing.cancel()
    seen = await playing
    assert (seen.outcome, target.board.things) == ("cancelled", {})


async def test_a_second_interruption_leaves_out_what_is_not_done_and_lists_it(
    stage: Stage, target: ScriptedTarget
) -> None:
    stage.edits['"DELETE /things/{{ key }}", clean: [404]'] = "POST /do, body: {silent: true}"
    playing = asyncio.create_task(stage.steps(MAKE_TWO + "- alice: POST /do\n  body: {silent: true}\n"))
    await target.until(lambda: sum(request.path == "/do" for request in target.requests) == 1)
    playing.cancel()
    await target.until(lambda: sum(request.path == "/do" for request in target.requests) == 2)
    playing.cancel()
    seen = await playing
    assert seen.outcome == "cancelled"
    assert seen.leftovers == ["thing #: not removed", "thing #: not removed"]


async def test_what_is_gone_already_is_clean(stage: Stage) -> None:
    seen = await stage.steps(MAKE_TWO + "- alice: DELETE /things/{{ made[0] }}\n  status: 204\n")
    assert (seen.outcome, seen.leftovers) == ("passed", [])


async def test_what_cannot_be_removed_is_listed_and_changes_no_outcome(stage: Stage, target: ScriptedTarget) -> None:
    class All(set[str]):
        def __contains__(self, key: object) -> bool:
            return True

    target.manners.kept = All()
    seen = await stage.steps(MAKE_TWO)
    assert seen.outcome == "passed"
    assert seen.leftovers == [
        "thing #: DELETE /things/:… answered 500",
        "thing #: DELETE /things/:… answered 500",
    ]


async def test_who_was_logged_out_logs_in_again_to_tidy_up(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(MAKE_TWO + "- alice: logout\n")
    assert (seen.outcome, seen.leftovers, target.board.things) == ("passed", [], {})


async def test_clean_up_that_takes_too_long_is_given_up_and_listed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.engine.plays.CLEANUP_WITHIN_S", 0.1)
    stage.edits['"DELETE /things/{{ key }}", clean: [404]'] = "POST /do, body: {silent: true}"
    seen = await stage.steps(MAKE_TWO)
    assert (seen.outcome, seen.leftovers) == ("passed", ["thing #: not removed", "thing #: not removed"])


async def test_data_is_kept_where_clean_up_is_switched_off(stage: Stage, target: ScriptedTarget) -> None:
    stage.changes["keep_data"] = True
    seen = await stage.steps(MAKE_TWO)
    assert (len(target.board.things), len(seen.played.play.made), seen.leftovers) == (2, 2, [])


async def test_the_scenario_s_own_clean_up_comes_first_and_changes_no_outcome(stage: Stage) -> None:
    seen = await stage.play(
        """
        users: {alice: {}}
        steps:
          - alice: POST /things
            save: {thing: payload}
        cleanup:
          - alice: GET /me
            status: 500
          - repeat: 1
            steps: [{alice: GET /me, status: 500}]
          - parallel: [{alice: GET /me, query: {a: "{{ alice.gone }}"}}]
          - alice: DELETE /things/{{ thing.id }}
            status: 204
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.calls()[-1].startswith("alice DELETE")
    assert seen.calls("cleanup") == ["alice DELETE /things/:… 404"]
    assert seen.leftovers == [
        "clean-up step c1 (alice: GET /me) failed: GET /me answered 200, not 500",
        "clean-up step c2 (repeat 1 times) failed: GET /me answered 200, not 500",
        "clean-up step c3 (parallel: 1 branches) failed: step c3.1 could not be played",
    ]
