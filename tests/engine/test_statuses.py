"""`statuses`: what the calls of all branches are answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Stage

RACE = """
- parallel:
    - alice: POST /do
      body: {status: 201}
    - bob: POST /do
      body: {status: 409, answer: {code: TAKEN, message: taken}}
    - - alice: POST /do
        body: {status: 409, answer: {code: TAKEN, message: taken}}
      - repeat: 2
        steps:
          - bob: POST /do
            body: {status: 201}
  statuses: {STATUSES}
"""


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        ("201: 3, 409: 2", []),
        ("2xx: 3, 409: 1..2", []),
        ("201: 1, 409: 4", ["the 5 calls were answered 201 3 times, 409 2 times, not 201 once, 409 4 times"]),
        ("201: 3", ["the 5 calls were answered 201 3 times, 409 2 times, not 201 3 times"]),
        (
            "2xx: 4.., 4xx: 1..",
            [("the 5 calls were answered 201 3 times, 409 2 times, not 2xx at least 4 times, 4xx at least once")],
        ),
    ],
)
async def test_the_answers_of_all_branches_are_counted(stage: Stage, statuses: str, told: list[str]) -> None:
    seen = await stage.steps(RACE.replace("STATUSES", statuses))
    assert seen.sentences == told
    assert seen.outcome == ("failed" if told else "passed")


async def test_the_same_steps_at_once_are_counted(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - parallel: {repeat: 4}
          statuses: {200: 4}
          steps: [{alice: GET /me}]
        """
    )
    assert (seen.bad, seen.calls()) == ([], ["alice GET /me 200"] * 4)


async def test_a_call_without_an_answer_is_one_too_few_and_is_named(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - parallel:
            - alice: POST /do
              body: {cut: true}
            - bob: GET /me
          statuses: {200: 2}
        """
    )
    assert "the 2 calls were answered not at all once, 200 once, not 200 2 times" in seen.sentences
    details = [detail for verdict in seen.played.verdicts for detail in verdict.details]
    assert "step 1.1: alice's POST /do was answered not at all" in details


async def test_a_fragment_s_calls_make_claims_of_their_own(stage: Stage) -> None:
    fragment = """
        fragment: looking
        takes: {who: user}
        steps: [{who: GET /me}]
    """
    seen = await stage.steps(
        """
        - parallel:
            - use: looking
              with: {who: bob}
            - alice: POST /do
              body: {status: 404, answer: {code: NO, message: no}}
          statuses: {404: 1}
        """,
        fragment,
    )
    assert seen.bad == []


async def test_what_the_calls_are_to_be_answered_with_is_still_judged(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - parallel:
            - alice: POST /do
              body: {status: 201, answer: {id: 7}}
              expect: {id: 8}
          statuses: {201: 1}
        """
    )
    assert seen.bad == ["1.1 failed answer alice"]
