"""What is heard of a step: windows, times, limits, order; `hear` beside a step and as a step of its own."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from antiphon.engine import hearing
from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Seen, Stage

TO_BOB = 'to: "{{ bob.id }}"'


async def said(stage: Stage, script: str, hear: str) -> Seen:
    """Play one call of alice's with a script, and what is claimed to be heard of it."""
    claims = textwrap.indent(textwrap.dedent(hear).strip("\n"), "    ")
    return await stage.steps(f"- alice: POST /do\n  body: {{{script}}}\n  hear:\n{claims}\n")


@pytest.mark.parametrize(
    ("events", "hear", "bad"),
    [
        ("{TO, event: news, data: {n: 1}}", "bob: {news: {n: 1}}", []),
        ("{TO, event: news, data: {n: 1}}", "bob: {news: '#present'}", []),
        ("{TO, event: news, data: {n: 2}}", "bob: [{news: {n: 1}, wait: 50ms}]", ["1 failed differs bob"]),
        ("{TO, event: other}", "bob: [{news: {}, wait: 50ms}]", ["1 failed lost bob"]),
        ("{TO, event: news, raw: '{broken'}", "bob: [{news: {}, wait: 50ms}]", ["1 failed differs bob"]),
        ("{TO, event: news, raw: '{broken'}", "bob: [{news: '#absent', wait: 50ms}]", []),
        ("{TO, event: news, times: 2}", "bob: {news: '#any'}", ["1 failed doubled bob"]),
        ("{TO, event: news, times: 2}", "bob: [{news: '#any', times: 2}]", []),
        ("{TO, event: news, times: 3}", "bob: [{news: '#any', times: 1..2}]", ["1 failed doubled bob"]),
        ("{TO, event: news, times: 3}", "bob: [{news: '#any', times: 2..}]", []),
        ("{TO, event: news}", "bob: [{news: '#any', times: 2, wait: 50ms}]", ["1 failed lost bob"]),
        ("{TO, event: a}, {TO, event: b}", "bob: [{b: '#any'}, {a: '#any'}]", []),
        ("{TO, event: a}, {TO, event: b}", "bob: [in_order: [{a: '#any'}, {b: '#any'}]]", []),
        (
            "{TO, event: b}, {TO, event: a}",
            "bob: [in_order: [{a: '#any', wait: 50ms}, {b: '#any', wait: 50ms}]]",
            ["1 failed reordered bob"],
        ),
        ("{TO, event: a}, {TO, event: b}", "bob: [{a: '#any'}, {only: true}]", ["1 failed leaked bob"]),
        ("{TO, event: a}, {TO, event: weather}", "bob: [{a: '#any'}, {only: true}]", []),
        ("{TO, event: news}, {to: '{{ alice.id }}', event: news}", "{bob: {news: '#any'}, alice: {news: '#any'}}", []),
        ("{to: '*', event: news}", "{bob: {news: '#any'}, alice: nothing}", ["1 failed leaked alice"]),
    ],
)
async def test_what_is_heard_is_judged_item_by_item(stage: Stage, events: str, hear: str, bad: list[str]) -> None:
    seen = await said(stage, f"events: [{events.replace('TO', TO_BOB)}]", hear)
    assert seen.bad == bad
    assert seen.outcome == ("failed" if bad else "passed")


async def test_an_event_before_the_answer_counts_and_is_early(stage: Stage) -> None:
    script = f"hold_ms: 20, before: [{{{TO_BOB}, event: news}}], status: 200"
    seen = await said(stage, script, "bob: [{news: '#any', within: 1s}]")
    heard = [verdict for verdict in seen.played.verdicts if verdict.event == "news"]
    assert [(verdict.outcome.value, verdict.latency_s) for verdict in heard] == [("held", 0.0)]


