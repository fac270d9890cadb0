"""What calls made, as far as laws ask for it: `resources.message[path.id].room`."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from antiphon.history.entries import Call, Event
from antiphon.judge.deed_names import EventNames
from antiphon.judge.deeds import as_text, value_at
from antiphon.language.address import Address
from antiphon.language.scope import NO_NAMES, Scope
from antiphon.target.laws.membership import Membership
from antiphon.target.laws.model import Laws
from antiphon.target.model import ResourceRule

_MOST_KEPT = 200_000
_NAMED = re.compile(r"\bresources\.([\w-]+)")


class Made:
    """Name of a resource → key → what is known of it. The newest of each are kept."""

    def __init__(self, rules: Sequence[ResourceRule], addresses: Iterable[str]) -> None:
        asked = {name for text in addresses for name in _NAMED.findall(text)}
        self.found: dict[str, OrderedDict[str, Mapping[str, object]]] = {name: OrderedDict() for name in asked}
        self._by_call: dict[str, list[ResourceRule]] = {}
        self._by_event: dict[str, list[ResourceRule]] = {}
        for rule in rules:
            if rule.name not in asked:
                continue
            if rule.event:
                self._by_event.setdefault(rule.event, []).append(rule)
            else:
                self._by_call.setdefault(f"{rule.method} {rule.template}", []).append(rule)

    @property
    def calls(self) -> frozenset[str]:
        """The operations that make something."""
        return frozenset(self._by_call)

    @property
    def events(self) -> frozenset[str]:
        """The events that tell of something."""
        return frozenset(self._by_event)

    def call(self, key: str, call: Call, scope: Scope) -> None:
        """Take in what a call made."""
        for rule in self._by_call.get(key, ()):
            if call.status in rule.statuses and not call.failure:
                known: dict[str, object] = {}
                for name in ("path", "request", "payload"):  # the answer's word counts before the request's
                    part = scope.lookup(name)
                    if isinstance(part, Mapping):
                        known.update(part)
                self._keep(rule, scope, known)

    def event(self, event: Event) -> None:
        """Take in what an event tells of."""
        for rule in self._by_event.get(event.name, ()):
            scope = EventNames(event, None, NO_NAMES)
            data = scope.lookup("event")
            self._keep(rule, scope, dict(data) if isinstance(data, Mapping) else {})

    def _keep(self, rule: ResourceRule, scope: Scope, known: Mapping[str, object]) -> None:
        key = as_text(value_at(rule.key.get, scope))
        if key is None:
            return
        kept = self.found[rule.name]
        kept[key] = known
        if len(kept) > _MOST_KEPT:
            kept.popitem(last=False)


def addresses_of(laws: Laws, membership: Membership) -> Iterator[str]:
    """Yield the text of every address that laws and memberships look up in a cause."""
    for law in laws.laws:
        yield from (agreement.cause.text for agreement in law.agree)
        for audience in (law.by, law.to):
            for term in (*audience.terms, *audience.but) if audience is not None else ():
                yield from (one.text for one in (term.at, term.value) if one is not None and not isinstance(one, str))
        for claim in (law.condition, law.answer):
            yield from (address.text for address, _, _ in claim.parts) if claim is not None else ()
        if law.each is not None:
            yield law.each.text
    for kind in membership.rooms.values():
        for change in (*kind.granted, *kind.revoked, *kind.joined, *kind.left, *kind.rejoined):
            yield from (address.text for address in change.facts.values())
            for who in change.who:
                at = who if isinstance(who, Address) else who.at
                if at is not None:
                    yield at.text
            if change.room is not None:
                yield change.room.text
