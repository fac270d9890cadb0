"""What stands before a request's body on the wire, and where it must go."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from msgspec import Struct

from antiphon.core.text import shortened, visible
from antiphon.net.errors import UnsendableRequest
from antiphon.net.exchange import Headers
from antiphon.net.proxy import Proxy

_URL = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]@\s]+))(?::(\d{1,5})?)?")
# RFC 3986, 3.3 and 3.4: what a path and a query may hold, with `%` and the brackets that every server takes.
_LEGAL_TARGET = re.compile(r"[A-Za-z0-9\-._~%!$&'()*+,;=:@/?\[\]]*")
_KEPT = "-._~%!$&'()*+,;=:@/?[]"
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HOST = re.compile(r"[A-Za-z0-9_~\-]+(?:\.[A-Za-z0-9_~\-]+)*\.?")
_UNSENDABLE_VALUE = re.compile("[\r\n\0]")
_BODY_EXPECTED = frozenset({"POST", "PUT", "PATCH"})
_CACHED_URL_LENGTH = 512


class Origin(NamedTuple):
    """Who is asked: what a connection can be used for again."""

    tls: bool
    host: str
    port: int

    @property
    def authority(self) -> bytes:
        """The value of `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.tls else 80
        return (host if self.port == usual else f"{host}:{self.port}").encode("ascii")


def split_url(url: str) -> tuple[Origin, bytes]:
    """Return whom to ask, and the request's target.

    The path is sent as it is written; what no target may hold is percent-encoded, a fragment is left out.

    Raises:
        UnsendableRequest: It is not an absolute HTTP URL, it holds a line break, or it carries credentials.
    """
    return _split_cached(url) if len(url) <= _CACHED_URL_LENGTH else _split(url)


def _split(url: str) -> tuple[Origin, bytes]:
    if "\r" in url or "\n" in url:
        raise UnsendableRequest(part="URL", detail="it holds a line break")
    found = _URL.match(url)
    if found is None:
        raise UnsendableRequest(part="URL", detail=f"`{_shown(url)}` is not an absolute http or https URL")
    scheme, authority, target = found.groups()
    if not target.startswith("/"):
        target = f"/{target}"
    if not _LEGAL_TARGET.fullmatch(target):
        target = quote(target, safe=_KEPT, errors="surrogatepass")
    return _origin(scheme.lower() == "https", authority), target.encode("ascii")


_split_cached = lru_cache(maxsize=2048)(_split)


def _origin(tls: bool, authority: str) -> Origin:
    if "@" in authority:
        raise UnsendableRequest(part="URL", detail="credentials do not belong into a URL; send them in a header")
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        raise UnsendableRequest(part="URL", detail=f"`{_shown(authority)}` is neither a host nor host:port")
    six, name, digits = found.groups()
    port = int(digits) if digits else (443 if tls else 80)
    if not 0 < port < 65536:
        raise UnsendableRequest(part="URL", detail=f"there is no port {port}")
    return Origin(tls, six.lower() if six else _ascii_host(name), port)


def _ascii_host(name: str) -> str:
    try:
        host = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise UnsendableRequest(part="URL", detail=f"`{_shown(name)}` is not a host name")
    return host.lower()


class ProxyHead(NamedTuple):
    """What a request says to a proxy that is asked for each request by itself (RFC 9112, 3.2.2).

    Attributes:
        prefix: Stands before the target.
        lines: Headers for the proxy alone, each with its line end.
    """

    prefix: bytes
    lines: bytes


def proxied(origin: Origin, asked_for: str, proxy: Proxy | None) -> ProxyHead:
    """Return how a proxy is asked for an origin that it is to know as `asked_for`."""
    authorization = proxy.authorization if proxy is not None else None
    lines = f"Proxy-Authorization: {authorization}\r\n".encode("latin-1") if authorization else b""
    return ProxyHead(b"http://" + origin._replace(host=asked_for).authority, lines)


def request_line(method: str, target: bytes) -> bytes:
    """Return the first line.

    Raises:
        UnsendableRequest: The method is not a token (RFC 9110, 9.1).
    """
    return _method_bytes(method) + target + b" HTTP/1.1\r\n"


@lru_cache(maxsize=64)
def _method_bytes(method: str) -> bytes:
    if not _TOKEN.fullmatch(method):
        raise UnsendableRequest(part="method", detail=f"`{_shown(method)}` is not a method's name")
    return method.encode("ascii") + b" "


class HeaderBlock(Struct, frozen=True):
    """Headers as bytes, each with its line end, and whether they already say how long the body is."""

    lines: bytes
    says_length: bool


def header_block(origin: Origin, headers: Headers) -> HeaderBlock:
    """Return the headers with `Host` and `Accept-Encoding` added unless they are given.

    Raises:
        UnsendableRequest: A name is not a token, or a value holds a line break or NUL.
    """
    given = {name.lower() for name, _ in headers}
    lines = []
    if "host" not in given:
        lines.append(b"Host: " + origin.authority + b"\r\n")
    for name, value in headers:
        if not _TOKEN.fullmatch(name):
            raise UnsendableRequest(part="header", detail=f"`{_shown(name)}` is not a header's name")
        if _UNSENDABLE_VALUE.search(value):
            raise UnsendableRequest(part="header", detail=f"the value of `{name}` holds a line break or NUL")
        lines.append(name.encode("ascii") + b": " + _value_bytes(value) + b"\r\n")
    if "accept-encoding" not in given:
        lines.append(b"Accept-Encoding: gzip, deflate\r\n")
    return HeaderBlock(b"".join(lines), not given.isdisjoint({"content-length", "transfer-encoding"}))


def body_lines(method: str, body: bytes | None, block: HeaderBlock) -> bytes:
    """Return what ends the head: the length of the body, if one is sent or the method expects one, and a blank line."""
    if block.says_length or (body is None and method not in _BODY_EXPECTED):
        return b"\r\n"
    return b"Content-Length: %d\r\n\r\n" % len(body or b"")


def _value_bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


def _shown(text: str) -> str:
    return visible(shortened(text, limit=80))
