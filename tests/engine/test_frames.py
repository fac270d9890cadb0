"""Raw frames as they are sent and heard, on both kinds of socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.history.entries import Beat, Emit

if TYPE_CHECKING:
    from plain_server import PlainServer

    from conftest import PlainStage, Stage


async def test_a_pong_answers_a_ping_with_its_payload(plain: PlainStage) -> None:
    seen = await plain.steps(
        """
        - alice: send
          frame: ping
          text: are you there
          hear:
            alice:
              frame: pong
              data: are you there
              within: 2s
        - alice: send
          frame: ping
          text: again
          hear: {alice: {frame: pong, data: another, wait: 50ms}}
        """
    )
    assert seen.bad == ["2 failed differs alice"]
    sent = [entry for entry in seen.entries if isinstance(entry, Emit) and entry.frame]
    assert [(entry.name, entry.args) for entry in sent] == [
        ("frame ping", b'["are you there"]'),
        ("frame ping", b'["again"]'),
    ]
    beats = [entry for entry in seen.entries if isinstance(entry, Beat) and entry.what == "frame"]
    assert [(beat.frame, beat.answer) for beat in beats][:1] == [("pong", b'["are you there"]')]


async def test_a_pong_that_does_not_come_is_lost(stage: Stage) -> None:
    seen = await stage.steps("- hear: {alice: {frame: pong, wait: 50ms}}\n  since: start\n")
    assert seen.bad == ["1 failed lost alice"]
    assert seen.sentences == ["alice did not hear frame pong"]


async def test_frames_are_no_events_and_break_no_absence(plain: PlainStage) -> None:
    seen = await plain.steps(
        """
        - alice: send
          frame: ping
          hear: {alice: nothing, bob: nothing}
        - alice: send
          frame: ping
          hear:
            alice: [{only: true}, {frame: pong}]
        - alice: send
          frame: ping
          hear:
            alice:
              - no: never
        """.replace("- no: never", "- never: [{frame: ping}]")
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_a_pong_breaks_a_claim_that_names_it(plain: PlainStage) -> None:
    seen = await plain.steps(
        """
        - alice: send
          frame: ping
          hear: {alice: {never: [{frame: pong}]}}
        """
    )
    assert seen.bad == ["1 failed leaked alice"]


async def test_texts_and_bytes_go_as_they_are(plain: PlainStage, server: PlainServer) -> None:
    server.manner = lambda _connection, message: ["plain text"] if message.get("op") == "raw" else None
    seen = await plain.steps(
        """
        - alice: send
          text: '{"op": "raw"}'
          hear: {alice: {frame: text, data: plain text}}
        - alice: send
          text: not json at all
          save: {sent: data}
        - alice: send
          bytes: [0, 255]
        - alice: send
          bytes: "{{ 'ab' | bytes }}"
        - alice: emit do
          data: {answer: {}}
        - assert: {sent: not json at all}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert server.heard[:4] == [{"op": "raw"}, "not json at all", b"\x00\xff", b"ab"]


async def test_a_close_frame_ends_the_connection(plain: PlainStage) -> None:
    seen = await plain.steps(
        """
        - alice: send
          frame: close
          code: 4321
          reason: enough
        - alice: closed
          code: 4321
          within: 2s
        - alice: send
          frame: ping
        """
    )
    assert seen.bad == ["3 failed no answer alice"]
    assert seen.sentences[0].startswith("alice's ping frame could not be sent: the socket is closed")


async def test_who_was_never_connected_sends_nothing(plain: PlainStage) -> None:
    seen = await plain.play("users: {alice: {connect: false}}\nsteps: [{alice: send, text: x}]\n")
    assert seen.sentences == ["alice's text frame could not be sent: the socket is not open"]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("frame: ping\n  text: '{{ fake.text(126) }}'", "a ping frame carries at most 125 bytes, not 126"),
        ("frame: close\n  code: 1000\n  reason: '{{ fake.text(124) }}'", "a close frame carries at most 123 bytes"),
        ("bytes: [256]", "bytes are numbers from 0 to 255"),
        ("bytes: [a]", "bytes are numbers from 0 to 255"),
    ],
)
async def test_what_no_frame_can_carry_fails_its_step(plain: PlainStage, keys: str, told: str) -> None:
    seen = await plain.steps(f"- alice: send\n  {keys}\n")
    assert seen.bad == ["1 failed missing"]
    assert told in seen.sentences[0]


async def test_socket_io_hears_texts_that_are_no_events(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: send
          frame: ping
          text: hello
          hear: {alice: {frame: pong, data: hello}}
        - alice: emit do
          data: {frames: [{to: "{{ alice.id }}", text: "6"}]}
          hear:
            alice:
              - only: true
              - frame: text
                data: "6"
        - alice: send
          text: '42["do",{"ack":"silent","events":[{"to":"*","event":"told","data":{"n":1}}]}]'
          hear: {bob: {told: {n: 1}}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
