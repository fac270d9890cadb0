"""Logging in and out, refreshing, and the verbs of a connection."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.recorder import Recorder
from antiphon.history.entries import AnyEntry, Connection, Mark, User
from antiphon.testing.scripted_target import ScriptedTarget
from antiphon.ticking.real import RealClock

if TYPE_CHECKING:
    from conftest import Stage

UNCONNECTED = "users: {alice: {connect: false}}\nsteps:\n"


async def test_a_user_logs_out_and_in_again(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: logout
        - alice: GET /me
          status: 401
        - alice: login
        - alice: GET /me
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.calls() == [
        "alice POST /logout 204",
        "alice GET /me 401",
        "alice POST /login 200",
        "alice GET /me 200",
    ]


async def test_a_refreshed_token_takes_the_old_one_s_place(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - assert: {alice.token: "#present"}
        - alice: refresh
        - alice: GET /me
        - alice: refresh
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


SPOILS = {
    "login": "POST /do\n    body: {manners: {login_refused: true}}",
    "logout": "logout",
    "refresh": "POST /refresh\n    body: {refreshToken: '{{ alice.refresh_token }}'}",
}


@pytest.mark.parametrize("verb", SPOILS)
async def test_a_session_verb_that_is_refused_meets_the_claim_that_it_is(stage: Stage, verb: str) -> None:
    seen = await stage.play(UNCONNECTED + f"  - alice: {SPOILS[verb]}\n  - alice: {verb}\n    refused: true\n")
    assert (seen.outcome, seen.bad) == ("passed", [])


@pytest.mark.parametrize("verb", SPOILS)
async def test_a_session_verb_that_is_accepted_breaks_the_claim_that_it_is_refused(stage: Stage, verb: str) -> None:
    seen = await stage.play(UNCONNECTED + f"  - alice: {verb}\n    refused: true\n")
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed not refused alice"])


@pytest.mark.parametrize("verb", SPOILS)
async def test_a_session_verb_that_is_refused_without_a_claim_fails(stage: Stage, verb: str) -> None:
    seen = await stage.play(UNCONNECTED + f"  - alice: {SPOILS[verb]}\n  - alice: {verb}\n  - alice: GET /count\n")
    assert (seen.outcome, seen.bad, seen.steps) == ("failed", ["2 failed status alice"], ["1", "2", "3"])


@pytest.mark.parametrize(("within", "bad"), [("5s", []), ("1ms", ["1 failed late alice"])])
async def test_a_login_keeps_its_time_or_is_late(stage: Stage, within: str, bad: list[str]) -> None:
    stage.edits["  login:\n    - call: POST /login\n"] = (
        "  login:\n    - call: POST /do\n      body: {hold_ms: 30}\n    - call: POST /login\n"
    )
    seen = await stage.steps(f"- alice: login\n  within: {within}\n")
    assert seen.bad == bad


async def test_a_verb_without_a_recipe_is_a_problem_of_the_profile(stage: Stage) -> None:
    stage.edits["  logout:\n    - call: POST /logout\n      status: 204\n"] = ""
    seen = await stage.steps("- alice: logout\n")
    assert (seen.outcome, seen.problem) == ("error", "the profile does not say how a user does `logout`")


async def test_a_user_connects_disconnects_and_connects_again(stage: Stage) -> None:
    seen = await stage.play(
        UNCONNECTED
        + "  - alice: connect\n  - alice: connected\n  - alice: disconnect\n  - alice: closed\n  - alice: reconnect\n"
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [line.split()[0] for line in seen.connections("alice")] == ["connected", "closed", "connected", "closed"]


async def test_to_disconnect_there_must_be_a_connection(stage: Stage) -> None:
    seen = await stage.play(UNCONNECTED + "  - alice: disconnect\n")
    assert seen.bad == ["1 failed state alice"]


@pytest.mark.parametrize(("how", "by"), [("connect_error", "connect_error"), ("drop", "dropped"), ("http", "http")])
async def test_a_refused_connection_meets_its_claim_and_names_the_way(
    stage: Stage, target: ScriptedTarget, how: str, by: str
) -> None:
    target.manners.connect = how  # type: ignore[assignment]
    seen = await stage.play(UNCONNECTED + "  - alice: connect\n    refused: true\n  - alice: GET /me\n")
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.connections("alice") == [f"refused {by} target"]


@pytest.mark.parametrize("how", ["connect_error", "drop", "http"])
async def test_a_connection_that_is_refused_without_a_claim_stops_the_scenario(
    stage: Stage, target: ScriptedTarget, how: str
) -> None:
    target.manners.connect = how  # type: ignore[assignment]
    seen = await stage.play(UNCONNECTED + "  - alice: connect\n  - alice: GET /me\n")
    assert (seen.outcome, seen.bad, seen.steps) == ("failed", ["1 failed refused alice"], ["1"])


async def test_a_connection_that_is_accepted_though_it_was_to_be_refused_fails(stage: Stage) -> None:
    seen = await stage.play(UNCONNECTED + "  - alice: connect\n    refused: true\n")
    assert seen.bad == ["1 failed not refused alice"]


@pytest.mark.parametrize("token", ["garbage", "none"])
async def test_a_connection_takes_another_token(stage: Stage, target: ScriptedTarget, token: str) -> None:
    seen = await stage.play(UNCONNECTED + f"  - alice: connect\n    token: {token}\n    refused: true\n")
    assert seen.bad == []
    assert target.auths[-1] != {"token": seen.played.play.players["alice"].facts["token"]}


async def test_a_connection_takes_parts_of_its_auth_payload_from_the_step(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.play(UNCONNECTED + "  - alice: connect\n    auth: {device: '{{ run.id }}'}\n")
    assert seen.bad == []
    assert target.auths == [{"token": seen.played.play.players["alice"].facts["token"], "device": "run1"}]


async def test_a_connection_may_go_without_its_auth_payload(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.play(UNCONNECTED + "  - alice: connect\n    auth: none\n    refused: true\n")
    assert seen.bad == []
    assert target.auths == [{}]  # which is what a server makes of no payload


async def test_a_connection_takes_another_address(stage: Stage, target: ScriptedTarget) -> None:
    nowhere = "http://127.0.0.1:9"
    seen = await stage.play(UNCONNECTED + f"  - alice: connect\n    url: {nowhere}\n    refused: true\n")
    assert seen.bad == ["1 failed not refused alice"]
    assert target.auths == []


async def test_a_connection_beyond_the_allow_list_is_an_error(stage: Stage) -> None:
    seen = await stage.play(UNCONNECTED + "  - alice: connect\n    url: http://192.0.2.1:80\n    refused: true\n")
    assert seen.outcome == "error"
    assert "is not on the allow-list" in seen.problem


@pytest.mark.parametrize(("within", "bad"), [("5s", []), ("20ms", ["1 failed late alice"])])
async def test_a_connection_is_ready_in_time_or_late(
    stage: Stage, target: ScriptedTarget, within: str, bad: list[str]
) -> None:
    target.manners.ready_after_s = 0.06
    seen = await stage.play(UNCONNECTED + f"  - alice: connect\n    within: {within}\n")
    assert seen.bad == bad


async def test_a_late_connection_is_void_where_own_lag_may_have_made_it_so(
    stage: Stage, target: ScriptedTarget
) -> None:
    target.manners.ready_after_s = 0.06
    stage.lag_s = 5.0
    seen = await stage.play(UNCONNECTED + "  - alice: connect\n    within: 20ms\n")
    assert (seen.outcome, seen.bad) == ("void", ["1 void late alice"])


async def test_a_connection_without_its_ready_event_is_not_ready(
    stage: Stage, target: ScriptedTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.engine.connecting.READY_WITHIN_S", 0.1)
    target.manners.ready = False
    seen = await stage.steps("- alice: GET /me\n  hear: {bob: nothing}\n")
    assert seen.outcome == "error"
    assert seen.problem == "alice's socket does not come up: timeout, connected, but `ready` did not come"


async def test_a_socket_that_does_not_come_up_is_an_error_unless_only_rest_is_used(
    stage: Stage, target: ScriptedTarget
) -> None:
    target.manners.connect = "connect_error"
    needed = await stage.steps("- alice: GET /me\n  hear: {bob: nothing}\n")
    assert (needed.outcome, needed.steps) == ("error", [])
    assert needed.problem.startswith("alice's socket does not come up: connect_error")
    unneeded = await stage.steps("- alice: GET /me\n")
    assert (unneeded.outcome, unneeded.bad) == ("passed", [])


@pytest.mark.parametrize(
    ("script", "claims", "bad"),
    [
        ("disconnect: ['{{ bob.id }}']", "within: 2s", []),
        ("close: ['{{ bob.id }}'], code: 4001, reason: kicked", "code: 4001", []),
        ("close: ['{{ bob.id }}'], code: 4001, reason: kicked", "reason: kicked", []),
        ("close: ['{{ bob.id }}'], code: 4001, reason: kicked", "code: 4002", ["2 failed state bob"]),
        ("close: ['{{ bob.id }}'], code: 4001, reason: kicked", "reason: tired", ["2 failed state bob"]),
        ("status: 200", "within: 60ms", ["2 failed state bob"]),
    ],
)
async def test_a_close_is_a_claim_over_its_code_and_reason(
    stage: Stage, script: str, claims: str, bad: list[str]
) -> None:
    seen = await stage.steps(f"- alice: POST /do\n  body: {{{script}}}\n- bob: closed\n  {claims}\n")
    assert seen.bad == bad


@pytest.mark.parametrize(
    ("script", "bad"), [("status: 200", []), ("disconnect: ['{{ bob.id }}']", ["2 failed state bob"])]
)
async def test_connected_means_for_as_long_as_it_is_watched(stage: Stage, script: str, bad: list[str]) -> None:
    seen = await stage.steps(f"- alice: POST /do\n  body: {{{script}}}\n- bob: connected\n  within: 60ms\n")
    assert seen.bad == bad


async def test_a_device_is_the_same_person_with_a_connection_of_its_own(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.play(
        """
        users: {bob: {}, phone: {device_of: bob}, alice: {}}
        steps:
          - alice: POST /do
            body: {events: [{to: "{{ bob.id }}", event: news, data: {n: 1}}]}
            hear: {bob: {news: {n: 1}}, phone: {news: {n: 1}}, alice: nothing}
          - phone: GET /me
            expect: {id: "{{ bob.id }}"}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert len(target.board.accounts) == 3  # bob, alice, and whoever adds them to the company


