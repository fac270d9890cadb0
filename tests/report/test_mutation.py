"""What is told of mutants: on the terminal, in Markdown, JSON and HTML."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from msgspec.structs import replace

from antiphon.report.mutation import mutation_text, percent
from antiphon.report.mutation_pages import mutation_html, mutation_json, mutation_markdown, write_mutation
from antiphon.run.mutate.campaign import Campaign
from antiphon.run.mutate.model import Catcher, Fate, Mutant, Operator, Outcome, Place
from antiphon.run.results import RunSummary

SUMMARY = RunSummary(
    id="3f2a",
    version="0.1.0",
    target="board",
    base_url="http://127.0.0.1:1",
    profile="target.yaml",
    seed="8f31c2",
    started="2026-01-02T03:04:05Z",
    scenarios=2,
)


def mutant(scenario: str = "messaging/fanout", operator: Operator = Operator.ALTER, field: str = "text") -> Mutant:
    """Return a mutant of what bob heard."""
    return Mutant(
        scenario=scenario,
        operator=operator,
        subject="message",
        place=Place.HEARD,
        field=field,
        seq=7,
        user="bob",
        connection="bob",
        step="2",
        exactly=("text",),
        other="carol",
        by_s=0.2,
    )


SURVIVED = Outcome(
    mutant=mutant(),
    fate=Fate.SURVIVED,
    advice="hear: {bob: {message: {text: hello}}}",
    law="agree: {event.text: request.text}",
)
FOUND = Campaign(
    planned=9,
    outcomes=[
        SURVIVED,
        replace(SURVIVED, mutant=mutant("messaging/order")),
        Outcome(mutant=mutant(operator=Operator.DROP, field=""), fate=Fate.CAUGHT, by=Catcher.LAW, name="a law"),
        Outcome(mutant=mutant(operator=Operator.DOUBLE, field=""), fate=Fate.CAUGHT, by=Catcher.EXPECTATION),
        Outcome(mutant=mutant(field="id"), fate=Fate.CAUGHT, by=Catcher.CONTRACT, played=True),
        Outcome(mutant=mutant(field="at"), fate=Fate.EQUIVALENT, sentence="told once: nothing else holds it"),
        Outcome(mutant=mutant(field="of"), fate=Fate.UNDECIDED, sentence="it did not come about again", played=True),
    ],
    ended="budget",
    left_out={"files/big": "failed"},
    leftovers=["thing 7: 500"],
)
CONSOLE = """\
survived alter text of message to bob
  --> messaging/fanout, step 2, and in 1 more scenario
   expect: hear: {bob: {message: {text: hello}}}
      law: agree: {event.text: request.text}

                             caught    survived   undecided  equivalent
drop                              1           0           0           0
double                            1           0           0           0
alter                             1           2           1           1
caught by contract 1, expectation 1, law 1
warning: the budget was used up: an even sample was judged, of each operator as large a part as of all others
warning: left out, for they did not pass unchanged: files/big (failed)
warning: left at the target by mutants that were played: thing 7: 500
warning: 1 mutant undecided, and not counted as caught: it did not come about again
mutation score 50 % over a sample of 7 of 9 mutants, 1 of them equivalent · 2 played, 5 judged in the record"""


def test_the_console_tells_the_survivors_the_table_and_the_score() -> None:
    assert mutation_text(FOUND).plain == CONSOLE


def test_an_interrupted_campaign_is_called_so() -> None:
    told = mutation_text(replace(FOUND, ended="interrupted")).plain
    assert "warning: interrupted: the score is that of the mutants judged until then" in told


def test_a_campaign_without_mutants_has_no_score() -> None:
    empty = Campaign(planned=0)
    assert empty.score is None
    assert mutation_text(empty).plain.endswith("mutation score no mutant to judge over 0 mutants")


@pytest.mark.parametrize(("score", "told"), [(1.0, "100 %"), (0.9799, "97.9 %"), (0.0, "0 %"), (0.99999, "99.9 %")])
def test_a_score_is_never_rounded_up(score: float, told: str) -> None:
    assert percent(score) == told


@pytest.mark.parametrize(
    ("operator", "told"),
    [
        (Operator.DROP, "drop message to bob"),
        (Operator.DOUBLE, "let bob hear message twice"),
        (Operator.DELAY, "delay message to bob by 0.2 s"),
        (Operator.SWAP, "let bob hear message after the event behind it"),
        (Operator.DELIVER, "deliver message, which bob hears, to carol, too"),
        (Operator.STATUS, "answer bob's message with 0"),
        (Operator.REPEAT, "answer bob's message as an earlier one was answered"),
    ],
)
def test_each_operator_is_told_in_words(operator: Operator, told: str) -> None:
    assert mutant(operator=operator, field="").told == told


def test_markdown_lists_what_survived_and_what_is_equivalent() -> None:
    told = mutation_markdown(SUMMARY, FOUND)
    assert "| alter | 1 | 2 | 1 | 1 |" in told
    assert "- alter text of message to bob: messaging/fanout, step 2 (and in 1 more)" in told
    assert "  - expect `hear: {bob: {message: {text: hello}}}`" in told
    assert "- 1: told once: nothing else holds it" in told


def test_json_has_every_mutant() -> None:
    document = orjson.loads(mutation_json(SUMMARY, FOUND))
    assert (document["schema"], document["score"], document["planned"]) == ("antiphon.mutation/1", 0.5, 9)
    assert document["counts"] == {"caught": 3, "survived": 2, "equivalent": 1, "undecided": 1}
    first = document["mutants"][0]
    assert (first["operator"], first["field"], first["fate"]) == ("alter", "text", "survived")
    assert first["expectation"] == "hear: {bob: {message: {text: hello}}}"


def test_a_hostile_name_is_text_in_every_report() -> None:
    evil = replace(SURVIVED, mutant=replace(mutant(), subject="<script>alert(1)</script>\x1b[2J", field=""))
    found = replace(FOUND, outcomes=[evil])
    for told in (mutation_html(SUMMARY, found), mutation_markdown(SUMMARY, found), mutation_text(found).plain):
        assert "\x1b" not in told
    assert "<script" not in mutation_html(SUMMARY, found)
    assert "<script" not in mutation_markdown(SUMMARY, found)


def test_the_reports_are_written_beside_those_of_the_run(tmp_path: Path) -> None:
    paths = write_mutation(tmp_path / "there", SUMMARY, FOUND)
    assert [path.name for path in paths] == ["mutation.html", "mutation.json", "mutation.md"]
    page = paths[0].read_text()
    assert "<h2>Survivors</h2>" in page
    assert "Content-Security-Policy" in page
