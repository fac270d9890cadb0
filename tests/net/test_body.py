"""Bodies as the other side reads them."""

import email.parser
import email.policy
import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.net.body import Part, form_body, json_body, multipart_body, raw_body
from antiphon.net.errors import UnsendableRequest
from antiphon.ticking.real import SeededDice


def parts_of(body):
    head = f"Content-Type: {body.content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body.data)
    assert not message.defects
    return list(message.iter_parts())


def test_json_is_written_without_spaces_and_says_what_it_is():
    assert json_body({"a": [1, "é", None, True]}).data == '{"a":[1,"é",null,true]}'.encode()
    assert json_body([]).content_type == "application/json"


@pytest.mark.parametrize("value", [2**80, "\ud800", {1: 2}, {"a": -(2**70)}])
def test_json_that_the_fast_encoder_refuses_is_sent_all_the_same(value):
    sent = json.loads(json_body(value).data)
    assert sent == (value if not isinstance(value, dict) or 1 not in value else {"1": 2})


@pytest.mark.parametrize("value", [object(), {"a": {1, 2}}, b"bytes"])
def test_what_has_no_json_form_is_refused(value):
    with pytest.raises(UnsendableRequest, match="no JSON form"):
        json_body(value)


def test_a_value_within_itself_is_refused():
    value = []
    value.append(value)
    with pytest.raises(UnsendableRequest):
        json_body(value)


def test_a_form_repeats_lists_and_writes_values_as_text():
    body = form_body({"a": "b c&d=é", "n": 1, "x": 1.5, "t": True, "f": False, "e": None, "l": ["1", 2]})
    assert body.content_type == "application/x-www-form-urlencoded"
    assert parse_qsl(body.data.decode(), keep_blank_values=True) == [
        ("a", "b c&d=é"), ("n", "1"), ("x", "1.5"), ("t", "true"), ("f", "false"), ("e", ""), ("l", "1"), ("l", "2")
    ]  # fmt: skip


def test_a_form_holds_no_structures():
    with pytest.raises(UnsendableRequest, match="not a dict"):
        form_body({"a": {"b": 1}})


def test_multipart_carries_fields_and_files_with_names_and_types():
    body = multipart_body(
        [Part("chunkIndex", "0"), Part("chunk", b"\x00\r\n\xff", "a.bin"), Part("j", "{}", None, "application/json")],
        SeededDice("a"),
    )
    field, file, typed = parts_of(body)
    assert field.get_param("name", header="content-disposition") == "chunkIndex"
    assert field.get_filename() is None
    assert "Content-Type" not in field
    assert (file.get_filename(), file["Content-Type"]) == ("a.bin", "application/octet-stream")
    assert file.get_payload(decode=True) == b"\x00\r\n\xff"
    assert typed["Content-Type"] == "application/json"


def test_names_in_multipart_cannot_break_out_of_their_quotes():
    body = multipart_body([Part('a"\r\nX: 1', b"", 'f"\r\n.txt')], SeededDice("a"))
    assert b'name="a%22%0D%0AX: 1"; filename="f%22%0D%0A.txt"' in body.data
    with pytest.raises(UnsendableRequest):
        multipart_body([Part("a", b"", None, "text/plain\r\nX: 1")], SeededDice("a"))


def test_a_boundary_never_occurs_in_what_it_bounds():
    first = multipart_body([Part("a", b"x")], SeededDice("a"))
    again = multipart_body([Part("a", first.data, "first")], SeededDice("a"))
    assert first.content_type != again.content_type
    assert parts_of(again)[0].get_payload(decode=True) == first.data


def test_the_same_dice_give_the_same_body():
    parts = [Part("a", b"x")]
    assert multipart_body(parts, SeededDice("a")) == multipart_body(parts, SeededDice("a"))


@given(st.lists(st.tuples(st.text(max_size=10), st.binary(max_size=200)), min_size=1, max_size=5))
def test_any_content_comes_through_multipart_unchanged(contents):
    body = multipart_body([Part(name, data, "f") for name, data in contents], SeededDice("a"))
    boundary = body.content_type.partition("boundary=")[2].encode()
    pieces = (b"\r\n" + body.data).split(b"\r\n--" + boundary)
    assert [piece.partition(b"\r\n\r\n")[2] for piece in pieces[1:-1]] == [data for _, data in contents]
    assert pieces[-1] == b"--\r\n"


def test_raw_bodies_are_what_they_are():
    assert raw_body("é").data == b"\xc3\xa9"
    assert raw_body("é").content_type == "text/plain; charset=utf-8"
    assert raw_body(b"\xff").content_type == "application/octet-stream"
    assert raw_body("<a/>", "application/xml").content_type == "application/xml"
