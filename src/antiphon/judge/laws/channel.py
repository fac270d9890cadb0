"""All about one event: what is owed of it, what was heard of it, and what belongs to what.

Nearly every event comes before the answer to the call that caused it. That is the hot path: the message is found by
its bytes, and who heard it is noted. All else is done once for each cause, when it is settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from antiphon.history.entries import Event
from antiphon.judge.deeds import Deed, Outcome, as_text, value_at
from antiphon.judge.findings import Finding
from antiphon.judge.laws.agenda import Agenda
from antiphon.judge.laws.delivery import decide, holds_at_a_glance, is_superseded
from antiphon.judge.laws.messages import Group, Hearing, Message, Shape
from antiphon.judge.laws.obligations import Obligation
from antiphon.judge.laws.pairing import paired
from antiphon.judge.laws.plans import Promise
from antiphon.judge.laws.setting import LawSetting
from antiphon.judge.laws.strangers import Stranger, Strangers
from antiphon.judge.people import Hearer
from antiphon.language.scope import NO_NAMES, Scope

_LONGEST_AWAY_S = 120.0
_FEW = 8


class Channel:
    """One event that laws owe.

    Attributes:
        name: The event's name.
        causes: The keys of deeds that may cause it.
        promises: What laws owe of it.
        messages: What was heard, by its bytes.
        newest: What was heard last, if it is still remembered.
        strangers: What was heard of it and nothing explains so far.
        found: What was found since it was settled last.
        end_s: When the history ended: what was to be waited for after that is not lost.
        judges_strangers: Whether some law owes it, so that what nothing explains is told.
        is_special: Whether more is to be looked at in it than whether it is owed.
        claim_any: Asks whether a law that owes any event takes it.
        foreign: What was heard of others who use the target at the same time.
        too_late: What nothing explains, heard by who was away for longer than what it missed is kept.
    """

    def __init__(self, name: str, setting: LawSetting) -> None:
        self.name = name
        self.causes: set[str] = set()
        self.promises: list[Promise] = []
        self._setting = setting
        self._shapes: dict[tuple[str, ...], Shape] = {}
        self._order: list[Shape] = []
        self._led: dict[tuple[Promise, tuple[int, ...]], tuple[Shape, tuple[int, ...]]] = {}
        self.messages: dict[object, Message] = {}
        self.newest: Message | None = None
        self._agenda = Agenda(4)
        self.strangers = Strangers(self, setting)
        self.found: list[Finding] = []
        self.end_s = float("inf")
        self.foreign = 0
        self.too_late = 0
        self.judges_strangers = False
        self.is_special = False
        self.claim_any: Callable[[Message, Hearing], bool] | None = None

    def add(self, promise: Promise) -> None:
        """Take in what a law owes of this event."""
        self.promises.append(promise)
        self.causes.update(promise.plan.causes, promise.plan.unless)
        self.judges_strangers |= not promise.forbids
        every = tuple(range(len(promise.event_side)))
        self._shape(promise, promise.identity or every)

    def _shape(self, promise: Promise, places: tuple[int, ...]) -> tuple[Shape, tuple[int, ...]]:
        """Return the shape of these places, and the places in its order."""
        known = self._led.get((promise, places))
        if known is None:
            ordered = tuple(sorted(places, key=lambda place: promise.event_side[place].text))
            known = self._led[promise, places] = (self._shape_of(promise, places, ordered), ordered)
        return known

    def _shape_of(self, promise: Promise, places: tuple[int, ...], ordered: tuple[int, ...]) -> Shape:
        addresses = [promise.event_side[place] for place in ordered]
        name = tuple(address.text for address in addresses)
        shape = self._shapes.get(name)
        if shape is None:
            shape = self._shapes[name] = Shape(
                tuple(addresses), by_identity=bool(promise.identity) and places == promise.identity
            )
            self._order.append(shape)
            self._order.sort(key=lambda one: (not one.by_identity, -len(one.addresses)))
            for message in self.messages.values():
                self._tie(message)
        return shape

    # --- what is heard

    def hear(self, hearer: Hearer, event: Event) -> None:
        """Take in what a connection heard."""
        message = self.met(event)
        message.open.append(Hearing(hearer, event.at_s, event.seq))
        if not message.queued:
            self.queue(message, event.at_s + self._setting.settle_s)

    def met(self, event: Event) -> Message:
        """Return what an event tells.

        What is told to many comes in a row: to compare it with `newest` takes a fifth of the time that its hash takes.
        """
        key: object = (event.args, event.attachments) if event.attachments else event.args
        message = self.messages.get(key)
        if message is None:
            message = self.messages[key] = Message(event)
            self._tie(message)
        self.newest = message
        return message

    def _tie(self, message: Message) -> None:
        for group in message.groups:
            group.messages.remove(message)
        message.groups = []
        for shape in self._order:
            found = shape.group_of(message)
            if found is not None:
                message.groups.append(found)
                found.messages.append(message)

    def queue(self, message: Message, due_s: float) -> None:
        """Have what was heard looked at when what may have caused it is judged."""
        message.queued = True
        self._agenda.add(0, due_s, message)

    def wait_for(self, stranger: Stranger, now_s: float) -> None:
        """Have a stranger looked at when all is judged that might have been its cause."""
        at_s = stranger.hearing.at_s
        closes = (one.close_s for one in self._undecided() if one.deed.from_s <= at_s)
        self._agenda.add(3, max(next(closes, now_s), now_s), stranger)

    def _undecided(self) -> Iterator[Obligation]:
        """Yield what is not judged yet, what is judged last first."""
        return (one for one in self._agenda.latest(1) if type(one) is Obligation and not one.decided)

    # --- what is owed

    def owe(self, promise: Promise, deed: Deed, scope: Scope, outcome: Outcome, echo: str) -> Obligation | None:
        """Note what a deed owes; None where nothing of it could be compared with an event."""
        values = tuple([as_text(value_at(address.get, scope)) for address in promise.cause_side])
        present = promise.every if None not in values else tuple([i for i, one in enumerate(values) if one is not None])
        if values and not present:
            return None
        identity = promise.identity
        leading = identity if identity and (present is promise.every or set(identity) <= set(present)) else present
        shape, ordered = self._shape(promise, leading)
        plan = promise.plan
        group = shape.group(tuple([values[place] or "" for place in ordered]))
        answered_s = deed.answered_s
        obligation = Obligation(
            promise=promise,
            group=group,
            deed=deed,
            scope=scope,
            outcome=outcome,
            echo=echo,
            values=values,
            checked=tuple([place for place in present if place not in leading]) if leading is identity else (),
            deadline_s=answered_s + plan.limit_s,
            close_s=answered_s + plan.wait_s,
            forget_s=answered_s + 2 * plan.wait_s,
            only=deed.person if plan.is_private else None,
        )
        if plan.law.latest:
            obligation.subject = _subject(promise, values)
            plan.latest.setdefault(obligation.subject, []).append(obligation)
        deed.owes += 1
        group.obligations.append(obligation)
        self._agenda.add(1, obligation.close_s, obligation)
        return obligation

    # --- judging

    def settle(self, horizon_s: float) -> list[Finding]:
        """Judge all that is settled: no entry before `horizon_s` that matters here is still to come.

        Each thing is looked at as it was when it became due, so that it does not matter how often this is called.
        """
        for due_s, _, thing in self._agenda.due(horizon_s):
            if type(thing) is Obligation:
                if thing.decided:
                    self._forget(thing)
                else:
                    self._decide(thing)
            elif type(thing) is Message:
                self._look_at(thing, due_s)
            elif type(thing) is Stranger:
                self.strangers.give_up(thing)
        found, self.found = self.found, []
        return found

    def _decide(self, obligation: Obligation) -> None:
        group = obligation.group
        obligation.decided = True
        self._agenda.add(2, obligation.forget_s, obligation)
        if len(group.obligations) == 1 and len(group.messages) == 1:
            message = group.messages[0]
            if holds_at_a_glance(obligation, message, self._setting):
                obligation.heard, message.open = message.open, []
                obligation.message = message
                self._setting.note(obligation)
                book = obligation.promise.plan.book
                if book is not None:
                    book.note(obligation, self.found, obligation.subject)
                obligation.scope = NO_NAMES
                obligation.deed.let_go()
                message.let_go()
                return
        for hearing, message, taker in self._pairs(group):
            if taker is obligation and hearing.at_s <= obligation.close_s:
                self._give(obligation, message, hearing)
        decide(obligation, self, self._setting)
        self._setting.note(obligation)
        book = obligation.promise.plan.book
        if book is not None and obligation.outcome is Outcome.DONE:
            book.note(obligation, self.found, obligation.subject)
        for message in group.messages:
            if message.open and not message.queued:
                self.queue(message, obligation.close_s)

    def _pairs(self, group: Group, only: Hearer | None = None) -> Iterator[tuple[Hearing, Message, Obligation | None]]:
        """Yield what was heard of a group, and what explains it."""
        setting = self._setting
        for hearer, heard in _by_hearer(self._free(group), only).items():
            hearings = [hearing for hearing, _ in heard]
            takers = paired(group.obligations, hearings, hearer, setting)
            yield from ((hearing, message, taker) for (hearing, message), taker in zip(heard, takers, strict=True))

    def _give(self, obligation: Obligation, message: Message, hearing: Hearing) -> None:
        obligation.heard.append(hearing)
        obligation.message = message
        message.open.remove(hearing)
        self.strangers.compare(obligation, message, hearing)

    @staticmethod
    def _free(group: Group) -> Iterator[tuple[Hearing, Message]]:
        """Yield what was heard of a group and is not left to causes that are told apart better."""
        for message in group.messages:
            if message.open and not _belongs_better(message, group):
                yield from ((hearing, message) for hearing in message.open)

    def _look_at(self, message: Message, due_s: float) -> None:
        """Explain what was heard and is settled; what no cause explains is a stranger."""
        message.queued = False
        settle_s = self._setting.settle_s
        for group in message.groups:
            obligations = group.obligations
            if len(obligations) != 1 or not message.open:
                continue
            only = obligations[0]
            in_time = only.deed.from_s <= message.open[0].at_s
            if in_time and not only.decided and only.outcome is Outcome.DONE:
                return  # it looks at all of them itself, once
        later: float | None = None
        for hearing in list(message.open):
            if hearing.at_s + settle_s > due_s:
                later = hearing.at_s if later is None else min(later, hearing.at_s)
                continue
            taker = self._taker(message, hearing)
            if taker is None:
                message.open.remove(hearing)
                self.strangers.meet(message, hearing, due_s)
            elif taker.decided:
                self._give(taker, message, hearing)
        if later is not None:
            self.queue(message, later + settle_s)
        elif not message.open:
            self._drop_if_done(message)

    def _taker(self, message: Message, hearing: Hearing) -> Obligation | None:
        """Return what explains what was heard, be it judged already or not."""
        for group in message.groups:
            if group.obligations:
                for one, _, taker in self._pairs(group, hearing.hearer):
                    if one is hearing and taker is not None:
                        return taker
        return None

    def _forget(self, obligation: Obligation) -> None:
        if self._setting.members.cut and self._may_come_back_for(obligation):
            obligation.forget_s += obligation.promise.plan.wait_s
            self._agenda.add(2, obligation.forget_s, obligation)
            return
        group = obligation.group
        group.obligations.remove(obligation)
        obligation.message = None
        if obligation.subject is not None:
            latest = obligation.promise.plan.latest
            latest[obligation.subject].remove(obligation)
            if not latest[obligation.subject]:
                del latest[obligation.subject]
        for message in list(group.messages):
            if not message.open:
                self._drop_if_done(message)
            elif not message.queued:
                self.queue(message, obligation.forget_s)
        if not group.obligations and not group.messages:
            group.shape.groups.pop(group.key, None)

    def _may_come_back_for(self, obligation: Obligation) -> bool:
        """Return whether somebody who was cut off may be told of it after coming back."""
        if obligation.forget_s - obligation.deed.answered_s > _LONGEST_AWAY_S:
            return False
        members, sent_s = self._setting.members, obligation.deed.sent_s
        circle = obligation.audience(members)
        if circle is None:
            return False
        cut: Iterable[Hearer] = members.cut
        if len(members.cut) > _FEW:  # those of one room are fewer, but for those of whom nobody said who they are
            cut = {one for one in circle.hearers() if one in members.cut}
            cut.update(one for one in members.cut if not one.person.id)
        return any(not circle.outside(hearer, sent_s, obligation.deadline_s) for hearer in cut)

    def _drop_if_done(self, message: Message) -> None:
        if message.queued or any(group.obligations for group in message.groups):
            return
        self.messages.pop(message.key, None)
        if self.newest is message:
            self.newest = None
        for group in message.groups:
            group.messages.remove(message)
            if not group.obligations and not group.messages:
                group.shape.groups.pop(group.key, None)
        message.groups = []

    def obligations(self) -> Iterator[Obligation]:
        """Yield all that is owed and not forgotten."""
        for shape in self._order:
            for group in shape.groups.values():
                yield from group.obligations

    def awaited(self, play: str | None = None) -> Iterator[Obligation]:
        """Yield what is owed (in a play), not judged yet, and not heard as often as it must: what may still be lost."""
        members = self._setting.members
        for one in self._undecided():
            # What may be heard and need not be is no reason to wait: nothing of it can be lost.
            if one.promise.forbids or not one.promise.owed.least or play not in (None, one.deed.play):
                continue
            if one.now(members) is Outcome.DONE and not is_superseded(one) and self._is_lacking(one):
                yield one

    def _is_lacking(self, obligation: Obligation) -> bool:
        """Return whether somebody who must hear it has not heard it as often as that."""
        members = self._setting.members
        circle = obligation.audience(members)
        if circle is None:
            return False
        siblings = obligation.either or [obligation]
        heard = [hearing.hearer for one in siblings for hearing in one.heard]
        for group in {id(one.group): one.group for one in siblings}.values():
            heard += [hearing.hearer for hearing, _, taker in self._pairs(group) if taker in siblings]
        owed_to = [one for one in dict.fromkeys(circle.hearers()) if obligation.is_owed_to(one, members)]
        if obligation.promise.plan.law.per == "user":
            persons = [hearer.person for hearer in heard]
            return any(persons.count(one.person) < obligation.promise.owed.least for one in owed_to)
        return any(heard.count(one) < obligation.least(one, members) for one in owed_to)

    @property
    def size(self) -> int:
        """How much is remembered: obligations, messages and what was heard of them."""
        heard = sum(len(message.open) for message in self.messages.values())
        return len(self._agenda) + len(self.messages) + heard


def _subject(promise: Promise, values: tuple[str | None, ...]) -> tuple[str | None, ...]:
    """Return of what an event tells the latest value: where it is ordered by, or whose it is."""
    order = promise.plan.law.order
    if order is not None and order.by is not None:
        texts = [address.text for address in promise.event_side]
        return (values[texts.index(order.by.text)],) if order.by.text in texts else ()
    return tuple(
        value
        for value, address in zip(values, promise.cause_side, strict=True)
        if address.root in ("caller", "self", "path")
    )


def _belongs_better(message: Message, group: Group) -> bool:
    """Return whether a cause that is still to be judged is tied to it by more than this group is."""
    for other in message.groups:
        if other is group:
            return False
        if any(not one.decided and one.outcome is Outcome.DONE for one in other.obligations):
            return True
    return False


def _by_hearer(
    heard: Iterable[tuple[Hearing, Message]], only: Hearer | None
) -> dict[Hearer, list[tuple[Hearing, Message]]]:
    found: dict[Hearer, list[tuple[Hearing, Message]]] = {}
    for one in heard:
        if only is None or one[0].hearer is only:
            found.setdefault(one[0].hearer, []).append(one)
    for of_one in found.values():
        of_one.sort(key=lambda one: (one[0].at_s, one[0].seq))
    return found
