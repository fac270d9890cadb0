"""Which scenarios a run plays."""

from __future__ import annotations

import pytest

from antiphon.language.vocabulary import Vocabulary
from antiphon.run.selection import NothingChosen, Selection, select
from antiphon.scenario.compiler import SuiteFile, compile_suite
from antiphon.scenario.model import Scenario

FILES = {
    "auth/login": "tags: [smoke, Fast]\npriority: high\ncovers: [FR-001]",
    "auth/logout": "covers: [FR-001, FR-010]\ncategory: other",
    "chat/login": "tags: [fast]",
}


@pytest.fixture(scope="module")
def scenarios() -> tuple[Scenario, ...]:
    """Return three scenarios, two of which end alike."""
    files = [
        SuiteFile(f"scenarios/{name}.yaml", f"scenario: {name} works\n{head}\nsteps: [{{nobody: GET /a}}]\n")
        for name, head in FILES.items()
    ]
    suite = compile_suite(files, Vocabulary())
    assert not suite.problems
    return suite.scenarios


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (Selection(), ["auth/login", "auth/logout", "chat/login"]),
        (Selection(tags=("fast",)), ["auth/login", "chat/login"]),
        (Selection(tags=("FAST", "smoke"), priorities=("high",)), ["auth/login"]),
        (Selection(categories=("other",)), ["auth/logout"]),
        (Selection(covers=("FR-001",)), ["auth/login", "auth/logout"]),
        (Selection(covers=("FR-010", "FR-001"), tags=("smoke",)), ["auth/login"]),
        (Selection(only=("login",)), ["auth/login", "chat/login"]),
        (Selection(only=("auth/login", "chat/login works")), ["auth/login", "chat/login"]),
        (Selection(only=("chat/",)), ["chat/login"]),
        (Selection(paths=frozenset({"scenarios/chat/login.yaml"})), ["chat/login"]),
        (Selection(ids=frozenset({"auth/logout", "gone"})), ["auth/logout"]),
        (Selection(ids=frozenset()), []),
        (Selection(tags=("smoke",), covers=("FR-010",)), []),
    ],
)
def test_filters_must_all_hold_and_keep_the_order(
    scenarios: tuple[Scenario, ...], selection: Selection, ids: list[str]
) -> None:
    assert [scenario.id for scenario in select(scenarios, selection)] == ids


@pytest.mark.parametrize(
    ("selection", "sentence", "hint"),
    [
        (Selection(tags=("smokey",)), "no scenario has the tag `smokey`", "did you mean `smoke`?"),
        (Selection(covers=("FR-777",)), "no scenario has the requirement `FR-777`", "FR-001"),
        (Selection(priorities=("urgent",)), "no scenario has the priority `urgent`", "there are: high, medium"),
        (Selection(only=("ogin",)), "no scenario has the name `ogin`", "auth/login"),
    ],
)
def test_a_filter_that_nothing_has_is_most_likely_misspelt(
    scenarios: tuple[Scenario, ...], selection: Selection, sentence: str, hint: str
) -> None:
    with pytest.raises(NothingChosen) as refused:
        select(scenarios, selection)
    assert str(refused.value) == sentence
    assert hint in refused.value.hint


def test_a_scenario_is_chosen_by_its_file_or_by_one_of_its_rows() -> None:
    text = "scenario: said\nexamples: [{word: a b}, {word: c}]\nsteps: [{nobody: GET /a}]\n"
    suite = compile_suite([SuiteFile("scenarios/words/said.yaml", text)], Vocabulary())
    chosen = {
        name: [scenario.id for scenario in select(suite.scenarios, Selection(only=(name,)))]
        for name in ("words/said", "said", "said[a b]", "words/said[c]", "said [c]")
    }
    assert chosen == {
        "words/said": ["words/said[a b]", "words/said[c]"],
        "said": ["words/said[a b]", "words/said[c]"],
        "said[a b]": ["words/said[a b]"],
        "words/said[c]": ["words/said[c]"],
        "said [c]": ["words/said[c]"],
    }
