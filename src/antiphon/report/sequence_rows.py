"""From the entries of a play to the rows of its diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from antiphon.core.durations import duration_text
from antiphon.history.entries import Answer, AnyEntry, Beat, Call, Connection, Emit, Event, Probe, User
from antiphon.report.safe import shown, shown_bytes
from antiphon.report.sequence import Row, RowKind

_TEXT = 120
_PAYLOAD = 200

_LED_TO = {"redirect": "followed", "retry": "tried again", "page": "more pages"}


def rows_of(entries: Iterable[AnyEntry]) -> Iterator[tuple[AnyEntry, Row]]:
    """Yield the rows that the entries make, each with its entry, in the order of the entries."""
    for entry in entries:
        for row in entry_rows(entry):
            yield entry, row


def lane_key(entry: AnyEntry) -> str:
    """Return the lane on which an entry stands: its connection, or its user where no socket is concerned."""
    return entry.connection or entry.user


def entry_rows(entry: AnyEntry) -> list[Row]:
    """Return the rows that one entry makes: two for a call, none for what is not drawn."""
    match entry:
        case Call():
            return _call_rows(entry)
        case Emit():
            return _emit_rows(entry)
        case Event():
            asked = " (asks)" if entry.asks else ""
            text = _arguments(entry.args, entry.attachments)
            return [_row(entry, entry.at_s, RowKind.EVENT, f"{entry.name}{asked}", text)]
        case Answer():
            text = _arguments(entry.args, entry.attachments)
            return [_row(entry, entry.at_s, RowKind.EMIT, f"answer to {entry.name}", text)]
        case Connection():
            return [_connection_row(entry)]
        case User():
            role = f" as {entry.role}" if entry.role else ""
            return [_row(entry, entry.at_s, RowKind.NOTE, f"{entry.what}{role}")]
        case Probe():
            return _probe_rows(entry)
        case Beat(what="fence"):
            asked = f" in {duration_text(max(entry.at_s - entry.asked_s, 0))}" if entry.asked_s is not None else ""
            return [_row(entry, entry.at_s, RowKind.FENCE, f"fence answered{asked}")]
        case Beat(what="frame", frame="pong" | "text"):  # a ping is the other side's heartbeat, and answered by itself
            return [_row(entry, entry.at_s, RowKind.EVENT, f"frame {entry.frame}", _body(entry.answer))]
        case _:
            return []


def _call_rows(call: Call) -> list[Row]:
    sent_s = call.sent_s if call.sent_s is not None else call.at_s
    purpose = "" if call.purpose == "step" else f"  ({call.purpose})"
    held = f"  (held back {duration_text(call.held_s)})" if call.held_s else ""
    trace = f"  [{call.trace}]" if call.trace else ""
    asked = _row(
        call, sent_s, RowKind.CALL, f"{call.method} {call.template}{purpose}{held}{trace}", _body(call.request_body)
    )
    waited = duration_text(max(call.at_s - sent_s, 0)) + (f", {_LED_TO[call.led_to]}" if call.led_to else "")
    if call.status is not None:
        return [asked, _row(call, call.at_s, RowKind.ANSWER, f"{call.status} in {waited}", _body(call.response_body))]
    failure = call.failure or "no answer"
    return [asked, _row(call, call.at_s, RowKind.ANSWER, f"{failure} after {waited}", call.failure_detail)]


def _emit_rows(emit: Emit) -> list[Row]:
    rows = [_row(emit, emit.sent_s, RowKind.EMIT, emit.name, _arguments(emit.args, emit.attachments))]
    if emit.failure:
        return [_row(emit, emit.sent_s, RowKind.NOTE, f"{emit.name} was not sent: {emit.failure}")]
    if emit.acknowledged_s is not None:
        waited = duration_text(max(emit.acknowledged_s - emit.sent_s, 0))
        text = _arguments(emit.ack or b"", emit.ack_attachments)
        how = f"answered by {emit.answered_by}" if emit.answered_by else "acknowledged"
        rows.append(_row(emit, emit.acknowledged_s, RowKind.ACK, f"{how} in {waited}", text))
    elif emit.ack_wanted:
        waited = duration_text(max(emit.at_s - emit.sent_s, 0))
        rows.append(_row(emit, emit.at_s, RowKind.NOTE, f"{emit.name} was not acknowledged within {waited}"))
    return rows


def _probe_rows(probe: Probe) -> list[Row]:
    waited = duration_text(max(probe.at_s - probe.asked_s, 0))
    said = f"rows in {waited}" if probe.rows is not None else f"no rows after {waited}: {probe.failure}"
    return [
        _row(probe, probe.asked_s, RowKind.NOTE, f"probe: {probe.sql}", _body(probe.values)),
        _row(probe, probe.at_s, RowKind.NOTE, said, _body(probe.rows or b"")),
    ]


def _connection_row(connection: Connection) -> Row:
    by = {"target": " by the target", "us": "", "network": " by the network", "": ""}[connection.by]
    how = f": {connection.how}" if connection.how else ""
    code = f" {connection.code}" if connection.code is not None else ""
    reason = f" ({connection.reason})" if connection.reason else ""
    opened = connection.what in ("connected", "recovered")
    moved = connection.what in ("upgraded", "not upgraded")
    epoch = f", connection {connection.epoch}" if opened and connection.epoch > 1 else ""
    took = ""
    if opened and connection.started_s is not None:
        took = f" in {duration_text(max(connection.at_s - connection.started_s, 0))}"
    at = f" at {connection.service}" if connection.service else ""
    carried = ""
    if connection.transport:
        joint = {"upgraded": "to", "not upgraded": "from"}.get(connection.what, "by")
        carried = f" {joint} {connection.transport}"
    kind = RowKind.NOTE if moved else RowKind.OPENED if opened else RowKind.CLOSED
    text = f"{connection.what}{at}{carried}{by}{took}{epoch}{how}{code}{reason}"
    return _row(connection, connection.at_s, kind, text, _body(connection.data))


def _row(entry: AnyEntry, at_s: float, kind: RowKind, text: str, payload: str = "") -> Row:
    return Row(
        at_s=at_s,
        lane=lane_key(entry),
        kind=kind,
        text=shown(text, limit=_TEXT),
        payload=shown(payload, limit=_PAYLOAD),
        seq=entry.seq,
    )


def _body(data: bytes) -> str:
    return shown_bytes(data, limit=_PAYLOAD)


def _arguments(args: bytes, attachments: Sequence[bytes]) -> str:
    """Return a JSON array of arguments as text, without the brackets that every one has."""
    text = shown_bytes(args, limit=_PAYLOAD)
    more = f" +{len(attachments)} binary" if attachments else ""
    return (text[1:-1] if text.startswith("[") and text.endswith("]") else text) + more
