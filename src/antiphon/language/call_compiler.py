"""The compiler of REST calls: the keys that a call may have, in a step or in a recipe, become a `CallSpec`."""

from __future__ import annotations

import re
from typing import Any

from msgspec.structs import replace

from antiphon.core.errors import Mistake, Problems, UnknownName
from antiphon.language import plain_values as plain
from antiphon.language.call import STATUS_HINT, BodyKind, CallSpec, SaveSpec, StatusSpec, Token, statuses
from antiphon.language.keys import ANYTHING, Fields, Key, Place, Reading, fits
from antiphon.language.matcher import Matcher, compile_matcher
from antiphon.language.nodes import Entry, Mapping, Node, Scalar, Sequence
from antiphon.language.route import Route, parse_verb_line
from antiphon.language.template import Value, compile_value, template_of
from antiphon.language.vocabulary import Vocabulary


def value(node: Node, reading: Reading) -> Value:
    """Return the node as a value with templates."""
    return compile_value(node, reading.problems)


def matcher(node: Node, reading: Reading) -> Matcher:
    """Return the node as a matcher."""
    return compile_matcher(node, reading.problems)


def header_matcher(node: Node, reading: Reading) -> Matcher:
    """Return the map of headers as a matcher; their names are compared in lower case."""
    entries = []
    for entry in plain.map_of(node):
        key = Scalar(entry.name.lower(), entry.key.source, entry.key.quoted, entry.key.raw)
        entries.append(Entry(key, entry.value))
    return compile_matcher(Mapping(tuple(entries), node.source), reading.problems)


def status(node: Node, reading: Reading) -> StatusSpec | None:
    """Return which statuses `201`, `[200, 4xx]`, `2xx`, `any` or a template that gives one of these allow."""
    if isinstance(node, Scalar) and isinstance(node.value, str) and "{{" in node.value:
        template = template_of(node, reading.problems, body="response")
        return StatusSpec(template=template, text=template.text, written=True, source=node.source)
    items = plain.items_of(node)
    if not items:
        reading.problems.mistake("an empty list allows no status", node.source, STATUS_HINT)
        return None
    for item in items:
        if statuses([item.value if isinstance(item, Scalar) else None]) is None:
            shown = item.raw if isinstance(item, Scalar) else "a map or list"
            reading.problems.mistake(f"`{shown}` is not a status", item.source, STATUS_HINT)
            return None
    scalars = [item for item in items if isinstance(item, Scalar)]
    words = ", ".join(item.raw for item in scalars)
    found = statuses([item.value for item in scalars], text=f"[{words}]" if isinstance(node, Sequence) else words)
    return replace(found, written=True, source=node.source) if found is not None else None


def token(node: Node, reading: Reading) -> Token | None:
    """Return the token that a request carries in place of its user's own."""
    problems = reading.problems
    if not isinstance(node, Mapping):
        word = node.value if isinstance(node, Scalar) else None
        if word == "none":
            return Token(kind="none", source=node.source)
        if word == "garbage":
            return Token(kind="garbage", source=node.source)
        return Token(kind="value", source=node.source, value=compile_value(node, problems))
    fields = TOKEN.read(node, reading, problems)
    if len(node.entries) != 1:
        hint = "write {of: USER}, {kind: refresh}, {key: wrong} or {expires_in: -1s}"
        problems.mistake("a token is given in one way", node.source, hint)
        return None
    of, expires_in_s = fields.get(TOKEN_OF), fields.get(TOKEN_EXPIRES)
    if fields.get(TOKEN_KIND) is not None:
        return Token(kind="refresh", source=node.source)
    if fields.get(TOKEN_SIGNED) is not None:
        return Token(kind="wrong_key", source=node.source)
    if of is not None:
        return Token(kind="of", source=fields.at(TOKEN_OF), user=of)
    if expires_in_s is not None:
        return Token(kind="expires_in", source=node.source, expires_in_s=expires_in_s)
    return None


