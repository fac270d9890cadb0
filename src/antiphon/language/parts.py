"""Parts of matchers: tests already, or able to become one in a scope; parts are made of parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct

from antiphon.language.checks import WORDS, Test
from antiphon.language.composites import NeverTest, of_data
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING, NO_NAMES, Scope


class Unbound(Exception):
    """A template in a matcher finds nothing; `path` leads to it."""

    def __init__(self, error: EvaluationRefused, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(str(error))
        self.error = error
        self.path = path


def _unbound(_scope: Scope) -> Test:
    return WORDS["any"]


class Part(Struct, frozen=True):
    """A matcher, or a part of one.

    Attributes:
        test: The test, where it is the same in every scope.
        bind: Gives the test in a scope; raises `Unbound` or `EvaluationRefused`.
        value: Gives the value to compare with, of a part that is a plain value.
        roots: The names that it looks up.
        calls: What it calls.
        about_presence: Whether it says something about an absent value.
        plan: How it is made, where code can be generated that answers the same.
    """

    test: Test | None = None
    bind: Callable[[Scope], Test] = _unbound
    value: Callable[[Scope], object] | None = None
    roots: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    about_presence: bool = False
    plan: Plan | None = None


class Same(Struct, frozen=True):
    """A value that is equal to this one; of a template to what it gives."""

    value: object


class Word(Struct, frozen=True):
    """A value of a kind that has a word."""

    word: str


class Fields(Struct, frozen=True):
    """A map, or if it is closed one with no other keys."""

    names: tuple[str, ...]
    parts: tuple[Part, ...]
    closed: bool = False


class Items(Struct, frozen=True):
    """A list, wholly and in order."""

    parts: tuple[Part, ...]


class Each(Struct, frozen=True):
    """A list of which every item matches."""

    part: Part


class Both(Struct, frozen=True):
    """A value that all of these match."""

    parts: tuple[Part, ...]


Plan: TypeAlias = Same | Word | Fields | Items | Each | Both
HOLE = Same(MISSING)
"""Of a part whose `value` gives what to compare with."""


def made_of(
    parts: Sequence[Part],
    make: Callable[[list[Test]], Test],
    keys: Sequence[str | int] = (),
    plan: Plan | None = None,
) -> Part:
    """Return a part made of others; where one of them finds nothing, its key is put before the path."""
    roots = frozenset[str]().union(*(part.roots for part in parts))
    calls = frozenset[str]().union(*(part.calls for part in parts))
    presence = bool(parts) and all(part.about_presence for part in parts)
    ready = [part.test or WORDS["any"] for part in parts]
    waiting = [(position, part.bind) for position, part in enumerate(parts) if part.test is None]
    if not waiting:
        return Part(make(ready), about_presence=presence, plan=plan)

    def bind(scope: Scope) -> Test:
        tests = ready.copy()
        for position, bind_part in waiting:
            try:
                tests[position] = bind_part(scope)
            except Unbound as unbound:
                raise Unbound(unbound.error, (*keys[position : position + 1], *unbound.path)) from None
            except EvaluationRefused as error:
                raise Unbound(error, tuple(keys[position : position + 1])) from None
        return make(tests)

    return Part(bind=bind, roots=roots, calls=calls, about_presence=presence, plan=plan)


def spared(part: Part) -> Part:
    """Return the part as one that matches nothing where its template finds nothing, and spoils no other."""
    if part.test is not None:
        return part

    def bind(scope: Scope) -> Test:
        try:
            return part.bind(scope)
        except Unbound as unbound:
            return NeverTest(unbound.error, unbound.path)
        except EvaluationRefused as error:
            return NeverTest(error)

    return Part(None, bind, part.value, part.roots, part.calls, part.about_presence)


def of_items(part: Part, make: Callable[[Test, object], Test], plan: Plan | None = None) -> Part:
    """Return a part about the items of a list; `make` is also given the value, where the part is a plain one."""
    value = part.value
    if part.test is not None:
        return Part(make(part.test, value(NO_NAMES) if value is not None else MISSING), plan=plan)

    def bind(scope: Scope) -> Test:
        if value is None:
            return make(part.bind(scope), MISSING)
        given = value(scope)
        return make(of_data(given), given)

    return Part(bind=bind, roots=part.roots, calls=part.calls, plan=plan)
