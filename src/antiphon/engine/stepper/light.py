"""Which steps are light: what the stepper can play exactly as the rest of the engine would.

Told by what a step does not have. A key that this module does not know makes a step heavy, so that a new one is
never silently left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import NODEFAULT
from msgspec.structs import FieldInfo, fields

from antiphon.language.call import BodyKind, CallSpec
from antiphon.scenario.step_model import AssertStep, CallStep, EmitStep, PauseStep, Step
from antiphon.target.http_model import HttpProfile
from antiphon.target.model import Target
from antiphon.target.socket_model import SocketProfile

_OF_STEPS = frozenset({"number", "label", "source", "name", "save"})
_OWN: dict[type[Step], frozenset[str]] = {
    EmitStep: frozenset({"actor", "event", "args", "ack", "no_ack", "wait_s"}),
    CallStep: frozenset({"actor", "call"}),
    AssertStep: frozenset({"claim"}),
    PauseStep: frozenset({"duration_s", "because"}),
}
_OF_CALLS = frozenset(
    {
        *("method", "path", "template", "source", "body", "body_kind", "query", "headers", "status"),
        *("expect", "expect_source", "expect_body", "expect_headers"),
    }
)
_OF_HTTP = frozenset({"token", "envelope", "timeouts", "tls", "proxy"})
_OF_SOCKETS = frozenset(
    {
        *("url", "source", "path", "path_source", "namespace", "token", "ready", "headers", "identity", "ambient"),
        *("refused", "dropped_within_s", "origin", "url_template"),
    }
)


def are_light(steps: Iterable[Step], target: Target) -> bool:
    """Return whether the stepper can play all of these steps."""
    return all(is_light(step, target) for step in steps)


def is_light(step: Step, target: Target) -> bool:
    """Return whether the stepper can play this step."""
    own = _OWN.get(type(step))
    if own is None or not _is_plain(step, _OF_STEPS | own):
        return False
    match step:
        case EmitStep():
            # Which socket it goes over is known when it is played: it may be any of them.
            return bool(channels := target.channels) and all(_is_plain(one.socket, _OF_SOCKETS) for one in channels)
        case CallStep():
            is_json = step.call.body_kind in (BodyKind.NONE, BodyKind.JSON)
            return is_json and _is_plain(step.call, _OF_CALLS) and _speaks_plainly(target)
        case _:
            return True


def _speaks_plainly(target: Target) -> bool:
    return _is_plain(target.http, _OF_HTTP) and target.users.tokens.life_s is None


def _is_plain(one: Step | CallSpec | HttpProfile | SocketProfile, known: frozenset[str]) -> bool:
    """Return whether everything but what is known has its default."""
    return all(getattr(one, found.name) == _default(found) for found in fields(one) if found.name not in known)


def _default(found: FieldInfo) -> object:
    return found.default_factory() if found.default_factory is not NODEFAULT else found.default
