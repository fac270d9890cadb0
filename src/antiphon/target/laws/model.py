"""A law: which cause owes which events to whom; and what is known already to be broken."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from antiphon.core.source import NOWHERE, Source
from antiphon.language.address import Address
from antiphon.language.call import StatusSpec
from antiphon.language.matcher import Claim, Matcher
from antiphon.language.route import Operation
from antiphon.target.laws.audiences import Audience
from antiphon.target.laws.causes import Cause


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """One event that a law owes.

    Attributes:
        event: Its name (`billing:paid` on the socket of a service); empty with `any_event`: of any name.
        least: How often it must be heard at least.
        most: At most; None: as often as it likes.
        service: The service on whose socket it is heard; empty for the target's own.
    """

    event: str
    least: int = 1
    most: int | None = 1
    service: str = ""
    source: Source = NOWHERE


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Two places that must hold the same: `event.messageId: payload.id`.

    Attributes:
        event: Under `event`.
        cause: In the cause's scope; where that lacks it nothing is compared.
    """

    event: Address
    cause: Address


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """In which order a law's events must be heard.

    Attributes:
        by: Only events that agree here are ordered among one another (`event.chatroomId`); None: all of the law.
        as_: `answered`: A precedes B if it was answered before B was sent; `sent`: or both left on one connection in
            that order; `total`: all hearers agree; `rising`: only `rising` is compared.
        rising: With `rising`: the field of the event that must rise on each connection.
    """

    by: Address | None = None
    as_: Literal["answered", "sent", "total", "rising"] = "answered"
    rising: Address | None = None


class SeriesLaw(msgspec.Struct, frozen=True, kw_only=True):
    """A row of events.

    Attributes:
        event: The name of its events.
        each: Under `event`: what tells rows apart.
        field: Under `event`: what rises, or never falls.
        strictly: Whether it rises; else it never falls.
        starts: What the first event of a row must fulfil.
        ends: What its last fulfils: at most once, and nothing of that row after it.
        owed: Whether an end must come.
        steps_at_most: How much the field may rise from one event to the next.
    """

    event: str
    each: Address | None = None
    field: Address | None = None
    strictly: bool = True
    starts: Claim | None = None
    ends: Claim | None = None
    owed: bool = False
    steps_at_most: float | None = None


class NeverCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call that must never be answered so; what is None is not asked."""

    operation: Operation | None = None
    statuses: StatusSpec | None = None
    body: Matcher | None = None


class Never(msgspec.Struct, frozen=True, kw_only=True):
    """What must never be seen, by anybody.

    Attributes:
        call: An answer.
        events: Events by name, with what of their data must never match; None: the event at all.
        ack: An acknowledgement.
    """

    call: NeverCall | None = None
    events: tuple[tuple[str, Matcher | None], ...] = ()
    ack: Matcher | None = None


class Law(msgspec.Struct, frozen=True, kw_only=True):
    """One law.

    Attributes:
        name: As people say it.
        when: The causes, any of which makes an obligation for each event owed.
        condition: Over request, response and caller; the law speaks of causes for which it holds.
        by: Who may cause it; the same by others nobody may hear, and its being done is a wrong answer.
        kind: `all`: each of `then` is owed; `any_of`: one of them; `none`: nothing attributable may be heard; `series`
            and `any_event` as they say; `answer` judges the response alone; `never` what must not be seen at all.
        then: The events owed; with `none` those that may not be heard (empty: any that `agree` attributes).
        to: Who must hear them; nobody else may. None with `answer` and `never`; with `none` and `series`: everyone.
        within_s: After the answer; None: only `settle` and `wait` count.
        agree: What the event must repeat of its cause.
        order: None: any.
        series: With `series`.
        answer: With `answer`, and beside `then`: over the response.
        never: With `never`.
        each: A list in the cause's scope: one obligation for each member, which is named `item`.
        after_recovery: Whether what was missed while cut off is owed after coming back.
        replay_at_least_once: Whether what was heard before may be heard again after coming back.
        echo: For an emit: `others`: the emitting connection must not hear it; `all`: it must; `none`: none of the
            caller's connections may. None: `others` for an emit, `all` for a call.
        per: What is owed `times`: each connection; a user (at least one of the connections, at most `times` each);
            each named join.
        latest: Whether only the last value counts, and intermediate ones may be merged.
        refused_open: Whether a refused cause may be heard of all the same.
    """

    name: str
    when: tuple[Cause, ...] = ()
    condition: Claim | None = None
    by: Audience | None = None
    kind: Literal["all", "any_of", "none", "series", "any_event", "answer", "never"] = "all"
    then: tuple[Owed, ...] = ()
    to: Audience | None = None
    within_s: float | None = None
    agree: tuple[Agreement, ...] = ()
    order: Order | None = None
    series: SeriesLaw | None = None
    answer: Claim | None = None
    never: Never | None = None
    each: Address | None = None
    after_recovery: Literal["owed", "open"] = "open"
    replay_at_least_once: bool = False
    echo: Literal["others", "all", "none"] | None = None
    per: Literal["connection", "user", "join"] = "connection"
    latest: bool = False
    refused_open: bool = False
    source: Source = NOWHERE


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that is accepted until a day.

    Attributes:
        law: The law's name; empty: any.
        never: The name of a `never`; empty: any.
        scenario: Whose findings; empty: any.
        operation: The cause's operation or emit; empty: any.
        event: The event concerned; empty: any.
        because: Why it is accepted.
        ticket: Where it is followed.
        until: The last day on which it is; None: for ever.
    """

    law: str = ""
    never: str = ""
    scenario: str = ""
    operation: str = ""
    event: str = ""
    because: str = ""
    ticket: str = ""
    until: date | None = None
    source: Source = NOWHERE


class Laws(msgspec.Struct, frozen=True, kw_only=True):
    """All laws of a profile, with what they need.

    Attributes:
        laws: In the profile's order, behind those that stand by themselves (`no 5xx`); none where it has no `laws`.
        known: What is accepted.
        shared: Whether others use the target at the same time.
    """

    laws: tuple[Law, ...] = ()
    known: tuple[Known, ...] = ()
    shared: bool = False
