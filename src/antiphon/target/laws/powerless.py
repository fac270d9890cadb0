"""What no target could break: laws that cannot fail are refused, with what would make them able to.

A law that looks like a promise and claims nothing is worse than none. Some of it is told where a key is read
(`times: 0..`, an empty claim, a matcher of `never` that takes everything); here stands what needs more than one key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from antiphon.core.source import NOWHERE, Source
from antiphon.language.call import StatusSpec
from antiphon.language.keys import Key
from antiphon.language.nodes import Mapping, plain
from antiphon.target.laws import law_keys as keys
from antiphon.target.laws.audiences import Audience
from antiphon.target.laws.causes import CallCause, Cause, EmitCause, HeardCause, TimeCause
from antiphon.target.laws.laws_section import NO_5XX, WrittenLaw, with_defaults
from antiphon.target.laws.membership import Membership
from antiphon.target.laws.model import Law, Never
from antiphon.target.laws.words import LawWords, takes_anything
from antiphon.target.model import ResourceRule

_STRICTER = frozenset({"by", "within", "agree", "order", "answer"})
"""The keys with which a law asks for more, and of no fewer causes."""


def check_laws(
    laws: Sequence[WrittenLaw], membership: Membership, resources: Sequence[ResourceRule], words: LawWords
) -> None:
    """Note each law that nothing could break.

    Args:
        laws: Those that could be read.
        membership: The rooms of audiences.
        resources: What calls make: such a call has an identity.
        words: Where mistakes go.
    """
    check = _Check(laws, membership, resources, words)
    for written in laws:
        check.law(written)
    check.together()


class _Check:
    def __init__(
        self, laws: Sequence[WrittenLaw], membership: Membership, resources: Sequence[ResourceRule], words: LawWords
    ) -> None:
        self.laws = laws
        self.membership = membership
        self.makers = {(rule.method, rule.template) for rule in resources if not rule.event}
        self.words = words

    def law(self, written: WrittenLaw) -> None:
        self._owes(written)
        self._audience(written)
        self._answers(written)
        self._heard(written)
        self._joins(written)
        self._shadowed(written)

    def together(self) -> None:
        """Note laws of one name, and laws that ask for nothing that another does not ask for."""
        said = [_said(written.node) for written in self.laws]
        named: dict[str, WrittenLaw] = {}
        for index, written in enumerate(self.laws):
            twin = named.setdefault(written.law.name, written)
            if twin is not written:
                hint = f"the first stands at {twin.law.source}"
                self._note(written, keys.NAME, f"two laws are called `{written.law.name}`", hint)
                continue
            for at, other in enumerate(self.laws):
                if at != index and _asks_all_of(said[at], said[index], or_the_same=at < index):
                    sentence = f"`{written.law.name}` asks for nothing that `{other.law.name}` does not ask for"
                    self._note(written, keys.NAME, sentence, "leave it out")
                    break

    def _note(self, written: WrittenLaw, key: Key[Any, Any], sentence: str, hint: str) -> None:
        self.words.mistake(sentence, written.fields.at(key), hint)

    def _owes(self, written: WrittenLaw) -> None:
        law = written.law
        if law.kind == "none" and not law.agree and not any(self._has_identity(cause) for cause in law.when):
            hint = "add agree: {event.FIELD: ADDRESS}, or name what the call makes under `resources`"
            sentence = "nothing attributes an event to the cause, so that none could break `then: none`"
            self._note(written, keys.THEN, sentence, hint)
        if law.kind == "all" and not law.agree and law.order is not None and not _is_owed(law):
            self._note(written, keys.ORDER, "an order of events that are never owed", "write times: 1 or more")

    def _has_identity(self, cause: Cause) -> bool:
        first = _first(cause)
        if not isinstance(first, CallCause):
            return False
        return (first.operation.method, first.operation.path) in self.makers

    def _audience(self, written: WrittenLaw) -> None:
        law = written.law
        if law.to is not None:
            if law.kind != "none" and _is_empty(law.to):
                hint = "write then: none for what nobody may hear"
                self._note(written, keys.TO, "the events are owed to nobody", hint)
            self._rooms(law.to, heard=True)
        if law.by is not None:
            if any(term.kind == "everyone" for term in law.by.terms) and not law.by.but:
                self._note(written, keys.BY, "everybody may cause it: `by` says nothing", "leave it out")
            self._rooms(law.by, heard=False)

    def _rooms(self, audience: Audience, *, heard: bool) -> None:
        """Note rooms of an audience that nobody can ever be in."""
        for term in (*audience.terms, *audience.but):
            room = self.membership.rooms.get(term.room)
            if term.kind == "colleagues" and not any(
                one.granted and not one.inside for one in self.membership.rooms.values()
            ):
                hint = "add to `membership` the outer room that colleagues share, with granted"
                self.words.mistake("nobody has colleagues: no outer room is ever granted", term.source, hint)
            if room is None:
                continue
            if not room.granted and not room.joined:  # where nobody is let in, whoever joined is inside
                hint = f"add membership.{room.name}.granted"
                self.words.mistake(f"nobody is ever granted `{room.name}`", term.source, hint)
            elif heard and not room.by_grant and not room.joined:
                hint = f"add membership.{room.name}.joined: by grant, or [{{by: emit NAME -> ok, room: data.id}}]"
                self.words.mistake(f"no connection is ever in `{room.name}`", term.source, hint)

    def _answers(self, written: WrittenLaw) -> None:
        law = written.law
        answered = any(isinstance(_first(cause), CallCause | EmitCause) for cause in law.when)
        if law.when and not answered:
            for key, what in ((keys.ANSWER, "is answered"), (keys.REFUSED, "can be refused")):
                if written.fields.has(key):
                    self._note(written, key, f"no cause of the law {what}", "name a call or an emit")
        node = written.fields.get(keys.ANSWER)
        if isinstance(node, Mapping) and node.entries and all(takes_anything(entry.value) for entry in node):
            self._note(written, keys.ANSWER, "every answer is as it says", 'write what must be there: "#present"')
        if law.echo is not None and not any(isinstance(_first(cause), EmitCause) for cause in law.when):
            hint = "after a call all of the caller's connections hear what the caller does; `to` says who"
            self._note(written, keys.ECHO, "`echo` without an emit", hint)

    def _heard(self, written: WrittenLaw) -> None:
        """Note causes that are events which no law owes."""
        for cause in written.law.when:
            inner = (cause.cause, cause.unless) if isinstance(cause, TimeCause) else (cause,)
            for one in inner:
                if isinstance(one, HeardCause) and not any(
                    one.name in _owed(other.law) for other in self.laws if other is not written
                ):
                    hint = f"a law that owes {one.name} says when it is heard"
                    self.words.mistake(f"no other law owes `{one.name}`", one.source, hint)

    def _joins(self, written: WrittenLaw) -> None:
        rooms = self.membership.rooms.values()
        named = any(change.as_ is not None for room in rooms for change in (*room.joined, *room.rejoined))
        if written.law.per == "join" and not named:
            hint = "name joins: joined: [{by: CAUSE, room: ADDRESS, as: ADDRESS}]"
            self._note(written, keys.PER, "no join has a name", hint)

    def _shadowed(self, written: WrittenLaw) -> None:
        """Note a `never` all of which another one forbids already."""
        never = written.law.never
        if never is None or written.law.name == NO_5XX.name:
            return
        for other in with_defaults(self.laws):
            if other.never is None or other is written.law or not _covers(other.never, never):
                continue
            if other.source is NOWHERE:
                hint = f"`{other.name}` stands by itself: leave this one out"
                self._note(written, keys.NEVER, f"`{other.name}` forbids all of it already", hint)
            elif _before(other.source, written.law.source):
                self._note(written, keys.NEVER, f"`{other.name}` forbids all of it already", "leave it out")


def _asks_all_of(more: dict[str, object], less: dict[str, object], *, or_the_same: bool) -> bool:
    """Return whether one law says all that another one says, and at most makes it stricter."""
    if any(more.get(name) != value for name, value in less.items()):
        return False
    extra = more.keys() - less.keys()
    return extra <= _STRICTER and (bool(extra) or or_the_same)


def _said(node: Mapping) -> dict[str, object]:
    return {entry.name: plain(entry.value) for entry in node if entry.name != keys.NAME.name}


def _first(cause: Cause) -> Cause:
    return cause.cause if isinstance(cause, TimeCause) else cause


def _is_owed(law: Law) -> bool:
    return any(owed.least > 0 for owed in law.then)


def _owed(law: Law) -> set[str]:
    names = {owed.event for owed in law.then} if law.kind != "none" else set()
    return names | {law.series.event} if law.series is not None else names


def _is_empty(audience: Audience) -> bool:
    """Return whether nobody can be left in an audience."""
    out = {term.text for term in audience.but}
    all_out = any(term.kind == "everyone" for term in audience.but)
    return all_out or all(term.kind == "nobody" or term.text in out for term in audience.terms)


def _before(first: Source, second: Source) -> bool:
    return (first.line, first.column) < (second.line, second.column)


def _covers(wide: Never, narrow: Never) -> bool:
    """Return whether `wide` forbids all that `narrow` does."""
    if narrow.ack is not None:
        return False
    names = {name for name, matcher in wide.events if matcher is None}
    if any(name not in names for name, _ in narrow.events):
        return False
    return narrow.call is None or (wide.call is not None and _covers_call(wide, narrow))


def _covers_call(wide: Never, narrow: Never) -> bool:
    if wide.call is None or narrow.call is None or wide.call.body is not None:
        return False
    if wide.call.operation is not None and wide.call.operation != narrow.call.operation:
        return False
    return wide.call.statuses is None or _includes(wide.call.statuses, narrow.call.statuses)


def _includes(wide: StatusSpec, narrow: StatusSpec | None) -> bool:
    if narrow is None:
        return False
    return narrow.classes <= wide.classes and all(wide.accepts(status) for status in narrow.allowed)
