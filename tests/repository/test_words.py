"""Every word that can be written has its entry in the reference, and an example that a test plays."""

from __future__ import annotations

import pytest

import command_examples
import examples
from antiphon.data.fakes import FAKE_WORDS, fakes
from antiphon.language.checks import WORDS
from antiphon.language.filter_words import FILTER_WORDS
from antiphon.language.filters import FILTERS
from antiphon.language.matcher_words import MATCHER_WORDS
from antiphon.language.matching import _MAKERS
from antiphon.scenario import step_keys
from antiphon.scenario.schema import scenario_schema
from antiphon.scenario.verb_words import BLOCK_VERB_WORDS, USER_VERB_WORDS
from antiphon.target.schema import profile_schema
from antiphon.ticking.real import SeededDice
from built_parts import words_text
from words import Word, words
from words import keys as words_of_keys

USED = examples.used_words()


def test_every_word_stands_in_an_example_that_is_played() -> None:
    lacking = sorted(str(word) for word, found in USED.items() if not found)
    assert lacking == [], "write an example into a folder of docs/examples (CONTRIBUTING.md, Documentation)"


def test_every_command_option_variable_and_exit_code_has_an_example_that_is_played() -> None:
    assert sorted(command_examples.untold()) == [], "add a command to docs/examples/commands/commands.yaml"


def test_every_word_says_what_it_means() -> None:
    assert [str(word) for word in words() if not word.means] == []


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (FILTER_WORDS, FILTERS),
        (MATCHER_WORDS, {**WORDS, **_MAKERS}),
        (FAKE_WORDS, fakes(SeededDice("a test"))),
        (
            {**USER_VERB_WORDS, **BLOCK_VERB_WORDS},
            {*step_keys.USER_VERBS, *step_keys.BLOCK_VERBS, *step_keys.LATER_BLOCK_VERBS},
        ),
    ],
    ids=["filters", "matchers", "functions", "verbs"],
)
def test_what_is_told_is_what_there_is(told: dict[str, str], known: dict[str, object]) -> None:
    assert told.keys() == set(known)


def test_every_key_is_in_the_schemas() -> None:
    told: set[tuple[str, str]] = set()

    def look(part: object) -> None:
        if isinstance(part, dict):
            properties = part.get("properties")
            for name, value in properties.items() if isinstance(properties, dict) else ():
                told.add((name, str(value.get("description", ""))))
            for value in part.values():
                look(value)
        elif isinstance(part, list):
            for value in part:
                look(value)

    look(scenario_schema())
    look(profile_schema())
    lacking = [
        str(word) for word, keys in words_of_keys().items() if not {(key.name, key.about) for key in keys} & told
    ]
    assert lacking == [], "say in scenario/schema.py or target/schema.py which key holds such a map"


def test_a_word_without_an_example_is_noticed() -> None:
    assert all(word in USED for word in words())
    assert Word(kind="key", place="a scenario", name="colour", means="nothing", takes="text") not in USED


def test_every_word_is_on_the_page_that_is_built() -> None:
    text = words_text()
    assert [str(word) for word in words() if f"| `{word.name}`" not in text] == []
