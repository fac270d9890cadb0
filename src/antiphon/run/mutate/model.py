"""A mutant: one thing that users heard or were answered, falsified in one way; and what became of it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from antiphon.core.source import NOWHERE, Source


class Operator(StrEnum):
    """In what way something is falsified."""

    DROP = "drop"
    DOUBLE = "double"
    DELAY = "delay"
    SWAP = "swap"
    ALTER = "alter"
    REMOVE = "remove"
    DELIVER = "deliver to another user"
    REPEAT = "repeat an old response"
    STATUS = "change a status"


class Place(StrEnum):
    """Where it is falsified."""

    HEARD = "must hear"
    STRANGER = "must not hear"
    ANSWERED = "is answered"
    REFUSED = "is refused"


class Fate(StrEnum):
    """What became of a mutant.

    `UNDECIDED`: it could not be judged (void, or an error that is no verdict), which is not *caught*.
    """

    CAUGHT = "caught"
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"
    UNDECIDED = "undecided"


class Catcher(StrEnum):
    """What caught a mutant."""

    EXPECTATION = "expectation"
    LAW = "law"
    CONTRACT = "contract"
    NEVER = "never"


class Mutant(msgspec.Struct, frozen=True, kw_only=True):
    """One falsification, in one scenario.

    Attributes:
        scenario: The scenario's id.
        subject: The event's name, the operation (`POST /messages/send`), or the emit (`emit sync`).
        field: Which field, lists without their positions (`items[].id`); empty where all of it is concerned.
        seq: The entry that is falsified: one of those that would do, chosen by the seed.
        user: Who hears or is answered.
        connection: On which socket; empty for a call.
        step: The step under way.
        exactly: Where in the entry's value the field stands, keys and positions.
        other_seq: The event to swap with, or the older answer that is repeated; 0 for none.
        other: The connection that it is delivered to instead.
        by_s: By how much it is delayed.
        status: What the status is changed to.
    """

    scenario: str
    operator: Operator
    subject: str
    place: Place
    field: str = ""
    seq: int = 0
    user: str = ""
    connection: str = ""
    step: str = ""
    exactly: tuple[str | int, ...] = ()
    other_seq: int = 0
    other: str = ""
    by_s: float = 0.0
    status: int = 0

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What makes it the one of its kind: two mutants of one key are the same falsification."""
        return (self.scenario, self.operator.value, self.subject, self.field, self.place.value)

    @property
    def told(self) -> str:
        """The mutant in one line, its scenario not named."""
        what = f"{self.field} of {self.subject}" if self.field else self.subject
        match self.operator:
            case Operator.DELIVER:
                return f"deliver {self.subject}, which {self.connection} hears, to {self.other}, too"
            case Operator.DELAY:
                return f"delay {self.subject} to {self.connection} by {self.by_s:g} s"
            case Operator.STATUS:
                return f"answer {self.user}'s {self.subject} with {self.status}"
            case Operator.REPEAT:
                return f"answer {self.user}'s {self.subject} as an earlier one was answered"
            case Operator.SWAP:
                return f"let {self.connection} hear {self.subject} after the event behind it"
            case Operator.DOUBLE:
                return f"let {self.connection} hear {self.subject} twice"
            case _:
                whom = f" to {self.connection}" if self.place is Place.HEARD else f", {self.user}'s answer"
                return f"{self.operator} {what}{whom}"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one mutant.

    Attributes:
        by: What caught it; None if nothing did.
        name: The law's or contract's place, or the step of the expectation.
        sentence: What was said about it, or why it is equivalent or undecided.
        source: Where that was written.
        played: Whether it was played; else it was judged in what had been recorded.
        advice: The expectation that would catch it, as a line; empty where there is none.
        law: A law, or a line of one, that would; likewise.
    """

    mutant: Mutant
    fate: Fate
    by: Catcher | None = None
    name: str = ""
    sentence: str = ""
    source: Source = NOWHERE
    played: bool = False
    advice: str = ""
    law: str = ""
