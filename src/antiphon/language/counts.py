"""How often: `2`, `1..3`, `2..`."""

from __future__ import annotations

import re

from antiphon.language.nodes import Node, Scalar

Bounds = tuple[int, int | None]

COUNTS_HINT = "write 2, 1..3 or 2.."

_COUNTS = re.compile(r"(\d{1,6})\s*\.\.\s*(\d{1,6})?", re.ASCII)
_MOST = 100_000


def written_bounds(node: Node) -> Bounds | None:
    """Return the least and the most of a node, which may be impossible; None where it says no number of times."""
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value, value
    if isinstance(value, str) and (found := _COUNTS.fullmatch(value.strip())):
        return int(found[1]), int(found[2]) if found[2] else None
    return None


def are_possible(low: int, high: int | None) -> bool:
    """Return whether something can happen so often."""
    return 0 <= low <= _MOST and (high is None or low <= high <= _MOST)
