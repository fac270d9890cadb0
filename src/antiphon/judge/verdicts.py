"""What a judgement is: one claim, its outcome, and all that a person needs to see why."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from antiphon.core.source import NOWHERE, Source


class Outcome(StrEnum):
    """How a claim came out."""

    HELD = "held"
    FAILED = "failed"
    VOID = "void"
    NOT_RUN = "not run"


class PlayOutcome(StrEnum):
    """How the play of a scenario ended; the words of every report."""

    PASSED = "passed"
    FAILED = "failed"
    TIMEOUT = "timeout"
    ERROR = "error"
    VOID = "void"
    FLAKY = "flaky"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    NOT_RUN = "not run"


class Kind(StrEnum):
    """What kind of claim was judged, or in what way it failed."""

    STATUS = "status"  # an answer's status is another than claimed
    ANSWER = "answer"  # an answer's body, headers or acknowledgement differ from the claim
    NO_ANSWER = "no answer"  # none came, while the target's health still answers
    NOT_REFUSED = "not refused"
    REFUSED = "refused"  # refused, though it should have been accepted
    LOST = "lost"  # not heard within `wait`
    LATE = "late"  # heard, but after `within`
    EARLY = "early"  # heard, but before `after`
    DIFFERS = "differs"  # an event of that name was heard, with other data
    DOUBLED = "doubled"  # heard more often than claimed
    REORDERED = "reordered"
    LEAKED = "leaked"  # heard by somebody who must hear nothing of the kind
    FENCE_BROKEN = "fence broken"  # an event came after the fence's answer, though the target promises none does
    CLAIM = "claim"  # an assert, until or if
    STATE = "state"  # a connection is not in the state claimed
    MISSING = "missing"  # a saved address found nothing
    TIMEOUT = "timeout"
    PROFILE = "profile"  # a JSON answer fits none of the profile's envelopes
    HEARD = "heard"  # held: an event was heard as claimed
    ABSENT = "absent"  # held: nothing of the kind was heard


class Proof(StrEnum):
    """How an absence was shown."""

    NONE = ""
    PROVEN = "proven"
    WAITED = "waited"
    CLOSED = "closed by the target"


class Verdict(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One judged claim.

    Attributes:
        outcome: How it came out.
        kind: In which way.
        claim: The claim in words (`bob hears message_received within 100 ms`).
        sentence: What happened, naming the cause: what a failure is headed with.
        details: More lines, most telling first (what was heard instead, the difference, the call as curl).
        hint: What to do next; may be empty.
        source: Where the claim was written.
        step: The step's number.
        user: Whom the claim is about.
        connection: On which socket; empty where none is concerned.
        event: The event's name; empty where none is concerned.
        cause_seq: The entry that caused what is claimed (a Call or Emit); 0 if none.
        evidence: Sequence numbers of the entries that the verdict rests upon, the cause not among them.
        proof: How an absence was shown.
        latency_s: From the answer to the event; 0 if it came early.
        early: Whether the event came before the answer.
        from_request_s: From the first byte sent to the event.
        limit_s: The limit that was judged, or the wait that was granted.
        lag_start_s: Antiphon's own lag at the window's opening stamp.
        lag_end_s: Antiphon's own lag at the stamp of receipt.
        target_wait_s: How long the target's threads waited for a processor in between.
        times: Of how many equal judgements it is the first, where rounds under a pace made them.
    """

    outcome: Outcome
    kind: Kind
    claim: str
    sentence: str = ""
    details: tuple[str, ...] = ()
    hint: str = ""
    source: Source = NOWHERE
    step: str = ""
    user: str = ""
    connection: str = ""
    event: str = ""
    cause_seq: int = 0
    evidence: tuple[int, ...] = ()
    proof: Proof = Proof.NONE
    latency_s: float | None = None
    early: bool = False
    from_request_s: float | None = None
    limit_s: float | None = None
    lag_start_s: float | None = None
    lag_end_s: float | None = None
    target_wait_s: float | None = None
    times: int = 1
