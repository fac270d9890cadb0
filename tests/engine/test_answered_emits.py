"""Emits that an event answers, by the profile's `answers`: on a plain WebSocket and on Socket.IO alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.history.entries import Emit

if TYPE_CHECKING:
    from plain_server import PlainServer

    from antiphon.testing.scripted_target import ScriptedTarget
    from conftest import PlainStage, Stage

ANSWERS = """
answers:
  join: {ok: {joined: {room: "{{ data.room }}"}}, refused: {join_error: }}
  wave: {after: 1s, refused: no_wave}
"""


def _answering(server: PlainServer, *said: object, to: str = "join") -> None:
    server.manner = lambda _connection, message: list(said) if message["op"] == to else None


def _joined(room: str) -> dict[str, Any]:
    return {"op": "joined", "d": {"room": room}}


@pytest.mark.parametrize(
    ("said", "claims", "bad", "sentence"),
    [
        ([_joined("a")], "", [], ""),
        ([_joined("b")], "wait: 50ms", ["1 failed no answer alice"], "alice's emit join got no answer within 50ms"),
        ([], "wait: 50ms", ["1 failed no answer alice"], "alice's emit join got no answer within 50ms"),
        (
            [{"op": "join_error", "d": {"message": "full"}}],
            "",
            ["1 failed refused alice"],
            'alice\'s emit join was refused by join_error: "full"',
        ),
        ([{"op": "join_error", "d": {"message": "full"}}], "refused: true", [], ""),
        ([{"op": "join_error", "d": {"message": "full"}}, _joined("a")], "refused: true", [], ""),
        (
            [_joined("a"), {"op": "join_error", "d": {}}],
            "refused: true",
            ["1 failed not refused alice"],
            "alice's emit join was accepted by joined, though it was to be refused",
        ),
        (
            [],
            "refused: true\n  wait: 50ms",
            ["1 failed not refused alice"],
            "alice's emit join was not refused: nothing answered it (`joined`, or `join_error` in its place does)",
        ),
        ([_joined("a")], "ack: {room: a}", [], ""),
        ([_joined("a")], "ack: {room: b}", ["1 failed answer alice"], ""),
        ([], "ack: none", [], ""),
    ],
)
async def test_an_emit_is_judged_by_the_event_that_answers_it(
    plain: PlainStage, server: PlainServer, said: list[object], claims: str, bad: list[str], sentence: str
) -> None:
    plain.socket = ANSWERS
    _answering(server, *said)
    seen = await plain.steps(f"- alice: emit join\n  data: {{room: a}}\n  {claims}\n")
    assert seen.bad == bad
    assert not sentence or seen.sentences == [sentence]


async def test_the_answer_is_an_event_as_well_and_what_ack_means(plain: PlainStage, server: PlainServer) -> None:
    plain.socket = ANSWERS
    _answering(server, {"op": "joined", "d": {"room": "a", "members": 3}})
    seen = await plain.steps(
        """
        - alice: emit join
          data: {room: a}
          save: {members: ack.members}
          hear: {alice: {joined: {members: 3}}}
        - assert: {members: 3}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    entry = next(entry for entry in seen.entries if isinstance(entry, Emit))
    assert (entry.answered_by, entry.ack_wanted, entry.ack) == ("joined", True, b'[{"room":"a","members":3}]')
    assert entry.acknowledged_s is not None


async def test_an_answer_with_another_correlation_answers_another_emit(plain: PlainStage, server: PlainServer) -> None:
    plain.socket = ANSWERS.replace('{joined: {room: "{{ data.room }}"}}', "joined")
    waiting: list[dict[str, Any]] = []

    def manner(_connection: object, message: dict[str, Any]) -> list[object]:
        if message["op"] != "join":
            return []
        waiting.append(message)
        if len(waiting) < 2:
            return []
        return [{"op": "joined", "d": one["d"], "id": one["id"]} for one in reversed(waiting)]

    server.manner = manner
    seen = await plain.steps(
        """
        - parallel:
            - - alice: emit join
                data: {room: a}
                ack: {room: a}
            - - alice: emit join
                data: {room: b}
                ack: {room: b}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


@pytest.mark.parametrize(
    ("said", "claims", "bad", "sentence"),
    [
        ([], "", [], ""),
        ([{"op": "no_wave", "d": {}}], "", ["1 failed refused alice"], "alice's emit wave was refused by no_wave"),
        ([{"op": "no_wave", "d": {}}], "refused: true", [], ""),
        (
            [],
            "refused: true",
            ["1 failed not refused alice"],
            "alice's emit wave was not refused: no refusal came in the time after which it counts as carried out",
        ),
    ],
)
async def test_an_emit_may_count_as_carried_out_after_a_time(
    plain: PlainStage, server: PlainServer, said: list[object], claims: str, bad: list[str], sentence: str
) -> None:
    plain.socket = ANSWERS
    _answering(server, *said, to="wave")
    seen = await plain.steps(f"- alice: emit wave\n  {claims}\n")
    assert seen.bad == bad
    assert not sentence or seen.sentences == [sentence]


async def test_a_refusal_after_that_time_refuses_no_emit_any_more(plain: PlainStage, server: PlainServer) -> None:
    plain.socket = ANSWERS.replace("1s", "10ms")
    seen = await plain.steps(
        """
        - alice: emit wave
        - alice: emit do
          data: {after_ms: 50, say: [{op: no_wave, d: {}}], answer: {}}
          hear: {alice: [no_wave]}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_the_end_of_the_connection_ends_the_waiting(plain: PlainStage, server: PlainServer) -> None:
    plain.socket = ANSWERS.replace("join:", "do:")
    script = "data: {room: a, close: 4001}"
    seen = await plain.steps(f"- alice: emit do\n  {script}\n- bob: emit do\n  {script}\n  refused: true\n")
    assert seen.bad == ["1 failed no answer alice"]


async def test_socket_io_asks_for_no_acknowledgement_of_such_an_emit(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits = {"  event_id: event.eventId\n": "  event_id: event.eventId\n  answers: {do: {ok: told}}\n"}
    stage.fence = "delivery by event"
    seen = await stage.steps(
        """
        - alice: emit do
          data: {ack: silent, events: [{to: ["{{ alice.id }}"], event: told, data: {n: 1}}]}
          save: {n: ack.n}
        - assert: {n: 1}
        - alice: emit do
          data: {ack: {ok: true, n: 2}}
          ack: {n: 2}
        - alice: emit do
          data: {ack: {ok: true}}
          wait: 50ms
        """
    )
    assert seen.bad == ["4 failed no answer alice"]
    wanted = [(entry.answered_by, entry.ack is not None) for entry in seen.entries if isinstance(entry, Emit)]
    assert wanted == [("told", True), ("", True), ("", False)]


async def test_an_acknowledgement_that_nothing_can_give_is_refused_by_the_check(plain: PlainStage) -> None:
    plain.edits = {"  correlation: id\n": "", "{kind: delivery, emit: do, data: {answer: synced}}": "none"}
    plain.socket = ANSWERS
    with pytest.raises(AssertionError, match="nothing acknowledges an emit on this target's socket"):
        await plain.steps("- alice: emit do\n  ack: {ok: true}\n- alice: emit join\n  ack: {room: a}\n")
