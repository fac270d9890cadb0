"""SQL as scenarios write it: one reading statement, names told from strings, comments and casts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.language.sqltext import LONGEST_SQL, SqlText, UnfitSql, read_sql


def read(text: str) -> SqlText:
    found = read_sql(text)
    assert isinstance(found, SqlText), found
    return found


def refused(text: str) -> str:
    found = read_sql(text)
    assert isinstance(found, UnfitSql), found
    assert found.hint
    return found.sentence


@pytest.mark.parametrize(
    ("text", "names", "numbered"),
    [
        ("SELECT 1", [], "SELECT 1"),
        ("select a from t where id = :id ;  ", ["id"], "select a from t where id = ?"),
        ("SELECT :a, :b, :a", ["a", "b", "a"], "SELECT ?, ?, ?"),
        ("SELECT ':no', \":no\", `:no`, 'it''s :no' FROM t", [], "SELECT ':no', \":no\", `:no`, 'it''s :no' FROM t"),
        ("SELECT E'\\' :no', :yes", ["yes"], "SELECT E'\\' :no', ?"),
        ("SELECT $$ :no ; $$, $x$ :no $$ $x$, :yes", ["yes"], "SELECT $$ :no ; $$, $x$ :no $$ $x$, ?"),
        ("SELECT id::text FROM t -- where :no\n WHERE x = :yes", ["yes"], "SELECT id::text FROM t  \n WHERE x = ?"),
        ("/* first ; */ WITH a AS (SELECT 1) SELECT * FROM a", [], "WITH a AS (SELECT 1) SELECT * FROM a"),
        ("(SELECT 1) UNION (SELECT :n)", ["n"], "(SELECT 1) UNION (SELECT ?)"),
        ("SELECT 1; -- and no more", [], "SELECT 1"),
    ],
)
def test_names_are_told_from_what_only_looks_like_them(text: str, names: list[str], numbered: str) -> None:
    sql = read(text)
    assert list(sql.names) == names
    assert sql.written(lambda _name: "?") == numbered


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there is no statement: a probe changes nothing"),
        ("-- nothing", "there is no statement: a probe changes nothing"),
        ("DELETE FROM t", "`DELETE` is no statement that reads: a probe changes nothing"),
        ("pragma query_only = off", "`PRAGMA` is no statement that reads: a probe changes nothing"),
        ("SELECT 1; DROP TABLE t", "the SQL has more than one statement"),
        ("SELECT 1;;", None),
        ("SELECT 1; SELECT 2", "the SQL has more than one statement"),
        ("SELECT 'open", "a quotation or a comment in the SQL does not end"),
        ("SELECT 1 /* open", "a quotation or a comment in the SQL does not end"),
        ("SELECT " + "1" * LONGEST_SQL, "the SQL has 20,007 characters, at most 20,000 are taken"),
    ],
)
def test_what_is_not_one_statement_that_reads_is_refused(text: str, says: str | None) -> None:
    if says is None:
        assert isinstance(read_sql(text), SqlText | UnfitSql)
    else:
        assert refused(text) == says


@given(st.text(alphabet=":;'\"$-/*\\ \nabESELECTselect12`", max_size=60))
def test_no_text_breaks_the_reader_and_no_piece_is_lost(text: str) -> None:
    found = read_sql("SELECT " + text)
    if isinstance(found, SqlText):
        assert len(found.pieces) == len(found.names) + 1
        assert isinstance(read_sql(found.text), SqlText)
        assert read(found.text).names == found.names
