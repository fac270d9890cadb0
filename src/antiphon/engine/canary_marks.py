"""What canaries carry, so that whoever hears one can tell it from the target's own events."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from antiphon.history.entries import Event
from antiphon.history.heard import Heard
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING, Names
from antiphon.target.socket_model import Canary


def prefix_of(run_id: str) -> str:
    """Return what all canaries of a run begin with."""
    return f"canary-{run_id}-"


def value_in(canary: Canary, event: Event) -> str:
    """Return what an event has where a canary has its mark; empty if it has nothing there, or is another event."""
    if event.name != canary.event:
        return ""
    heard = Heard.of(event)
    try:
        value = canary.match(Names({"event": heard.data, "args": heard.args}))
    except EvaluationRefused:
        return ""
    return "" if value is MISSING or value is None else str(value)


def overheard(run_id: str, canaries: Sequence[Canary]) -> Callable[[Event], bool]:
    """Return what tells a canary, whoever sent it and for whichever of the target's sockets.

    It is no event of the target's own, and belongs to no inbox.
    """
    prefix = prefix_of(run_id)
    return lambda event: any(value_in(canary, event).startswith(prefix) for canary in canaries)
