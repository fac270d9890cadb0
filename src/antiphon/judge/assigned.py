"""Which of a window's events fulfil which items of a `hear`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from antiphon.history.heard import Heard
from antiphon.judge.claiming import Claimed, Wanted, claim
from antiphon.judge.facts import Facts
from antiphon.scenario.claim_model import HearItem


class Assigned(Struct, frozen=True):
    """The items of a `hear`, the events they look at, and which serve which.

    Attributes:
        items: To be heard, the free ones first.
        events: The window's, in recorded order.
        wanted: What each item asks for, over positions in `events`.
        claimed: Which positions it gets.
    """

    items: tuple[HearItem, ...]
    events: Sequence[Heard]
    wanted: tuple[Wanted, ...]
    claimed: Claimed

    def taken(self, index: int) -> list[Heard]:
        """Return the events that fulfil an item."""
        return [self.events[position] for position in self.claimed.taken[index]]

    def is_full(self, index: int) -> bool:
        """Return whether an item has as many events as it needs."""
        return len(self.claimed.taken[index]) >= self.items[index].times_low

    @property
    def used(self) -> frozenset[int]:
        """The positions of all events that fulfil some item."""
        return frozenset(position for positions in self.claimed.taken for position in positions)


def assigned(facts: Facts, until_s: float | None) -> Assigned:
    """Return the assignment that fulfils most items, over what was heard until then."""
    events = facts.until(until_s)
    by_name: dict[str, list[int]] = {}
    for position, event in enumerate(events):
        by_name.setdefault(event.name, []).append(position)
    items, wanted = [], []
    for item, group in facts.items():
        fits = {}
        named = by_name.get(item.event, ()) if item.mentions is None else range(len(events))
        for position in named:
            event = events[position]
            fit = facts.fit(item, event)
            if fit is not None and facts.difference(item, event) is None:
                fits[position] = fit
        items.append(item)
        wanted.append(Wanted(fits=fits, low=item.times_low, high=item.times_high, group=group))
    return Assigned(tuple(items), events, tuple(wanted), claim(wanted))
