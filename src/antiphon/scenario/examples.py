"""`examples`: the rows for each of which a scenario is played once, written as a list or in a CSV file.

In a list a row is a map, whose values keep their types and may hold templates. In a CSV file every value is the text
that stands there; `{{ row.n | int }}` makes a number of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Values

from msgspec.structs import replace

from antiphon.core.errors import Mistake
from antiphon.core.source import Source
from antiphon.core.text import listed, shortened, visible
from antiphon.language import plain_values as plain
from antiphon.language.csvtext import MOST_ROWS, read_csv
from antiphon.language.jsontext import text_of
from antiphon.language.nodes import Mapping, Node, Scalar, kind_of
from antiphon.language.nodes import plain as plain_data
from antiphon.language.template import compile_value, constant_value
from antiphon.scenario.model import Row, Scenario
from antiphon.scenario.reading import ScenarioReading
from antiphon.scenario.uses import Use, uses_in

_LONGEST_LABEL = 40
_NO_LABEL = re.compile(r"[\s/\[\]#]+")
_NAME = "name"


def read_examples(node: Node, reading: ScenarioReading) -> tuple[tuple[Row, ...], tuple[Use, ...]]:
    """Return the rows, and the names that their templates use; no rows where something is wrong with one."""
    before = len(reading.problems)
    uses: tuple[Use, ...] = ()
    if isinstance(node, Scalar):
        rows = _of_file(node, reading)
    else:
        items = [row for item in plain.items_of(node) if (row := _row(item, reading)) is not None]
        if not plain.items_of(node):
            reading.problems.mistake("`examples` is an empty list", node.source, "write a map for each row")
        _same_columns(items, reading)
        rows = [_of_map(item, reading) for item in items[:MOST_ROWS]]
        uses = tuple(use for item in items for use in uses_in(item))
        if len(items) > MOST_ROWS:
            reading.problems.mistake(f"more than {MOST_ROWS:,} rows", items[MOST_ROWS].source, "play fewer of them")
    return (tuple(_labelled(rows)) if len(reading.problems) == before else (), uses)


def each_row(scenario: Scenario, rows: Iterable[Row]) -> tuple[Scenario, ...]:
    """Return the scenario once for each row, named by it."""
    return tuple(
        replace(scenario, id=f"{scenario.id}[{row.label}]", title=f"{scenario.title} [{row.label}]", row=row)
        for row in rows
    )


def _of_map(item: Mapping, reading: ScenarioReading) -> Row:
    data = {entry.name: plain_data(entry.value) for entry in item}
    return Row(columns=item.keys(), value=compile_value(item, reading.problems), source=item.source, label=_label(data))


def _of_file(node: Scalar, reading: ScenarioReading) -> list[Row]:
    name, problems = str(node.value), reading.problems
    why = reading.file_problem(name)
    if why is not None:
        problems.mistake(why, node.source, "files that scenarios name lie under the suite's folder")
        return []
    try:
        text = reading.file_bytes(name).decode()
    except UnicodeDecodeError as error:
        source = Source(name, error.object.count(b"\n", 0, error.start) + 1, 1)
        problems.mistake("the file is not UTF-8", source, "save it as UTF-8")
        return []
    except Mistake as refused:
        problems.mistake(str(refused), node.source, refused.hint)
        return []
    return [
        Row(
            columns=tuple(row.values),
            value=constant_value(dict(row.values), row.source),
            source=row.source,
            label=_label(row.values),
        )
        for row in read_csv(text, name, problems)
    ]


def _row(item: Node, reading: ScenarioReading) -> Mapping | None:
    if not isinstance(item, Mapping) or not item.entries:
        what = "an empty one" if isinstance(item, Mapping) else kind_of(item)
        sentence = f"a row is a map of names and values, this is {what}"
        reading.problems.mistake(sentence, item.source, "write {word: hello, status: 201}")
        return None
    for entry in item:
        if not plain.is_name(entry.name):
            hint = "letters, digits, `_` and `-`; it begins with a letter"
            reading.problems.mistake(f"`{entry.name}` cannot name a column", entry.key.source, hint)
    return item


def _same_columns(rows: list[Mapping], reading: ScenarioReading) -> None:
    """Note rows that have other names than the first: a template would find nothing in them."""
    for row in rows[1:]:
        lacking = [name for name in rows[0].keys() if name not in row]  # noqa: SIM118 - a map of nodes, no dict
        further = [entry for entry in row if entry.name not in rows[0]]
        if lacking:
            names = listed(f"`{name}`" for name in lacking)
            reading.problems.mistake(f"this row lacks {names}", row.source, "each row has the names of the first")
        for entry in further:
            hint = "each row has the names of the first"
            reading.problems.mistake(f"the first row has no `{entry.name}`", entry.key.source, hint)


def _label(values: Values[str, object]) -> str:
    """Return what a row is called: the value of its column `name`, or else of its first one; empty if that is none."""
    value = values.get(_NAME, next(iter(values.values())))
    if isinstance(value, dict | list) or value is None or "{{" in str(value):
        return ""
    return _NO_LABEL.sub(" ", shortened(visible(text_of(value)), limit=_LONGEST_LABEL)).strip()


def _labelled(rows: list[Row]) -> Iterable[Row]:
    """Yield the rows with their numbers; where names do not tell them apart, each is called by its number."""
    labels = [row.label for row in rows]
    distinct = all(labels) and len({label.casefold() for label in labels}) == len(labels)
    for number, row in enumerate(rows, 1):
        yield replace(row, number=number, label=row.label if distinct else str(number))
