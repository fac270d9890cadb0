"""Reader of `socket.url`: a URL, a path below the REST root's host, or a template of either."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct

from antiphon.core.source import Source
from antiphon.language.nodes import Node, Scalar
from antiphon.language.template import Value, compile_value
from antiphon.target.http_section import is_template
from antiphon.target.reading import SELF_ROOTS, ProfileReading
from antiphon.target.urls import SOCKET_SCHEMES, url_problem


class SocketPlace(Struct, frozen=True):
    """Where a socket is.

    Attributes:
        url: The URL; empty where only a template says it.
        origin: Scheme, host and port, to which a path belongs; empty where they are not known.
        template: Gives the URL, or a path, when somebody connects.
    """

    url: str
    origin: str
    template: Value | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is anything to connect to."""
        return bool(self.url) or self.template is not None


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{rest.partition('/')[0].partition('?')[0]}"


def joined(origin: str, path_or_url: str) -> str:
    """Return a URL: as it is, or a path at the origin."""
    return f"{origin}{path_or_url}" if path_or_url.startswith("/") else path_or_url


def read_place(
    node: Node | None,
    reading: ProfileReading,
    *,
    base_url: str | None,
    override: str | None,
    has_path: bool,
    written: bool,
) -> SocketPlace:
    """Return where a socket is.

    Args:
        node: `url`, if it says something.
        reading: The profile's reading.
        base_url: Where the socket is if `url` does not say; its origin is what a path belongs to.
        override: In place of the URL's scheme, host and port, and of its path if it has one of its own.
        has_path: Whether a URL of this protocol has a path and query of its own.
        written: Whether `url` stands in the profile, right or wrong.
    """
    base = origin_of(override or base_url or "")
    if node is None:
        url = override or (base if not written else "")
        return SocketPlace(url, base)
    text = str(node.value) if isinstance(node, Scalar) else ""
    if override is not None and (not has_path or urlsplit(override).path.strip("/")):
        return SocketPlace(override, base)
    if is_template(node):
        reading.check_node(node, SELF_ROOTS)
        origin = base if text.startswith("/") or override else ""
        return SocketPlace("", origin or base, compile_value(node, reading.problems))
    if has_path and text.startswith("/"):
        return SocketPlace(joined(base, text) if base else "", base)
    why = url_problem(text.partition("?")[0] if has_path else text, SOCKET_SCHEMES)
    if why is not None:
        hint = "write ws://HOST:PORT/PATH, or /PATH" if has_path else "write http://HOST:PORT"
        reading.problems.mistake(f"`{text[:80]}` is not a socket's URL: {why}", node.source, hint)
        return SocketPlace("", base)
    if override is not None:
        return SocketPlace(override + text[len(origin_of(text)) :], base)
    return SocketPlace(text if has_path else text.rstrip("/"), origin_of(text))


def source_of(node: Node | None, place: Source) -> Source:
    """Return where the URL was written; `place` where it was not."""
    return node.source if node is not None else place
