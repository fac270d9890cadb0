"""Durations and sizes as people write them: `500ms`, `30s`, `2m`, `50MB`; a plain number is milliseconds or MB."""

from __future__ import annotations

import re

_DURATION = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(us|µs|ms|s|m|min|h)?\s*")
_SECONDS = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(B|KB|KiB|MB|MiB|GB|GiB)?\s*", re.IGNORECASE)
_BYTES = {"b": 1, "kb": 10**3, "kib": 2**10, "mb": 10**6, "mib": 2**20, "gb": 10**9, "gib": 2**30}


def duration_s(value: object) -> float | None:
    """Return seconds for `500ms`, `30s`, `2m`, `1h` or a plain number of milliseconds; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int | float):
        return value / 1000 if abs(value) < 1e15 else None
    found = _DURATION.fullmatch(value)
    return float(found[1]) * _SECONDS[found[2] or "ms"] if found else None


def size_bytes(value: object) -> int | None:
    """Return bytes for `50MB`, `64KiB` or a plain number of megabytes; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int | float):
        return int(value * 10**6) if 0 <= value < 1e12 else None
    found = _SIZE.fullmatch(value)
    return int(float(found[1]) * _BYTES[(found[2] or "MB").lower()]) if found else None


def duration_text(seconds: float) -> str:
    """Return a duration as people read it: `84 ms`, `5 s`, `1.2 s`, `2 min`."""
    if seconds < 0:
        return f"-{duration_text(-seconds)}"
    if seconds < 0.01:
        return f"{seconds * 1000:.1f} ms".replace(".0 ms", " ms")
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    return f"{seconds / 60:.0f} min"
