"""What becomes of mutants: each operator is caught where somebody looks, and survives where nobody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.history.entries import Call
from antiphon.run.mutate.model import Fate, Operator
from antiphon.run.mutate.sight import Sight

if TYPE_CHECKING:
    from conftest import Bench

TO_BOB = 'to: "{{ bob.id }}"'
NEWS = f"{{{TO_BOB}, event: news, data: {{n: 1, colour: red}}}}"
MORE = f"{{{TO_BOB}, event: more, data: {{n: 2}}}}"
LAW = """
laws:
  - name: who does something is heard
    when: POST /do -> 2xx
    then: news
    to: user request.events[0].to
    within: 100ms
    agree: {event.n: "request.events[0].data.n"}
"""


def deed(hear: str, events: str = NEWS, more: str = "") -> str:
    """Return a step that lets events be heard, with what is claimed of them."""
    return f"""
- alice: POST /do
  body: {{status: 201, answer: {{id: 7, name: blue}}, events: [{events}]}}
{more}{"  hear: " + hear if hear else ""}
"""


@pytest.mark.parametrize(
    ("mutant", "caught", "survives"),
    [
        ("drop news", deed('{bob: {news: "#any"}}'), deed("")),
        ("double news", deed('{bob: {news: "#any"}}'), deed('{bob: [{news: "#any", times: 1..}]}')),
        ("delay news", deed('{bob: {news: "#any"}}'), deed("")),
        (
            "swap news",
            deed('{bob: [in_order: [{news: "#any"}, {more: "#any"}]]}', f"{NEWS}, {MORE}"),
            deed('{bob: [{more: "#any"}, {news: "#any"}]}', f"{NEWS}, {MORE}"),
        ),
        ("alter news colour", deed("{bob: {news: {colour: red}}}"), deed("{bob: {news: {n: 1}}}")),
        ("remove news colour", deed('{bob: {news: {colour: "#string"}}}'), deed("{bob: {news: {n: 1}}}")),
        ("deliver to another user news", deed("{carol: nothing, alice: nothing}"), deed('{bob: {news: "#any"}}')),
        (
            "repeat an old response POST /do",
            deed("", more="  expect: {name: blue}\n")
            .replace("name: blue}, e", "name: green}, e")
            .replace("{name: blue}", "{name: green}")
            + deed("", more="  expect: {name: blue}\n"),
            deed("").replace("blue", "green") + deed(""),
        ),
        ("change a status POST /do", deed("", more="  status: 201\n"), deed("")),
        ("alter POST /do data.name", deed("", more="  expect: {name: blue}\n"), deed("")),
        ("remove POST /do data.name", deed("", more='  expect: {name: "#string"}\n'), deed("")),
    ],
    ids=lambda value: value if "\n" not in value else "",
)
async def test_an_operator_is_caught_by_a_claim_and_survives_without_it(
    bench: Bench, mutant: str, caught: str, survives: str
) -> None:
    watched = await bench.keep(caught)
    assert watched.fates()[mutant] == "caught expectation"
    unwatched = await bench.keep(survives)
    assert unwatched.fates()[mutant] == "survived"


@pytest.mark.parametrize(
    ("mutant", "fate"),
    [
        ("drop news", "caught law"),
        ("double news", "caught law"),
        ("delay news", "caught law"),
        ("deliver to another user news", "caught law"),
        ("alter news n", "caught law"),
        ("remove news n", "caught law"),
        ("alter news colour", "survived"),
    ],
)
async def test_a_law_catches_what_no_scenario_claims(bench: Bench, mutant: str, fate: str) -> None:
    bench.more = LAW
    kept = await bench.keep(deed(""))
    assert kept.fates()[mutant] == fate


@pytest.mark.parametrize(
    ("mutant", "fate"),
    [
        ("remove news n", "caught contract"),
        ("alter news n", "survived"),
        ("remove news colour", "equivalent"),
        ("drop news", "survived"),
    ],
)
async def test_a_contract_catches_what_it_describes_and_allows_what_it_leaves_open(
    bench: Bench, mutant: str, fate: str
) -> None:
    bench.more = 'events: {hear: {news: {n: "#integer"}, ready: "#any", weather: "#any"}, emit: [do, sync]}\n'
    kept = await bench.keep(deed(""))
    assert kept.fates()[mutant] == fate


async def test_what_must_never_be_heard_is_caught_by_never(bench: Bench) -> None:
    bench.more = "laws:\n  - {name: nobody hears of two, never: {event: {news: {n: 2}}}}\n"
    kept = await bench.keep(deed(""))
    assert kept.fates()["alter news n"] == "caught never"


async def test_a_survivor_comes_with_what_would_catch_it_and_the_closed_hole_has_none(bench: Bench) -> None:
    holed = await bench.keep(deed("{bob: {news: {n: 1}}}"))
    [survivor] = [
        one for one in holed.outcomes() if (one.mutant.operator, one.mutant.field) == (Operator.ALTER, "colour")
    ]
    assert survivor.fate is Fate.SURVIVED
    assert survivor.advice == "hear: {bob: {news: {colour: red}}}"
    assert survivor.mutant.told == "alter colour of news to bob"
    closed = await bench.keep(deed("{bob: {news: {n: 1, colour: red}}}"))
    assert closed.fates()["alter news colour"] == "caught expectation"
    assert closed.score() > holed.score()


async def test_what_a_later_step_uses_cannot_be_judged_in_the_record(bench: Bench) -> None:
    kept = await bench.keep(
        """
        - alice: POST /do
          body: {status: 201, answer: {id: 7, name: blue}}
          save: {thing: payload}
        - alice: POST /do
          body: {answer: {of: "{{ thing.id }}"}}
        """
    )
    fates = kept.fates()
    assert fates["alter POST /do data.id"] == "undecided"
    assert fates["alter POST /do data.name"] == "survived"
    [undecided] = [one for one in kept.outcomes() if one.fate is Fate.UNDECIDED and one.mutant.operator == "alter"]
    assert undecided.sentence == "a later step uses `thing`"


async def test_the_seed_decides_which_occurrence_is_falsified(bench: Bench) -> None:
    twice = deed('{bob: {news: "#any"}}') + deed("")
    kept = await bench.keep(twice)
    of_seed = {seed: [one.mutant for one in kept.outcomes(seed)] for seed in ("one", "two", "three", "four")}
    assert [one.mutant for one in kept.outcomes("one")] == of_seed["one"]
    assert len({mutants[0].seq for mutants in of_seed.values()}) == 2


MADE_UP = "6e1f1f0a-1c36-4a5e-9d4c-0f9a3c1b2d3e"


@pytest.mark.parametrize(
    ("value", "repeated", "fate"),
    [
        (f'"{MADE_UP}"', "", "equivalent"),
        (f'"{MADE_UP}"', MADE_UP, "survived"),
        ('"2026-01-02T03:04:05.006Z"', "", "equivalent"),
        ('"a text that anybody could claim"', "", "survived"),
        ("true", "", "survived"),
    ],
)
async def test_a_value_that_the_target_made_up_and_told_once_can_be_compared_with_nothing(
    bench: Bench, value: str, repeated: str, fate: str
) -> None:
    bench.more = 'events: {hear: {news: {n: "#any"}, ready: "#any", weather: "#any"}, emit: [do, sync]}\n'
    news = f"{{{TO_BOB}, event: news, data: {{n: {value}}}}}"
    # The call that asks for the event carries its script, and so the value: here that is taken away.
    script = f"- alice: POST /do\n  body: {{events: [{news}], answer: {{again: '{repeated}'}}}}\n"
    kept = await bench.keep(script)
    for entry in kept.play.entries:
        if isinstance(entry, Call) and entry.template == "/do":
            entry.request_body = b""
    assert kept.fates()["alter news n"] == fate


async def test_what_no_law_names_is_not_asked_of_laws(bench: Bench) -> None:
    bench.more = LAW
    kept = await bench.keep(deed(""))
    seen = {one.mutant.field: Sight(kept.play.setting.target).sees(one.mutant) for one in kept.outcomes()}
    assert seen["n"]
    assert seen[""]
    assert not seen["colour"]
