"""Operations and paths: `POST /chatrooms/:id` as authors write it, filled at run time and matched to a template."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, unquote

from msgspec import Struct

from antiphon.core.errors import Problems
from antiphon.core.source import Source
from antiphon.language.expression import Expression, Getter, path_getter
from antiphon.language.jsontext import text_of
from antiphon.language.refusals import LARGEST_OUTPUT, MissingValue, too_large
from antiphon.language.scope import MISSING, Scope
from antiphon.language.template import Template, needed, template_pieces

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_PARAMETER = re.compile(r"(?<=/):([^\W\d][\w-]*)(?=[/?]|$)")
_SERVICE = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*):(?=/(?!/))")
_BRACES = re.compile(r"\{([^{}]*)\}")
_UNSAFE = re.compile(r"[\x00-\x20\x7f#]")
# What stands for a templated segment when a written path is compared with the operations' templates.
_ANY = "\0"
_MOST_KEPT = 4_096  # paths whose operation is remembered; a scenario's are asked for again and again


class Operation(Struct, frozen=True):
    """A REST operation of the target.

    Attributes:
        method: In capitals.
        path: The path template, parameters as `:name`.
    """

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Route(Struct, frozen=True):
    """A method and a path as they are written in a step.

    Attributes:
        method: In capitals.
        path: A template that gives the path, with its query if one is written; values put into it are encoded.
        shape: The path's segments as far as they are known before the run; templated ones match any.
        source: Where it was written.
        service: The service that the path begins with (`billing:/invoices`); empty for the target's own root.
    """

    method: str
    path: Template
    shape: str
    source: Source
    service: str = ""

    def __call__(self, scope: Scope) -> str:
        """Return the path in this scope; raises `MissingValue` or `ValueRefused`."""
        return str(self.path.get(scope))

    @property
    def is_open(self) -> bool:
        """Whether the whole path comes from a template, so that its operation is known at run time only."""
        return self.shape.startswith(_ANY)

    def template(self, operations: OperationIndex) -> str:
        """Return the template of the operation that this is; what no operation names is written `:…`."""
        found = operations.operation_of(self.method, self.shape)
        return (
            found.path
            if found is not None
            else "/".join(":…" if _ANY in segment else segment for segment in self.shape.split("/"))
        )


class OperationIndex:
    """Finds the operation that a path belongs to; of several that fit the one with most literal segments."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._by_size: dict[tuple[str, int], list[tuple[Operation, tuple[str, ...]]]] = {}
        for operation in operations:
            segments = tuple(_normal(operation.path).split("/"))
            self._by_size.setdefault((operation.method, len(segments)), []).append((operation, segments))
        self._found: dict[tuple[str, str], Operation | None] = {}

    def operation_of(self, method: str, path: str) -> Operation | None:
        """Return the operation that `path` (an actual one, or a route's shape) belongs to, or None."""
        if (method, path) not in self._found:
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            self._found[method, path] = self._search(method, path)
        return self._found[method, path]

    def _search(self, method: str, path: str) -> Operation | None:
        segments = path.partition("?")[0].rstrip("/").split("/")
        best: tuple[tuple[int, ...], Operation] | None = None
        for operation, template in self._by_size.get((method, len(segments)), ()):
            fit = _fit(template, segments)
            if fit is not None and (best is None or fit > best[0]):
                best = (fit, operation)
        return best[1] if best is not None else None


def _normal(path: str) -> str:
    return path.partition("?")[0].rstrip("/")


def _fit(template: tuple[str, ...], segments: list[str]) -> tuple[int, ...] | None:
    """Return how well a path fits, segment by segment from the left; None if it does not."""
    fit = []
    for wanted, given in zip(template, segments, strict=True):
        if wanted.startswith(":"):
            if not given:
                return None
            fit.append(2 if _ANY in given else 1)
        elif wanted == given:
            fit.append(3)
        elif _ANY in given:
            fit.append(0)
        else:
            return None
    return tuple(fit)


def template_of_path(path: str, operations: OperationIndex, method: str) -> str | None:
    """Return the path template of an actual path (`/chatrooms/:id` for `/chatrooms/3f2a`), or None."""
    found = operations.operation_of(method, path)
    return found.path if found is not None else None


def path_values(path: str, template: str) -> dict[str, str]:
    """Return what an actual path has for each `:name` of its template, decoded."""
    pairs = zip(_normal(template).split("/"), _normal(path).split("/"), strict=False)
    return {wanted[1:]: unquote(given) for wanted, given in pairs if wanted.startswith(":")}


def parse_operation(text: str, source: Source, problems: Problems) -> Operation | None:
    """Return the operation that a catalogue's entry names (`GET /chatrooms/:id`), or None."""
    parts = _method_and_path(text, source, problems)
    if parts is None:
        return None
    method, path, offset = parts
    if "{" in path or "?" in path or _UNSAFE.search(path):
        hint = "write parameters as :name and leave the query out"
        problems.mistake(f"`{path[:80]}` is no path template", _shifted(source, offset), hint)
        return None
    return Operation(method, path.rstrip("/") or "/")


