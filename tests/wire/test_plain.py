"""Plain messages: what they say by a dialect, and how a dialect writes them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.language.address import WHOLE_MESSAGE, Address, parse_address
from antiphon.wire.errors import LocalProtocolError, RemoteProtocolError
from antiphon.wire.plain import Dialect, correlation_text, decode, encode, message_of, part_at

DEFAULT = Dialect()


def at(text: str) -> Address:
    problems = Problems()
    address = parse_address(text, NOWHERE, problems, body=WHOLE_MESSAGE)
    assert list(problems) == []
    return address


JUPYTER = Dialect(
    name=at("header.msg_type"),
    data=at("$"),
    correlation=at("parent_header.msg_id"),
    emit_name=("header", "msg_type"),
    emit_correlation=("header", "msg_id"),
)
ENVELOPE = Dialect(
    name=at("op"),
    data=at("d"),
    correlation=at("id"),
    emit_name=("op",),
    emit_data=("d",),
    emit_correlation=("id",),
)
PHOENIX = Dialect(name=at("$[3]"), data=at("$[4]"), correlation=at("$[1]"), emit_name=(), emit_correlation=None)


@pytest.mark.parametrize(
    ("dialect", "text", "name", "args"),
    [
        (DEFAULT, '{"event": "said", "n": 1}', "said", [{"event": "said", "n": 1}]),
        (DEFAULT, '{"type": "said"}', "said", [{"type": "said"}]),
        (DEFAULT, '{"event": "a", "type": "b"}', "a", [{"event": "a", "type": "b"}]),
        (DEFAULT, '{"n": 1}', "message", [{"n": 1}]),
        (DEFAULT, '{"event": null}', "message", [{"event": None}]),
        (DEFAULT, '{"event": {"deep": 1}}', "message", [{"event": {"deep": 1}}]),
        (DEFAULT, '{"event": true}', "message", [{"event": True}]),
        (DEFAULT, '{"event": 7}', "7", [{"event": 7}]),
        (DEFAULT, "[1, 2]", "message", [[1, 2]]),
        (DEFAULT, "17", "message", [17]),
        (DEFAULT, "null", "message", [None]),
        (DEFAULT, "pong", "text", ["pong"]),
        (DEFAULT, "", "text", [""]),
        (DEFAULT, "NaN", "text", ["NaN"]),
        (ENVELOPE, '{"op": "said", "d": {"n": 1}}', "said", [{"n": 1}]),
        (ENVELOPE, '{"op": "said"}', "said", []),
        (ENVELOPE, '{"op": "said", "d": null}', "said", [None]),
        (PHOENIX, '["1", "2", "room:1", "said", {"n": 1}]', "said", [{"n": 1}]),
        (PHOENIX, '{"no": "list"}', "message", []),
        (JUPYTER, '{"header": {"msg_type": "status"}}', "status", [{"header": {"msg_type": "status"}}]),
        (JUPYTER, '{"header": "odd"}', "message", [{"header": "odd"}]),
    ],
)
def test_a_text_message_is_heard_by_its_dialect(dialect: Dialect, text: str, name: str, args: list[object]) -> None:
    message = decode(text.encode(), dialect)
    assert (message.name, json.loads(message.args)) == (name, args)
    assert message.is_named == (name not in ("message", "text"))


def test_an_endless_name_is_none() -> None:
    assert decode(json.dumps({"event": "x" * 501}).encode(), DEFAULT).name == "message"


def test_a_text_message_that_is_not_utf_8_is_a_breach() -> None:
    with pytest.raises(RemoteProtocolError, match="a text message is not UTF-8"):
        decode(b"\xff\xfe", DEFAULT)


@pytest.mark.parametrize(
    ("dialect", "text", "correlation"),
    [
        (ENVELOPE, '{"id": "a1"}', "a1"),
        (ENVELOPE, '{"id": 17}', "17"),
        (ENVELOPE, '{"id": true}', None),
        (ENVELOPE, '{"id": null}', None),
        (ENVELOPE, "{}", None),
        (DEFAULT, '{"id": 1}', None),
        (JUPYTER, '{"parent_header": {"msg_id": "m"}}', "m"),
        (PHOENIX, '["1", "2", "t", "e", {}]', "2"),
    ],
)
def test_what_a_message_answers_is_read_as_text(dialect: Dialect, text: str, correlation: str | None) -> None:
    assert decode(text.encode(), dialect).correlation == correlation


@pytest.mark.parametrize(
    ("dialect", "data", "message"),
    [
        (DEFAULT, {"n": 1}, {"event": "say", "n": 1}),
        (ENVELOPE, {"n": 1}, {"op": "say", "id": "c1", "d": {"n": 1}}),
        (ENVELOPE, None, {"op": "say", "id": "c1", "d": None}),
        (ENVELOPE, [1], {"op": "say", "id": "c1", "d": [1]}),
        (JUPYTER, {"content": {}}, {"content": {}, "header": {"msg_type": "say", "msg_id": "c1"}}),
        (JUPYTER, {"header": {"msg_id": "mine"}}, {"header": {"msg_type": "say", "msg_id": "mine"}}),
        (PHOENIX, ["1", "2", "t", "say", {}], ["1", "2", "t", "say", {}]),
    ],
)
def test_a_message_is_written_by_its_dialect(dialect: Dialect, data: object, message: object) -> None:
    made = message_of("say", data, dialect, correlation="c1")
    assert made == message
    assert json.loads(encode(made)) == message


def test_a_message_leaves_the_data_that_it_was_made_of_alone() -> None:
    data: dict[str, object] = {"header": {"session": "s"}}
    message_of("say", data, JUPYTER, correlation="c1")
    assert data == {"header": {"session": "s"}}


@pytest.mark.parametrize(
    ("dialect", "data", "why"),
    [
        (DEFAULT, [1], "its message is no map, so that its name has no place in it"),
        (DEFAULT, "hello", "its message is no map"),
        (JUPYTER, {"header": "text"}, "what stands before `msg_type` is no map"),
    ],
)
def test_what_has_no_place_for_its_name_is_not_written(dialect: Dialect, data: object, why: str) -> None:
    with pytest.raises(LocalProtocolError, match=why):
        message_of("say", data, dialect)


def test_bytes_are_no_json() -> None:
    with pytest.raises(LocalProtocolError, match="cannot be sent as JSON"):
        encode({"event": "say", "data": b"\x00"})


@given(st.binary(max_size=200), st.sampled_from([DEFAULT, JUPYTER, ENVELOPE, PHOENIX]))
def test_any_bytes_are_a_message_or_a_breach(payload: bytes, dialect: Dialect) -> None:
    try:
        message = decode(payload, dialect)
    except RemoteProtocolError:
        with pytest.raises(UnicodeDecodeError):
            payload.decode()
        return
    assert isinstance(json.loads(message.args), list)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(st.text(min_size=1, max_size=20), st.dictionaries(st.text(max_size=6), _JSON, max_size=4), st.integers(1, 10**9))
def test_what_is_written_is_heard_as_the_same(name: str, data: dict[str, object], number: int) -> None:
    heard = decode(encode(message_of(name, data, ENVELOPE, correlation=number)), ENVELOPE)
    assert (heard.name, json.loads(heard.args), heard.correlation) == (name, [data], str(number))


@given(_JSON)
def test_a_part_is_found_or_missing_and_a_correlation_is_text_or_none(value: object) -> None:
    part_at(value, ("a", "b"))
    found = correlation_text(value)
    assert found is None or isinstance(found, str)
