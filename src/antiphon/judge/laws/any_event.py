"""`any_event`: something must be heard, whatever its name, that no other cause explains."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import msgspec

from antiphon.core.durations import duration_text
from antiphon.judge.deeds import Deed, as_text, value_at
from antiphon.judge.findings import Finding, FindingKind
from antiphon.judge.laws.cases import HEARD
from antiphon.judge.laws.channel import Channel
from antiphon.judge.laws.messages import Hearing, Message
from antiphon.judge.laws.plans import Plan
from antiphon.judge.laws.setting import LawSetting
from antiphon.judge.laws.telling import cause_text, who
from antiphon.judge.membership.audiences import Circle
from antiphon.judge.people import Hearer
from antiphon.judge.timing import Timing, limit_text
from antiphon.language.scope import Scope


class _Want(msgspec.Struct, eq=False):
    plan: Plan
    deed: Deed
    scope: Scope
    values: tuple[str | None, ...]
    close_s: float
    got: dict[Hearer, list[Hearing]] = msgspec.field(default_factory=dict)


class AnyEvents:
    """What laws of this kind owe, and what was heard that nothing else explains."""

    def __init__(self, setting: LawSetting) -> None:
        self._setting = setting
        self._wants: list[_Want] = []
        self._loose: dict[Hearer, deque[tuple[Hearing, Message]]] = {}
        self.end_s = float("inf")

    def owe(self, plan: Plan, deed: Deed, scope: Scope) -> None:
        """Note what a deed owes."""
        values = tuple(as_text(value_at(agreement.cause.get, scope)) for agreement in plan.law.agree)
        if values and not any(value is not None for value in values):
            plan.tally.left_out("nothing of what must agree is in the call or its answer")
            return
        plan.tally.obligations += 1
        deed.owes += 1
        self._wants.append(_Want(plan, deed, scope, values, deed.answered_s + plan.wait_s))

    def hear(self, message: Message, hearing: Hearing) -> None:
        """Take in something of a name that no law owes."""
        loose = self._loose.setdefault(hearing.hearer, deque())
        loose.append((hearing, message))
        old_s = hearing.at_s - 4 * self._setting.wait_s
        while loose[0][0].at_s < old_s and not self._wants:
            loose.popleft()

    def claim(self, message: Message, hearing: Hearing) -> bool:
        """Return whether something that no other cause explains is what a deed owes."""
        for want in self._wants:
            if self._fits(want, message, hearing) and self._is_owed(want, hearing.hearer):
                want.got.setdefault(hearing.hearer, []).append(hearing)
                return True
        return False

    def _fits(self, want: _Want, message: Message, hearing: Hearing) -> bool:
        if not want.deed.from_s <= hearing.at_s <= want.close_s:
            return False
        if len(want.got.get(hearing.hearer, ())) >= want.plan.law.then[0].least:
            return False
        return all(
            value is None or message.text(agreement.event) == value
            for agreement, value in zip(want.plan.law.agree, want.values, strict=True)
        )

    def _circle(self, want: _Want) -> Circle | None:
        to = want.plan.law.to
        return Circle(to, want.deed, self._setting.members, want.scope) if to is not None else None

    def _is_owed(self, want: _Want, hearer: Hearer) -> bool:
        circle = self._circle(want)
        return circle is None or not circle.outside(hearer, want.deed.sent_s, want.close_s)

    def settle(self, horizon_s: float, channels: Iterable[Channel], found: list[Finding]) -> None:
        """Judge what is settled."""
        ready = [want for want in self._wants if want.close_s < horizon_s]
        for want in ready:
            self._decide(want, channels, found)
            self._wants.remove(want)
        if not self._wants:
            old_s = horizon_s - 2 * self._setting.wait_s
            for hearer, loose in list(self._loose.items()):
                while loose and loose[0][0].at_s < old_s:
                    loose.popleft()
                if not loose:
                    del self._loose[hearer]

    def _decide(self, want: _Want, channels: Iterable[Channel], found: list[Finding]) -> None:
        plan, deed = want.plan, want.deed
        tally = plan.tally
        circle = self._circle(want)
        if circle is None or not deed.judged:
            return
        deadline_s = deed.answered_s + plan.limit_s
        owed_to = [one for one in dict.fromkeys(circle.hearers()) if circle.must(one, deed.sent_s, deadline_s)]
        if not owed_to and (were_in := self._were_in(want, circle)):
            held = sum(not self._lacks(want, hearer) for hearer in were_in)
            tally.held += held
            tally.judged += bool(held)
            tally.cut_short += held < len(were_in)
            return
        if not owed_to:
            tally.no_audience += 1
            tally.why = tally.why or circle.why or "nobody was in the audience for certain"
            return
        tally.judged += 1
        for hearer in owed_to:
            self._take_loose(want, hearer)
            for channel in channels:
                channel.strangers.hand_over(hearer, self.claim)
            got = want.got.get(hearer, [])
            if len(got) >= plan.law.then[0].least:
                self._setting.exercised.add(plan.law, HEARD, deed.play)
                self._judge_time(want, got, found)
            elif want.close_s > self.end_s:
                tally.cut_short += 1
            else:
                found.append(_finding(FindingKind.LOST, want, hearer, want.close_s, _lost(want, hearer), ()))

    def _were_in(self, want: _Want, circle: Circle) -> list[Hearer]:
        """Return who was in the audience when the cause was answered."""
        deed = want.deed
        return [one for one in dict.fromkeys(circle.hearers()) if circle.must(one, deed.sent_s, deed.answered_s)]

    def _lacks(self, want: _Want, hearer: Hearer) -> bool:
        """Return whether a connection did not hear enough so far, what is not given to any cause counted as its."""
        loose = sum(self._fits(want, message, hearing) for hearing, message in self._loose.get(hearer, ()))
        return len(want.got.get(hearer, ())) + loose < want.plan.law.then[0].least

    def awaited(self, play: str | None) -> Iterator[float]:
        """Yield when that is lost which is owed (in a play) and was not heard by all."""
        for want in self._wants:
            circle = self._circle(want) if play in (None, want.deed.play) else None
            if circle is not None and any(self._lacks(want, one) for one in self._were_in(want, circle)):
                yield want.close_s

    def _take_loose(self, want: _Want, hearer: Hearer) -> None:
        loose = self._loose.get(hearer)
        if loose is None:
            return
        for one in list(loose):
            if self._fits(want, one[1], one[0]):
                want.got.setdefault(hearer, []).append(one[0])
                loose.remove(one)

    def _judge_time(self, want: _Want, got: list[Hearing], found: list[Finding]) -> None:
        plan, deed = want.plan, want.deed
        for hearing in got[: plan.law.then[0].least]:
            match self._setting.timing(deed.answered_s, hearing.at_s, plan.limit_s):
                case Timing.HOLDS:
                    plan.tally.held += 1
                case Timing.VOID:
                    plan.tally.void += 1
                case Timing.LATE:
                    sentence = (
                        f"{who(hearing.hearer)} heard something of {cause_text(deed)} after"
                        f" {duration_text(hearing.at_s - deed.answered_s)}, not within {limit_text(plan.limit_s)}"
                    )
                    found.append(
                        _finding(FindingKind.LATE, want, hearing.hearer, hearing.at_s, sentence, (hearing.seq,))
                    )

    @property
    def size(self) -> int:
        """How much is remembered."""
        return len(self._wants) + sum(len(loose) for loose in self._loose.values())


def _lost(want: _Want, hearer: Hearer) -> str:
    wait = duration_text(want.plan.wait_s)
    return f"{who(hearer)} heard nothing within {wait} of {cause_text(want.deed)} that no other cause explains"


def _finding(
    kind: FindingKind, want: _Want, hearer: Hearer, at_s: float, sentence: str, witness: tuple[int, ...]
) -> Finding:
    law, deed = want.plan.law, want.deed
    return Finding(
        kind=kind,
        by=law.name,
        operation=deed.what,
        user=hearer.user,
        connection=hearer.name,
        play=deed.play,
        cause_seq=deed.seq,
        at_s=at_s,
        sentence=sentence,
        witness=witness,
        source=law.source,
    )
