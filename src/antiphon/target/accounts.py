"""Reader of a profile's given accounts: a YAML or CSV file of people that the target has already, or a list in place.

Values may hold `{{ env.NAME }}`, so that a password or a shared token needs to stand in no file.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from antiphon.core.errors import Mistake, ScenarioError, UnknownName
from antiphon.core.source import Source
from antiphon.language import document
from antiphon.language import plain_values as plain
from antiphon.language.keys import fits
from antiphon.language.nodes import Entry, Node, Scalar, Sequence, kind_of
from antiphon.language.nodes import Mapping as MapNode
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import Names
from antiphon.language.template import compile_value
from antiphon.target.model import GivenAccount, Target
from antiphon.target.reading import ProfileReading

ReadFile = Callable[[str], bytes]
_ENV = frozenset({"env"})


def with_accounts(
    target: Target, read_file: ReadFile, environment: Mapping[str, str]
) -> tuple[Target, tuple[ScenarioError, ...]]:
    """Return the profile with the accounts that `users.given` means, and all that is wrong with them.

    Args:
        target: A profile as `load_target` returns it.
        read_file: Gives the bytes of a file beside the profile; raises a `ScenarioError`.
        environment: The values of the variables that the profile lists under `env`.
    """
    given = target.users.given_from
    if given is None:
        return target, ()
    reading = ProfileReading(vocabulary=target.vocabulary, env=target.env)
    rows = _rows(given, read_file, reading)
    names = Names({"env": {name: environment[name] for name in target.env if name in environment}})
    accounts: dict[str, GivenAccount] = {}
    for number, row in enumerate(rows, 1):
        account = _account(row, number, names, reading)
        if account is None:
            continue
        if account.name in accounts:
            hint = "give each account a `name` of its own"
            reading.problems.mistake(f"two accounts are named `{account.name}`", account.source, hint)
        accounts[account.name] = account
    if not accounts and not reading.problems:
        reading.problems.mistake("there is no account", given.source, "write - {name: dave, email: …, password: …}")
    users = replace(target.users, given=tuple(accounts.values()))
    return replace(target, users=users), reading.problems.in_order()


def _rows(given: Node, read_file: ReadFile, reading: ProfileReading) -> Iterable[MapNode]:
    root: Node | None = given
    if isinstance(given, Scalar):
        name = str(given.value)
        try:
            text = read_file(name).decode("utf-8-sig")
        except UnicodeDecodeError:
            reading.problems.mistake(f"`{name}` is no UTF-8", given.source, "save the file as UTF-8")
            return
        except ScenarioError as error:
            hint = "`given` names a YAML or CSV file below the profile's folder"
            reading.problems.add(Mistake(sentence=str(error), source=given.source, advice=hint))
            return
        if name.lower().endswith(".csv"):
            yield from _table(text, name, reading)
            return
        read = document.read(text, name)
        reading.problems.extend(read.problems)
        root = read.root
    if not isinstance(root, Sequence):
        if root is not None:
            reading.problems.mistake(f"accounts are a list, this is {kind_of(root)}", root.source, "write - {name: …}")
        return
    for item in root.items:
        if fits(item, ("map",), "an account", reading.problems) and isinstance(item, MapNode):
            yield item


def _table(text: str, path: str, reading: ProfileReading) -> Iterable[MapNode]:
    """Yield the rows of a CSV file as maps; an empty cell is a key that is not there."""
    lines = text.splitlines()
    rows = csv.reader(lines, strict=True)
    try:
        head = [cell.strip() for cell in next(rows, [])]
        columns = [Scalar(name, Source(path, 1, 1, lines[0] if lines else ""), raw=name) for name in head]
        for row in rows:
            source = Source(path, rows.line_num, 1, lines[rows.line_num - 1])
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(head):
                hint = f"the first line names {len(head)} columns: {', '.join(head)}"
                reading.problems.mistake(f"this line has {len(row)} cells", source, hint)
                continue
            cells = zip(columns, row, strict=True)
            entries = [Entry(key, Scalar(cell, source, quoted=True, raw=cell)) for key, cell in cells if cell.strip()]
            yield MapNode(tuple(entries), source)
    except csv.Error as error:
        source = Source(path, max(rows.line_num, 1), 1)
        reading.problems.mistake(f"this is no CSV: {error}", source, 'cells are parted by commas, and quoted by "')


def _account(row: MapNode, number: int, names: Names, reading: ProfileReading) -> GivenAccount | None:
    values: dict[str, object] = {}
    for entry in row:
        if not plain.is_name(entry.name):
            hint = "letters, digits, `_` and `-`: it becomes a part of `self`"
            reading.problems.mistake(f"`{entry.name}` cannot name a part of an account", entry.key.source, hint)
            continue
        before = len(reading.problems)
        reading.check_node(entry.value, _ENV)
        if len(reading.problems) > before:
            continue
        try:
            values[entry.name] = compile_value(entry.value, reading.problems)(names)
        except EvaluationRefused as error:
            hint = "set it where Antiphon runs, or in .env"
            reading.problems.mistake(f"{error}: the variable is not set", entry.value.source, hint)
    role = values.get("role")
    roles = reading.vocabulary.roles
    if role is not None and not reading.vocabulary.knows_role(str(role)):
        node = row.get("role")
        source = node.source if node is not None else row.source
        reading.problems.add(UnknownName(kind="role", name=str(role), source=source, known=roles))
    if not values:
        reading.problems.mistake("an account without anything", row.source, "write {name: dave, email: …, password: …}")
        return None
    name = str(values.get("name") or values.get("email") or f"account {number}")
    return GivenAccount(
        name=name, role=None if role is None else str(role), values={"name": name, **values}, source=row.source
    )
