"""What is found of answers, events and acknowledgements that are not as their contract says."""

from __future__ import annotations

from typing import Any

import pytest

ROOM = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": "string"},
        "topic": {"type": ["string", "null"]},
        "members": {"type": "array", "items": {"$ref": "#/components/schemas/Member"}},
    },
}
MEMBER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
ID = "6f1c1d2e-0000-4000-8000-000000000001"
GOOD = {"id": ID, "name": "a room", "topic": None, "members": [{"id": 1}]}
OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "servers": [{"url": "/api"}],
    "paths": {
        "/rooms/{id}": {
            "get": {
                "responses": {
                    "200": {
                        "description": "",
                        "headers": {"X-Version": {"required": True, "schema": {"type": "integer"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Room"}}},
                    },
                    "4XX": {"description": ""},
                }
            },
            "put": {
                "requestBody": {"content": {"application/json": {"schema": {"required": ["name"]}}}},
                "responses": {"204": {"description": ""}, "400": {"description": ""}},
            },
        }
    },
    "components": {"schemas": {"Room": ROOM, "Member": MEMBER}},
}
ASYNCAPI: dict[str, Any] = {
    "asyncapi": "3.0.0",
    "channels": {
        "main": {
            "address": "/",
            "messages": {
                "said": {"payload": {"$ref": "#/components/schemas/Said"}},
                "say": {
                    "payload": {"type": "object"},
                    "x-ack": {"type": "object", "required": ["ok"], "properties": {"ok": {"const": True}}},
                },
            },
        }
    },
    "operations": {
        "hear": {
            "action": "send",
            "channel": {"$ref": "#/channels/main"},
            "messages": [{"$ref": "#/channels/main/messages/said"}],
        },
        "say": {
            "action": "receive",
            "channel": {"$ref": "#/channels/main"},
            "messages": [{"$ref": "#/channels/main/messages/say"}],
        },
    },
    "components": {
        "schemas": {"Said": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}}
    },
}
JSON = (("content-type", "application/json"), ("x-version", "3"))


@pytest.fixture
def rooms(held: Any) -> Any:
    return held("openapi: api.json\nasyncapi: events.json\n", {"api.json": OPENAPI, "events.json": ASYNCAPI})


def test_what_is_as_the_contract_says_is_no_finding(rooms: Any) -> None:
    assert rooms.call("GET /rooms/1", 200, GOOD, headers=JSON) == []
    assert rooms.call("GET /rooms/1", 404, {"any": "thing"}) == []
    assert rooms.event("said", {"text": "hello"}) == []
    assert rooms.ack("say", {"ok": True}) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"name": None}, "contract: GET /rooms/:id answered 200: /name is null, which is not allowed"),
        ({"name": 3}, "contract: GET /rooms/:id answered 200: /name is integer, not string"),
        ({"id": "7"}, "contract: GET /rooms/:id answered 200: /id is no uuid"),
        ({"extra": 1}, "undocumented: GET /rooms/:id answered 200: /extra is not in the contract"),
        ({"members": [{"id": 1}, {}]}, "contract: GET /rooms/:id answered 200: /members/*/id is missing"),
    ],
)
def test_a_body_that_differs_is_a_finding_with_its_pointer(rooms: Any, change: dict[str, Any], found: str) -> None:
    assert rooms.call("GET /rooms/1", 200, GOOD | change, headers=JSON) == [found]


def test_a_finding_names_the_excerpt_and_the_place_in_the_document(rooms: Any) -> None:
    from antiphon.history.entries import Call

    body = b'{"id": "' + ID.encode() + b'", "name": 3}'
    call = Call(method="GET", template="/rooms/:id", url="", status=200, response_headers=JSON, response_body=body)
    (finding,) = rooms.checker.feed(call)
    assert finding.details == ("at /name: 3", "the contract: api.json#/components/schemas/Room/properties/name/type")
    assert finding.operation == "GET /rooms/:id"


def test_an_answer_that_no_document_names_is_undocumented(rooms: Any) -> None:
    assert rooms.call("GET /rooms/1", 500) == [
        "undocumented: GET /rooms/:id answered 500, which the contract does not name"
    ]
    assert rooms.call("DELETE /rooms/1", 200) == [
        "undocumented: DELETE /rooms/1 answered 200, and the contract has no such operation"
    ]
    assert rooms.call("DELETE /rooms/1", 405) == []


def test_a_missing_header_and_one_of_another_type_are_findings(rooms: Any) -> None:
    plain = (("content-type", "application/json"),)
    assert rooms.call("GET /rooms/1", 200, GOOD, headers=plain) == [
        "contract: GET /rooms/:id answered 200: header x-version is missing"
    ]
    assert rooms.call("GET /rooms/1", 200, GOOD, headers=(*plain, ("x-version", "new"))) == [
        "contract: GET /rooms/:id answered 200: header x-version is string, not integer"
    ]


def test_a_body_of_another_type_or_none_is_a_finding(rooms: Any) -> None:
    html = (("content-type", "text/html"), ("x-version", "3"))
    assert rooms.call("GET /rooms/1", 200, b"<p>", headers=html) == [
        "contract: GET /rooms/:id answered 200: the body is text/html, not application/json"
    ]
    assert rooms.call("GET /rooms/1", 200, b"{", headers=JSON) == [
        "contract: GET /rooms/:id answered 200: the body is no JSON"
    ]
    assert rooms.call("GET /rooms/1", 200, None, headers=JSON) == [
        "contract: GET /rooms/:id answered 200: the body is missing"
    ]


