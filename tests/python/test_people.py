"""Users in Python: each verb is played by the engine as its YAML is, and gives Python values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.route import METHODS
from antiphon.python import keys
from antiphon.python.people import Actor
from antiphon.scenario import hearing, step_keys

if TYPE_CHECKING:
    from conftest import Stage

_PYTHONS_OWN = {"if", "save", "append"}


async def test_a_call_gives_its_answer_as_python_values(stage: Stage) -> None:
    seen = await stage.steps(
        """
        answer = await alice.post("/echo/a", {"text": "{{ no template }}", "n": [1, None, True]}, headers={"x-a": "b"})
        assert answer.status == 200
        assert answer.payload["json"] == {"text": "{{ no template }}", "n": [1, None, True]}
        assert answer.body["status"] == "success"
        assert answer.headers["x-echo"] == "POST"
        assert answer.held
        refused = await alice.get("/nowhere", status=404, expect={"code": "NOT_FOUND"})
        assert refused.problem["code"] == "NOT_FOUND"
        """
    )
    assert (seen.outcome, seen.bad, seen.problem) == ("passed", [], "")
    assert seen.steps == ["1 alice: POST /echo/a", "2 alice: GET /nowhere"]


async def test_every_method_is_called(stage: Stage) -> None:
    seen = await stage.steps("\n".join(f'await alice.{method.lower()}("/echo/x", status="any")' for method in METHODS))
    assert seen.calls == [f"alice {method} /echo/x 200" for method in METHODS]


async def test_parameters_fill_in_the_path(stage: Stage) -> None:
    seen = await stage.steps('await alice.get("/echo/:id/rest", parameters={"id": "a b/c"})')
    assert seen.calls == ["alice GET /echo/a%20b%2Fc/rest 200"]


async def test_a_failed_expectation_is_noted_at_its_line_and_the_scenario_goes_on(stage: Stage) -> None:
    seen = await stage.steps(
        """
        await alice.get("/echo", expect={"path": "/else"})
        await bob.get(
            "/echo",
            status=201,
        )
        await bob.get("/echo/last")
        """
    )
    assert seen.outcome == "failed"
    assert [one.split(" ")[0] for one in seen.bad] == ["scenarios/scenario_a.py:6", "scenarios/scenario_a.py:7"]
    assert seen.calls[-1] == "bob GET /echo/last 200"


async def test_what_is_heard_is_given_with_its_arguments(stage: Stage) -> None:
    seen = await stage.steps(
        """
        await alice.post("/do", {"events": [{"to": bob.id, "event": "news", "data": {"n": 1}}]})
        heard = await bob.hears("news", {"n": "#integer"}, within="2s", times=1)
        assert heard.event == {"n": 1}
        assert heard.args == [{"n": 1}]
        await alice.hears_nothing()
        await bob.hears_no("weather")
        await bob.never_hears("snow")
        """
    )
    assert (seen.outcome, seen.bad, seen.problem) == ("passed", [], "")


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        ('await bob.hears("news", {"n": 2}, wait="20ms")', "bob did not hear news"),
        ('await bob.hears("rain", wait="20ms")', "bob did not hear rain"),
        ("await bob.hears_nothing()", "bob heard news, though bob was to hear nothing"),
        ('await bob.hears_no("news")', "bob heard news"),
        ('await bob.never_hears("news", {"n": 1})', "bob heard news"),
        ('await bob.hears_in_order(event("more"), event("news"))', "order"),
        ('await scene.hear({bob: [event("news", wait="20ms"), only]})', "bob heard more"),
        ('await scene.hear({bob: [any_event("rain", wait="20ms")]})', 'not hear any event that mentions "rain"'),
    ],
)
async def test_what_is_heard_otherwise_fails_at_its_line(stage: Stage, claim: str, says: str) -> None:
    seen = await stage.steps(
        f"""
        both = [{{"to": bob.id, "event": "news", "data": {{"n": 1}}}}, {{"to": bob.id, "event": "more", "data": 1}}]
        await alice.post("/do", {{"events": both}})
        {claim}
        """
    )
    assert seen.outcome == "failed"
    (bad,) = seen.bad
    assert bad.startswith("scenarios/scenario_a.py:8 ")
    assert says in bad


async def test_hear_beside_a_step_takes_users_and_parts(stage: Stage) -> None:
    seen = await stage.steps(
        """
        await alice.post(
            "/do",
            {"events": [{"to": bob.id, "event": "one"}, {"to": bob.id, "event": "two"}]},
            hear={bob: [in_order("one", event("two", within="2s")), only], alice: nothing, "bob": [no("three")]},
        )
        """
    )
    assert seen.outcome == "passed"


async def test_an_emit_gives_its_acknowledgement(stage: Stage) -> None:
    seen = await stage.steps(
        """
        done = await alice.emit("do", {"ack": {"ok": True, "n": 7}}, ack={"n": 7})
        assert done.ack["n"] == 7
        await alice.emit("do", args=[{"ack": {"ok": False}}, 2], refused=True)
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_raw_frames_are_sent_and_heard(stage: Stage) -> None:
    seen = await stage.steps(
        """
        await alice.send(frame="ping", hear={alice: frame("pong", wait="5s")})
        """
    )
    assert seen.steps == ["1 alice: send"]
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_rooms_sessions_connections_and_uploads_are_steps_as_well(stage: Stage) -> None:
    seen = await stage.steps(
        """
        await alice.join("room", "r 1")
        await alice.leave("room", "r1")
        await alice.disconnect()
        await alice.connect(within="2s")
        await alice.connected()
        await alice.reconnect()
        await alice.login()
        await alice.upload("a.txt", size="3KB", values={"room": 3})
        await alice.post("/do", {"close": alice.id, "code": 4000})
        await alice.closed(code=4000)
        """
    )
    assert (seen.outcome, seen.bad, seen.problem) == ("passed", [], "")
    assert seen.steps[0] == "1 alice: join room r 1"


