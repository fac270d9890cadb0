"""The parts of the documentation that are made when it is built, because they change with every key and example.

`<!-- built: words -->` in a page is replaced by a table of every word of the language and the profile, each with an
example; `<!-- built: commands -->` by the commands that tests play.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from command_examples import command_examples
from examples import used_words
from words import Word

_PART = re.compile(r"<!-- built: (\w+) -->")
_KINDS = {
    "verb": "Verbs",
    "matcher": "Matchers",
    "filter": "Filters",
    "function": "Functions of templates",
}


def built(text: str) -> str:
    """Return a page with its built parts in place."""
    return _PART.sub(lambda found: _TEXTS[found[1]](), text)


def words_text() -> str:
    """Return a section with a table for each place that has keys, and for each kind of word."""
    used = used_words()
    sections: dict[str, list[Word]] = {}
    for word in used:
        sections.setdefault(word.place if word.kind == "key" else _KINDS[word.kind], []).append(word)
    titles = {title: f"Keys of {title}" if some[0].kind == "key" else title for title, some in sections.items()}
    return "\n\n".join(f"## {titles[title]}\n\n{_table(some, used)}" for title, some in sections.items())


def commands_text() -> str:
    """Return the commands that tests play, with what they set and how they end."""
    rows = []
    for example in command_examples():
        before = "".join(f"{line}; " for line in example.after)
        sets = "".join(f"{name}={value} " for name, value in example.variables.items())
        rows.append((f"`{before}{sets}{example.run}`", " or ".join(map(str, example.ends)), f"`{example.says}`"))
    return _lines(("command", "ends with", "and says"), rows)


def _table(some: Iterable[Word], used: dict[Word, list[str]]) -> str:
    rows = []
    for word in some:
        example = f"`{used[word][0]}`" if used[word] else ""
        means = f"{word.takes}: {word.means}" if word.takes else word.means
        rows.append((f"`{word.name}`", means, example))
    return _lines(("word", "says", "example"), rows)


def _lines(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    every = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |" for cells in every)


_TEXTS: dict[str, Callable[[], str]] = {"words": words_text, "commands": commands_text}
