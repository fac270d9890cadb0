"""The model of a contract document: which operations and events it names, and where their schemas stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from antiphon.core.source import Source
from antiphon.language.route import Operation

Dialect = Literal["draft7", "draft2020-12"]
Naming = Literal["", "channels", "messages"]


class DocumentAt(Struct, frozen=True, kw_only=True):
    """Where a contract document is, as the profile says.

    Attributes:
        kind: What it is.
        where: A file of the suite, or a URL; a path that begins with `/` is relative to `base_url`.
        events: Whether event names are those of channels or of messages; empty: as the document suggests.
    """

    kind: Literal["openapi", "asyncapi"]
    where: str
    source: Source
    events: Naming = ""

    def url(self, base_url: str) -> str:
        """Return the URL that it is fetched from; empty for a file of the suite."""
        if self.where.startswith(("http://", "https://")):
            return self.where
        return f"{base_url.rstrip('/')}{self.where}" if self.where.startswith("/") else ""


class SchemaAt(Struct, frozen=True):
    """A schema in a document.

    Attributes:
        file: The document's name, or that of a file beside it.
        pointer: Its JSON pointer there.
    """

    file: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.file}#{self.pointer}"


class HeaderAt(Struct, frozen=True):
    """A header of an answer: whether it must come, and what it holds."""

    required: bool
    schema: SchemaAt | None


class AnswerAt(Struct, frozen=True, kw_only=True):
    """One documented answer of an operation.

    Attributes:
        place: Where it stands.
        content: Media type → schema of the body; None where the document says nothing of a body.
        headers: By their names in lower case.
    """

    place: SchemaAt
    content: Mapping[str, SchemaAt | None] | None = None
    headers: Mapping[str, HeaderAt] = field(default_factory=dict)


class OperationAt(Struct, frozen=True, kw_only=True):
    """One documented operation.

    Attributes:
        place: Where it stands.
        answers: By status as it is written: `201`, `4XX`, `default`.
        body: Media type → schema of what may be sent; None where the document says nothing of it.
        body_required: Whether something must be sent.
    """

    place: SchemaAt
    answers: Mapping[str, AnswerAt]
    body: Mapping[str, SchemaAt | None] | None = None
    body_required: bool = False


class EventAt(Struct, frozen=True, kw_only=True):
    """One documented event; where several messages bear its name, what comes must fit one of them.

    Attributes:
        place: Where the first stands.
        payloads: Of its first argument; None in it: anything will do.
        acks: Of the first value that it is acknowledged with.
    """

    place: SchemaAt
    payloads: tuple[SchemaAt | None, ...]
    acks: tuple[SchemaAt, ...] = ()


class ContractDocument(Struct, frozen=True, kw_only=True):
    """A contract document that was read.

    Attributes:
        name: As findings name it.
        dialect: Of its schemas.
        files: The document, and the files of the suite that it refers to, by name, brought into the dialect.
        operations: Paths as the profile writes them, relative to `base_url`.
        heard: Events that the target sends.
        emitted: Events that users may emit.
    """

    name: str
    source: Source
    dialect: Dialect
    files: Mapping[str, object]
    operations: Mapping[Operation, OperationAt] = field(default_factory=dict)
    heard: Mapping[str, EventAt] = field(default_factory=dict)
    emitted: Mapping[str, EventAt] = field(default_factory=dict)