async def test_a_further_socket_is_named_and_heard(stage: Stage) -> None:
    seen = await stage.play(
        """
        @scenario("two sockets", users={"bob": {"sockets": ["phone"]}, "alice": {}})
        async def played(bob: User, alice: User) -> None:
            await bob.emit("do", {"ack": {"ok": True}}, socket="phone")
            await alice.post("/do", {"events": [{"to": bob.id, "event": "news"}]}, hear={"bob.phone": event("news")})
            await bob.disconnect(socket="phone")
        """
    )
    assert (seen.outcome, seen.bad, seen.problem) == ("passed", [], "")


async def test_a_user_is_known_by_what_the_profile_saved(stage: Stage) -> None:
    seen = await stage.steps(
        """
        assert bob.id and bob.email and bob.token and bob.role == "MEMBER" and str(bob) == "bob"
        assert bob["id"] == bob.id
        bob["shoe_size"]
        """
    )
    assert (
        seen.problem == "8 nothing is known of bob's `shoe_size` | the profile's recipe saves what is known of a user"
    )


async def test_nobody_calls_without_credentials(stage: Stage) -> None:
    seen = await stage.steps('await nobody.get("/me", status=401)', users="nobody: User")
    assert (seen.outcome, seen.calls) == ("passed", ["nobody GET /me 401"])


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        (keys.CallKeys, "GET"),
        (keys.EmitKeys, "emit"),
        (keys.SendKeys, "send"),
        (keys.SessionKeys, "login"),
        (keys.ConnectKeys, "connect"),
        (keys.StateKeys, "connected"),
        (keys.ClosedKeys, "closed"),
        (keys.RoomKeys, "join"),
        (keys.UploadKeys, "upload"),
        (keys.PauseKeys, "pause"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_method_takes_the_keys_that_its_verb_has_in_yaml(said: type, verb: str) -> None:
    written = set(step_keys.PLACES[verb].known) - _PYTHONS_OWN
    assert {"with" if key == "values" else key for key in said.__annotations__} == written, "add it there"


def test_an_event_takes_the_keys_that_an_item_has_in_yaml() -> None:
    written = set(hearing.ITEM.known) - {"event", "data", "save", "frame"}
    assert keys.ItemKeys.__annotations__.keys() == written, "add it to antiphon/python/keys.py"


def test_every_verb_of_a_user_is_a_method() -> None:
    words = [*METHODS, *step_keys.USER_WORDS]
    assert [word for word in words if word not in step_keys.LATER_USER_VERBS and not hasattr(Actor, word.lower())] == []


async def test_a_group_does_a_step_at_once_and_each_hears(stage: Stage) -> None:
    seen = await stage.play(
        """
        @scenario("a crowd", users={"crowd": {"count": 3}, "alice": {}})
        async def played(crowd: Group, alice: User) -> None:
            answers = await crowd.post("/do", {"barrier": 3, "answer": {"n": 1}})
            assert [answer.payload["n"] for answer in answers] == [1, 1, 1]
            assert len(crowd) == 3 and len({one.id for one in crowd}) == 3
            one = await crowd[1].get("/me")
            assert one.payload["id"] == crowd[1].id
            ids = [each.id for each in crowd]
            await alice.post("/do", {"events": [{"to": ids, "event": "news"}, {"to": crowd[2].id, "event": "more"}]})
            await crowd.hears("news")
            await crowd[2].hears("more")
            await crowd[0].hears_no("more")
        """
    )
    assert (seen.outcome, seen.bad, seen.problem) == ("passed", [], "")
    assert stage.target.most_waiting == 3


async def test_what_one_of_a_group_did_not_hear_fails(stage: Stage) -> None:
    seen = await stage.play(
        """
        @scenario("a crowd", users={"crowd": {"count": 2}})
        async def played(crowd: Group) -> None:
            await crowd[0].post("/do", {"events": [{"to": crowd[0].id, "event": "news"}]})
            await crowd.hears("news", wait="20ms")
        """
    )
    assert seen.bad == ["scenarios/scenario_a.py:8 crowd[1] did not hear news"]


async def test_a_user_acts_and_hears_on_a_service_s_socket_under_its_own_names(stage: Stage) -> None:
    token = '{auth: token, value: "{{ self.token }}"}'
    socket = f"{{url: {stage.target.url}, token: {token}, ready: ready}}"
    services = f"services: {{chat: {{socket: {socket}, fence: {{kind: delivery, emit: sync}}}}}}"
    events = "events: {hear: [ready, chat:ready, chat:said], emit: [do, sync, chat:do, chat:sync]}"
    stage.edits = {"\nsocket:": f"\n{services}\n{events}\nsocket:"}
    text = """
        @scenario("two sockets", users={"bob": {"sockets": {"there": {"service": "chat"}}}})
        async def two(bob: User, scene: Scene) -> None:
            said = {"events": [{"to": bob.id, "event": "said", "data": 1}], "ack": {"ok": True}}
            await bob.emit("do", said, socket="there", hear={"bob.there": {"said": 1}})
            await bob.emit("do", said, socket="there", hear={HEARER: EVENT})
        """
    held = await stage.play(text.replace("HEARER: EVENT", '"bob.there": [{"said": 1}, {"only": True}]'))
    assert (held.outcome, held.bad) == ("passed", [])
    wrong = await stage.play(text.replace("HEARER: EVENT", '"bob": {"said": 1}'))
    assert (wrong.outcome, wrong.problem) == ("error", "9 unknown event `said` | known: ready")
