"""What there is to be covered: columns as they are documented, and exceptions that must name a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.judge.coverage.conftest import planned

from antiphon.target.coverage_model import Part

if TYPE_CHECKING:
    from tests.judge.coverage.conftest import Covered

OPENAPI = {
    "openapi": "3.1.0",
    "paths": {
        "/rooms": {"post": {"responses": {"201": {}, "4XX": {}, "default": {}}}},
        "/health": {"get": {"responses": {"200": {}, "500": {}, "503": {}}}},
    },
}
ASYNCAPI = {
    "asyncapi": "2.6.0",
    "channels": {
        "/": {
            "subscribe": {"message": {"name": "said", "payload": {}}},
            "publish": {
                "message": {
                    "oneOf": [
                        {"name": "join", "payload": {}, "x-ack": {"type": "object"}},
                        {"name": "wave", "payload": {}},
                    ]
                }
            },
        }
    },
}
DOCUMENTS = {"o.json": OPENAPI, "a.json": ASYNCAPI}
BOTH = "openapi: o.json\nasyncapi: {document: a.json, events: messages}\nsocket: {}\n"
LAWS = """\
socket: {}
operations: {POST /people: , POST /notes: {statuses: [201, 4xx]}, GET /notes: }
events: {hear: [pinned, shown], emit: [open, shut]}
users: {make: {default: [{call: POST /people, save: {self.id: payload.id}}]}}
membership: {room: {granted: [{by: POST /notes -> 201, room: payload.room, who: caller}], joined: by grant}}
laws:
  - {name: full, when: POST /notes -> 201, then: pinned, to: members of room payload.room, after_recovery: owed}
  - {name: for all, when: emit open -> ok, then: shown, to: everyone, refused: open}
  - {name: always, when: emit open -> sent, then: shown, to: caller}
  - {name: at once, when: connect, then: shown, to: caller}
  - {name: later, when: 5s after POST /notes -> 201, then: shown, to: caller}
  - {name: quiet, when: POST /notes -> 201, then: {none: pinned}, agree: {event.id: payload.id}}
  - {name: right, when: POST /notes -> 201, answer: {payload.id: "#string"}}
  - {name: something, when: GET /notes -> 200, then: {any_event: }, to: caller}
  - {name: rising, then: {series: shown, each: event.id, rises: event.page}}
