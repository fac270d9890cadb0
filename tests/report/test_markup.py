from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.report.markup import Markup, el, lines, table, together

HOSTILE = st.text(st.sampled_from("<>&\"'/ascript=!-"), max_size=30)


class Heard(HTMLParser):
    """Every tag with its attributes, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(HOSTILE, HOSTILE)
def test_whatever_a_text_says_it_stays_a_text(text: str, value: str) -> None:
    heard = Heard(el("p", text, el("b", text), class_=value, id="x"))
    assert heard.tags == [("p", {**({"class": value} if value else {}), "id": "x"}), ("b", {})]
    assert heard.text == text + text


@given(HOSTILE)
def test_lines_and_tables_escape_as_well(text: str) -> None:
    heard = Heard(lines([text, el("i", text)]))
    assert [tag for tag, _ in heard.tags] == ["i"]
    heard = Heard(table([el("th", text)], [el("tr", el("td", text))]))
    assert [tag for tag, _ in heard.tags] == ["table", "thead", "tr", "th", "tbody", "tr", "td"]
    assert heard.text.replace("\n", "") == text + text


@pytest.mark.parametrize("made", [lambda part: f"{part}", lambda part: part + "", lambda part: part.upper()])
def test_what_is_made_of_an_element_by_other_means_is_a_text_again(made) -> None:
    element = el("b", "x")
    assert isinstance(element, Markup)
    assert Heard(together(made(element))).tags == []


def test_an_attribute_without_a_value_is_left_out() -> None:
    assert el("p", "x", class_="") == "<p>x</p>"
