"""A cell of the access matrix as coverage takes it in: what was tried by whom, what was expected, and what came."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class AccessCell(Struct, frozen=True, kw_only=True):
    """One cell of the matrix.

    Attributes:
        what: The operation (`POST /chatrooms/create`) or the emit (`emit join_chatroom`).
        who: The actor, the token or the id: `outsider`, `token: expired`, `id: unknown`.
        expected: In a few words: `403`, `refused`, `allowed`.
        outcome: `untried` where the profile leaves it out, or it could not be tried.
        came: In a few words; empty where nothing did.
        scenario: By whose play it was tried.
    """

    what: str
    who: str
    expected: str
    outcome: Literal["as expected", "otherwise", "untried"]
    came: str = ""
    scenario: str = ""

    @property
    def note(self) -> str:
        """What was expected, and what came in its place."""
        if self.outcome != "otherwise":
            return self.expected
        return f"{self.expected} expected, {self.came or 'nothing'} came"
