"""Every word that the reference owes an entry, taken from the programs' own tables."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import antiphon.language
import antiphon.scenario
import antiphon.target
import antiphon.target.access
import antiphon.target.laws
from antiphon.data.fakes import FAKE_WORDS
from antiphon.language.filter_words import FILTER_WORDS
from antiphon.language.filters import FILTERS
from antiphon.language.keys import ANYTHING, Key, Kind, Place
from antiphon.language.matcher_words import MATCHER_WORDS
from antiphon.scenario import step_keys
from antiphon.scenario.verb_words import BLOCK_VERB_WORDS, USER_VERB_WORDS

_CALLS = {
    "now": "the moment, as an ISO 8601 time",
    "range": "whole numbers as a list, the last left out: `range(1, 6)`",
}
_KINDS: dict[Kind, str] = {"empty": "nothing", "boolean": "true or false"}
_EVERY_STEP = "every step"
_MANY = 5
_PACKAGES = (antiphon.language, antiphon.scenario, antiphon.target, antiphon.target.laws, antiphon.target.access)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word that a user may write.

    Attributes:
        kind: Of word: `key`, `verb`, `matcher`, `filter`, `function`.
        place: Where it may stand: the places of a key, as a sentence names them.
        name: As it is written.
        means: What it says.
        takes: What its value may be.
    """

    kind: str
    name: str
    means: str
    place: str = ""
    takes: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.kind, f"{self.place}:" if self.place else "", self.name) if part)


def places() -> tuple[Place[Any], ...]:
    """Return every table of keys that the language or the profile has, each once."""
    found: dict[int, Place[Any]] = {}
    for package in _PACKAGES:
        for module in sorted(pkgutil.iter_modules(package.__path__, f"{package.__name__}."), key=lambda one: one.name):
            for value in vars(importlib.import_module(module.name)).values():
                inside = value.values() if isinstance(value, dict) else [value]
                found |= {id(one): one for one in inside if isinstance(one, Place)}
    return tuple(found.values())


def keys() -> dict[Word, tuple[Key[Any, Any], ...]]:
    """Return every key that is played, as a word; a key of many places is one word."""
    standing: dict[int, tuple[Key[Any, Any], list[str]]] = {}
    for place in places():
        for key in place.keys.values():
            if not key.later:
                _, names = standing.setdefault(id(key), (key, []))
                names += [place.name] if place.name not in names else []
    found: dict[Word, tuple[Key[Any, Any], ...]] = {}
    for key, names in standing.values():
        where = _EVERY_STEP if len(names) > _MANY else ", ".join(names)
        takes = ", ".join(_KINDS.get(kind, kind) for kind in key.kinds)
        takes = "anything" if len(key.kinds) == len(ANYTHING) else takes
        word = Word(kind="key", place=where, name=key.name, means=key.about, takes=takes)
        found[word] = (*found.get(word, ()), key)
    return found


def words() -> Iterator[Word]:
    """Yield every word of the language and the profile that this version plays."""
    yield from keys()
    for name in (*step_keys.USER_VERBS, *step_keys.BLOCK_VERBS):
        if name not in (*step_keys.LATER_USER_VERBS, *step_keys.LATER_BLOCK_VERBS):
            means = USER_VERB_WORDS.get(name) or BLOCK_VERB_WORDS.get(name, "")
            yield Word(kind="verb", name=name, means=means)
    for name, means in MATCHER_WORDS.items():
        yield Word(kind="matcher", name=f"#{name}", means=means)
    yield Word(kind="matcher", name="#/", means='`"#/pattern/"`: a text in which the pattern is found')
    for name in FILTERS:
        yield Word(kind="filter", name=name, means=FILTER_WORDS.get(name, ""))
    for name, means in FAKE_WORDS.items():
        yield Word(kind="function", name=f"fake.{name}", means=means)
    for name, means in _CALLS.items():
        yield Word(kind="function", name=name, means=means)
