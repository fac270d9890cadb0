"""The model's own verdict on a history: the slow and obvious way, from the truth and the rules alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import permutations

from tests.judge.laws.model.tales import newer, ordered
from tests.judge.laws.model.truth import EITHER, IN, OUT, SETTLE, Copy, Owing, Tale

ANY = frozenset()
_STRANGE = frozenset({"unexplained", "leaked", "disagreeing"})


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding that must or may be made.

    Attributes:
        kinds: Any of these; empty: of any kind.
        laws: By any of these; empty: by any.
        deeds: Because of any of these; empty: of any or none.
        conns: On any of these connections; empty: whoever.
    """

    kinds: frozenset[str]
    laws: frozenset[str] = ANY
    deeds: frozenset[int] = ANY
    conns: frozenset[str] = ANY


@dataclass(slots=True)
class Verdict:
    """What must be found, what may be, and whether the rules leave the case open."""

    found: list[Fault] = field(default_factory=list)
    allowed: list[Fault] = field(default_factory=list)
    open: str = ""


def verdict_of(tale: Tale) -> Verdict:
    """Return what is wrong with the deliveries of a history."""
    verdict = Verdict()
    done: set[tuple[str, str, str, str]] = set()
    for owing in tale.owings:
        if owing.shape.silent:
            continue
        if owing.shape.per_user:
            for user in tale.users:
                _user(tale, owing, [conn for conn in tale.conns if conn.partition(".")[0] == user], verdict)
            continue
        group = _equals(tale, owing)
        for conn in tale.conns:
            if len(group) == 1:
                _hearer(tale, owing, conn, verdict)
            else:
                key = (owing.shape.event, owing.text, owing.deed.user, conn)
                if key not in done:
                    done.add(key)
                    _group(tale, group, conn, verdict)
    _order(tale, verdict)
    _strangers(tale, verdict)
    for deed in tale.deeds:
        if deed.wrong:
            verdict.found.append(_fault("wrong answer", deeds=frozenset({deed.number})))
    return verdict


def _fault(
    *kinds: str, owing: Owing | None = None, conn: str = "", deeds: frozenset[int] = ANY, law: bool = True
) -> Fault:
    if owing is not None:
        deeds = frozenset({owing.deed.number})
    laws = frozenset({owing.shape.law.name}) if owing is not None and law else ANY
    return Fault(frozenset(kinds), laws, deeds, frozenset({conn}) if conn else ANY)


def _equals(tale: Tale, owing: Owing) -> list[Owing]:
    if owing.shape.told_by_id:
        return [owing]
    return [
        one
        for one in tale.owings
        if one.shape is owing.shape and one.text == owing.text and one.deed.user == owing.deed.user
    ]


def _heard(tale: Tale, owing: Owing, conn: str) -> list[Copy]:
    copies = [copy for copy in tale.copies if copy.owing is owing and copy.conn == conn]
    return sorted(copies, key=lambda one: one.at)


