"""Templates: `{{ TERM | FILTER(args) }}` in texts, and whole values of a file that hold some.

A value that is one template keeps its type; inside a text it becomes text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, TypeAlias, assert_never

from msgspec import Struct
from orjson import dumps

from antiphon.core.compiled_value import CompiledValue
from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE, Source
from antiphon.language.expression import Expression, Getter, parse_expression
from antiphon.language.jsontext import STRICT, json_bytes, json_default, no_json, text_of
from antiphon.language.nodes import Mapping, Node, Plain, Scalar, Sequence, plain
from antiphon.language.refusals import LARGEST_OUTPUT, MissingValue, ValueRefused, too_large
from antiphon.language.scope import MISSING, NO_NAMES, Scope

MOST_BROKEN = 20
"""Mistakes that are told of one text; nobody reads more, and a hostile one could hold thousands."""


class Template(CompiledValue, frozen=True):
    """A text with or without templates.

    Attributes:
        text: As it was written.
        source: Where it was written.
        get: Gives the value; raises `MissingValue` or `ValueRefused`.
        roots: The names that it looks up; `fake`, `now` and `range` are none.
        calls: What it calls (`now`, `fake.email`).
        whole: Whether it is one template and nothing else, so that its value keeps its type.
    """

    MADE: ClassVar[frozenset[str]] = frozenset({"get"})

    text: str
    source: Source
    get: Getter
    roots: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    whole: bool = False

    def __call__(self, scope: Scope) -> object:
        """Return the value in this scope."""
        return self.get(scope)

    @property
    def is_constant(self) -> bool:
        """Whether it gives the same value in every scope."""
        return not self.roots and not self.calls


class Value(CompiledValue, frozen=True):
    """A whole value of a file, with templates anywhere in it, ready to be asked for plain data.

    Attributes:
        source: Where it was written.
        get: Gives the data; raises `MissingValue` or `ValueRefused`. Constant parts are shared: treat as read-only.
        json: Gives the same as JSON, constant parts serialised once.
        roots: The names that it looks up.
        calls: What it calls (`now`, `fake.email`).
    """

    MADE: ClassVar[frozenset[str]] = frozenset({"get", "json"})

    source: Source
    get: Getter
    json: Callable[[Scope], bytes]
    roots: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()

    def __call__(self, scope: Scope) -> object:
        """Return the data in this scope."""
        return self.get(scope)

    @property
    def is_constant(self) -> bool:
        """Whether it gives the same data in every scope."""
        return not self.roots and not self.calls

    @property
    def constant(self) -> object:
        """The data of a constant value; `MISSING` of any other."""
        return self.get(NO_NAMES) if self.is_constant else MISSING


def compile_template(
    text: str, source: Source, problems: Problems, *, body: str = "body", at: Callable[[int], Source] | None = None
) -> Template:
    """Return the template that `text` says; the text itself if it cannot be read.

    Args:
        text: Any text; `{{` begins a template.
        source: Where it stands.
        problems: Collects what is wrong.
        body: The name under which the scope holds what `$` means.
        at: Gives the place of a character of the text, where that is known more exactly than `source`.
    """
    if "{{" not in text:
        return Template(text, source, _constant(text))
    pieces = template_pieces(text, at or (lambda _offset: source), problems, body=body)
    if pieces is None or all(isinstance(piece, str) for piece in pieces):
        return Template(text, source, _constant(text))
    expressions = [piece for piece in pieces if isinstance(piece, Expression)]
    roots = frozenset[str]().union(*(piece.roots for piece in expressions))
    calls = frozenset[str]().union(*(piece.calls for piece in expressions))
    if len(pieces) == 1:
        return Template(text, source, needed(expressions[0]), roots, calls, whole=True)
    return Template(text, source, _joined(pieces), roots, calls)


def template_of(node: Scalar, problems: Problems, *, body: str = "body") -> Template:
    """Return the template that a scalar of a file says; a number stays a number."""
    if isinstance(node.value, str):
        return compile_template(node.value, node.source, problems, body=body, at=node.at)
    return Template(node.raw, node.source, _constant(node.value))


def constant_value(data: Plain, source: Source = NOWHERE) -> Value:
    """Return a value that is `data` in every scope."""
    return Value(source, _constant(data), lambda _scope: json_bytes(data))


def template_pieces(
    text: str, place: Callable[[int], Source], problems: Problems, *, body: str = "body"
) -> list[str | Expression] | None:
    """Return the text's constant parts and its expressions, in order; None if one cannot be read."""
    pieces: list[str | Expression] = []
    at, broken = 0, 0
    while (begin := text.find("{{", at)) >= 0:
        if begin > at:
            pieces.append(text[at:begin])
        expression, end = parse_expression(text, begin + 2, place, problems, body=body, ends=True)
        if expression is None:
            broken += 1
            closing = text.find("}}", end)
            if closing < 0 or broken == MOST_BROKEN:
                break
            end = closing + 2
        else:
            pieces.append(expression)
        at = end
    if broken:
        return None
    if at < len(text) or not pieces:
        pieces.append(text[at:])
    return pieces


def _constant(value: object) -> Getter:
    return lambda _scope: value


