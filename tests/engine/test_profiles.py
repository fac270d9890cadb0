"""What a profile says and the engine does with it: where tokens travel, what is healthy, how users are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage

HTTP_TOKEN = 'token: {header: authorization, value: "Bearer {{ self.token }}"}'
SOCKET_TOKEN = "token: {auth: token"


@pytest.mark.parametrize(("way", "found"), [("query", "query"), ("cookie", "cookie")])
async def test_a_token_travels_where_the_profile_says(
    stage: Stage, target: ScriptedTarget, way: str, found: str
) -> None:
    stage.edits[HTTP_TOKEN] = f'token: {{{way}: key, value: "{{{{ self.token }}}}"}}'
    seen = await stage.play(
        "users: {alice: {connect: false}}\nsteps: [{alice: POST /echo, save: {came: payload}}, {nobody: POST /echo}]\n"
    )
    token = seen.played.play.players["alice"].facts["token"]
    came = seen.known("came")
    assert isinstance(came, dict)
    sent = came["query"] if found == "query" else {"key": came["headers"]["cookie"].removeprefix("key=")}
    assert sent == {"key": token}
    assert "key" not in target.requests[-1].query
    assert "cookie" not in target.requests[-1].headers


async def test_a_socket_s_token_may_travel_in_the_query(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits[SOCKET_TOKEN] = "token: {query: token"
    seen = await stage.steps("- alice: connected\n- alice: emit do\n")
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert target.auths == [{}, {}]


@pytest.mark.parametrize("way", ["header", "cookie"])
async def test_a_socket_whose_token_travels_where_nobody_looks_is_refused(stage: Stage, way: str) -> None:
    stage.edits[SOCKET_TOKEN] = f"token: {{{way}: x-token"
    seen = await stage.steps("- alice: emit do\n")
    assert (seen.outcome, seen.problem.partition(":")[0]) == ("error", "alice's socket does not come up")


async def test_without_health_calls_a_target_lives_while_it_can_be_reached(stage: Stage) -> None:
    stage.edits["health: [GET /health]\n"] = ""
    cut = await stage.steps("- alice: POST /do\n  body: {cut: true}\n")
    assert (cut.outcome, cut.bad) == ("failed", ["1 failed no answer alice"])
    gone = await stage.steps("- alice: POST /do\n  body: {die: true}\n")
    assert type(gone.played.problem).__name__ == "TargetGone"


async def test_a_target_that_is_not_healthy_counts_as_gone(stage: Stage) -> None:
    stage.edits["health: [GET /health]"] = "health: [GET /nowhere]"
    seen = await stage.steps("- alice: POST /do\n  body: {cut: true}\n")
    assert (seen.outcome, "GET" in seen.problem, "answered 401" in seen.problem) == ("error", True, True)


async def test_the_next_frame_is_a_sign_of_life_where_nothing_is_asked(stage: Stage, target: ScriptedTarget) -> None:
    stage.fence = "alive"
    stage.edits["settle: 20ms, emit: sync"] = "settle: 20ms"
    target.manners.ping_s = 0.03
    seen = await stage.steps("- alice: GET /me\n  hear: {bob: nothing}\n")
    assert (seen.outcome, seen.proofs) == ("passed", ["waited"])


async def test_a_socket_that_falls_silent_shows_no_life(
    stage: Stage, target: ScriptedTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.engine.fences.NEXT_FRAME_WITHIN_S", 0.05)
    stage.fence = "alive"
    stage.edits["settle: 20ms, emit: sync"] = "settle: 20ms"
    seen = await stage.steps("- alice: GET /me\n  hear: {bob: nothing}\n")
    assert (seen.outcome, seen.bad) == ("void", ["1 void absent bob"])


async def test_an_identity_that_cannot_be_told_is_none(stage: Stage) -> None:
    stage.edits["event_id: event.eventId"] = "event_id: event.eventId | int"
    seen = await stage.steps(
        """
        - alice: POST /do
          body: {events: [{to: "{{ bob.id }}", event: news, data: {eventId: odd}}]}
          hear: {bob: {news: "#any"}, alice: nothing}
        - alice: POST /do
          body: {events: [{to: "{{ alice.id }}", event: other, data: {eventId: odd}}]}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_a_socket_that_ends_before_it_is_ready_is_refused(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        """
        - parallel:
            - - alice: POST /do
                body: {manners: {ready: false}}
              - alice: POST /do
                body: {hold_ms: 80, disconnect: ["{{ bob.id }}"]}
            - - alice: GET /me
              - pause: 30ms
                because: the target is to change its manners before
              - bob: connect
                refused: true
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert "refused dropped target" in seen.connections("bob")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("save: {self.token: payload.token", "save: {self.token: payload.gone", "`payload.gone` finds nothing"),
        ("{{ self.email }}", "{{ self.gone }}", "a recipe cannot be played for owner of the company: `self.gone`"),
    ],
)
async def test_a_recipe_that_cannot_be_followed_is_an_error(stage: Stage, old: str, new: str, problem: str) -> None:
    stage.edits[old] = new
    seen = await stage.steps("- alice: GET /me\n")
    assert (seen.outcome, seen.problem[: len(problem)]) == ("error", problem)


async def test_events_are_read_however_they_are_spaced(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: POST /do
          body:
            frames:
              - {to: "{{ bob.id }}", text: '42[ "spaced" , {"n": 1} ]'}
              - {to: "{{ bob.id }}", text: '42["bare"]'}
          hear:
            bob: [{spaced: {n: 1}}, {bare: "#absent"}, {only: true}]
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.events()[2:] == ["bob spaced", "bob bare"]


@pytest.mark.parametrize("text", ['42[ "broken" , {"n": ]', "42{}", "nonsense", "4x", "43"])
async def test_what_is_no_socketio_ends_the_connection_and_says_why(stage: Stage, text: str) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{frames: [{{to: "{{{{ bob.id }}}}", text: '{text}'}}]}}
          hear: {{bob: [{{news: "#any"}}, no broken]}}
        """
    )
    assert seen.bad == ["1 failed lost bob", "1 void absent bob"]
    assert "the connection was cut meanwhile" in seen.sentences[1]


