"""The events of a YAML text, read by one of two parsers: a quick one for texts without peculiarities, an exact one.

The exact one (ruamel.yaml) speaks YAML 1.2 and tells well what is wrong; it reads some 280 kB/s. The quick one
(libyaml, by way of PyYAML) is ten times faster, and speaks YAML 1.1 with a few words of 1.2. So it is asked only
where both read the same: without tabs, directives, anchors, tags, bare matchers and whatever it stumbles over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from antiphon.core.text import visible

try:
    from yaml import YAMLError as QuickError
    from yaml.cyaml import CParser
    from yaml.events import AliasEvent, DocumentStartEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

    _NAMED = frozenset({MappingStartEvent, SequenceStartEvent, AliasEvent})
except ImportError:  # PyYAML was built without libyaml
    CParser = None


class Mark(Protocol):
    """A place in the text; `index` counts characters from 0."""

    index: int


class Event(Protocol):
    """What both parsers tell; which attributes there are goes by the kind, the name of its class."""

    start_mark: Mark
    end_mark: Mark


class InDoubt(Exception):
    """The quick parser met what the two may read differently."""


class NotYaml(Exception):
    """The text is no YAML.

    Attributes:
        words: What the parser says of it.
        index: The character where it was noticed; None if the parser does not know.
        is_syntax: Whether the words are those of a syntax error, for which there may be a hint.
        opened: Where the braces or brackets began inside of which it was noticed; None if it was in none.
    """

    def __init__(self, words: str, index: int | None, *, is_syntax: bool, opened: int | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.index = index
        self.is_syntax = is_syntax
        self.opened = opened


# Where one of these stands the exact parser is asked. Each begins with the character that is looked for (the look
# back comes behind it), which makes the search six times as fast.
_LONG_KEY = re.compile(r"^[ -]*\?(?:\s|$)", re.MULTILINE)
_EMPTY_LINE_FIRST = re.compile(r"[|>](?<!\S[|>])[-+0-9]*[ ]*(?:#[^\n]*)?\r?\n[ ]*\r?(?:\n|$)", re.MULTILINE)
_COMMENT_AT_ONCE = re.compile(r"[|>](?<!\S[|>])[-+0-9]*#")
_LIKE_A_MATCHER = re.compile(r"#(?<![^\s\[\]{},]#)[\w/#]")


def _is_peculiar(text: str) -> bool:
    """Return whether the two parsers may read the text differently."""
    return (
        "\t" in text  # for one of the two, tabs are spaces in more places
        or text.startswith("%")  # a directive
        or "\n%" in text
        or ("?" in text and _LONG_KEY.search(text) is not None)  # a key of several lines
        or _EMPTY_LINE_FIRST.search(text) is not None  # a block text that begins with an empty line
        or _COMMENT_AT_ONCE.search(text) is not None  # a block text whose head a comment follows without a space
        or _LIKE_A_MATCHER.search(text) is not None  # a comment that reads like a matcher
    )


def quick_events(text: str) -> Iterator[Event]:
    """Yield the events of the text.

    Raises:
        InDoubt: Only the exact parser may say what it is.
    """
    if CParser is None or _is_peculiar(text):
        raise InDoubt
    parser = CParser(text)
    is_root = False
    try:
        while parser.check_event():
            event = parser.get_event()
            kind = type(event)
            if kind is ScalarEvent:
                # A root that is a text is no file of ours; they differ in where a block text ends.
                if is_root or event.anchor is not None or event.tag is not None:
                    raise InDoubt
            elif kind in _NAMED and (event.anchor is not None or getattr(event, "tag", None) is not None):
                raise InDoubt
            is_root = kind is DocumentStartEvent
            yield event
    except (QuickError, ValueError, OverflowError):
        raise InDoubt from None
    finally:
        parser.dispose()


def exact_events(text: str) -> Iterator[Event]:
    """Yield the events of the text.

    Raises:
        NotYaml: It is none, from here on.
    """
    # Here, because most texts do not need it, and it takes its time.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = visible(str(error.problem or error.context or "cannot be read"))
        around = error.context_mark if "flow" in str(error.context or "") else None
        opened = around.index if around is not None and text[around.index : around.index + 1] in ("{", "[") else None
        raise NotYaml(words, mark.index if mark is not None else None, is_syntax=True, opened=opened) from None
    except YAMLError as error:
        raise NotYaml(visible(str(error)), None, is_syntax=False) from None
    except AssertionError:
        raise NotYaml("a version of YAML that there is not", None, is_syntax=False) from None
    except (ValueError, OverflowError):
        # The parser turns `"\UFFFFFFFF"` into a character unchecked.
        raise NotYaml("an escape that is no character", None, is_syntax=False) from None