async def test_an_event_before_the_step_does_not_count(stage: Stage) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{events: [{{{TO_BOB}, event: news}}]}}
          hear: {{bob: {{news: "#any"}}}}
        - alice: GET /me
          hear:
            bob: [{{news: "#any", wait: 50ms}}]
        """
    )
    assert seen.bad == ["2 failed lost bob"]


@pytest.mark.parametrize(
    ("lag_s", "after_ms", "within", "bad"),
    [
        (0.0, 0, "2s", []),
        (0.0, 80, "10ms", ["1 failed late bob"]),
        (1.0, 80, "10ms", ["1 void late bob"]),
        (0.0, 80, "10ms of the request", ["1 failed late bob"]),
        (0.0, 80, "2s of the request", []),
    ],
)
async def test_a_promise_is_kept_broken_or_in_doubt(
    stage: Stage, lag_s: float, after_ms: int, within: str, bad: list[str]
) -> None:
    stage.lag_s = lag_s
    script = f"events: [{{{TO_BOB}, event: news, after_ms: {after_ms}}}]"
    seen = await said(stage, script, f"bob: [{{news: '#any', within: {within}}}]")
    assert seen.bad == bad
    assert seen.outcome == ("passed" if not bad else bad[0].split()[1].replace("failed", "failed"))


async def test_the_request_s_promise_counts_from_the_request(stage: Stage) -> None:
    script = f"hold_ms: 80, events: [{{{TO_BOB}, event: news}}]"
    of_answer = await said(stage, script, "bob: [{news: '#any', within: 60ms}]")
    of_request = await said(stage, script, "bob: [{news: '#any', within: 60ms of the request}]")
    assert (of_answer.bad, of_request.bad) == ([], ["1 failed late bob"])


async def test_waiting_goes_on_for_as_long_as_it_says(stage: Stage) -> None:
    script = f"events: [{{{TO_BOB}, event: news, after_ms: 100}}]"
    heard = await said(stage, script, "bob: [{news: '#any', wait: 3s}]")
    lost = await said(stage, script, "bob: [{news: '#any', wait: 30ms}]")
    assert (heard.bad, lost.bad) == ([], ["1 failed lost bob"])


async def test_a_wait_is_prolonged_by_our_own_lag(stage: Stage) -> None:
    stage.lag_s = 2.0
    script = f"events: [{{{TO_BOB}, event: news, after_ms: 100}}]"
    seen = await said(stage, script, "bob: [{news: '#any', wait: 30ms}]")
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_positive_items_are_not_run_after_a_failed_call_but_absence_is_judged(stage: Stage) -> None:
    script = f"status: 500, answer: {{code: 'NO', message: never}}, events: [{{{TO_BOB}, event: leak}}]"
    seen = await said(stage, script, "{bob: [{news: '#any'}, no leak], alice: nothing}")
    assert seen.bad == ["1 failed status alice", "1 failed leaked bob"]
    assert seen.not_run == ["1 not run heard bob"]
    assert "1 held absent alice" in seen.held


async def test_what_an_event_carries_can_be_saved_from_it(stage: Stage) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{events: [{{{TO_BOB}, event: news, data: {{id: n-7}}}}]}}
          hear:
            bob: [{{news: "#any", save: {{got: event.id, all: args}}}}]
        - assert: {{got: n-7, "all[0].id": n-7}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


@pytest.mark.parametrize(
    ("item", "bad"),
    [
        ("{other: '#any', wait: 30ms, save: {got: event.id}}", ["1 failed lost bob"]),
        ("{news: '#any', save: {got: event.gone}}", ["1 failed missing bob"]),
    ],
)
async def test_what_cannot_be_saved_from_an_event_ends_the_scenario(stage: Stage, item: str, bad: list[str]) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{events: [{{{TO_BOB}, event: news, data: {{id: 1}}}}]}}
          hear:
            bob: [{item}]
        - assert: {{got: 1}}
        """
    )
    assert (seen.outcome, seen.bad, seen.steps) == ("failed", bad, ["1"])