async def test_to_repeat_over_what_is_no_list_fails_the_step(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - repeat: {over: "{{ alice.email }}", as: one}
          steps: [{alice: GET /me}]
        """
    )
    assert (seen.bad, seen.sentences) == (
        ["1 failed missing"],
        ["step 1 could not be played: `over` must be a list"],
    )


BY_ROOM = {"event_id: event.eventId": 'event_id: {"*": event.eventId, news: [event.room, event.number]}'}


@pytest.mark.parametrize(
    ("second", "bad"),
    [
        ("{room: 1, number: 7, text: sent anew}", ["1 failed doubled bob"]),
        ("{room: '1', number: '7', text: sent anew as texts}", ["1 failed doubled bob"]),
        ("{room: 1, number: 8, text: the next}", []),
        ("{room: 2, number: 7, text: elsewhere}", []),
        ("{room: 1, text: of no number}", []),
    ],
)
async def test_an_event_is_a_copy_where_all_addresses_of_its_name_agree(
    stage: Stage, second: str, bad: list[str]
) -> None:
    stage.edits.update(BY_ROOM)
    to_bob = 'to: "{{ bob.id }}", event: news'
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body:
            events:
              - {{{to_bob}, data: {{room: 1, number: 7, text: first}}}}
              - {{{to_bob}, after_ms: 60, data: {second}}}
          hear: {{bob: [{{news: {{text: first}}}}, no other]}}
        - pause: 120ms
          because: the second is to come
        """
    )
    assert seen.bad == bad


async def test_a_user_s_id_is_what_the_profile_s_identity_names(stage: Stage) -> None:
    stage.edits["save: {self.id: payload.id}"] = "save: {self.account: payload}"
    stage.edits["users:\n  roles"] = "users:\n  identity: self.account.id\n  roles"
    seen = await stage.steps("- alice: GET /me\n  expect: {id: '{{ alice.id }}'}\n")
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.played.play.players["alice"].id.startswith("user-")


@pytest.mark.parametrize(("ready", "connected"), [("ready", False), ("handshake", True)])
async def test_a_connection_is_ready_with_the_event_or_the_handshake(
    stage: Stage, target: ScriptedTarget, ready: str, connected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.engine.connecting.READY_WITHIN_S", 0.1)
    target.manners.ready = False
    stage.edits["  ready: ready\n"] = f"  ready: {ready}\n"
    seen = await stage.play("users: {alice: {}}\nsteps: [{alice: emit do}]\n")
    assert (seen.outcome == "passed") is connected


async def test_a_run_of_transport_errors_stops_at_the_first_after_which_health_fails(
    stage: Stage, target: ScriptedTarget
) -> None:
    cut = "- alice: POST /do\n  body: {cut: true}\n"
    seen = await stage.steps(cut * 3 + "- alice: POST /do\n  body: {die: true}\n" + cut)
    assert type(seen.played.problem).__name__ == "TargetGone"
    assert seen.steps == ["1", "2", "3", "4"]
    assert seen.bad == [f"{step} failed no answer alice" for step in (1, 2, 3)]
