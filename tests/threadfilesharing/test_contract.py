"""Both documents against the code, and every documented refusal that does not depend on what an operation does."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

import threadfilesharing
from threadfilesharing.contract.events import EMITTED, HEARD
from threadfilesharing.problems import Code

SOURCE = Path(str(threadfilesharing.__file__)).parent
MISSING = "00000000-0000-4000-8000-000000000000"


def _operations(world: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in world.contract.openapi["paths"].items():
        for method, operation in operations.items():
            short = path.removeprefix("/api/v1").replace("{id}", MISSING).replace("{userId}", MISSING)
            yield method.upper(), short, operation


async def test_the_openapi_document_is_valid_and_names_every_route(world: Any) -> None:
    validate(world.contract.openapi)
    assert world.contract.openapi["openapi"] == "3.1.0"
    routes = set(_routes(world.server.application.rest))
    documented = {
        (method.upper(), path) for path, operations in world.contract.openapi["paths"].items() for method in operations
    }
    assert documented == routes
    assert len(documented) == 48


def _routes(rest: Any) -> Iterator[tuple[str, str]]:
    for included in rest.routes:
        for route in included.original_router.routes if hasattr(included, "original_router") else ():
            for method in route.methods:
                yield method, f"/api/v1{route.path}"


async def test_every_operation_documents_its_refusals_with_the_envelope(world: Any) -> None:
    for method, path, operation in _operations(world):
        responses = operation["responses"]
        public = "security" not in operation
        assert "500" in responses, (method, path)
        assert public or "401" in responses, (method, path)
        assert "requestBody" not in operation or {"400", "413"} <= set(responses), (method, path)
        assert not operation.get("parameters") or "400" in responses, (method, path)
        for status, response in responses.items():
            content = response.get("content", {})
            if status >= "400":
                assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/Refusal"}
            elif status == "204":
                assert content == {}
            else:
                assert content, (method, path, status)


async def test_the_asyncapi_document_names_every_event_both_ways(world: Any) -> None:
    document = world.contract.asyncapi
    assert document["asyncapi"] == "3.0.0"
    sent = {name for name, operation in document["operations"].items() if operation["action"] == "send"}
    received = {name for name, operation in document["operations"].items() if operation["action"] == "receive"}
    assert sent == {*HEARD, "connect_error"}
    assert received == set(EMITTED)
    for name, operation in document["operations"].items():
        assert operation["messages"] == [{"$ref": f"#/channels/main/messages/{name}"}]
        message = document["components"]["messages"][name]
        assert ("x-ack" in message) == (name in EMITTED)
        Draft202012Validator.check_schema({**message["payload"], "components": document["components"]})


async def test_the_table_of_emits_is_the_documented_one(world: Any) -> None:
    table = world.server.application.handlers.table
    assert {name: handler.payload for name, handler in table.items()} == {
        name: payload for name, (payload, _data) in EMITTED.items()
    }


def test_every_event_that_the_code_tells_is_documented_and_every_documented_one_is_told() -> None:
    told, texts = set(), set()
    for path in SOURCE.rglob("*.py"):
        if {"contract", "defects"} & set(path.parts):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        told |= {name for node in ast.walk(tree) if isinstance(node, ast.Call) for name in _events_of(node)}
    # These four are put together of a verb and the kind of room.
    made = {f"user_{verb}_{kind}" for verb in ("joined", "left") for kind in ("chatroom", "thread")}
    assert told - set(HEARD) == set()
    assert set(HEARD) - made - texts == set()
    assert len(told) > 25


def _events_of(call: ast.Call) -> Iterator[str]:
    """Return the event that a call tells, if it is one that does and names it."""
    place = {"lasting": 0, "tell": 0, "ephemeral": 0, "write_to": 1, "packet_of": 0, "Tell": 0}
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    named = [keyword.value for keyword in call.keywords if keyword.arg == "name"] if name == "Tell" else call.args
    if name in place and len(named) > place[name]:
        event = named[place[name]]
        if isinstance(event, ast.Constant) and isinstance(event.value, str):
            yield event.value


async def test_every_operation_but_the_public_ones_asks_for_a_token(world: Any) -> None:
    for method, path, operation in _operations(world):
        if "security" in operation:
            problem = await world.call(method, path, status=401)
            assert problem["code"] == "UNAUTHORIZED", (method, path)


async def test_every_operation_with_a_body_refuses_what_is_no_json_and_what_is_too_large(
    serve: Any, visit: Any
) -> None:
    world = await visit(serve(body_bytes=2_000, chunk_bytes=1_000))
    (olga,) = await world.company()
    for method, path, operation in _operations(world):
        if "requestBody" not in operation:
            continue
        headers = {"content-type": "application/json"}
        problem = await olga.call(method, path, status=400, data=b'{"unfinished": ', headers=headers)
        is_json = "application/json" in operation["requestBody"]["content"]
        assert problem["code"] == ("MALFORMED_JSON" if is_json else "VALIDATION_ERROR"), (method, path)
        for wrong in (b"[]", b"7", b"null", b'"text"', b"\xff\xfe", b"[" * 1000):
            await olga.call(method, path, status=400, data=wrong, headers=headers)
        problem = await olga.call(method, path, status=413, data=b"x" * 2_001, headers=headers)
        assert problem["code"] == "PAYLOAD_TOO_LARGE"


async def test_a_body_that_grows_beyond_the_limit_is_refused_without_its_length(serve: Any, visit: Any) -> None:
    world = await visit(serve(body_bytes=2_000, chunk_bytes=1_000))
    (olga,) = await world.company()

    async def growing() -> Any:
        for _ in range(10):
            yield b" " * 1_000

    headers = {"content-type": "application/json"}
    problem = await olga.call("PUT", "/users/profile", status=413, data=growing(), headers=headers)
    assert problem["details"] == {"limitBytes": 2_000}


async def test_a_fault_of_ours_is_answered_with_500_and_tells_nothing_of_itself(
    serve: Any, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await visit(serve())
    (olga,) = await world.company()
    room = await olga.room()
    his = await olga.socket()

    async def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("a secret of the inside")

    application = world.server.application
    monkeypatch.setattr(application.messages, "send", fail)
    error = await his.emit("send_chatroom_message", {"chatroomId": room, "content": "x"}, ok=False)
    assert error["code"] == "INTERNAL_ERROR"
    await his.emit("sync", {})
    monkeypatch.setattr(application.tokens, "caller", fail)
    monkeypatch.setattr(application.core.store, "first", fail)
    bodies = {
        "/auth/register": {"email": "a@b.cc", "password": "good-enough-1", "fullName": "A", "companyName": "B"},
        "/auth/login": {"email": "a@b.cc", "password": "good-enough-1"},
        "/auth/refresh": {"refreshToken": olga.refresh_token},
    }
    for method, path, operation in _operations(world):
        if path == "/auth/refresh":
            monkeypatch.setattr(application.core.people, "find", fail)
        headers = {"authorization": f"Bearer {olga.token}"} if "security" in operation else {}
        problem = await world.call(method, path, bodies.get(path), headers=headers, status=500)
        assert problem["code"] == "INTERNAL_ERROR"
        assert "secret" not in json.dumps(problem)


async def test_unknown_paths_and_methods_have_the_envelope(world: Any) -> None:
    assert (await world.call("GET", "/nowhere", status=404))["code"] == "NOT_FOUND"
    assert (await world.call("PATCH", "/users/profile", status=405))["code"] == "METHOD_NOT_ALLOWED"
    async with world.http.get(f"{world.server.url}/") as response:
        assert response.status == 404
        assert (await response.json())["code"] == "NOT_FOUND"


async def test_health_says_the_state_of_each_part(serve: Any, visit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world = await visit(serve())
    up = {"state": "up"}
    for path in ("/health", "/health/ready"):
        answer = await world.call("GET", path, status=200)
        assert answer == {"state": "up", "parts": {"database": up, "files": up, "socket": up}}

    async def broken(*_: Any) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(world.server.application.core.store, "first", broken)
    for path in ("/health", "/health/ready"):
        problem = await world.call("GET", path, status=503)
        assert problem["code"] == "NOT_READY"
        assert problem["details"]["parts"]["database"] == {"state": "down"}
    assert set(Code) >= {"NOT_READY"}
