"""Matchers and claims: values of a file as tests of the values that come.

Compiled once. A matcher with templates is *bound* to a scope, which gives a test for any number of
values; a constant one is its own test.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from msgspec import Struct

from antiphon.core.compiled_value import CompiledValue
from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE, Source
from antiphon.language.address import Address, parse_address
from antiphon.language.checks import Test
from antiphon.language.composites import ListTest, NeverTest, ObjectTest, of_data
from antiphon.language.difference import ClaimDifference, Difference, Words, shown
from antiphon.language.matching import compile_part
from antiphon.language.nodes import Mapping, Node, kind_of, plain
from antiphon.language.parts import Part, Unbound
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING, Scope, resolved


class Matcher(CompiledValue, frozen=True):
    """What a value must be.

    Attributes:
        source: Where it was written.
        text: As it was written, as JSON, shortened.
        part: How it is bound.
    """

    MADE: ClassVar[frozenset[str]] = frozenset({"part"})

    source: Source
    text: str
    part: Part

    @property
    def roots(self) -> frozenset[str]:
        """The names that it looks up; `fake`, `now` and `range` are none."""
        return self.part.roots

    @property
    def calls(self) -> frozenset[str]:
        """What it calls (`now`, `fake.email`)."""
        return self.part.calls

    @property
    def is_constant(self) -> bool:
        """Whether it is the same test in every scope."""
        return self.part.test is not None

    def bind(self, scope: Scope) -> Test:
        """Return the test that this matcher is in a scope: None for a value that matches, else a `Difference`.

        Templates are evaluated here, once. One that finds nothing makes a `NeverTest`.
        """
        if self.part.test is not None:
            return self.part.test
        try:
            return self.part.bind(scope)
        except Unbound as unbound:
            return NeverTest(unbound.error, unbound.path)
        except EvaluationRefused as error:
            return NeverTest(error)

    def __call__(self, value: object, scope: Scope) -> Difference | None:
        """Return how the value differs, or None where it matches."""
        test = self.part.test or self.bind(scope)
        return test(value if type(value) is dict else resolved(value))

    def differences(self, value: object, scope: Scope) -> tuple[Difference, ...]:
        """Return every difference of maps and lists, key by key and item by item, in the order written."""
        return tuple(_every(self.bind(scope), resolved(value)))


def _every(test: Test, value: object) -> Iterator[Difference]:
    if isinstance(test, ObjectTest) and isinstance(value, dict):
        for key, inner in test.fields:
            yield from (found.under(key) for found in _every(inner, value.get(key, MISSING)))
        rest = ObjectTest((), test.queries)(value) or (test.besides(value) if test.closed is not None else None)
        if rest is not None:
            yield rest
    elif isinstance(test, ListTest) and isinstance(value, list) and len(value) == len(test.items):
        for position, (inner, item) in enumerate(zip(test.items, value, strict=True)):
            yield from (found.under(position) for found in _every(inner, item))
    else:
        found = test(value)
        if found is not None:
            yield found


def compile_matcher(node: Node, problems: Problems, *, body: str = "body") -> Matcher:
    """Return the matcher that a node of a file says; one that matches anything where it cannot be read.

    Args:
        node: A value, a matcher in a text (`"#uuid"`), or a map or list with matchers in it.
        problems: Collects what is wrong.
        body: The name under which the scope holds what `$` means in templates.
    """
    return Matcher(node.source, shown(plain(node)), compile_part(node, problems, body))


def data_matcher(data: object, source: Source = NOWHERE) -> Matcher:
    """Return the matcher of plain data, in which no text is a matcher."""
    return Matcher(source, shown(data), Part(test=of_data(data)))


class Claim(Struct, frozen=True):
    """A map of addresses and matchers, all of which must hold.

    Attributes:
        parts: Each address, what its value must be, and where that is written.
        source: Where the map was written.
    """

    parts: tuple[tuple[Address, Matcher, Source], ...]
    source: Source

    @property
    def roots(self) -> frozenset[str]:
        """The names that it looks up."""
        return frozenset[str]().union(*(address.roots | matcher.roots for address, matcher, _ in self.parts))

    @property
    def calls(self) -> frozenset[str]:
        """What it calls (`now`, `fake.email`)."""
        return frozenset[str]().union(*(matcher.calls for _, matcher, _ in self.parts))

    def __call__(self, scope: Scope) -> tuple[ClaimDifference, ...]:
        """Return every part that does not hold; empty where the claim does."""
        found = []
        for address, matcher, source in self.parts:
            difference = _claimed(address, matcher, scope)
            if difference is not None:
                found.append(ClaimDifference(address.text, difference, source))
        return tuple(found)

    def holds(self, scope: Scope) -> bool:
        """Return whether every part holds."""
        return all(_claimed(address, matcher, scope) is None for address, matcher, _ in self.parts)


def _claimed(address: Address, matcher: Matcher, scope: Scope) -> Difference | None:
    try:
        value = address(scope)
    except EvaluationRefused as error:
        return Difference((), MISSING, Words("known"), str(error), undecided=True)
    return matcher(value, scope)


def compile_claim(node: Node, problems: Problems, *, body: str = "body") -> Claim:
    """Return the claim that a map `ADDRESS: MATCHER` says.

    Args:
        node: The map.
        problems: Collects what is wrong.
        body: The name under which the scope holds what `$` means.
    """
    if not isinstance(node, Mapping):
        hint = 'write {payload.id: "#uuid"}'
        problems.mistake(f"a claim is a map of addresses and matchers, this is {kind_of(node)}", node.source, hint)
        return Claim((), node.source)
    if not node.entries:
        problems.mistake("an empty claim, which could not fail", node.source, "write ADDRESS: MATCHER")
    parts = []
    for entry in node:
        key = entry.key
        address = parse_address(entry.name, key.source, problems, body=body, at=key.at)
        parts.append((address, compile_matcher(entry.value, problems, body=body), key.source))
    return Claim(tuple(parts), node.source)
