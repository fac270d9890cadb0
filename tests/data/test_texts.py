"""Texts of every sort and of exact lengths."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.data import texts
from antiphon.ticking.real import SeededDice


@given(st.integers(0, 20_000), st.text(max_size=5))
def test_a_text_has_exactly_the_characters_asked_for_and_no_space_at_its_ends(count, seed):
    made = texts.text(SeededDice(seed), count)
    assert len(made) == count
    assert made == made.strip()
    assert made.isascii()


def test_a_million_characters_cost_few_throws():
    class Counting(SeededDice):
        throws = 0

        def choice(self, items):
            self.throws += 1
            return super().choice(items)

    dice = Counting("a")
    assert len(texts.text(dice, 1_000_000)) == 1_000_000
    assert dice.throws < 2_000


@pytest.mark.parametrize("count", [-1, 10_000_001, 1.5, "3", True, None])
def test_a_text_of_no_sensible_length_is_refused(count):
    with pytest.raises(ValueError, match="`text` takes"):
        texts.text(SeededDice("a"), count)


def test_messages_are_of_the_kind_asked_for():
    dice = SeededDice("a")
    for _ in range(50):
        assert texts.message(dice, "plain").isascii()
        assert not texts.message(dice, "unicode").isascii()
        assert any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in texts.message(dice, "rtl"))
        assert any(ord(letter) > 0x2000 for letter in texts.message(dice, "emoji"))
        assert set(texts.message(dice, "html")) & set("<&")
        assert texts.message(dice, "mention").startswith("@")
    assert len(texts.message(dice, "long")) == 5_000
    assert texts.mention(dice, "bob").startswith("@bob ")


def test_any_kind_will_do_if_none_is_named():
    dice = SeededDice("a")
    assert len({len(texts.message(dice)) > 1_000 for _ in range(100)}) == 2


def test_an_unknown_kind_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="plain, unicode, rtl, emoji, long, html, mention"):
        texts.message(SeededDice("a"), "klingon")


def test_messages_differ_from_one_to_the_next():
    dice = SeededDice("a")
    for kind in ("unicode", "rtl", "emoji"):
        assert len({texts.message(dice, kind) for _ in range(200)}) == 200


def test_a_sentence_has_the_words_asked_for():
    assert len(texts.sentence(SeededDice("a"), 7).split()) == 7
    assert texts.sentence(SeededDice("a")).endswith(".")
    with pytest.raises(ValueError, match="sentence"):
        texts.sentence(SeededDice("a"), -1)


@pytest.mark.parametrize("kind", texts.MESSAGE_KINDS)
def test_the_same_dice_write_the_same_message(kind):
    assert texts.message(SeededDice("a"), kind) == texts.message(SeededDice("a"), kind)
    assert texts.message(SeededDice("a"), kind).encode()
