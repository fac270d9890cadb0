"""The ids by which a target's log can be searched: each call carries one, made of the run's id and a number."""

from __future__ import annotations

import hashlib
from itertools import count
from typing import Final

W3C: Final = "traceparent"
"""A header of this name has a form of its own: W3C Trace Context, 3.2."""


class Traces:
    """Makes the ids of a run."""

    __slots__ = ("_numbers",)

    def __init__(self) -> None:
        self._numbers = count(1)

    def next(self, header: str, run_id: str) -> str:
        """Return the next id in the form that the header has."""
        number = next(self._numbers)
        if header != W3C:
            return f"{run_id}-{number:06}"
        digest = hashlib.sha256(f"{run_id} {number}".encode()).hexdigest()
        return f"00-{digest[:32]}-{digest[32:48]}-01"
