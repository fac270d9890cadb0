"""The model of a scenario: what its author wrote, compiled to plain values and callables.

Every part remembers where it was written. `antiphon.scenario.compiler` makes these from text.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from antiphon.core.source import Source
from antiphon.language.address import Address
from antiphon.language.call import CallSpec, StatusSpec, Token
from antiphon.language.matcher import Claim, Matcher
from antiphon.language.sqltext import SqlText
from antiphon.language.template import Template, Value

Script = Callable[[object], Awaitable[None]]
"""Plays the steps of a scenario that are not written down but done by a function; it is given the play's frame."""

DEFAULT_TIMEOUT_S = 60.0
REFUSAL_WAYS = ("connect_error", "dropped", "http")
DEFAULT_WAIT_S = 5.0


class ScenarioType(StrEnum):
    """Which channels a scenario uses; derived from its steps."""

    API_ONLY = "api_only"
    WEBSOCKET_ONLY = "websocket_only"
    INTEGRATION = "integration"


class Priority(StrEnum):
    """How much a scenario matters."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSpec:
    """A person of a scenario.

    Attributes:
        name: As steps name the user.
        role: One of the target's roles; None takes the profile's first.
        company_of: None: the scenario's own company; `none`: a company of its own; else the user it stands beside.
        device_of: The user whose person this is, on a connection and inbox of its own.
        login: Whether the user is logged in before the first step.
        connect: Whether the user is connected before the first step.
        count: How many there are, of a group; None: one user.
        given: The name of the given account that the user is; empty: any; None: made, where a recipe says how.
        sockets: Those that the user has beside the own one.
    """

    name: str
    source: Source
    count: int | None = None
    role: str | None = None
    company_of: str | None = None
    device_of: str | None = None
    login: bool = True
    connect: bool = True
    given: str | None = None
    sockets: tuple[SocketSpec, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketSpec:
    """A further socket of a user: `bob.phone`.

    Attributes:
        name: As `socket: phone` and `bob.phone` name it.
        namespace: Another one than the profile's, over the connection of the user's own socket; None: a connection
            of its own to the profile's namespace.
    """

    name: str
    source: Source
    namespace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """`save: {message: payload}`: a name and where its value is found."""

    name: str
    address: Address
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class HearItem:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Hear:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does a step: a user's name, a name that stands for a user, or a template that gives one.

    Attributes:
        socket: On which of the user's named sockets; empty: on the user's own.
    """

    name: str | Template
    source: Source
    socket: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What all steps have.

    Attributes:
        number: `3`, or `4.2.1` inside blocks and fragments; the first is 1.
        label: The step in one line, as its author would read it (`alice: POST /messages/send`).
        source: Where the step begins.
        name: The author's own name for it, or empty.
        condition: `if`; a step whose condition does not hold is skipped.
        save: Values kept for later steps.
        append: Values added to a list.
        hear: What is to be heard because of it.
        retries: How often it is tried again when an expectation of it fails.
        must: Whether its failure stops the scenario.
    """

    number: str
    label: str
    source: Source
    name: str = ""
    condition: Claim | None = None
    save: tuple[Save, ...] = ()
    append: tuple[Save, ...] = ()
    hear: tuple[Hear, ...] = ()
    retries: int = 0
    must: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStep(Step):
    """A REST call by a user."""

    actor: Actor
    call: CallSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class EmitStep(Step):
    """An event sent by a user.

    Attributes:
        event: Its name.
        args: Its arguments, as one value that gives a list.
        ack: What the acknowledgement's first argument must match; None asks no more than that it is not negative.
        no_ack: `ack: none`: none is asked for.
        wait_s: How long the acknowledgement is awaited.
        refused: The target is claimed to refuse it.
    """

    actor: Actor
    event: str
    args: Value
    ack: Matcher | None = None
    no_ack: bool = False
    wait_s: float = DEFAULT_WAIT_S
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a step claims of being turned away.

    Attributes:
        by: One of `REFUSAL_WAYS`, or the event that says so; empty: in whatever way the target does it.
        data: What must have come with it; None matches anything.
    """

    source: Source
    by: str = ""
    data: Matcher | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendStep(Step):
    """A raw frame sent by a user.

    Attributes:
        frame: Its kind.
        payload: A text, bytes, or a list of bytes' numbers; None sends an empty one. Of a close frame its reason.
        code: Of a close frame.
    """

    actor: Actor
    frame: Literal["text", "binary", "ping", "pong", "close"]
    payload: Value | None = None
    code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStep(Step):
    """`login`, `refresh` or `logout`, by the profile's recipe.

    Attributes:
        token: The token in place of the user's own.
        within_s: How long it may take until the last of its calls is answered.
        refused: The target is claimed to refuse it; None if it is not.
    """

    actor: Actor
    verb: Literal["login", "refresh", "logout"]
    token: Token | None = None
    within_s: float | None = None
    refused: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectStep(Step):
    """`connect`, `disconnect` or `reconnect`.

    Attributes:
        auth: The auth payload in place of the profile's, or parts added to it.
        no_auth: `auth: none`: no auth payload, and none of the profile's handshake.
        token: The token in place of the user's own.
        url: The socket's URL in place of the profile's.
        within_s: How long it may take until the connection is ready.
        refused: The target is claimed to refuse it; None if it is not.
    """

    actor: Actor
    verb: Literal["connect", "disconnect", "reconnect"]
    auth: Value | None = None
    no_auth: bool = False
    token: Token | None = None
    url: Value | None = None
    within_s: float | None = None
    refused: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateStep(Step):
    """`connected` (the same connection as before) or `closed`, as a claim.

    Attributes:
        code: What the close code must match.
        reason: What the reason must match.
        within_s: How long the state is awaited.
    """

    actor: Actor
    verb: Literal["connected", "closed"]
    code: Matcher | None = None
    reason: Matcher | None = None
    within_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomStep(Step):
    """`join ROOM ID` or `leave ROOM ID`: emits what the profile's membership names."""

    actor: Actor
    verb: Literal["join", "leave"]
    room: str
    id: Value
    ack: Matcher | None = None
    wait_s: float = DEFAULT_WAIT_S
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadStep(Step):
    """`upload FILE`, by the profile's calls.

    Attributes:
        file: A file of the suite's folder, or, with `size_bytes` or `chunks`, the name of one that is made.
        size_bytes: How large the made file is.
        chunks: How many chunks of the profile's `chunk_size` the made file fills.
        drop_at: The upload stops before this chunk (from 0) and its connection is cut.
        resume: Goes on with this user's last dropped upload.
        values: `with:` further values for the profile's calls (`with.chatroomId`).
    """

    actor: Actor
    file: Value
    size_bytes: int | None = None
    chunks: int | None = None
    drop_at: int | None = None
    resume: bool = False
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HearStep(Step):
    """`hear` as a step of its own: looks back over the last step that sent something, or since `since`."""

    since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCount:
    """How many of several calls are answered with a status: `409: 7`.

    Attributes:
        status: Which statuses count.
        low: Fewest.
        high: Most; None is any number.
    """

    status: StatusSpec
    low: int
    high: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCounts:
    """The statuses with which the calls of several branches are answered, and how many with each."""

    counts: tuple[StatusCount, ...]
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelStep(Step):
    """Branches at once; all requests are written before any is awaited.

    Attributes:
        branches: Each is a list of steps.
        repeat: How often the one branch is played at once, if it is.
        statuses: What the calls of all branches are answered with, in place of what each of them claims.
    """

    branches: tuple[tuple[Step, ...], ...]
    repeat: Value | None = None
    statuses: StatusCounts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the rounds of a `repeat` follow one another where they await nothing.

    Attributes:
        period_s: From the start of one round to the start of the next; None: back to back, each user for itself.
    """

    period_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatStep(Step):
    """Rounds one after another.

    Attributes:
        times: How many rounds, if there is no list.
        over: The list that the rounds run over.
        item_name: The name that each round's item has.
        pace: Where rounds start on time, whatever became of earlier ones; None: each round awaits the one before.
    """

    steps: tuple[Step, ...]
    times: Value | None = None
    over: Value | None = None
    item_name: str = ""
    pace: Pace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchStep(Step):
    """`watch … while`: what its `hear` claims spans all of its steps."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UntilStep(Step):
    """A step repeated until a claim holds.

    Attributes:
        step: What is done each time.
        claim: What must hold; None lets the step's own expectations decide.
        every_s: From the end of one try to the next.
        wait_s: After that the claim has failed.
    """

    step: Step
    claim: Claim | None = None
    every_s: float = 0.1
    wait_s: float = DEFAULT_WAIT_S


