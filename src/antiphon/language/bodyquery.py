"""JSONPath (RFC 9535) over a body: the addresses and keys that begin with `$`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import islice
from typing import TypeAlias

from antiphon.language.plain_queries import found_by, plain_steps
from antiphon.language.refusals import ValueRefused
from antiphon.language.scope import MISSING

LONGEST_QUERY = 500
# Each further `..` walks the whole subtree of every node again.
MOST_DESCENTS = 3
MOST_RESULTS = 100_000

_Body: TypeAlias = dict[str, object] | list[object]


class BadQuery(Exception):
    """A query cannot be read; the text says why."""


@lru_cache(maxsize=1024)
def compile_query(text: str) -> Callable[[object], object]:
    """Return a getter of what the query finds: one node's value, the list of several, `MISSING` for none.

    Raises:
        BadQuery: It is no RFC 9535 query, or one that could take too long.
    """
    if text == "$":  # the whole: plain messages are asked for it one by one
        return _itself
    if len(text) > LONGEST_QUERY:
        raise BadQuery(f"longer than {LONGEST_QUERY:,} characters")
    if text.count("..") > MOST_DESCENTS:
        raise BadQuery(f"more than {MOST_DESCENTS} times `..`")
    nodes = _nodes_of(text)

    def find(data: object) -> object:
        if data is MISSING:
            return MISSING
        if not isinstance(data, dict | list):
            return data if text == "$" else MISSING
        try:
            found = list(islice(nodes(data), MOST_RESULTS + 1))
        except BadQuery as problem:
            raise ValueRefused(sentence=f"`{text}` cannot be asked of this body: {str(problem)[:200]}") from None
        if len(found) > MOST_RESULTS:
            raise ValueRefused(sentence=f"`{text}` finds more than {MOST_RESULTS:,} values")
        if not found:
            return MISSING
        return found[0] if len(found) == 1 else found

    return find


def _nodes_of(text: str) -> Callable[[_Body], Iterator[object]]:
    steps = plain_steps(text)
    if steps is not None:
        return partial(found_by, steps)
    # Here, because the library takes a tenth of all that a start imports, and few suites ask such a query.
    from antiphon.language.jsonpaths import ENVIRONMENT, JSONPathError

    try:
        compiled = ENVIRONMENT.compile(text)
    except (JSONPathError, RecursionError, ValueError) as error:
        raise BadQuery(_first_line(error)) from None

    def nodes(data: _Body) -> Iterator[object]:
        try:
            yield from (node.obj for node in compiled.finditer(data))
        except (JSONPathError, RecursionError) as error:
            raise BadQuery(_first_line(error)) from None

    return nodes


def _first_line(error: Exception) -> str:
    try:
        lines = str(error).splitlines()
    except ValueError:  # python-jsonpath 2 looks for the place of some errors outside of the text
        lines = []
    return lines[0] if lines else "cannot be read"


def _itself(data: object) -> object:
    return data
