"""The parts that verdicts about hearing are worded with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from antiphon.core.text import listed, shortened, visible
from antiphon.history.heard import Heard
from antiphon.judge.timing import limit_text
from antiphon.scenario.claim_model import HearItem

LONGEST_DATA = 160


def times_text(count: int) -> str:
    """Return `once`, or `3 times`."""
    return "once" if count == 1 else f"{count} times"


def wanted_times(item: HearItem) -> str:
    """Return how often an item is to be heard (` 2 to 4 times`), with a blank before it; empty for once."""
    low, high = item.times_low, item.times_high
    if high == low:
        return "" if low == 1 else f" {times_text(low)}"
    return f" at least {times_text(low)}" if high is None else f" {low} to {high} times"


def within_text(item: HearItem) -> str:
    """Return ` within 100ms` (` of the request`), with a blank before it; empty where nothing is promised."""
    told = ""
    if item.after_s is not None:
        told = f" not earlier than {limit_text(item.after_s)}{' after the request' if item.after_of_request else ''}"
    if item.within_s is not None:
        and_ = " and" if told else ""
        told += f"{and_} within {limit_text(item.within_s)}{' of the request' if item.of_request else ''}"
    return told


def name_text(name: str) -> str:
    """Return an event's name as a sentence shows it, however long or wild it is."""
    return shortened(visible(name), limit=80)


def names_text(events: Iterable[Heard]) -> str:
    """Return which events there were and how often: `user_status_updated (2), room_joined`."""
    counts = Counter(name_text(event.name) for event in events)
    return listed(f"{name} ({count})" if count > 1 else name for name, count in counts.items())


def data_text(event: Heard) -> str:
    """Return an event's arguments as they came, the middle left out if they are long."""
    raw = event.raw[: LONGEST_DATA * 4].decode(errors="replace")
    inner = raw[1:-1] if raw.startswith("[") and raw.endswith("]") else raw
    return shortened(visible(inner), limit=LONGEST_DATA)
