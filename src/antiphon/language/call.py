"""A REST call as it is written, in a step or in a profile's recipe: request, token, and what its answer must be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from antiphon.core.source import Source
from antiphon.language.address import Address
from antiphon.language.difference import shown
from antiphon.language.jsontext import text_of
from antiphon.language.matcher import Matcher
from antiphon.language.refusals import ValueRefused
from antiphon.language.scope import Scope
from antiphon.language.template import Template, Value


class BodyKind(StrEnum):
    """How a request's body is written on the wire."""

    NONE = "none"
    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    RAW = "raw"


class Token(Struct, frozen=True, kw_only=True):
    """Which token a request carries in place of its user's own.

    Attributes:
        kind: `none` sends none; `garbage` one that never was; `value` the one given; `of` another user's;
            `expires_in` the user's own, signed anew with that life; `refresh` the user's refresh token;
            `wrong_key` the user's own, signed with a key that is not the target's; `alg_none` the user's own,
            which says that it needs no signature and has none (of the access matrix alone).
        value: For `value`.
        user: For `of`.
        expires_in_s: For `expires_in`; negative is already expired.
    """

    kind: Literal["none", "garbage", "value", "of", "expires_in", "refresh", "wrong_key", "alg_none"]
    source: Source
    value: Value | None = None
    user: str = ""
    expires_in_s: float = 0.0


class StatusSpec(Struct, frozen=True, kw_only=True):
    """Which statuses an answer may have.

    Attributes:
        allowed: Single statuses.
        classes: First digits (`2xx` is 2).
        any: Whether every status will do.
        template: Gives a status, a class or a list of them, where it is written as a template.
        text: As it was written (`201`, `[200, 204]`, `2xx`).
        written: Whether the author wrote it; unwritten it is 2xx.
    """

    allowed: frozenset[int] = frozenset()
    classes: frozenset[int] = frozenset({2})
    any: bool = False
    template: Template | None = None
    text: str = "2xx"
    written: bool = False
    source: Source | None = None

    def names(self, status: int) -> bool:
        """Return whether the author wrote `status` itself, or its class."""
        return self.written and (status in self.allowed or status // 100 in self.classes)

    def accepts(self, status: int) -> bool:
        """Return whether `status` is one of those."""
        return self.any or status in self.allowed or status // 100 in self.classes

    def of(self, scope: Scope) -> StatusSpec:
        """Return which statuses are allowed here; another one than this only where a template says so.

        Raises:
            ValueRefused: The template gives no status.
        """
        if self.template is None:
            return self
        value = self.template.get(scope)
        words = list(value) if isinstance(value, list | tuple) else [value]
        found = statuses([int(word) if isinstance(word, str) and word.isdecimal() else word for word in words])
        if found is None:
            sentence = f"`{self.text}` gives {shown(value)}, which is no status"
            raise ValueRefused(sentence=sentence, source=self.source, advice=STATUS_HINT)
        return replace(found, text=text_of(value), written=True, source=self.source)


STATUS_HINT = "write 201, [200, 204], 2xx or any"
_CLASS = re.compile(r"([1-5])xx", re.IGNORECASE)


def statuses(words: Sequence[object], *, text: str = "") -> StatusSpec | None:
    """Return which statuses these numbers and words allow, or None where one of them is no status."""
    allowed: set[int] = set()
    classes: set[int] = set()
    every = False
    for word in words:
        found = _CLASS.fullmatch(word) if isinstance(word, str) else None
        if word == "any":
            every = True
        elif found:
            classes.add(int(found[1]))
        elif isinstance(word, int) and not isinstance(word, bool) and 100 <= word <= 599:
            allowed.add(word)
        else:
            return None
    if not words:
        return None
    return StatusSpec(allowed=frozenset(allowed), classes=frozenset(classes), any=every, text=text)


class SaveSpec(Struct, frozen=True, kw_only=True):
    """`save: {self.id: payload.user.id}`: a dotted name and where its value is found."""

    name: str
    address: Address
    source: Source


class CallSpec(Struct, frozen=True, kw_only=True):
    """A REST call as its author wrote it.

    Attributes:
        method: In capitals.
        path: Relative to the base URL, with its templates.
        template: The operation's path template, parameters as `:name`; templated segments that no known operation
            names are written as `:…`.
        body_kind: Which of body, form, multipart and raw was written.
        body: Its value: JSON data; a map of fields; a map of parts (a part with `file`, `content`, `type` is a
            file); a text or bytes.
        query: A map.
        headers: A map.
        token: In place of the user's own; None: the user's own, if there is one.
        status: What the answer's status must be.
        expect: What `payload` must match; from status 400 on `problem`.
        expect_body: What the whole body must match.
        expect_headers: What the headers must match, names in lower case.
        save: What is kept of the answer.
        service: The service whose root the path is relative to; empty for the target's own.
        pages: The paging by which the list is followed to its end; None: one page is asked for.
    """

    method: str
    path: Template
    template: str
    source: Source
    body_kind: BodyKind = BodyKind.NONE
    body: Value | None = None
    query: Value | None = None
    headers: Value | None = None
    token: Token | None = None
    status: StatusSpec = field(default_factory=StatusSpec)
    expect: Matcher | None = None
    expect_source: Source | None = None
    expect_body: Matcher | None = None
    expect_headers: Matcher | None = None
    save: tuple[SaveSpec, ...] = ()
    service: str = ""
    pages: str | None = None

    @property
    def operation(self) -> str:
        """The operation in one line (`POST /messages/send`)."""
        return f"{self.method} {self.template}"
