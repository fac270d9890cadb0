"""JSONPath (RFC 9535) over a body: the addresses and keys that begin with `$`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import islice

import jsonpath
from jsonpath.exceptions import JSONPathError
from jsonpath.function_extensions import ExpressionType, FilterFunction

from antiphon.language.patterns import BadPattern, pattern
from antiphon.language.refusals import ValueRefused
from antiphon.language.scope import MISSING

LONGEST_QUERY = 500
# Each further `..` walks the whole subtree of every node again.
MOST_DESCENTS = 3
MOST_RESULTS = 100_000


class BadQuery(Exception):
    """A query cannot be read; the text says why."""


class _Pattern(FilterFunction):
    """RFC 9535's `match` and `search`, by an engine whose time is linear."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012 - the library's own form
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole

    def __call__(self, value: object, expression: object) -> bool:
        if not isinstance(value, str) or not isinstance(expression, str):
            return False
        try:
            compiled = pattern(expression)
            return (compiled.fullmatch(value) if self.whole else compiled.search(value)) is not None
        except (BadPattern, UnicodeEncodeError):  # the RFC: such a pattern matches nothing
            return False


class _Environment(jsonpath.JSONPathEnvironment):
    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        self.function_extensions["match"] = _Pattern(whole=True)
        self.function_extensions["search"] = _Pattern(whole=False)


_ENVIRONMENT = _Environment(strict=True)


@lru_cache(maxsize=1024)
def compile_query(text: str) -> Callable[[object], object]:
    """Return a getter of what the query finds: one node's value, the list of several, `MISSING` for none.

    Raises:
        BadQuery: It is no RFC 9535 query, or one that could take too long.
    """
    if len(text) > LONGEST_QUERY:
        raise BadQuery(f"longer than {LONGEST_QUERY:,} characters")
    if text.count("..") > MOST_DESCENTS:
        raise BadQuery(f"more than {MOST_DESCENTS} times `..`")
    try:
        compiled = _ENVIRONMENT.compile(text)
    except (JSONPathError, RecursionError, ValueError) as error:
        lines = str(error).splitlines()
        raise BadQuery(lines[0] if lines else "cannot be read") from None

    def find(data: object) -> object:
        if data is MISSING:
            return MISSING
        if not isinstance(data, dict | list):
            return data if text == "$" else MISSING
        try:
            found = [node.obj for node in islice(compiled.finditer(data), MOST_RESULTS + 1)]
        except (JSONPathError, RecursionError) as error:
            raise ValueRefused(sentence=f"`{text}` cannot be asked of this body: {str(error)[:200]}") from None
        if len(found) > MOST_RESULTS:
            raise ValueRefused(sentence=f"`{text}` finds more than {MOST_RESULTS:,} values")
        if not found:
            return MISSING
        return found[0] if len(found) == 1 else found

    return find
