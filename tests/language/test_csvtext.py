"""CSV files: columns, rows, their places, and what is wrong with them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.errors import Problems
from antiphon.language.csvtext import MOST_ROWS, CsvRow, read_csv

COMMA = "a value that holds a comma stands in quotes"


def rows(text: str) -> tuple[CsvRow, ...]:
    problems = Problems()
    found = read_csv(text, "cases.csv", problems)
    assert [str(problem) for problem in problems] == []
    return found


def told(text: str) -> list[str]:
    problems = Problems()
    assert read_csv(text, "cases.csv", problems) == ()
    return [f"{problem.source}: {problem} | {problem.hint}" for problem in problems]


def test_each_line_below_the_names_is_a_row_of_texts() -> None:
    found = rows('word,n\nhello,1\n,"2"\ntrue,  3 \n')
    assert [row.values for row in found] == [
        {"word": "hello", "n": "1"},
        {"word": "", "n": "2"},
        {"word": "true", "n": "  3 "},
    ]
    assert [str(row.source) for row in found] == ["cases.csv:2:1", "cases.csv:3:1", "cases.csv:4:1"]
    assert found[0].source.text == "hello,1"


def test_values_in_quotes_hold_commas_quotes_and_lines() -> None:
    found = rows('a,b\r\n"one, two","say ""hi"""\r\n\r\n"two\r\nlines",x\r\nlast,y')
    assert [list(row.values.values()) for row in found] == [
        ["one, two", 'say "hi"'],
        ["two\r\nlines", "x"],
        ["last", "y"],
    ]
    assert [row.source.line for row in found] == [2, 4, 6]


def test_a_mark_of_the_byte_order_is_no_part_of_the_first_name() -> None:
    assert rows("\ufeffa\n1\n")[0].values == {"a": "1"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["cases.csv:1:1: the file is empty | the first line names the columns, and each one below it is a row"]),
        ("a,b\n", ["cases.csv:1:1: columns, and no row below them | write a line for each row"]),
        (
            "a,b\n1\n1,2\n1,2,3\n",
            [
                "cases.csv:2:1: 1 value in a row, and 2 columns | a value that is empty keeps its comma",
                f'cases.csv:4:1: 3 values in a row, and 2 columns | {COMMA}: "3, and more"',
            ],
        ),
        ("a,a\n1,2\n", ["cases.csv:1:1: two columns are called `a` | rename one of them"]),
        (
            "a,first name\n1,2\n",
            [
                (
                    "cases.csv:1:1: `first name` cannot name a column"
                    " | letters, digits, `_` and `-`; it begins with a letter"
                )
            ],
        ),
        ("a;b\n1;2\n", ["cases.csv:1:1: `a;b` cannot name a column | columns are separated by commas"]),
        (
            'a,b\n1,2\n3,"4\n',
            [
                (
                    "cases.csv:3:1: not CSV: unexpected end of data | a value with commas, quotes or line breaks "
                    'stands in quotes, its own quotes doubled: "a ""b"""'
                )
            ],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_there_are_not_too_many_rows() -> None:
    assert len(rows("a\n" + "1\n" * MOST_ROWS)) == MOST_ROWS
    assert told("a\n" + "1\n" * (MOST_ROWS + 1)) == [
        f"cases.csv:{MOST_ROWS + 2}:1: more than {MOST_ROWS:,} rows | play fewer of them"
    ]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_is_written_is_read_again(cells: list[list[str]]) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["a", "b"], *cells])
    problems = Problems()
    found = read_csv(written.getvalue(), "cases.csv", problems)
    assert [list(row.values.values()) for row in found] == cells


@given(st.text())
def test_no_text_is_too_much(text: str) -> None:
    problems = Problems()
    found = read_csv(text, "cases.csv", problems)
    assert bool(found) != bool(problems)
    assert all(problem.source is not None and problem.hint for problem in problems)