async def test_companies_are_shared_unless_they_are_asked_for(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.play(
        """
        users:
          ann: {role: OWNER}
          ben: {}
          zoe: {role: OWNER, company_of: none}
          zed: {company_of: zoe}
          eve: {company_of: none}
        steps: [{ann: GET /me}]
        """
    )
    labels = {name: player.company.name for name, player in seen.played.play.players.items()}
    assert labels["ann"] == labels["ben"]
    assert labels["zoe"] == labels["zed"]
    assert len(set(labels.values())) == 3
    assert sorted(account.role for account in target.board.accounts.values()) == ["MEMBER"] * 3 + ["None"] * 3


async def test_a_user_may_begin_without_login_or_connection(stage: Stage) -> None:
    seen = await stage.play(
        """
        users: {alice: {login: false}, bob: {connect: false}}
        steps:
          - alice: GET /me
            status: 401
          - bob: GET /me
          - alice: login
          - alice: connect
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_a_recipe_that_goes_otherwise_is_an_error_that_names_the_call(
    stage: Stage, target: ScriptedTarget
) -> None:
    target.manners.login_refused = True
    seen = await stage.steps("- alice: GET /me\n")
    assert (seen.outcome, seen.steps) == ("error", [])
    assert seen.problem == "owner of the company could not log in: POST /login answered 401, not 2xx"


async def test_a_reconnect_goes_on_trying_while_the_target_cannot_be_reached(
    stage: Stage, target: ScriptedTarget
) -> None:
    async with ScriptedTarget(RealClock()) as other:
        port = int(other.url.rpartition(":")[2])
    later = ScriptedTarget(RealClock(), port=port)
    later.board = target.board

    async def come_up_later() -> None:
        async with asyncio.timeout(60):
            while not any(isinstance(entry, Connection) and entry.what == "refused" for entry in stage.entries):  # noqa: ASYNC110 - the record rings no bell
                await asyncio.sleep(0)
        await later.__aenter__()

    coming = asyncio.create_task(come_up_later())
    seen = await stage.steps(f"- alice: reconnect\n  url: http://127.0.0.1:{port}\n- alice: connected\n")
    await coming
    await later.__aexit__(None, None, None)
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert "refused unreachable network" in seen.connections("alice")


async def test_a_connect_tries_once(stage: Stage) -> None:
    async with ScriptedTarget(RealClock()) as other:
        url = other.url
    seen = await stage.steps(f"- alice: connect\n  url: {url}\n")
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed refused alice"])
    assert seen.sentences[0].startswith("alice's connect was not answered (unreachable")


async def test_a_login_takes_another_token(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps("- alice: login\n  token: garbage\n- alice: logout\n  token: garbage\n  refused: true\n")
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert target.requests[-2].headers["authorization"].startswith("Bearer garbage.")


async def test_what_a_connection_s_end_causes_is_heard(stage: Stage) -> None:
    seen = await stage.steps("- bob: disconnect\n  hear: {alice: nothing}\n- bob: connect\n  hear: {alice: nothing}\n")
    assert (seen.outcome, seen.proofs) == ("passed", ["proven", "proven"])


async def test_a_socket_that_may_not_be_connected_to_is_told_with_the_step_that_names_it(stage: Stage) -> None:
    seen = await stage.steps("- alice: GET /me\n- alice: connect\n  url: http://192.0.2.1:3001\n")
    assert (seen.outcome, seen.problem) == ("error", "192.0.2.1:3001 is not on the allow-list")
    assert seen.played.problem is not None
    assert seen.played.problem.source is not None
    assert seen.played.problem.source.line == 5


@pytest.mark.parametrize("verb", ["connect", "reconnect"])
async def test_a_connect_that_nobody_answers_asks_whether_the_target_lives(
    stage: Stage, target: ScriptedTarget, verb: str
) -> None:
    def note(entry: AnyEntry) -> None:
        if isinstance(entry, Mark) and entry.what == "step" and entry.edge == "began":
            target.die()

    stage.changes["recorder"] = Recorder([lambda entries: note(entries[0])])
    seen = await stage.play(f"users: {{alice: {{connect: false}}}}\nsteps:\n  - alice: {verb}\n    within: 100ms\n")
    assert (seen.outcome, type(seen.played.problem).__name__) == ("error", "TargetGone")


async def test_a_first_connect_that_nobody_answers_asks_whether_the_target_lives(
    stage: Stage, target: ScriptedTarget
) -> None:
    def note(entry: AnyEntry) -> None:
        if isinstance(entry, User) and entry.what == "logged in" and entry.user == "alice":
            target.die()

    stage.changes["recorder"] = Recorder([lambda entries: note(entries[0])])
    seen = await stage.play("users: {alice: {}}\nsteps:\n  - alice: emit do\n")
    assert (seen.outcome, type(seen.played.problem).__name__) == ("error", "TargetGone")


async def test_a_socket_that_nobody_needs_is_waited_for_once_in_a_run_and_a_warning_says_so(
    stage: Stage, target: ScriptedTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.engine.connecting.READY_WITHIN_S", 0.05)
    target.manners.ready = False
    seen = await stage.steps("- alice: GET /me\n")
    assert (seen.outcome, seen.connections("bob")) == ("passed", [])
    assert seen.connections("alice")[-1] == "refused timeout network"
    assert stage.setting is not None
    (warning,) = stage.setting.notices.warnings
    assert warning == (
        "scenarios without events were played though the socket did not come up "
        "(timeout, connected, but `ready` did not come; first seen of alice)"
    )


async def test_a_socket_that_comes_up_is_no_warning(stage: Stage) -> None:
    await stage.steps("- alice: GET /me\n")
    assert stage.setting is not None
    assert stage.setting.notices.warnings == ()


@pytest.mark.parametrize(("written", "at"), [("\n  path: /nowhere/", "path:"), ("", "url:")])
async def test_a_socket_that_is_not_there_is_told_with_the_line_of_its_path(
    stage: Stage, target: ScriptedTarget, written: str, at: str
) -> None:
    target.manners.connect = "accept" if written else "http"
    stage.edits["  ready: ready"] = f"  ready: ready{written}"
    seen = await stage.steps("- alice: emit do\n")
    assert seen.outcome == "error"
    assert seen.played.problem is not None
    assert seen.played.problem.source is not None
    assert seen.played.problem.source.text.strip().startswith(at)