@dataclass(frozen=True, slots=True, kw_only=True)
class UseStep(Step):
    """`use FRAGMENT with … gives …`.

    Attributes:
        fragment: The compiled fragment, its steps numbered below this one.
        users: The fragment's name of a user → the name (or template) of the user here.
        values: The fragment's name of a value → the value.
        gives: The fragment's name → the name here.
    """

    fragment: Fragment
    users: Mapping[str, Actor | tuple[Actor, ...]]
    values: Mapping[str, Value]
    gives: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeStep(Step):
    """`probe`: a query of the target's database.

    Attributes:
        sql: The statement.
        values: What its names stand for.
        expect: What the list of its rows must match; None matches anything.
    """

    sql: SqlText
    values: Mapping[str, Value] = field(default_factory=dict)
    expect: Matcher | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStep(Step):
    """`target`: the target is stopped, started, or both, by the profile's commands."""

    verb: Literal["restart", "stop", "start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertStep(Step):
    """`assert`: a claim about what is known."""

    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseStep(Step):
    """`pause: 7s` with `because: TEXT`."""

    duration_s: float
    because: str


AnyStep = (
    CallStep
    | EmitStep
    | SendStep
    | SessionStep
    | ConnectStep
    | StateStep
    | RoomStep
    | UploadStep
    | HearStep
    | ParallelStep
    | RepeatStep
    | WatchStep
    | UntilStep
    | UseStep
    | ProbeStep
    | TargetStep
    | AssertStep
    | PauseStep
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """Steps that scenarios share.

    Attributes:
        takes: Name → what it stands for.
        gives: Names that it hands out.
    """

    name: str
    source: Source
    takes: Mapping[str, Literal["user", "users", "value"]]
    defaults: Mapping[str, Value]
    gives: tuple[str, ...]
    steps: tuple[Step, ...]
    cleanup: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of `examples`, for which its scenario is played once.

    Attributes:
        columns: The names of its values.
        value: Gives the values by name, when the users exist.
        label: What the row is called, unlike the other rows of its scenario.
        number: From 1.
    """

    columns: tuple[str, ...]
    value: Value
    source: Source
    label: str
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A scenario ready to be played.

    Attributes:
        id: The file's path below the suite's `scenarios/`, without its ending (`messaging/fanout`); with a row of
            `examples` the row's label behind it, in brackets.
        title: What `scenario:` says; with a row, its label as well.
        text: The file's whole text.
        inputs: Name → default; a run may set others.
        vars: Evaluated once, in order, when the users exist.
        script: Plays the steps, where they are written in Python; then `steps` are empty.
        row: The row of `examples` that it is played for, if there are any.
    """

    id: str
    title: str
    path: str
    source: Source
    text: str
    description: str = ""
    type: ScenarioType = ScenarioType.INTEGRATION
    category: str = ""
    priority: Priority = Priority.MEDIUM
    tags: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    timeout_s: float | None = None
    retries: int | None = None
    inputs: Mapping[str, object] = field(default_factory=dict)
    vars: tuple[tuple[str, Value], ...] = ()
    users: tuple[UserSpec, ...] = ()
    steps: tuple[Step, ...] = ()
    cleanup: tuple[Step, ...] = ()
    operations: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    listens: bool = True
    script: Script | None = field(default=None, compare=False, repr=False)
    row: Row | None = None

    @property
    def file_id(self) -> str:
        """The id without the row's label: what all scenarios of the file have in common."""
        return self.id if self.row is None else self.id.removesuffix(f"[{self.row.label}]")

    @property
    def slug(self) -> str:
        """The id in letters that fit into names at the target."""
        return self.file_id.replace("/", "-") + (f"-{self.row.number}" if self.row is not None else "")
