"""A play as it was recorded: its entries, what it asked of them, and how far its stamps can be trusted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct, field

from antiphon.engine.asked import Asked
from antiphon.engine.doing import Doing
from antiphon.engine.play import Play
from antiphon.engine.setting import Setting
from antiphon.history.entries import AnyEntry, Call, Emit, Entry, Event, Mark
from antiphon.judge.hearing import heard_for
from antiphon.language.address import Address
from antiphon.scenario.model import Scenario
from antiphon.scenario.step_model import UntilStep

E = TypeVar("E", bound=Entry)


class Lags:
    """Antiphon's own lag around the stamps of one play; a moment between two of them has the lag of the one before."""

    def __init__(
        self, entries: Sequence[AnyEntry], lag_at: Callable[[float], float | None], others: Iterable[float] = ()
    ) -> None:
        stamps = {entry.at_s for entry in entries}
        stamps.update(others)
        stamps.update(entry.sent_s for entry in entries if isinstance(entry, Call | Emit) and entry.sent_s)
        self._stamps = sorted(stamps)
        self._lags = [lag_at(stamp) or 0.0 for stamp in self._stamps]

    def at(self, at_s: float) -> float:
        """Return the lag at a moment."""
        place = bisect_right(self._stamps, at_s) - 1
        return self._lags[place] if place >= 0 else 0.0


class Recorded(Struct, eq=False, kw_only=True):
    """One scenario's play.

    Attributes:
        entries: In the order of `seq`.
        by_seq: The same by their numbers.
        lived: The same but for clean-up: until then everything was waited for, and nobody had left.
        asked: What it asked; only what was not tried anew.
        needed: Events without which the play would have gone otherwise: they answered an emit, or made a connection
            ready.
        saved: What `save` of a `hear` took: the event's number → the addresses.
        begun_s: When its first step began: what was before is how its users were made and connected.
        over_s: When its last step had ended.
    """

    scenario: Scenario
    play: Play
    entries: Sequence[AnyEntry]
    asked: Asked
    lags: Lags
    needed: frozenset[int] = frozenset()
    saved: Mapping[int, tuple[Address, ...]] = field(default_factory=dict)
    begun_s: float = 0.0
    by_seq: Mapping[int, AnyEntry] = field(default_factory=dict)
    lived: Sequence[AnyEntry] = ()
    over_s: float = 0.0

    def of_kind(self, kind: type[E]) -> list[E]:
        """Return the entries of one kind."""
        return [entry for entry in self.entries if isinstance(entry, kind)]

    def entry(self, seq: int) -> AnyEntry:
        """Return the entry of a number."""
        return self.by_seq[seq]

    @property
    def setting(self) -> Setting:
        """What its run shared."""
        return self.play.setting


def recorded(scenario: Scenario, play: Play, entries: Sequence[AnyEntry]) -> Recorded:
    """Return a play that has ended, with what it asked."""
    kept = play.asked if play.asked is not None else Asked()
    live = {id(doing) for doing in play.doings}
    asked = Asked(
        hears=[one for one in kept.hears if id(one.doing) in live],
        ends=[one for one in kept.ends if id(one.doing) in live],
        answers=[one for one in kept.answers if id(one.doing) in live],
        acks=[one for one in kept.acks if id(one.doing) in live],
    )
    cleaning = [entry.at_s for entry in entries if isinstance(entry, Mark) and entry.what == "cleanup"]
    over_s = min(cleaning, default=max((entry.at_s for entry in entries), default=0.0))
    ordered = sorted(entries, key=lambda entry: entry.seq)
    return Recorded(
        scenario=scenario,
        play=play,
        entries=ordered,
        by_seq={entry.seq: entry for entry in entries},
        lived=[entry for entry in ordered if entry.at_s <= over_s],
        asked=asked,
        lags=Lags(entries, play.setting.lag.lag_at, _moments(asked)),
        needed=_needed(play, entries),
        saved=_saved(asked),
        begun_s=min((doing.began_s for doing in play.doings), default=0.0),
        over_s=over_s,
    )


def _moments(asked: Asked) -> Iterator[float]:
    """Yield the moments that claims count from and that are no stamp of an entry."""
    for hear in asked.hears:
        for facts in hear.everything:
            yield from (facts.window.opened_s, facts.window.answered_s)


def is_tried_anew(doing: Doing) -> bool:
    """Return whether a step whose claims do not hold is played once more, or stands inside such a step."""
    return bool(doing.step.retries) or is_inside_what_is_tried_anew(doing)


def is_inside_what_is_tried_anew(doing: Doing) -> bool:
    """Return whether a step stands inside one that is played once more if its claims do not hold."""
    one = doing.block
    while one is not None:
        if one.step.retries or isinstance(one.step, UntilStep):
            return True
        one = one.block
    return False


def _needed(play: Play, entries: Sequence[AnyEntry]) -> frozenset[int]:
    ready = {channel.socket.ready for channel in play.setting.target.channels}
    answers = {
        (entry.connection, entry.answered_by, entry.acknowledged_s)
        for entry in entries
        if isinstance(entry, Emit) and entry.answered_by
    }
    return frozenset(
        entry.seq
        for entry in entries
        if isinstance(entry, Event) and (entry.name in ready or (entry.connection, entry.name, entry.at_s) in answers)
    )


def _saved(asked: Asked) -> dict[int, tuple[Address, ...]]:
    found: dict[int, tuple[Address, ...]] = {}
    for hear in asked.hears:
        for facts in hear.everything:
            for item, events in heard_for(facts) if any(item.save for item in facts.hear.positives) else ():
                for event in events[:1]:
                    found[event.seq] = (*found.get(event.seq, ()), *(save.address for save in item.save))
    return found
