"""What the tests of laws share: a small profile, to which each test adds a law."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from antiphon.core.errors import ScenarioError
from antiphon.target.laws.model import Law
from antiphon.target.loader import load_target
from antiphon.target.model import Target

WORDS = """\
target: t
base_url: http://127.0.0.1:1/api
socket: {}
users:
  roles: [OWNER, GUEST]
  make: {default: [{call: POST /people, save: {self.id: payload.id, self.club: payload.club}}]}
services: {billing: {base_url: /billing}}
resources: {note: {from: POST /notes -> 201, key: payload.id}}
operations:
  POST /people: {}
  POST /notes: {statuses: [201, 4xx]}
  PUT /notes/:id: {}
events: {hear: [pinned, changed, typing], emit: [typing, join, leave, open]}
membership:
  club: {granted: [{by: POST /people -> 201, room: payload.club, who: payload.id}], joined: by grant}
  room:
    inside: club
    granted: [{by: POST /notes -> 201, room: payload.room, who: caller}]
    joined: [{by: emit join, room: data.id}]
  verbs: {joined: [{by: emit open, room: data.id}], left: [{by: emit leave, room: data.id}]}
  locked: {left: [{by: emit leave, room: data.id}]}
  lonely: {granted: [{by: POST /notes -> 201, room: payload.id, who: caller}]}
"""
LINES = WORDS.count("\n")


@dataclass(frozen=True)
class LawBench:
    """Reads laws."""

    def told(self, text: str) -> list[str]:
        """Return what is wrong with sections below those that all tests share; their first line is line 1."""
        return [_words(problem) for problem in load_target(WORDS + text, "target.yaml", environment={})[1]]

    def wrong(self, law: str) -> list[str]:
        """Return what is wrong with a law that is written in one line, without the place's line."""
        return [told.partition(":")[2] for told in self.told(f"laws:\n- {law}\n")]

    def target(self, text: str) -> Target:
        """Return a profile, which must be without problems."""
        target, problems = load_target(WORDS + text, "target.yaml", environment={})
        assert [_words(problem) for problem in problems] == []
        assert target is not None
        return target

    def law(self, law: str) -> Law:
        """Return a law that is written in one line; there must be nothing wrong with it."""
        return self.target(f"laws:\n- {law}\n").laws.laws[-1]


def _words(problem: ScenarioError) -> str:
    source = problem.source
    place = f"{source.line - LINES}:{source.column}" if source is not None else "?"
    return f"{place} {problem}" + (f" | {problem.hint}" if problem.hint else "")


@pytest.fixture
def laws() -> LawBench:
    """Reads laws."""
    return LawBench()
