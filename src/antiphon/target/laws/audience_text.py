"""Reader of audiences: `members of chatroom request.chatroomId except caller before`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, cast

from antiphon.core.text import did_you_mean
from antiphon.language.address import Address
from antiphon.language.keys import fits
from antiphon.language.nodes import Node, Scalar, Sequence
from antiphon.target.laws.audiences import Audience, Term
from antiphon.target.laws.phrase import Phrase, phrase_of
from antiphon.target.laws.words import CauseScope, LawWords, parse_law_address

_WHEN = re.compile(r"(?:^|\s)(before|after)\s*$")
_EXCEPT = re.compile(r"(?:^|\s)except(?=\s|$)")
_MEMBERS = re.compile(r"members\s+of\s+(\S+)\s+(\S.*)", re.DOTALL)
_ROLE = re.compile(r"role\s+(\S+)\s+of\s+(\S+)\s+(\S.*)", re.DOTALL)
_WITH = re.compile(r"users\s+with\s+(\S+)\s+(\S.*)", re.DOTALL)
_USER = re.compile(r"user\s+(\S.*)", re.DOTALL)
_COLLEAGUES = re.compile(r"colleagues\s+of\s+(\S.*)", re.DOTALL)
_OTHERS = re.compile(r"caller's\s+other\s+connections")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_FORMS = (
    "members of ROOM id, user id, users with FIELD VALUE, caller, caller's other connections, colleagues of id, "
    "role NAME of ROOM id, everyone or nobody"
)
_FORM = {
    "members": "members of ROOM id",
    "user": "user id",
    "users": "users with FIELD VALUE",
    "caller's": "caller's other connections",
    "colleagues": "colleagues of id",
    "role": "role NAME of ROOM id",
}
_WORDS = ("members", "user", "users", "role", "colleagues", "caller", "caller's", "everyone", "nobody")


def audience_at(node: Node, what: str, words: LawWords, scope: CauseScope) -> Audience | None:
    """Return the audience that a node says; None where it cannot be read.

    Args:
        node: What stands in the profile.
        what: Its name in a mistake.
        words: What may be named.
        scope: What its addresses may begin with.
    """
    if not fits(node, ("text",), what, words.profile.problems) or not isinstance(node, Scalar):
        return None
    return parse_audience(phrase_of(node), words, scope)


def parse_audience(phrase: Phrase, words: LawWords, scope: CauseScope) -> Audience | None:
    """Return the audience that a text says; None where it cannot be read."""
    whole = phrase
    when = _WHEN.search(phrase.open)
    if when is not None:
        phrase = phrase.part(0, when.start())
    split = _EXCEPT.search(phrase.open)
    meant = phrase.part(0, split.start()) if split is not None else phrase
    terms = [_term(part, words, scope) for part in _parts(meant)]
    but = [_term(part, words, scope) for part in _parts(phrase.part(split.end()))] if split is not None else []
    if any(term is None for term in (*terms, *but)):
        return None
    return Audience(
        terms=tuple(term for term in terms if term is not None),
        but=tuple(term for term in but if term is not None),
        when=cast("Literal['', 'before', 'after']", when[1] if when is not None else ""),
        text=whole.text,
        source=whole.source,
    )


def who_at(node: Node, words: LawWords, scope: CauseScope) -> tuple[Term | Address, ...] | None:
    """Return whom a grant concerns: terms of audiences, and addresses of ids or of lists of ids."""
    items = node.items if isinstance(node, Sequence) else (node,)
    if not items:
        words.mistake("`who` names nobody", node.source, "write caller, everyone, an address or an audience's term")
    found = [_concerned(item, words, scope) for item in items]
    return tuple(one for one in found if one is not None) if all(found) else None


def _concerned(node: Node, words: LawWords, scope: CauseScope) -> Term | Address | None:
    if not fits(node, ("text",), "`who`", words.profile.problems) or not isinstance(node, Scalar):
        return None
    phrase = phrase_of(node)
    is_term = phrase.first.rstrip(",") in _WORDS
    return _term(phrase, words, scope) if is_term else parse_law_address(phrase, words, scope)


def _parts(phrase: Phrase) -> Iterator[Phrase]:
    begin, shown = 0, phrase.open
    for index, character in enumerate(shown):
        if character == ",":
            yield phrase.part(begin, index)
            begin = index + 1
    yield phrase.part(begin)


def _term(phrase: Phrase, words: LawWords, scope: CauseScope) -> Term | None:
    text, source = phrase.text, phrase.source
    match phrase.first:
        case "":
            words.mistake("an audience without a name", source, f"write {_FORMS}")
            return None
        case "caller" | "everyone" | "nobody" if text in ("caller", "everyone", "nobody"):
            kind = cast("Literal['caller', 'everyone', 'nobody']", text)
            return Term(kind=kind, text=text, source=source)
        case "caller's" if _OTHERS.fullmatch(text):
            return Term(kind="others", text=text, source=source)
        case "members" if found := _MEMBERS.fullmatch(text):
            return _in_room("members", "", phrase.found(found, 1), phrase.found(found, 2), phrase, words, scope)
        case "role" if found := _ROLE.fullmatch(text):
            role = phrase.found(found, 1)
            words.known_role(role.text, role.source)
            return _in_room("role", role.text, phrase.found(found, 2), phrase.found(found, 3), phrase, words, scope)
        case "users" if found := _WITH.fullmatch(text):
            return _with(phrase.found(found, 1), phrase.found(found, 2), phrase, words, scope)
        case "user" if found := _USER.fullmatch(text):
            return _of_user("user", phrase.found(found, 1), phrase, words, scope)
        case "colleagues" if found := _COLLEAGUES.fullmatch(text):
            return _of_user("colleagues", phrase.found(found, 1), phrase, words, scope)
        case first:
            words.mistake(f"`{text[:60]}` is no audience", source, _hint(first, text, scope))
            return None


def _hint(first: str, text: str, scope: CauseScope) -> str:
    if first.partition(".")[0].partition("[")[0] in scope.roots:
        return f"write user {text[:60]}"
    if first in _WORDS:
        return f"write {_FORM.get(first, _FORMS)}"
    return did_you_mean(first, _WORDS) or f"write {_FORMS}"


def _in_room(
    kind: Literal["members", "role"],
    role: str,
    room: Phrase,
    at: Phrase,
    whole: Phrase,
    words: LawWords,
    scope: CauseScope,
) -> Term | None:
    words.known_room(room.text, room.source)
    address = parse_law_address(at, words, scope)
    if address is None:
        return None
    return Term(kind=kind, room=room.text, at=address, value=role, text=whole.text, source=whole.source)


def _of_user(
    kind: Literal["user", "colleagues"], at: Phrase, whole: Phrase, words: LawWords, scope: CauseScope
) -> Term | None:
    address = parse_law_address(at, words, scope)
    return Term(kind=kind, at=address, text=whole.text, source=whole.source) if address is not None else None


def _with(field: Phrase, value: Phrase, whole: Phrase, words: LawWords, scope: CauseScope) -> Term | None:
    """Return the users who have a value in a field: an address, a text in quotes, or a word that begins no address."""
    words.known_field(field.text, field.source)
    quoted = _QUOTED.fullmatch(value.text)
    found: str | Address | None
    if quoted is not None:
        found = quoted[1] if quoted[1] is not None else quoted[2]
    elif "." in value.text or "[" in value.text or value.text in scope.roots:
        found = parse_law_address(value, words, scope)
    else:
        found = value.text
    if field.text == "role" and isinstance(found, str):
        words.known_role(found, value.source)
    if found is None:
        return None
    return Term(kind="with", field=field.text, value=found, text=whole.text, source=whole.source)
