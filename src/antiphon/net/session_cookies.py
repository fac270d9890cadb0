"""The cookies of one Engine.IO session: what a load balancer gives at the first request, and wants at all later ones.

Path, domain and expiry do not matter here: all requests of a session go to one place, within its life.
"""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.net.exchange import Headers


class SessionCookies:
    """What the session's answers have set so far."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def keep(self, headers: Headers) -> None:
        """Take note of an answer's `Set-Cookie` headers; one that has expired is forgotten."""
        for name, value in headers:
            if name.lower() != "set-cookie":
                continue
            pair, *attributes = value.split(";")
            key, found, text = pair.partition("=")
            key = key.strip()
            if not found or not key:
                continue
            if any(_is_over(attribute) for attribute in attributes):
                self._kept.pop(key, None)
            else:
                self._kept[key] = text.strip()

    def added_to(self, headers: Sequence[tuple[str, str]]) -> Headers:
        """Return the headers with these cookies added to their own; one that they name stays as they have it."""
        if not self._kept:
            return tuple(headers)
        written = [value for name, value in headers if name.lower() == "cookie"]
        named = {part.partition("=")[0].strip() for value in written for part in value.split(";")}
        written += [f"{name}={value}" for name, value in self._kept.items() if name not in named]
        others = [(name, value) for name, value in headers if name.lower() != "cookie"]
        return (*others, ("cookie", "; ".join(written)))


def _is_over(attribute: str) -> bool:
    name, _, seconds = attribute.partition("=")
    return name.strip().lower() == "max-age" and seconds.strip().lstrip("-").isdigit() and int(seconds) <= 0
