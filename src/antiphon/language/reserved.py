"""The words that name no user and no saved value, because the language itself uses them."""

from __future__ import annotations

ANSWER_ROOTS = frozenset(
    {"request", "response", "payload", "problem", "status", "headers", "path", "query", "data", "ack", "rows"}
)
"""What speaks of the step where it stands, once that step is answered."""

EVENT_ROOTS = frozenset({"event", "args", "self"})
"""What speaks of the event that was heard, and of who heard it."""

ALWAYS_ROOTS = frozenset({"caller", "env", "run", "fake", "now", "range"})
"""What every template of a step may name."""

ROW = "row"
"""The row of `examples` that a scenario is played for."""

VALUE_WORDS = ANSWER_ROOTS | EVENT_ROOTS | ALWAYS_ROOTS | {ROW, "nobody", "true", "false", "null", "body"}
"""What no value may be called."""