def needed(expression: Expression) -> Getter:
    """Return a getter that raises `MissingValue` where the expression finds nothing."""
    get, text, source = expression.get, expression.text, expression.source

    def get_needed(scope: Scope) -> object:
        value = get(scope)
        if value is MISSING:
            raise MissingValue(text=text, source=source)
        return value

    return get_needed


def _joined(pieces: list[str | Expression]) -> Getter:
    makers = [_constant(piece) if isinstance(piece, str) else _text_maker(piece) for piece in pieces]

    def get_text(scope: Scope) -> object:
        parts: list[str] = []
        for make in makers:
            part = make(scope)
            parts.append(part if type(part) is str else text_of(part))
        if sum(map(len, parts)) > LARGEST_OUTPUT:
            raise too_large()
        return "".join(parts)

    return get_text


def _text_maker(expression: Expression) -> Getter:
    get, source = needed(expression), expression.source

    def make(scope: Scope) -> object:
        value = get(scope)
        if type(value) is str:
            return value
        try:
            return text_of(value)
        except ValueRefused as error:
            raise ValueRefused(sentence=error.sentence, source=error.source or source, advice=error.advice) from None

    return make


class _Constant(Struct, frozen=True):
    data: Plain


def compile_value(node: Node, problems: Problems, *, body: str = "body") -> Value:
    """Return a node of a file, with the templates in it, as one callable that gives plain data."""
    templates: list[Template] = []
    shape = _shape(node, problems, body, templates)
    roots = frozenset[str]().union(*(template.roots for template in templates))
    calls = frozenset[str]().union(*(template.calls for template in templates))
    return Value(node.source, _data_getter(shape), _json_getter(shape, node.source), roots, calls)


def compile_json(node: Node, problems: Problems, *, body: str = "body") -> Callable[[Scope], bytes]:
    """Return a node as a maker of JSON: its constant parts are serialised once, only templates at each call."""
    return compile_value(node, problems, body=body).json


_Shape: TypeAlias = "_Constant | Template | dict[str, _Shape] | list[_Shape]"


def _shape(node: Node, problems: Problems, body: str, templates: list[Template]) -> _Shape:
    match node:
        case Scalar():
            template = template_of(node, problems, body=body)
            if template.is_constant and not template.whole and "{{" not in template.text:
                return _Constant(node.value)
            templates.append(template)
            return template
        case Mapping():
            for entry in node:
                if "{{" in entry.name:
                    hint = "a key is a plain text; `merge` joins maps whose keys are made"
                    problems.mistake("a template in a key", entry.key.source, hint)
            fields = {entry.name: _shape(entry.value, problems, body, templates) for entry in node}
            return _Constant(plain(node)) if _all_constant(fields.values()) else fields
        case Sequence():
            items = [_shape(item, problems, body, templates) for item in node]
            return _Constant(plain(node)) if _all_constant(items) else items
        case _:
            assert_never(node)


def _all_constant(shapes: Iterable[_Shape]) -> bool:
    return all(isinstance(shape, _Constant) for shape in shapes)


def _data_getter(shape: _Shape) -> Getter:
    match shape:
        case _Constant():
            return _constant(shape.data)
        case Template():
            return shape.get
        case dict():
            fields = [(name, _data_getter(part)) for name, part in shape.items()]
            return lambda scope: {name: get(scope) for name, get in fields}
        case list():
            getters = [_data_getter(part) for part in shape]
            return lambda scope: [get(scope) for get in getters]
        case _:
            assert_never(shape)


def _json_getter(shape: _Shape, source: Source) -> Callable[[Scope], bytes]:
    """Return a maker of the shape's JSON: for three fields and one template 0.5 us, by a tree and its dumps 1.0."""
    parts = [bytearray()]  # the constant texts before, between and behind the templates
    holes: list[Getter] = []
    _write_json(shape, parts, holes)
    first, *rest = (bytes(part) for part in parts)
    if not holes:
        return lambda _scope: first
    pairs = tuple(zip(holes, rest, strict=True))

    def get_json(scope: Scope) -> bytes:
        text = first
        for get, behind in pairs:
            value = get(scope)
            try:
                text += dumps(value, json_default, STRICT) + behind
            except TypeError as error:
                refused = no_json(value, str(error))
                raise ValueRefused(sentence=refused.sentence, source=source, advice=refused.advice) from None
            if len(text) > LARGEST_OUTPUT:
                raise too_large()
        return text

    return get_json


def _write_json(shape: _Shape, parts: list[bytearray], holes: list[Getter]) -> None:
    match shape:
        case _Constant():
            parts[-1] += json_bytes(shape.data)
        case Template():
            parts.append(bytearray())
            holes.append(shape.get)
        case dict():
            for position, (name, part) in enumerate(shape.items()):
                parts[-1] += b"," if position else b"{"
                parts[-1] += json_bytes(name) + b":"
                _write_json(part, parts, holes)
            parts[-1] += b"}"
        case list():
            parts[-1] += b"["
            for position, part in enumerate(shape):
                parts[-1] += b"," if position else b""
                _write_json(part, parts, holes)
            parts[-1] += b"]"
        case _:
            assert_never(shape)
