"""What the application refuses, and the name of each refusal: one catalogue for both channels."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """Every code that an error can carry, over REST or over the socket."""

    VALIDATION_ERROR = "VALIDATION_ERROR"
    MALFORMED_JSON = "MALFORMED_JSON"
    WEAK_PASSWORD = "WEAK_PASSWORD"  # noqa: S105 - a code, not a password
    INVALID_INVITATION = "INVALID_INVITATION"
    UNAUTHORIZED = "UNAUTHORIZED"
    INVALID_TOKEN = "INVALID_TOKEN"  # noqa: S105 - a code
    TOKEN_EXPIRED = "TOKEN_EXPIRED"  # noqa: S105 - a code
    TOKEN_REVOKED = "TOKEN_REVOKED"  # noqa: S105 - a code
    BAD_CREDENTIALS = "BAD_CREDENTIALS"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    EMAIL_TAKEN = "EMAIL_TAKEN"
    LAST_OWNER = "LAST_OWNER"
    ALREADY_MEMBER = "ALREADY_MEMBER"
    NOT_A_ROOM_MEMBER = "NOT_A_ROOM_MEMBER"
    THREAD_ARCHIVED = "THREAD_ARCHIVED"
    WRONG_CHUNK = "WRONG_CHUNK"
    MISSING_CHUNKS = "MISSING_CHUNKS"
    UPLOAD_CLOSED = "UPLOAD_CLOSED"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    UNSUPPORTED_TYPE = "UNSUPPORTED_TYPE"
    RANGE_NOT_SATISFIABLE = "RANGE_NOT_SATISFIABLE"
    CHECKSUM_MISMATCH = "CHECKSUM_MISMATCH"
    RATE_LIMITED = "RATE_LIMITED"
    UNKNOWN_EVENT = "UNKNOWN_EVENT"
    MALFORMED_PACKET = "MALFORMED_PACKET"
    CONNECTION_LIMIT = "CONNECTION_LIMIT"
    LOGGED_OUT = "LOGGED_OUT"
    ACCOUNT_REMOVED = "ACCOUNT_REMOVED"
    SERVER_SHUTDOWN = "SERVER_SHUTDOWN"
    NOT_READY = "NOT_READY"
    INTERNAL_ERROR = "INTERNAL_ERROR"


class Problem(Exception):
    """A refusal that the caller is told of, the same on both channels."""

    def __init__(
        self,
        status: int,
        code: Code,
        message: str,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = dict(details or {})
        self.headers = dict(headers or {})


def invalid(message: str, field: str) -> Problem:
    """Return the refusal of one field of a request."""
    return Problem(400, Code.VALIDATION_ERROR, message, {"fields": [{"field": field, "message": message}]})


def forbidden(message: str) -> Problem:
    """Return the refusal of something that this user may not do."""
    return Problem(403, Code.FORBIDDEN, message)


def not_found(what: str) -> Problem:
    """Return the answer for a thing that does not exist, or that this user must not know of."""
    return Problem(404, Code.NOT_FOUND, f"{what} not found")


def conflict(code: Code, message: str, details: Mapping[str, Any] | None = None) -> Problem:
    """Return the refusal of something that does not fit the present state."""
    return Problem(409, code, message, details)
