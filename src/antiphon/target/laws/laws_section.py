"""Reader of a profile's `laws`: which cause owes which events to whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal, cast

from msgspec import Struct

from antiphon.core.source import NOWHERE
from antiphon.language import plain_values as plain
from antiphon.language.address import Address
from antiphon.language.call import StatusSpec
from antiphon.language.keys import Fields, fits
from antiphon.language.matcher import Claim
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.target.laws import law_keys as keys
from antiphon.target.laws.audience_text import audience_at
from antiphon.target.laws.audiences import Audience
from antiphon.target.laws.cause_text import cause_at
from antiphon.target.laws.causes import Cause, EmitCause, HeardCause, TimeCause
from antiphon.target.laws.model import Agreement, Law, Never, NeverCall, Order
from antiphon.target.laws.never_section import read_never
from antiphon.target.laws.owed_section import Then, read_then
from antiphon.target.laws.phrase import phrase_of
from antiphon.target.laws.words import (
    EVENT_SCOPE,
    CauseScope,
    LawWords,
    address_at,
    claim_at,
    parse_law_address,
    scope_of,
)

_RISING = re.compile(r"(\S.*?)\s+rising")
_ORDERS = ("answered", "sent", "total")
_ORDER_HINT = "write answered, sent, total, or event.FIELD rising"

NO_5XX = Law(
    name="no 5xx",
    kind="never",
    never=Never(call=NeverCall(statuses=StatusSpec(classes=frozenset({5}), text="5xx", written=True))),
    source=NOWHERE,
)
"""The law that stands by itself wherever there are laws; one of its name in the profile takes its place."""


class WrittenLaw(Struct, frozen=True):
    """A law with what it was read from, for the checks that look at laws together.

    Attributes:
        law: The law.
        node: The map.
        fields: The values of its keys.
    """

    law: Law
    node: Mapping
    fields: Fields


def read_laws(node: Node, words: LawWords) -> tuple[WrittenLaw, ...]:
    """Return the laws of a list, in its order; those that cannot be read are left out."""
    found: list[WrittenLaw] = []
    for item in plain.items_of(node):
        if fits(item, ("map",), "a law", words.profile.problems) and isinstance(item, Mapping):
            written = _LawReader(item, words).read()
            found += [written] if written is not None else []
    return tuple(found)


def with_defaults(laws: Sequence[WrittenLaw]) -> tuple[Law, ...]:
    """Return the laws behind those that stand by themselves."""
    written = tuple(one.law for one in laws)
    return written if any(law.name == NO_5XX.name for law in written) else (NO_5XX, *written)


class _LawReader:
    """Reads one law."""

    def __init__(self, node: Mapping, words: LawWords) -> None:
        self.node = node
        self.words = words
        self.problems = words.profile.problems
        self.before = len(self.problems)
        self.fields = keys.LAW.read(node, words.profile, self.problems)

    def read(self) -> WrittenLaw | None:
        fields = self.fields
        causes = self._causes()
        then_node, never_node = fields.get(keys.THEN), fields.get(keys.NEVER)
        then = read_then(then_node, self.words) if then_node is not None else None
        never = read_never(never_node, self.words) if never_node is not None else None
        kind = self._kind(then)
        if kind is None:
            return None
        if then is not None or not fields.has(keys.THEN):
            self._check_keys(kind)
        scope = scope_of(causes)
        each = self._address(keys.EACH, scope)
        inner = scope.with_roots("item") if fields.has(keys.EACH) else scope
        law = Law(
            name=(fields.get(keys.NAME) or "").strip(),
            when=causes,
            condition=self._claim(keys.IF, inner),
            by=self._audience(keys.BY, inner),
            kind=kind,
            then=then.owed if then is not None else (),
            to=self._audience(keys.TO, inner),
            within_s=fields.get(keys.WITHIN),
            agree=self._agree(causes, inner),
            order=self._order(causes),
            series=then.series if then is not None else None,
            answer=self._claim(keys.ANSWER, inner),
            never=never,
            each=each,
            after_recovery=cast("Literal['owed', 'open']", fields.get(keys.AFTER_RECOVERY) or "open"),
            replay_at_least_once=fields.has(keys.REPLAY),
            echo=cast("Literal['others', 'all', 'none'] | None", fields.get(keys.ECHO)),
            per=cast("Literal['connection', 'user', 'join']", fields.get(keys.PER) or "connection"),
            latest=bool(fields.get(keys.LATEST)),
            refused_open=fields.has(keys.REFUSED),
            source=self.node.source,
        )
        return WrittenLaw(law, self.node, fields) if len(self.problems) == self.before else None

    def _causes(self) -> tuple[Cause, ...]:
        node = self.fields.get(keys.WHEN)
        found: list[Cause] = []
        items = plain.items_of(node) if node is not None else ()
        if node is not None and not items:
            self.words.mistake("no cause is named", node.source, "write when: METHOD /path -> STATUS")
        for item in items:
            cause = cause_at(item, self.words)
            if cause is None:
                continue
            if any(cause.text == other.text for other in found):
                self.words.mistake(f"`{cause.text}` is named twice", cause.source, "leave one of them out")
            found.append(cause)
        return tuple(found)

    def _kind(
        self, then: Then | None
    ) -> Literal["all", "any_of", "none", "series", "any_event", "answer", "never"] | None:
        fields = self.fields
        if fields.has(keys.NEVER):
            return "never"
        if fields.has(keys.THEN):
            if then is None:  # told already; what else is wrong with the law is told, too
                return "all"
            return cast("Literal['all', 'any_of', 'none', 'series', 'any_event']", then.kind)
        if fields.has(keys.ANSWER):
            return "answer"
        hint = "add then: EVENT with to: AUDIENCE, answer: {ADDRESS: MATCHER}, or never"
        self.words.mistake("the law owes nothing", self.node.source, hint)
        return None

    def _check_keys(self, kind: str) -> None:
        """Note keys that say nothing of such a law, and those that it lacks."""
        fields = self.fields
        named = {"all": "then", "answer": "answer alone", "never": "never"}.get(kind, f"then: {kind}")
        for name in fields:
            if name != keys.NAME.name and name not in keys.GO_WITH[kind]:
                entry = self.node.entry(name)
                place = entry.key.source if entry is not None else fields.source
                self.words.mistake(f"`{name}` says nothing beside `{named}`", place, "leave it out")
        if kind not in ("never", "series") and not fields.has(keys.WHEN):
            self.words.mistake("the law has no cause", self.node.source, "add when: METHOD /path -> STATUS")
        if kind in ("all", "any_of", "any_event") and not fields.has(keys.TO):
            hint = "add to: members of ROOM ADDRESS, user ADDRESS, caller, or everyone"
            self.words.mistake("nobody is said to hear it", self.node.source, hint)
        if kind == "series" and not fields.has(keys.WHEN):
            self._need_cause(keys.IF, keys.BY, keys.TO, keys.EACH, keys.ANSWER, keys.REFUSED)

    def _need_cause(self, *needing: Any) -> None:
        for key in needing:
            if self.fields.has(key):
                self.words.mistake(f"`{key.name}` without a cause", self.fields.at(key), "add when: CAUSE")

    def _address(self, key: Any, scope: CauseScope) -> Address | None:
        node = self.fields.get(key)
        return address_at(node, f"`{key.name}`", self.words, scope) if node is not None and scope.roots else None

    def _claim(self, key: Any, scope: CauseScope) -> Claim | None:
        node = self.fields.get(key)
        return claim_at(node, f"`{key.name}`", self.words, scope) if node is not None and scope.roots else None

    def _audience(self, key: Any, scope: CauseScope) -> Audience | None:
        node = self.fields.get(key)
        return audience_at(node, f"`{key.name}`", self.words, scope) if node is not None and scope.roots else None

    def _agree(self, causes: Sequence[Cause], scope: CauseScope) -> tuple[Agreement, ...]:
        node = self.fields.get(keys.AGREE)
        found = []
        if node is not None and not plain.map_of(node).entries:
            self.words.mistake("`agree` compares nothing", node.source, "write {event.id: payload.id}")
        for entry in plain.map_of(node) if node is not None and scope.roots else ():
            event = parse_law_address(phrase_of(entry.key), self.words, EVENT_SCOPE)
            if event is not None and not _hears(causes) and _text(entry.value) == event.text:
                hint = "on the right stands a place of the cause, such as payload.id"
                self.words.mistake(f"`{event.text}` is compared with itself", entry.value.source, hint)
                continue
            cause = address_at(entry.value, f"`{entry.name}`", self.words, scope)
            if event is not None and cause is not None:
                found.append(Agreement(event=event, cause=cause))
        return tuple(found)

    def _order(self, causes: Sequence[Cause]) -> Order | None:
        node = self.fields.get(keys.ORDER)
        if node is None:
            return None
        fields = keys.ORDER_KEYS.read(plain.map_of(node), self.words.profile, self.problems)
        by, kind = fields.get(keys.ORDER_BY), fields.get(keys.ORDER_AS)
        address = address_at(by, "`by`", self.words, EVENT_SCOPE) if by is not None else None
        emitted = bool(causes) and all(isinstance(_first(cause), EmitCause) for cause in causes)
        if not isinstance(kind, Scalar):
            return Order(by=address, as_="sent" if emitted else "answered")
        text = str(kind.value).strip()
        if text in _ORDERS:
            return Order(by=address, as_=cast("Literal['answered', 'sent', 'total']", text))
        phrase = phrase_of(kind)
        rising = _RISING.fullmatch(phrase.text)
        if rising is None:
            self.words.mistake(f"`{text[:60]}` is no order", kind.source, _ORDER_HINT)
            return None
        field = parse_law_address(phrase.found(rising, 1), self.words, EVENT_SCOPE)
        return Order(by=address, as_="rising", rising=field) if field is not None else None


def _hears(causes: Sequence[Cause]) -> bool:
    """Return whether `event` on the cause's side is another event than that on the law's."""
    return any(isinstance(_first(cause), HeardCause) for cause in causes)


def _first(cause: Cause) -> Cause:
    return cause.cause if isinstance(cause, TimeCause) else cause


def _text(node: Node) -> str:
    return str(node.value).strip() if isinstance(node, Scalar) else ""
