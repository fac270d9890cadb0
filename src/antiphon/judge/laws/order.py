"""Whether what was heard came in the order in which it was caused: `answered`, `sent`, `total`.

For each place that is ordered by itself only what may still overlap with something is kept. Nearly always an event
came after all that was heard before; one comparison says so.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal

from antiphon.judge.findings import Finding, FindingKind
from antiphon.judge.laws.messages import span
from antiphon.judge.laws.telling import cause_text, heard_text, of_obligation, who
from antiphon.judge.people import Hearer

if TYPE_CHECKING:
    from antiphon.judge.laws.obligations import Obligation
    from antiphon.language.address import Address

_MOST_ROWS = 2_000


class _Row:
    __slots__ = ("first_s", "last_s", "obligation")

    def __init__(self, obligation: Obligation, first_s: float, last_s: float) -> None:
        self.obligation = obligation
        self.first_s = first_s
        self.last_s = last_s


class OrderBook:
    """What one law ordered so far."""

    def __init__(self, by: Address | None, kind: Literal["answered", "sent", "total"], wait_s: float) -> None:
        self._by = by
        self._kind = kind
        self._wait_s = wait_s
        self._rows: dict[object, deque[_Row]] = {}
        self._latest: dict[object, float] = {}

    def note(self, obligation: Obligation, found: list[Finding], subject: object = None) -> None:
        """Take in what was heard of one more cause, in the order in which causes are settled."""
        heard = obligation.heard
        if not heard:
            return
        key = self._key(obligation) if subject is None else subject
        first_s, last_s = span(heard)
        row = _Row(obligation, first_s, last_s)
        rows = self._rows.get(key)
        if rows is None:
            self._rows[key] = deque([row])
            self._latest[key] = last_s
            return
        old_s = obligation.close_s - 2 * self._wait_s
        while rows and (rows[0].last_s < old_s or len(rows) > _MOST_ROWS):
            rows.popleft()
        if first_s < self._latest[key] or self._kind == "sent":
            for other in rows:
                self._compare(other, row, found)
        self._latest[key] = max(last_s, self._latest[key])
        rows.append(row)

    def _key(self, obligation: Obligation) -> object:
        message = obligation.message
        return message.text(self._by) if self._by is not None and message is not None else None

    def _compare(self, one: _Row, other: _Row, found: list[Finding]) -> None:
        if self._kind == "total":
            if one.last_s > other.first_s and other.last_s > one.first_s:
                _disagreeing_hearers(one.obligation, other.obligation, found)
        elif self._precedes(one.obligation, other.obligation):
            if one.last_s > other.first_s:
                _reordered(one.obligation, other.obligation, found)
        elif self._precedes(other.obligation, one.obligation) and other.last_s > one.first_s:
            _reordered(other.obligation, one.obligation, found)

    def _precedes(self, one: Obligation, other: Obligation) -> bool:
        first, second = one.deed, other.deed
        if first.answered_s < second.sent_s:
            return True
        on_one = first.hearer is not None and first.hearer is second.hearer
        return self._kind == "sent" and on_one and first.sent_s < second.sent_s


def _times(obligation: Obligation) -> dict[Hearer, float]:
    """Return when each connection heard it first."""
    found: dict[Hearer, float] = {}
    for hearing in obligation.heard:
        if hearing.at_s < found.get(hearing.hearer, float("inf")):
            found[hearing.hearer] = hearing.at_s
    return found


def _seqs(obligation: Obligation, hearer: Hearer) -> tuple[int, ...]:
    return tuple(hearing.seq for hearing in obligation.heard if hearing.hearer is hearer)


def _position(obligation: Obligation, hearer: Hearer) -> tuple[float, int]:
    return min((hearing.at_s, hearing.seq) for hearing in obligation.heard if hearing.hearer is hearer)


def _reordered(first: Obligation, second: Obligation, found: list[Finding]) -> None:
    """Tell of each connection that heard the second before the first."""
    firsts = _times(first)
    for hearer in _times(second):
        if hearer not in firsts or _position(second, hearer) > _position(first, hearer):
            continue
        same = first.deed.what == second.deed.what and first.deed.user == second.deed.user
        other = f"an earlier {first.deed.what}" if same else cause_text(first.deed)
        sentence = (
            f"{who(hearer)} heard {second.promise.owed.event} of {cause_text(second.deed)} before that of {other},"
            " which came first"
        )
        found.append(_finding(second, first, hearer, sentence))


def _disagreeing_hearers(one: Obligation, other: Obligation, found: list[Finding]) -> None:
    """Tell of those who heard two events in another order than most."""
    ones, others = _times(one), _times(other)
    common = [hearer for hearer in ones if hearer in others]
    forward = [hearer for hearer in common if _position(one, hearer) < _position(other, hearer)]
    backward = [hearer for hearer in common if _position(one, hearer) > _position(other, hearer)]
    if not forward or not backward:
        return
    first, second, few = (one, other, backward) if len(forward) >= len(backward) else (other, one, forward)
    for hearer in few:
        event = second.promise.owed.event
        sentence = (
            f"{who(hearer)} heard {event} of {cause_text(second.deed)} before that of {cause_text(first.deed)},"
            " and others heard them the other way round"
        )
        found.append(_finding(second, first, hearer, sentence))


def _finding(second: Obligation, first: Obligation, hearer: Hearer, sentence: str) -> Finding:
    at_s = _position(second, hearer)[0]
    details = (
        f"the first (entry {first.deed.seq}): heard {heard_text(first.deed, _position(first, hearer)[0])}",
        f"the second (entry {second.deed.seq}): heard {heard_text(second.deed, at_s)}",
    )
    return of_obligation(
        FindingKind.REORDERED,
        second,
        hearer,
        sentence,
        at_s=at_s,
        details=details,
        witness=(*_seqs(second, hearer), *_seqs(first, hearer), first.deed.seq),
    )
