"""Documents that cannot be used, each with its sentence; and the words that those which can give to scenarios."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from antiphon.core.errors import Mistake
from antiphon.judge.contracts.contract import contract_of
from antiphon.target.contracts.reading import with_contracts
from antiphon.target.loader import load_target
from antiphon.target.model import Target

LOOP = {"$ref": "#/components/schemas/B"}


def _read(files: dict[str, Any], profile: str = "openapi: api.json\n") -> tuple[Target, list[str]]:
    target, problems = load_target(f"target: t\nbase_url: http://h:1/api\n{profile}", "target.yaml", environment={})
    assert target is not None
    assert not problems

    def read(name: str) -> bytes:
        if name not in files:
            raise Mistake(sentence=f"there is no file `{name}` in the suite's folder")
        said = files[name]
        return said if isinstance(said, bytes) else orjson.dumps(said)

    found, wrong = with_contracts(target, read)
    try:
        contract_of(found)
    except Exception as error:  # noqa: BLE001 - told like the others
        wrong = (*wrong, error)  # type: ignore[assignment]
    return found, [str(problem) for problem in wrong]


def _with(schemas: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
    paths = {"/a": {"get": {"responses": {"200": answer}}}}
    return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": schemas}, **more}


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"swagger": "2.0"}, "it has no `openapi`, and 3.0 and 3.1 are understood"),
        ({"openapi": "4.0.0"}, "it says `openapi: 4.0.0`, and 3.0 and 3.1 are understood"),
        (b"- a list", "it is no map"),
        (b"\xff\xfe{", "it is no UTF-8"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "it is nested deeper than 200"),
        (
            _with({"A": {"allOf": [LOOP]}, "B": {"$ref": "#/components/schemas/A"}}),
            "the schema at api.json#/components/schemas/B refers to itself without end",
        ),
        (_with({}), "there is nothing at api.json#/components/schemas/A"),
        (
            _with({"A": {"$ref": "http://elsewhere/x.json"}}),
            "`$ref: http://elsewhere/x.json` at api.json#/components/schemas/A leads out of it",
        ),
        (
            _with({"A": {"$ref": "../x.json"}}),
            "A leads nowhere: there is no file `../x.json` in the suite's folder",
        ),
        (_with({"A": {}}, jsonSchemaDialect="http://my.own"), "its `jsonSchemaDialect` is http://my.own"),
        (_with({"A": {"type": "strin"}}), "the schema at api.json#/paths/~1a/get/responses/200"),
        (_with({"A": {"pattern": "("}}), "the schema at api.json#/paths/~1a/get/responses/200"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_with_a_sentence(document: Any, why: str) -> None:
    _, problems = _read({"api.json": document})
    assert len(problems) == 1
    assert problems[0].startswith("the contract document `api.json` cannot be used: ")
    assert why in problems[0]


def test_a_reference_to_a_file_of_the_suite_is_followed_and_a_tree_may_hold_itself() -> None:
    tree = {"type": "object", "properties": {"in": {"$ref": "#/A"}}}
    found, problems = _read({"api.json": _with({"A": {"$ref": "parts/tree.json#/A"}}), "parts/tree.json": {"A": tree}})
    assert problems == []
    assert set(found.contract_documents[0].files) == {"api.json", "parts/tree.json"}


def test_the_words_of_the_documents_are_those_of_the_profile() -> None:
    found, problems = _read(
        {
            "api.json": b"openapi: 3.0.1\npaths:\n  /api/rooms/{room-id}:\n    get:\n      responses:\n"
            b"        200: {description: fine}\n"
        }
    )
    assert problems == []
    assert [str(operation) for operation in found.vocabulary.operations] == ["GET /rooms/:room-id"]
    assert found.vocabulary.nearest_operation("GET", "/room/:id") == "GET /rooms/:room-id"


def test_a_document_at_the_target_is_left_alone_where_the_target_must_not_be_touched() -> None:
    found, problems = _read({}, "openapi: /openapi.json\n")
    assert (found.contract_documents, problems) == ((), [])
    assert found.contract_places[0].url("http://h:1/api/") == "http://h:1/api/openapi.json"
