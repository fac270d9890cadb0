"""The history as it is written, a line for each entry: who sent what, who received what, and when.

The entries must be without secrets; whatever they hold besides is hostile, and is shown so that nothing obeys it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from antiphon.core.durations import duration_text
from antiphon.history.entries import AnyEntry, Beat, Call, Connection, Emit, Event, Mark, User
from antiphon.report.painting import Ink, Painted, painted
from antiphon.report.safe import shown, shown_bytes

_BODY = 300
_NAME = 120


def trace_line(entry: AnyEntry) -> Painted:
    """Return an entry in one line: seconds since the run began, whose it is, what happened."""
    where = f"{shown(entry.play, limit=60)}{f' {entry.step}' if entry.step else ''}"
    who = entry.connection or entry.user
    head = painted(
        (f"{entry.at_s:9.4f}  {where}  ", Ink.FAINT), (f"{shown(who, limit=40)} " if who else "", Ink.STRONG)
    )
    match entry:
        case Call():
            return painted(head, *_call(entry))
        case Emit():
            return painted(head, *_emit(entry))
        case Event():
            binary = f" and {len(entry.attachments)} binary parts" if entry.attachments else ""
            return painted(
                head,
                ("← ", Ink.GOOD),
                f"{shown(entry.name, limit=_NAME)} {shown_bytes(entry.args, limit=_BODY)}{binary}",
            )
        case Connection():
            return painted(head, _connection(entry))
        case User():
            facts = ", ".join(part for part in (f"id {entry.id}" if entry.id else "", entry.role) if part)
            return painted(head, f"{entry.what}{f': {shown(facts)}' if facts else ''}")
        case Beat():
            took = f" after {duration_text(entry.at_s - entry.asked_s)}" if entry.asked_s is not None else ""
            answer = f" {shown_bytes(entry.answer, limit=_BODY)}" if entry.answer else ""
            return painted(head, (f"{entry.what} {entry.frame}".strip() + took + answer, Ink.FAINT))
        case Mark():
            note = f": {shown(entry.note, limit=_NAME)}" if entry.note else ""
            return painted(head, (f"{entry.what} {entry.edge}{note}", Ink.FAINT))
        case _:
            return painted(head, shown(repr(entry), limit=_BODY))


def _call(call: Call) -> list[str | tuple[str, Ink]]:
    parts = urlsplit(call.url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    purpose = f" ({call.purpose})" if call.purpose != "step" else ""
    body = f" {shown_bytes(call.request_body, limit=_BODY)}" if call.request_body else ""
    sent = f"→ {call.method} {shown(path, limit=_NAME)}{purpose}{body}"
    took = f" in {duration_text(call.at_s - call.sent_s)}" if call.sent_s is not None else ""
    if call.status is None:
        return [sent, (f"  ← {shown(call.failure or 'no answer')}{took}", Ink.BAD)]
    answer = f" {shown_bytes(call.response_body, limit=_BODY)}" if call.response_body else ""
    return [sent, (f"  ← {call.status}{took}", Ink.GOOD if call.status < 400 else Ink.DOUBT), answer]


def _emit(emit: Emit) -> list[str | tuple[str, Ink]]:
    sent = f"→ {shown(emit.name, limit=_NAME)} {shown_bytes(emit.args, limit=_BODY)}"
    if emit.failure:
        return [sent, (f"  ← {shown(emit.failure)}", Ink.BAD)]
    if emit.acknowledged_s is None:
        return [sent, ("  ← no acknowledgement" if emit.ack_wanted else "", Ink.DOUBT)]
    took = duration_text(emit.acknowledged_s - emit.sent_s)
    return [sent, f"  ← {shown(emit.answered_by) or 'ack'} in {took} {shown_bytes(emit.ack or b'', limit=_BODY)}"]


def _connection(entry: Connection) -> tuple[str, Ink]:
    by = {"target": " by the target", "us": " by us", "network": " by the network"}.get(entry.by, "")
    facts = [entry.how, str(entry.code) if entry.code is not None else "", entry.reason, entry.transport]
    told = ", ".join(shown(fact) for fact in facts if fact)
    data = f" {shown_bytes(entry.data, limit=_BODY)}" if entry.data else ""
    ink = Ink.GOOD if entry.what in ("connected", "upgraded", "recovered") else Ink.DOUBT
    at = f" at {shown(entry.service)}" if entry.service else ""
    return f"{entry.what}{at}{by}{f': {told}' if told else ''}{data}", ink