def _sift(tale: Tale, owing: Owing, conn: str, verdict: Verdict) -> list[Copy]:
    """Return the copies that count, after those that nobody may hear."""
    good = []
    for copy in _heard(tale, owing, conn):
        if copy.at < owing.deed.sent:
            # An unanswered cause of the same event, whose identity nobody knows, may be taken for its cause.
            told_apart = owing.shape.told_by_id and all(
                one.deed.outcome != "unknown" for one in tale.owings if one.shape.event == owing.shape.event
            )
            kinds = {"unexplained", "leaked"} if told_apart else _STRANGE
            verdict.found.append(Fault(frozenset(kinds), conns=frozenset({conn})))
        elif copy.altered and not (copy.altered == "id" and owing.deed.outcome == "unknown"):  # whose id nobody knows
            by_id = owing.shape.told_by_id and owing.deed.outcome == "done"
            if copy.altered != "id" and by_id:
                verdict.found.append(_fault("disagreeing", owing=owing, conn=conn))
                good.append(copy)
                if tale.forbidden(owing, conn, copy.at):
                    verdict.open = "altered and leaked at once"
            else:
                missed = ("lost", "late") if owing.deed.outcome == "done" else ()
                verdict.found.append(Fault(_STRANGE | set(missed), conns=frozenset({conn})))
                verdict.allowed.append(Fault(_STRANGE | {"lost", "late"}, conns=frozenset({conn})))
                if owing.shape.per_user:
                    verdict.allowed.append(_fault("lost", "late", owing=owing))
        elif owing.deed.outcome == "refused":
            outside = tale.forbidden(owing, conn, copy.at)
            verdict.found.append(_fault("ghost", *(["leaked"] if outside else []), owing=owing, conn=conn))
        elif tale.forbidden(owing, conn, copy.at) and not tale.must(owing, conn):
            if tale.raced(owing, conn, copy.at):
                verdict.open = "caused before a leave was answered, and answered after it"
            kinds = ["leaked", "doubled"] if len(good) >= owing.shape.most else ["leaked"]
            verdict.found.append(_fault(*kinds, owing=owing, conn=conn))
        else:
            good.append(copy)
    return good


def _unsure(tale: Tale, owing: Owing, conn: str) -> bool:
    """Return whether it is not said if a join of a user who was out in between still holds."""
    since = tale.unsure.get((conn, owing.deed.room))
    return tale.joins and since is not None and since < owing.deadline


def _hearer(tale: Tale, owing: Owing, conn: str, verdict: Verdict) -> None:
    spoilt = any(copy.altered for copy in _heard(tale, owing, conn))
    copies = _sift(tale, owing, conn, verdict)
    if owing.deed.outcome == "refused":
        return
    must = tale.must(owing, conn)
    # Whoever had to hear it and may hear nothing any more: it came too late, or leaked; the rules say both.
    left = ["leaked"] if must and any(tale.forbidden(owing, conn, copy.at) for copy in copies) else []
    if left:
        verdict.allowed.append(_fault("leaked", owing=owing, conn=conn))
    if must and not spoilt:
        _missed(tale, owing, conn, copies, left, verdict)
    if len(copies) > owing.shape.most:
        if all(copy.at <= owing.lost_at for copy in copies):
            verdict.found.append(_fault("doubled", *left, owing=owing, conn=conn))
        else:
            verdict.open = "heard again after all was lost"
    if late := [copy for copy in copies if copy.at > owing.deadline]:
        verdict.allowed.append(Fault(frozenset({"late"}), conns=frozenset({conn})))
        if not must and not all(tale.missed(owing, conn, copy.at) for copy in late):
            verdict.open = "what may be heard was late"


def _missed(tale: Tale, owing: Owing, conn: str, copies: list[Copy], left: list[str], verdict: Verdict) -> None:
    """Judge what must be heard: by its deadline, at least as often as is owed."""
    missing = owing.shape.least - sum(copy.at <= owing.lost_at for copy in copies)
    late = [copy for copy in copies[: owing.shape.least] if owing.deadline < copy.at <= owing.lost_at]
    where = verdict.allowed if _unsure(tale, owing, conn) else verdict.found
    if missing > 0 and owing.shape.latest and (stands := newer(tale, owing, conn)):
        if stands == "perhaps":
            verdict.open = "values that may have come in either order"
    elif missing > 0:
        where.append(_fault("lost", owing=owing, conn=conn))
        verdict.allowed.append(Fault(frozenset({"late", "unexplained", "doubled"}), conns=frozenset({conn})))
    elif late and (len(late) > 1 or owing.shape.latest):
        verdict.allowed += [_fault("late", owing=owing, conn=conn)] * len(late)
    elif late:
        where.append(_fault("late", *left, owing=owing, conn=conn))


