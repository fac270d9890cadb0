"""How the target speaks in real time, and what proves absence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.scope import Names

if TYPE_CHECKING:
    from conftest import Bench


WRONG = [
    pytest.param(
        "socket: {transports: [polling, carrier], path: x, namespace: y}\n",
        [
            "3:32 unknown transport `carrier` | known: polling, websocket",
            "3:48 `x` does not begin with `/` | write /x",
            "3:62 `y` does not begin with `/` | write /y",
        ],
        id="words of later versions",
    ),
    pytest.param(
        (
            "socket: {refused: [connect_eror, {dropped_within: never}, {dropped_wihtin: 2s}, 5]}\n"
            "events: {hear: [denied]}\n"
        ),
        [
            "3:20 unknown way to refuse `connect_eror` | did you mean `connect_error`?",
            "3:51 `never` is not a duration | write 500ms, 5s or 2m; a plain number is milliseconds",
            "3:59 a way to refuse needs `dropped_within` | how soon it is dropped",
            "3:60 unknown key `dropped_wihtin` in a way to refuse | did you mean `dropped_within`?",
            '3:81 a way to refuse is a number, but must be a text or a map | quote it to make it a text: "5"',
        ],
        id="ways to refuse that there are not",
    ),
    pytest.param(
        (
            "socket: {protocol: mqtt, url: 'tcp://x', ready: e, ambient: [f], event_id: payload.id}\n"
            "events: {hear: [a, b], emit: [s]}\n"
            "fence: {kind: delivery, emit: q}\n"
        ),
        [
            "3:20 unknown protocol `mqtt` | known: socketio, websocket",
            (
                "3:31 `tcp://x` is not a socket's URL: it does not begin with http://, https://, "
                "ws:// or wss:// | write http://HOST:PORT"
            ),
            "3:49 unknown event `e` | known: a, b",
            "3:61 unknown event `f` | known: a, b",
            "3:76 `payload` means nothing here | here stand args, event, self",
            "5:31 unknown event to emit `q` | known: s",
        ],
        id="another protocol, and words that are not declared",
    ),
    pytest.param(
        ("socket: {event_id: {a: [], '*': event.id, zz: [event.a, 'args[1].b'], b: {}}}\nevents: {hear: [a, b]}\n"),
        [
            "3:24 an identity of no address | write event.id",
            "3:43 unknown event `zz` | known: a, b",
            "3:74 an identity is a map, but must be a text or a list | write a text, in quotes",
        ],
        id="identities that are none",
    ),
    pytest.param(
        "fence: maybe\n", ["3:8 `maybe` is no fence | write none, or {kind: delivery, emit: EVENT}"], id="no fence"
    ),
    pytest.param(
        "fence: {kind: maybe}\n",
        ["3:15 unknown kind of fence `maybe` | known: alive, connection, delivery, none"],
        id="another kind of fence",
    ),
    pytest.param(
        "fence: {emit: x}\n", ["3:8 `fence` needs `kind` | what its answer proves"], id="a fence without a kind"
    ),
    pytest.param(
        "fence: {kind: delivery}\n",
        ["3:8 a fence of the kind delivery asks by an event | add emit: EVENT"],
        id="a fence that asks nothing",
    ),
    pytest.param(
        (
            "events: {hear: [song]}\n"
            "fence: {kind: alive, emit: x, canary: {call: POST /sing, event: sogn, match: payload.id}}\n"
        ),
        [
            (
                "4:39 a canary does not go with kind: alive | an event that is heard after all earlier ones "
                "is a fence of the kind delivery"
            ),
            "4:39 both `emit` and `canary` | keep `emit`, which is asked on the hearer's own connection, or the canary",
            (
                "4:46 nothing of the canary's call is `{{ canary }}` | write body: {text: "
                '"{{ canary }}"}, and where the event has it: match: event.text'
            ),
            "4:65 unknown event `sogn` | did you mean `song`?",
            "4:78 `payload` means nothing here | here stand args, event",
        ],
        id="a canary that proves nothing",
    ),
    pytest.param(
        "fence: {kind: delivery, canary: {call: {call: POST /sing, save: {}}}}\n",
        [
            "3:33 `canary` needs `event` | the event's name",
            "3:33 `canary` needs `match` | where the event has what {{ canary }} was",
            (
                "3:59 unknown key `save` in a canary's call | known keys: call, body, form, multipart, raw, "
                "query, headers, token, status"
            ),
        ],
        id="half a canary",
    ),
    pytest.param(
        "fence: {kind: connection, emit: x, heard: {a: 1}}\n",
        [
            (
                "3:43 a fence of the kind connection is answered by the acknowledgement | kind: "
                "delivery is answered by an event"
            )
        ],
        id="a connection's fence that is heard",
    ),
    pytest.param(
        "fence: {kind: alive, settle: -1, data: 1}\n",
        [
            "3:30 `-1` is an impossible time | it must be above 0",
            "3:40 `data` without `emit` | name the event that asks: emit: EVENT",
        ],
        id="an impossible settle",
    ),
    pytest.param(
        "fence: {kind: delivery, emit: x, settle: 1s, heard: {}, data: '{{ alice.id }}'}\n",
        [
            "3:42 `settle` does not go with kind: delivery | it belongs to kind: alive",
            "3:53 no event is named | write {EVENT: MATCHER}",
            "3:67 `alice` means nothing here | here stand env, fake, now, range, run, self",
        ],
        id="a fence of everything",
    ),
    pytest.param(
        "fence: {kind: none, emit: x}\n",
        ["3:27 `emit` does not go with kind: none | leave it out"],
        id="none that asks",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text) == told


SELF = Names({"self": {"token": "t1", "id": "u1"}})


def test_a_socket_is_where_the_base_url_is_unless_it_says_otherwise(bench: Bench) -> None:
    bare, full = bench.channel("socket: {}\n").socket, bench.channel("socket: {url: 'ws://h:2/'}\n").socket
    assert (bare.url, bare.path, bare.namespace, bare.ready) == ("http://127.0.0.1:1", "/socket.io/", "/", None)
    assert full.url == "ws://h:2"


def test_the_environment_overrides_the_sockets_url(bench: Bench) -> None:
    socket = bench.channel("socket: {url: 'http://file'}\n", WEBSOCKET_URL="http://env:3").socket
    assert socket.url == "http://env:3"


def test_all_that_a_socket_may_say_is_kept(bench: Bench) -> None:
    socket = bench.channel(
        "socket: {protocol: socketio, transports: [websocket], path: /io, namespace: /chat, ready: hello,"
        " ambient: [ping], token: {auth: token, value: '{{ self.token }}'}, event_id: event.id}\n"
    ).socket
    assert (socket.path, socket.namespace, socket.ready, socket.ambient) == ("/io", "/chat", "hello", {"ping"})
    assert [(way.place, way.value(SELF)) for way in socket.token] == [("auth", "t1")]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("polling", ("polling",)),
        ("[polling]", ("polling",)),
        ("[polling, websocket]", ("polling", "websocket")),
        ("[websocket, polling]", ("websocket", "polling")),
        ("[]", "3:22 no transport is named | write [polling, websocket], or one of them"),
        ("[polling, polling]", "3:32 `polling` is named twice | name each transport once"),
    ],
)
def test_transports_are_kept_in_their_order(bench: Bench, written: str, kept: tuple[str, ...] | str) -> None:
    text = f"socket: {{transports: {written}}}\n"
    if isinstance(kept, str):
        assert bench.wrong(text) == [kept]
        return
    socket = bench.channel(text).socket
    assert socket.transports == kept


def test_without_a_word_a_socket_is_a_websocket(bench: Bench) -> None:
    socket = bench.channel("socket: {}\n").socket
    assert socket.transports == ("websocket",)


def test_ready_may_be_the_handshake(bench: Bench) -> None:
    socket = bench.channel("socket: {ready: handshake}\n").socket
    assert socket.ready is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("event.id", {"*": ["event.id"]}),
        ("[event.id, event.version]", {"*": ["event.id", "event.version"]}),
        ("{'*': event.id, typing: [event.a, 'args[1]']}", {"*": ["event.id"], "typing": ["event.a", "args[1]"]}),
    ],
)
def test_identities_are_addresses_by_event(bench: Bench, written: str, expected: dict[str, list[str]]) -> None:
    socket = bench.channel(f"socket: {{event_id: {written}}}\n").socket
    assert {name: [address.text for address in addresses] for name, addresses in socket.identity.items()} == expected


@pytest.mark.parametrize(
    ("written", "kind", "emit", "args"),
    [
        ("{kind: delivery, emit: sync}", "delivery", "sync", []),
        ("{kind: delivery, emit: sync, data: {who: '{{ self.id }}'}}", "delivery", "sync", [{"who": "u1"}]),
        ("{kind: connection, emit: ping}", "connection", "ping", []),
        ("{kind: alive}", "alive", None, None),
        ("none", "none", None, None),
        ("{kind: none}", "none", None, None),
    ],
)
def test_a_fence_asks_by_an_event(
    bench: Bench, written: str, kind: str, emit: str | None, args: list[object] | None
) -> None:
    fence = bench.channel(f"fence: {written}\n").fence
    assert (fence.kind, fence.emit) == (kind, emit)
    assert (fence.data(SELF) if fence.data is not None else None) == args


def test_a_fence_may_be_answered_by_an_event(bench: Bench) -> None:
    matched = bench.channel("fence: {kind: delivery, emit: ask, data: 5, heard: {told: {n: 5}}}\n").fence.heard
    any_data = bench.channel("fence: {kind: alive, emit: ask, heard: {told: }, settle: 50ms}\n").fence
    assert [pattern.name for pattern in matched] == ["told"]
    assert matched[0].data is not None
    assert matched[0].data({"n": 6}, SELF) is not None
    assert [(pattern.name, pattern.data) for pattern in any_data.heard] == [("told", None)]
    assert any_data.settle_s == 0.05


@pytest.mark.parametrize(
    ("written", "ways", "within_s"),
    [
        ("connect_error", ("connect_error",), None),
        ("[connect_error, {dropped_within: 2s}, http]", ("connect_error", "dropped", "http"), 2.0),
        ("[dropped, denied]", ("dropped", "denied"), None),
    ],
)
def test_a_target_refuses_in_ways_that_can_be_named(
    bench: Bench, written: str, ways: tuple[str, ...], within_s: float | None
) -> None:
    socket = bench.channel(f"socket: {{refused: {written}}}\n").socket
    assert (socket.refused, socket.dropped_within_s) == (ways, within_s)


def test_a_fence_may_be_a_canary(bench: Bench) -> None:
    canary = bench.channel("""
fence:
  kind: delivery
  canary:
    call: {call: "POST /rooms/{{ self.room }}/sing", body: {text: "{{ canary }}"}, status: 201}
    event: song
    match: event.text
""").fence.canary
    assert canary is not None
    assert (canary.call.operation, canary.event, canary.match.text) == ("POST /rooms/:…/sing", "song", "event.text")
