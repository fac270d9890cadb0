"""The time of day and fresh identifiers: the only module here that asks the machine for either."""

import secrets
import time
import uuid
from datetime import UTC, datetime


def now_s() -> float:
    """Return the wall clock, in seconds since 1970; tokens live and die by it."""
    return time.time()  # noqa: TID251 - this is the application's one clock


def iso(at_s: float | None = None) -> str:
    """Return a moment as ISO 8601 in UTC with milliseconds, as the API writes every time."""
    at = datetime.fromtimestamp(now_s() if at_s is None else at_s, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def new_id() -> str:
    """Return a fresh identifier, a random UUID in its canonical form."""
    return str(uuid.uuid4())  # noqa: TID251 - identifiers are made here and nowhere else


def new_secret() -> str:
    """Return text that nobody can guess, long enough to sign tokens with."""
    return secrets.token_urlsafe(48)
