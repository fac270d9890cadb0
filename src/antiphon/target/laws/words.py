"""What the readers of laws share: the words that a law may use, and the addresses and claims over a cause.

A cause gives a scope: of a call `request`, `path`, `query`, `payload`, `problem` and `response` (its status and
headers), of an emit `data` and `ack`, of a connection `self`, of an event heard `event` and `args`; of each `caller`
and `resources`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from antiphon.core.errors import UnknownName
from antiphon.core.source import Source
from antiphon.core.text import did_you_mean, listed
from antiphon.language.address import Address, parse_address
from antiphon.language.keys import fits
from antiphon.language.matcher import Claim, compile_matcher
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.target.laws.causes import CallCause, Cause, ConnectionCause, EmitCause, HeardCause, TimeCause
from antiphon.target.laws.phrase import Phrase, phrase_of
from antiphon.target.laws.resource_address import parse_resource
from antiphon.target.reading import ProfileReading

EVENT_ROOTS = frozenset({"event", "args"})
"""What speaks of an event that was heard."""

_ALWAYS = frozenset({"caller", "resources"})
_CALL = _ALWAYS | {"request", "path", "query", "payload", "problem", "response"}
_EMIT = _ALWAYS | {"data", "ack"}
_CONNECTION = _ALWAYS | {"self"}
_HEARD = _ALWAYS | EVENT_ROOTS
_FIRST = re.compile(r"([^\W\d][\w-]*)(?:\.([\w@$-]+))?")
_PARAMETER = re.compile(r":([^\W\d][\w-]*)")
_RESPONSE = ("status", "headers")


class LawWords(Struct, frozen=True):
    """The words that laws and memberships may use.

    Attributes:
        profile: The profile's reading; its vocabulary names operations, events, rooms and roles.
        resources: The names under `resources`.
        fields: What is known of a user; empty: nobody says.
    """

    profile: ProfileReading
    resources: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()

    def mistake(self, sentence: str, source: Source, hint: str | None = None) -> None:
        """Note a mistake."""
        self.profile.problems.mistake(sentence, source, hint)

    def unknown(self, kind: str, name: str, source: Source, known: Iterable[str]) -> None:
        """Note a name that nothing has."""
        self.profile.problems.add(UnknownName(kind=kind, name=name, source=source, known=sorted(known)))

    def known_room(self, name: str, source: Source) -> None:
        """Note a kind of room that `membership` does not name."""
        rooms = self.profile.vocabulary.rooms
        if name not in rooms:
            self.unknown("room", name, source, rooms)

    def known_role(self, name: str, source: Source) -> None:
        """Note a role that `users` does not name."""
        if not self.profile.vocabulary.knows_role(name):
            self.unknown("role", name, source, self.profile.vocabulary.roles)

    def known_field(self, name: str, source: Source) -> None:
        """Note what no recipe saves of a user."""
        if self.fields and name not in self.fields:
            hint = did_you_mean(name, self.fields) or f"known: {listed(sorted(self.fields), limit=20)}"
            self.mistake(f"no user has `{name}`: no recipe saves it", source, hint)


class CauseScope(Struct, frozen=True):
    """What addresses over some causes may begin with.

    Attributes:
        roots: First names.
        parameters: The names under `path`; None: no cause has a path.
    """

    roots: frozenset[str]
    parameters: frozenset[str] = frozenset()

    def with_roots(self, *names: str) -> CauseScope:
        """Return the scope with further names."""
        return CauseScope(self.roots | set(names), self.parameters)


EVENT_SCOPE = CauseScope(EVENT_ROOTS)


def scope_of(causes: Iterable[Cause]) -> CauseScope:
    """Return what addresses over any of `causes` may begin with."""
    roots: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    for cause in causes:
        match cause:
            case CallCause():
                roots |= _CALL
                parameters |= set(_PARAMETER.findall(cause.operation.path))
            case EmitCause():
                roots |= _EMIT
            case ConnectionCause():
                roots |= _CONNECTION
            case HeardCause():
                roots |= _HEARD
            case TimeCause():
                inner = scope_of([cause.cause])
                roots, parameters = roots | inner.roots, parameters | inner.parameters
    return CauseScope(roots, parameters)


def address_at(node: Node, what: str, words: LawWords, scope: CauseScope) -> Address | None:
    """Return the address that a node says; None where it cannot be read.

    Args:
        node: What stands in the profile.
        what: Its name in a mistake.
        words: What may be named.
        scope: What it may begin with.
    """
    if not fits(node, ("text",), what, words.profile.problems) or not isinstance(node, Scalar):
        return None
    return parse_law_address(phrase_of(node), words, scope)


def parse_law_address(phrase: Phrase, words: LawWords, scope: CauseScope) -> Address | None:
    """Return the address that a text says; None where it cannot be read."""
    if phrase.first.partition(".")[0] == "resources" and "resources" in scope.roots:
        return parse_resource(
            phrase, words.profile.problems, words.resources, lambda inner: parse_law_address(inner, words, scope)
        )
    problems = words.profile.problems
    before = len(problems)
    body = "payload" if "payload" in scope.roots else "event" if "event" in scope.roots else "data"
    address = parse_address(phrase.text, phrase.source, problems, body=body, at=phrase.at)
    if len(problems) > before:
        return None
    words.profile.check_addresses((address,), scope.roots)
    _check_first(phrase, address, words, scope)
    return address if len(problems) == before else None


def _check_first(phrase: Phrase, address: Address, words: LawWords, scope: CauseScope) -> None:
    """Note a second name of an address that is known to lead nowhere."""
    found = _FIRST.match(phrase.text)
    if found is None or found[2] is None or address.root not in scope.roots:
        return
    place = phrase.at(found.start(2))
    match found[1]:
        case "path" if found[2] not in scope.parameters:
            known = scope.parameters
            hint = did_you_mean(found[2], known) or (f"known: {listed(sorted(known))}" if known else None)
            words.mistake(f"the path has no parameter `{found[2]}`", place, hint)
        case "response" if found[2] not in _RESPONSE:
            hint = "response has status and headers; its body is payload, that of an error problem"
            words.mistake(f"`response` has no `{found[2]}`", place, hint)
        case "caller" | "self":
            words.known_field(found[2], place)


def claim_at(node: Node, what: str, words: LawWords, scope: CauseScope) -> Claim | None:
    """Return the claim that a map `ADDRESS: MATCHER` says; None where something of it cannot be read."""
    problems = words.profile.problems
    before = len(problems)
    if not fits(node, ("map",), what, problems) or not isinstance(node, Mapping):
        return None
    if not node.entries:
        words.mistake(f"{what} is empty: it claims nothing", node.source, "write ADDRESS: MATCHER")
    parts = []
    for entry in node:
        address = parse_law_address(phrase_of(entry.key), words, scope)
        words.profile.check_node(entry.value, scope.roots - {"resources"})
        matcher = compile_matcher(entry.value, problems)
        if address is not None:
            parts.append((address, matcher, entry.key.source))
    return Claim(tuple(parts), node.source) if len(problems) == before else None


def takes_everything(node: Node) -> bool:
    """Return whether a matcher has nothing against any value that is there."""
    if isinstance(node, Scalar):
        return node.value in ("#any", "#present")
    return isinstance(node, Mapping) and all(takes_anything(entry.value) for entry in node)


def takes_anything(node: Node) -> bool:
    """Return whether a matcher takes a value that is absent, too."""
    return isinstance(node, Scalar) and node.value == "#any"
