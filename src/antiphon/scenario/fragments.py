"""The fragments of a suite: each compiled once, when it is first used, and checked on its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from antiphon.core.errors import Problems, UnknownName
from antiphon.core.source import Source
from antiphon.language import plain_values as plain
from antiphon.language.keys import ANYTHING, Fields, Key, Place, Reading, kept
from antiphon.language.nodes import Entry, Mapping, Scalar
from antiphon.language.template import Value, compile_value
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.file_compiler import CLEANUP, STEPS, Compiled, compile_steps
from antiphon.scenario.names_check import NamesCheck, saved_names
from antiphon.scenario.reading import ScenarioReading
from antiphon.scenario.saving import fit_name, why_unfit
from antiphon.scenario.step_model import Fragment
from antiphon.scenario.users import why_no_user
from antiphon.scenario.uses import uses_in

Stand = Literal["user", "users", "value"]

_DEEPEST = 8

FRAGMENT_NAME = Key("fragment", ("text",), plain.text, "its name", required=True)
TAKES = kept("takes", ("map",), "NAME: user, users, value or {default: V}")
GIVES = Key("gives", ("list",), plain.texts, "the names that it hands out")
FRAGMENT = Place[Reading]("a fragment", (FRAGMENT_NAME, TAKES, GIVES, STEPS, CLEANUP))
DEFAULT = kept("default", ANYTHING, "the value where none is given", required=True)
TAKEN = Place[Reading]("what a fragment takes", (DEFAULT,))


class Fragments:
    """The fragments of a suite, each compiled when it is first used."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        file_problem: Callable[[str], str | None],
        file_bytes: Callable[[str], bytes],
        env: frozenset[str] | None,
        problems: Problems,
    ) -> None:
        """Begin with none; `problems` collects those of the whole suite."""
        self.vocabulary = vocabulary
        self.file_problem = file_problem
        self.file_bytes = file_bytes
        self.env = env
        self.problems = problems
        self._roots: dict[str, Mapping] = {}
        self._compiled: dict[str, Fragment | None] = {}
        self._under_way: list[str] = []

    def add(self, name: Scalar | None, root: Mapping) -> None:
        """Add a fragment's file; a second one of its name is noted with both places."""
        if name is None:
            return
        text = str(name.value)
        first = self._roots.setdefault(text, root)
        if first is not root:
            hint = f"the other one stands at {first.source}; rename one of them"
            self.problems.mistake(f"two fragments are called `{text}`", name.source, hint)

    def reading(self) -> ScenarioReading:
        """Return the reading of a new file."""
        return ScenarioReading(
            problems=self.problems,
            file_problem=self.file_problem,
            file_bytes=self.file_bytes,
            vocabulary=self.vocabulary,
            fragment=self.find,
        )

    def find(self, name: str, source: Source) -> Fragment | None:
        """Return the fragment of a name for the step at `source` that uses it."""
        if name not in self._roots:
            known = sorted(self._roots)
            self.problems.add(UnknownName(kind="fragment", name=name, source=source, known=known))
            return None
        if name in self._under_way:
            way = " → ".join([*self._under_way[self._under_way.index(name) :], name])
            self.problems.mistake(f"the fragment `{name}` uses itself", source, f"{way}; `repeat` does things again")
            return None
        if len(self._under_way) == _DEEPEST:
            hint = f"{' → '.join(self._under_way)} → {name}"
            self.problems.mistake(f"fragments use one another more than {_DEEPEST} deep", source, hint)
            return None
        if name not in self._compiled:
            self._under_way.append(name)
            self._compiled[name] = _compile_fragment(self._roots[name], self)
            self._under_way.pop()
        return self._compiled[name]

    def compile_all(self) -> dict[str, Fragment]:
        """Return all fragments by name, those that nothing uses too."""
        for name, root in sorted(self._roots.items()):
            self.find(name, root.source)
        return {name: fragment for name, fragment in sorted(self._compiled.items()) if fragment is not None}


def fragment_name(root: Mapping, problems: Problems) -> Scalar | None:
    """Return a fragment's name, as it was written."""
    node = root.get("fragment")
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.value.strip():
        problems.mistake("a fragment has no name", root.source, "write `fragment: NAME`")
        return None
    return node


def _compile_fragment(root: Mapping, fragments: Fragments) -> Fragment | None:
    reading = fragments.reading()
    fields = FRAGMENT.read(root, reading, reading.problems)
    check = NamesCheck(reading, env=fragments.env)
    takes: dict[str, Stand] = {}
    defaults: dict[str, Value] = {}
    node = fields.get(TAKES)
    for entry in node if isinstance(node, Mapping) else ():
        stand = _taken(entry, defaults, reading, check)
        if stand is not None:
            takes[entry.name] = stand
            check.define(entry.name, stand, entry.key.source)
    compiled = compile_steps(fields, reading)
    check.all_saved = dict(saved_names((*compiled.steps, *compiled.cleanup)))
    check.steps(compiled.steps)
    gives = _given(fields, check, reading)
    check.steps(compiled.cleanup)
    name = fields.get(FRAGMENT_NAME)
    return _fragment(name, root, takes, defaults, gives, compiled) if name is not None else None


def _fragment(
    name: str,
    root: Mapping,
    takes: dict[str, Stand],
    defaults: dict[str, Value],
    gives: tuple[str, ...],
    compiled: Compiled,
) -> Fragment:
    return Fragment(
        name=name,
        source=root.source,
        takes=takes,
        defaults=defaults,
        gives=gives,
        steps=compiled.steps,
        cleanup=compiled.cleanup,
    )


def _taken(entry: Entry, defaults: dict[str, Value], reading: ScenarioReading, check: NamesCheck) -> Stand | None:
    """Return what a taken name stands for; the value of a default is kept."""
    name, node, problems = entry.name, entry.value, reading.problems
    if isinstance(node, Mapping):
        default = TAKEN.read(node, reading, problems).get(DEFAULT)
        if default is None:
            return None
        check.uses(uses_in(default))
        defaults[name] = compile_value(default, problems)
        stand: Stand = "value"
    else:
        word = node.value if isinstance(node, Scalar) else None
        if word not in ("user", "users", "value"):
            hint = "write user, users, value or {default: V}"
            problems.mistake(f"`{name}` does not say what it stands for", node.source, hint)
            return None
        stand = "user" if word == "user" else "users" if word == "users" else "value"
    if stand != "value" and (why := why_no_user(name)):
        problems.mistake(f"`{name}` cannot name a user", entry.key.source, why)
    elif stand == "value" and not fit_name(name):
        problems.mistake(f"`{name}` cannot name a value", entry.key.source, why_unfit(name))
    if stand != "value":
        reading.acting.add(name)
    if stand == "users":
        reading.several.add(name)
    return stand


def _given(fields: Fields, check: NamesCheck, reading: ScenarioReading) -> tuple[str, ...]:
    """Return the names that a fragment hands out; each must be one that its steps define, or that it takes."""
    gives = fields.get(GIVES) or ()
    for name in gives:
        if name not in check.names.stands:
            known = sorted(check.names.stands)
            source = fields.at(GIVES)
            reading.problems.add(UnknownName(kind="name to give", name=name, source=source, known=known))
    return gives
