"""The results of a run as JSON, in the entities of the control API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import orjson
from ahocorasick_rs import BytesAhoCorasick

from antiphon.history.entries import AnyEntry, Call, Emit, Event
from antiphon.judge.measures import is_delivery
from antiphon.judge.verdicts import Outcome, PlayOutcome, Verdict
from antiphon.report.access import access_entity
from antiphon.report.coverage import coverage_entity
from antiphon.report.findings import finding_entity
from antiphon.report.sequence_build import by_play, play_entries
from antiphon.report.told import MOST_OF_A_KIND
from antiphon.report.words import reason
from antiphon.run.results import Figures, RunSummary, ScenarioResult, Trouble

SCHEMA: Final = "antiphon.report/1"
# A terminal or a build server through which the file is shown would obey these; JSON can say them otherwise.
_OBEYED = "".join(
    map(chr, (*range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
)
_EACH_OBEYED = re.compile(f"[{_OBEYED}]|#(?=#)")
_ANY_OBEYED = BytesAhoCorasick([b"##", *(character.encode() for character in _OBEYED)])
_WRITTEN: Final = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE

_STATUS: Final = {
    PlayOutcome.PASSED: "PASSED",
    PlayOutcome.FLAKY: "PASSED",
    PlayOutcome.FAILED: "FAILED",
    PlayOutcome.TIMEOUT: "FAILED",
    PlayOutcome.ERROR: "ERROR",
    PlayOutcome.VOID: "ERROR",
    PlayOutcome.SKIPPED: "SKIPPED",
    PlayOutcome.CANCELLED: "SKIPPED",
    PlayOutcome.NOT_RUN: "SKIPPED",
}


def json_report(summary: RunSummary, results: Sequence[ScenarioResult], entries: Iterable[AnyEntry] = ()) -> bytes:
    """Return the document, indented; `schema` names its version and changes with whatever a reader could trip over."""
    plays = by_play(entries)
    document = {
        "schema": SCHEMA,
        "run": {**run_entity(summary), "access": access_entity(summary, results)},
        "results": [
            result_entity(summary, result, plays.get(result.plays[-1], ()) if result.plays else ())
            for result in results
        ],
    }
    return written(document)


def written(document: dict[str, Any]) -> bytes:
    """Return a document as JSON that no terminal and no build server obeys, through which it is shown."""
    try:
        data = orjson.dumps(document, option=_WRITTEN)
    except orjson.JSONEncodeError:
        data = orjson.dumps(_encodable(document), option=_WRITTEN)
    if not _ANY_OBEYED.find_matches_as_indexes(data):  # 3 MB in 5 ms; the pattern takes 25
        return data
    return _EACH_OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", data.decode()).encode()


def run_entity(summary: RunSummary) -> dict[str, Any]:
    """Return a run as it is told outside: camelCase, durations in milliseconds."""
    return {
        "id": summary.id,
        "version": summary.version,
        "target": summary.target,
        "baseUrl": summary.base_url,
        "profile": summary.profile,
        "seed": summary.seed,
        "startTime": _time(summary, 0.0),
        "endTime": _time(summary, summary.duration_s) if summary.finished else None,
        "duration": _ms(summary.duration_s),
        "finished": summary.finished,
        "interrupted": summary.interrupted,
        "stoppedBecause": _trouble(summary.stopped_because) if summary.stopped_because else None,
        "exitCode": summary.exit_code,
        "scenarios": summary.scenarios,
        "outcomes": {str(name): count for name, count in summary.outcomes.items()},
        "calls": summary.calls,
        "emits": summary.emits,
        "events": summary.events,
        "users": summary.users,
        "absencesProven": summary.absences_proven,
        "absencesWaited": summary.absences_waited,
        "apiResponse": _figures(summary.api, summary.api_limit_s),
        "websocketDelivery": _figures(summary.delivery, summary.delivery_limit_s),
        "websocketDeliveryEarly": summary.delivery_early,
        "websocketDeliveryFromRequest": _figures(summary.delivery_from_request, None),
        "ownLag": _figures(summary.own_lag, None),
        "targetWaitKnown": summary.target_wait_known,
        "thresholds": [
            {
                "name": threshold.name,
                "sentence": threshold.sentence,
                "outcome": str(threshold.outcome),
                "value": _in_ms(threshold.value, threshold.unit),
                "limit": _in_ms(threshold.limit, threshold.unit),
                "unit": "ms" if threshold.unit == "s" else threshold.unit,
            }
            for threshold in summary.thresholds
        ],
        "laws": summary.laws,
        "findings": [finding_entity(one) for one in summary.findings],
        "coverage": coverage_entity(summary.coverage),
        "options": dict(summary.options),
        "warnings": list(summary.warnings),
        "leftovers": list(summary.leftovers),
    }


def result_entity(summary: RunSummary, result: ScenarioResult, entries: Iterable[AnyEntry] = ()) -> dict[str, Any]:
    """Return a scenario's result as a TestResult, with what the run knows beside it.

    Args:
        summary: The run.
        result: The scenario.
        entries: The history of its last play, or any part that holds it.
    """
    of_play = play_entries(result, entries)
    calls = [entry for entry in of_play if type(entry) is Call]
    said = list(islice((entry for entry in of_play if type(entry) is Event or type(entry) is Emit), MOST_OF_A_KIND))
    status = _STATUS[result.outcome]
    begun = bool(result.plays) and status != "SKIPPED"
    ended_s = result.began_s + result.duration_s
    return {
        "id": f"{summary.id}:{result.id}",
        "scenarioId": result.id,
        "userId": result.users[0].id if result.users else None,
        "status": status,
        "outcome": str(result.outcome),
        "flaky": result.outcome is PlayOutcome.FLAKY,
        "findings": result.findings,
        "name": result.title,
        "description": result.description,
        "path": result.path,
        "line": result.line,
        "type": result.type.upper() or None,
        "category": result.category or None,
        "priority": result.priority.upper() or None,
        "tags": list(result.tags),
        "covers": list(result.covers),
        "attempts": len(result.plays),
        "startTime": _time(summary, result.began_s) if begun else None,
        "endTime": _time(summary, ended_s) if begun else None,
        # A scenario that ended took some time, even if less than the clock can tell.
        "duration": max(_ms(result.duration_s), 0.001) if begun else None,
        "users": [
            {
                "name": user.name,
                "id": user.id,
                "email": user.email,
                "fullName": user.full_name,
                "role": user.role,
                "company": user.company,
                "deviceOf": user.device_of or None,
            }
            for user in result.users
        ],
        "steps": [
            {
                "number": step.number,
                "name": step.name,
                "label": step.label,
                "source": str(step.source),
                "outcome": str(step.outcome),
                "startTime": _time(summary, step.began_s) if step.began_s is not None else None,
                "duration": _ms(step.ended_s - step.began_s)
                if step.began_s is not None and step.ended_s is not None
                else None,
                "note": step.note,
            }
            for step in result.steps
        ],
        "apiResponses": [_call(summary, call) for call in calls[:MOST_OF_A_KIND]],
        "websocketEvents": [_said(summary, entry) for entry in said],
        "performanceMetrics": list(islice(_metrics(summary, result, calls, of_play), MOST_OF_A_KIND)),
        "errorDetails": _error_details(result, status),
        "validationResults": [_verdict(verdict) for verdict in result.verdicts],
        "logs": [f"earlier attempt: {verdict.sentence or verdict.claim}" for verdict in result.earlier],
        "leftovers": list(result.leftovers),
        "createdAt": _time(summary, ended_s),
    }


def _call(summary: RunSummary, call: Call) -> dict[str, Any]:
    sent_s = call.sent_s if call.sent_s is not None else call.at_s
    return {
        "seq": call.seq,
        "step": call.step,
        "user": call.user,
        "purpose": call.purpose,
        "operation": f"{call.method} {call.template}",
        "url": call.url,
        "status": call.status,
        "failure": call.failure or None,
        **({"trace": call.trace} if call.trace else {}),
        **({"heldBack": _ms(call.held_s)} if call.held_s else {}),
        **({"ledTo": call.led_to} if call.led_to else {}),
        "requestBytes": len(call.request_body),
        "responseBytes": len(call.response_body),
        "startTime": _time(summary, sent_s),
        "duration": _ms(call.at_s - sent_s),
    }


def _said(summary: RunSummary, entry: Emit | Event) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "step": entry.step,
        "user": entry.user,
        "connection": entry.connection,
        "epoch": entry.epoch,
        "direction": "SENT" if isinstance(entry, Emit) else "RECEIVED",
        "event": entry.name,
        "bytes": len(entry.args),
        "acknowledged": entry.acknowledged_s is not None if isinstance(entry, Emit) else None,
        "timestamp": _time(summary, entry.sent_s if isinstance(entry, Emit) else entry.at_s),
    }


def _metrics(
    summary: RunSummary, result: ScenarioResult, calls: Sequence[Call], entries: Sequence[AnyEntry]
) -> Iterator[dict[str, Any]]:
    for entry in calls:
        if entry.purpose == "step" and entry.status is not None:
            sent_s = entry.sent_s if entry.sent_s is not None else entry.at_s
            operation = f"{entry.method} {entry.template}"
            took_s = entry.at_s - sent_s
            yield _metric(summary, result, "API_RESPONSE", operation, took_s, summary.api_limit_s, entry.at_s)
    delivered = [verdict for verdict in result.verdicts if is_delivery(verdict)]
    wanted = {verdict.evidence[0] for verdict in delivered if verdict.evidence}
    stamps = {entry.seq: entry.at_s for entry in entries if entry.seq in wanted} if wanted else {}
    for verdict in delivered:
        if verdict.latency_s is not None:
            limit_s = verdict.limit_s if verdict.limit_s is not None else summary.delivery_limit_s
            at_s = stamps.get(verdict.evidence[0], result.began_s) if verdict.evidence else result.began_s
            metric = _metric(summary, result, "WEBSOCKET_DELIVERY", verdict.event, verdict.latency_s, limit_s, at_s)
            metric["context"]["user"] = verdict.user
            yield metric


def _metric(
    summary: RunSummary,
    result: ScenarioResult,
    kind: str,
    operation: str,
    value_s: float,
    limit_s: float | None,
    at_s: float,
) -> dict[str, Any]:
    return {
        "testId": f"{summary.id}:{result.id}",
        "metricType": kind,
        "operation": operation,
        "value": _ms(value_s),
        "unit": "ms",
        "threshold": _ms(limit_s) if limit_s is not None else None,
        "isWithinThreshold": value_s <= limit_s if limit_s is not None else None,
        "timestamp": _time(summary, at_s),
        "context": {"run": summary.id, "scenario": result.id},
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    told: dict[str, Any] = {
        "outcome": str(verdict.outcome),
        "kind": str(verdict.kind),
        "claim": verdict.claim,
        "sentence": verdict.sentence,
        "details": list(verdict.details),
        "source": str(verdict.source),
        "step": verdict.step,
        "user": verdict.user,
        "connection": verdict.connection,
        "event": verdict.event,
        "causeSeq": verdict.cause_seq or None,
        "evidence": list(verdict.evidence),
        "proof": str(verdict.proof) or None,
        "early": verdict.early,
    }
    times = {
        "latency": verdict.latency_s,
        "fromRequest": verdict.from_request_s,
        "limit": verdict.limit_s,
        "lagAtStart": verdict.lag_start_s,
        "lagAtEnd": verdict.lag_end_s,
        "targetWait": verdict.target_wait_s,
    }
    # A run has thousands of claims, and few of them are about time.
    told.update({name: _ms(value) for name, value in times.items() if value is not None})
    return told


def _error_details(result: ScenarioResult, status: str) -> dict[str, Any] | None:
    if status not in ("FAILED", "ERROR"):
        return None
    wanted = Outcome.VOID if result.outcome is PlayOutcome.VOID else Outcome.FAILED
    first = next((verdict for verdict in result.verdicts if verdict.outcome is wanted), None)
    kind = str(result.outcome) if first is None or result.outcome is not PlayOutcome.FAILED else str(first.kind)
    told = {"kind": kind, "message": reason(result) or str(result.outcome)}
    if first is not None:
        return told | {"details": list(first.details), "source": str(first.source), "hint": first.hint}
    return told | (_trouble(result.trouble) if result.trouble else {"details": [], "source": None, "hint": ""})


def _trouble(trouble: Trouble) -> dict[str, Any]:
    return {
        "message": trouble.sentence,
        "details": list(trouble.details),
        "source": str(trouble.source) if trouble.source else None,
        "hint": trouble.hint,
    }


def _figures(figures: Figures, limit_s: float | None) -> dict[str, Any]:
    return {
        "count": figures.count,
        "mean": _ms(figures.mean),
        "p50": _ms(figures.p50),
        "p95": _ms(figures.p95),
        "p99": _ms(figures.p99),
        "max": _ms(figures.max),
        "unit": "ms",
        "limit": _ms(limit_s) if limit_s is not None else None,
    }


def _ms(seconds: float) -> float:
    """Return milliseconds in whole microseconds."""
    return round(max(seconds, 0.0) * 1000, 3)


def _in_ms(value: float, unit: str) -> float:
    return _ms(value) if unit == "s" else value


def _time(summary: RunSummary, at_s: float) -> str | None:
    """Return a moment of the run as wall time; None if the run's beginning is not known."""
    began = _began(summary.started)
    if began is None:
        return None
    try:
        return f"{(began + timedelta(seconds=at_s)).isoformat(timespec='microseconds')}Z"
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=8)
def _began(started: str) -> datetime | None:
    """Return when a run began, in UTC; the zone is left out, which makes what is reckoned from it cheaper."""
    try:
        began = datetime.fromisoformat(started)
        return began.astimezone(UTC).replace(tzinfo=None) if began.tzinfo else began
    except (ValueError, OverflowError):
        return None


def _encodable(value: Any) -> Any:
    """Return a document in which no text holds half of a surrogate pair, which UTF-8 cannot say."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_encodable(key): _encodable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_encodable(inner) for inner in value]
    return value
