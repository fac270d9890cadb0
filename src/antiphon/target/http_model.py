"""The model of how a REST root speaks HTTP: tokens, envelope, deadlines, TLS and limits."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from antiphon.core.source import NOWHERE, Source
from antiphon.language.address import Address
from antiphon.language.matcher import Claim
from antiphon.language.template import Value


class TokenWay(Struct, frozen=True, kw_only=True):
    """Where a token travels.

    Attributes:
        place: The kind of place.
        name: The header's, parameter's, cookie's or auth field's name.
        value: What stands there; `self` is whoever sends.
    """

    place: Literal["header", "query", "cookie", "auth"]
    name: str
    value: Value
    source: Source = NOWHERE


class Timeouts(Struct, frozen=True, kw_only=True):
    """Deadlines of an HTTP exchange."""

    connect_s: float = 5.0
    first_byte_s: float = 30.0
    total_s: float = 60.0


class SuccessEnvelope(Struct, frozen=True, kw_only=True):
    """A shape of successful answers: `where` tells it, `payload` is what it carries."""

    where: Claim
    payload: Address


class Envelope(Struct, frozen=True, kw_only=True):
    """What wraps the bodies of answers.

    Attributes:
        success: The shapes tried in order; none: the payload is the body.
        code: Where an error's code is; None: there is no declared shape of errors.
        message: Where its message is.
        details: Where its details are.
    """

    success: tuple[SuccessEnvelope, ...] = ()
    code: Address | None = None
    message: Address | None = None
    details: Address | None = None


class TlsProfile(Struct, frozen=True, kw_only=True):
    """Whom TLS trusts, and as whom it speaks; paths are relative to the profile.

    Attributes:
        ca: The file of the only CAs that are trusted; None: those of the system.
        cert: The file of our certificate.
        key: The file of its key; None: it stands in `cert`.
        insecure: Whether no certificate is checked.
    """

    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    insecure: bool = False
    source: Source = NOWHERE


class RateBudget(Struct, frozen=True, kw_only=True):
    """How many calls a target takes in a time: of each operation by itself, or of all together."""

    calls: int
    per_s: float
    each: Literal["operation", "all"] = "all"


class RateLimit(Struct, frozen=True, kw_only=True):
    """How a target limits calls.

    Attributes:
        statuses: With which it refuses one too many.
        wait_s: How long to wait then; None: as long as the answer's `Retry-After` says.
        budget: What Antiphon keeps to, so that none is refused.
    """

    statuses: tuple[int, ...] = (429,)
    wait_s: float | None = None
    budget: RateBudget | None = None


class HttpProfile(Struct, frozen=True, kw_only=True):
    """How the target speaks HTTP.

    Attributes:
        token: The ways in which a token travels; the first is used.
        rate_limit: How the target limits calls; None: it is not known to.
        redirects: How many redirects of one call are followed; 0: none, a redirect is the answer.
        cookies: Whether every user keeps the cookies that answers set.
        tls: Whom TLS trusts.
        proxy: The URL of what stands before the target; may name `env`.
        trace_header: The header in which each call carries an id of its own.
    """

    token: tuple[TokenWay, ...] = ()
    envelope: Envelope = field(default_factory=Envelope)
    timeouts: Timeouts = field(default_factory=Timeouts)
    rate_limit: RateLimit | None = None
    redirects: int = 0
    cookies: bool = False
    tls: TlsProfile = field(default_factory=TlsProfile)
    proxy: Value | None = None
    trace_header: str | None = None
