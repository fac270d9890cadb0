"""The cookies of one session, by the standard library's rules of domain, path, `Secure` and expiry.

A jar is asked before each request and told of each answer. It knows no browser's rules: `SameSite` and `HttpOnly`
mean nothing here, and `Secure` cookies travel over TLS alone, on loopback too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.message import Message
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final
from urllib.parse import urlsplit
from urllib.request import Request

_SOCKET_SCHEMES: Final = {"ws": "http", "wss": "https"}
_DOMAIN: Final = re.compile(r";\s*domain\s*=\s*\.?([^;\s]*)", re.IGNORECASE)
_MOST_COOKIES: Final = 300
"""RFC 6265, 6.1, asks for at least 50 of one domain; a target that sets more than this fills no memory."""


class Cookies:
    """A jar."""

    __slots__ = ("_jar",)

    def __init__(self) -> None:
        # RFC 6265, 5.4: a cookie that names no domain goes to its own host alone, to none below it.
        strict = DefaultCookiePolicy.DomainStrictNonDomain
        self._jar = CookieJar(DefaultCookiePolicy(rfc2965=False, netscape=True, strict_ns_domain=strict))

    def header(self, url: str, *, besides: str = "") -> str | None:
        """Return the value of `Cookie` for a request; None if nothing is to be sent.

        Args:
            url: Where the request goes; of a socket's handshake, the socket's URL.
            besides: What the request sends of its own account; it wins over a cookie of the same name.
        """
        request = Request(_plain(url))  # noqa: S310 - nothing is opened: the jar wants its rules' subject in this form
        self._jar.add_cookie_header(request)
        found = request.get_header("Cookie")
        if not besides or found is None:
            return besides or found
        own = {_name(pair) for pair in besides.split(";")}
        return "; ".join([besides, *(pair for pair in found.split("; ") if _name(pair) not in own)])

    def take(self, url: str, headers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        """Keep what an answer sets, and drop what it ends; return the values that are new.

        Args:
            url: Where the request went.
            headers: The answer's.
        """
        values = [value for name, value in headers if name.lower() == "set-cookie"]
        if not values:
            return ()
        before = set(self._values())
        host = (urlsplit(url).hostname or "").lower()
        self._jar.extract_cookies(_Answer([_without_own_domain(value, host) for value in values]), Request(_plain(url)))  # type: ignore[arg-type]  # noqa: S310
        self._bound()
        return tuple(value for value in self._values() if value not in before)

    def __len__(self) -> int:
        return len(self._jar)

    def _values(self) -> Iterator[str]:
        return (cookie.value for cookie in self._jar if cookie.value)

    def _bound(self) -> None:
        for cookie in list(self._jar)[: -_MOST_COOKIES or None] if len(self._jar) > _MOST_COOKIES else ():
            self._jar.clear(cookie.domain, cookie.path, cookie.name)


class _Answer:
    """An answer as the jar reads it."""

    def __init__(self, values: Sequence[str]) -> None:
        self._message = Message()
        for value in values:
            self._message["Set-Cookie"] = value.replace("\r", "").replace("\n", "")

    def info(self) -> Message:
        return self._message


def _plain(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    return f"{_SOCKET_SCHEMES.get(scheme.lower(), scheme)}{mark}{rest}"


def _name(pair: str) -> str:
    return pair.partition("=")[0].strip()


def _without_own_domain(value: str, host: str) -> str:
    # RFC 6265, 5.3, steps 5 and 6: a domain that is the host itself and can have no hosts below it (`localhost`,
    # an address) means the host alone. The library refuses such a cookie.
    found = _DOMAIN.search(value)
    if found is None or found[1].lower() != host or ("." in host and not re.fullmatch(r"[\d.]+|.*:.*", host)):
        return value
    return value[: found.start()] + value[found.end() :]
