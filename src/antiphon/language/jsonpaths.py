"""The JSONPath library as the language wants it: strictly RFC 9535, with patterns in linear time."""

from __future__ import annotations

import jsonpath
from jsonpath.exceptions import JSONPathError
from jsonpath.function_extensions import ExpressionType, FilterFunction

from antiphon.language.patterns import BadPattern, pattern

__all__ = ["ENVIRONMENT", "JSONPathError"]


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


ENVIRONMENT = _Environment(strict=True)