def _user(tale: Tale, owing: Owing, conns: list[str], verdict: Verdict) -> None:
    spoilt = any(copy.altered for conn in conns for copy in _heard(tale, owing, conn))
    heard = {conn: _sift(tale, owing, conn, verdict) for conn in conns}
    if owing.deed.outcome == "refused":
        return
    copies = [copy for conn in conns for copy in heard[conn]]
    if any(tale.must(owing, conn) for conn in conns) and not spoilt:
        fault = Fault(
            frozenset({"lost"}),
            frozenset({owing.shape.law.name}),
            frozenset({owing.deed.number}),
            frozenset({conns[0].partition(".")[0], *conns}),
        )
        unsure = all(_unsure(tale, owing, conn) for conn in conns if tale.must(owing, conn))
        where = verdict.allowed if unsure else verdict.found
        if not any(copy.at <= owing.lost_at for copy in copies):
            where.append(fault)
        elif not any(copy.at <= owing.deadline for copy in copies):
            where.append(Fault(frozenset({"late"}), fault.laws, fault.deeds, fault.conns))
    if any(copy.at > owing.deadline for copy in copies):
        conns_of = frozenset({conns[0].partition(".")[0], *conns})
        verdict.allowed += [Fault(frozenset({"late", "unexplained"}), conns=conns_of)] * len(copies)
    for conn in conns:
        if len(heard[conn]) > owing.shape.most:
            if max(copy.at for copy in heard[conn]) > owing.lost_at:
                verdict.open = "heard again after all was lost"
            verdict.found.append(_fault("doubled", owing=owing, conn=conn))


def _group(tale: Tale, group: list[Owing], conn: str, verdict: Verdict) -> None:
    """Judge equal messages together: n causes owe n events, paired so that as few as possible are late."""
    deeds = frozenset(one.deed.number for one in group)
    laws = frozenset({group[0].shape.law.name})
    copies = sorted((copy for one in group for copy in _heard(tale, one, conn)), key=lambda one: one.at)
    if not copies and not any(tale.must(one, conn) for one in group):
        return
    if any(copy.altered for copy in copies) or any(_unsure(tale, one, conn) for one in group):
        verdict.open = "one of several equal ones was altered, or may not be owed"
        return
    if all(
        tale.standing(one, conn, point)[0] == OUT
        for one in group
        for point in tale.points(
            one, conn, min(other.deed.sent for other in group), max([one.deadline, *(copy.at for copy in copies)])
        )
    ):
        verdict.found += [Fault(frozenset({"leaked"}), laws, deeds, frozenset({conn})) for _ in copies]
        return
    if not all(tale.must(one, conn) for one in group):
        if ({copy.conn for copy in copies} and not _fits(tale, group, copies, conn)) or sum(
            tale.must(one, conn) for one in group
        ) > len(copies):
            verdict.open = "equal ones of which not all are owed"
        else:
            verdict.allowed += [Fault(frozenset({"late"}), laws, deeds, frozenset({conn})) for _ in copies]
        return
    here = frozenset({conn})
    if len(copies) > len(group):
        verdict.found += [Fault(frozenset({"doubled"}), laws, deeds, here)] * (len(copies) - len(group))
        verdict.allowed += [Fault(frozenset({"late"}), laws, deeds, here)] * len(copies)
        if any(copy.at > min(one.lost_at for one in group) for copy in copies):
            verdict.open = "heard again after all was lost"
    elif len(copies) < len(group):
        verdict.found += [Fault(frozenset({"lost"}), laws, deeds, here)] * (len(group) - len(copies))
        verdict.allowed += [Fault(frozenset({"late", "unexplained"}), laws, deeds, here)] * len(copies)
    else:
        late = _fewest_late(group, copies)
        if late is None or any(copy.at > min(one.lost_at for one in group) for copy in copies):
            verdict.open = "equal ones that cannot all be paired"
        else:
            verdict.found += [Fault(frozenset({"late"}), laws, deeds, here)] * late
            # "Paired in order" may call two late where one would do.
            verdict.allowed += [Fault(frozenset({"late"}), laws, deeds, here)] * (late > 0)


