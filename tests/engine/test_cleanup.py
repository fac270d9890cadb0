"""Clean-up: last in, first out, whatever happened before; what stays is listed and changes no outcome."""

from __future__ import annotations

import asyncio
import re
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
    assert seen.calls("cleanup") == [
        *("bob DELETE /things/:… 204", "bob DELETE /things/:… 404"),
        *("alice DELETE /things/:… 204", "alice DELETE /things/:… 404"),
    ]
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


GONE = {"clean: [404]}": "clean: [404], gone: {call: 'GET /things/{{ key }}', status: 404}}"}


def with_operations(stage: Stage) -> None:
    """Let the profile name its operations, the GET of a thing among them."""
    known = "[GET /things/:id, DELETE /things/:id, POST /things, POST /users, POST /login, POST /refresh, POST /logout]"
    stage.edits["resources:\n"] = f"operations: {known}\nresources:\n"
    stage.without = "upload"
    stage.edits["health: [GET /health]\n"] = ""


async def test_what_was_removed_is_read_back_where_the_catalogue_has_a_get_of_it(stage: Stage) -> None:
    with_operations(stage)
    seen = await stage.steps(MAKE_TWO)
    assert (seen.outcome, seen.leftovers) == ("passed", [])
    assert seen.calls("cleanup") == [
        *("bob DELETE /things/:id 204", "bob GET /things/:id 404"),
        *("alice DELETE /things/:id 204", "alice GET /things/:id 404"),
    ]


async def test_what_is_still_there_after_its_removal_is_a_leftover(
    stage: Stage, target: ScriptedTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.engine.proofs.GONE_WITHIN_S", 0.0)
    target.manners.removes = "never"
    with_operations(stage)
    seen = await stage.steps(MAKE_TWO)
    told = "thing #: DELETE /things/:id was answered, and GET /things/:id still answers 200"
    assert (seen.outcome, seen.leftovers) == ("passed", [told, told])


async def test_a_removal_may_take_a_moment(stage: Stage, target: ScriptedTarget) -> None:
    target.manners.removes = "later"
    with_operations(stage)
    seen = await stage.steps(MAKE_TWO)
    assert (seen.outcome, seen.leftovers, target.board.things) == ("passed", [], {})


async def test_the_profile_says_what_tells_that_a_thing_is_gone(
    stage: Stage, target: ScriptedTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.engine.proofs.GONE_WITHIN_S", 0.0)
    stage.edits.update(GONE)
    seen = await stage.steps(MAKE_TWO)
    assert (seen.leftovers, seen.calls("cleanup")[1]) == ([], "bob GET /things/:… 404")
    target.manners.removes = "never"
    seen = await stage.steps(MAKE_TWO)
    told = "thing #: DELETE /things/:… was answered, and GET /things/:… answered 200, not 404"
    assert seen.leftovers == [told, told]


async def test_a_removal_that_nothing_tells_of_is_no_leftover_but_a_warning(
    stage: Stage, target: ScriptedTarget
) -> None:
    target.manners.forgets = True
    seen = await stage.steps(MAKE_TWO)
    assert seen.leftovers == []
    assert stage.setting is not None
    why = "DELETE /things/:… answers 204 to what is gone already; name a call that tells, `gone`"
    assert stage.setting.notices.warnings == (f"clean-up of `thing` is not proven: {why}",)


async def test_what_an_event_tells_of_is_removed_by_whoever_heard_of_it_first(
    stage: Stage, target: ScriptedTarget
) -> None:
    stage.edits["thing: {from: POST /things -> 201, key: payload.id}"] = "thing: {from: heard made, key: event.id}"
    target.board.things.update({"thing-a": "", "thing-b": ""})
    seen = await stage.steps(
        """
        - alice: POST /do
          body:
            events:
              - {to: "{{ bob.id }}", event: made, data: {id: thing-a}}
              - {to: "*", event: made, data: {id: thing-b}}
              - {to: "*", event: made, data: {name: of nothing}}
          hear: {alice: [{made: {id: thing-b}}]}
        """
    )
    assert (seen.outcome, seen.leftovers, target.board.deleted) == ("passed", [], ["thing-b", "thing-a"])
    assert [call for call in seen.calls("cleanup") if call.endswith("204")][-1].startswith("bob DELETE")


async def test_a_thing_that_several_tell_of_is_removed_once(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits["thing: {from: POST /things -> 201, key: payload.id}"] = (
        "thing: {from: POST /things -> 201, key: payload.id}\n  heard: {from: [heard made], key: event.id}"
    )
    stage.edits["cleanup:\n"] = "cleanup:\n  heard: 'DELETE /things/{{ key }}'\n"
    seen = await stage.steps("- alice: POST /things\n- alice: POST /things\n")
    assert (seen.leftovers, len(target.board.deleted)) == ([], 2)


USERS = {
    "thing: {from: POST /things -> 201, key: payload.id}": (
        "thing: {from: POST /things -> 201, key: payload.id}\n  user: {from: POST /users -> 201, key: payload.id}"
    ),
    "cleanup:\n": (
        "cleanup:\n"
        "  user: {call: 'DELETE /users/{{ key }}', clean: [401, 404], gone: {call: 'GET /users/{{ key }}',"
        " status: [401, 404]}}\n"
    ),
}


@pytest.mark.parametrize("then", ["", "- alice: GET /me\n  status: 500\n  must: true\n"])
async def test_the_personal_data_of_made_users_is_removed_and_read_back(
    stage: Stage, target: ScriptedTarget, then: str
) -> None:
    stage.edits.update(USERS)
    seen = await stage.steps(MAKE_TWO + then)
    assert seen.leftovers == []
    assert target.board.accounts == {}
    told = [re.sub(r" /users/\S+", " user", call) for call in seen.calls("cleanup") if "/users" in call]
    assert told == [
        *("owner of the company DELETE user 204", "owner of the company GET user 404"),
        *("owner of the company DELETE user 204", "owner of the company GET user 404"),
        *("owner of the company DELETE user 204", "owner of the company GET user 401"),
    ]
