"""Tests of maps and lists, and tests made of other tests.

A test takes a value and answers None, or how the value differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from antiphon.language.assignment import best_assignment
from antiphon.language.checks import Test, equals
from antiphon.language.difference import Difference, Words, shown
from antiphon.language.jsontext import identity
from antiphon.language.refusals import EvaluationRefused, ValueRefused
from antiphon.language.scope import MISSING, Lazy, resolved

MOST_UNORDERED = 1_000
Query = Callable[[object], object]


class ObjectTest:
    """A map of which each written key must match; others may be there, unless it is closed."""

    __slots__ = ("closed", "fields", "queries")

    def __init__(
        self,
        fields: Sequence[tuple[str, Test]],
        queries: Sequence[tuple[str, Query, Test]] = (),
        *,
        closed: bool = False,
    ) -> None:
        self.fields = fields
        self.queries = queries
        self.closed = frozenset(key for key, _ in fields) if closed else None

    def __call__(self, value: object) -> Difference | None:
        """Return the first difference, in the order written."""
        if type(value) is not dict:
            value = resolved(value)
            if not isinstance(value, Mapping):
                return Difference((), value, Words("a map"))
        get = value.get
        for key, test in self.fields:
            found = test(get(key, MISSING))
            if found is not None:
                return found.under(key)
        for key, find, test in self.queries:
            found = _asked(find, test, value)
            if found is not None:
                return found.under(key)
        return self.besides(value) if self.closed is not None else None

    def besides(self, value: Mapping[object, object]) -> Difference | None:
        """Return which keys a closed map has that were not written."""
        wanted = self.closed or frozenset()
        extra = [str(key) for key in value if key not in wanted]
        if not extra:
            return None
        said = f"has {shown(extra[0])} besides" if len(extra) == 1 else f"has {len(extra)} keys besides: {shown(extra)}"
        return Difference((), value, Words("nothing besides"), said)


def _asked(find: Query, test: Test, value: object) -> Difference | None:
    try:
        return test(find(value))
    except ValueRefused as error:
        return Difference((), value, Words("found"), str(error), undecided=True)


class ListTest:
    """A list that matches wholly and in order."""

    __slots__ = ("items",)

    def __init__(self, items: Sequence[Test]) -> None:
        self.items = tuple(items)

    def __call__(self, value: object) -> Difference | None:
        """Return the first difference."""
        if not isinstance(value, list | tuple):
            return Difference((), value, Words("a list"))
        if len(value) != len(self.items):
            return wrong_count(value, len(self.items))
        for position, (test, item) in enumerate(zip(self.items, value, strict=True)):
            found = test(item)
            if found is not None:
                return found.under(position)
        return None


class NeverTest:
    """Matches nothing, because the matcher itself had no value to compare with."""

    __slots__ = ("error", "path")

    def __init__(self, error: EvaluationRefused, path: tuple[str | int, ...] = ()) -> None:
        self.error = error
        self.path = path

    def __call__(self, value: object) -> Difference | None:
        """Return that nothing can be compared."""
        return Difference(self.path, value, Words("known"), f"cannot be compared: {self.error}", undecided=True)


def wrong_count(value: Sequence[object], expected: int) -> Difference:
    """Return that a list has another number of items."""
    have = f"{len(value)} item{'s' if len(value) != 1 else ''}"
    return Difference((), value, Words(f"{expected} items"), f"has {have}, not {expected}")


def of_data(expected: object) -> Test:
    """Return the test for plain data: maps match partially, lists wholly, texts are never matchers.

    Raises:
        ValueRefused: It is no data (a user as a whole, for instance), or nested too deeply.
    """
    if type(expected) is str:
        return equals(expected)
    try:
        return _of_data(expected)
    except RecursionError:
        raise ValueRefused(sentence="the value to compare with is nested too deeply") from None


def _of_data(expected: object) -> Test:
    if isinstance(expected, Lazy):
        expected = expected.value()
    match expected:
        case dict():
            return ObjectTest([(str(key), _of_data(part)) for key, part in expected.items()])
        case list() | tuple():
            return ListTest([_of_data(item) for item in expected])
        case None | bool() | int() | float() | str() | bytes() | bytearray() | memoryview():
            return equals(expected)
        case _:
            hint = "name one of its parts (`bob.id`)"
            raise ValueRefused(sentence=f"{shown(expected)} is no value to compare with", advice=hint)


def negated(test: Test, written: str, *, about_presence: bool) -> Test:
    """Return the test that holds where `test` does not; an absent value needs a test that is about presence."""

    def is_not(value: object) -> Difference | None:
        if value is MISSING and not about_presence:
            return Difference((), value, Words(f"a value other than {written}"))
        found = test(value)
        if found is None:
            said = f"{shown(value)} is {written}, which it should not be"
            return Difference((), value, Words(f"not {written}"), said)
        return found if found.undecided else None

    return is_not


def any_of(tests: Sequence[Test]) -> Test:
    """Return the test that holds where one of `tests` does."""

    def is_any(value: object) -> Difference | None:
        nearest: Difference | None = None
        for test in tests:
            found = test(value)
            if found is None:
                return None
            if nearest is None or len(found.path) > len(nearest.path):
                nearest = found
        said = f"none of {len(tests)} alternatives holds; the nearest {nearest}"
        # A negation must not profit from an alternative that could not be compared.
        undecided = any(isinstance(test, NeverTest) for test in tests)
        return Difference((), value, Words(f"one of {len(tests)} alternatives"), said, undecided)

    return is_any


def all_of(tests: Sequence[Test]) -> Test:
    """Return the test that holds where each of `tests` does."""

    def is_all(value: object) -> Difference | None:
        for test in tests:
            found = test(value)
            if found is not None:
                return found
        return None

    return is_all


def each(test: Test) -> Test:
    """Return the test for a list of which every item matches."""

    def is_each(value: object) -> Difference | None:
        if not isinstance(value, list | tuple):
            return Difference((), value, Words("a list"))
        for position, item in enumerate(value):
            found = test(item)
            if found is not None:
                return found.under(position)
        return None

    return is_each


def contains(test: Test, written: str, part: object = MISSING) -> Test:
    """Return the test for a list with an item that matches, or for a text that holds the text `part`."""

    def is_in(value: object) -> Difference | None:
        if isinstance(value, str) and isinstance(part, str):
            return None if part in value else Difference((), value, Words(f"a text with {shown(part)} in it"))
        if not isinstance(value, list | tuple):
            return Difference((), value, Words("a list"))
        first: Difference | None = None
        for position, item in enumerate(value):
            found = test(item)
            if found is None:
                return None
            first = first or found.under(position)
        return Difference((), value, Words(f"a list with {written} in it"), _none_matches(value, written, first))

    return is_in


def _none_matches(value: Sequence[object], written: str, first: Difference | None) -> str:
    if first is None:
        return f"is empty, and should contain {written}"
    nearest = f"`{first.place}`: {first.sentence}"
    return f"none of {len(value)} items is {written}; {nearest}"


def contains_none(test: Test, written: str, part: object = MISSING) -> Test:
    """Return the test for a list without an item that matches, or for a text without the text `part`."""

    def is_out(value: object) -> Difference | None:
        if isinstance(value, str) and isinstance(part, str):
            return Difference((), value, Words(f"a text without {shown(part)}")) if part in value else None
        if not isinstance(value, list | tuple):
            return Difference((), value, Words("a list"))
        for position, item in enumerate(value):
            found = test(item)
            if found is None:
                said = f"{shown(item)} should not be there"
                return Difference((position,), item, Words(f"not {written}"), said)
            if found.undecided:
                return found.under(position)
        return None

    return is_out


def unordered(tests: Sequence[Test]) -> Test:
    """Return the test for a list that matches wholly, in any order."""

    def is_permuted(value: object) -> Difference | None:
        if not isinstance(value, list | tuple):
            return Difference((), value, Words("a list"))
        if len(value) != len(tests):
            return wrong_count(value, len(tests))
        if len(value) > MOST_UNORDERED:
            said = f"has {len(value):,} items; more than {MOST_UNORDERED:,} are not compared in any order"
            return Difference((), value, Words("a shorter list"), said, undecided=True)
        choices = [[at for at, item in enumerate(value) if test(item) is None] for test in tests]
        given = best_assignment(choices)
        if None not in given:
            return None
        wanted = given.index(None)
        left = next(at for at in range(len(value)) if at not in given)
        found = tests[wanted](value[left])
        told = f", {found}" if found is not None else ""
        which = f"item {wanted + 1} of the {len(tests)} wanted"
        said = f"{which} is not among them; left over: {shown(value[left])}{told}"
        return Difference((), value, Words("the same items"), said)

    return is_permuted


def unordered_data(expected: Sequence[object]) -> Test:
    """Return the test for a list with these items in any order; of scalars it takes any number of them."""
    if any(isinstance(item, dict | list | tuple | Mapping) for item in expected):
        return unordered([of_data(item) for item in expected])
    wanted = Counter(identity(item) for item in expected)

    def is_permuted(value: object) -> Difference | None:
        if not isinstance(value, list | tuple):
            return Difference((), value, Words("a list"))
        try:
            have = Counter(identity(item) for item in value)
        except RecursionError:
            return _too_deep(value)
        lacking = next((item for item in expected if have[identity(item)] < wanted[identity(item)]), MISSING)
        if lacking is not MISSING:
            return Difference((), value, Words("the same items"), f"{shown(lacking)} is not among them")
        return wrong_count(value, len(expected)) if len(value) != len(expected) else None

    return is_permuted


def _too_deep(value: object) -> Difference:
    return Difference((), value, Words("comparable"), "is nested too deeply to be compared", undecided=True)


def distinct(find: Query, written: str) -> Test:
    """Return the test for a list in which no two items have the same value at an address."""

    def is_distinct(value: object) -> Difference | None:
        if not isinstance(value, list | tuple):
            return Difference((), value, Words("a list"))
        try:
            return _repeated(value, find, written)
        except RecursionError:
            return _too_deep(value)
        except EvaluationRefused as error:
            return Difference((), value, Words("comparable"), str(error), undecided=True)

    return is_distinct


def _repeated(value: Sequence[object], find: Query, written: str) -> Difference | None:
    seen: dict[object, int] = {}
    for position, item in enumerate(value):
        part = find(item)
        if part is MISSING:
            return Difference((position,), item, Words(f"a map with `{written}`"), f"has no `{written}`")
        first = seen.setdefault(identity(part), position)
        if first != position:
            said = f"{shown(part)} stands at `{written}` of items {first} and {position}"
            return Difference((), value, Words(f"distinct in `{written}`"), said)
    return None