def _fits(tale: Tale, group: list[Owing], copies: list[Copy], conn: str) -> bool:
    """Return whether each copy can be of one cause of its own, and no cause that must be heard lacks one in time."""
    musts = {id(one) for one in group if tale.must(one, conn)}
    for chosen in permutations(group, len(copies)) if len(copies) <= len(group) else ():
        pairs = list(zip(chosen, copies, strict=True))
        if musts <= {id(one) for one in chosen} and all(
            one.deed.sent < copy.at <= one.deadline and not tale.forbidden(one, conn, copy.at) for one, copy in pairs
        ):
            return True
    return False


def _fewest_late(group: list[Owing], copies: list[Copy]) -> int | None:
    found = None
    for chosen in permutations(group):
        pairs = list(zip(chosen, copies, strict=True))
        if all(one.deed.sent < copy.at for one, copy in pairs):
            late = sum(copy.at > one.deadline for one, copy in pairs)
            found = late if found is None else min(found, late)
    return found


def _order(tale: Tale, verdict: Verdict) -> None:
    for conn in tale.conns:
        heard = [copy for copy in tale.copies if copy.conn == conn and copy.owing and not copy.altered]
        wrong = {id(pair[0]): pair for pair in _reversed(heard)}
        deeds: set[int] = set()
        laws: set[str] = set()
        certain = False
        for first, second in _reversed(heard):
            assert first.owing is not None
            assert second.owing is not None
            deeds |= {first.owing.deed.number, second.owing.deed.number}
            laws.add(first.owing.shape.law.name)
            again = [
                copy for copy in heard if copy.owing in (first.owing, second.owing) and copy not in (first, second)
            ]
            known = first.owing.deed.outcome == second.owing.deed.outcome == "done"
            judged = all(not tale.forbidden(copy.owing, conn, copy.at) for copy in (first, second) if copy.owing)
            heard_of = second.at > second.owing.deed.sent and first.at <= first.owing.lost_at
            certain |= known and judged and heard_of and not again
        if wrong:
            fault = Fault(frozenset({"reordered"}), frozenset(laws), frozenset(deeds), frozenset({conn}))
            verdict.allowed += [fault] * len(heard)
            if certain:
                verdict.found.append(fault)


def _reversed(heard: list[Copy]) -> Iterator[tuple[Copy, Copy]]:
    for first in heard:
        for second in heard:
            if first.owing and second.owing and ordered(first.owing, second.owing) and second.at < first.at:
                yield first, second


def _strangers(tale: Tale, verdict: Verdict) -> None:
    for copy in tale.copies:
        if copy.owing is not None and not copy.owing.shape.silent:
            continue
        here = frozenset({copy.conn})
        if copy.owing is not None:
            verdict.found.append(_fault(owing=copy.owing, conn=copy.conn))
        elif not copy.room:
            verdict.found += [] if tale.shared else [Fault(frozenset({"unexplained"}), conns=here)]
        else:
            standing = tale.granted(copy.conn, copy.room, copy.at)
            lines = [*tale.lines(copy.conn, copy.room), *tale.lines(copy.conn, tale.team[copy.room])]
            recent = [point for line in lines for point in line.points(copy.at - SETTLE, copy.at)]
            if any(tale.granted(copy.conn, copy.room, point) != standing for point in recent) or (
                tale.logged_in[copy.conn.partition(".")[0]].at(copy.at) != IN  # who may know a room and hear nothing
            ):
                standing = EITHER  # whoever has just left may still hear what was on its way
            kinds = {IN: {"unexplained"}, OUT: {"leaked"}}.get(standing, {"unexplained", "leaked"})
            verdict.found.append(Fault(frozenset(kinds), conns=here))
