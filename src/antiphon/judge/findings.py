"""What a law, a contract or the access matrix found: one fault of the target, with its smallest witness."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from antiphon.core.source import NOWHERE, Source


class FindingKind(StrEnum):
    """In what way the target broke its word."""

    LATE = "late"
    LOST = "lost"
    DOUBLED = "doubled"
    REORDERED = "reordered"
    DISAGREEING = "disagreeing"
    LEAKED = "leaked"
    GHOST = "ghost"  # heard of, though its cause was refused
    UNEXPLAINED = "unexplained"
    FORBIDDEN = "forbidden"  # what must never be seen was seen
    WRONG_ANSWER = "wrong answer"
    UNDOCUMENTED = "undocumented"  # the contract does not know it
    CONTRACT = "contract"  # the contract describes it otherwise
    ACCESS = "access"  # allowed what it must refuse, or refused what it must allow


class Finding(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One finding.

    Attributes:
        kind: In what way.
        by: What found it: a law's name, a contract's place, a cell of the matrix.
        operation: The cause's operation or emit (`POST /messages/send`, `emit join_room`); empty where none is known.
        event: The event concerned; empty for none.
        user: Who heard it, or should have; who called, where an answer is wrong.
        connection: On which socket.
        play: The play in which it was seen.
        cause_seq: The entry that caused it; 0 if none did, or none is known.
        at_s: When it was seen, or should have been.
        sentence: What happened, in one sentence.
        details: More lines, most telling first.
        witness: The numbers of the entries that prove it, the cause not among them.
        source: Where the law was written.
    """

    kind: FindingKind
    by: str
    operation: str = ""
    event: str = ""
    user: str = ""
    connection: str = ""
    play: str = ""
    cause_seq: int = 0
    at_s: float = 0.0
    sentence: str = ""
    details: tuple[str, ...] = ()
    witness: tuple[int, ...] = ()
    source: Source = NOWHERE
