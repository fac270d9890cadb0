"""Answers without their envelope, and those that fit none."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.judge.envelope import Opened, opened, problem_text
from antiphon.language.address import Address, parse_address
from antiphon.language.document import read
from antiphon.language.matcher import Claim, compile_claim
from antiphon.language.scope import MISSING
from antiphon.target.http_model import Envelope, SuccessEnvelope

JSON = (("content-type", "application/json; charset=utf-8"),)


def address(text: str, body: str = "body") -> Address:
    problems = Problems()
    found = parse_address(text, NOWHERE, problems, body=body)
    assert not problems
    return found


def claim(text: str) -> Claim:
    problems = Problems()
    root = read(text, "profile.yaml").root
    assert root is not None
    found = compile_claim(root, problems)
    assert not problems
    return found


ENVELOPE = Envelope(
    success=(SuccessEnvelope(where=claim("{status: success}"), payload=address("data")),),
    code=address("code"),
    message=address("message"),
    details=address("details"),
)
BARE = Envelope()


def answer(envelope: Envelope, status: int, body: Any, headers: tuple[tuple[str, str], ...] = JSON) -> Opened:
    return opened(envelope, status=status, headers=headers, body=orjson.dumps(body))


def test_a_success_gives_its_payload() -> None:
    found = answer(ENVELOPE, 201, {"status": "success", "data": {"id": 1}})
    assert (found.payload, found.problem, found.fits) == ({"id": 1}, MISSING, True)


def test_a_success_without_a_payload_carries_null() -> None:
    found = answer(ENVELOPE, 200, {"status": "success"})
    assert (found.payload, found.fits) == (None, True)


def test_an_error_gives_its_problem() -> None:
    found = answer(ENVELOPE, 403, {"status": "error", "code": "FORBIDDEN", "message": "no", "details": {"a": 1}})
    assert found.problem == {"code": "FORBIDDEN", "message": "no", "details": {"a": 1}}
    assert (found.payload, found.fits) == (MISSING, True)


def test_an_error_needs_no_details() -> None:
    assert answer(ENVELOPE, 403, {"code": "FORBIDDEN", "message": "no"}).fits


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"id": 1}),
        (200, {"status": "SUCCESS", "data": {}}),
        (200, []),
        (200, None),
        (403, {"message": "no code"}),
        (500, {"error": "boom"}),
    ],
)
def test_json_that_fits_no_envelope_is_told(status: int, body: object) -> None:
    assert not answer(ENVELOPE, status, body).fits


def test_what_an_error_without_code_says_is_kept_all_the_same() -> None:
    assert answer(ENVELOPE, 403, {"message": "no"}).problem == {"message": "no"}


def test_without_shapes_the_body_is_what_is_carried() -> None:
    found = answer(BARE, 200, {"id": 1})
    assert (found.payload, found.problem, found.fits) == ({"id": 1}, MISSING, True)
    refused = answer(BARE, 404, {"why": "gone"})
    assert (refused.problem, refused.fits) == ({"why": "gone"}, True)


@pytest.mark.parametrize(
    ("headers", "body", "carried"),
    [
        (JSON, b"", MISSING),
        ((("content-type", "text/plain"),), b"pong", "pong"),
        ((("Content-Type", "image/png"),), b"\x89PNG\xff", b"\x89PNG\xff"),
        (JSON, b"{broken", "{broken"),
        ((("content-type", "text/html"),), b'{"a": 1}', '{"a": 1}'),
    ],
)
def test_what_is_no_json_is_not_held_against_it(
    headers: tuple[tuple[str, str], ...], body: bytes, carried: object
) -> None:
    found = opened(ENVELOPE, status=200, headers=headers, body=body)
    assert (found.payload, found.body, found.is_json, found.fits) == (carried, carried, False, True)


@pytest.mark.parametrize("kind", ["application/problem+json", "APPLICATION/JSON", ""])
def test_json_is_known_by_its_type_or_without_one(kind: str) -> None:
    headers = (("content-type", kind),) if kind else ()
    assert answer(ENVELOPE, 200, {"status": "success", "data": 1}, headers).payload == 1


@pytest.mark.parametrize(("name", "more"), [("body", {}), ("$", {"body": 1})])
def test_a_jsonpath_speaks_of_the_whole_body(name: str, more: dict[str, object]) -> None:
    payload = address("$.items[0]", body=name)
    envelope = Envelope(success=(SuccessEnvelope(where=claim("{ok: true}"), payload=payload),))
    assert answer(envelope, 200, {"ok": True, "items": [7], **more}).payload == 7


def test_a_payload_may_stand_under_the_key_body() -> None:
    envelope = Envelope(success=(SuccessEnvelope(where=claim("{ok: true}"), payload=address("body")),))
    assert answer(envelope, 200, {"ok": True, "body": 1}).payload == 1


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ({"code": "A", "message": "b"}, "A: b"),
        ({"message": "b"}, "b"),
        ({"code": 7}, "7"),
        ("plain", "plain"),
        ({"code": {"x": 1}}, ""),
        (MISSING, ""),
        ([1], ""),
    ],
)
def test_a_problem_is_said_in_one_line(problem: object, said: str) -> None:
    assert problem_text(problem) == said


@given(st.integers(100, 599), st.binary(max_size=60), st.text(max_size=20))
def test_no_answer_breaks_it(status: int, body: bytes, kind: str) -> None:
    opened(ENVELOPE, status=status, headers=(("content-type", kind),), body=body)
