"""`watch … while`: what is claimed to be heard spans several steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Seen, Stage

BOB = 'to: "{{ bob.id }}"'


def sent(name: str, n: int = 0, after_ms: int = 0) -> str:
    """Return a step of alice's that makes bob hear an event."""
    event = f"{{{BOB}, event: {name}, data: {{n: {n}}}, after_ms: {after_ms}}}"
    return f"    - alice: POST /do\n      body: {{events: [{event}]}}\n"


def watched(hear: str, *steps: str) -> str:
    return f"- watch: {hear}\n  while:\n{''.join(steps)}"


def blamed(seen: Seen) -> str:
    """Return the step of the call that a leak is told with."""
    (verdict,) = [one for one in seen.played.verdicts if one.kind.value == "leaked"]
    (cause,) = [entry for entry in seen.entries if entry.seq == verdict.cause_seq]
    return cause.step


@pytest.mark.parametrize(
    ("hear", "bad"),
    [
        ("{bob: [{news: {n: 1}}, {news: {n: 2}}], alice: nothing}", []),
        ("{bob: [in_order: [{news: {n: 1}}, {news: {n: 2}}]]}", []),
        ("{bob: [in_order: [{news: {n: 2}, wait: 50ms}, {news: {n: 1}, wait: 50ms}]]}", ["1 failed reordered bob"]),
        ("{bob: {news: {}, times: 2, rising: event.n}}", []),
        ("{bob: {news: {}, times: 2, falling: event.n}}", ["1 failed reordered bob"]),
        ("{bob: {news: {}}}", ["1 failed doubled bob"]),
        ("{bob: {news: {}, times: 3, wait: 50ms}}", ["1 failed lost bob"]),
        ("{bob: [no news]}", ["1 failed leaked bob"]),
        ("{bob: [no other, {news: {}, times: 2}, only: true]}", []),
        ("{bob: nothing}", ["1 failed leaked bob"]),
    ],
)
async def test_what_is_claimed_spans_all_its_steps(stage: Stage, hear: str, bad: list[str]) -> None:
    seen = await stage.steps(watched(hear, sent("news", 1), sent("news", 2)))
    assert seen.bad == bad
    assert seen.steps == ["1", "1.1", "1.2"]


async def test_what_was_heard_while_a_later_step_was_played_was_not_waited_for_too_long(stage: Stage) -> None:
    later = "    - pause: 120ms\n      because: the event comes meanwhile\n"
    seen = await stage.steps(watched("{bob: [{news: {}, wait: 20ms}]}", sent("news", after_ms=60), later))
    assert seen.bad == []


async def test_it_watches_steps_that_send_nothing(stage: Stage) -> None:
    before = sent("news", after_ms=60).replace("    - ", "- ", 1).replace("      body", "  body")
    pause = "    - pause: 150ms\n      because: the event comes meanwhile\n"
    heard = await stage.steps(before + watched("{bob: {news: {}}}", pause))
    silent = await stage.steps(watched("{bob: nothing}", pause))
    assert (heard.bad, silent.bad, silent.proofs) == ([], [], ["proven"])


async def test_the_steps_inside_make_claims_of_their_own(stage: Stage) -> None:
    own = sent("news", 1) + "      hear: {bob: [{news: {n: 2}, wait: 30ms}]}\n"
    seen = await stage.steps(watched("{bob: {news: {n: 1}}}", own))
    assert seen.bad == ["1.1 failed differs bob"]


async def test_names_that_its_steps_save_may_be_used_in_its_claims(stage: Stage) -> None:
    step = f"""\
    - alice: POST /do
      body: {{answer: {{id: thing-7}}, events: [{{{BOB}, event: news, data: {{id: thing-7}}}}]}}
      save: {{thing: payload}}
"""
    seen = await stage.steps(watched('{bob: {news: {id: "{{ thing.id }}"}}}', step))
    assert seen.bad == []


async def test_never_goes_on_to_the_scenario_s_end_and_shows_what_broke_it(stage: Stage) -> None:
    later = sent("leak").replace("    - ", "- ", 1).replace("      body", "  body")
    seen = await stage.steps(watched("{bob: [never: leak]}", sent("news")) + later)
    assert seen.bad == ["1 failed leaked bob"]
    assert blamed(seen) == "2"


async def test_a_breach_inside_shows_the_step_that_came_last_before_it(stage: Stage) -> None:
    second = sent("leak")
    seen = await stage.steps(watched("{bob: [{news: {}}, only: true]}", sent("news"), second))
    assert blamed(seen) == "1.2"


async def test_a_connection_that_was_replaced_meanwhile_proves_no_absence(stage: Stage) -> None:
    seen = await stage.steps(watched("{bob: [no leak]}", sent("news"), "    - bob: reconnect\n"))
    assert seen.bad == ["1 void absent bob"]


async def test_it_may_be_tried_again(stage: Stage) -> None:
    step = """\
- watch: {bob: [{news: {n: 2}, wait: 50ms}]}
  retry: 3
  while:
    - alice: GET /count
      save: {count: payload.n}
    - alice: POST /do
      body: {events: [{to: "{{ bob.id }}", event: news, data: {n: "{{ count }}"}}]}
"""
    seen = await stage.steps(step)
    assert (seen.outcome, seen.bad) == ("flaky", [])


async def test_it_stands_in_a_branch_and_in_a_round(stage: Stage) -> None:
    inner = watched("{bob: {news: {}}}", sent("news"))
    indented = "".join(f"    {line}\n" for line in inner.splitlines())
    seen = await stage.steps(f"- repeat: 2\n  steps:\n{indented}")
    assert (seen.bad, seen.steps) == ([], ["1", "1.1[1]", "1.1.1[1]", "1.1[2]", "1.1.1[2]"])
