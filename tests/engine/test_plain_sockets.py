"""A plain WebSocket as it is played: messages as events, the profile's handshake and keepalive, URLs of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.history.entries import Beat, Emit

if TYPE_CHECKING:
    from plain_server import PlainServer

    from conftest import PlainStage


async def test_what_is_said_to_everybody_is_heard_by_each(plain: PlainStage) -> None:
    seen = await plain.steps(
        """
        - alice: emit do
          data: {all: [{op: said, d: {n: 1}}], answer: {ok: true}}
          hear:
            alice: {said: {n: 1}}
            bob: {said: {n: 1}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert sorted(seen.events()) == ["alice said", "bob said"]


async def test_what_is_not_heard_is_proven_by_the_fence(plain: PlainStage) -> None:
    seen = await plain.steps(
        """
        - alice: emit do
          data: {say: [{op: said, d: {n: 1}}], answer: {}}
          hear:
            alice: {said: {n: 1}}
            bob: nothing
        """
    )
    assert (seen.outcome, seen.proofs) == ("passed", ["proven"])


async def test_a_leak_is_found(plain: PlainStage) -> None:
    seen = await plain.steps(
        """
        - alice: emit do
          data: {all: [{op: said, d: {n: 1}}], answer: {}}
          hear: {bob: nothing}
        """
    )
    assert seen.bad == ["1 failed leaked bob"]


async def test_the_answer_with_the_emit_s_correlation_acknowledges_it(plain: PlainStage, server: PlainServer) -> None:
    seen = await plain.steps(
        """
        - alice: emit do
          data: {answer: {ok: true, n: 7}}
          ack: {n: 7}
          save: {n: ack.n}
        - assert: {n: 7}
        - alice: emit do
          data: {answer: {ok: true, n: 8}}
          ack: {n: 7}
        - alice: emit do
          data: {answer: {ok: false, error: {code: NO}}}
          refused: true
        - alice: emit do
          wait: 50ms
        """
    )
    assert seen.bad == ["3 failed answer alice", "5 failed no answer alice"]
    ids = [message["id"] for message in server.heard if isinstance(message, dict)]
    assert len(set(ids)) == len(ids)
    assert all(str(number).startswith("run1-") for number in ids)


async def test_messages_without_a_name_are_heard_by_ours(plain: PlainStage) -> None:
    seen = await plain.steps(
        """
        - alice: emit do
          data: {say: [{n: 1}, [2]], text: hello, binary: "00ff", answer: {}}
          hear:
            alice:
              - message: "#absent"
                times: 2
              - text: hello
              - binary: "#present"
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.events() == ["alice message", "alice message", "alice text", "alice binary"]


async def test_ids_may_be_numbers(plain: PlainStage, server: PlainServer) -> None:
    plain.edits = {"correlation: id": "correlation: {emit: id, heard: id, made: number}"}
    seen = await plain.steps("- alice: emit do\n  data: {answer: {}}\n- alice: emit do\n  data: {answer: {}}\n")
    assert seen.outcome == "passed"
    assert [message["id"] for message in server.heard if isinstance(message, dict)] == [1, 2]


async def test_without_a_correlation_an_emit_waits_for_nothing(plain: PlainStage, server: PlainServer) -> None:
    plain.edits = {"  correlation: id\n": "", "data: {answer: synced}": "heard: {synced: }"}
    server.manner = lambda _connection, message: [{"op": "synced"}] if message["op"] == "do" else None
    seen = await plain.steps("- alice: emit shout\n  data: {loud: true}\n  hear: {bob: nothing}\n")
    assert (seen.outcome, seen.proofs) == ("passed", ["proven"])
    assert {"op": "shout", "d": {"loud": True}} in server.heard


async def test_the_message_itself_may_be_the_data(plain: PlainStage, server: PlainServer) -> None:
    plain.edits = {"  data: d\n": "  data: $\n", "data: {answer: synced}": "data: {d: {answer: synced}}"}
    seen = await plain.steps(
        """
        - alice: emit do
          data: {d: {all: [{op: said, n: 1}], answer: {}}}
          ack: {d: {}}
          save: {id: data.id}
          hear: {bob: {said: {op: said, n: 1}}}
        - assert: {id: "#/^run1-/"}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert isinstance(server.heard[0], dict)
    assert list(server.heard[0]) == ["d", "op", "id"]


async def test_what_is_no_message_fails_its_step(plain: PlainStage) -> None:
    plain.edits = {"  data: d\n": "  data: $\n", "data: {answer: synced}": "data: {d: {answer: synced}}"}
    seen = await plain.steps("- alice: emit do\n  data: [1]\n- alice: emit do\n  args: [{}, {}]\n")
    assert seen.sentences == [
        (
            "step 1 could not be played: the emit do its message is no map, so that its name has no place in it; "
            "`send` sends any"
        ),
    ]


HANDSHAKE = """
handshake:
  - {heard: hello}
  - {emit: auth, data: {name: "{{ self.name }}"}, heard: {welcome: {ok: true}}, refused: {denied: }}
"""


def _guard(server: PlainServer, answer: dict[str, Any] | None) -> None:
    server.greeting = [{"op": "hello"}]
    server.manner = lambda _connection, message: [answer] if message["op"] == "auth" and answer else None


async def test_a_handshake_is_played_at_each_connect(plain: PlainStage, server: PlainServer) -> None:
    plain.socket = HANDSHAKE
    _guard(server, {"op": "welcome", "d": {"ok": True}})
    seen = await plain.steps("- alice: reconnect\n- alice: emit do\n  data: {answer: {}}\n")
    assert (seen.outcome, seen.bad) == ("passed", [])
    emits = [entry for entry in seen.entries if isinstance(entry, Emit)]
    assert [f"{emit.user} {emit.name}" for emit in emits] == ["alice auth", "bob auth", "alice auth", "alice do"]
    said = [message for message in server.heard if isinstance(message, dict) and message["op"] == "auth"]
    assert said[0]["d"]["name"] == said[2]["d"]["name"] != said[1]["d"]["name"]


async def test_a_handshake_may_be_refused(plain: PlainStage, server: PlainServer) -> None:
    plain.socket = HANDSHAKE
    _guard(server, {"op": "denied", "d": {"message": "who are you"}})
    seen = await plain.play("users: {alice: {connect: false}}\nsteps: [{alice: connect, refused: true}]\n")
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.connections("alice")[-1] == "refused event target"
    seen = await plain.play("users: {alice: {connect: false}}\nsteps: [{alice: connect}]\n")
    assert seen.sentences == ["alice's connect was refused (event: who are you)"]


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        ("close", "alice's connect was refused (dropped: no)"),
        ("", "alice's connect was not answered (timeout: connected, but the handshake's `welcome` did not come)"),
    ],
)
async def test_a_handshake_that_is_not_answered_is_told(
    plain: PlainStage, server: PlainServer, ended: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.engine.sessions.DEFAULT_WAIT_S", 0.5)
    plain.socket = (
        HANDSHAKE.replace("emit: auth, data: {", "emit: do, data: {close: 4401, reason: 'no', ") if ended else HANDSHAKE
    )
    _guard(server, None)
    seen = await plain.play("users: {alice: {connect: false}}\nsteps: [{alice: connect, within: 200ms}]\n")
    assert seen.sentences == [told]


async def test_auth_none_leaves_the_handshake_out(plain: PlainStage, server: PlainServer) -> None:
    plain.socket = HANDSHAKE.replace("- {heard: hello}\n  ", "")
    _guard(server, {"op": "welcome", "d": {"ok": True}})
    seen = await plain.play(
        """
        users: {alice: {connect: false}}
        steps:
          - alice: connect
            auth: none
          - alice: emit do
            data: {answer: {}}
          - alice: connect
            auth: {extra: 1}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    ops = [(message["op"], sorted(message["d"])) for message in server.heard if isinstance(message, dict)]
    assert ops == [("do", ["answer"]), ("auth", ["extra", "name"])]


async def test_a_ready_event_is_waited_for(plain: PlainStage, server: PlainServer) -> None:
    plain.socket = "ready: hello\nambient: [hello]"
    server.greeting = [{"op": "hello"}]
    seen = await plain.steps("- alice: emit do\n  data: {answer: {}}\n")
    assert (seen.outcome, seen.events()) == ("passed", ["alice hello", "bob hello"])


async def test_a_ping_of_the_target_s_is_answered_and_is_no_event(plain: PlainStage, server: PlainServer) -> None:
    plain.socket = "keepalive: [{heard: ping, answer: {pong: {n: '{{ event.n }}'}}}, {heard: {text: hey}, send: ho}]"
    seen = await plain.steps(
        """
        - alice: emit do
          data: {say: [{op: ping, d: {n: 5}}], text: hey, answer: {}}
          hear: {alice: nothing}
        """
    )
    assert (seen.outcome, seen.events(), seen.proofs) == ("passed", [], ["proven"])
    assert "ho" in server.heard
    pongs = [message for message in server.heard if isinstance(message, dict) and message["op"] == "pong"]
    assert [pong["d"] for pong in pongs] == [{"n": 5}]
    beats = [entry for entry in seen.entries if isinstance(entry, Beat) and entry.what == "heartbeat"]
    assert len(beats) == 2


async def test_what_keeps_alive_is_sent_by_the_clock_until_the_end(plain: PlainStage, server: PlainServer) -> None:
    plain.socket = "keepalive: {every: 10ms, emit: beat, data: {who: '{{ self.name }}'}}"
    server.manner = lambda _connection, message: [{"op": "beaten"}] if message["op"] == "beat" else None
    seen = await plain.steps(
        """
        - alice: emit shout
          ack: none
          hear:
            alice:
              - beaten:
                times: 3..
        - alice: disconnect
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [entry for entry in seen.entries if isinstance(entry, Emit) and entry.name == "beat"] == []


async def test_a_step_may_connect_elsewhere(plain: PlainStage, server: PlainServer) -> None:
    seen = await plain.play(
        """
        users: {alice: {connect: false}, bob: {connect: false}}
        vars: {kernel: k 7}
        steps:
          - alice: connect
            url: "/kernels/{{ kernel | urlencode }}/channels?session=1"
          - bob: connect
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [request.path for request in server.requests] == ["/kernels/k%207/channels?session=1", "/ws"]


async def test_the_profile_s_url_may_be_made_for_each_user(plain: PlainStage, server: PlainServer) -> None:
    plain.edits = {"  url: /ws\n": "  url: '/of/{{ self.name | sha256 }}'\n"}
    seen = await plain.steps("- alice: emit do\n  data: {answer: {}}\n")
    assert seen.outcome == "passed"
    assert len({request.path for request in server.requests if request.path.startswith("/of/")}) == 2


@pytest.mark.parametrize(
    ("way", "step", "place", "value"),
    [
        ("{query: token, value: '{{ self.token }}'}", "token: abc", "path", "/ws?token=abc"),
        ("{header: x-token, value: '{{ self.token }}'}", "token: abc", "x-token", "abc"),
        ("{cookie: session, value: '{{ self.token }}'}", "token: abc", "cookie", "session=abc"),
        ("{header: x-token, value: '{{ self.token }}'}", "token: none", "x-token", None),
    ],
)
async def test_a_token_travels_with_the_upgrade(
    plain: PlainStage, server: PlainServer, way: str, step: str, place: str, value: str | None
) -> None:
    plain.socket = f"token: {way}"
    seen = await plain.play(f"users: {{alice: {{connect: false}}}}\nsteps: [{{alice: connect, {step}}}]\n")
    assert (seen.outcome, seen.bad) == ("passed", [])
    request = server.requests[-1]
    assert (request.path if place == "path" else request.headers.get(place)) == value


async def test_an_upgrade_may_be_refused_with_a_status(plain: PlainStage, server: PlainServer) -> None:
    server.refuse = 403
    seen = await plain.play("users: {alice: {connect: false}}\nsteps: [{alice: connect, refused: true}]\n")
    assert (seen.outcome, seen.bad) == ("passed", [])
    seen = await plain.play("users: {alice: {connect: false}}\nsteps: [{alice: connect}]\n")
    assert seen.sentences == ["alice's connect was refused (http: not you)"]


async def test_a_close_s_code_and_reason_can_be_claimed(plain: PlainStage) -> None:
    seen = await plain.steps(
        """
        - alice: emit do
          data: {close: 4001, reason: go away}
          ack: none
        - alice: closed
          code: 4001
          reason: go away
          within: 2s
        - bob: connected
        - alice: emit do
          refused: true
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_another_code_than_claimed_fails(plain: PlainStage) -> None:
    seen = await plain.steps(
        """
        - alice: emit do
          data: {close: 4002}
          ack: none
        - alice: closed
          code: 4001
        """
    )
    assert seen.bad == ["2 failed state alice"]


async def test_a_fence_may_need_several_answers_in_any_order(plain: PlainStage, server: PlainServer) -> None:
    plain.edits = {"emit: do, data: {answer: synced}": "emit: sync, heard: {one: {id: '{{ data.id }}'}, other: }"}
    plain.edits["  data: d\n"] = "  data: $\n"
    answers = [{"op": "other"}, {"op": "one", "id": "#"}]

    def manner(_connection: object, message: dict[str, Any]) -> list[object]:
        said = [{**answer, **({"id": message["id"]} if "id" in answer else {})} for answer in answers]
        return list(said) if message["op"] == "sync" else []

    server.manner = manner
    step = "- alice: emit shout\n  ack: none\n  hear: {bob: nothing}\n"
    seen = await plain.steps(step)
    assert (seen.outcome, seen.proofs, seen.events()) == ("passed", ["proven"], [])
    answers.reverse()
    seen = await plain.steps(step)
    assert (seen.outcome, seen.proofs) == ("passed", ["proven"])


async def test_a_fence_that_lacks_one_of_its_answers_proves_nothing(
    plain: PlainStage, server: PlainServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.engine.fences.ANSWER_WITHIN_S", 0.1)
    plain.edits = {"emit: do, data: {answer: synced}": "emit: sync, heard: {one: , other: }"}
    server.manner = lambda _connection, message: [{"op": "one"}] if message["op"] == "sync" else None
    seen = await plain.steps("- alice: emit shout\n  ack: none\n  hear: {bob: nothing}\n")
    assert seen.bad == ["1 void absent bob"]
    assert "was not answered" in seen.sentences[0]


async def test_a_reconnect_goes_back_to_where_a_step_had_connected(plain: PlainStage, server: PlainServer) -> None:
    seen = await plain.play(
        """
        users: {alice: {connect: false}}
        steps:
          - alice: connect
            url: /own
          - alice: reconnect
          - alice: connect
          - alice: reconnect
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [request.path for request in server.requests] == ["/own", "/own", "/ws", "/ws"]


@pytest.mark.parametrize(
    ("socket", "told", "hint"),
    [
        ("subprotocol: v9", "not websocket", "is there a WebSocket at `socket.url`"),
        (HANDSHAKE.replace("- {heard: hello}\n  ", ""), "event, denied", "does `socket.handshake` of the profile say"),
    ],
)
async def test_a_first_connection_that_does_not_come_up_is_an_error_with_its_hint(
    plain: PlainStage, server: PlainServer, socket: str, told: str, hint: str
) -> None:
    plain.socket = socket
    _guard(server, {"op": "denied", "d": {}})
    seen = await plain.steps("- alice: emit do\n")
    assert seen.outcome == "error"
    assert told in seen.problem
    assert seen.played.problem is not None
    assert hint in (seen.played.problem.hint or "")


async def test_a_user_may_have_several_sockets_each_where_a_step_connects_it(
    plain: PlainStage, server: PlainServer
) -> None:
    seen = await plain.play(
        """
        users: {alice: {sockets: [phone]}, bob: {}}
        steps:
          - alice: connect
            socket: phone
            url: /of/the/phone
          - bob: emit do
            data: {all: [{op: said, d: {n: 1}}], answer: {}}
            hear:
              alice: {said: {n: 1}}
              alice.phone: {said: {n: 1}}
          - alice: emit do
            socket: phone
            data: {say: [{op: said, d: {n: 2}}], answer: {}}
            hear:
              alice: nothing
              alice.phone: {said: {n: 2}}
          - alice: send
            socket: phone
            frame: ping
            hear: {alice.phone: {frame: pong}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [request.path for request in server.requests].count("/of/the/phone") == 1
