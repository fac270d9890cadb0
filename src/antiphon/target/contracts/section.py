"""The profile's `openapi` and `asyncapi`: where its contract documents are."""

from __future__ import annotations

from typing import Literal

from antiphon.language import plain_values as plain
from antiphon.language.keys import Key, Place, Reading, kept
from antiphon.language.nodes import Mapping, Node
from antiphon.target.contracts.model import DocumentAt, Naming

DOCUMENT = Key(
    "document",
    ("text",),
    plain.text,
    "a file of the suite, or a URL; a path that begins with `/` is relative to `base_url`",
    required=True,
)
NAMES: Key[Reading, str] = Key(
    "events", ("text",), plain.one_of("way to name events", ("channels", "messages")), "whose names events bear"
)
ASYNCAPI_KEYS = Place[Reading]("`asyncapi`", (DOCUMENT, NAMES))
OPENAPI = Key("openapi", ("text",), plain.text, "the document of the REST operations: OpenAPI 3.0 or 3.1")
ASYNCAPI = kept("asyncapi", ("text", "map"), "the document of the events: AsyncAPI 2.6 or 3.0")


def read_openapi_at(where: str | None, node: Node | None) -> DocumentAt | None:
    """Return where the profile says that its OpenAPI document is."""
    return None if where is None or node is None else _at("openapi", where, node, "")


def read_asyncapi_at(node: Node | None, reading: Reading) -> DocumentAt | None:
    """Return where the profile says that its AsyncAPI document is."""
    if node is None:
        return None
    if not isinstance(node, Mapping):
        where = plain.text(node, reading)
        return None if where is None else _at("asyncapi", where, node, "")
    fields = ASYNCAPI_KEYS.read(node, reading, reading.problems)
    where, names = fields.get(DOCUMENT), fields.get(NAMES)
    naming: Naming = "channels" if names == "channels" else "messages" if names == "messages" else ""
    return None if where is None else _at("asyncapi", where, fields.node(DOCUMENT) or node, naming)


def _at(kind: Literal["openapi", "asyncapi"], where: str, node: Node, events: Naming) -> DocumentAt:
    return DocumentAt(kind=kind, where=where.strip(), source=node.source, events=events)
