"""From a socket's URL to where it connects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from msgspec import Struct

from antiphon.core.text import shortened, visible
from antiphon.wire.errors import LocalProtocolError

_SECURE: Final = {"http": False, "ws": False, "https": True, "wss": True}
_LEGAL_IN_PATHS: Final = "/%:@!$&'()*+,;=-._~"
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Address(Struct, frozen=True):
    """Where a socket connects.

    Attributes:
        host: The name or address, without brackets.
        port: The port, the scheme's own if the URL names none.
        secure: Whether TLS is spoken.
        host_header: Host and port as the URL names them.
        target: Path and query.
    """

    host: str
    port: int
    secure: bool
    host_header: str
    target: str

    def url_at(self, ip: str, port: int) -> str:
        """Return the URL with the checked address in place of the name, so that nobody looks the name up again."""
        return f"{'wss' if self.secure else 'ws'}://{bracketed(ip)}:{port}{self.target}"

    @property
    def http_url(self) -> str:
        """The URL that requests of long polling ask for."""
        return f"{'https' if self.secure else 'http'}://{self.host_header}{self.target}"


class NoAddress(ValueError):
    """A URL that no socket can connect to."""


def websocket_address(url: str, *, path: str | None = None, query: Sequence[tuple[str, str]] = ()) -> Address:
    """Return where to connect for `path` at `url`.

    Args:
        url: Scheme, host and port; credentials in it are left out, its query is kept.
        path: The path; a URL's own is refused unless it is `/` or the same. None: the URL's own.
        query: Added to the URL's own query.

    Raises:
        NoAddress: It is no such URL.
    """
    return _websocket_address(url, path, tuple(query))


@lru_cache(maxsize=256)  # thousands of sockets connect to the same place: 70 µs each
def _websocket_address(url: str, path: str | None, query: tuple[tuple[str, str], ...]) -> Address:
    shown = f"`{shortened(visible(url))}`"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        name = (host or "").encode("ascii" if (host or "").isascii() else "idna").decode()
    except ValueError as error:  # UnicodeError is one
        raise NoAddress(f"{shown} is not a URL ({error})") from None
    secure = _SECURE.get(parts.scheme)
    if secure is None:
        raise NoAddress(f"{shown} is no http, https, ws or wss URL")
    if not name or re.search(r"[^\x21-\x7e]", name):
        raise NoAddress(f"{shown} names no host")
    if port == 0:
        raise NoAddress(f"{shown} names port 0")
    if path is None:
        path = parts.path
    path = path if path.startswith("/") else f"/{path}"
    if parts.path.rstrip("/") not in ("", path.rstrip("/")):
        raise NoAddress(f"{shown} has a path; a path of the socket's own or a namespace is written beside the URL")
    where = bracketed(name) if port is None else f"{bracketed(name)}:{port}"
    try:
        target = _target(path, parts.query, query)
    except UnicodeEncodeError:
        raise NoAddress(f"{shown} with its path and query is not text") from None
    return Address(name, port or (443 if secure else 80), secure, where, target)


def bracketed(host: str) -> str:
    """Return `host` as URLs write it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _target(path: str, kept: str, query: Sequence[tuple[str, str]]) -> str:
    asked = "&".join(part for part in (quote(kept, safe="%=&+:/?@!$'()*,;-._~"), urlencode(query)) if part)
    return f"{quote(path, safe=_LEGAL_IN_PATHS)}{'?' if asked else ''}{asked}"


def checked_headers(headers: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Return `headers`, none of which can break out of its line.

    Raises:
        LocalProtocolError: A name is no token, or a value holds a control character or half a character.
    """
    for name, value in headers:
        if not _TOKEN.fullmatch(name):
            raise LocalProtocolError(breach=f"`{visible(name)}` is no name of a header")
        if re.search(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]", value):
            raise LocalProtocolError(
                breach=f"the value of header `{name}` holds a control character, or half a character"
            )
    return headers
