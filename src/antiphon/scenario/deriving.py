"""What is derived from a scenario's steps: its type, its operations and events, whether anybody listens."""

from __future__ import annotations

from collections.abc import Iterable

from antiphon.scenario.hearing import events_of
from antiphon.scenario.model import ScenarioType, UserSpec
from antiphon.scenario.renumbering import every_step
from antiphon.scenario.step_model import (
    CallStep,
    ConnectStep,
    EmitStep,
    RoomStep,
    SendStep,
    SessionStep,
    StateStep,
    Step,
    UploadStep,
)

_ON_SOCKETS = (EmitStep, SendStep, ConnectStep, StateStep, RoomStep)


def derived_type(steps: Iterable[Step]) -> ScenarioType:
    """Return which channels the steps use."""
    rest = socket = False
    for step in every_step(steps):
        rest = rest or isinstance(step, CallStep | UploadStep | SessionStep)
        socket = socket or bool(step.hear) or isinstance(step, _ON_SOCKETS)
    if socket and rest:
        return ScenarioType.INTEGRATION
    return ScenarioType.WEBSOCKET_ONLY if socket else ScenarioType.API_ONLY


def derived_operations(steps: Iterable[Step]) -> tuple[str, ...]:
    """Return the operations that the steps call, each once, in the order written."""
    return tuple(dict.fromkeys(step.call.operation for step in every_step(steps) if isinstance(step, CallStep)))


def derived_events(steps: Iterable[Step]) -> tuple[str, ...]:
    """Return the events that the steps emit and speak of, each once, in the order written."""
    found: dict[str, None] = {}
    for step in every_step(steps):
        if isinstance(step, EmitStep):
            found[step.event] = None
        found.update(dict.fromkeys(events_of(step.hear)))
    return tuple(found)


def derived_listens(users: Iterable[UserSpec], steps: Iterable[Step]) -> bool:
    """Return whether any user has a socket at any time."""
    return any(user.connect and user.login for user in users) or any(connects(step) for step in every_step(steps))


def connects(step: Step) -> bool:
    """Return whether a step opens a connection."""
    return isinstance(step, ConnectStep) and step.verb in ("connect", "reconnect")
