"""A matrix read from the text of a profile, and planned."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from antiphon.core.errors import ScenarioError
from antiphon.run.access.compiling import compile_matrix
from antiphon.run.access.matrix import Matrix
from antiphon.run.access.plan import Plan
from antiphon.run.access.planning import plan_matrix
from antiphon.target.loader import load_target

PROFILE = """\
target: t
base_url: http://127.0.0.1:1
socket: {}
fence: {kind: delivery, emit: sync}
users:
  roles: [OWNER, MEMBER]
  make:
    OWNER: [{call: POST /people, by: nobody, save: {self.id: payload.id}}]
    default: [{call: POST /people, by: OWNER of company, save: {self.id: payload.id}}]
  login: [{call: POST /sessions, token: none, save: {self.token: payload.token, self.refresh_token: payload.refresh}}]
  refresh: [{call: PUT /sessions, token: none, body: {refresh: "{{ self.refresh_token }}"}}]
  logout: [{call: DELETE /sessions}]
operations:
  - POST /people
  - POST /sessions
  - PUT /sessions
  - DELETE /sessions
  - GET /rooms
  - POST /rooms
  - GET /rooms/:id
  - PUT /rooms/:id
  - DELETE /rooms/:id
  - PUT /rooms/:id/members/:userId
events: {emit: [join, sync]}
"""
ACTORS = """\
access:
  actors: {owner: {role: OWNER}, member: {role: MEMBER}, stranger: {role: OWNER, company_of: none}}
  with:
    - owner: POST /rooms
      body: {members: ["{{ member.id }}"]}
      save: {room: payload}
"""


def told(problems: tuple[ScenarioError, ...]) -> list[str]:
    return [f"{problem.source.line if problem.source else '?'} {problem} | {problem.hint}" for problem in problems]


@dataclass(frozen=True)
class Matrices:
    """Reads matrices; the section follows the actors and their steps."""

    def wrong(self, section: str) -> list[str]:
        """Return what is wrong with a matrix whose profile is right."""
        target, problems = load_target(PROFILE + ACTORS + section, "target.yaml", environment={})
        assert told(problems) == []
        assert target is not None
        return told(compile_matrix(target, {}, lambda _name: None)[1])

    def matrix(self, section: str) -> Matrix:
        """Return a matrix without problems."""
        target, problems = load_target(PROFILE + ACTORS + section, "target.yaml", environment={})
        assert told(problems) == []
        assert target is not None
        matrix, problems = compile_matrix(target, {}, lambda _name: None)
        assert told(problems) == []
        assert matrix is not None
        return matrix

    def plan(self, section: str, *, can_sign: bool = True) -> Plan:
        """Return the plan of a matrix without problems."""
        return plan_matrix(self.matrix(section), can_sign=can_sign)


@pytest.fixture
def matrices() -> Matrices:
    """Reads matrices."""
    return Matrices()
