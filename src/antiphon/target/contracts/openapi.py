"""Reader of OpenAPI 3.0 and 3.1: paths become the profile's operations, answers and bodies places of schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from antiphon.core.text import shortened
from antiphon.language.route import METHODS, Operation
from antiphon.target.contracts.dialects import into_json_schema
from antiphon.target.contracts.model import (
    AnswerAt,
    ContractDocument,
    Dialect,
    DocumentAt,
    HeaderAt,
    OperationAt,
    SchemaAt,
)
from antiphon.target.contracts.references import Files

_PARAMETER = re.compile(r"\{([^{}/]*)\}")
_VERSION = re.compile(r"3\.(0|1)(\.\d+)?")
_DIALECTS = (
    "https://spec.openapis.org/oas/3.1/dialect/base",
    "https://json-schema.org/draft/2020-12/schema",
)
_NO_NAME = re.compile(r"[^\w-]")


def read_openapi(files: Files, at: DocumentAt, base_url: str) -> ContractDocument:
    """Return what an OpenAPI document promises.

    Args:
        files: The document and what it refers to; brought into JSON Schema here.
        at: Where it is.
        base_url: The root that the profile's paths are relative to.

    Raises:
        BadDocument: It is none, or cannot be used.
    """
    root = files.found[files.name]
    version = root.get("openapi")
    found = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if found is None:
        said = f"it says `openapi: {shortened(str(version), limit=40)}`" if "openapi" in root else "it has no `openapi`"
        raise files.bad(f"{said}, and 3.0 and 3.1 are understood")
    dialect: Dialect = "draft7" if found[1] == "0" else "draft2020-12"
    named = root.get("jsonSchemaDialect", _DIALECTS[0])
    if not isinstance(named, str) or named.rstrip("#") not in _DIALECTS:
        raise files.bad(f"its `jsonSchemaDialect` is {shortened(str(named), limit=80)}, which is not understood")
    for each in files.found.values():
        into_json_schema(each, nullable=dialect == "draft7")
    files.refuse_endless_schemas()
    return ContractDocument(
        name=files.name,
        source=at.source,
        dialect=dialect,
        files=files.found,
        operations=_Reader(files, base_url).operations(),
    )


class _Reader:
    def __init__(self, files: Files, base_url: str) -> None:
        self._files = files
        self._root = SchemaAt(files.name, "")
        self._prefix = urlsplit(base_url).path.rstrip("/")

    def operations(self) -> dict[Operation, OperationAt]:
        every = list(self._every())
        below = [(method, path, at) for method, path, at in every if self._below(path)]
        prefix = len(self._prefix) if below else 0
        found: dict[Operation, OperationAt] = {}
        for method, path, at in below or [(method, own, at) for method, own, at in self._every(plain=True)]:
            named = _PARAMETER.sub(lambda one: f":{_NO_NAME.sub('_', one[1]) or 'value'}", path[prefix:])
            found.setdefault(Operation(method, named.rstrip("/") or "/"), at)
        return found

    def _below(self, path: str) -> bool:
        return path == self._prefix or path.startswith(f"{self._prefix}/")

    def _every(self, *, plain: bool = False) -> Iterator[tuple[str, str, OperationAt]]:
        paths = self._map(self._files.found[self._files.name].get("paths"))
        for path in paths:
            if not str(path).startswith("/"):
                continue
            place, item = self._files.resolved(self._files.inside(self._root, "paths", str(path)))
            for key in item:
                if str(key).upper() not in METHODS:
                    continue
                inner = self._files.inside(place, str(key))
                _, operation = self._files.resolved(inner)
                at = self._operation(inner, operation)
                servers = operation.get("servers") or item.get("servers") or self._servers()
                for prefix in [""] if plain else _paths_of(servers):
                    yield str(key).upper(), f"{prefix}{path}", at

    def _servers(self) -> object:
        return self._files.found[self._files.name].get("servers")

    def _operation(self, place: SchemaAt, operation: dict[str, Any]) -> OperationAt:
        answers = {}
        for status in self._map(operation.get("responses")):
            answer_place, answer = self._files.resolved(self._files.inside(place, "responses", str(status)))
            answers[str(status).upper() if str(status) != "default" else "default"] = AnswerAt(
                place=self._files.inside(place, "responses", str(status)),
                content=self._content(answer_place, answer),
                headers=self._headers(answer_place, answer),
            )
        if "requestBody" not in operation:
            return OperationAt(place=place, answers=answers)
        body_place, body = self._files.resolved(self._files.inside(place, "requestBody"))
        return OperationAt(
            place=place,
            answers=answers,
            body=self._content(body_place, body),
            body_required=body.get("required") is True,
        )

    def _content(self, place: SchemaAt, holder: dict[str, Any]) -> dict[str, SchemaAt | None] | None:
        if not isinstance(holder.get("content"), dict):
            return None
        return {
            str(kind).partition(";")[0].strip().lower(): self._files.inside(place, "content", str(kind), "schema")
            if isinstance(said, dict) and "schema" in said
            else None
            for kind, said in holder["content"].items()
        }

    def _headers(self, place: SchemaAt, answer: dict[str, Any]) -> dict[str, HeaderAt]:
        found = {}
        for name in self._map(answer.get("headers")):
            at, header = self._files.resolved(self._files.inside(place, "headers", str(name)))
            schema = self._files.inside(at, "schema") if "schema" in header else None
            if str(name).lower() != "content-type":  # which `content` tells
                found[str(name).lower()] = HeaderAt(header.get("required") is True, schema)
        return found

    def _map(self, value: object) -> dict[str, Any]:
        return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}


def _paths_of(servers: object) -> list[str]:
    """Return the paths of servers' URLs, variables at their defaults."""
    found = []
    for server in servers if isinstance(servers, list) else []:
        url = server.get("url") if isinstance(server, dict) else None
        if not isinstance(url, str):
            continue
        variables = server.get("variables")
        for name, said in variables.items() if isinstance(variables, dict) else ():
            if isinstance(said, dict):
                url = url.replace(f"{{{name}}}", str(said.get("default", "")))
        try:
            found.append(urlsplit(url).path.rstrip("/"))
        except ValueError:
            continue
    return list(dict.fromkeys(found)) or [""]