"""


def test_statuses_are_columns_as_they_are_documented_and_5xx_stand_apart(covered: type[Covered]) -> None:
    plan = covered(BOTH, DOCUMENTS).plan
    assert planned(plan, Part.OPERATIONS) == [
        "POST /rooms -> 201",
        "POST /rooms -> 4xx",
        "POST /rooms -> default",
        "GET /health -> 200",
    ]
    assert planned(plan, Part.SERVER_ERRORS) == ["GET /health -> 500", "GET /health -> 503"]


def test_a_server_error_that_something_makes_counts(covered: type[Covered]) -> None:
    plan = covered(f"{BOTH}coverage: {{provoked: GET /health -> 503}}\noperations: [GET /health]\n", DOCUMENTS).plan
    assert "GET /health -> 503" in planned(plan, Part.OPERATIONS)
    assert planned(plan, Part.SERVER_ERRORS) == ["GET /health -> 500"]


def test_emits_are_answered_where_it_is_documented_that_they_are(covered: type[Covered]) -> None:
    plan = covered(BOTH, DOCUMENTS).plan
    assert planned(plan, Part.HEARD) == ["said -> heard"]
    assert planned(plan, Part.EMITS) == ["join -> ok", "join -> refused", "wave -> sent"]


def test_what_answers_an_emit_by_the_profile_gives_its_columns(covered: type[Covered]) -> None:
    socket = "socket: {answers: {join: {ok: joined, refused: kept_out}, tick: {ok: ticked}, wave: {after: 300ms}}}\n"
    plan = covered(f"{socket}events: {{hear: [joined, kept_out, ticked], emit: [join, tick, wave]}}\n").plan
    assert planned(plan, Part.EMITS) == ["join -> ok", "join -> refused", "tick -> ok", "wave -> sent"]


def test_an_operation_without_statuses_is_answered_or_not(covered: type[Covered]) -> None:
    plan = covered("operations: {GET /a: , GET /b: {statuses: any}, GET /c: {statuses: [200, 4xx]}}\n").plan
    assert planned(plan, Part.OPERATIONS) == [
        "GET /a -> answered",
        "GET /b -> answered",
        "GET /c -> 200",
        "GET /c -> 4xx",
    ]


def test_each_role_calls_each_operation(covered: type[Covered]) -> None:
    plan = covered("operations: [GET /a, GET /b]\nusers: {roles: [OWNER, GUEST]}\n").plan
    assert planned(plan, Part.ROLES) == [
        "GET /a -> OWNER",
        "GET /a -> GUEST",
        "GET /b -> OWNER",
        "GET /b -> GUEST",
    ]


def test_a_law_has_the_cases_that_it_can_be_put_to_the_proof_in(covered: type[Covered]) -> None:
    assert planned(covered(LAWS).plan, Part.LAWS) == [
        "full -> heard",
        "full -> must not hear",
        "full -> refused",
        "full -> after recovery",
        "for all -> heard",
        "always -> heard",
        "always -> must not hear",
        "at once -> heard",
        "at once -> must not hear",
        "later -> heard",
        "later -> must not hear",
        "quiet -> judged",
        "right -> judged",
        "something -> heard",
        "rising -> heard",
    ]


@pytest.mark.parametrize(
    ("exception", "left_out"),
    [
        ("{operation: GET /c, because: x}", ["GET /c -> 200", "GET /c -> 404", "GET /c -> 5xx"]),
        ("{operation: GET /c -> 404, because: x}", ["GET /c -> 404"]),
        ("{operation: [GET /c, GET /d], status: [4xx, 500], because: x}", ["GET /c -> 404", "GET /d -> 404"]),
        ("{status: 404, because: x}", ["GET /c -> 404", "GET /d -> 404"]),
        ("{status: 5xx, because: x}", ["GET /c -> 5xx"]),
        ("{role: GUEST, because: x}", ["GET /c -> GUEST", "GET /d -> GUEST"]),
        ("{role: [GUEST, OWNER], operation: GET /d, because: x}", ["GET /d -> OWNER", "GET /d -> GUEST"]),
        ("{event: said, because: x}", ["said -> heard"]),
        ("{emit: join, because: x}", ["join -> ok", "join -> refused"]),
        ("{emit: join -> refused, because: x}", ["join -> refused"]),
        ("{law: l, because: x}", ["l -> heard", "l -> must not hear", "l -> refused"]),
        ("{law: l, case: must not hear, because: x}", ["l -> must not hear"]),
    ],
)
def test_an_exception_leaves_out_what_it_names(covered: type[Covered], exception: str, left_out: list[str]) -> None:
    lines = (
        "socket: {answers: {join: {ok: said, refused: kept_out}}}\n"
        "operations: {GET /c: {statuses: [200, 404, 5xx]}, GET /d: {statuses: [200, 404]}}\n"
        "events: {hear: [said, kept_out], emit: [join]}\n"
        "users: {roles: [OWNER, GUEST]}\n"
        "laws: [{name: l, when: emit join -> ok, then: said, to: caller}]\n"
    )
    found = covered(f"{lines}coverage: {{except: [{exception}]}}\n")
    assert found.told == []
    cells = [f"{key.row} -> {key.column}" for key, out in found.plan.cells.items() if out is not None]
    assert cells == left_out


@pytest.mark.parametrize(
    ("exception", "what", "hint"),
    [
        ("{operation: GET /c -> 404, because: x}", "GET /c -> 404", "`GET /c` has 200"),
        ("{status: 404, because: x}", "every operation -> 404", "known: GET /c"),
        ("{emit: join -> sent, because: x}", "join -> sent", "`join` has ok, refused"),
        ("{law: l, case: after recovery, because: x}", "l -> after recovery", "`l` has heard, must not hear, refused"),
        (
            "{role: GUEST, because: x}",
            "-> GUEST",
            "nothing is known of roles: the profile and its documents name none",
        ),
    ],
)
def test_an_exception_that_names_no_cell_is_told_with_what_there_is(
    covered: type[Covered], exception: str, what: str, hint: str
) -> None:
    lines = (
        "socket: {answers: {join: {ok: said, refused: kept_out}}}\n"
        "operations: {GET /c: {statuses: 200}}\n"
        "events: {hear: [said, kept_out], emit: [join]}\n"
        "laws: [{name: l, when: emit join -> ok, then: said, to: caller}]\n"
    )
    (told,) = covered(f"{lines}coverage: {{except: [{exception}]}}\n").told
    assert told.partition(" ")[2] == f"`{what}` is nothing that could be covered | {hint}"


def test_what_only_a_document_knows_can_be_left_out(covered: type[Covered]) -> None:
    found = covered(f"{BOTH}coverage: {{except: [{{operation: POST /rooms -> 4xx, because: x}}]}}\n", DOCUMENTS)
    assert found.told == []


def test_a_provoked_error_that_is_not_documented_is_told(covered: type[Covered]) -> None:
    found = covered(f"{BOTH}coverage:\n  provoked: [GET /health -> 502]\n", DOCUMENTS)
    assert found.told == ["5:14 `GET /health -> 502` is not documented | documented server errors: 500, 503"]


def test_a_least_share_of_what_nothing_is_known_of_is_told(covered: type[Covered]) -> None:
    found = covered("operations: [GET /a]\ncoverage:\n  min: {operations: 50%, laws: 100%}\n")
    (told,) = found.told
    assert told.startswith("3:26 a least share of laws, and nothing is known of them that could be covered | ")
    assert told.endswith("| name operations, events, roles or laws in the profile, or the documents that do")
    assert [one.partition(" | ")[0] for one in covered("coverage: {min: 50%}\n").told] == [
        "1:17 a least share, and nothing is known that could be covered"
    ]
