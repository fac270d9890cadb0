from __future__ import annotations

from antiphon.report.painting import NOTHING, Ink, joined, lines, painted


def test_a_painted_text_reads_as_its_pieces() -> None:
    text = painted("a", ("b", Ink.BAD), painted("c"), "")
    assert text.plain == "abc"
    assert str(text) == "abc"
    assert len(text.spans) == 3


def test_texts_are_joined_without_a_separator_at_the_end() -> None:
    assert joined(", ", [painted("a"), painted("b")]).plain == "a, b"
    assert lines([painted("a"), NOTHING, painted("b")]).plain == "a\n\nb"


def test_texts_add_up() -> None:
    assert (painted("a") + painted(("b", Ink.GOOD))).plain == "ab"
