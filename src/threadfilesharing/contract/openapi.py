"""The OpenAPI document, made from the routes themselves."""

from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi


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
    for operations in document["paths"].values():
        for operation in operations.values():
            _without_default_422(operation)
            _complete(operation)
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    return orjson.dumps(document)


def _without_default_422(operation: dict[str, Any]) -> None:
    unprocessable = operation["responses"].get("422")
    if unprocessable is not None and "HTTPValidationError" in str(unprocessable):
        del operation["responses"]["422"]


def _complete(operation: dict[str, Any]) -> None:
    """Say what the routes' decorators leave to FastAPI: no body where none is sent, JSON everywhere else."""
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if status == "204":
            response.pop("content", None)
        elif "application/octet-stream" in content:
            response["content"] = {"application/octet-stream": content["application/octet-stream"]}
