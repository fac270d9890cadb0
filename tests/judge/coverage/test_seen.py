"""What entries cover, and what they do not: steps and what users hear, and nothing of Antiphon's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.judge.coverage.conftest import call, connected, emit, ended, event, user

from antiphon.history.entries import Call, Connection
from antiphon.judge.coverage.access import AccessCell
from antiphon.judge.coverage.result import coverage_of

if TYPE_CHECKING:
    from tests.judge.coverage.conftest import Covered

PROFILE = (
    "socket: {answers: {join: {ok: joined, refused: kept_out}}}\n"
    "operations: {GET /rooms/:id: {statuses: [200, 404, 503]}, POST /rooms: {statuses: [201]}}\n"
    "events: {hear: [joined, kept_out, said], emit: [join, wave]}\n"
    "users: {roles: [OWNER, GUEST]}\n"
)


def test_a_status_is_covered_by_the_scenarios_that_saw_it(covered: type[Covered]) -> None:
    found = covered(PROFILE).feed(
        call("GET /rooms/7", template="/rooms/:id"),
        call("GET /rooms/8", template="/rooms/:id", play="two#2"),
        call("GET /rooms/9", 404, template="/rooms/:id"),
    )
    assert found.cells("operations") == {
        "GET /rooms/:id -> 200": "covered by one, two",
        "GET /rooms/:id -> 404": "covered by one",
        "POST /rooms -> 201": "not exercised",
    }


def test_an_operation_is_found_by_its_path_where_a_step_wrote_none(covered: type[Covered]) -> None:
    found = covered(PROFILE).feed(call("GET /rooms/7?x=1", template="/rooms/7"))
    assert found.cells("operations")["GET /rooms/:id -> 200"] == "covered by one"


@pytest.mark.parametrize("purpose", ["recipe", "cleanup", "health", "fence"])
def test_what_antiphon_does_of_its_own_accord_covers_nothing(covered: type[Covered], purpose: str) -> None:
    found = covered(PROFILE).feed(call("POST /rooms", 201, purpose=purpose), call("POST /rooms", None))
    assert set(found.cells("operations").values()) == {"not exercised"}


def test_server_errors_are_told_apart(covered: type[Covered]) -> None:
    found = covered(PROFILE).feed(call("GET /rooms/7", 503, template="/rooms/:id"))
    assert found.cells("server errors") == {"GET /rooms/:id -> 503": "covered by one"}
    assert "GET /rooms/:id -> 503" not in found.cells("operations")


def test_what_is_not_documented_is_missing_from_the_contract(covered: type[Covered]) -> None:
    found = covered(PROFILE).feed(
        call("GET /rooms/7", 418, template="/rooms/:id"),
        call("DELETE /rooms/7", 204, template="/rooms/:…"),
        call("DELETE /nothing", 404),
        call("OPTIONS /rooms", 204),
        event("sung"),
        emit("dance", {"ok": True}),
        emit("sleep", {"ok": False}),
        emit("dream"),
        Call(method="GET", template="/x", url="http://another/x", status=200, play="one"),
    )
    missing = "missing from the contract by one"
    assert [name for name, state in found.cells("operations").items() if state == missing] == [
        "GET /rooms/:id -> 418",
        "DELETE /rooms/:… -> 204",
    ]
    assert found.cells("heard")["sung -> heard"] == missing
    assert found.cells("emits") == {
        "join -> ok": "not exercised",
        "join -> refused": "not exercised",
        "wave -> sent": "not exercised",
        "dance -> ok": missing,
    }


def test_classes_and_default_take_what_no_status_of_their_own_takes(covered: type[Covered]) -> None:
    answers = {"200": {}, "4XX": {}, "404": {}, "default": {}}
    document = {"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": answers}}}}
    found = covered("openapi: o.json\n", {"o.json": document}).feed(
        call("GET /a", 404), call("GET /a", 418, play="two"), call("GET /a", 301, play="three")
    )
    assert found.cells("operations") == {
        "GET /a -> 200": "not exercised",
        "GET /a -> 404": "covered by one",
        "GET /a -> 4xx": "covered by two",
        "GET /a -> default": "covered by three",
    }


def test_events_are_covered_by_whoever_hears_them(covered: type[Covered]) -> None:
    found = covered(PROFILE).feed(event("said"), event("said", play="two"), event("said"))
    assert found.cells("heard") == {
        "joined -> heard": "not exercised",
        "kept_out -> heard": "not exercised",
        "said -> heard": "covered by one, two",
    }


def test_a_connection_that_is_refused_is_heard_as_the_catalogue_names_it(covered: type[Covered]) -> None:
    refused = Connection(play="one", connection="bob", what="refused", by="target", how="connect_error")
    found = covered("socket: {}\nevents: {hear: [connect_error]}\n").feed(refused)
    assert found.cells("heard") == {"connect_error -> heard": "covered by one"}
    assert "connect_error -> heard" not in covered(PROFILE).feed(refused).cells("heard")


def test_an_emit_is_covered_by_how_it_was_answered(covered: type[Covered]) -> None:
    found = covered(PROFILE).feed(
        emit("join", {"ok": True}, answered_by="joined"),
        emit("join", {}, play="two", answered_by="kept_out"),
        emit("join", play="three"),
        emit("wave", play="two"),
        emit("wave", play="four", failure="not connected"),
        emit("wave", play="five", frame="ping"),
    )
    assert found.cells("emits") == {
        "join -> ok": "covered by one",
        "join -> refused": "covered by two",
        "wave -> sent": "covered by two",
    }


@pytest.mark.parametrize(
    ("ack", "state"),
    [
        ({"ok": True, "error": None}, "ok"),
        ({"ok": True, "text": "no error, nothing is false"}, "ok"),
        ({"ok": False}, "refused"),
        ({"error": "no"}, "refused"),
        (7, "ok"),
    ],
)
def test_an_acknowledgement_that_says_an_error_is_a_refusal(covered: type[Covered], ack: object, state: str) -> None:
    document = {
        "asyncapi": "2.6.0",
        "channels": {"join": {"publish": {"message": {"payload": {}, "x-ack": {}}}}},
    }
    found = covered("socket: {}\nasyncapi: a.json\n", {"a.json": document}).feed(emit("join", ack))
    assert {name for name, told in found.cells("emits").items() if told == "covered by one"} == {f"join -> {state}"}


def test_a_refusal_that_is_written_in_escapes_is_one(covered: type[Covered]) -> None:
    document = {"asyncapi": "2.6.0", "channels": {"join": {"publish": {"message": {"payload": {}, "x-ack": {}}}}}}
    found = covered("socket: {}\nasyncapi: a.json\n", {"a.json": document})
    one = emit("join", {})
    one.ack = b'[{"\\u0065rror": 1}]'
    assert found.feed(one).cells("emits") == {"join -> ok": "not exercised", "join -> refused": "covered by one"}


def test_a_role_calls_an_operation_whoever_has_it(covered: type[Covered]) -> None:
    found = covered(PROFILE).feed(
        user("alice", "OWNER"),
        user("alice", "GUEST", play="two"),
        call("POST /rooms", 201),
        call("POST /rooms", 403, play="two"),
        call("POST /rooms", 403, play="three"),
        ended("two"),
        call("GET /rooms/7", template="/rooms/:id", play="two"),
    )
    assert found.cells("roles") == {
        "GET /rooms/:id -> OWNER": "not exercised",
        "GET /rooms/:id -> GUEST": "not exercised",
        "POST /rooms -> OWNER": "covered by one",
        "POST /rooms -> GUEST": "covered by two",
    }


def test_events_on_the_socket_of_a_service_are_named_with_it(covered: type[Covered]) -> None:
    profile = (
        "socket: {}\nservices: {bills: {base_url: /bills, socket: {}}, mail: {base_url: /mail, socket: {}}}\n"
        "events: {hear: [said, 'bills:said'], emit: [join]}\n"
    )
    found = covered(profile).feed(
        connected("bills", connection="bob.bills"),
        connected("mail", connection="bob.mail"),
        event("said", connection="bob.bills"),
        event("other", connection="bob.mail"),
        emit("other", {"ok": True}, connection="bob.mail"),
    )
    assert found.cells("heard") == {"said -> heard": "not exercised", "bills:said -> heard": "covered by one"}
    assert found.feed(event("said")).cells("heard")["said -> heard"] == "covered by one"


def test_nothing_is_missing_where_nothing_is_declared(covered: type[Covered]) -> None:
    found = covered("socket: {}\n").feed(call("GET /a"), event("said"), emit("wave", {"ok": True}))
    assert found.coverage().parts == ()


def test_what_several_readers_saw_is_put_together(covered: type[Covered]) -> None:
    first, second = covered(PROFILE), covered(PROFILE)
    first.feed(call("POST /rooms", 201), event("said"), emit("wave"), user("alice", "OWNER"))
    second.feed(
        user("alice", "GUEST", play="two"),
        call("POST /rooms", 201, play="two"),
        call("GET /x", play="two"),
        event("said", play="two"),
        emit("wave", play="two"),
        event("joined", play="two"),
    )
    second.reader.seen.add_laws({("l", "heard"): {"two"}})
    second.reader.seen.add_access(
        [AccessCell(what="GET /a", who="x", expected="403", outcome="as expected", scenario="two")]
    )
    seen = first.reader.seen
    seen.add(second.reader.seen)
    whole = coverage_of(first.plan, seen)
    told = {str(cell): whole.names(cell) for part in whole.parts for cell in part.cells if cell.by}
    assert told == {
        "POST /rooms -> 201": ("one", "two"),
        "GET /x -> 200": ("two",),
        "joined -> heard": ("two",),
        "said -> heard": ("one", "two"),
        "wave -> sent": ("one", "two"),
        "POST /rooms -> GUEST": ("two",),
        "GET /a -> x": ("two",),
    }
    assert seen.laws == {("l", "heard"): {"two"}}


def test_a_target_that_makes_up_names_does_not_fill_the_memory(covered: type[Covered]) -> None:
    found = covered(PROFILE)
    for number in range(6_000):
        found.feed(event(f"made-up-{number}"), emit(f"made-up-{number}"), call(f"GET /made-up-{number}"))
    seen = found.reader.seen
    assert (len(seen.heard), len(seen.emits), len(seen.unknown)) == (5_000, 5_000, 5_000)
    assert found.feed(event("made-up-1", play="two")).reader.seen.heard["made-up-1"] == {"one", "two"}
