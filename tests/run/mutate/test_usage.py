"""Whether a later step uses what a mutant changes: only then must it be played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.run.mutate.model import Fate

if TYPE_CHECKING:
    from conftest import Bench

TO_BOB = 'to: "{{ bob.id }}"'
MADE = "- alice: POST /do\n  body: {status: 201, answer: {id: 7, name: blue}}\n"
HEARD = f"""
- alice: POST /do
  body: {{answer: {{id: 7}}, events: [{{{TO_BOB}, event: news, data: {{n: 7}}}}]}}
  hear: {{bob: {{news: {{n: "{{{{ payload.id }}}}"}}}}}}
"""


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        (MADE + "  save: {thing: payload.id}\n- alice: POST /do\n  body: {answer: {of: '{{ thing }}'}}\n", "`thing`"),
        (MADE + "  save: {thing: payload}\n- alice: POST /do\n  body: {answer: {of: '{{ thing.id }}'}}\n", "`thing`"),
        (MADE + "  save: {thing: payload}\n- alice: POST /do\n  body: {answer: {all: '{{ thing }}'}}\n", "`thing`"),
        (MADE + "  save: {thing: payload}\n- alice: POST /do\n  body: {answer: {of: '{{ thing.name }}'}}\n", ""),
        (MADE + "  save: {thing: payload.name}\n- alice: POST /do\n  body: {answer: {of: '{{ thing }}'}}\n", ""),
        (MADE + "  save: {thing: payload.id}\n", ""),
        (
            HEARD,
            "what is heard is compared with the answer",
        ),
        (MADE.replace("- alice", "- until:\n    do:\n      alice").replace("\n  body", "\n      body"), "tried again"),
    ],
    ids=["the value", "a field", "all of it", "another field", "another value", "nobody", "hear", "until"],
)
async def test_an_answer_is_falsified_on_its_way_where_something_later_looks_at_it(
    bench: Bench, steps: str, why: str
) -> None:
    kept = await bench.keep(steps + ("    claim: {status: 201}\n" if "until" in steps else ""))
    outcomes = [one for one in kept.outcomes() if one.mutant.field == "data.id" and one.mutant.operator == "alter"]
    undecided = [one.sentence for one in outcomes if one.fate is Fate.UNDECIDED]
    if why:
        assert len(undecided) == 1
        assert why in undecided[0]
    else:
        assert undecided == []


async def test_an_event_is_where_something_was_saved_of_it(bench: Bench) -> None:
    event = f"{{{TO_BOB}, event: news, data: {{id: 7, name: blue}}}}"
    kept = await bench.keep(
        f"- alice: POST /do\n  body: {{events: [{event}]}}\n"
        '  hear: {bob: [{news: "#any", save: {thing: event.id}}]}\n'
    )
    fates = kept.fates()
    assert fates["alter news id"] == "undecided"
    assert fates["alter news name"] == "survived"
    assert fates["drop news"] == "caught expectation"
