"""SQL as a scenario writes it: one statement that reads, its names `:name` bound and never put into the text.

Only as much of SQL is understood as is needed to tell names from strings, comments and casts. That nothing is changed
is kept by the database, which is asked in a transaction that may only read; what is refused here is refused early, with
its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

LONGEST_SQL = 20_000
READING_WORDS = ("SELECT", "WITH", "VALUES", "TABLE")

_TOKEN = re.compile(
    r"""
      (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<quoted> [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` )
    | (?P<dollar> (?P<mark>\$(?:[A-Za-z_]\w*)?\$) .*? (?P=mark) )
    | (?P<cast> :: | := )
    | (?P<name> :(?P<bare>[A-Za-z_]\w*) )
    | (?P<end> ; )
    | (?P<word> [A-Za-z_]\w* )
    """,
    re.VERBOSE | re.DOTALL,
)


class SqlText(Struct, frozen=True):
    """A statement in pieces.

    Attributes:
        pieces: The text around the names; one more than there are names.
        names: The names between the pieces, in order; one may come again.
    """

    pieces: tuple[str, ...]
    names: tuple[str, ...]

    def written(self, mark: Callable[[str], str]) -> str:
        """Return the statement with each name as a database marks what is bound."""
        marks = [mark(name) for name in self.names]
        return "".join(part for pair in zip(self.pieces, [*marks, ""], strict=True) for part in pair)

    @property
    def text(self) -> str:
        """The statement as it was written, a closing semicolon left out."""
        return self.written(lambda name: f":{name}")


class UnfitSql(Struct, frozen=True):
    """Why a text is no statement that may be asked."""

    sentence: str
    hint: str


_QUOTES = re.compile(r"""['"`]|/\*""")
_OPEN = UnfitSql("a quotation or a comment in the SQL does not end", "close it")


def read_sql(text: str) -> SqlText | UnfitSql:
    """Return the statement, or why it is none."""
    if len(text) > LONGEST_SQL:
        return UnfitSql(f"the SQL has {len(text):,} characters, at most {LONGEST_SQL:,} are taken", "ask for less")
    pieces, names, ended, first = [""], [], False, ""
    at = 0
    for found in _TOKEN.finditer(text):
        between = text[at : found.start()]
        at = found.end()
        if _QUOTES.search(between):
            return _OPEN
        pieces[-1] += between
        said = bool(between.strip()) or found["comment"] is None
        if ended and said:
            return UnfitSql("the SQL has more than one statement", "each statement is a probe of its own")
        if found["end"]:
            ended = True
            continue
        if found["word"] and not first:
            first = found["word"].upper()
        if found["name"]:
            names.append(found["bare"])
            pieces.append("")
        elif found["comment"]:
            pieces[-1] += " "
        else:
            pieces[-1] += found[0]
    rest = text[at:]
    if ended and rest.strip():
        return UnfitSql("the SQL has more than one statement", "each statement is a probe of its own")
    if _QUOTES.search(rest):
        return _OPEN
    pieces[-1] = (pieces[-1] + ("" if ended else rest)).rstrip()
    pieces[0] = pieces[0].lstrip()
    if first not in READING_WORDS:
        shown = f"`{first}` is no statement that reads" if first else "there is no statement"
        return UnfitSql(f"{shown}: a probe changes nothing", "begin with SELECT or WITH")
    return SqlText(tuple(pieces), tuple(names))
