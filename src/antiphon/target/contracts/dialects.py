"""What OpenAPI says beside JSON Schema, brought into it: `nullable`, exclusive limits, discriminators, number formats.

Changes documents in place; every schema stays where it stood, so that findings can name its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_VALUES = frozenset({"example", "examples", "default", "const", "enum"})
_INTEGERS = {"int32": 2**31, "int64": 2**63}


def into_json_schema(root: object, *, nullable: bool) -> None:
    """Bring the schemas of an OpenAPI document into JSON Schema.

    Args:
        root: The document.
        nullable: Whether it is OpenAPI 3.0, which has `nullable` and exclusive limits as flags. `null` is then allowed
            wherever `nullable: true` stands, whatever stands beside: generators disagree about what that changes.
    """
    every = list(_maps(root))
    for schema in every:
        _limits(schema)
        _discriminated(schema)
        _written_only(schema)
    if nullable:
        for schema in every:
            _nullable(schema)


def _maps(root: object) -> Iterator[dict[str, Any]]:
    waiting: list[object] = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(inner for key, inner in value.items() if key not in _VALUES or isinstance(inner, dict))
        elif isinstance(value, list):
            waiting.extend(value)


def _limits(schema: dict[str, Any]) -> None:
    for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(exclusive), bool):
            is_exclusive = schema.pop(exclusive)
            if is_exclusive and limit in schema:
                schema[exclusive] = schema.pop(limit)
    most = _INTEGERS.get(str(schema.get("format")))
    if most is not None and schema.get("type") == "integer":
        schema.setdefault("minimum", -most)
        schema.setdefault("maximum", most - 1)


def _discriminated(schema: dict[str, Any]) -> None:
    """Let the discriminator's value choose the schema, so that what differs is told of the one that was meant."""
    found = schema.get("discriminator")
    key = found.get("propertyName") if isinstance(found, dict) else None
    kind = "oneOf" if "oneOf" in schema else "anyOf"
    branches = schema.get(kind)
    if not isinstance(key, str) or not isinstance(branches, list) or "if" in schema or "allOf" in schema:
        return
    references = [branch.get("$ref") if isinstance(branch, dict) else None for branch in branches]
    if not references or not all(isinstance(one, str) for one in references):
        return
    mapping = found.get("mapping") if isinstance(found, dict) else None
    names = {str(one).rpartition("/")[2]: str(one) for one in references}
    for name, where in (mapping if isinstance(mapping, dict) else {}).items():
        chosen = names.get(str(where), str(where))
        if chosen in references:
            names[str(name)] = chosen
    schema.pop(kind)
    schema["required"] = [*(schema["required"] if isinstance(schema.get("required"), list) else ()), key]
    schema["properties"] = {**(schema.get("properties") or {}), key: {"enum": list(names)}}
    schema["type"] = "object"
    schema["allOf"] = [
        {"if": {"properties": {key: {"const": name}}, "required": [key]}, "then": {"$ref": where}}
        for name, where in names.items()
    ]


def _written_only(schema: dict[str, Any]) -> None:
    """Demand of no answer what is only ever sent."""
    required, properties = schema.get("required"), schema.get("properties")
    if isinstance(required, list) and isinstance(properties, dict):
        hidden = {key for key, one in properties.items() if isinstance(one, dict) and one.get("writeOnly") is True}
        if hidden:
            schema["required"] = [key for key in required if key not in hidden]


def _nullable(schema: dict[str, Any]) -> None:
    if schema.get("nullable") is not True:
        return
    del schema["nullable"]
    kind = schema.get("type")
    if isinstance(kind, str) and not {"allOf", "anyOf", "oneOf", "$ref"} & set(schema):
        schema["type"] = [kind, "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return
    inner = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": "null"}, inner]
