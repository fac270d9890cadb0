"""A request and what became of it: the values that go into the HTTP client and come out of it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

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


class AnswerHead(Struct, frozen=True, gc=False, eq=False):
    """What the head of an answer says, and whether the connection can be used again behind its body.

    Attributes:
        status: Of the response.
        raw_headers: As they came.
        headers: The same as texts (RFC 9110, 5.5: bytes kept as Latin-1).
        lowered: The same, their names in lower case.
        body_bytes: How long the body is that follows.
        reusable: Whether the connection can carry another exchange.
        keep_alive_s: For how long an idle one is kept, if `promises`; None: it does not say that in seconds.
        promises: Whether there is a `Keep-Alive` at all.
    """

    status: int
    raw_headers: list[tuple[bytes, bytes]]
    headers: Headers
    lowered: Headers
    body_bytes: int
    reusable: bool
    keep_alive_s: float | None
    promises: bool


class Exchange(Struct, gc=False, eq=False):
    """A request, its answer as far as it came, and the stamps of both.

    One object lives from the request to the answer and is filled in on the way. It is a struct, as the history's
    entries are, for one is made for each call.

    Attributes:
        request: What was asked.
        sent_s: Just before the first byte was written; None if nothing was sent.
        first_byte_s: When the first bytes of the answer were handed to us; None if none came.
        answered_s: When the last byte was handed to us, or when it failed; None while it is under way.
        status: Of the final response; present beside a failure if the answer broke off later.
        raw_headers: The final response's headers, as they came so far.
        body: After chunking and compression are undone; what came of it if the answer broke off.
        failure: Why there is no answer, or only a part of one.
        attempts: 2 if a kept connection proved closed and the request was repeated on a new one.
        new_connection: Whether a connection was opened for it.
        head: What the final response's head says, where the same had been read before.
    """

    request: Request
    sent_s: float | None = None
    first_byte_s: float | None = None
    answered_s: float | None = None
    status: int | None = None
    raw_headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    failure: Failure | None = None
    attempts: int = 1
    new_connection: bool = False
    head: AnswerHead | None = None

    @classmethod
    def failed(cls, request: Request, failure: Failure, *, at_s: float) -> Exchange:
        """Return an exchange of which nothing was sent."""
        return cls(request, failure=failure, answered_s=at_s)

    @property
    def headers(self) -> Headers:
        """The final response's headers in their order, names as they came (RFC 9110, 5.5: bytes kept as Latin-1)."""
        return self.head.headers if self.head is not None else texts_of(self.raw_headers)

    @property
    def lowered(self) -> Headers:
        """The same, names in lower case."""
        return self.head.lowered if self.head is not None else in_lower_case(self.headers)

    def header(self, name: str) -> str | None:
        """Return the header's value, several of one name joined by commas (RFC 9110, 5.3); None if it is absent."""
        wanted = name.lower()
        values = [value for key, value in self.headers if key.lower() == wanted]
        return ", ".join(values) if values else None

    def __repr__(self) -> str:
        outcome = self.failure or self.status or "under way"
        return f"<Exchange {self.request.method} {self.request.url}: {outcome}>"


def texts_of(raw: list[tuple[bytes, bytes]]) -> Headers:
    """Return headers as texts."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def in_lower_case(headers: Headers) -> Headers:
    """Return headers with their names in lower case."""
    return tuple((name.lower(), value) for name, value in headers)
