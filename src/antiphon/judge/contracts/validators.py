"""Schemas of a document, compiled once to checks.

With `jsonschema-rs` an answer of the reference application costs some 10 µs, its parsing included, an event 5.
Patterns run in linear time where they can; those that look around are bounded instead. Nothing is fetched, whatever a
document refers to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from antiphon.judge.contracts.flaws import MOST_FLAWS, Check, Flaw, excerpt_of, pointers
from antiphon.target.contracts.model import ContractDocument, SchemaAt
from antiphon.target.contracts.parsing import BadDocument

_SCHEME = "contract:/"
_MOST_BACKTRACKS = 100_000
_CHOICES = ("anyOf", "oneOf")
# A branch that differs in one of these, at the value itself, was not the one that was meant.
_OTHER_KIND = frozenset({"type", "const", "enum"})


class Compiler:
    """Compiles the schemas of one document; the same place twice gives the same check.

    Raises:
        BadDocument: A schema is none.
    """

    def __init__(self, document: ContractDocument) -> None:
        import jsonschema_rs  # 8 ms, that a profile without contracts need not pay

        self._rs: Any = jsonschema_rs
        self._document = document
        draft7 = document.dialect == "draft7"
        self._class: Any = jsonschema_rs.Draft7Validator if draft7 else jsonschema_rs.Draft202012Validator
        files: list[tuple[str, Any]] = [(_uri(name), root) for name, root in document.files.items()]
        try:
            self._registry: Any = jsonschema_rs.Registry(
                files, draft=jsonschema_rs.Draft7 if draft7 else jsonschema_rs.Draft202012
            )
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            raise self._bad(str(error)) from None
        self._made: dict[SchemaAt, Check] = {}

    def check(self, at: SchemaAt) -> Check:
        """Return the check of a schema."""
        if at not in self._made:
            self._made[at] = self._compiled(at)
        return self._made[at]

    def any_of(self, places: Sequence[SchemaAt | None]) -> Check | None:
        """Return a check that holds where one of several schemas does; None where anything does."""
        checks = [self.check(at) for at in places if at is not None]
        if not checks or len(checks) < len(places):
            return None
        if len(checks) == 1:
            return checks[0]

        def check(value: object) -> Sequence[Flaw]:
            found = [one(value) for one in checks]
            return min(found, key=len) if all(found) else ()

        return check

    def _compiled(self, at: SchemaAt) -> Check:
        schema = {"$ref": f"{_uri(at.file)}#{_quoted(at.pointer)}"}
        validator = self._validator(schema, at)
        is_valid, iter_errors = validator.is_valid, validator.iter_errors

        def check(value: object) -> Sequence[Flaw]:
            try:
                if is_valid(value):
                    return ()
                return tuple(islice(_flaws(iter_errors(value), value), MOST_FLAWS))
            except ValueError as error:  # deeper than the validator goes
                return (
                    Flaw(pointer="", exactly="", keyword="depth", told=f"cannot be checked: {error}", place=str(at)),
                )

        return check

    def _validator(self, schema: dict[str, str], at: SchemaAt) -> Any:
        options = (
            self._rs.RegexOptions(),
            self._rs.FancyRegexOptions(backtrack_limit=_MOST_BACKTRACKS),
        )
        problem = ""
        for patterns in options:
            try:
                return self._class(
                    schema,
                    registry=self._registry,
                    validate_formats=True,
                    formats={"byte": _is_base64},
                    pattern_options=patterns,
                    offline=True,
                )
            except (ValueError, self._rs.ReferencingError) as error:
                problem = getattr(error, "message", None) or str(error)
        raise self._bad(f"the schema at {at}: {problem}")

    def _bad(self, why: str) -> BadDocument:
        from antiphon.core.text import shortened

        return BadDocument(name=self._document.name, why=shortened(why, limit=300), source=self._document.source)


def _uri(name: str) -> str:
    from urllib.parse import quote

    return f"{_SCHEME}{quote(name.lstrip('/'), safe='/')}"


def _quoted(pointer: str) -> str:
    from urllib.parse import quote

    return quote(pointer, safe="/~:@!$&'()*+,;=")


def _is_base64(text: str) -> bool:
    from base64 import b64decode

    try:
        b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _flaws(errors: Iterable[Any], whole: object) -> Iterator[Flaw]:
    for error in errors:
        keyword = str(error.schema_path[-1]) if error.schema_path else ""
        branches = getattr(error.kind, "context", None)
        if keyword in _CHOICES and branches:
            meant = _meant(branches, len(error.instance_path))
            if meant is not None:
                yield from _flaws(meant, whole)
                continue
        yield from _of_error(error, keyword, len(branches) if branches else 0)


def _meant(branches: Sequence[Sequence[Any]], depth: int) -> Sequence[Any] | None:
    """Return the errors of the one alternative that was meant; None where none or several may be."""
    likely = [
        branch
        for branch in branches
        if not any(
            len(error.instance_path) == depth and error.schema_path and str(error.schema_path[-1]) in _OTHER_KIND
            for error in branch
        )
    ]
    return likely[0] if len(likely) == 1 else None


def _of_error(error: Any, keyword: str, alternatives: int) -> Iterator[Flaw]:
    path: list[object] = list(error.instance_path)
    place = _place(error)
    kind = error.kind
    value = error.instance
    match keyword:
        case "required":
            general, exactly = pointers([*path, kind.property])
            yield Flaw(pointer=general, exactly=exactly, keyword=keyword, told="is missing", place=place)
        case "additionalProperties" | "unevaluatedProperties" if getattr(kind, "unexpected", None):
            for name in kind.unexpected:
                general, exactly = pointers([*path, name])
                held = value.get(name) if isinstance(value, dict) else None
                yield Flaw(
                    pointer=general,
                    exactly=exactly,
                    keyword=keyword,
                    told="is not in the contract",
                    excerpt=excerpt_of(held),
                    place=place,
                    undocumented=True,
                )
        case _:
            general, exactly = pointers(path)
            told = _told(keyword, kind, value, alternatives)
            yield Flaw(
                pointer=general, exactly=exactly, keyword=keyword, told=told, excerpt=excerpt_of(value), place=place
            )


def _told(keyword: str, kind: Any, value: object, alternatives: int) -> str:
    """Return what is wrong with a value, without the value."""
    match keyword:
        case "type" | "enum" | "const" | "oneOf" | "anyOf" if value is None:
            return "is null, which is not allowed"
        case "type":
            return f"is {_kind_of(value)}, not {' or '.join(sorted(kind.types))}"
        case "format":
            return f"is no {kind.format}"
        case "enum":
            return f"is none of {excerpt_of(kind.options)}"
        case "const":
            return f"is not {excerpt_of(kind.expected_value)}"
        case "pattern":
            return f"does not match {excerpt_of(kind.pattern)}"
        case "oneOf" | "anyOf" if alternatives:
            return f"fits none of {alternatives} alternatives"
        case "False" | "false":
            return "must not be there"
        case _:
            limit = getattr(kind, "limit", None)
            return f"breaks `{keyword}`" + (f" ({excerpt_of(limit)})" if limit is not None else "")


def _kind_of(value: object) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "something else")


def _place(error: Any) -> str:
    from urllib.parse import unquote

    found = str(error.absolute_keyword_location or "")
    return unquote(found.removeprefix(_SCHEME)) if found.startswith(_SCHEME) else ""
