"""Whether a text is a URL that a target can have."""

from __future__ import annotations

from urllib.parse import urlsplit

HTTP_SCHEMES = ("http", "https")
PROXY_SCHEMES = ("http",)
SOCKET_SCHEMES = ("http", "https", "ws", "wss")


def url_problem(text: str, schemes: tuple[str, ...]) -> str | None:
    """Return why `text` is no URL of one of `schemes`, or None if it is one."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme not in schemes:
        begins = [f"{scheme}://" for scheme in schemes]
        return f"it does not begin with {', '.join(begins[:-1])}{' or ' if begins[1:] else ''}{begins[-1]}"
    if not parts.hostname:
        return "it names no host"
    if any(character.isspace() or not character.isprintable() for character in text):
        return "it holds spaces or control characters"
    if port == 0:
        return "port 0 is none that can be connected to"
    if parts.username is not None or parts.password is not None:
        return "it holds a user or password, which every report would show"
    if parts.query or parts.fragment:
        return "it holds a query or fragment"
    return None
