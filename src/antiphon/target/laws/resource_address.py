"""`resources.message[path.id].chatroomId`: what is known of a thing that was made before, found by its key."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from antiphon.core.errors import Problems, UnknownName
from antiphon.language.address import Address, parse_address
from antiphon.language.jsontext import text_of
from antiphon.language.scope import MISSING, Names, Scope, child, resolved
from antiphon.target.laws.phrase import Phrase

_BEGIN = re.compile(r"resources\.([\w-]+)\s*\[")
_HINT = "write resources.NAME[ADDRESS].FIELD, such as resources.message[path.id].chatroomId"
_FOUND = "resource"
_KNOWN_BY = "resources"


def parse_resource(
    phrase: Phrase, problems: Problems, known: Collection[str], inner: Callable[[Phrase], Address | None]
) -> Address | None:
    """Return the address under a resource.

    The scope's `resources` gives for each name a map from keys, as text, to what is known of that one: what the path,
    the request and the answer said, or the event that told of it. Keys that are numbers are looked up by their text.

    Args:
        phrase: The text.
        problems: Collects what is wrong.
        known: The names under the profile's `resources`.
        inner: Reads the address between the brackets.
    """
    found = _BEGIN.match(phrase.text)
    end = _closing(phrase.text, found.end()) if found is not None else None
    if found is None or end is None:
        problems.mistake(f"`{phrase.text[:60]}` names no resource", phrase.source, _HINT)
        return None
    name = found[1]
    if name not in known:
        source = phrase.at(found.start(1))
        problems.add(UnknownName(kind="resource", name=name, source=source, known=sorted(known)))
        return None
    key = inner(phrase.part(found.end(), end))
    before = len(problems)
    shift = end + 1 - len(_FOUND)
    rest = parse_address(
        _FOUND + phrase.text[end + 1 :], phrase.source, problems, at=lambda index: phrase.at(max(index + shift, 0))
    )
    if key is None or len(problems) > before:
        return None
    roots = (rest.roots - {_FOUND}) | key.roots | {_KNOWN_BY}

    def get(scope: Scope) -> object:
        wanted = key(scope)
        if wanted is MISSING or wanted is None:
            return MISSING
        one = child(child(resolved(scope.lookup(_KNOWN_BY)), name), text_of(wanted))
        return rest(Names({_FOUND: one}, scope))

    return Address(phrase.text, phrase.source, _KNOWN_BY, roots, get)


def _closing(text: str, start: int) -> int | None:
    """Return where the bracket that was opened before `start` is closed."""
    depth = 1
    for index in range(start, len(text)):
        depth += {"[": 1, "]": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return None
