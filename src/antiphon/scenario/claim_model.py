"""What steps claim and keep: expectations of what is heard, refusals, counts of statuses, saved values.

Every part remembers where it was written.
"""

from __future__ import annotations

from msgspec import Struct

from antiphon.core.source import Source
from antiphon.language.address import Address
from antiphon.language.call import StatusSpec
from antiphon.language.matcher import Matcher
from antiphon.language.template import Value

REFUSAL_WAYS = ("connect_error", "dropped", "http")
DEFAULT_WAIT_S = 5.0


class Save(Struct, frozen=True, kw_only=True):
    """`save: {message: payload}`: a name and where its value is found."""

    name: str
    address: Address
    source: Source


class Series(Struct, frozen=True, kw_only=True):
    """What the events of one item are claimed to be, taken together in the order in which they came.

    Attributes:
        along: Where each event's value stands that is compared with the one before; None compares none.
        falling: Whether each value is to be less than the one before; else more.
        first: What the first event's data must match; None matches anything.
        last: What the last event's data must match; None matches anything.
    """

    source: Source
    along: Address | None = None
    falling: bool = False
    first: Matcher | None = None
    last: Matcher | None = None


class HearItem(Struct, frozen=True, kw_only=True):
    """One event that is, or is not, to be heard.

    Attributes:
        event: Its name; `any_event` of an item that any name fulfils.
        data: What its first argument must match; None matches anything.
        mentions: What all its arguments together must match, whatever its name is; None: its name is `event`.
        within_s: A promise about one event; None promises nothing.
        of_request: Whether `within` counts from the request's first byte and not from the answer.
        after_s: It is not to be heard earlier than this; None sets no such bound.
        after_of_request: Whether `after` counts from the request's first byte.
        wait_s: How long to go on listening after the answer.
        times_low: Fewest.
        times_high: Most; None is any number.
        series: What all of its events are claimed to be together.
        save: Taken from the event when it was heard (addresses under `event`, `args`).
        answer: What a target is given that asks for an acknowledgement of it; None: what a client without a handler
            gives, nothing.
    """

    event: str
    source: Source
    data: Matcher | None = None
    mentions: Matcher | None = None
    within_s: float | None = None
    of_request: bool = False
    after_s: float | None = None
    after_of_request: bool = False
    wait_s: float = DEFAULT_WAIT_S
    times_low: int = 1
    times_high: int | None = 1
    series: Series | None = None
    save: tuple[Save, ...] = ()
    answer: Value | None = None

    @property
    def told(self) -> str:
        """What it is about, as a sentence says it: the event's name, or `any event that mentions …`."""
        return self.event if self.mentions is None else f"any event that mentions {self.mentions.text}"


class Hear(Struct, frozen=True, kw_only=True):
    """What one user, or each or any user of a group, hears and does not hear because of a step.

    Attributes:
        user: Whose inbox; the actor of a fragment or a `repeat` may be a name that stands for a user.
        any: Of a group it is enough that one hears it.
        items: To be heard, in any order.
        in_order: Groups of items to be heard in the order written.
        nothing: Where `nothing` was written, if it was: no event but ambient ones until the step's fence.
        no: Not to be heard until the step's fence.
        never: Not to be heard until the scenario's end.
        only: Where `only: true` was written: nothing that no item claims.
    """

    user: str
    source: Source
    items: tuple[HearItem, ...] = ()
    in_order: tuple[tuple[HearItem, ...], ...] = ()
    nothing: Source | None = None
    no: tuple[HearItem, ...] = ()
    never: tuple[HearItem, ...] = ()
    only: Source | None = None
    any: bool = False

    @property
    def positives(self) -> tuple[HearItem, ...]:
        """All items that are to be heard, the ordered ones last."""
        return (*self.items, *(item for group in self.in_order for item in group))

    @property
    def claims_absence(self) -> bool:
        """Whether a fence is needed to judge this at the step."""
        return bool(self.nothing or self.no or self.never or self.only)


class StatusCount(Struct, frozen=True, kw_only=True):
    """How many of several calls are answered with a status: `409: 7`.

    Attributes:
        status: Which statuses count.
        low: Fewest.
        high: Most; None is any number.
    """

    status: StatusSpec
    low: int
    high: int | None


class StatusCounts(Struct, frozen=True, kw_only=True):
    """The statuses with which the calls of several branches are answered, and how many with each."""

    counts: tuple[StatusCount, ...]
    source: Source


class Refusal(Struct, frozen=True, kw_only=True):
    """What a step claims of being turned away.

    Attributes:
        by: One of `REFUSAL_WAYS`, or the event that says so; empty: in whatever way the target does it.
        data: What must have come with it; None matches anything.
    """

    source: Source
    by: str = ""
    data: Matcher | None = None
