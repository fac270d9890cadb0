"""The model of a scenario: what its author wrote, compiled to plain values and callables.

Every part remembers where it was written. `antiphon.scenario.compiler` makes these from text.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct, field

from antiphon.core.compiled_value import CompiledValue
from antiphon.core.source import Source
from antiphon.language.template import Value
from antiphon.scenario.groups import socket_name
from antiphon.scenario.step_model import Step

Script = Callable[[object], Awaitable[None]]
"""Plays the steps of a scenario that are not written down but done by a function; it is given the play's frame."""

DEFAULT_TIMEOUT_S = 60.0


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


class UserSpec(Struct, frozen=True, kw_only=True):
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


class SocketSpec(Struct, frozen=True, kw_only=True):
    """A further socket of a user: `bob.phone`.

    Attributes:
        name: As `socket: phone` and `bob.phone` name it.
        service: Which of the target's services it belongs to; empty: the target's own socket.
        namespace: Another one than the profile's, over the connection of the user's first socket there; None: a
            connection of its own to the profile's namespace.
    """

    name: str
    source: Source
    service: str = ""
    namespace: str | None = None


class Row(Struct, frozen=True, kw_only=True):
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


class Scenario(CompiledValue, frozen=True, kw_only=True):
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

    MADE: ClassVar[frozenset[str]] = frozenset({"script"})

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
    script: Script | None = None
    row: Row | None = None

    @property
    def services(self) -> Mapping[str, str]:
        """The users' sockets that belong to services, each with its service: `bob.bills` → `billing`."""
        pairs = ((user, socket) for user in self.users for socket in user.sockets if socket.service)
        return {socket_name(user.name, socket.name): socket.service for user, socket in pairs}

    @property
    def file_id(self) -> str:
        """The id without the row's label: what all scenarios of the file have in common."""
        return self.id if self.row is None else self.id.removesuffix(f"[{self.row.label}]")

    @property
    def slug(self) -> str:
        """The id in letters that fit into names at the target."""
        return self.file_id.replace("/", "-") + (f"-{self.row.number}" if self.row is not None else "")
