"""JSONPath queries of names, indices and `*` alone, which are nearly all that anybody writes (`$.items[*].id`).

They mean what the library finds. Importing it takes longer than reading ten scenarios.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

Step: TypeAlias = str | int | None
"""A name, an index, or None for everything in it."""

_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[(0|-?[1-9][0-9]{0,8})\]|\[\*\]|\.\*")


def plain_steps(query: str) -> tuple[Step, ...] | None:
    """Return the steps of a query, or None if there is anything else in it."""
    if not query.startswith("$"):
        return None
    steps: list[Step] = []
    at = 1
    while at < len(query):
        found = _STEP.match(query, at)
        if found is None:
            return None
        name, index = found.groups()
        steps.append(int(index) if index is not None else name)
        at = found.end()
    return tuple(steps)


def found_by(steps: Iterable[Step], data: object) -> Iterator[object]:
    """Yield the values that a query's steps lead to, in order."""
    found = iter((data,))
    for step in steps:
        found = _inside(found, step)
    return found


def _inside(values: Iterator[object], step: Step) -> Iterator[object]:
    for value in values:
        match value, step:
            case dict(), None:
                yield from value.values()
            case list(), None:
                yield from value
            case dict(), str() if step in value:
                yield value[step]
            case list(), int() if -len(value) <= step < len(value):
                yield value[step]
