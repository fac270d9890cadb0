"""Hints for what YAML makes of things that authors mean otherwise: bare braces, unquoted matchers, bare `[n]`."""

from __future__ import annotations

import re

MATCHER_WORDS = (
    *("string", "number", "integer", "boolean", "uuid", "iso_time", "null", "absent", "present", "any", "numeric"),
    *("not", "any_of", "all_of", "each", "contains", "none", "unordered", "length", "range", "near", "unique", "exact"),
)

QUOTE_TEMPLATE = (
    'quote the template: "{{ name }}"; in a path write :name for a path parameter (`:chatroomId` is `{{ chatroomId }}`)'
)
QUOTE_MATCHER = 'quote the matcher: "#string"; without quotes it is a YAML comment'
QUOTE_ADDRESS = 'quote the address: "items[0].id"; inside braces YAML takes the bracket for a list'

_MATCHER = re.compile(rf"(?:^|(?<=\s))#(?:(?:{'|'.join(MATCHER_WORDS)})\b(?!:? \w)|/|#)")
# A comment of one word right behind the key, without a space after its #: a matcher with a slip of the pen, perhaps.
_ATTACHED = re.compile(r"[ \t:?-]*(?<=[ \t])(#[\w/#]\S*)[ \t]*(?:\r|\n|\Z)")
_AFTER_KEY = re.compile(r"[\s:?-]*\Z")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'')
_INDEXED = re.compile(r"[{,:]\s*[\w.-]+\[-?\d+\]|^\s*[\w.-]+\[-?\d+\][\w.\[\]-]*\s*:")
_COLON = re.compile(r":\s.*:(?:\s|$)")


def comment_trap(gap: str) -> int | None:
    """Return where in `gap`, the text before an empty value, a comment begins that was meant as a matcher."""
    attached = _ATTACHED.match(gap)
    if attached:
        return attached.start(1)
    found = _MATCHER.search(gap)
    return found.start() if found and _AFTER_KEY.match(gap[: found.start()]) else None


def flow_comment_trap(gap: str) -> int | None:
    """Return where in `gap`, the text between two values in braces or brackets, such a comment begins."""
    found = _MATCHER.search(gap)
    return found.start() if found else None


def unquoted_matcher(lines: tuple[str, ...], line: int) -> tuple[int, int] | None:
    """Return line and column, from 0, of the matcher without quotes on a line (from 0) or on the three above it."""
    for number in range(line, max(line - 4, -1), -1):
        text = (
            _QUOTED.sub(lambda quoted: "_" * len(quoted.group()), lines[number][:2000]) if number < len(lines) else ""
        )
        found = _MATCHER.search(text)
        if found and _is_value(text, found.start()):
            return number, found.start()
    return None


def _is_value(text: str, start: int) -> bool:
    return text[:start].rstrip().endswith((":", "-", "{", "[", ","))


def syntax_hint(problem: str, lines: tuple[str, ...], line: int) -> str | None:
    """Return what probably went wrong where the YAML cannot be read.

    Args:
        problem: The parser's own words.
        lines: The file.
        line: Where the parser stopped, from 0.
    """
    here = _QUOTED.sub('""', lines[line][:2000]) if line < len(lines) else ""
    above = [_QUOTED.sub('""', text[:2000]) for text in lines[max(line - 3, 0) : line]]
    if "{{" in here or ("}}" in here and any("{{" in text for text in above)):
        return QUOTE_TEMPLATE
    if _INDEXED.search(here) and "{" in "".join((*above, here)):
        return QUOTE_ADDRESS
    for text in (here, *reversed(above)):
        found = _MATCHER.search(text)
        if found and _is_value(text, found.start()):
            return QUOTE_MATCHER
    if here.lstrip(" ").startswith("\t") or "'\\t'" in problem:
        return "indent with spaces; YAML allows no tabs there"
    if re.search(r"/[^\s\"']*\{", here):
        return "write :name for a path parameter, or quote the whole text"
    if "stream end" in problem:
        return "a brace or bracket was opened and never closed"
    if "mapping values are not allowed" in problem or _COLON.search(here):
        return 'quote a text that contains ": "'
    if "cannot start any token" in problem:
        return "quote a text that begins with @, ` or %"
    if "quoted scalar" in problem or "unexpected end of stream" in problem:
        return "a quote was opened and never closed"
    return None
