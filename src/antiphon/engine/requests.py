"""Requests made from what an author wrote: path, query, headers, body and the token that goes with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import orjson

from antiphon.core.clock import Dice
from antiphon.core.errors import Mistake
from antiphon.engine.players import UserView
from antiphon.engine.setting import Setting
from antiphon.language.call import BodyKind, CallSpec
from antiphon.language.refusals import MissingValue
from antiphon.language.scope import MISSING, Lazy, Names, Scope
from antiphon.net.body import Body, Part, form_body, multipart_body, raw_body, scalar_text
from antiphon.net.exchange import Request
from antiphon.target.http_model import TokenWay


class JsonLater(Lazy):
    """JSON bytes that are parsed when an address first looks into them."""

    __slots__ = ("_parsed", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._parsed: object = None

    def value(self) -> object:
        """Return the data, or MISSING if it is no JSON."""
        if self._parsed is None:
            try:
                self._parsed = orjson.loads(self.raw)
            except orjson.JSONDecodeError:
                self._parsed = MISSING
        return self._parsed


def request_of(
    call: CallSpec, scope: Scope, *, setting: Setting, credentials: Mapping[str, object] | None, dice: Dice
) -> tuple[Request, object]:
    """Return the request, and its body as plain data for addresses that speak of it.

    Args:
        call: What was written.
        scope: What its templates see.
        setting: For the base URL and the ways in which a token travels.
        credentials: What `self` means for the token; None sends none.
        dice: For multipart boundaries.

    Raises:
        MissingValue: A template names what has no value.
        UnsendableRequest: It cannot be put on a wire.
    """
    target = setting.target
    root = target.root(call.service)
    path = text_of(call.path(scope)).removeprefix(f"{call.service}:" if call.service else "")
    query = _query_of(call, scope)
    headers = _headers_of(call, scope)
    ways = root.http.token[:1] if credentials is not None else ()
    for way in ways:
        value = token_text(way, credentials or {}, scope)
        if value is None:
            continue
        if way.place == "query":
            query.append((way.name, value))
        elif way.place == "cookie":
            headers.append(("cookie", f"{way.name}={value}"))
        elif not any(name.lower() == way.name.lower() for name, _ in headers):
            headers.append((way.name, value))
    data, body = _body_of(call, scope, setting=setting, dice=dice)
    if body is not None and body.content_type and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("content-type", body.content_type))
    url = _joined(root.base_url, path)
    if query:
        url += ("&" if "?" in url else "?") + urlencode(query, errors="surrogatepass")
    request = Request(call.method, url, tuple(headers), None if body is None else body.data)
    return request, data


def token_text(way: TokenWay, credentials: Mapping[str, object], scope: Scope) -> str | None:
    """Return what the token's place holds for these credentials; None if they have no token yet."""
    try:
        value = way.value(Names({"self": credentials}, scope))
    except MissingValue:
        return None
    return None if value is MISSING or value is None else text_of(value)


def text_of(value: object) -> str:
    """Return a value as it stands in a path, query or header."""
    if isinstance(value, UserView):
        return str(value)
    return value if isinstance(value, str) else scalar_text(value)


def _joined(base_url: str, path: str) -> str:
    if path.startswith(("http://", "https://")):
        return path
    return base_url.rstrip("/") + "/" + path.lstrip("/")


def _query_of(call: CallSpec, scope: Scope) -> list[tuple[str, str]]:
    if call.query is None:
        return []
    written = call.query(scope)
    if not isinstance(written, Mapping):
        raise Mistake(sentence="`query` must be a map", source=call.source)
    pairs: list[tuple[str, str]] = []
    for name, value in written.items():
        pairs.extend((str(name), text_of(one)) for one in (value if isinstance(value, list) else [value]))
    return pairs


def _headers_of(call: CallSpec, scope: Scope) -> list[tuple[str, str]]:
    if call.headers is None:
        return []
    written = call.headers(scope)
    if not isinstance(written, Mapping):
        raise Mistake(sentence="`headers` must be a map", source=call.source)
    return [(str(name).lower(), text_of(value)) for name, value in written.items() if value is not None]


def _body_of(call: CallSpec, scope: Scope, *, setting: Setting, dice: Dice) -> tuple[object, Body | None]:
    if call.body is None or call.body_kind is BodyKind.NONE:
        return MISSING, None
    if call.body_kind is BodyKind.JSON:
        written = call.body.json(scope)
        return JsonLater(written), Body(written, "application/json")
    value = call.body(scope)
    match call.body_kind:
        case BodyKind.FORM:
            return value, form_body(_map(value, call))
        case BodyKind.MULTIPART:
            parts = [_part(name, part, call, setting) for name, part in _map(value, call).items()]
            return value, multipart_body(parts, dice)
        case _:
            if isinstance(value, Mapping):  # {file: NAME}
                value = setting.read_file(text_of(value.get("file")))
            return value, raw_body(value if isinstance(value, bytes) else text_of(value))


def _map(value: object, call: CallSpec) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise Mistake(sentence=f"`{call.body_kind.value}` must be a map", source=call.source)
    return value


def _part(name: str, value: object, call: CallSpec, setting: Setting) -> Part:
    if isinstance(value, bytes):
        return Part(name, value, filename=name)
    if not isinstance(value, Mapping):
        return Part(name, text_of(value))
    content = value.get("content", MISSING)
    filename = value.get("filename", value.get("file"))
    if content is MISSING and "file" in value:
        content = setting.read_file(str(value["file"]))
    if isinstance(content, int | float | bool):
        content = text_of(content)
    if not isinstance(content, bytes | str):
        raise Mistake(
            sentence=f"the part `{name}` has neither `content` nor `file`",
            source=call.source,
            advice="write {file: report.pdf, type: application/pdf} or {content: …, filename: …}",
        )
    kind = value.get("type")
    return Part(
        name,
        content,
        filename=None if filename is None else str(filename),
        content_type=None if kind is None else str(kind),
    )


def path_parameters(template: str, path: str) -> dict[str, str]:
    """Return the values of a path's `:name` segments."""
    segments = zip(template.strip("/").split("/"), path.split("?")[0].strip("/").split("/"), strict=False)
    return {name[1:]: value for name, value in segments if name.startswith(":") and len(name) > 1}


def garbage_token(dice: Dice) -> str:
    """Return a token that never was: it looks like a JWT and is none."""
    noise = hashlib.sha256(dice.bytes(16)).hexdigest()
    return quote(f"garbage.{noise[:24]}.{noise[24:]}")
