"""The verbs of users: what each may say, what it becomes, and what is told of mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.call import BodyKind
from antiphon.language.scope import Names
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.compiler import SuiteFile, compile_suite
from antiphon.scenario.step_model import (
    CallStep,
    ConnectStep,
    EmitStep,
    RoomStep,
    SendStep,
    SessionStep,
    StateStep,
    UploadStep,
)

if TYPE_CHECKING:
    from conftest import Bench


def _file_problem(name: str) -> str | None:
    if name.startswith(".."):
        return f"`{name}` leaves the suite's folder"
    return None if name == "there.png" else f"there is no file `{name}`"


WRONG = [
    pytest.param(
        "  - alice: POST /mesages/send\n",
        ["4:12 unknown operation `POST /mesages/send` | did you mean `POST /messages/send`?"],
        id="an unknown operation",
    ),
    pytest.param(
        "  - alice: DELETE /x/y/z/q\n",
        ["4:12 unknown operation `DELETE /x/y/z/q` | the profile's `operations` lists those of the target"],
        id="an operation that nothing resembles",
    ),
    pytest.param(
        "  - alice: GET /chatrooms/{id}\n", ["4:27 `{id}` in a path | write :id or {{ id }}"], id="braces in a path"
    ),
    pytest.param(
        "  - alice: POST chatrooms\n",
        ["4:12 a path begins with `/`, not `chatrooms` | write POST /..."],
        id="a path without a slash",
    ),
    pytest.param(
        "  - alice: GET /chatrooms/:room\n",
        [("4:12 nothing defines `room` | define it by `save`, `vars` or `inputs`, or name it among the users")],
        id="a path parameter that nothing defines",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    body: {}\n    form: {a: {}}\n"),
        [
            "6:11 a request has one body, found `body` and `form` | keep one of them",
            "6:15 the field `a` is a map, but must be a text, a number, or true or false | write a text, in quotes",
        ],
        id="two bodies",
    ),
    pytest.param(
        (
            "  - alice: POST /messages/send\n"
            "    multipart: {a: {content: x}, b: {file: x.png}, ok: {file: there.png}, c: {type: a/b}, d: []}\n"
        ),
        [
            "5:44 there is no file `x.png` | files that scenarios name lie under the suite's folder",
            (
                "5:78 the part `c` names no file | a part that is a file has `file`, and `content` "
                "where it is no file of the suite"
            ),
            "5:94 the part `d` is a list, but must be a text, a number, or true or false | write a text, in quotes",
        ],
        id="parts that are no parts",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    raw: {file: ../x}\n"),
        ["5:17 `../x` leaves the suite's folder | files that scenarios name lie under the suite's folder"],
        id="a raw file outside the suite",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    raw: {}\n"),
        ["5:10 `raw` needs `file` | a file of the suite's folder"],
        id="a raw map without a file",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    headers: {'a b': 1, x: [1]}\n    query: {a: {b: 1}}\n"),
        [
            "5:15 `a b` cannot name a header | letters, digits and hyphens can",
            "5:28 the header `x` is a list, but must be a text or a number | write a text, in quotes",
            (
                "6:16 the parameter `a` is a map, but must be a text, a number, true or false, or a list"
                " | write a text, in quotes"
            ),
        ],
        id="headers and parameters of wrong types",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    token: {of: bbo}\n"),
        ["5:17 unknown user `bbo` | did you mean `bob`?"],
        id="a token of an unknown user",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    token: {of: bob, expires_in: 1s}\n"),
        ["5:12 a token is given in one way | write {of: USER}, {kind: refresh}, {key: wrong} or {expires_in: -1s}"],
        id="a token given twice",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    token: {}\n"),
        ["5:12 a token is given in one way | write {of: USER}, {kind: refresh}, {key: wrong} or {expires_in: -1s}"],
        id="a token given in no way",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    token: {expires_in: soon}\n"),
        ["5:25 `soon` is not a duration | write -1s, 500ms, 5s or 2m"],
        id="a token whose life is no duration",
    ),
    pytest.param(
        ("  - alice: login\n    token: {kind: access}\n  - alice: login\n    token: {key: right}\n"),
        [
            "5:19 unknown kind of token `access` | known: refresh",
            "7:18 unknown key `right` | known: wrong",
        ],
        id="a token of a kind or key that there is not",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    status: 20\n"),
        ["5:13 `20` is not a status | write 201, [200, 204], 2xx or any"],
        id="a status that is none",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    status: [200, 9xx]\n"),
        ["5:19 `9xx` is not a status | write 201, [200, 204], 2xx or any"],
        id="a class of statuses that is none",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    status: []\n"),
        ["5:13 an empty list allows no status | write 201, [200, 204], 2xx or any"],
        id="no status",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    expect: {id: '#uid'}\n"),
        ["5:18 unknown matcher `#uid` | did you mean `#uuid`?"],
        id="a matcher that is none",
    ),
    pytest.param(
        "  - alice: emit\n", ["4:12 `emit` names no event | write `USER: emit EVENT`"], id="an emit without an event"
    ),
    pytest.param(
        ("  - alice: emit snyc\n    data: 1\n    args: [2]\n"),
        [
            "4:12 unknown event to emit `snyc` | did you mean `sync`?",
            "6:11 both `data` and `args` | `data` is the first argument, `args` are all",
        ],
        id="an unknown event to emit, with two kinds of arguments",
    ),
    pytest.param(
        (
            "  - {alice: connect, refused: {}}\n"
            "  - {alice: connect, refused: {with: dropt}}\n"
            "  - {alice: connect, refused: false}\n"
            "  - {alice: login, refused: {with: connect_error}}\n"
            "  - {alice: connect, refused: {with: http, status: 403}}\n"
        ),
        [
            "4:31 an empty `refused` claims nothing | write true, or {with: http}",
            "5:31 unknown way to refuse `dropt` | did you mean `dropped`?",
            "6:31 `refused: false` claims nothing | leave it out",
            (
                "7:29 `login` is refused over HTTP, not with `connect_error` | write {with: http, data: {code: …}}: "
                "its calls are answered with a status from 400 to 499"
            ),
            "8:44 unknown key `status` in `refused` | known keys: with, data",
        ],
        id="refusals that cannot be",
    ),
    pytest.param(
        ("  - alice: emit sync\n    refused: false\n"),
        ["5:14 `refused: false` claims nothing | leave it out"],
        id="refused that claims nothing",
    ),
    pytest.param(
        ("  - alice: login now\n    url: x\n"),
        [
            "4:12 `login` takes nothing behind it, found `now` | write `login` alone; the rest are keys below",
            (
                "5:5 `url` does not go with `login` | keys of this step: token, refused, within, "
                "name, if, save, append, hear, wait, retry, must"
            ),
        ],
        id="words behind a login",
    ),
    pytest.param(
        ("  - alice: connect\n    within: 5m1s\n"),
        ["5:13 `5m1s` is not a duration | write 500ms, 5s or 2m; a plain number is milliseconds"],
        id="a time that is none",
    ),
    pytest.param(
        ("  - alice: connect\n    within: -1s\n"),
        ["5:13 `-1s` is an impossible time | it must be above 0"],
        id="a time that is impossible",
    ),
    pytest.param(
        ("  - alice: connect\n    within: 6m\n"),
        ["5:13 `6m` is an impossible time | at most 5 min"],
        id="a time that is too long",
    ),
    pytest.param(
        ("  - alice: disconnect\n    refused: true\n"),
        [
            (
                "5:5 `refused` does not go with `disconnect` | keys of this step: socket, within, name, if, "
                "save, append, hear, wait, retry, must"
            )
        ],
        id="a refused disconnect",
    ),
    pytest.param(
        ("  - alice: connected\n    code: 1000\n"),
        [
            (
                "5:5 `code` does not go with `connected` | keys of this step: socket, within, name, if, save, "
                "append, hear, wait, retry, must"
            )
        ],
        id="connected with a code",
    ),
    pytest.param(
        "  - alice: join\n",
        [("4:12 `join` needs a kind of room and an id | write `join ROOM ID`, such as `join chatroom {{ room.id }}`")],
        id="a join without a room",
    ),
    pytest.param(
        "  - alice: join chatroom\n",
        [("4:12 `join` needs a kind of room and an id | write `join ROOM ID`, such as `join chatroom {{ room.id }}`")],
        id="a join without an id",
    ),
    pytest.param(
        "  - alice: join chatrom 5\n", ["4:12 unknown room `chatrom` | did you mean `chatroom`?"], id="an unknown room"
    ),
    pytest.param(
        ("  - alice: join chatroom 5\n    ack: none\n"),
        ["5:10 `ack: none` does not go with `join` | `emit` asks for none; `join` waits for its answer"],
        id="a join that asks for no answer",
    ),
    pytest.param(
        "  - alice: upload\n",
        ["4:12 `upload` names no file | write `USER: upload report.pdf`"],
        id="an upload without a file",
    ),
    pytest.param(
        "  - alice: upload x.pdf\n",
        [("4:12 there is no file `x.pdf` | a file of the suite's folder; `size: 300KB` or `chunks: 3` makes one")],
        id="an upload of a file that is not there",
    ),
    pytest.param(
        "  - alice: upload ../x.pdf\n",
        [
            (
                "4:12 `../x.pdf` leaves the suite's folder | a file of the suite's folder; `size: "
                "300KB` or `chunks: 3` makes one"
            )
        ],
        id="an upload of a file outside the suite",
    ),
    pytest.param(
        ("  - alice: upload x.pdf\n    size: 3KB\n    chunks: 3\n    drop_at: 3\n"),
        [
            "6:13 both `size` and `chunks` | a made file has a size, or fills a number of chunks",
            "7:14 `drop_at: 3` of 3 chunks drops nothing | chunks are counted from 0; the last is 2",
        ],
        id="a made file of a size and of chunks, dropped behind its end",
    ),
    pytest.param(
        ("  - alice: upload x.pdf\n    size: big\n    chunks: 0\n    drop_at: -1\n    resume: 1\n"),
        [
            ("4:12 there is no file `x.pdf` | a file of the suite's folder; `size: 300KB` or `chunks: 3` makes one"),
            "5:11 `big` is not a size | write 64KiB, 300KB or 5MB; a plain number is megabytes",
            "6:13 `0` is not a whole number from 1 to 10000 | the least is 1",
            "6:13 both `size` and `chunks` | a made file has a size, or fills a number of chunks",
            "7:14 `-1` is not a whole number from 0 to 10000 | the least is 0",
            "8:13 `resume` is a number, but must be true or false | write true or false",
        ],
        id="an upload of impossible numbers",
    ),
    pytest.param(
        ("  - alice: upload x.pdf\n    size: 65536\n"),
        [
            ("4:12 there is no file `x.pdf` | a file of the suite's folder; `size: 300KB` or `chunks: 3` makes one"),
            (
                "5:11 `65536` is 65,536 MB, too large | a plain number is megabytes; write 64KiB, "
                "300KB or 65536B; at most 1GB"
            ),
        ],
        id="a made file that is too large",
    ),
]

SCOPE = Names({"room": {"id": "r1"}, "alice": {"id": "a1"}})


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_with_a_verb_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text, files=_file_problem) == told


def test_a_call_keeps_all_that_it_sends_and_claims(bench: Bench) -> None:
    step = bench.step(
        "  - alice: POST /messages/send\n    body: {a: '{{ alice.id }}'}\n    query: {q: 1}\n"
        "    headers: {X-One: two}\n"
        "    token: {of: bob}\n    status: [201, 4xx]\n    expect: {id: '#uuid'}\n    expect_body: {status: success}\n"
        "    expect_headers: {X-Two: '#string'}\n"
    )
    assert isinstance(step, CallStep)
    call = step.call
    assert call.operation == "POST /messages/send"
    assert call.body_kind is BodyKind.JSON
    assert call.body is not None
    assert call.body(SCOPE) == {"a": "a1"}
    assert call.query is not None
    assert call.query(SCOPE) == {"q": 1}
    assert call.headers is not None
    assert call.headers(SCOPE) == {"X-One": "two"}
    assert call.token is not None
    assert (call.token.kind, call.token.user) == ("of", "bob")
    assert [call.status.accepts(status) for status in (201, 200, 404, 500)] == [True, False, True, False]
    assert call.status.text == "[201, 4xx]"
    assert call.expect is not None
    assert call.expect({"id": 3}, SCOPE) is not None
    assert call.expect_body is not None
    assert call.expect_body({"status": "success", "more": 1}, SCOPE) is None
    assert call.expect_headers is not None
    assert call.expect_headers({"x-two": "there"}, SCOPE) is None


@pytest.mark.parametrize(
    ("text", "accepted", "refused"),
    [
        ("", (200, 204, 299), (199, 300, 404)),
        ("    status: 404\n", (404,), (200, 403)),
        ("    status: any\n", (100, 404, 599), ()),
        ("    status: 2XX\n", (200,), (404,)),
        ("    status: [2xx, 404]\n", (200, 404), (403,)),
    ],
)
def test_statuses_accept_what_is_written(
    bench: Bench, text: str, accepted: tuple[int, ...], refused: tuple[int, ...]
) -> None:
    step = bench.step("  - alice: POST /messages/send\n" + text)
    assert isinstance(step, CallStep)
    assert all(step.call.status.accepts(status) for status in accepted)
    assert not any(step.call.status.accepts(status) for status in refused)
    assert step.call.status.written is bool(text)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("none", "none"),
        ("garbage", "garbage"),
        ("'{{ alice.token | tampered }}'", "value"),
        ("{of: bob}", "of"),
        ("{expires_in: -1s}", "expires_in"),
        ("{kind: refresh}", "refresh"),
        ("{key: wrong}", "wrong_key"),
    ],
)
def test_a_token_is_given_in_seven_ways(bench: Bench, written: str, kind: str) -> None:
    call, connect = bench.steps(
        f"  - {{alice: POST /messages/send, token: {written}}}\n  - {{alice: connect, token: {written}}}\n"
    )
    assert isinstance(call, CallStep)
    assert isinstance(connect, ConnectStep)
    assert call.call.token is not None
    assert connect.token is not None
    assert call.call.token.kind == connect.token.kind == kind
    assert call.call.token.expires_in_s == (-1.0 if kind == "expires_in" else 0.0)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("body: null", BodyKind.JSON),
        ("form: {a: 1}", BodyKind.FORM),
        ("multipart: {a: 1, b: {file: there.png}}", BodyKind.MULTIPART),
        ("raw: hello", BodyKind.RAW),
        ("raw: {file: there.png}", BodyKind.RAW),
        ("status: 200", BodyKind.NONE),
    ],
)
def test_a_request_has_one_kind_of_body(bench: Bench, written: str, kind: BodyKind) -> None:
    step = bench.step(f"  - {{alice: POST /messages/send, {written}}}\n")
    assert isinstance(step, CallStep)
    assert step.call.body_kind is kind
    assert (step.call.body is None) is (kind is BodyKind.NONE)


def test_a_templated_segment_finds_its_operation(bench: Bench, free: Bench) -> None:
    text = "  - alice: GET /chatrooms/{{ alice.id }}\n"
    known, unknown = bench.step(text), free.step(text)
    assert isinstance(known, CallStep)
    assert isinstance(unknown, CallStep)
    assert known.call.template == "/chatrooms/:id"
    assert unknown.call.template == "/chatrooms/:…"
    assert known.call.path(SCOPE) == "/chatrooms/a1"


@pytest.mark.parametrize(
    ("written", "args"),
    [("", []), ("    data: {a: '{{ alice.id }}'}\n", [{"a": "a1"}]), ("    args: [1, two]\n", [1, "two"])],
)
def test_an_emit_carries_its_data_or_its_arguments(bench: Bench, written: str, args: list[object]) -> None:
    step = bench.step("  - alice: emit sync\n" + written)
    assert isinstance(step, EmitStep)
    assert step.event == "sync"
    assert step.args(SCOPE) == args
    assert step.wait_s == 5.0
    assert not step.no_ack
    assert step.ack is None


def test_an_emit_says_how_it_is_answered(bench: Bench) -> None:
    none, ack, refused = bench.steps(
        "  - {alice: emit sync, ack: none}\n  - {alice: emit sync, ack: {ok: true}, wait: 1s}\n"
        "  - {alice: emit sync, refused: true}\n"
    )
    assert isinstance(none, EmitStep)
    assert none.no_ack
    assert none.ack is None
    assert isinstance(ack, EmitStep)
    assert ack.ack is not None
    assert ack.ack({"ok": False}, SCOPE) is not None
    assert ack.wait_s == 1.0
    assert isinstance(refused, EmitStep)
    assert refused.refused


def test_an_emits_wait_is_that_of_its_hear_items_too(bench: Bench) -> None:
    step = bench.step("  - {alice: emit sync, wait: 7s, hear: {bob: message_received}}\n")
    assert isinstance(step, EmitStep)
    assert step.wait_s == 7.0
    assert step.hear[0].items[0].wait_s == 7.0


@pytest.mark.parametrize("verb", ["login", "refresh", "logout"])
def test_sessions_take_a_token_and_a_limit(bench: Bench, verb: str) -> None:
    step = bench.step(f"  - {{alice: {verb}, token: garbage, within: 2s, refused: true}}\n")
    assert isinstance(step, SessionStep)
    assert (step.verb, step.within_s, step.refused is not None) == (verb, 2.0, True)
    assert step.token is not None


@pytest.mark.parametrize("verb", ["connect", "reconnect"])
def test_connections_take_all_that_may_differ(bench: Bench, verb: str) -> None:
    step = bench.step(
        f"  - {{alice: {verb}, auth: {{a: 1}}, url: 'http://x', token: none, within: 2s, refused: true,"
        " hear: {bob: {message_received: {}}}}\n"
    )
    assert isinstance(step, ConnectStep)
    assert (step.verb, step.within_s, step.refused is not None) == (verb, 2.0, True)
    assert step.auth is not None
    assert step.url is not None
    assert step.hear[0].items[0].within_s is None  # `within` is the verb's own


def test_a_disconnect_and_the_states_have_limits(bench: Bench) -> None:
    gone, closed, connected = bench.steps(
        "  - {alice: disconnect, within: 1s}\n  - {alice: closed, code: 1000, reason: '#string', within: 2s}\n"
        "  - {bob: connected, within: 3s}\n"
    )
    assert isinstance(gone, ConnectStep)
    assert gone.within_s == 1.0
    assert isinstance(closed, StateStep)
    assert closed.within_s == 2.0
    assert closed.code is not None
    assert closed.reason is not None
    assert isinstance(connected, StateStep)
    assert connected.within_s == 3.0


@pytest.mark.parametrize("verb", ["join", "leave"])
def test_rooms_are_joined_and_left_by_id(bench: Bench, verb: str) -> None:
    step = bench.step(
        f"  - {{alice: GET /chatrooms/1, save: {{room: payload}}}}\n"
        f"  - {{alice: '{verb} chatroom {{{{ room.id }}}}', ack: {{ok: true}}, wait: 1s, refused: true}}\n"
    )
    assert isinstance(step, RoomStep)
    assert (step.verb, step.room, step.id(SCOPE), step.wait_s, step.refused) == (verb, "chatroom", "r1", 1.0, True)
    assert step.ack is not None


def test_an_upload_makes_a_file_or_takes_one(bench: Bench) -> None:
    steps = bench.suite(
        "scenario: a\nusers: {alice: {}}\nsteps:\n  - {alice: upload there.png}\n"
        "  - {alice: upload big.bin, size: 300KB, with: {roomId: '{{ alice.id }}'}, save: {file: upload.file}}\n"
        "  - {alice: upload b.bin, chunks: 3, drop_at: 1}\n  - {alice: upload b.bin, resume: true}\n",
        files=_file_problem,
    )
    assert steps.problems == ()
    there, big, dropped, resumed = steps.scenarios[0].steps
    assert isinstance(there, UploadStep)
    assert there.file(SCOPE) == "there.png"
    assert isinstance(big, UploadStep)
    assert big.size_bytes == 300_000
    assert big.values["roomId"](SCOPE) == "a1"
    assert isinstance(dropped, UploadStep)
    assert (dropped.chunks, dropped.drop_at) == (3, 1)
    assert isinstance(resumed, UploadStep)
    assert resumed.resume


@pytest.mark.parametrize(
    ("keys", "frame", "payload", "code"),
    [
        ("text: hello", "text", "hello", None),
        ("bytes: [0, 255]", "binary", [0, 255], None),
        ("frame: ping", "ping", None, None),
        ("frame: pong\n    text: hello", "pong", "hello", None),
        ("frame: close", "close", None, None),
        ("frame: close\n    code: 4001\n    reason: enough", "close", "enough", 4001),
    ],
)
def test_a_frame_is_sent_as_it_is_written(
    bench: Bench, keys: str, frame: str, payload: object, code: int | None
) -> None:
    step = bench.step(f"  - alice: send\n    {keys}\n")
    assert isinstance(step, SendStep)
    assert (step.frame, step.code) == (frame, code)
    assert (step.payload(Names({})) if step.payload is not None else None) == payload


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("must: true", ["4:12 `send` sends nothing | write text: TEXT, bytes: BYTES, or frame: ping"]),
        ("text: a\n    bytes: b", ["6:12 a frame has one payload | write one of text and bytes"]),
        ("frame: close\n    text: a", ["6:11 a frame has one payload | write one of text and bytes"]),
        ("text: a\n    code: 4001", ["6:11 `code` belongs to a close frame | write frame: close beside it"]),
        ("frame: close\n    reason: a", ["6:13 a reason without a code | write code: 1000 beside it"]),
        ("frame: close\n    code: 99", ["6:11 `99` is not a whole number from 1000 to 4999 | the least is 1000"]),
        ("frame: wave", ["5:12 unknown kind of frame `wave` | known: close, ping, pong"]),
    ],
)
def test_what_is_no_frame_is_told_with_its_place_and_a_hint(bench: Bench, keys: str, told: list[str]) -> None:
    assert bench.wrong(f"  - alice: send\n    {keys}\n") == told


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "users: {alice: {sockets: {desk: {namespace: /office}}}}\nsteps:\n  - alice: emit join\n",
            (
                "2:27 a plain WebSocket has no namespaces | connect it where it belongs: `alice: connect` with "
                "`socket: desk` and `url: /PATH`"
            ),
        ),
        (
            "users: {alice: {}}\nsteps:\n  - alice: emit join\n    hear: {alice: {joined: {}, answer: 1}}\n",
            "5:40 a plain WebSocket asks for no acknowledgement | let the user emit the answer, in a step of its own",
        ),
        (
            "users: {alice: {}}\nsteps:\n  - alice: emit say\n    ack: {ok: true}\n",
            (
                "5:10 nothing acknowledges an emit on this target's socket | name the socket's `correlation` or "
                "`answers: {say: ...}` in the profile, or use `hear`"
            ),
        ),
    ],
)
def test_what_a_plain_websocket_does_not_know_is_told(written: str, told: str) -> None:
    vocabulary = Vocabulary(plain=True, acknowledges=False, answered=frozenset({"join"}))
    file = SuiteFile("scenarios/1.yaml", f"scenario: plain\n{written}")
    (problem,) = compile_suite([file], vocabulary, files_exist=lambda _name: None, env=[]).problems
    assert problem.source is not None
    assert f"{problem.source.line}:{problem.source.column} {problem} | {problem.hint}" == told


def test_an_emit_that_an_event_answers_may_say_what_it_holds() -> None:
    vocabulary = Vocabulary(plain=True, acknowledges=False, answered=frozenset({"join"}))
    text = "scenario: plain\nusers: {alice: {}}\nsteps:\n  - alice: emit join\n    ack: {ok: true}\n"
    suite = compile_suite([SuiteFile("scenarios/1.yaml", text)], vocabulary, files_exist=lambda _name: None, env=[])
    assert suite.problems == ()
