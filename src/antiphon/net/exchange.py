"""A request and what became of it: the values that go into the HTTP client and come out of it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

FailureKind = Literal[
    "unreachable",
    "connect timeout",
    "first byte timeout",
    "total timeout",
    "cut",
    "protocol error",
    "not allowed",
    "proxy",
    "too large",
]
Headers = tuple[tuple[str, str], ...]


class Timeouts(Struct, frozen=True):
    """How long a call may take.

    Attributes:
        connect_s: From asking for a name's address to a connection that can be written to, TLS included.
        first_byte_s: From the first byte sent to the first byte of the answer.
        total_s: From the first byte sent to the last byte of the answer.
    """

    connect_s: float = 5.0
    first_byte_s: float = 30.0
    total_s: float = 60.0


class Limits(Struct, frozen=True):
    """How much of an answer is taken in before the rest is refused, and how many idle connections are kept.

    Attributes:
        head_bytes: Status line, headers and trailers together (nginx and Node take 8 to 16 KiB from clients;
            servers may say more than that, and 64 KiB is what most clients bear).
        body_bytes: The body after chunking and compression are undone.
        idle_connections: Kept for the next call; more are closed when they come back.
    """

    head_bytes: int = 64 * 1024
    body_bytes: int = 64_000_000
    idle_connections: int = 8


class Request(Struct, frozen=True):
    """What is to be sent. `url` is absolute; `Host`, `Content-Length` and `Accept-Encoding` are added if missing."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None


class Failure(Struct, frozen=True):
    """Why there is no answer, or only a part of one."""

    kind: FailureKind
    detail: str
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


class Exchange:
    """A request, its answer as far as it came, and the stamps of both.

    One object lives from the request to the answer and is filled in on the way, because building a
    frozen one at the end costs 2 µs (of some 10 for the whole exchange).

    Attributes:
        request: What was asked.
        sent_s: Just before the first byte was written; None if nothing was sent.
        first_byte_s: When the first bytes of the answer were handed to us; None if none came.
        answered_s: When the last byte was handed to us, or when it failed; None while it is under way.
        status: Of the final response; present beside a failure if the answer broke off later.
        body: After chunking and compression are undone; what came of it if the answer broke off.
        failure: Why there is no answer, or only a part of one.
        attempts: 2 if a kept connection proved closed and the request was repeated on a new one.
        new_connection: Whether a connection was opened for it.
    """

    __slots__ = (
        "_headers",
        "answered_s",
        "attempts",
        "body",
        "failure",
        "first_byte_s",
        "new_connection",
        "raw_headers",
        "request",
        "sent_s",
        "status",
    )

    def __init__(self, request: Request) -> None:
        self.request = request
        self.sent_s: float | None = None
        self.first_byte_s: float | None = None
        self.answered_s: float | None = None
        self.status: int | None = None
        self.raw_headers: list[tuple[bytes, bytes]] = []
        self.body = b""
        self.failure: Failure | None = None
        self.attempts = 1
        self.new_connection = False
        self._headers: Headers | None = None

    @classmethod
    def failed(cls, request: Request, failure: Failure, *, at_s: float) -> Exchange:
        """Return an exchange of which nothing was sent."""
        made = cls(request)
        made.failure = failure
        made.answered_s = at_s
        return made

    @property
    def headers(self) -> Headers:
        """The final response's headers in their order, names as they came (RFC 9110, 5.5: bytes kept as Latin-1)."""
        if self._headers is None or len(self._headers) != len(self.raw_headers):
            self._headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in self.raw_headers)
        return self._headers

    def header(self, name: str) -> str | None:
        """Return the header's value, several of one name joined by commas (RFC 9110, 5.3); None if it is absent."""
        wanted = name.lower()
        values = [value for key, value in self.headers if key.lower() == wanted]
        return ", ".join(values) if values else None

    def __repr__(self) -> str:
        outcome = self.failure or self.status or "under way"
        return f"<Exchange {self.request.method} {self.request.url}: {outcome}>"