async def test_a_hearer_is_self_and_what_the_step_saved_is_known(stage: Stage) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{answer: {{id: n-7}}, events: [{{{TO_BOB}, event: news, data: {{id: n-7, to: "{{{{ bob.id }}}}"}}}}]}}
          save: {{made: payload}}
          hear:
            bob: {{news: {{id: "{{{{ made.id }}}}", to: "{{{{ self.id }}}}"}}}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


@pytest.mark.parametrize(
    ("since", "bad"),
    [("", ["4 failed lost bob"]), ("since: first", []), ("since: start", [])],
)
async def test_hear_as_a_step_looks_back_over_what_was_sent(stage: Stage, since: str, bad: list[str]) -> None:
    seen = await stage.steps(
        f"""
        - name: first
          alice: POST /do
          body: {{events: [{{{TO_BOB}, event: news}}]}}
        - alice: GET /me
          hear: {{bob: no other}}
        - pause: 1ms
          because: nothing is sent by it
        - hear:
            bob: [{{news: "#any", wait: 50ms}}]
          {since}
        """
    )
    assert seen.bad == bad


async def test_hear_as_a_step_needs_something_that_was_sent(stage: Stage) -> None:
    seen = await stage.steps("- hear: {bob: {news: '#any'}}\n")
    assert seen.bad == ["1 failed missing"]
    assert seen.sentences == ["step 1 could not be played: nothing was sent before that could be heard"]


async def test_hear_beside_a_step_that_sends_nothing_is_no_silent_pass(stage: Stage) -> None:
    seen = await stage.steps("- pause: 1ms\n  because: it sends nothing\n  hear: {bob: nothing}\n")
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed missing"])


async def test_a_block_s_hear_spans_what_is_sent_inside_it(stage: Stage) -> None:
    seen = await stage.steps(
        f"""
        - repeat: 3
          steps:
            - alice: POST /do
              body: {{events: [{{{TO_BOB}, event: news}}]}}
          hear:
            bob: [{{news: "#any", times: 3}}]
            alice: nothing
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_the_hear_of_an_emit_counts_from_its_acknowledgement(stage: Stage) -> None:
    seen = await stage.steps(
        f"""
        - alice: emit do
          data: {{events: [{{{TO_BOB}, event: news, data: {{n: 1}}}}]}}
          hear:
            bob: [{{news: {{n: 1}}, within: 2s}}]
            alice: nothing
        - alice: emit do
          data: {{events: [{{{TO_BOB}, event: more}}]}}
          ack: none
          hear:
            bob: [{{more: "#any", within: 2s}}]
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_somebody_who_was_never_connected_hears_nothing_and_that_is_told(stage: Stage) -> None:
    seen = await stage.play(
        """
        users: {alice: {}, bob: {connect: false}}
        steps:
          - alice: GET /me
            hear: {bob: {news: "#any"}}
          - if: {alice.id: nobody's}
            bob: connect
        """
    )
    assert seen.bad == ["1 failed lost bob"]
    assert "bob was not connected" in str(seen.played.verdicts)


async def test_waiting_ends_when_the_connection_is_cut(stage: Stage, target: ScriptedTarget) -> None:
    seen = await said(stage, "abort: ['{{ bob.id }}']", "bob: [{news: '#any', wait: 60s}]")
    assert seen.bad == ["1 failed lost bob"]
    assert "bob's connection was cut" in str(seen.played.verdicts)


async def test_a_late_copy_is_found_at_the_scenario_s_end(stage: Stage) -> None:
    news = f"{TO_BOB}, event: news, data: {{eventId: 7}}"
    copies = f"{{{news}}}, {{{news}, after_ms: 60}}"
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{events: [{copies}]}}
          hear: {{bob: [{{news: {{eventId: 7}}}}, no other]}}
        - pause: 120ms
          because: the copy is to come
        """
    )
    assert seen.bad == ["1 failed doubled bob"]


async def test_another_event_of_that_name_is_no_copy(stage: Stage) -> None:
    news = f"{TO_BOB}, event: news"
    others = f"{{{news}, data: {{eventId: 7}}}}, {{{news}, data: {{eventId: 8}}, after_ms: 60}}"
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{events: [{others}]}}
          hear: {{bob: [{{news: {{eventId: 7}}}}, no other]}}
        - pause: 120ms
          because: the other one is to come
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_a_fence_s_answer_reaches_no_inbox_and_no_emit(stage: Stage, target: ScriptedTarget) -> None:
    stage.fence = "delivery by event"
    target.manners.fence = "event"
    seen = await stage.steps(
        """
        - alice: GET /me
          hear: {bob: nothing}
        - bob: emit sync
          data: {n: 5}
          ack: none
          hear: {bob: {synced: {n: 5}}, alice: nothing}
        - bob: emit sync
          data: {n: 1}
          ack: none
          hear: {bob: {synced: {n: 1}}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.events("synced") == ["bob synced", "bob synced"]


ROW = """
    bob:
      - news: {n: "#integer"}
        times: 60..
        rising: event.n
        wait: 300ms
"""


@pytest.mark.parametrize(
    ("numbers", "later", "bad"),
    [
        (range(60), "", []),
        (range(59), "", ["1 failed lost bob"]),
        ([*range(58), 70, 69], "", ["1 failed reordered bob"]),
        (range(60), "- alice: POST /do\n  body: {events: [{TO, event: news, data: {n: 1}}]}\n", []),
    ],
    ids=["whole", "one is missing", "two changed places", "another cause begins anew"],
)
async def test_a_long_row_is_judged_alike_whether_or_not_it_is_counted_as_it_comes(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, numbers: Sequence[int], later: str, bad: list[str]
) -> None:
    events = ", ".join(f"{{{TO_BOB}, event: news, data: {{n: {number}}}}}" for number in numbers)
    script = f"- alice: POST /do\n  body: {{events: [{events}]}}\n  hear:{ROW}{later.replace('TO', TO_BOB)}"
    counted = await stage.steps(script)
    monkeypatch.setattr(hearing, "rows_of", lambda *_: None)
    searched = await stage.steps(script)
    assert counted.bad == searched.bad == bad
    told = [
        [(one.outcome, one.claim, one.sentence.partition(",")[0], len(one.evidence)) for one in seen.played.verdicts]
        for seen in (counted, searched)
    ]
    assert told[0] == told[1]
