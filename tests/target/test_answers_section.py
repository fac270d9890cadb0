"""What stands for the acknowledgement of an emit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Bench


@pytest.mark.parametrize("protocol", ["socketio", "websocket"])
def test_an_emit_is_answered_by_events_or_by_time(bench: Bench, protocol: str) -> None:
    target = bench.target(
        f"socket:\n  protocol: {protocol}\n"
        "  answers:\n"
        "    join: {ok: {joined: {room: '{{ data.room }}'}}, refused: {join_error: , banned: {who: '{{ self.id }}'}}}\n"
        "    say: {ok: said}\n"
        "    typing: {after: 300ms}\n"
        "    wave: {after: 1s, refused: no_wave}\n"
    )
    assert target.channel is not None
    rules = target.channel.socket.answers
    assert [pattern.name for pattern in (*rules["join"].ok, *rules["join"].refused)] == [
        "joined",
        "join_error",
        "banned",
    ]
    assert (rules["say"].ok[0].data, rules["say"].refused) == (None, ())
    assert (rules["typing"].after_s, rules["typing"].ok) == (0.3, ())
    assert (rules["wave"].after_s, rules["wave"].refused[0].name) == (1.0, "no_wave")
    assert target.vocabulary.answered == {"join", "say", "typing", "wave"}


def test_what_is_wrong_is_told_with_its_place_and_a_hint(bench: Bench) -> None:
    text = (
        "socket:\n"
        "  answers:\n"
        "    join: {ok: {joined: '{{ room }}'}, after: 1s}\n"
        "    leave: {refused: left}\n"
        "    say: said\n"
        "    hop: {ok: {}}\n"
        "events: {hear: [joined], emit: [join, leave, say]}\n"
    )
    assert bench.wrong(text) == [
        "5:29 `room` means nothing here | here stand data, env, fake, now, range, run, self",
        "5:47 both `ok` and `after` | an emit is answered by an event, or counts as carried out after a time",
        "6:12 nothing says that the emit was carried out | write ok: {EVENT: MATCHER}, or after: 300ms",
        "6:22 unknown event `left` | known: joined",
        "7:10 the answer to `say` is a text, but must be a map | write {name: value}",
        "8:5 unknown event to emit `hop` | known: join, leave, say",
        "8:15 no event is named | write {EVENT: MATCHER}",
    ]
