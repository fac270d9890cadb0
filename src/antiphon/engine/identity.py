"""What tells an event from a copy of it, by the profile's `event_id`."""

from __future__ import annotations

from collections.abc import Callable

from antiphon.history.heard import Heard
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING, Names
from antiphon.target.socket_model import SocketProfile


def identity_of(profile: SocketProfile | None) -> Callable[[Heard], tuple[object, ...] | None]:
    """Return what gives an event's identity; it gives None where the profile names none or the event has none."""
    if profile is None or not profile.identity:
        return lambda _event: None
    by_name = profile.identity
    others = by_name.get("*")

    def identity(event: Heard) -> tuple[object, ...] | None:
        addresses = by_name.get(event.name, others)
        if addresses is None:
            return None
        scope = Names({"event": event.data, "args": event.args})
        try:
            values = tuple(address(scope) for address in addresses)
        except EvaluationRefused:  # a filter that cannot work with what came
            return None
        # As text: a target that sends 7 over one way and "7" over another means the same thing.
        return None if any(value is MISSING or value is None for value in values) else tuple(map(str, values))

    return identity
