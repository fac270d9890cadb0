"""Reader of a profile's `http`: tokens, envelopes, time-outs, and how the way to the target is."""

from __future__ import annotations

import re
from typing import Literal, cast

from antiphon.language import plain_values as plain
from antiphon.language.address import Address, address_of
from antiphon.language.keys import Key, Place, Reading, fits, kept
from antiphon.language.matcher import Claim, compile_claim
from antiphon.language.nodes import Mapping, Node, Scalar, Sequence
from antiphon.language.template import Value, compile_value
from antiphon.target.http_model import Envelope, HttpProfile, SuccessEnvelope, Timeouts, TlsProfile, TokenWay
from antiphon.target.rate_section import read_rate_limit
from antiphon.target.reading import SELF_ROOTS, ProfileReading
from antiphon.target.urls import PROXY_SCHEMES, url_problem

MOST_REDIRECTS = 20
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MADE_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "content-type", "connection", "authorization", "cookie"}
)
Where = Literal["header", "query", "cookie", "auth"]


def _address(node: Node, reading: Reading) -> Address:
    return address_of(node, reading.problems)


def _redirects(node: Node, reading: Reading) -> int | None:
    value = node.value if isinstance(node, Scalar) else None
    if value is False:
        return 0
    if value is True:
        hint = f"write how many of one call, from 1 to {MOST_REDIRECTS}, or false"
        reading.problems.mistake("`true` is no number of redirects", node.source, hint)
        return None
    return plain.whole(0, MOST_REDIRECTS)(node, reading)


def _certificate(node: Node, reading: Reading) -> tuple[str, ...] | None:
    files = plain.texts(node, reading)
    if isinstance(node, Sequence) and len(files) != 2:
        hint = "write the file that holds both, or [CERTIFICATE, KEY]"
        reading.problems.mistake("a client certificate is one file or two", node.source, hint)
        return None
    return files or None


def _header(node: Node, reading: Reading) -> str | None:
    name = plain.text(node, reading)
    if name is not None and not _HEADER_NAME.fullmatch(name):
        reading.problems.mistake(f"`{name[:60]}` cannot name a header", node.source, "write x-request-id")
        return None
    if name is not None and name.lower() in _MADE_HEADERS:
        hint = "write one that means nothing else, such as x-request-id"
        reading.problems.mistake(f"`{name}` says something already", node.source, hint)
        return None
    return name.lower() if name is not None else None


HEADER = Key("header", ("text",), plain.text, "the header's name")
QUERY = Key("query", ("text",), plain.text, "the parameter's name")
COOKIE = Key("cookie", ("text",), plain.text, "the cookie's name")
AUTH = Key("auth", ("text",), plain.text, "the auth payload's field")
VALUE = kept("value", ("text",), "what stands there", required=True)
HTTP_WAY = Place[Reading]("a token's way", (HEADER, QUERY, COOKIE, VALUE))
SOCKET_WAY = Place[Reading]("a token's way", (AUTH, HEADER, QUERY, COOKIE, VALUE))

WHERE = kept("where", ("map",), "a claim over the body that tells this shape")
PAYLOAD = Key("payload", ("text",), _address, "what the body carries", required=True)
SUCCESS_SHAPE = Place[Reading]("a success", (WHERE, PAYLOAD))
CODE = Key("code", ("text",), _address, "where an error's code is")
MESSAGE = Key("message", ("text",), _address, "where its message is")
DETAILS = Key("details", ("text",), _address, "where its details are")
ERROR_SHAPE = Place[Reading]("an error", (CODE, MESSAGE, DETAILS))
SUCCESS = kept("success", ("list", "map"), "the shapes of successful answers")
ERROR = kept("error", ("map",), "the shape of errors")
ENVELOPE_KEYS = Place[Reading]("`envelope`", (SUCCESS, ERROR))

CONNECT = Key("connect", ("text", "number"), plain.duration(), "until a connection stands")
FIRST_BYTE = Key("first_byte", ("text", "number"), plain.duration(), "until the answer begins")
TOTAL = Key("total", ("text", "number"), plain.duration(), "until the answer is complete")
TIMEOUT_KEYS = Place[Reading]("`timeouts`", (CONNECT, FIRST_BYTE, TOTAL))

TOKEN = kept("token", ("map", "list"), "where a token travels")
ENVELOPE = kept("envelope", ("map",), "what wraps the bodies of answers")
TIMEOUTS = kept("timeouts", ("map",), "connect, first_byte, total")
REDIRECTS = Key("redirects", ("number", "boolean"), _redirects, "how many redirects of a call are followed, or false")
COOKIES = Key("cookies", ("boolean",), plain.flag, "whether users keep the cookies that answers set")
TLS = kept("tls", ("map",), "ca, cert, insecure")
PROXY = kept("proxy", ("text",), "the URL of the HTTP proxy before the target")
RATE = kept("rate_limit", ("map",), "how the target limits calls, and the budget that avoids it")
TRACE = Key("trace_header", ("text",), _header, "carries an id of each call")
HTTP = Place[Reading]("`http`", (TOKEN, ENVELOPE, TIMEOUTS, REDIRECTS, COOKIES, TLS, PROXY, TRACE, RATE))

CA = Key("ca", ("text",), plain.text, "the file of the only CAs that are trusted")
CERT = Key("cert", ("text", "list"), _certificate, "our certificate and its key")
INSECURE = Key("insecure", ("boolean",), plain.flag, "whether no certificate is checked")
TLS_KEYS = Place[Reading]("`tls`", (CA, CERT, INSECURE))


