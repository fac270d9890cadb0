"""A fragment's steps below the step that uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.scenario.renumbering import every_step, own_steps

if TYPE_CHECKING:
    from conftest import Bench

INNER = """
fragment: inner
steps: [{nobody: GET /chatrooms/1}]
cleanup: [{nobody: GET /chatrooms/2}]
"""
OUTER = """
fragment: outer
steps:
  - repeat: 2
    steps: [{nobody: GET /chatrooms/1}]
  - parallel: [{nobody: GET /chatrooms/1}, [{nobody: GET /chatrooms/1}]]
  - until: {do: {nobody: GET /chatrooms/1}}
  - use: inner
"""


def test_steps_inside_fragments_stand_below_their_use(bench: Bench) -> None:
    steps = bench.steps("  - nobody: GET /chatrooms/1\n  - use: outer\n  - use: inner\n", OUTER, INNER)
    assert [step.number for step in every_step(steps)] == [
        *("1", "2", "2.1", "2.1.1", "2.2", "2.2.1", "2.2.2.1", "2.3", "2.3.1", "2.4", "2.4.1", "2.4.c1"),
        *("3", "3.1", "3.c1"),
    ]


def test_a_fragments_steps_are_not_the_scenarios_own(bench: Bench) -> None:
    steps = bench.steps("  - repeat: 1\n    steps: [{use: inner}]\n", INNER)
    assert [step.number for step in own_steps(steps)] == ["1", "1.1"]
