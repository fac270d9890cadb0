"""The parts of a `hear`, written in Python: an event with its limits, absences, order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from antiphon.python.keys import ItemKeys
from antiphon.python.places import spot


class Part(dict[str, Any]):
    """A part of a `hear`, which knows where it was written."""

    __slots__ = ("spot",)

    def __init__(self, keys: Mapping[str, Any]) -> None:
        super().__init__(keys)
        self.spot = spot()


nothing = "nothing"
"""No event at all, save those that the profile calls ambient."""

only: Mapping[str, Any] = {"only": True}
"""Beside events: nothing that none of them names."""


def event(name: str, data: object = ..., **keys: Unpack[ItemKeys]) -> Part:
    """Return an event that is to be heard.

    Args:
        name: The event's.
        data: What its first argument must match; left out, anything.
        keys: Its limits, as in YAML: `within`, `wait`, `times` and so on.
    """
    return Part({"event": name, **({} if data is ... else {"data": data}), **keys})


def frame(kind: str, data: object = ..., **keys: Unpack[ItemKeys]) -> Part:
    """Return a raw frame that is to be heard: `ping`, `pong` or `text`."""
    return Part({"frame": kind, **({} if data is ... else {"data": data}), **keys})


def any_event(mentions: str | float, **keys: Unpack[ItemKeys]) -> Part:
    """Return an event of whatever name that is to be heard: one that mentions a text or number anywhere.

    Args:
        mentions: What it mentions.
        keys: Its limits, as those of `event`.
    """
    return Part({"any_event": {"mentions": mentions}, **keys})


def no(name: str, data: object = ...) -> Part:
    """Return an event that is not to be heard, judged at the step's fence."""
    return Part({f"no {name}": None if data is ... else data})


def never(name: str, data: object = ...) -> Part:
    """Return an event that is not to be heard until the scenario's end."""
    return Part({"never": [event(name, data)]})


def in_order(*events: Part | str) -> Part:
    """Return events that are to be heard in this order."""
    return Part({"in_order": [event(one) if isinstance(one, str) else one for one in events]})