def read_http(node: Node, reading: ProfileReading) -> HttpProfile:
    """Return how the target speaks HTTP."""
    fields = HTTP.read(plain.map_of(node), reading, reading.problems)
    token, envelope, timeouts = fields.get(TOKEN), fields.get(ENVELOPE), fields.get(TIMEOUTS)
    proxy, tls, rate = fields.get(PROXY), fields.get(TLS), fields.get(RATE)
    return HttpProfile(
        rate_limit=read_rate_limit(rate, reading) if rate is not None else None,
        redirects=fields.get(REDIRECTS) or 0,
        cookies=fields.get(COOKIES) or False,
        tls=_tls(tls, reading) if tls is not None else TlsProfile(),
        proxy=_proxy(proxy, reading) if proxy is not None else None,
        trace_header=fields.get(TRACE),
        token=read_ways(token, HTTP_WAY, reading) if token is not None else (),
        envelope=_envelope(envelope, reading) if envelope is not None else Envelope(),
        timeouts=_timeouts(timeouts, reading) if timeouts is not None else Timeouts(),
    )


def read_ways(node: Node, place: Place[Reading], reading: ProfileReading) -> tuple[TokenWay, ...]:
    """Return the ways that a token travels: a list of them, or a single one."""
    ways = []
    for item in plain.items_of(node):
        if not fits(item, ("map",), "a token's way", reading.problems) or not isinstance(item, Mapping):
            continue
        fields = place.read(item, reading, reading.problems)
        written = [name for name in place.keys if name != VALUE.name and item.get(name) is not None]
        value = fields.get(VALUE)
        if len(written) != 1:
            known = ", ".join(name for name in place.keys if name != VALUE.name)
            hint = f"write one of {known}, with the name it has there"
            reading.problems.mistake("a token's way has one place", item.source, hint)
            continue
        name = fields.get(cast("Key[Reading, str]", place.keys[written[0]]))
        if name is None or value is None:
            continue
        reading.check_node(value, SELF_ROOTS)
        where = cast("Where", written[0])
        ways.append(TokenWay(place=where, name=name, value=compile_value(value, reading.problems), source=item.source))
    return tuple(ways)


def _envelope(node: Node, reading: ProfileReading) -> Envelope:
    fields = ENVELOPE_KEYS.read(plain.map_of(node), reading, reading.problems)
    success, error = fields.get(SUCCESS), fields.get(ERROR)
    shapes = [_shape(item, reading) for item in plain.items_of(success)] if success is not None else []
    if error is not None and not plain.map_of(error).entries:
        reading.problems.mistake("`error` names no address", error.source, "write {code: code, message: message}")
    of_error = ERROR_SHAPE.read(plain.map_of(error), reading, reading.problems) if error is not None else None
    return Envelope(
        success=tuple(shape for shape in shapes if shape is not None),
        code=of_error.get(CODE) if of_error is not None else None,
        message=of_error.get(MESSAGE) if of_error is not None else None,
        details=of_error.get(DETAILS) if of_error is not None else None,
    )


def _shape(node: Node, reading: ProfileReading) -> SuccessEnvelope | None:
    if not fits(node, ("map",), "a success", reading.problems) or not isinstance(node, Mapping):
        return None
    fields = SUCCESS_SHAPE.read(node, reading, reading.problems)
    where, payload = fields.get(WHERE), fields.get(PAYLOAD)
    if payload is None:
        return None
    reading.check_node(where, frozenset())
    claim = compile_claim(where, reading.problems) if where is not None else Claim((), node.source)
    return SuccessEnvelope(where=claim, payload=payload)


def _timeouts(node: Node, reading: ProfileReading) -> Timeouts:
    fields = TIMEOUT_KEYS.read(plain.map_of(node), reading, reading.problems)
    default = Timeouts()
    total_s = fields.get(TOTAL) or default.total_s
    for key in (CONNECT, FIRST_BYTE):
        part = fields.get(key)
        if part is not None and part > total_s:
            hint = "`total` is the whole exchange"
            reading.problems.mistake(f"an impossible time: `{key.name}` is longer than `total`", fields.at(key), hint)
    return Timeouts(
        connect_s=fields.get(CONNECT) or min(default.connect_s, total_s),
        first_byte_s=fields.get(FIRST_BYTE) or min(default.first_byte_s, total_s),
        total_s=total_s,
    )


def _tls(node: Node, reading: ProfileReading) -> TlsProfile:
    fields = TLS_KEYS.read(plain.map_of(node), reading, reading.problems)
    insecure, ca = fields.get(INSECURE) or False, fields.get(CA)
    if insecure and ca is not None:
        hint = "leave one of them out"
        reading.problems.mistake("`insecure` checks no certificate, so that `ca` means nothing", fields.at(CA), hint)
    cert = fields.get(CERT) or ()
    return TlsProfile(
        ca=ca,
        cert=cert[0] if cert else None,
        key=cert[1] if len(cert) > 1 else None,
        insecure=insecure,
        source=node.source,
    )


def _proxy(node: Node, reading: ProfileReading) -> Value | None:
    reading.check_node(node, frozenset({"env"}))
    text = str(node.value) if isinstance(node, Scalar) else ""
    if "{{" not in text:
        why = url_problem(text, PROXY_SCHEMES)
        if why is not None:
            hint = "write http://HOST:PORT; a name and a password for it come from `env`"
            reading.problems.mistake(f"`{text[:80]}` is no HTTP proxy: {why}", node.source, hint)
            return None
    return compile_value(node, reading.problems)


def is_template(node: Node) -> bool:
    """Return whether a node is a text with templates."""
    return isinstance(node, Scalar) and isinstance(node.value, str) and "{{" in node.value
