"""Answers and acknowledgements against what their step claims."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.history.entries import Call, Emit
from antiphon.judge.answers import About, answer_verdicts, emit_verdicts, is_negative
from antiphon.judge.envelope import Opened, opened
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.language.address import parse_address
from antiphon.language.call import CallSpec, StatusSpec
from antiphon.language.document import read
from antiphon.language.matcher import Claim, Matcher, compile_claim, compile_matcher
from antiphon.language.scope import NO_NAMES
from antiphon.language.template import compile_template
from antiphon.target.http_model import Envelope, SuccessEnvelope

ABOUT = About(step="2", user="alice", cause_seq=4)


def root(text: str) -> Any:
    found = read(text, "step.yaml").root
    assert found is not None
    return found


def matcher(text: str) -> Matcher:
    return compile_matcher(root(text), Problems())


def claim(text: str) -> Claim:
    return compile_claim(root(text), Problems())


ENVELOPE = Envelope(
    success=(SuccessEnvelope(where=claim("{status: success}"), payload=parse_address("data", NOWHERE, Problems())),),
    code=parse_address("code", NOWHERE, Problems()),
    message=parse_address("message", NOWHERE, Problems()),
    details=parse_address("details", NOWHERE, Problems()),
)
CREATED = StatusSpec(allowed=frozenset({201}), classes=frozenset(), text="201", written=True)


def spec(**fields: Any) -> CallSpec:
    path = compile_template("/messages/send", NOWHERE, Problems())
    return CallSpec(method="POST", path=path, template="/messages/send", source=NOWHERE, **fields)


def call(status: int | None, body: Any = None, **fields: Any) -> tuple[Call, Opened | None]:
    raw = orjson.dumps(body) if body is not None else b""
    headers = (("content-type", "application/json"), ("x-request-id", "7"), ("set-cookie", "a"), ("set-cookie", "b"))
    entry = Call(
        method="POST",
        template="/messages/send",
        url="http://127.0.0.1/messages/send",
        status=status,
        response_headers=headers,
        response_body=raw,
        **fields,
    )
    answer = None if status is None else opened(ENVELOPE, status=status, headers=headers, body=raw)
    return entry, answer


def judged(wanted: CallSpec, status: int | None, body: Any = None, **fields: Any) -> list[Verdict]:
    entry, answer = call(status, body, **fields)
    return list(answer_verdicts(wanted, entry, answer, NO_NAMES, ABOUT))


def shape(found: list[Verdict]) -> list[tuple[Outcome, Kind]]:
    return [(one.outcome, one.kind) for one in found]


def success(data: Any) -> dict[str, Any]:
    return {"status": "success", "data": data}


def error(code: str, message: str, **more: Any) -> dict[str, Any]:
    return {"status": "error", "code": code, "message": message, **more}


def test_an_answer_as_claimed_holds() -> None:
    found = judged(spec(status=CREATED, expect=matcher("{content: hello}")), 201, success({"content": "hello"}))
    assert shape(found) == [(Outcome.HELD, Kind.STATUS), (Outcome.HELD, Kind.ANSWER)]
    assert [one.sentence for one in found] == [
        "POST /messages/send answered 201",
        "the payload of POST /messages/send is as claimed",
    ]
    assert (found[0].step, found[0].user, found[0].cause_seq) == ("2", "alice", 4)


def test_another_status_fails_and_says_what_the_answer_says() -> None:
    body = error("FORBIDDEN", "only members write", details={"room": 3})
    found = judged(spec(status=CREATED, expect=matcher("{content: hello}")), 403, body)
    assert shape(found) == [(Outcome.FAILED, Kind.STATUS), (Outcome.NOT_RUN, Kind.ANSWER)]
    assert found[0].sentence == "POST /messages/send answered 403, not 201"
    assert found[0].details == ('the answer says "FORBIDDEN: only members write"', 'with details {"room":3}')


def test_without_a_status_written_it_must_be_2xx() -> None:
    assert shape(judged(spec(), 204)) == [(Outcome.HELD, Kind.STATUS)]
    found = judged(spec(), 500)
    assert (found[0].sentence, found[0].details) == (
        "POST /messages/send answered 500, not 2xx",
        ("the answer 500 has no body",),
    )


def test_a_payload_that_differs_fails_with_every_difference() -> None:
    found = judged(spec(expect=matcher("{content: hello, id: 1}")), 200, success({"content": "hallo", "id": 2}))
    assert shape(found) == [(Outcome.HELD, Kind.STATUS), (Outcome.FAILED, Kind.ANSWER)]
    assert found[1].sentence == (
        'POST /messages/send: the answer\'s payload differs in `content`: "hallo" is not "hello"'
    )
    assert found[1].details == ("the payload differs in `id`: 2 is not 1",)


def test_from_400_on_expect_speaks_of_the_problem() -> None:
    refused = StatusSpec(allowed=frozenset({403}), classes=frozenset(), text="403", written=True)
    wanted = spec(status=refused, expect=matcher("{code: FORBIDDEN}"))
    assert shape(judged(wanted, 403, error("FORBIDDEN", "no"))) == [
        (Outcome.HELD, Kind.STATUS),
        (Outcome.HELD, Kind.ANSWER),
    ]
    found = judged(wanted, 403, error("OTHER", "no"))
    assert found[1].sentence == (
        'POST /messages/send: the answer\'s problem differs in `code`: "OTHER" is not "FORBIDDEN"'
    )


def test_the_whole_body_and_the_headers_can_be_claimed() -> None:
    wanted = spec(expect_body=matcher("{status: success}"), expect_headers=matcher('{x-request-id: "7"}'))
    assert [one.outcome for one in judged(wanted, 200, success(1))] == [Outcome.HELD] * 3
    other = spec(
        expect_body=matcher("{status: fine}"), expect_headers=matcher('{x-request-id: "8", set-cookie: "a, b"}')
    )
    found = judged(other, 200, success(1))
    assert [one.sentence for one in found[1:]] == [
        'POST /messages/send: the answer\'s body differs in `status`: "success" is not "fine"',
        'POST /messages/send: the answer\'s head differs in `x-request-id`: "7" is not "8"',
    ]


def test_json_that_fits_no_envelope_is_a_failure_of_its_own() -> None:
    found = judged(spec(), 200, {"id": 1})
    assert shape(found) == [(Outcome.FAILED, Kind.PROFILE), (Outcome.HELD, Kind.STATUS)]
    assert found[0].sentence == "POST /messages/send answered 200 with JSON that fits none of the profile's envelopes"


def test_no_answer_fails_and_says_why() -> None:
    wanted = spec(expect=matcher("{content: hello}"))
    found = judged(wanted, None, failure="cut", failure_detail="the target closed the connection")
    assert shape(found) == [(Outcome.FAILED, Kind.NO_ANSWER), (Outcome.NOT_RUN, Kind.ANSWER)]
    assert found[0].sentence == "POST /messages/send got no answer: cut"
    assert found[0].details == ("the target closed the connection",)


@pytest.mark.parametrize(
    ("ack", "negative"),
    [
        ([{"ok": False}], True),
        ([{"ok": True}], False),
        ([{"error": {"code": "X"}}], True),
        ([{"error": None}], False),
        ([{"ok": True, "error": "late"}], True),
        ([{}], False),
        (["no"], False),
        ([], False),
        (None, False),
    ],
)
def test_a_negative_acknowledgement_is_a_map_that_says_so(ack: list[object] | None, negative: bool) -> None:
    assert is_negative(ack) is negative


def acked(ack: list[Any] | None, **fields: Any) -> list[Verdict]:
    failure = fields.pop("failure", "")
    wanted = fields.pop("ack_wanted", True)
    emit = Emit(name="join", ack_wanted=wanted, failure=failure)
    return list(emit_verdicts(emit, ack, NO_NAMES, ABOUT, **fields))


def test_an_emit_that_is_acknowledged_holds() -> None:
    assert shape(acked([{"ok": True}])) == [(Outcome.HELD, Kind.ANSWER)]


def test_an_emit_that_is_refused_fails_with_the_reason() -> None:
    (found,) = acked([{"ok": False, "error": {"code": "FORBIDDEN", "message": "not yours"}}])
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.REFUSED)
    assert found.sentence == 'alice\'s emit join was refused: "FORBIDDEN: not yours"'
    assert found.event == "join"


def test_silence_fails_an_emit_that_asked() -> None:
    (found,) = acked(None, wait_s=5.0, closed_by_target=True)
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.NO_ANSWER)
    assert found.sentence == "alice's emit join got no acknowledgement within 5s"
    assert found.details == ("the target closed the connection",)


def test_an_answer_that_a_cut_forestalled_is_told_as_such() -> None:
    (found,) = acked(None, wait_s=5.0, cut=True)
    assert found.details == ("the connection was cut before an answer came",)


def test_an_emit_that_asked_for_nothing_claims_nothing() -> None:
    assert acked(None, ack_wanted=False) == []


def test_an_emit_that_could_not_be_sent_fails() -> None:
    (found,) = acked(None, failure="not connected")
    assert found.sentence == "alice's emit join could not be sent: not connected"


def test_an_acknowledgement_is_matched() -> None:
    wanted = matcher("{ok: true, data: {lastEventId: '#integer'}}")
    assert shape(acked([{"ok": True, "data": {"lastEventId": 4}}], matcher=wanted)) == [
        (Outcome.HELD, Kind.ANSWER),
        (Outcome.HELD, Kind.ANSWER),
    ]
    found = acked([{"ok": True, "data": {}}], matcher=wanted)
    assert shape(found) == [(Outcome.HELD, Kind.ANSWER), (Outcome.FAILED, Kind.ANSWER)]
    assert found[1].sentence.startswith("alice's emit join: the acknowledgement differs in `data.lastEventId`")
    assert found[1].details == ('acknowledged with {"ok":true,"data":{}}',)


def test_a_matcher_may_claim_a_negative_acknowledgement() -> None:
    assert [one.outcome for one in acked([{"ok": False}], matcher=matcher("{ok: false}"))] == [Outcome.HELD] * 2


def test_a_refusal_that_was_claimed_holds() -> None:
    (found,) = acked([{"ok": False, "error": "no"}], refused=True)
    assert (found.outcome, found.kind) == (Outcome.HELD, Kind.REFUSED)


def test_a_connection_that_the_target_had_closed_refuses_every_emit() -> None:
    (found,) = acked(None, refused=True, closed_by_target=True, failure="not connected")
    assert (found.outcome, found.kind) == (Outcome.HELD, Kind.REFUSED)


def test_an_accepted_emit_is_not_refused() -> None:
    (found,) = acked([{"ok": True}], refused=True)
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.NOT_REFUSED)
    assert found.sentence == "alice's emit join was accepted, though it was to be refused"


def test_silence_is_no_refusal() -> None:
    (found,) = acked(None, refused=True)
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.NOT_REFUSED)
    assert found.sentence == "alice's emit join was not refused: no acknowledgement came"


def test_how_it_is_refused_can_be_claimed_too() -> None:
    wanted = matcher("{error: {code: FORBIDDEN}}")
    assert [one.outcome for one in acked([{"error": {"code": "FORBIDDEN"}}], refused=True, matcher=wanted)] == [
        Outcome.HELD,
        Outcome.HELD,
    ]
    assert [one.outcome for one in acked([{"error": {"code": "OTHER"}}], refused=True, matcher=wanted)] == [
        Outcome.HELD,
        Outcome.FAILED,
    ]
