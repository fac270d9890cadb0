"""Scenarios written in Python: the same engine, history and verdicts as those in YAML."""

from __future__ import annotations

from antiphon.python.answers import Acknowledged, Answer, Heard
from antiphon.python.declaring import scenario
from antiphon.python.literals import value
from antiphon.python.parts import any_event, event, frame, in_order, never, no, nothing, only
from antiphon.python.people import Group, User
from antiphon.python.scene import Scene

__all__ = [
    "Acknowledged",
    "Answer",
    "Group",
    "Heard",
    "Scene",
    "User",
    "any_event",
    "event",
    "frame",
    "in_order",
    "never",
    "no",
    "nothing",
    "only",
    "scenario",
    "value",
]
