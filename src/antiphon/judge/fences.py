"""What a question asked on a connection proves about what was not heard on it.

The table is the design's, "Absence and fences": what the target promises decides between proven,
waited and void; a connection that was lost meanwhile proves nothing; one that the target itself
closed hears nothing more and is a proof of its own.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from antiphon.core.durations import duration_text

FenceKind = Literal["delivery", "connection", "alive", "none"]


class FenceOutcome(StrEnum):
    """What a fence showed."""

    PROVEN = "proven"
    WAITED = "waited"
    CLOSED = "closed by the target"
    VOID = "void"


class FenceAnswer(Struct, frozen=True, kw_only=True):
    """A fence on one connection, and what it is worth.

    Attributes:
        kind: What the profile promises.
        outcome: What it showed.
        asked_s: When it was asked; None if it was not.
        answered_s: When its answer came, or the target closed the connection; what came later it says nothing about.
        why: The outcome's reason, as a sentence's part.
        hint: What to do about a void one; may be empty.
    """

    kind: FenceKind
    outcome: FenceOutcome
    asked_s: float | None = None
    answered_s: float | None = None
    why: str = ""
    hint: str = ""


class Link(Struct, frozen=True, kw_only=True):
    """What happened to the connection that is judged.

    Attributes:
        opened_as: Its state when the cause was sent.
        opened_reason: With what reason it had been closed or refused, if one came.
        since: What has happened to it since; empty: it is as it was.
        since_s: When that happened.
        since_reason: The reason that came with it.
        gap: Why there was a time since in which it could not hear, and was open again afterwards; empty: there was
            none. A connection that the target itself had closed misses nothing.
    """

    opened_as: Literal["open", "closed by the target", "closed by us", "cut", "never connected"] = "open"
    opened_reason: str = ""
    since: Literal["", "cut", "replaced", "closed by the target", "closed by us"] = ""
    since_s: float | None = None
    since_reason: str = ""
    gap: Literal["", "cut", "closed by us"] = ""

    @property
    def is_deaf(self) -> bool:
        """Whether nothing more can be heard on it."""
        return self.opened_as != "open" or self.since in ("cut", "closed by the target", "closed by us")


def judge_fence(
    kind: FenceKind,
    *,
    link: Link,
    asked_s: float | None = None,
    answered_s: float | None = None,
    settle_s: float = 0.2,
    slowest_delivery_s: float = 0.0,
    awaited_s: float | None = None,
    question: str = "",
    unsent: str = "",
) -> FenceAnswer:
    """Return what the fence is worth.

    Args:
        kind: What the profile promises.
        link: What happened to the connection; it decides before the promise does.
        asked_s: When the fence was asked for; None if it could not be.
        answered_s: When the answer came; None if none did.
        settle_s: How long was waited before asking (`alive`).
        slowest_delivery_s: The longest that a delivery has taken in this run (`alive`).
        awaited_s: How long the answer was waited for.
        question: The event that asked, or that a canary was to be; empty where any frame would have answered.
        unsent: Why the canary was never sent; empty if it was, or none was to be.
    """

    def answer(outcome: FenceOutcome, why: str, *, until_s: float | None = answered_s, hint: str = "") -> FenceAnswer:
        return FenceAnswer(kind=kind, outcome=outcome, asked_s=asked_s, answered_s=until_s, why=why, hint=hint)

    lost = _lost(link, answered_s)
    if lost is not None:
        outcome, why = lost
        return answer(outcome, why, until_s=link.since_s if outcome is FenceOutcome.CLOSED else answered_s)
    if kind == "none":
        hint = "name a `fence:` in the profile: what the target answers only after all earlier events"
        return answer(FenceOutcome.VOID, "the profile names no fence, so nothing proves an absence", hint=hint)
    if unsent:
        hint = "may this user make the canary's call? `fence` in the profile says which it is"
        return answer(FenceOutcome.VOID, f"the canary was not sent: {unsent}", hint=hint)
    if answered_s is None:
        waited = f" within {duration_text(awaited_s)}" if awaited_s is not None else ""
        asked = f" `{question}`" if question else ""
        hint = f"does the target answer{asked}? `fence` in the profile says what is asked" if question else ""
        return answer(FenceOutcome.VOID, f"the fence{asked} was not answered{waited}", hint=hint)
    if kind != "alive":
        return answer(FenceOutcome.PROVEN, _took(asked_s, answered_s))
    if slowest_delivery_s * 3 > settle_s:
        slowest, settle = duration_text(slowest_delivery_s), duration_text(settle_s)
        why = f"a delivery of this run took {slowest}, more than a third of the settle of {settle}"
        return answer(FenceOutcome.VOID, why, hint="raise `settle` in the profile's fence")
    return answer(FenceOutcome.WAITED, f"a sign of life after a settle of {duration_text(settle_s)}")


def over_a_gap(fence: FenceAnswer | None, link: Link) -> FenceAnswer | None:
    """Return what a fence is worth for all the time since the cause: nothing, if the hearer was away in between."""
    if fence is None or fence.outcome is FenceOutcome.VOID or not link.gap:
        return fence
    away = {"cut": "the connection had been cut", "closed by us": "the scenario had disconnected"}[link.gap]
    return replace(fence, outcome=FenceOutcome.VOID, why=f"{away} for a time, and what came then was not heard")


def _lost(link: Link, answered_s: float | None) -> tuple[FenceOutcome, str] | None:
    """Return what the connection's own fate proves, or None where the fence decides."""
    if link.opened_as == "closed by the target":
        return FenceOutcome.CLOSED, f"the target had closed the connection before{_with(link.opened_reason)}"
    if link.opened_as == "closed by us":
        return FenceOutcome.VOID, "the scenario had disconnected before"
    if link.opened_as == "cut":
        return FenceOutcome.VOID, f"the connection had been cut before{_with(link.opened_reason)}"
    if link.opened_as == "never connected":
        return FenceOutcome.VOID, "there was no connection"
    if not link.since or (answered_s is not None and link.since_s is not None and link.since_s > answered_s):
        return None
    reason = _with(link.since_reason)
    if link.since == "closed by the target":
        return FenceOutcome.CLOSED, f"the target closed the connection{reason}"
    happened = {
        "cut": "the connection was cut meanwhile",
        "replaced": "the connection was replaced by another meanwhile",
        "closed by us": "the scenario disconnected meanwhile",
    }
    return FenceOutcome.VOID, f"{happened[link.since]}{reason}"


def _with(reason: str) -> str:
    return f" ({reason})" if reason else ""


def _took(asked_s: float | None, answered_s: float) -> str:
    took = f" after {duration_text(max(answered_s - asked_s, 0.0))}" if asked_s is not None else ""
    return f"the fence was answered{took}"
