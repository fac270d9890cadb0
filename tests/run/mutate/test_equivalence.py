"""What contract, laws and profile allow in so many words; and what they merely do not forbid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.run.mutate.model import Fate

if TYPE_CHECKING:
    from conftest import Bench, Kept

TO_BOB = 'to: "{{ bob.id }}"'
NEWS = f"{{{TO_BOB}, event: news, data: {{n: 1}}}}"
MORE = f"{{{TO_BOB}, event: more, data: {{n: 1}}}}"
BOTH = """
laws:
  - name: who does something is heard
    when: POST /do -> 2xx
    then: [news, more]
    to: user request.events[0].to
    within: 1s
    agree: {event.n: "request.events[0].data.n"}
"""


def rules(kept: Kept) -> dict[str, str]:
    """Return the equivalent mutants, each with the rule that allows it."""
    return {
        f"{one.mutant.operator} {one.mutant.subject} {one.mutant.field}".strip(): one.sentence.partition(":")[0]
        for one in kept.outcomes()
        if one.fate is Fate.EQUIVALENT
    }


def deed(*events: str) -> str:
    """Return a step that lets events be heard."""
    return f"- alice: POST /do\n  body: {{status: 201, events: [{', '.join(events)}]}}\n"


async def test_two_events_may_change_places_where_laws_owe_both_and_order_neither(bench: Bench) -> None:
    bench.more = BOTH
    assert rules(await bench.keep(deed(NEWS, MORE)))["swap news"] == "order"


async def test_two_events_of_which_no_law_speaks_may_not(bench: Bench) -> None:
    assert "swap news" not in rules(await bench.keep(deed(NEWS, MORE)))


@pytest.mark.parametrize("operator", ["double", "delay", "deliver to another user"])
async def test_what_the_profile_lets_come_at_any_time_may(bench: Bench, operator: str) -> None:
    weather = f"{{{TO_BOB}, event: weather, data: {{n: 1}}}}"
    found = rules(await bench.keep(deed(weather)))
    assert found[f"{operator} weather"] == "ambient"
    assert "drop weather" not in found


async def test_an_identity_only_tells_events_from_copies(bench: Bench) -> None:
    told = f"{{{TO_BOB}, event: news, data: {{eventId: a7, n: 1}}}}"
    found = rules(await bench.keep(deed(told)))
    assert found["alter news eventId"] == "identity"
    assert "alter news n" not in found


async def test_who_leaves_before_it_is_due_may_hear_it_and_need_not(bench: Bench) -> None:
    bench.more = BOTH.replace("[news, more]", "news")
    left = await bench.keep(deed(NEWS) + "- bob: disconnect\n")
    assert rules(left)["drop news"] == "may"
    stayed = await bench.keep(deed(NEWS))
    assert "drop news" not in rules(stayed)
    assert stayed.fates()["drop news"] == "caught law"


async def test_a_law_that_has_no_audience_allows_nothing(bench: Bench) -> None:
    bench.more = BOTH.replace("[news, more]", "news").replace("request.events[0].to", "request.events[0].nobody")
    kept = await bench.keep(deed(NEWS))
    assert kept.fates()["drop news"] == "survived"


async def test_what_the_latest_value_stands_for_may_be_merged(bench: Bench) -> None:
    bench.more = BOTH.replace("[news, more]", "news").replace("within: 1s", "within: 1s\n    latest: true")
    kept = await bench.keep(deed(NEWS) + deed(NEWS.replace("n: 1", "n: 2")))
    found = {(one.mutant.seq, one.fate) for one in kept.outcomes(seed="first") if one.mutant.operator == "drop"}
    assert {fate for _, fate in found} <= {Fate.CAUGHT, Fate.EQUIVALENT}
