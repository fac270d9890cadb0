"""A file's text becomes a tree of nodes with positions, and every problem that was met on the way.

Reads YAML 1.2 by the parser's events, so that nothing is ever constructed that the text asks for.
What a scenario or a profile makes of the tree is not decided here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from msgspec import Struct, field

from antiphon.core.errors import Problems, ScenarioError
from antiphon.core.source import Source
from antiphon.core.text import visible
from antiphon.language import traps
from antiphon.language.nodes import Entry, Mapping, Node, Scalar, Sequence
from antiphon.language.scalars import NoJson, read_scalar
from antiphon.language.yaml_events import Event, InDoubt, NotYaml, exact_events, quick_events

# The exact parser reads some 280 kB/s; these limits keep the worst file near a second.
MOST_CHARACTERS = 256_000
MOST_NODES = 40_000
MOST_COPIED_NODES = 10_000
DEEPEST = 64

_LINE_END = re.compile(r"\r\n|\n|\r")
# What makes room for a value, or a comment, in which the same characters mean nothing.
_INDICATOR = re.compile(r"(?:^|(?<=\s))#[^\r\n]*|([:?-])")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


class Document(Struct, frozen=True):
    """What one file says.

    Attributes:
        root: The tree; None where nothing could be read.
        problems: All that is wrong with the text as YAML, in the order of the file.
        lines: The text's lines, without their ends.
    """

    root: Node | None
    problems: tuple[ScenarioError, ...]
    lines: tuple[str, ...]


def read(text: str, path: str, *, exactly: bool = False) -> Document:
    """Return the tree of one YAML document and all problems of the text.

    Args:
        text: The file's contents.
        path: The file as its author would name it; every position carries it.
        exactly: Whether only the slow parser is asked; the result is the same.
    """
    text = text.removeprefix("\ufeff")
    places = _Places(text, path)
    reader = _Reader(places)
    if len(text) > MOST_CHARACTERS:
        hint = "split it, or put large data into a file of its own"
        reader.problems.mistake(f"the file has more than {MOST_CHARACTERS:,} characters", places.of(0), hint)
        return Document(None, reader.problems.in_order(), ())
    if not reader.refuses_characters():
        try:
            reader.read(quick_events(text) if not exactly else exact_events(text))
            told = exactly or not reader.problems
        except InDoubt:
            told = False
        if not told:  # the exact parser knows best what is wrong
            reader = _Reader(places)
            reader.read(exact_events(text))
    return Document(reader.root, reader.problems.in_order(), places.lines)


class _Places:
    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        ends = list(_LINE_END.finditer(text))
        self.starts = [0, *(end.end() for end in ends)]
        self.lines = tuple(
            text[start:end] for start, end in zip(self.starts, [*(e.start() for e in ends), len(text)], strict=True)
        )
        self._turn_to(0)

    def of(self, index: int) -> Source:
        if not self.here <= index < self.next:  # events come in order, many to a line
            self._turn_to(index)
        line = self.line
        return Source(self.path, line + 1, index - self.starts[line] + 1, self.lines[line])

    def _turn_to(self, index: int) -> None:
        self.line = bisect_right(self.starts, index) - 1
        self.here = self.starts[self.line]
        self.next = self.starts[self.line + 1] if self.line + 1 < len(self.starts) else len(self.text) + 1

    def end_of_line(self, index: int) -> int:
        line = bisect_right(self.starts, index) - 1
        return self.starts[line] + len(self.lines[line])


class _Open(Struct):
    """A map or list whose end has not come yet."""

    source: Source
    flow: bool
    is_map: bool
    anchor: str | None
    children: list[Node] = field(default_factory=list)
    size: int = 1
    height: int = 1


class _Stop(Exception):
    pass


class _Reader:
    def __init__(self, places: _Places) -> None:
        self.places = places
        self.problems = Problems()
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.count = 0
        self.copied = 0
        self.documents = 0
        self.before = 0  # where the event before this one ended

    def refuses_characters(self) -> bool:
        found = _FORBIDDEN.search(self.places.text)
        if found is None:
            return False
        shown = visible(found.group()) if not 0xD800 <= ord(found.group()) <= 0xDFFF else "half a surrogate pair"
        hint = 'write it as an escape in double quotes, such as "\\u2028" or "\\x1b"'
        self.problems.mistake(f"a raw control character ({shown}) in the text", self.places.of(found.start()), hint)
        return True

    def read(self, events: Iterable[Event]) -> None:
        try:
            for event in events:
                self._take(event)
                self.before = event.end_mark.index
        except NotYaml as error:
            self._not_yaml(error)
            self._rest()
        except _Stop:
            self._rest()
        else:
            if self.root is None and not self.problems:
                self.problems.mistake("the file is empty", self.places.of(0), "write into it, or remove it")

    def _rest(self) -> None:
        for frame in self.stack:  # what was read of a map that never ended may hold problems as well
            if frame.is_map:
                self._entries(frame.children[: len(frame.children) // 2 * 2])

    def _not_yaml(self, error: NotYaml) -> None:
        source = self.places.of(self.before if error.index is None else min(error.index, len(self.places.text)))
        hint: str | None = "look at this place and what is before it"
        if error.is_syntax:
            hint = traps.syntax_hint(error.words, self.places.lines, source.line - 1)
            meant = self._unquoted_matcher(source.line - 1) if hint == traps.QUOTE_MATCHER else None
            if meant is not None:
                source = self.places.of(meant)
            opened = self.places.of(error.opened) if hint is None and error.opened is not None else None
            if opened is not None and opened.line < source.line:
                hint = (
                    f"what is opened in line {opened.line}, column {opened.column}, is not closed before this: "
                    "a brace, a bracket or a quote is missing there"
                )
        self.problems.mistake(f"not YAML: {error.words}", source, hint)

    def _unquoted_matcher(self, line: int) -> int | None:
        found = traps.unquoted_matcher(self.places.lines, line)
        return None if found is None else self.places.starts[found[0]] + found[1]

    def _take(self, event: Any) -> None:
        if self.stack and self.stack[-1].flow:
            self._flow_comment(event)
        # The two parsers have classes of their own for the same events, under the same names.
        match type(event).__name__:
            case "ScalarEvent":
                self._add(self._scalar(event), 1, 1, event.anchor)
            case "MappingStartEvent" | "SequenceStartEvent" as kind:
                self._open(event, is_map=kind == "MappingStartEvent")
            case "MappingEndEvent" | "SequenceEndEvent":
                self._close()
            case "DocumentStartEvent":
                self._document(event)
            case "AliasEvent":
                self._alias(event)

    def _document(self, event: Any) -> None:
        self.documents += 1
        source = self.places.of(event.start_mark.index)
        if self.documents > 1:
            self.problems.mistake("a second document begins here", source, "one file holds one scenario or fragment")
            raise _Stop
        if event.version or event.tags:
            self.problems.mistake("a YAML directive", self.places.of(0), "leave it out; files are read as YAML 1.2")

    def _open(self, event: Any, *, is_map: bool) -> None:
        source = self._counted(event)
        if len(self.stack) >= DEEPEST:
            self.problems.mistake(
                f"nested more than {DEEPEST} levels deep", source, "nothing that is played needs so many"
            )
            raise _Stop
        if event.tag is not None:
            self._refuse_tag(event, source)
        self.stack.append(_Open(source, bool(event.flow_style), is_map, event.anchor))
        if event.anchor is not None:
            self.anchors.pop(event.anchor, None)

    def _close(self) -> None:
        done = self.stack.pop()
        node: Node
        if done.is_map:
            node = self._meant(done) or Mapping(self._entries(done.children), done.source, done.flow)
        else:
            node = Sequence(tuple(done.children), done.source, done.flow)
        self._add(node, done.size, done.height, done.anchor)

    def _meant(self, done: _Open) -> Scalar | None:
        """Tell of `{{ name }}` without quotes, and return the template that was meant, so that it is told once."""
        if not done.flow or len(done.children) != 2:
            return None
        key, value = done.children
        if not (isinstance(key, Mapping) and key.flow and len(key.entries) == 1 and _is_null(value)):
            return None
        (name,) = key.entries
        if not _is_null(name.value):
            return None
        self._key(key)
        text = f"{{{{ {name.key.raw} }}}}"
        return Scalar(text, done.source, quoted=True, raw=text)

    def _add(self, node: Node, size: int, height: int, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = (node, size, height)
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        parent.children.append(node)
        parent.size += size
        if height >= parent.height:
            parent.height = height + 1

    def _alias(self, event: Any) -> None:
        source = self._counted(event)
        known = self.anchors.get(event.anchor)
        if known is None:
            inside = any(frame.anchor == event.anchor for frame in self.stack)
            sentence = f"`*{event.anchor}` stands inside itself" if inside else f"`*{event.anchor}` has no anchor"
            hint = None if inside else f"write `&{event.anchor}` before the value that it repeats"
            self.problems.mistake(sentence, source, hint)
            self._add(Scalar(None, source), 1, 1, None)
            return
        node, size, height = known
        self.copied += size
        if self.copied > MOST_COPIED_NODES or len(self.stack) + height > DEEPEST:
            limit = f"more than {MOST_COPIED_NODES:,} values or {DEEPEST} levels"
            self.problems.mistake(f"the aliases unfold to {limit}", source, "write the values out, or use a fragment")
            raise _Stop
        self._add(node, size, height, None)

    def _scalar(self, event: Any) -> Scalar:
        source = self._counted(event)
        begin = event.start_mark.index
        is_empty = not event.style and begin == event.end_mark.index
        if is_empty:
            source = self.places.of(self._empty_place(begin))
        if event.tag is not None:
            self._refuse_tag(event, source)
        text = str(event.value)
        if event.style:
            if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
                self.problems.mistake("half a surrogate pair cannot be sent as UTF-8", source, "use `raw` with bytes")
                text = ""
            return Scalar(text, source, quoted=True, raw=text)
        if is_empty:
            self._empty(begin)
        try:
            return Scalar(read_scalar(text), source, raw=text)
        except NoJson as problem:
            self.problems.mistake(str(problem), source, f'quote it to make it a text: "{text[:40]}"')
            return Scalar(None, source, raw=text)

    def _empty_place(self, index: int) -> int:
        """Return where an empty value stands: behind the `:` or `-` that it belongs to, wherever the parser went on."""
        gap = self.places.text[self.before : index]
        ends = [found.end() for found in _INDICATOR.finditer(gap) if found.group(1)]
        return self.before + ends[-1] if ends else index

    def _empty(self, index: int) -> None:
        """Look at the comment behind an empty value, and for a key in braces without a colon."""
        parent = self.stack[-1] if self.stack else None
        gap = self.places.text[self.before : index]
        if parent is not None and parent.flow:
            if parent.is_map and len(parent.children) % 2 == 1 and ":" not in gap:
                self._no_colon(parent.children[-1])
            return
        if "#" not in gap:  # an empty item of a list ends before its comment, an empty value behind it
            gap = self.places.text[self.before : self.places.end_of_line(index)]
        self._comment(traps.comment_trap(gap))

    def _no_colon(self, key: Node) -> None:
        is_key = len(self.stack) > 1 and self.stack[-2].is_map and len(self.stack[-2].children) % 2 == 0
        if is_key or not isinstance(key, Scalar) or self.places.text[self.before : self.before + 1] == "[":
            return  # these are told as bare braces, or as an address that wants quotes
        name = key.raw
        hint = f'write "{{{{ {name} }}}}" for a template, :{name} in a path, `{name}: null` for an empty value'
        self.problems.mistake(f"`{name}` in braces has no value", key.source, hint)

    def _flow_comment(self, event: Event) -> None:
        gap = self.places.text[self.before : event.start_mark.index]
        if "#" in gap:
            self._comment(traps.flow_comment_trap(gap))

    def _comment(self, at: int | None) -> None:
        if at is not None:
            source = self.places.of(self.before + at)
            sentence = "an empty value, and a comment that reads like a matcher"
            self.problems.mistake(sentence, source, traps.QUOTE_MATCHER)

    def _refuse_tag(self, event: Any, source: Source) -> None:
        shown = visible(str(event.tag).removeprefix("tag:yaml.org,2002:"))
        hint = "leave it out: values are texts, numbers, booleans, null, lists and maps"
        self.problems.mistake(f"a YAML tag (`!{shown.lstrip('!')}`)", source, hint)

    def _counted(self, event: Event) -> Source:
        self.count += 1
        source = self.places.of(event.start_mark.index)
        if self.count > MOST_NODES:
            self.problems.mistake(
                f"the file has more than {MOST_NODES:,} values", source, "put the data into a CSV file"
            )
            raise _Stop
        return source

    def _entries(self, children: list[Node]) -> tuple[Entry, ...]:
        entries: dict[str, Entry] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            name = self._key(key)
            if name is None:
                continue
            text = str(name.value)
            if text in entries:
                first = entries[text].key.source
                hint = f"the first one stands at {first}; a map has each key once"
                self.problems.mistake(f"duplicate key `{text}`", name.source, hint)
                continue
            entries[text] = Entry(name, value)
        return tuple(entries.values())

    def _key(self, key: Node) -> Scalar | None:
        if not isinstance(key, Scalar):
            braces = isinstance(key, Mapping) and key.flow
            hint = traps.QUOTE_TEMPLATE if braces else "a key is a text"
            self.problems.mistake("a map or list as a key" if not braces else "bare braces", key.source, hint)
            return None
        if key.raw == "<<" and not key.quoted:
            self.problems.mistake("`<<` is not part of YAML 1.2", key.source, "write the keys out, or use a fragment")
            return None
        if type(key.value) is str:
            return key
        if isinstance(key.value, bool | float) or key.value is None:
            shown = key.raw or "an empty key"
            self.problems.mistake(f"`{shown}` is not a text, as a key must be", key.source, f'quote it: "{key.raw}"')
            return None
        return Scalar(key.raw, key.source, raw=key.raw)


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None
