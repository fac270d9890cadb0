"""Regular expressions in linear time: every pattern that a file or a target may bring goes through here."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

LONGEST_PATTERN = 2_000


class BadPattern(Exception):
    """A pattern cannot be read; the text says why."""


def _options() -> Any:  # re2 has no annotations
    options = re2.Options()
    options.log_errors = False
    return options


_OPTIONS = _options()


@lru_cache(maxsize=512)
def pattern(text: str) -> Any:  # re2 has no annotations
    """Return the compiled pattern, with `search` and `fullmatch`.

    Raises:
        BadPattern: It is no RE2 pattern (back references and look-around are not), or far too long.
    """
    if len(text) > LONGEST_PATTERN:
        raise BadPattern(f"longer than {LONGEST_PATTERN:,} characters")
    try:
        return re2.compile(text, options=_OPTIONS)
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0] if error.args else error
        raise BadPattern(reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)) from None


def literally(text: str) -> str:
    """Return a pattern that matches `text` itself."""
    return str(re2.escape(text))


def found_in(compiled: Any, text: str) -> bool:
    """Return whether the pattern is found anywhere in the text."""
    try:
        return compiled.search(text) is not None
    except UnicodeEncodeError:  # half a surrogate pair, which UTF-8 cannot carry
        return False
