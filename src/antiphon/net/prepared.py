"""Requests whose head is the same each time, made bytes once: only the body, and how long it is, is new."""

from __future__ import annotations

from antiphon.net.exchange import Exchange, Request
from antiphon.net.request_head import body_lines, header_block, request_line, split_url


class Prepared:
    """A request that is sent again and again with other bodies.

    Attributes:
        request: It with its first body.
        origin: Whom it asks.
        target: What it asks for.
    """

    __slots__ = ("_block", "_counts", "_lead", "origin", "request", "target")

    def __init__(self, request: Request) -> None:
        """Make the head.

        Raises:
            UnsendableRequest: It cannot be put on a wire.
        """
        self.request = request
        self.origin, self.target = split_url(request.url)
        self._block = header_block(self.origin, request.headers)
        self._lead = request_line(request.method, self.target) + self._block.lines
        self._counts = not self._block.says_length

    def exchange(self, body: bytes | None) -> Exchange:
        """Return the exchange that this body begins."""
        request = self.request
        return Exchange(Request(request.method, request.url, request.headers, body))

    def head(self, body: bytes | None) -> bytes:
        """Return all that stands before the body."""
        if body and self._counts:
            return b"%bContent-Length: %d\r\n\r\n" % (self._lead, len(body))
        return self._lead + body_lines(self.request.method, body, self._block)
