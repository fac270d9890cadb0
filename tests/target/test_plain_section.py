"""How a plain WebSocket is described: where messages keep their parts, its handshake, what keeps it alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.scope import Names
from antiphon.target.socket_model import PlainProfile

if TYPE_CHECKING:
    from conftest import Bench

HEAD = "socket:\n  protocol: websocket\n"


def plain_of(bench: Bench, text: str) -> PlainProfile:
    socket = bench.channel(HEAD + text).socket
    assert socket.plain is not None
    return socket.plain


def test_without_a_word_messages_have_an_event_or_type_and_are_their_own_data(bench: Bench) -> None:
    plain = plain_of(bench, "")
    assert (plain.name.text, plain.data.text) == ("event | default(type)", "$")
    assert (plain.emit_name, plain.emit_data) == (("event",), ())
    assert (plain.correlation, plain.emit_correlation, plain.correlates_by) == (None, None, "text")


def test_an_emit_puts_its_parts_where_they_are_looked_for(bench: Bench) -> None:
    plain = plain_of(bench, "  name: header.kind | default(kind)\n  data: d.payload\n  correlation: meta.id\n")
    assert (plain.emit_name, plain.emit_data, plain.emit_correlation) == (
        ("header", "kind"),
        ("d", "payload"),
        ("meta", "id"),
    )
    assert plain.correlation is not None
    assert plain.correlation(Names({"meta": {"id": 7}})) == 7


def test_an_emit_may_put_them_elsewhere(bench: Bench) -> None:
    text = "  name: header.msg_type\n  emit_name: type\n"
    text += "  correlation: {emit: header.msg_id, heard: parent_header.msg_id, made: number}\n"
    plain = plain_of(bench, text)
    assert (plain.emit_name, plain.emit_correlation, plain.correlates_by) == (
        ("type",),
        ("header", "msg_id"),
        "number",
    )
    assert plain.correlation is not None
    assert plain.correlation.text == "parent_header.msg_id"


@pytest.mark.parametrize("text", ["  name: $[3]\n", "  name: event\n  emit_name: none\n"])
def test_a_name_may_have_no_place_in_what_is_sent(bench: Bench, text: str) -> None:
    assert plain_of(bench, text).emit_name == ()


def test_a_handshake_says_and_hears_in_order(bench: Bench) -> None:
    text = "  handshake:\n    - {heard: hello}\n"
    text += "    - {emit: auth, data: {token: '{{ self.token }}'}, heard: {welcome: {ok: true}}, refused: {denied: }}\n"
    first, second = plain_of(bench, text).handshake
    assert (first.emit, [pattern.name for pattern in first.heard]) == (None, ["hello"])
    assert second.emit == "auth"
    assert second.data is not None
    assert second.data(Names({"self": {"token": "t"}})) == {"token": "t"}
    assert [(pattern.name, pattern.data is None) for pattern in (*second.heard, *second.refused)] == [
        ("welcome", False),
        ("denied", True),
    ]


def test_what_keeps_alive_answers_or_sends_by_the_clock(bench: Bench) -> None:
    text = "  keepalive:\n    - {heard: ping, answer: {pong: {n: '{{ event.n }}'}}}\n"
    text += "    - {heard: {text: hey}, send: ho}\n    - {every: 20s, emit: ping}\n"
    answer, raw, clock = plain_of(bench, text).keepalive
    assert answer.heard is not None
    assert (answer.heard.name, answer.emit) == ("ping", "pong")
    assert answer.data is not None
    assert answer.data(Names({"event": {"n": 3}})) == {"n": 3}
    assert (raw.text, raw.emit) == ("ho", None)
    assert (clock.every_s, clock.emit, clock.heard) == (20.0, "ping", None)


def test_a_message_without_a_name_is_known_by_ours(bench: Bench) -> None:
    target = bench.target(HEAD + "  ready: message\n  ambient: [text, binary]\nevents: {hear: [said]}\n")
    assert target.vocabulary.events_heard == {"said", "message", "text", "binary"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "socket: {protocol: websocket, path: /x, namespace: /y, transports: [websocket]}\n",
            [
                "3:37 `path` does not go with protocol: websocket | write it into `url`",
                "3:52 `namespace` does not go with protocol: websocket | it is for Socket.IO",
                "3:68 `transports` does not go with protocol: websocket | it is for Socket.IO",
            ],
            id="keys of Socket.IO",
        ),
        pytest.param(
            "socket: {name: a, handshake: {emit: b}}\n",
            [
                "3:16 `name` does not go with protocol: socketio | it is for protocol: websocket",
                "3:30 `handshake` does not go with protocol: socketio | it is for protocol: websocket",
            ],
            id="keys of a plain WebSocket",
        ),
        pytest.param(
            "socket: {protocol: websocket, token: {auth: token, value: x}}\n",
            [
                (
                    "3:39 `auth` does not go with protocol: websocket | a plain WebSocket has no auth payload: write "
                    "header, query or cookie, or say it in `handshake`"
                )
            ],
            id="no auth payload",
        ),
        pytest.param(
            "socket: {protocol: websocket, name: 'a..b', correlation: $.id, emit_name: 'a b'}\n",
            [
                "3:40 unexpected `.`, a key behind the dot should stand there",
                "3:58 `$.id` is no place that something can be put | names joined by dots, such as header.msg_id",
                "3:75 `a b` is no place that something can be put | names joined by dots, such as header.msg_id",
            ],
            id="no places",
        ),
        pytest.param(
            "socket: {protocol: websocket, correlation: {emit: id, made: word}}\n",
            [
                "3:44 `correlation` needs `heard` | where its answer carries it",
                "3:61 unknown kind of correlation `word` | known: number, text",
            ],
            id="a correlation's own keys",
        ),
        pytest.param(
            "socket: {protocol: websocket, handshake: [{data: 1}, {refused: a}, 7]}\n",
            [
                "3:43 a part of `handshake` does nothing | write emit: EVENT, heard: EVENT, or both",
                "3:50 `data` without `emit` | name what is sent: emit: EVENT",
                "3:54 a part of `handshake` does nothing | write emit: EVENT, heard: EVENT, or both",
                "3:68 a part of `handshake` is a number, but must be a map | write {name: value}",
            ],
            id="an empty handshake",
        ),
        pytest.param(
            "socket: {protocol: websocket, keepalive: [{emit: a}, {every: 1s}, {every: 1s, emit: a, send: b}]}\n",
            [
                (
                    "3:43 a keepalive answers what is heard, or sends every so often | write {heard: EVENT, answer: "
                    "{EVENT: DATA}} or {every: 20s, emit: EVENT}"
                ),
                "3:54 a keepalive sends one thing | write one of emit: EVENT and send: TEXT",
                "3:67 a keepalive sends one thing | write one of emit: EVENT and send: TEXT",
            ],
            id="a keepalive that sends nothing, or two things",
        ),
        pytest.param(
            "socket: {protocol: websocket, keepalive: [{heard: a, emit: b}, {heard: a, answer: {b: 1, c: 2}}, "
            "{every: 1s, answer: b, emit: c}]}\n",
            [
                "3:43 a keepalive sends one thing | write one of answer: EVENT and send: TEXT",
                "3:60 `emit` does not go with `heard` | what answers is written as answer: {EVENT: DATA}",
                "3:83 one event answers | write answer: {EVENT: DATA}",
                "3:118 `answer` does not go with `every` | what is sent every so often is written as emit: EVENT",
            ],
            id="a keepalive's keys that do not go together",
        ),
        pytest.param(
            "socket:\n  protocol: websocket\n  handshake: {emit: hi, data: '{{ message.id }}', heard: {a: '{{ b }}'}}\n"
            "  keepalive: {heard: {c: }, answer: {d: '{{ data }}'}}\n"
            "events: {hear: [c], emit: [hi]}\n",
            [
                "5:35 `message` means nothing here | here stand env, fake, now, range, run, self",
                "5:59 unknown event `a` | known: binary, c, message, text",
                "5:66 `b` means nothing here | here stand data, env, fake, now, range, run, self",
                "6:38 unknown event to emit `d` | known: hi",
                "6:45 `data` means nothing here | here stand env, event, fake, now, range, run, self",
            ],
            id="names that mean nothing",
        ),
        pytest.param(
            "socket: {protocol: websocket}\nfence: {kind: delivery, emit: sync}\n",
            [
                (
                    "4:31 nothing acknowledges the fence's emit on this socket | name what answers, heard: "
                    "{EVENT: MATCHER}, or the socket's `correlation`"
                )
            ],
            id="a fence that nothing answers",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text) == told


def test_a_fence_may_rely_on_the_correlation(bench: Bench) -> None:
    target = bench.target(HEAD + "  correlation: id\nfence: {kind: delivery, emit: sync}\n")
    assert target.vocabulary.acknowledges
