from __future__ import annotations

import pickle

import pytest

from antiphon.core.errors import FilesRefused, Mistake, NotYetPlayed, Problems, UnknownKey, UnknownName
from antiphon.core.source import Source

HERE = Source("a.yaml", 3, 7, "  text: here")


def test_an_unknown_key_names_the_nearest_or_all_known_ones() -> None:
    assert UnknownKey(key="hare", source=HERE, known=("hear", "save")).hint == "did you mean `hear`?"
    assert UnknownKey(key="zzz", source=HERE, known=("hear", "save")).hint == "known keys: hear, save"


@pytest.mark.parametrize("kind", ["fragment", "user", "role", "operation", "resource", "room"])
def test_an_unknown_name_where_there_are_none_is_told_what_makes_one(kind: str) -> None:
    assert UnknownName(kind=kind, name="x", source=HERE, known=()).hint


def test_a_later_word_is_known_but_not_played() -> None:
    assert str(NotYetPlayed(word="fault", source=HERE)) == "`fault` is known, but this version does not play it yet"


@pytest.mark.parametrize(
    "error",
    [
        Mistake(sentence="it is wrong", source=HERE, advice="mend it"),
        UnknownName(kind="user", name="bbo", source=HERE, known=("bob",)),
        FilesRefused(problems=(Mistake(sentence="one", source=HERE),)),
    ],
)
def test_errors_survive_pickling_with_their_sentence_place_and_hint(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert getattr(again, "hint", None) == getattr(error, "hint", None)
    assert str(getattr(again, "source", None)) == str(getattr(error, "source", None))


def test_problems_are_told_once_each_by_file_line_and_column() -> None:
    problems = Problems()
    problems.mistake("second", Source("b.yaml", 1, 1))
    problems.mistake("first", Source("a.yaml", 9, 1))
    problems.mistake("first", Source("a.yaml", 9, 1))
    assert [str(problem) for problem in problems.in_order()] == ["first", "second"]