def _raw(node: Node, reading: Reading) -> Value | None:
    if isinstance(node, Mapping):
        fields = RAW_FILE.read(node, reading, reading.problems)
        return compile_value(node, reading.problems) if fields.get(FILE) is not None else None
    return compile_value(node, reading.problems)


def _multipart(node: Node, reading: Reading) -> Value:
    for entry in plain.map_of(node):
        if isinstance(entry.value, Mapping):
            made = "content" in entry.value
            place = PART_MADE if made else PART
            fields = place.read(entry.value, reading, reading.problems)
            if not made and not fields.has(FILE):
                hint = "a part that is a file has `file`, and `content` where it is no file of the suite"
                reading.problems.mistake(f"the part `{entry.name}` names no file", entry.value.source, hint)
        elif not fits(entry.value, ("text", "number", "boolean"), f"the part `{entry.name}`", reading.problems):
            continue
    return compile_value(node, reading.problems)


def _form(node: Node, reading: Reading) -> Value:
    for entry in plain.map_of(node):
        fits(entry.value, ("text", "number", "boolean"), f"the field `{entry.name}`", reading.problems)
    return compile_value(node, reading.problems)


def _query(node: Node, reading: Reading) -> Value:
    for entry in plain.map_of(node):
        what = f"the parameter `{entry.name}`"
        fits(entry.value, ("text", "number", "boolean", "list", "empty"), what, reading.problems)
    return compile_value(node, reading.problems)


def _headers(node: Node, reading: Reading) -> Value:
    for entry in plain.map_of(node):
        fits(entry.value, ("text", "number"), f"the header `{entry.name}`", reading.problems)
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", entry.name):
            reading.problems.mistake(
                f"`{entry.name[:60]}` cannot name a header", entry.key.source, "letters, digits and hyphens can"
            )
    return compile_value(node, reading.problems)


def _file(node: Node, reading: Reading) -> str | None:
    name = plain.text(node, reading)
    if name is not None and "{{" not in name:
        why = reading.file_problem(name)
        if why is not None:
            reading.problems.mistake(why, node.source, "files that scenarios name lie under the suite's folder")
    return name


TOKEN_OF = Key("of", ("text",), plain.text, "another user's")
TOKEN_EXPIRES = Key("expires_in", ("text", "number"), plain.signed_duration, "the user's own, with that life")
TOKEN_KIND = Key("kind", ("text",), plain.one_of("kind of token", ("refresh",)), "`refresh`: the user's refresh token")
TOKEN_SIGNED = Key(
    "key", ("text",), plain.one_of("key", ("wrong",)), "`wrong`: the user's own, signed with another key"
)
TOKEN = Place[Reading]("a token", (TOKEN_OF, TOKEN_EXPIRES, TOKEN_KIND, TOKEN_SIGNED))

FILE = Key("file", ("text",), _file, "a file of the suite's folder")
FILE_NAME = Key("file", ("text",), plain.text, "the file's name")
CONTENT = Key("content", ("text", "number", "boolean"), value, "what the file holds")
PART_TYPE = Key("type", ("text",), plain.text, "its media type")
RAW_FILE = Place[Reading]("`raw`", (Key("file", ("text",), _file, "a file of the suite's folder", required=True),))
PART = Place[Reading]("a part", (FILE, PART_TYPE, CONTENT))
PART_MADE = Place[Reading]("a part", (FILE_NAME, PART_TYPE, CONTENT))

BODY = Key("body", ANYTHING, value, "the JSON body")
FORM = Key("form", ("map",), _form, "a URL-encoded body")
MULTIPART = Key("multipart", ("map",), _multipart, "a body of parts, files among them")
RAW = Key("raw", ("text", "map"), _raw, "a body as it stands, or {file: NAME}")
QUERY = Key("query", ("map",), _query, "query parameters")
HEADERS = Key("headers", ("map",), _headers, "request headers")
TOKEN_KEY = Key("token", ("text", "map"), token, "the token in place of the user's own")
STATUS = Key("status", ("number", "text", "list"), status, "which statuses the answer may have")
EXPECT = Key("expect", ANYTHING, matcher, "what the payload, or from status 400 on the problem, must match")
EXPECT_BODY = Key("expect_body", ANYTHING, matcher, "what the whole body must match")
PAGES = Key("pages", ("text",), plain.text, "the paging by which a list is followed to its end")
EXPECT_HEADERS = Key("expect_headers", ("map",), header_matcher, "what the headers must match")

