"""The sentences of findings, and the entries that prove them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from antiphon.core.durations import duration_text
from antiphon.core.text import shortened, visible
from antiphon.judge.deeds import Deed, Outcome
from antiphon.judge.findings import Finding, FindingKind
from antiphon.judge.laws.messages import Hearing, Message
from antiphon.judge.people import Hearer
from antiphon.judge.wording import LONGEST_DATA, name_text
from antiphon.target.laws.model import Law

if TYPE_CHECKING:
    from antiphon.judge.laws.obligations import Obligation

_MOST_TOLD = 8


def of_obligation(
    kind: FindingKind,
    obligation: Obligation,
    hearer: Hearer,
    sentence: str,
    *,
    at_s: float,
    event: str = "",
    details: Iterable[str] = (),
    witness: Iterable[int] = (),
) -> Finding:
    """Return a finding about what one connection heard, or did not, of one cause."""
    law, deed = obligation.promise.plan.law, obligation.deed
    proofs = obligation.circle.proofs(hearer) if obligation.circle is not None else ()
    seqs = [*witness, *proofs]
    return Finding(
        kind=kind,
        by=law.name,
        operation=deed.what,
        event=event or obligation.promise.owed.event,
        user=hearer.user,
        connection=hearer.name,
        play=deed.play,
        cause_seq=deed.seq,
        at_s=at_s,
        sentence=sentence,
        details=tuple(details),
        witness=tuple(dict.fromkeys(seq for seq in seqs if seq != deed.seq)),
        source=law.source,
    )


def of_deed(kind: FindingKind, law: Law, deed: Deed, sentence: str, *, details: Iterable[str] = ()) -> Finding:
    """Return a finding about a deed itself."""
    return Finding(
        kind=kind,
        by=law.name,
        operation=deed.what,
        user=deed.user,
        connection=deed.hearer.name if deed.hearer is not None else "",
        play=deed.play,
        cause_seq=deed.seq,
        at_s=deed.answered_s,
        sentence=sentence,
        details=tuple(details),
        source=law.source,
    )


def of_hearing(
    kind: FindingKind, by: str, message: Message, hearing: Hearing, sentence: str, **more: object
) -> Finding:
    """Return a finding about something that was heard and belongs to no cause."""
    found = Finding(
        kind=kind,
        by=by,
        event=message.name,
        user=hearing.hearer.user,
        connection=hearing.hearer.name,
        play=hearing.hearer.play,
        at_s=hearing.at_s,
        sentence=sentence,
        witness=(hearing.seq,),
    )
    if not more:
        return found
    fields = {name: getattr(found, name) for name in found.__struct_fields__}
    return Finding(**{**fields, **more})


def who(hearer: Hearer) -> str:
    """Return a hearer as a sentence names them: `bob`, or `bob on bob.phone`."""
    name = visible(hearer.user or "somebody")
    return name if hearer.name in ("", hearer.user) else f"{name} on {visible(hearer.name)}"


def cause_text(deed: Deed) -> str:
    """Return a deed as a sentence names it: `alice's POST /messages/send`."""
    return f"{visible(deed.user)}'s {deed.what}" if deed.user else f"the {deed.what}"


def heard_text(deed: Deed, at_s: float) -> str:
    """Return when something was heard, counted from the answer."""
    since_s = at_s - deed.answered_s
    if since_s < 0:
        return f"{duration_text(-since_s)} before the answer"
    return f"{duration_text(since_s)} after the answer"


def data_text(message: Message) -> str:
    """Return an event's data as they came, the middle left out if they are long."""
    raw = message.raw[: LONGEST_DATA * 4].decode(errors="replace")
    inner = raw[1:-1] if raw.startswith("[") and raw.endswith("]") else raw
    return shortened(visible(inner), limit=LONGEST_DATA)


def others_text(obligation: Obligation, but: Hearer) -> tuple[str, ...]:
    """Return what the rest of an audience heard, as lines of a finding."""
    lines = [
        f"{who(hearing.hearer)} heard it {heard_text(obligation.deed, hearing.at_s)}"
        for hearing in obligation.heard
        if hearing.hearer is not but
    ]
    if len(lines) > _MOST_TOLD:
        return (*lines[:_MOST_TOLD], f"and {len(lines) - _MOST_TOLD} more")
    return tuple(lines)


def seqs_of(hearings: Sequence[Hearing]) -> tuple[int, ...]:
    """Return the entries of what was heard."""
    return tuple(hearing.seq for hearing in hearings)


def event_text(name: str) -> str:
    """Return an event's name as a sentence shows it."""
    return name_text(name)


def answered_text(deed: Deed, outcome: Outcome) -> str:
    """Return how a deed ended: `answered 403`, `refused`, `not answered`."""
    if deed.status is not None:
        return f"answered {deed.status}"
    return {Outcome.DONE: "done", Outcome.REFUSED: "refused", Outcome.UNKNOWN: "not answered"}[outcome]
