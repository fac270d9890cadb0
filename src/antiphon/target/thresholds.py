"""Reader of a profile's `thresholds`: claims about a run's distributions, written `AGG(METRIC[.NAME]) < LIMIT`."""

from __future__ import annotations

import re
from typing import TypeVar

from antiphon.core.durations import duration_s
from antiphon.core.errors import NotYetPlayed, UnknownName
from antiphon.core.source import Source
from antiphon.language import plain_values as plain
from antiphon.language.keys import fits
from antiphon.language.nodes import Node, Scalar
from antiphon.target.catalogue_model import AGGREGATES, METRICS, Aggregate, Metric, Threshold
from antiphon.target.reading import ProfileReading

_Word = TypeVar("_Word", Aggregate, Metric)
_WRITTEN = re.compile(r"(\w+)\(\s*(\w+)(?:\.([^()]+?))?\s*\)\s*<\s*(\S.*)")
_LATER = ("error_rate", "throughput", "memory", "cpu", "recovery", "connections", "users")
_HOW = "write p95(api_response) < 300ms, or avg(event_delivery.EVENT) < 100ms"


def read_thresholds(node: Node, reading: ProfileReading) -> tuple[Threshold, ...]:
    """Return the limits of a list of them, or of a single one."""
    found = []
    for item in plain.items_of(node):
        if fits(item, ("text",), "a threshold", reading.problems) and isinstance(item, Scalar):
            threshold = _threshold(str(item.value).strip(), item.source, reading)
            if threshold is not None:
                found.append(threshold)
    return tuple(found)


def _threshold(text: str, source: Source, reading: ProfileReading) -> Threshold | None:
    problems = reading.problems
    written = _WRITTEN.fullmatch(text)
    if written is None:
        problems.mistake(f"`{text[:80]}` is no threshold", source, _HOW)
        return None
    how, what, name, limit = written.groups()
    aggregate = _one_of(how, AGGREGATES, "aggregate", source, reading)
    metric = _one_of(what, METRICS, "metric", source, reading)
    limit_s = duration_s(limit.strip())
    if limit_s is None or limit_s <= 0:
        problems.mistake(f"`{limit[:40]}` is no limit", source, "write 300ms or 2s; a plain number is milliseconds")
        return None
    if aggregate is None or metric is None:
        return None
    name = (name or "").strip()
    if name:
        _known(metric, name, source, reading)
    return Threshold(text=text, aggregate=aggregate, metric=metric, name=name, limit_s=limit_s, source=source)


def _one_of(word: str, known: tuple[_Word, ...], kind: str, source: Source, reading: ProfileReading) -> _Word | None:
    for one in known:
        if one == word:
            return one
    if word in _LATER:
        reading.problems.add(NotYetPlayed(word=word, source=source))
    else:
        reading.problems.add(UnknownName(kind=kind, name=word, source=source, known=known))
    return None


def _known(metric: Metric, name: str, source: Source, reading: ProfileReading) -> None:
    words = reading.vocabulary
    if metric == "api_response":
        operations = [str(one) for one in words.operations]
        if operations and name not in operations:
            reading.problems.add(UnknownName(kind="operation", name=name, source=source, known=operations))
    elif not words.knows_event(name):
        known = sorted(words.events_heard)
        reading.problems.add(UnknownName(kind="event", name=name, source=source, known=known))
