"""The steps of a scenario, compiled to plain values and callables.

Every part remembers where it was written. `antiphon.scenario.compiler` makes these from text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from antiphon.core.source import Source
from antiphon.language.call import CallSpec, Token
from antiphon.language.matcher import Claim, Matcher
from antiphon.language.sqltext import SqlText
from antiphon.language.template import Template, Value
from antiphon.scenario.claim_model import DEFAULT_WAIT_S, Hear, Refusal, Save, StatusCounts


class Actor(Struct, frozen=True, kw_only=True):
    """Who does a step: a user's name, a name that stands for a user, or a template that gives one.

    Attributes:
        socket: On which of the user's named sockets; empty: on the user's own.
        socket_source: Where that stands.
    """

    name: str | Template
    source: Source
    socket: str = ""
    socket_source: Source | None = None


class Step(Struct, frozen=True, kw_only=True):
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


class CallStep(Step, frozen=True, kw_only=True):
    """A REST call by a user."""

    actor: Actor
    call: CallSpec


class EmitStep(Step, frozen=True, kw_only=True):
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


class SendStep(Step, frozen=True, kw_only=True):
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


class SessionStep(Step, frozen=True, kw_only=True):
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


class ConnectStep(Step, frozen=True, kw_only=True):
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


class StateStep(Step, frozen=True, kw_only=True):
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


class RoomStep(Step, frozen=True, kw_only=True):
    """`join ROOM ID` or `leave ROOM ID`: emits what the profile's membership names."""

    actor: Actor
    verb: Literal["join", "leave"]
    room: str
    id: Value
    ack: Matcher | None = None
    wait_s: float = DEFAULT_WAIT_S
    refused: bool = False


class UploadStep(Step, frozen=True, kw_only=True):
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


class HearStep(Step, frozen=True, kw_only=True):
    """`hear` as a step of its own: looks back over the last step that sent something, or since `since`."""

    since: str | None = None


class ParallelStep(Step, frozen=True, kw_only=True):
    """Branches at once; all requests are written before any is awaited.

    Attributes:
        branches: Each is a list of steps.
        repeat: How often the one branch is played at once, if it is.
        statuses: What the calls of all branches are answered with, in place of what each of them claims.
    """

    branches: tuple[tuple[Step, ...], ...]
    repeat: Value | None = None
    statuses: StatusCounts | None = None


class Pace(Struct, frozen=True, kw_only=True):
    """How the rounds of a `repeat` follow one another where they await nothing.

    Attributes:
        period_s: From the start of one round to the start of the next; None: back to back, each user for itself.
    """

    period_s: float | None


class RepeatStep(Step, frozen=True, kw_only=True):
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


class WatchStep(Step, frozen=True, kw_only=True):
    """`watch … while`: what its `hear` claims spans all of its steps."""

    steps: tuple[Step, ...]


class UntilStep(Step, frozen=True, kw_only=True):
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


class UseStep(Step, frozen=True, kw_only=True):
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


class ProbeStep(Step, frozen=True, kw_only=True):
    """`probe`: a query of the target's database.

    Attributes:
        sql: The statement.
        values: What its names stand for.
        expect: What the list of its rows must match; None matches anything.
    """

    sql: SqlText
    values: Mapping[str, Value] = field(default_factory=dict)
    expect: Matcher | None = None


class TargetStep(Step, frozen=True, kw_only=True):
    """`target`: the target is stopped, started, or both, by the profile's commands."""

    verb: Literal["restart", "stop", "start"]


class AssertStep(Step, frozen=True, kw_only=True):
    """`assert`: a claim about what is known."""

    claim: Claim


class PauseStep(Step, frozen=True, kw_only=True):
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


class Fragment(Struct, frozen=True, kw_only=True):
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
