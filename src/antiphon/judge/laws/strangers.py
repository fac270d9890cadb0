"""What was heard and explains itself by no cause that owes it: doubled, leaked, ghost, disagreeing, unexplained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from antiphon.core.text import listed
from antiphon.judge.deeds import Outcome
from antiphon.judge.findings import Finding, FindingKind
from antiphon.judge.laws.messages import Hearing, Message
from antiphon.judge.laws.obligations import Obligation
from antiphon.judge.laws.setting import LawSetting
from antiphon.judge.laws.telling import (
    answered_text,
    cause_text,
    data_text,
    heard_text,
    of_hearing,
    of_obligation,
    others_text,
    seqs_of,
    who,
)
from antiphon.judge.people import Hearer
from antiphon.language.difference import shown

if TYPE_CHECKING:
    from antiphon.judge.laws.channel import Channel

_MOST_COMPARED = 2_000

_MAKES_UP_S = 30.0
"""For how long somebody who was away for minutes may be told of what was missed: after that a stranger is one."""


class Stranger(msgspec.Struct, eq=False):
    """Something that was heard and that nothing explains so far."""

    message: Message
    hearing: Hearing
    gone: bool = False


class Strangers:
    """What one channel heard beyond what is owed."""

    def __init__(self, channel: Channel, setting: LawSetting) -> None:
        self._channel = channel
        self._setting = setting
        self._waiting: dict[Hearer, list[Stranger]] = {}

    def meet(self, message: Message, hearing: Hearing, now_s: float) -> None:
        """Say what a hearing is that no cause takes; or keep it until nothing can take it any longer."""
        tied = [one for group in message.groups for one in group.obligations if one.deed.from_s <= hearing.at_s]
        if tied:
            self._tell(tied, message, hearing)
            return
        stranger = Stranger(message, hearing)
        self._waiting.setdefault(hearing.hearer, []).append(stranger)
        self._channel.wait_for(stranger, now_s)

    def _tell(self, tied: list[Obligation], message: Message, hearing: Hearing) -> None:
        """Tell what it is, tied to causes that do not take it."""
        members, found = self._setting.members, self._channel.found
        hearer, at_s = hearing.hearer, hearing.at_s
        ghosts: list[Obligation] = []
        stale: list[Obligation] = []  # long over: what may be of another cause is not laid to their charge
        full: list[Obligation] = []
        outside: list[Obligation] = []
        for one in tied:
            forbids = one.promise.forbids
            outcome = one.now(members)
            if outcome is Outcome.REFUSED or (forbids and outcome is Outcome.DONE):
                (ghosts if at_s <= one.close_s else stale).append(one)
            elif forbids:
                return  # perhaps it was not done, and then nothing is said
            elif one.is_outside(hearer, at_s, members, self._setting.grace_s(at_s)):
                outside.append(one)
            else:
                full.append(one)
        if not (ghosts or full or outside):
            ghosts = stale
        if any(one.promise.plan.law.refused_open and not one.promise.forbids for one in ghosts):
            return
        if any(_is_replay(one, hearing) for one in full):
            return
        if ghosts:
            found.append(_ghost(ghosts[-1], message, hearing, ghosts[-1].now(members)))
        elif full:
            found.append(_doubled(full, hearing))
        elif outside:
            found.append(_leaked(outside[-1], message, hearing))

    def compare(self, obligation: Obligation, message: Message, hearing: Hearing) -> None:
        """Say so if what was heard of a cause does not agree with it."""
        differing = differences(obligation, message, obligation.checked)
        if differing:
            self._channel.found.append(_disagreeing(obligation, message, hearing, differing))

    def take_for(self, obligation: Obligation, hearer: Hearer) -> bool:
        """Return whether something that was heard is what was owed, though it does not agree; then that is told."""
        waiting = [
            stranger
            for stranger in self._waiting.get(hearer, ())
            if obligation.deed.from_s <= stranger.hearing.at_s <= obligation.close_s
        ]
        best: tuple[int, Stranger] | None = None
        for stranger in waiting:
            agreeing = agreements(obligation, stranger.message)
            if (agreeing or _compared(obligation) == 1) and (best is None or agreeing > best[0]):
                best = agreeing, stranger
        if best is None:
            return False
        self._settle_as(obligation, best[1])
        return True

    def _settle_as(self, obligation: Obligation, stranger: Stranger) -> None:
        stranger.gone = True
        self._remove(stranger)
        obligation.heard.append(stranger.hearing)
        every = tuple(place for place, value in enumerate(obligation.values) if value is not None)
        differing = differences(obligation, stranger.message, every)
        self._channel.found.append(_disagreeing(obligation, stranger.message, stranger.hearing, differing))

    def _remove(self, stranger: Stranger) -> None:
        hearer = stranger.hearing.hearer
        waiting = self._waiting[hearer]
        waiting.remove(stranger)
        if not waiting:
            del self._waiting[hearer]

    def give_up(self, stranger: Stranger) -> None:
        """Tell of something that nothing explains, now that everything that could is judged."""
        if stranger.gone:
            return
        near = self._near(stranger)
        if near is not None:
            self._settle_as(near, stranger)
            return
        self._remove(stranger)
        message, hearing = stranger.message, stranger.hearing
        claim = self._channel.claim_any
        if not self._channel.judges_strangers or (claim is not None and claim(message, hearing)):
            return
        secret = self._secret(message, hearing)
        if secret:
            sentence = f"{who(hearing.hearer)} heard {message.name}, which names {secret}, and must not know of it"
            kind = FindingKind.LEAKED
        elif self._setting.shared and not self._names_own(message):
            self._channel.foreign += 1
            return
        elif hearing.hearer.missed and hearing.at_s <= hearing.hearer.opened_s + _MAKES_UP_S:  # what it missed, perhaps
            self._channel.too_late += 1
            return
        else:
            sentence = f"{who(hearing.hearer)} heard {message.name}, which no known cause explains"
            kind = FindingKind.UNEXPLAINED
        by = next((one.plan.law.name for one in self._channel.promises if not one.forbids), "")
        found = of_hearing(kind, by, message, hearing, sentence, details=(f"it says {data_text(message)}",))
        self._channel.found.append(found)

    def hand_over(self, hearer: Hearer, claim: Callable[[Message, Hearing], bool]) -> None:
        """Let a law that owes any event take what nothing else explains so far."""
        for stranger in list(self._waiting.get(hearer, ())):
            if claim(stranger.message, stranger.hearing):
                stranger.gone = True
                self._remove(stranger)

    def _near(self, stranger: Stranger) -> Obligation | None:
        """Return the cause that it was probably meant for, though it does not agree with it."""
        members, hearing = self._setting.members, stranger.hearing
        best: tuple[int, Obligation] | None = None
        for number, one in enumerate(self._channel.obligations()):
            if number > _MOST_COMPARED:
                break
            if one.promise.forbids or not one.deed.from_s <= hearing.at_s <= one.close_s:
                continue
            agreeing = agreements(one, stranger.message)
            if not agreeing or (best is not None and agreeing <= best[0]) or 2 * agreeing < _compared(one):
                continue
            if one.now(members) is Outcome.REFUSED or one.count(hearing.hearer) >= one.most(hearing.hearer, members):
                continue
            if not one.is_outside(hearing.hearer, hearing.at_s, members, self._setting.grace_s(hearing.at_s)):
                best = agreeing, one
        return best[1] if best is not None else None

    def _secret(self, message: Message, hearing: Hearing) -> str:
        """Return what a message names that its hearer must not know; empty if nothing."""
        members = self._setting.members
        texts = set(_texts(message.args))
        for kind, rooms in members.rooms.items():
            for text in texts:
                room = rooms.get(text)
                if room is None or room.by_join_only:
                    continue
                if room.granted(hearing.hearer.person.id, hearing.at_s - self._setting.settle_s, hearing.at_s) == 1:
                    return f"{kind} {shown(text)}"
        return ""

    def _names_own(self, message: Message) -> bool:
        """Return whether a message names somebody or something of this run."""
        members = self._setting.members
        return any(
            text in members.people.by_id or any(text in rooms for rooms in members.rooms.values())
            for text in _texts(message.args)
        )

    @property
    def size(self) -> int:
        """How many wait."""
        return sum(len(waiting) for waiting in self._waiting.values())


def differences(obligation: Obligation, message: Message, places: tuple[int, ...]) -> list[str]:
    """Return in what a message does not agree with its cause, as sentence parts."""
    promise = obligation.promise
    found = []
    for place in places:
        wanted, came = obligation.values[place], message.text(promise.event_side[place])
        if came != wanted:
            says = "is absent" if came is None else f"is {shown(came)}"
            found.append(
                f"`{promise.event_side[place].text}` {says}, and `{promise.cause_side[place].text}` was {shown(wanted)}"
            )
    return found


def agreements(obligation: Obligation, message: Message) -> int:
    """Return in how many places a message agrees with a cause."""
    promise = obligation.promise
    return sum(
        value is not None and message.text(promise.event_side[place]) == value
        for place, value in enumerate(obligation.values)
    )


def _compared(obligation: Obligation) -> int:
    return sum(value is not None for value in obligation.values)


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _is_replay(one: Obligation, hearing: Hearing) -> bool:
    """Return whether a law allows that something is told again to whoever came back after hearing it."""
    hearer = hearing.hearer
    return one.promise.plan.law.replay_at_least_once and any(
        heard.hearer is hearer and heard.at_s < hearer.opened_s <= hearing.at_s for heard in one.heard
    )


def _doubled(full: list[Obligation], hearing: Hearing) -> Finding:
    one = full[-1]
    event, most = one.promise.owed.event, one.promise.most
    hearer = hearing.hearer
    before = [heard for tied in full for heard in tied.heard if heard.hearer is hearer]
    details = [f"heard before, {heard_text(one.deed, heard.at_s)}" for heard in before]
    if len(full) > 1:
        causes = listed(f"{cause_text(tied.deed)} (entry {tied.deed.seq})" for tied in full)
        details.insert(0, f"{len(full)} causes of equal content owe {len(full) * most} of it: {causes}")
    sentence = (
        f"{who(hearer)} heard {event} once more, {heard_text(one.deed, hearing.at_s)} to {cause_text(one.deed)},"
        f" which owes it {'once' if most == 1 else f'{most} times'}"
    )
    return of_obligation(
        FindingKind.DOUBLED,
        one,
        hearer,
        sentence,
        at_s=hearing.at_s,
        details=details,
        witness=(hearing.seq, *seqs_of(before)),
    )


def _leaked(one: Obligation, message: Message, hearing: Hearing) -> Finding:
    to = one.promise.plan.law.to
    whom = f" (it is for {to.text})" if to is not None and to.text else ""
    sentence = f"{who(hearing.hearer)} heard {message.name} of {cause_text(one.deed)} and must not have{whom}"
    return of_obligation(
        FindingKind.LEAKED,
        one,
        hearing.hearer,
        sentence,
        at_s=hearing.at_s,
        details=(f"heard {heard_text(one.deed, hearing.at_s)}: {data_text(message)}",),
        witness=(hearing.seq,),
    )


def _ghost(one: Obligation, message: Message, hearing: Hearing, outcome: Outcome) -> Finding:
    deed = one.deed
    heard = (f"heard {heard_text(deed, hearing.at_s)}: {data_text(message)}",)
    if one.promise.forbids and outcome is Outcome.DONE:
        sentence = f"{who(hearing.hearer)} heard {message.name} of {cause_text(deed)}, of which nothing may be heard"
        kind = FindingKind.LEAKED
    elif one.outcome is Outcome.DONE:
        by = one.promise.plan.law.by
        sentence = (
            f"{who(hearing.hearer)} heard {message.name} of {cause_text(deed)}, who may not cause it"
            f"{f' (only {by.text} may)' if by is not None and by.text else ''}"
        )
        kind = FindingKind.GHOST
    else:
        ended = answered_text(deed, one.outcome)
        sentence = f"{who(hearing.hearer)} heard {message.name} of {cause_text(deed)}, which was {ended}"
        kind = FindingKind.GHOST
    return of_obligation(kind, one, hearing.hearer, sentence, at_s=hearing.at_s, details=heard, witness=(hearing.seq,))


def _disagreeing(one: Obligation, message: Message, hearing: Hearing, differing: list[str]) -> Finding:
    first, *rest = differing or ["it differs"]
    sentence = f"{who(hearing.hearer)} heard {message.name} of {cause_text(one.deed)}, which disagrees with it: {first}"
    return of_obligation(
        FindingKind.DISAGREEING,
        one,
        hearing.hearer,
        sentence,
        at_s=hearing.at_s,
        details=(*rest, f"it says {data_text(message)}", *others_text(one, hearing.hearer)),
        witness=(hearing.seq,),
    )
