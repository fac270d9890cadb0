"""How a node of a file becomes a part of a matcher: words, patterns, one-key maps, values with templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from antiphon.core.errors import Problems, UnknownName
from antiphon.core.source import Source
from antiphon.core.text import nearest
from antiphon.language import composites
from antiphon.language.address import parse_address
from antiphon.language.bodyquery import BadQuery, compile_query
from antiphon.language.checks import (
    PRESENCE_WORDS,
    WORDS,
    BadArgument,
    Test,
    equals,
    has_length,
    in_range,
    is_near,
    matches_pattern,
)
from antiphon.language.difference import shown
from antiphon.language.jsontext import text_of
from antiphon.language.nodes import Entry, Mapping, Node, Scalar, Sequence, kind_of, plain
from antiphon.language.parts import HOLE, Both, Each, Fields, Items, Part, Same, Word, made_of, of_items, spared
from antiphon.language.patterns import BadPattern, literally, pattern
from antiphon.language.refusals import EvaluationRefused, ValueRefused
from antiphon.language.scope import MISSING, NO_NAMES, Names, Scope
from antiphon.language.template import Template, compile_template, compile_value, needed, template_pieces

Make = Callable[[object], Test]


def compile_part(node: Node, problems: Problems, body: str) -> Part:
    """Return the part that a node says."""
    return _Compiler(problems, body).part(node)


_ANYTHING = Part(test=WORDS["any"], about_presence=True)
"""Stands for what could not be read, so that one mistake makes one problem."""


class _Compiler:
    def __init__(self, problems: Problems, body: str) -> None:
        self.problems = problems
        self.body = body

    def part(self, node: Node) -> Part:
        match node:
            case Scalar():
                return self._scalar(node)
            case Mapping():
                return self._map(node)
            case Sequence():
                parts = [self.part(item) for item in node]
                return made_of(parts, composites.ListTest, range(len(node)), Items(tuple(parts)))
            case _:
                assert_never(node)

    def _scalar(self, node: Scalar) -> Part:
        text = node.value
        if not isinstance(text, str):
            return Part(equals(text), value=lambda _scope: text, plan=Same(text))
        if text.startswith("##"):
            return self._text(compile_template(text[1:], node.source, self.problems, body=self.body))
        if text.startswith("#/"):
            return self._pattern(node, text)
        if text.startswith("#"):
            return self._word(node, text[1:])
        return self._text(compile_template(text, node.source, self.problems, body=self.body, at=node.at))

    def _text(self, template: Template) -> Part:
        if template.is_constant:
            constant = self._constant(template)
            return Part(composites.of_data(constant), value=template.get, plan=Same(constant))
        get = template.get
        return Part(
            bind=lambda scope: composites.of_data(get(scope)),
            value=get,
            roots=template.roots,
            calls=template.calls,
            plan=HOLE,
        )

    def _constant(self, template: Template) -> object:
        try:
            return template.get(NO_NAMES)
        except EvaluationRefused as error:
            self.problems.mistake(str(error), error.source or template.source, error.hint)
            return None

    def _word(self, node: Scalar, word: str) -> Part:
        test = WORDS.get(word)
        if test is not None:
            return Part(test, about_presence=word in PRESENCE_WORDS, plan=Word(word))
        if word in _MAKERS:
            hint = f'write {{"#{word}": {_EXAMPLES[word]}}}'
            self.problems.mistake(f"`#{word}` needs something to work on", node.source, hint)
        else:
            self._unknown(word, node.source, f'a text that begins with # is written "##{word[:20]}"')
        return _ANYTHING

    def _unknown(self, word: str, source: Source, otherwise: str) -> None:
        known = (*WORDS, *_MAKERS)
        name = word.split()[0] if word.split() else word
        if nearest(name, known) is None:
            self.problems.mistake(f"unknown matcher `#{word[:40]}`", source, otherwise)
        else:
            names = [f"#{each}" for each in known]
            self.problems.add(UnknownName(kind="matcher", name=f"#{name}", source=source, known=names))

    def _pattern(self, node: Scalar, text: str) -> Part:
        if len(text) < 4 or not text.endswith("/"):
            hint = 'write "#/^room-[0-9]+$/"; a text that begins with # is written "##..."'
            self.problems.mistake("a pattern stands between two slashes", node.source, hint)
            return _ANYTHING
        written = text[2:-1]
        pieces = template_pieces(written, lambda at: node.at(at + 2), self.problems, body=self.body)
        if pieces is None:
            return _ANYTHING
        if all(isinstance(piece, str) for piece in pieces):
            return self._constant_pattern(written, node)
        makers = [piece if isinstance(piece, str) else needed(piece) for piece in pieces]
        found = [piece for piece in pieces if not isinstance(piece, str)]

        def bind(scope: Scope) -> Test:
            # What a template gives is looked for literally: a room's name is no pattern.
            full = "".join([make if isinstance(make, str) else literally(text_of(make(scope))) for make in makers])
            try:
                return matches_pattern(pattern(full), full)
            except BadPattern as problem:
                raise ValueRefused(sentence=f"`{text}` is no pattern here: {problem}", source=node.source) from None

        roots = frozenset[str]().union(*(piece.roots for piece in found))
        return Part(bind=bind, roots=roots, calls=frozenset[str]().union(*(piece.calls for piece in found)))

    def _constant_pattern(self, written: str, node: Scalar) -> Part:
        try:
            return Part(matches_pattern(pattern(written), written))
        except BadPattern as problem:
            hint = "patterns are RE2's, in linear time: no back references, no look-around"
            self.problems.mistake(f"`/{written[:60]}/` is no pattern: {problem}", node.source, hint)
            return _ANYTHING

    def _map(self, node: Mapping, *, closed: bool = False) -> Part:
        for entry in node:
            if entry.name.startswith("#") and not entry.name.startswith("##"):
                return self._one_key(node, entry)
        fields = [entry for entry in node if not entry.name.startswith("$")]
        queries = [(entry, self._query(entry)) for entry in node if entry.name.startswith("$")]
        for entry in node:
            if "{{" in entry.name:
                self.problems.mistake("a template in a key", entry.key.source, "a key is a plain text")
        names = [entry.name.removeprefix("#") if entry.name.startswith("##") else entry.name for entry in fields]
        parts = [self.part(entry.value) for entry in (*fields, *(entry for entry, _ in queries))]
        finds = [(entry.name, find) for entry, find in queries]
        count = len(names)

        def make(tests: list[Test]) -> Test:
            if not finds:
                return composites.ObjectTest(tuple(zip(names, tests, strict=True)), closed=closed)
            asked = [(name, find, test) for (name, find), test in zip(finds, tests[count:], strict=True)]
            return composites.ObjectTest(list(zip(names, tests[:count], strict=True)), asked, closed=closed)

        plan = Fields(tuple(names), tuple(parts), closed) if not finds else None
        made = made_of(parts, make, (*names, *(name for name, _ in finds)))
        return Part(made.test, made.bind, None, made.roots, made.calls, plan=plan)

    def _query(self, entry: Entry) -> Callable[[object], object]:
        try:
            return compile_query(entry.name)
        except BadQuery as problem:
            hint = "JSONPath as in RFC 9535; a key that itself begins with $ is written \"$['$ref']\""
            self.problems.mistake(f"`{entry.name[:60]}` is no JSONPath: {problem}", entry.key.source, hint)
            return lambda _value: MISSING

    def _one_key(self, node: Mapping, entry: Entry) -> Part:
        word, source = entry.name[1:], entry.key.source
        if len(node) > 1:
            hint = (
                'give it a map of its own, or join several by {"#all_of": [...]}; a key that begins with # is "##..."'
            )
            self.problems.mistake(f"`{entry.name[:40]}` beside other keys", source, hint)
            return _ANYTHING
        maker = _MAKERS.get(word)
        if maker is not None:
            return maker(self, entry.value, source)
        if word in WORDS:
            self.problems.mistake(f"`#{word}` takes nothing", source, f'write "#{word}" in place of the map')
        else:
            self._unknown(word, source, f'a key that begins with # is written "##{word[:20]}"')
        return _ANYTHING

    def several(self, node: Node, word: str) -> list[Part]:
        """Return the parts of a list of matchers, which must not be empty."""
        if isinstance(node, Sequence) and node.items:
            return [self.part(item) for item in node]
        what = "an empty list" if isinstance(node, Sequence) else kind_of(node)
        self.problems.mistake(
            f"`#{word}` takes a list of matchers, this is {what}",
            node.source,
            f'write {{"#{word}": {_EXAMPLES[word]}}}',
        )
        return [_ANYTHING]

    def argument(self, node: Node, make: Make, word: str) -> Part:
        """Return the part whose test is made from a value: at once if it is constant, else when bound."""
        value = compile_value(node, self.problems, body=self.body)
        hint = f'write {{"#{word}": {_EXAMPLES[word]}}}'
        if value.is_constant:
            try:
                return Part(make(value.constant))
            except BadArgument as problem:
                self.problems.mistake(str(problem), node.source, hint)
            except EvaluationRefused as problem:
                self.problems.mistake(str(problem), problem.source or node.source, problem.hint)
            return _ANYTHING

        def bind(scope: Scope) -> Test:
            try:
                return make(value.get(scope))
            except BadArgument as problem:
                raise ValueRefused(sentence=str(problem), source=node.source, advice=hint) from None

        return Part(bind=bind, roots=value.roots, calls=value.calls)

    def closed(self, node: Node, source: Source) -> Part:
        """Return the part of `#exact`."""
        if isinstance(node, Mapping) and not any(_is_word(entry.name) for entry in node):
            return self._map(node, closed=True)
        if isinstance(node, Scalar) and isinstance(node.value, str) and "{{" in node.value:
            return self.argument(node, _closed_data, "exact")
        hint = f'write {{"#exact": {_EXAMPLES["exact"]}}}'
        self.problems.mistake(f"`#exact` closes a map, this is {kind_of(node)}", source, hint)
        return _ANYTHING


def _is_word(key: str) -> bool:
    return key.startswith("#") and not key.startswith("##")


def _closed_data(data: object) -> Test:
    if not isinstance(data, dict):
        raise BadArgument("`#exact` closes a map")
    return composites.ObjectTest([(str(key), composites.of_data(part)) for key, part in data.items()], closed=True)


def _not(compiler: _Compiler, node: Node, _source: Source) -> Part:
    part, written = compiler.part(node), shown(plain(node))
    presence = part.about_presence
    made = made_of([part], lambda tests: composites.negated(tests[0], written, about_presence=presence))
    return Part(made.test, made.bind, None, made.roots, made.calls, about_presence=presence)


def _any_of(compiler: _Compiler, node: Node, _source: Source) -> Part:
    # An alternative whose template finds nothing never matches, and spoils none of the others.
    parts = [spared(part) for part in compiler.several(node, "any_of")]
    made = made_of(parts, composites.any_of)
    return Part(made.test, made.bind, None, made.roots, made.calls, any(part.about_presence for part in parts))


def _all_of(compiler: _Compiler, node: Node, _source: Source) -> Part:
    parts = compiler.several(node, "all_of")
    return made_of(parts, composites.all_of, plan=Both(tuple(parts)))


def _each(compiler: _Compiler, node: Node, _source: Source) -> Part:
    part = compiler.part(node)
    return of_items(part, lambda test, _value: composites.each(test), Each(part))


def _contains(compiler: _Compiler, node: Node, _source: Source) -> Part:
    written = shown(plain(node))
    return of_items(compiler.part(node), lambda test, value: composites.contains(test, written, value))


def _none(compiler: _Compiler, node: Node, _source: Source) -> Part:
    written = shown(plain(node))
    return of_items(compiler.part(node), lambda test, value: composites.contains_none(test, written, value))


def _unordered(compiler: _Compiler, node: Node, _source: Source) -> Part:
    if isinstance(node, Sequence):
        made = made_of([compiler.part(item) for item in node], composites.unordered, range(len(node)))
        return Part(made.test, made.bind, None, made.roots, made.calls)

    def make(data: object) -> Test:
        if not isinstance(data, list | tuple):
            raise BadArgument("`#unordered` takes a list")
        return composites.unordered_data(data)

    return compiler.argument(node, make, "unordered")


def _unique(compiler: _Compiler, node: Node, source: Source) -> Part:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        hint = f'write {{"#unique": {_EXAMPLES["unique"]}}}, or "$" for the items themselves'
        compiler.problems.mistake(f"`#unique` takes an address in the items, this is {kind_of(node)}", source, hint)
        return _ANYTHING
    address = parse_address(node.value, node.source, compiler.problems, body=_ITEM, at=node.at)
    written = address.text

    def find(item: object) -> object:
        names = item if isinstance(item, dict) else {}
        return address.get(Names({_ITEM: item}, Names(names)))

    return Part(composites.distinct(find, written))


_ITEM = "\0item"

_MAKERS: dict[str, Callable[[_Compiler, Node, Source], Part]] = {
    "not": _not,
    "any_of": _any_of,
    "all_of": _all_of,
    "each": _each,
    "contains": _contains,
    "none": _none,
    "unordered": _unordered,
    "length": lambda compiler, node, _source: compiler.argument(node, has_length, "length"),
    "range": lambda compiler, node, _source: compiler.argument(node, in_range, "range"),
    "near": lambda compiler, node, _source: compiler.argument(node, is_near, "near"),
    "unique": _unique,
    "exact": lambda compiler, node, source: compiler.closed(node, source),
}

_EXAMPLES = {
    "not": "3",
    "any_of": "[1, 2]",
    "all_of": '["#string", {"#length": 3}]',
    "each": '"#uuid"',
    "contains": "{id: 3}",
    "none": "{id: 3}",
    "unordered": "[1, 2]",
    "length": "[1, 10]",
    "range": "[1, null]",
    "near": "[10, 0.5]",
    "unique": "id",
    "exact": "{id: 3}",
}
