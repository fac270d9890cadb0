"""Asking a record again: without a change everything is said as it was said when it was played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.run.mutate.answers import ack_verdicts, answer_verdicts
from antiphon.run.mutate.change import NOTHING
from antiphon.run.mutate.rejudging import all_verdicts

if TYPE_CHECKING:
    from conftest import Bench

TO_BOB = 'to: "{{ bob.id }}"'
NEWS = f"{{{TO_BOB}, event: news, data: {{n: 1, colour: red}}}}"
SCENARIOS = {
    "heard in time": f"""
        - alice: POST /do
          body: {{events: [{NEWS}]}}
          hear: {{bob: [{{news: {{n: 1}}, within: 1s}}], carol: nothing}}
        """,
    "in order, never, only and any number": f"""
        - alice: POST /do
          body: {{events: [{NEWS}, {{{TO_BOB}, event: more}}, {{{TO_BOB}, event: more}}]}}
          hear:
            bob:
              - in_order: [{{news: "#any"}}, {{more: "#any", times: 1..2}}]
              - never: [{{other: "#any"}}]
              - only: true
            carol: {{never: [{{news: "#any"}}]}}
        - alice: POST /do
          body: {{events: [{{{TO_BOB}, event: later}}]}}
          hear: {{bob: {{later: "#any"}}}}
        """,
    "watched, in parallel, until": f"""
        - watch: {{bob: [{{news: {{n: 1}}, times: 2}}]}}
          while:
            - parallel:
                - - alice: POST /do
                    body: {{events: [{NEWS}]}}
                - - carol: POST /do
                    body: {{events: [{NEWS}]}}
        - until:
            do:
              alice: POST /do
              body: {{events: [{NEWS}]}}
              hear: {{bob: {{news: "#any"}}}}
            wait: 1s
        """,
    "saved of an event, and looked back for": f"""
        - alice: POST /do
          body: {{events: [{{{TO_BOB}, event: news, data: {{id: abcdefgh}}}}]}}
          hear: {{bob: [{{news: "#any", save: {{thing: event.id}}}}]}}
        - hear: {{bob: {{news: {{id: "{{{{ thing }}}}"}}}}}}
          since: start
        """,
    "answered and acknowledged": """
        - alice: POST /do
          body: {status: 201, answer: {id: 7, name: x}}
          status: 201
          expect: {id: 7}
        - bob: emit do
          data: {ack: {ok: true, n: 2}}
          ack: {n: 2}
        """,
}


@pytest.mark.parametrize("name", SCENARIOS)
async def test_what_nobody_has_changed_is_judged_as_it_was_when_it_was_played(bench: Bench, name: str) -> None:
    kept = await bench.keep(SCENARIOS[name])
    play = kept.play
    again = [told for _, told in all_verdicts(play, NOTHING)]
    assert again == [asked.told for asked in (*play.asked.hears, *play.asked.ends)]
    for answer in play.asked.answers:
        assert answer_verdicts(play, answer, answer.answer.call) == answer.told
    for ack in play.asked.acks:
        assert ack_verdicts(ack, ack.emitted.emit) == ack.told
    said = [verdict for asked in (*play.asked.hears, *play.asked.ends) for verdict in asked.told]
    said += [verdict for asked in (*play.asked.answers, *play.asked.acks) for verdict in asked.told]
    played = [verdict for verdict in kept.seen.played.verdicts if verdict.kind.value != "claim"]
    assert sorted(map(repr, said)) == sorted(map(repr, played))
    assert said
