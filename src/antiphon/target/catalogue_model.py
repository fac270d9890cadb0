"""The model of what a profile expects: operations and events as it describes them, and limits of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from antiphon.core.source import Source
from antiphon.language.call import StatusSpec
from antiphon.language.matcher import Matcher
from antiphon.language.route import Operation

Aggregate = Literal["avg", "min", "max", "p50", "p90", "p95", "p99"]
Metric = Literal["api_response", "event_delivery"]
AGGREGATES: tuple[Aggregate, ...] = ("avg", "min", "max", "p50", "p90", "p95", "p99")
METRICS: tuple[Metric, ...] = ("api_response", "event_delivery")


class Threshold(Struct, frozen=True, kw_only=True):
    """A claim about a distribution of a run.

    Attributes:
        text: As it was written.
        name: Of which operation or event; empty: of all.
    """

    text: str
    aggregate: Aggregate
    metric: Metric
    name: str
    limit_s: float
    source: Source


class OperationShape(Struct, frozen=True, kw_only=True):
    """What the profile's own catalogue says of an operation; None says nothing.

    Attributes:
        statuses: Those that it may answer.
        body: What its requests match.
        answer: What its successful answers carry.
    """

    statuses: StatusSpec | None = None
    body: Matcher | None = None
    answer: Matcher | None = None


class Catalogue(Struct, frozen=True, kw_only=True):
    """What the profile itself says of the target's operations and events.

    Attributes:
        operations: Each with what is known of it.
        heard: Events that the target sends, with what their first argument matches.
        emitted: Events that users may emit, likewise.
        expected: Events that ought to be heard in a run of the whole suite.
    """

    operations: Mapping[Operation, OperationShape] = field(default_factory=dict)
    heard: Mapping[str, Matcher | None] = field(default_factory=dict)
    emitted: Mapping[str, Matcher | None] = field(default_factory=dict)
    expected: tuple[str, ...] = ()