def test_events_and_acknowledgements_are_held_against_their_document(rooms: Any) -> None:
    assert rooms.event("shouted", {}) == [
        "undocumented: the event shouted was heard, and the contract does not name it"
    ]
    assert rooms.event("said", {}) == ["contract: the event said was heard: /text is missing"]
    assert rooms.event("said") == ["contract: the event said was heard: its payload is missing"]
    assert rooms.ack("say", {"ok": False}) == ["contract: the emit say was acknowledged: /ok is not true"]


def test_what_many_hear_is_found_as_often_as_it_is_heard_whatever_was_heard_before(rooms: Any) -> None:
    wrong = "contract: the event said was heard: /text is missing"
    said = [("said", {"text": "a"}), ("said", {"text": "a"}), ("said", {}), ("said", {}), ("said", {"text": "a"})]
    assert [rooms.event(*one) for one in said] == [[], [], [wrong], [wrong], []]
    assert rooms.event("shouted", {"text": "a"}) == [
        "undocumented: the event shouted was heard, and the contract does not name it"
    ]


def test_a_request_that_the_contract_does_not_allow_is_a_warning_only_where_the_target_took_it(rooms: Any) -> None:
    sent = {"request_body": b"{}", "request_headers": (("content-type", "application/json"),)}
    assert rooms.call("PUT /rooms/1", 400, **sent) == []
    assert rooms.checker.warnings == ()
    assert rooms.call("PUT /rooms/1", 204, **sent) == []
    (told,) = rooms.checker.warnings
    assert told.startswith("chat: PUT /rooms/:id was sent with /name that is missing: the contract does not allow it")


def test_a_body_of_a_thousand_levels_is_told_in_few_words(held: Any) -> None:
    tree = {"type": "object", "properties": {"in": {"$ref": "#/components/schemas/Tree"}}}
    document = {
        "openapi": "3.1.0",
        "paths": {
            "/t": {
                "get": {
                    "responses": {
                        "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}
                    }
                }
            }
        },
        "components": {"schemas": {"Tree": tree}},
    }
    trees = held("openapi: t.json\n", {"t.json": document})
    (found,) = trees.call("GET /t", 200, b'{"in":' * 1000 + b"1" + b"}" * 1000)
    assert found.endswith("is integer, not object")
    assert len(found) < 500


def test_a_profiles_own_catalogue_is_held_alike(held: Any) -> None:
    own = held(
        'operations:\n  GET /rooms/:id: {statuses: [200, 404], answer: {id: "#integer"}}\n'
        'events: {hear: {said: {text: "#string"}, left: }}\n',
        {},
    )
    assert own.call("GET /rooms/1", 200, {"id": 1}) == []
    assert own.call("GET /rooms/1", 200, {"id": "x"}) == [
        "contract: GET /rooms/:id answered 200: /id is not as the profile says"
    ]
    assert own.call("GET /rooms/1", 500) == [
        "undocumented: GET /rooms/:id answered 500, which the contract does not name"
    ]
    assert own.event("left", 3) == []
    assert own.event("said", {}) == ["contract: the event said was heard: /text is missing"]
    assert own.event("came", {}) == ["undocumented: the event came was heard, and the contract does not name it"]


def test_openapi_3_0_allows_null_where_it_says_nullable_and_chooses_by_the_discriminator(held: Any) -> None:
    cat = {"type": "object", "required": ["kind", "lives"], "properties": {"lives": {"type": "integer"}}}
    dog = {"type": "object", "required": ["kind", "name"], "properties": {"name": {"type": "string", "nullable": True}}}
    pet = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"dog": "#/components/schemas/Dog"}},
    }
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
    document = {
        "openapi": "3.0.3",
        "paths": {"/pet": {"get": {"responses": {"200": answer}}}},
        "components": {"schemas": {"Cat": cat, "Dog": dog, "Pet": pet}},
    }
    pets = held("openapi: pets.json\n", {"pets.json": document})
    assert pets.call("GET /pet", 200, {"kind": "dog", "name": None}) == []
    assert pets.call("GET /pet", 200, {"kind": "dog"}) == ["contract: GET /pet answered 200: /name is missing"]
    assert pets.call("GET /pet", 200, {"kind": "Cat", "lives": "x"}) == [
        "contract: GET /pet answered 200: /lives is string, not integer"
    ]
    assert pets.call("GET /pet", 200, {"kind": "cow"}) == [
        'contract: GET /pet answered 200: /kind is none of ["Cat","Dog","dog"]'
    ]


def test_asyncapi_2_6_names_events_by_channels_where_each_has_its_own(held: Any) -> None:
    document = {
        "asyncapi": "2.6.0",
        "channels": {
            "said": {"subscribe": {"message": {"name": "Said", "payload": {"required": ["text"]}}}},
            "say": {"publish": {"message": {"name": "Say", "payload": {}}}},
        },
    }
    by_channel = held("asyncapi: e.json\n", {"e.json": document})
    assert by_channel.target.vocabulary.events_heard == {"said"}
    assert by_channel.target.vocabulary.events_emitted == {"say"}
    assert by_channel.event("said", {}) == ["contract: the event said was heard: /text is missing"]
    by_message = held("asyncapi: {document: e.json, events: messages}\n", {"e.json": document})
    assert by_message.target.vocabulary.events_heard == {"Said"}


def test_the_same_event_in_several_messages_must_fit_one_of_them(held: Any) -> None:
    both = {"oneOf": [{"name": "said", "payload": {"type": kind}} for kind in ("string", "integer")]}
    document = {"asyncapi": "2.6.0", "channels": {"/": {"subscribe": {"message": both}}}}
    said = held("asyncapi: e.json\n", {"e.json": document})
    assert said.event("said", "x") == said.event("said", 3) == []
    assert said.event("said", None) == ["contract: the event said was heard: its payload is null, which is not allowed"]
