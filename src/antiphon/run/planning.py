"""What a run is going to ask of its target: users, requests, emits and rooms, counted before the first call.

Counts are lower bounds: what is repeated over a list of the run's own making, or until something holds, counts once.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from antiphon.engine.accounts import is_given
from antiphon.engine.scopes import range_of
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import Names
from antiphon.language.template import Value
from antiphon.scenario.model import Scenario, UserSpec
from antiphon.scenario.step_model import (
    Actor,
    CallStep,
    EmitStep,
    ParallelStep,
    RepeatStep,
    RoomStep,
    SendStep,
    SessionStep,
    Step,
    UntilStep,
    UploadStep,
    UseStep,
    WatchStep,
)
from antiphon.target.model import Target

_CALLS_OF_AN_UPLOAD = 3


class Plan(Struct, frozen=True, kw_only=True):
    """What is asked of a target, at least."""

    users: int = 0
    requests: int = 0
    emits: int = 0
    rooms: int = 0

    def __add__(self, other: Plan) -> Plan:
        """Return both together."""
        return Plan(
            users=self.users + other.users,
            requests=self.requests + other.requests,
            emits=self.emits + other.emits,
            rooms=self.rooms + other.rooms,
        )

    def times(self, count: int) -> Plan:
        """Return it `count` times."""
        return Plan(
            users=self.users * count,
            requests=self.requests * count,
            emits=self.emits * count,
            rooms=self.rooms * count,
        )


def plan_of(target: Target, scenarios: Iterable[Scenario]) -> Plan:
    """Return what these scenarios ask of a target."""
    plan = Plan()
    for scenario in scenarios:
        people = [user for user in scenario.users if user.device_of is None]
        for user in people:
            plan += Plan(users=1, requests=_calls_to_make(target, user)).times(user.count or 1)
        groups = {user.name: user.count for user in scenario.users if user.count is not None}
        plan += _Counting(target, groups).steps((*scenario.steps, *scenario.cleanup))
    return plan


def distant_hosts(target: Target) -> tuple[str, ...]:
    """Return where a target is, but for what is on this machine: host and port, each once."""
    places = {
        parts.netloc: None for url in target.urls if (parts := urlsplit(url)).hostname and not _here(parts.hostname)
    }
    return tuple(places)


def _here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _calls_to_make(target: Target, user: UserSpec) -> int:
    users = target.users
    if is_given(users, user):
        return len(users.login) if user.login and not any("token" in one.values for one in users.given) else 0
    made = users.make.get(user.role or (users.roles[0] if users.roles else ""), users.default)
    makes_a_token = any(save.name == "self.token" for call in made for save in call.call.save)
    return len(made) + (len(users.login) if user.login and not makes_a_token else 0)


class _Counting(Struct, frozen=True):
    """Counts what steps ask for; a group does as much as it has users."""

    target: Target
    groups: Mapping[str, int]

    def steps(self, steps: Sequence[Step]) -> Plan:
        plan = Plan()
        for step in steps:
            plan += self._step(step).times(self._actors(step))
        return plan

    def _actors(self, step: Step) -> int:
        actor = getattr(step, "actor", None)
        return self.groups.get(actor.name, 1) if isinstance(actor, Actor) and isinstance(actor.name, str) else 1

    def _step(self, step: Step) -> Plan:
        users = self.target.users
        match step:
            case CallStep():
                return Plan(requests=1)
            case EmitStep() | SendStep():
                return Plan(emits=1)
            case RoomStep():
                return Plan(emits=1, rooms=1 if step.verb == "join" else 0)
            case UploadStep():
                return Plan(requests=max(step.chunks or 1, 1) + _CALLS_OF_AN_UPLOAD - 1)
            case SessionStep():
                recipes = {"login": users.login, "refresh": users.refresh, "logout": users.logout}
                return Plan(requests=len(recipes[step.verb]))
            case ParallelStep():
                inner = [one for branch in step.branches for one in branch]
                return self.steps(inner).times(_written(step.repeat))
            case RepeatStep():
                return self.steps(step.steps).times(_written(step.over or step.times))
            case WatchStep():
                return self.steps(step.steps)
            case UntilStep():
                return self.steps((step.step,))
            case UseStep():
                return self.steps((*step.fragment.steps, *step.fragment.cleanup))
            case _:
                return Plan()


def _written(count: Value | None) -> int:
    """Return how often something is repeated, where that is written as a plain number, list or `range`."""
    if count is None or count.roots or count.calls - {"range"}:
        return 1
    try:
        given = count.get(Names({"range": range_of}))
    except EvaluationRefused:
        return 1  # told when it is played
    number = len(given) if isinstance(given, list) else given
    return number if isinstance(number, int) and number > 0 else 1
