"""Reader of a profile's `http.rate_limit`: how the target refuses one call too many, and the budget that avoids it."""

from __future__ import annotations

from typing import Literal, cast

from antiphon.core.durations import duration_s
from antiphon.language import plain_values as plain
from antiphon.language.keys import Key, Place, Reading, kept
from antiphon.language.nodes import Node, Scalar
from antiphon.target.http_model import RateBudget, RateLimit
from antiphon.target.reading import ProfileReading

MOST_CALLS = 1_000_000
_LONGEST_PER_S = 86_400.0
_AS_ASKED = "retry-after"


def _statuses(node: Node, reading: Reading) -> tuple[int, ...] | None:
    parse = plain.whole(400, 599)
    found = [parse(item, reading) for item in plain.items_of(node)]
    return tuple(status for status in found if status is not None) or None


def _wait(node: Node, reading: Reading) -> float | str | None:
    if isinstance(node, Scalar) and node.value == _AS_ASKED:
        return _AS_ASKED
    if isinstance(node, Scalar) and isinstance(node.value, str) and duration_s(node.value) is None:
        hint = "write retry-after, which does as the answer says, or a time such as 1s"
        reading.problems.mistake(f"`{node.value[:60]}` is no wait", node.source, hint)
        return None
    return plain.duration()(node, reading)


STATUS = Key("status", ("number", "list"), _statuses, "the status that refuses one call too many: 429 by default")
WAIT = Key("wait", ("text", "number"), _wait, "how long to wait then: a time, or `retry-after`, as the answer says")
BUDGET = kept("budget", ("map",), "how many calls the target takes in how long a time; Antiphon keeps to it")
RATE_LIMIT = Place[Reading]("`rate_limit`", (STATUS, WAIT, BUDGET))

CALLS = Key("calls", ("number",), plain.whole(1, MOST_CALLS), "how many calls", required=True)
PER = Key("per", ("text", "number"), plain.duration(high_s=_LONGEST_PER_S), "in how long a time", required=True)
EACH = Key("each", ("text",), plain.one_of("budget", ("operation", "all")), "of each operation by itself, or of all")
BUDGET_KEYS = Place[Reading]("`budget`", (CALLS, PER, EACH))


def read_rate_limit(node: Node, reading: ProfileReading) -> RateLimit:
    """Return how a target limits calls."""
    fields = RATE_LIMIT.read(plain.map_of(node), reading, reading.problems)
    wait, budget = fields.get(WAIT), fields.get(BUDGET)
    if not list(fields):
        reading.problems.mistake("a rate limit that says nothing", node.source, "write {budget: {calls: 100, per: 1m}}")
    return RateLimit(
        statuses=fields.get(STATUS) or RateLimit().statuses,
        wait_s=wait if isinstance(wait, float) else None,
        budget=_budget(budget, reading) if budget is not None else None,
    )


def _budget(node: Node, reading: ProfileReading) -> RateBudget | None:
    fields = BUDGET_KEYS.read(plain.map_of(node), reading, reading.problems)
    calls, per_s = fields.get(CALLS), fields.get(PER)
    if calls is None or per_s is None:
        return None
    return RateBudget(calls=calls, per_s=per_s, each=cast("Literal['operation', 'all']", fields.get(EACH) or "all"))
