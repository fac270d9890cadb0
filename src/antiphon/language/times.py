"""Moments as JSON carries them: ISO 8601 texts."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_ISO_TIME = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,12}))?(Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII | re.IGNORECASE
)


def moment_s(value: object) -> float | None:
    """Return seconds since 1970 for an ISO 8601 text with date and time, None for anything else.

    A text without an offset counts as UTC.
    """
    if not isinstance(value, str) or len(value) > 60:
        return None
    found = _ISO_TIME.fullmatch(value)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found[1].upper() + (found[3] or "Z").upper())
        return moment.astimezone(UTC).timestamp() + (float(f"0.{found[2]}") if found[2] else 0.0)
    except (ValueError, OverflowError):
        return None
