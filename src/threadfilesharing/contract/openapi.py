"""The OpenAPI document, made from the routes themselves."""

from typing import Any, Literal

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from threadfilesharing.rest.routing import ANSWERS, MODELS


def openapi_document(rest: FastAPI) -> bytes:
    """Return the document of all routes, as JSON.

    FastAPI adds a 422 of its own to every route that takes something; here such requests are answered with 400, which
    every such route names itself, so what FastAPI adds is taken out again.
    """
    document = get_openapi(
        title=rest.title,
        version=rest.version,
        openapi_version="3.1.0",
        description=rest.description,
        routes=rest.routes,
    )
    named: list[tuple[type[BaseModel], Literal["serialization"]]] = [
        (model, "serialization") for model in MODELS.values()
    ]
    found, definitions = models_json_schema(named, ref_template="#/components/schemas/{model}")
    schema_of = {name: found[model, "serialization"] for name, model in MODELS.items()}
    for operations in document["paths"].values():
        for operation in operations.values():
            _complete(operation, schema_of)
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas |= definitions["$defs"]
    document["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    return orjson.dumps(document)


def _complete(operation: dict[str, Any], schema_of: dict[str, Any]) -> None:
    """Say what each answer of an operation is made of."""
    answers, responses = operation.pop(ANSWERS), operation["responses"]
    if "422" not in answers:
        responses.pop("422", None)
    for status, name in answers.items():
        if name:
            responses[status]["content"] = {"application/json": {"schema": schema_of[name]}}
