"""Where a redirect leads, and what of the request goes there: a decision without a network."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from urllib.parse import urldefrag, urljoin

from msgspec.structs import replace

from antiphon.core.text import shortened, visible
from antiphon.net.errors import UnsendableRequest
from antiphon.net.exchange import Request
from antiphon.net.request_head import split_url

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SEE_OTHER: Final = 303
_MAY_BECOME_GET: Final = frozenset({301, 302})
_OF_THE_BODY: Final = frozenset({"content-type", "content-length", "content-encoding", "content-language"})
_CREDENTIALS: Final = frozenset({"authorization", "cookie", "proxy-authorization"})


class NoWayOn(Exception):
    """A redirect that cannot be followed; its text is a sentence part."""


def redirected(request: Request, status: int, place: str, secret_headers: Collection[str] = ()) -> Request | None:
    """Return the request that a redirect asks for; None if the status is none of a redirect.

    303 asks by GET; 301 and 302 do where the request was a POST, as every browser has it; 307 and 308 change nothing
    (RFC 9110, 15.4). Credentials stay with their origin: scheme, host and port.

    Args:
        request: What was asked.
        status: What was answered.
        place: The answer's `Location`.
        secret_headers: Headers, in small letters, that carry credentials besides the usual ones.

    Raises:
        NoWayOn: It leads nowhere that HTTP can ask.
    """
    if status not in _REDIRECTS:
        return None
    url = _target(request.url, place)
    becomes_get = status == _SEE_OTHER or (status in _MAY_BECOME_GET and request.method == "POST")
    dropped = set[str]()
    if becomes_get and request.method != "HEAD":
        request = replace(request, method="GET", body=None)
        dropped |= _OF_THE_BODY
    if split_url(url)[0] != split_url(request.url)[0]:
        dropped |= _CREDENTIALS | {*secret_headers}
    headers = tuple((name, value) for name, value in request.headers if name.lower() not in dropped)
    return replace(request, url=url, headers=headers)


def _target(base: str, place: str) -> str:
    # RFC 9110, 5.5: a header's bytes were kept as Latin-1; a location that is no ASCII is UTF-8 by custom.
    try:
        written = place.encode("latin-1").decode()
    except UnicodeError:
        written = place
    try:
        url = urldefrag(urljoin(base, written.strip())).url
        split_url(url)
    except (ValueError, UnsendableRequest):
        raise NoWayOn(f"to `{shortened(visible(written))}`, which is no URL that HTTP can ask") from None
    return url
