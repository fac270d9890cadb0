"""Values that rise or never fall from one event to the next, on each connection: `order: rising` and series."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import structs

from antiphon.core.durations import duration_text
from antiphon.judge.deeds import Deed
from antiphon.judge.findings import Finding, FindingKind
from antiphon.judge.laws.cases import HEARD
from antiphon.judge.laws.messages import Hearing, Message
from antiphon.judge.laws.plans import Plan
from antiphon.judge.laws.setting import LawSetting
from antiphon.judge.laws.telling import cause_text, of_deed, of_hearing, who
from antiphon.judge.membership.audiences import Circle
from antiphon.judge.membership.timeline import NEVER_S
from antiphon.judge.people import Hearer
from antiphon.judge.series import comparable
from antiphon.language.address import Address
from antiphon.language.difference import shown
from antiphon.target.laws.model import Law, SeriesLaw


class _Row(msgspec.Struct, eq=False):
    """What one connection heard of one row so far."""

    hearing: Hearing
    message: Message
    value: object = None
    ended: bool = False


class Rows:
    """The rows of one law, one for each connection and key."""

    def __init__(self, law: Law, series: SeriesLaw) -> None:
        self.law = law
        self.series = series
        self._rows: dict[tuple[Hearer, str | None], _Row] = {}
        self._last: dict[Hearer, float] = {}

    def hear(self, message: Message, hearing: Hearing, found: list[Finding]) -> None:
        """Take in one more event of its name."""
        series = self.series
        self._last[hearing.hearer] = hearing.at_s
        each = message.text(series.each) if series.each is not None else None
        key = (hearing.hearer, each)
        row = self._rows.get(key)
        value = message.value(series.field) if series.field is not None else None
        if row is None:
            self._rows[key] = row = _Row(hearing, message, value)
            self._begin(row, found)
        else:
            if row.ended:
                self._after_end(row, message, hearing, found)
                return
            if series.field is not None and message.key != row.message.key:
                self._go_on(row, value, message, hearing, found)
            row.hearing, row.message, row.value = hearing, message, value
        if series.ends is not None and series.ends.holds(message.scope):
            row.ended = True

    def _begin(self, row: _Row, found: list[Finding]) -> None:
        starts = self.series.starts
        differing = starts(row.message.scope) if starts is not None else ()
        if differing:
            sentence = (
                f"{who(row.hearing.hearer)} heard a series of {row.message.name} that begins wrongly: {differing[0]}"
            )
            found.append(self._finding(FindingKind.DISAGREEING, row.message, row.hearing, sentence, ()))
        if self.series.field is not None and comparable(row.value) is None:
            self._no_value(row.message, row.hearing, row.value, found)

    def _after_end(self, row: _Row, message: Message, hearing: Hearing, found: list[Finding]) -> None:
        ends = self.series.ends
        again = ends is not None and ends.holds(message.scope)
        word = "again" if again else "after its end"
        sentence = f"{who(hearing.hearer)} heard {message.name} {word}: the series had ended"
        kind = FindingKind.DOUBLED if again else FindingKind.REORDERED
        found.append(self._finding(kind, message, hearing, sentence, (row.hearing.seq,)))

    def _go_on(self, row: _Row, value: object, message: Message, hearing: Hearing, found: list[Finding]) -> None:
        before, now = comparable(row.value), comparable(value)
        if now is None:
            self._no_value(message, hearing, value, found)
            return
        if before is None:
            return
        series = self.series
        place = series.field.text if series.field is not None else ""
        came = f"{shown(value)} came after {shown(row.value)}"
        rises = before[0] == now[0] and (before < now or (not series.strictly and before == now))
        if not rises:
            word = "rise" if series.strictly else "go on without falling"
            sentence = f"`{place}` of {message.name} does not {word} for {who(hearing.hearer)}: {came}"
            found.append(self._finding(FindingKind.REORDERED, message, hearing, sentence, (row.hearing.seq,)))
            return
        most = series.steps_at_most
        numbers = isinstance(now[1], int | float) and isinstance(before[1], int | float)
        if most is not None and numbers and float(now[1]) - float(before[1]) > most:
            sentence = f"`{place}` of {message.name} jumps for {who(hearing.hearer)}: {came}, at most {most:g} more"
            found.append(self._finding(FindingKind.LOST, message, hearing, sentence, (row.hearing.seq,)))

    def _no_value(self, message: Message, hearing: Hearing, value: object, found: list[Finding]) -> None:
        place = self.series.field.text if self.series.field is not None else ""
        sentence = (
            f"`{place}` of {message.name} that {who(hearing.hearer)} heard neither rises nor falls: {shown(value)}"
        )
        found.append(self._finding(FindingKind.DISAGREEING, message, hearing, sentence, ()))

    def _finding(
        self, kind: FindingKind, message: Message, hearing: Hearing, sentence: str, witness: tuple[int, ...]
    ) -> Finding:
        return of_hearing(
            kind, self.law.name, message, hearing, sentence, witness=(*witness, hearing.seq), source=self.law.source
        )

    def stale(self, before_s: float, wait_s: float, found: list[Finding], end_s: float) -> None:
        """Tell of rows that did not end, whose last event came before a moment; forget those, and ended ones."""
        for key, row in list(self._rows.items()):
            if row.hearing.at_s + wait_s > before_s:
                continue
            if self.series.ends is None:
                continue  # what rises goes on rising, however long it takes
            if row.ended:
                del self._rows[key]
            elif self.series.owed and row.hearing.at_s + wait_s <= end_s:
                del self._rows[key]
                name, after = row.message.name, duration_text(wait_s)
                sentence = f"{who(row.hearing.hearer)} did not hear the end of {name} within {after} of its last event"
                found.append(self._finding(FindingKind.LOST, row.message, row.hearing, sentence, ()))

    def began_since(self, hearer: Hearer, sent_s: float) -> bool:
        """Return whether a connection heard anything of a row since `sent_s`."""
        return self._last.get(hearer, NEVER_S) >= sent_s

    @property
    def size(self) -> int:
        """How many rows are remembered."""
        return len(self._rows)


def rising_rows(law: Law) -> Rows | None:
    """Return the rows of `order: {as: event.FIELD rising}`."""
    order = law.order
    if order is None or order.rising is None:
        return None
    by: Address | None = order.by
    return Rows(law, SeriesLaw(event=law.then[0].event if law.then else "", each=by, field=order.rising))


class AllRows:
    """The rows of all laws, and the series that causes owe."""

    def __init__(self, setting: LawSetting) -> None:
        self._setting = setting
        self._rows: dict[str, list[Rows]] = {}
        self._unowed: dict[str, list[Plan]] = {}
        self._owed: list[tuple[float, Plan, Deed]] = []

    def add(self, plan: Plan) -> None:
        """Take in a law."""
        law = plan.law
        rows = rising_rows(law)
        if rows is not None:
            for owed in law.then:
                self._rows.setdefault(owed.event, []).append(rows)
        if law.series is not None:
            self._rows.setdefault(law.series.event, []).append(Rows(law, law.series))
            if not law.series.owed:
                self._unowed.setdefault(law.series.event, []).append(plan)

    @property
    def events(self) -> frozenset[str]:
        """The names of their events."""
        return frozenset(self._rows)

    def hear(self, message: Message, hearing: Hearing, found: list[Finding]) -> None:
        """Take in an event."""
        for rows in self._rows.get(message.name, ()):
            self._setting.exercised.add(rows.law, HEARD, hearing.hearer.play)
            rows.hear(message, hearing, found)
        for plan in self._unowed.get(message.name, ()):
            plan.tally.looked_at()

    def owe(self, plan: Plan, deed: Deed) -> None:
        """Note that a deed owes a series."""
        plan.tally.obligations += 1
        deed.owes += 1
        self._owed.append((deed.answered_s + plan.wait_s, plan, deed))

    def settle(self, horizon_s: float, found: list[Finding], end_s: float) -> None:
        """Tell of series that did not end, and of those that somebody who must hear them heard nothing of."""
        for rows in {id(rows): rows for of_name in self._rows.values() for rows in of_name}.values():
            rows.stale(horizon_s, self._setting.wait_s, found, end_s)
        ready = [one for one in self._owed if one[0] < horizon_s]
        if not ready:
            return
        self._owed = [one for one in self._owed if one[0] >= horizon_s]
        for close_s, plan, deed in ready:
            self._judge(close_s, plan, deed, found, cut_short=close_s > end_s)

    def _judge(self, close_s: float, plan: Plan, deed: Deed, found: list[Finding], *, cut_short: bool) -> None:
        law = plan.law
        circle = Circle(law.to, deed, self._setting.members) if law.to is not None else None
        hearers = dict.fromkeys(circle.hearers()) if circle is not None else ()
        owed_to = [one for one in hearers if circle is not None and circle.must(one, deed.sent_s, close_s)]
        event = law.series.event if law.series is not None else ""
        rows = next(rows for rows in self._rows[event] if rows.law is law)
        if not owed_to or cut_short:
            self._judge_early(plan, deed, [one for one in hearers if rows.began_since(one, deed.from_s)], circle)
            return
        plan.tally.judged += 1
        for hearer in owed_to:
            if rows.began_since(hearer, deed.from_s):
                plan.tally.held += 1
                continue
            sentence = f"{who(hearer)} heard nothing of the series {event} of {cause_text(deed)}"
            lost = of_deed(FindingKind.LOST, law, deed, sentence)
            found.append(structs.replace(lost, user=hearer.user, connection=hearer.name, event=event, at_s=close_s))

    def awaited(self, play: str | None) -> Iterator[float]:
        """Yield when that series is lost which is owed (in a play) and of which not all have heard."""
        for close_s, plan, deed in self._owed:
            law = plan.law
            if law.to is None or law.series is None or play not in (None, deed.play):
                continue
            rows = next(rows for rows in self._rows[law.series.event] if rows.law is law)
            circle = Circle(law.to, deed, self._setting.members)
            were_in = (one for one in circle.hearers() if circle.must(one, deed.sent_s, deed.answered_s))
            if any(not rows.began_since(one, deed.from_s) for one in were_in):
                yield close_s

    def _judge_early(self, plan: Plan, deed: Deed, heard: list[Hearer], circle: Circle | None) -> None:
        """Count what was heard by an audience that left, or by whoever is in it still when the history ends."""
        hearers = dict.fromkeys(circle.hearers()) if circle is not None else ()
        were_in = [one for one in hearers if circle is not None and circle.must(one, deed.sent_s, deed.answered_s)]
        held = sum(one in heard for one in were_in)
        plan.tally.no_audience += not were_in
        plan.tally.judged += bool(held)
        plan.tally.held += held
        plan.tally.cut_short += held < len(were_in)

    @property
    def size(self) -> int:
        """How much is remembered."""
        return len(self._owed) + sum(rows.size for of_name in self._rows.values() for rows in of_name)
