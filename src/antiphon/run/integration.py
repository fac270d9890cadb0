"""Keeps what calls led to over the socket, as the run's folder tells it: a line for each change of state."""

from __future__ import annotations

import datetime as dt
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
import orjson

from antiphon.judge.findings import Finding
from antiphon.judge.laws.integration import IntegrationEvent, IntegrationState, integration_event
from antiphon.judge.laws.obligations import Obligation
from antiphon.judge.membership.members import Members
from antiphon.target.model import ResourceRule

_MOST_KEPT: Final = 10_000
_UNSOUND: Final = frozenset({IntegrationState.FAILED, IntegrationState.ERROR})
_Key = tuple[int, str]


class IntegrationLog:
    """Takes in what was judged, and hands on a line for each event of integration that is new or has changed.

    Args:
        resources: What calls make.
        started: When the run began.
        write: Takes each event, as it is told outside.

    Attributes:
        counts: How many there are, by state.
    """

    def __init__(
        self, resources: Sequence[ResourceRule], started: dt.datetime, write: Callable[[Mapping[str, Any]], None]
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._started = started
        self._write = write
        self._resources: dict[str, list[ResourceRule]] = {}
        for rule in resources:
            if not rule.event:
                self._resources.setdefault(f"{rule.method} {rule.template}", []).append(rule)
        self._recent: OrderedDict[_Key, IntegrationEvent] = OrderedDict()

    def decided(self, obligation: Obligation, members: Members) -> None:
        """Take in an obligation that was judged."""
        event = integration_event(obligation, members, self._resources)
        if event is not None:
            self._tell(event)

    def found(self, finding: Finding) -> None:
        """Take in what was found wrong."""
        event = self._recent.get((finding.cause_seq, finding.event))
        if event is not None and event.state is IntegrationState.PROCESSED:
            self._tell(msgspec.structs.replace(event, state=IntegrationState.FAILED, error=finding.sentence))

    def retried(self, plays: Sequence[str]) -> None:
        """Note that these plays were tried again."""
        for event in [one for one in self._recent.values() if one.play in plays and one.state in _UNSOUND]:
            self._tell(msgspec.structs.replace(event, state=IntegrationState.RETRYING))

    def _tell(self, event: IntegrationEvent) -> None:
        key = (event.cause_seq, event.event_type)
        before = self._recent.pop(key, None)
        if before is not None and before.id == event.id:
            self.counts[before.state] -= 1
        self.counts[event.state] += 1
        self._recent[key] = event
        if len(self._recent) > _MOST_KEPT:
            self._recent.popitem(last=False)
        self._write(integration_entity(event, self._started))


def integration_entity(event: IntegrationEvent, started: dt.datetime) -> Mapping[str, Any]:
    """Return an event of integration as it is told outside.

    Args:
        event: The event.
        started: When the run began.
    """
    at = started + dt.timedelta(seconds=event.at_s)
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "id": event.id,
        "eventType": event.event_type,
        "source": "API",
        "target": "WEBSOCKET",
        "cause": event.cause,
        "causeSeq": event.cause_seq,
        "userId": event.user_id or None,
        "resourceId": event.resource_id or None,
        "resourceType": event.resource_type or None,
        "eventData": _data(event.event_data),
        "timestamp": stamp,
        "status": str(event.state),
        "isProcessed": event.state is IntegrationState.PROCESSED,
        "heardBy": event.heard,
        "processingTime": round(event.processing_s * 1000, 3) if event.processing_s is not None else None,
        "retryCount": event.retry_count,
        "errorMessage": event.error or None,
        "createdAt": stamp,
    }


def _data(raw: bytes) -> object:
    """Return the first argument of an event."""
    try:
        args = orjson.loads(raw) if raw else []
    except orjson.JSONDecodeError:
        return None
    return args[0] if isinstance(args, list) and args else None