def parse_verb_line(
    text: str,
    source: Source,
    problems: Problems,
    *,
    body: str = "body",
    at: Callable[[int], Source] | None = None,
) -> Route | None:
    """Return the route of `POST /chatrooms/:id/members/{{ bob.id }}`, or None if it cannot be read.

    `:id` is short for `{{ id }}`. What templates give is encoded as one segment (or one value of the
    query), except a template that stands at the very beginning: that is a whole path.

    Args:
        text: A method and a path.
        source: Where it stands.
        problems: Collects what is wrong.
        body: The name under which the scope holds what `$` means.
        at: Gives the place of a character of the text, where that is known more exactly than `source`.
    """
    place = at or (lambda _offset: source)
    parts = _method_and_path(text, source, problems)
    if parts is None:
        return None
    method, path, offset = parts
    pieces = template_pieces(path, lambda index: place(index + offset), problems, body=body)
    if pieces is None:
        return None
    literal = [piece for piece in pieces if isinstance(piece, str)]
    for piece in literal:
        braces = _BRACES.search(piece)
        if braces:
            name = braces[1].strip() or "name"
            hint = f"write :{name} or {{{{ {name} }}}}"
            problems.mistake(f"`{braces.group()}` in a path", place(offset + path.find(braces.group())), hint)
            return None
        unsafe = _UNSAFE.search(piece)
        if unsafe:
            hint = "a path has no spaces and no #; write %20 and %23, or put the value into a template"
            problems.mistake(f"`{path[:80]}` is no path", place(offset + path.find(unsafe.group())), hint)
            return None
    return _route(method, path, pieces, source)


def _method_and_path(text: str, source: Source, problems: Problems) -> tuple[str, str, int] | None:
    method, _, rest = text.strip().partition(" ")
    path = rest.strip()
    if method not in METHODS:
        known = method.upper() in METHODS
        hint = f"write {method.upper()}" if known else f"methods: {', '.join(METHODS)}"
        problems.mistake(f"`{method[:40]}` is no method", source, hint)
        return None
    if not path.startswith(("/", "{{")) and not _SERVICE.match(path):
        problems.mistake(f"a path begins with `/`, not `{path[:40]}`", source, f"write {method} /...")
        return None
    return method, path, text.find(path)


def _shifted(source: Source, offset: int) -> Source:
    return Source(source.path, source.line, source.column + offset, source.text)


def _route(method: str, path: str, pieces: list[str | Expression], source: Source) -> Route:
    makers: list[Getter] = []
    roots: set[str] = set()
    calls: set[str] = set()
    shape = ""
    for position, piece in enumerate(pieces):
        if isinstance(piece, Expression):
            roots |= piece.roots
            calls |= piece.calls
            makers.append(_segment(needed(piece), whole=position == 0))
            shape += _ANY
            continue
        end = 0
        for found in _PARAMETER.finditer(piece):
            makers.append(_literal(piece[end : found.start()]))
            makers.append(_segment(_parameter(found[1], source), whole=False))
            roots.add(found[1])
            shape += piece[end : found.start()] + _ANY
            end = found.end()
        makers.append(_literal(piece[end:]))
        shape += piece[end:]
    template = Template(path, source, _path_getter(makers), frozenset(roots), frozenset(calls))
    service = _SERVICE.match(path)
    return Route(method, template, _normal(shape) or "/", source, service[1] if service else "")


_PATH_SAFE = "/?&=%:@!$'()*+,;~-._[]"


def _literal(text: str) -> Getter:
    encoded = quote(text, safe=_PATH_SAFE, errors="replace")
    return lambda _scope: encoded


def _parameter(name: str, source: Source) -> Getter:
    get = path_getter(name, ())

    def get_parameter(scope: Scope) -> object:
        value = get(scope)
        if value is MISSING:
            raise MissingValue(text=name, source=source)
        return value

    return get_parameter


def _segment(get: Getter, *, whole: bool) -> Getter:
    if whole:
        return lambda scope: quote(text_of(get(scope)), safe=_PATH_SAFE, errors="replace")

    def get_segment(scope: Scope) -> object:
        value = get(scope)
        text = value if type(value) is str else text_of(value)
        # Ids are letters, digits and dashes nearly always: the check costs 0.16 us, quoting 0.4.
        return text if text.isascii() and text.replace("-", "").isalnum() else quote(text, safe="", errors="replace")

    return get_segment


def _path_getter(makers: list[Getter]) -> Getter:
    def get_path(scope: Scope) -> object:
        path = "".join([str(make(scope)) for make in makers])
        if len(path) > LARGEST_OUTPUT:
            raise too_large()
        return path

    if len(makers) == 1:
        return makers[0]
    return get_path