REQUEST_KEYS: tuple[Key[Reading, Any], ...] = (BODY, FORM, MULTIPART, RAW, QUERY, HEADERS, TOKEN_KEY)
"""What is sent."""

ANSWER_KEYS: tuple[Key[Reading, Any], ...] = (STATUS, EXPECT, EXPECT_BODY, EXPECT_HEADERS)
"""What is claimed of the answer."""

CALL_KEYS: tuple[Key[Reading, Any], ...] = (*REQUEST_KEYS, *ANSWER_KEYS, PAGES)
"""All keys of a call, without those that steps of other verbs have too."""

_BODIES = (
    (BODY, BodyKind.JSON),
    (FORM, BodyKind.FORM),
    (MULTIPART, BodyKind.MULTIPART),
    (RAW, BodyKind.RAW),
)


def compile_call(
    line: Scalar,
    text: str,
    fields: Fields,
    reading: Reading,
    vocabulary: Vocabulary,
    *,
    save: tuple[SaveSpec, ...] = (),
) -> CallSpec | None:
    """Return the call that a verb line and its keys say; None if the line cannot be read.

    Args:
        line: The scalar in which the line stands.
        text: The line itself (`POST /messages/send`), all of the scalar or a part of it.
        fields: The keys beside it, read by a place that has `CALL_KEYS`.
        reading: Where problems go.
        vocabulary: The target's operations.
        save: What a recipe keeps of the answer.
    """
    problems = reading.problems
    shift = max(str(line.value).find(text), 0)
    route = parse_verb_line(text, line.at(shift), problems, body="response", at=lambda offset: line.at(shift + offset))
    written = [key for key, _ in _BODIES if fields.has(key)]
    if len(written) > 1:
        names = " and ".join(f"`{key.name}`" for key in written)
        problems.mistake(f"a request has one body, found {names}", fields.at(written[1]), "keep one of them")
    if route is None:
        return None
    _known_operation(route, vocabulary, problems)
    pages = fields.get(PAGES)
    if pages is not None and pages not in vocabulary.pagings:
        problems.add(UnknownName(kind="paging", name=pages, source=fields.at(PAGES), known=vocabulary.pagings))
    kind, body = next(((kind, fields.get(key)) for key, kind in _BODIES if fields.has(key)), (BodyKind.NONE, None))
    expect = fields.node(EXPECT)
    return CallSpec(
        method=route.method,
        path=route.path,
        template=route.template(vocabulary.index),
        source=line.source,
        body_kind=kind,
        body=body,
        query=fields.get(QUERY),
        headers=fields.get(HEADERS),
        token=fields.get(TOKEN_KEY),
        status=fields.get(STATUS) or StatusSpec(),
        expect=fields.get(EXPECT),
        expect_source=expect.source if expect is not None else None,
        expect_body=fields.get(EXPECT_BODY),
        expect_headers=fields.get(EXPECT_HEADERS),
        save=save,
        service=route.service,
        pages=pages,
    )


def _known_operation(route: Route, vocabulary: Vocabulary, problems: Problems) -> None:
    if route.service and route.service not in vocabulary.services:
        problems.add(UnknownName(kind="service", name=route.service, source=route.source, known=vocabulary.services))
        return
    if route.is_open or vocabulary.knows_operation(route.method, route.shape):
        return
    shown = f"{route.method} {route.template(vocabulary.index)}"
    near = vocabulary.nearest_operation(route.method, route.template(vocabulary.index))
    advice = f"did you mean `{near}`?" if near is not None else "the profile's `operations` lists those of the target"
    problems.add(Mistake(sentence=f"unknown operation `{shown}`", source=route.source, advice=advice))
