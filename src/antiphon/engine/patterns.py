"""The events that a profile waits for, held against what was heard."""

from __future__ import annotations

from collections.abc import Iterable

from antiphon.history.heard import Heard
from antiphon.language.scope import Scope
from antiphon.target.socket_model import EventPattern


def first_match(patterns: Iterable[EventPattern], heard: Heard, scope: Scope) -> EventPattern | None:
    """Return the first pattern that an event fits; a template that finds nothing fits nothing."""
    for pattern in patterns:
        if pattern.name == heard.name and (pattern.data is None or pattern.data(heard.data, scope) is None):
            return pattern
    return None
