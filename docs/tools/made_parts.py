"""The parts of the reference that are made from the programs themselves: commands, settings and planted defects."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import click

from antiphon.cli.main import program
from threadfilesharing.defects.catalogue import CATALOGUE, Defect
from threadfilesharing.settings import Settings, variable_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option or argument of a command, as a reader needs it."""

    written: str
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as a reader needs it; the program itself is the one without a name."""

    name: str
    does: str
    options: tuple[Option, ...]


def commands() -> tuple[Command, ...]:
    """Return the program's own options, then each command, as the command line has them."""
    whole = _command("", program)
    return (whole, *(_command(name, each) for name, each in program.commands.items()))


def commands_text() -> str:
    """Return a section for each command with a table of its options."""
    return "\n\n".join(_section(command) for command in commands())


def settings_text() -> str:
    """Return a table of the reference application's settings."""
    rows = [
        (f"`--{each.name.replace('_', '-')}`", f"`{variable_of(each.name)}`", *_values(each), each.metadata["means"])
        for each in fields(Settings)
        if each.name != "defects"
    ]
    return _table(("flag", "variable", "default", "in the demo", "means"), rows)


def defects_text() -> str:
    """Return a table of the planted defects, by what they break."""
    rows = [
        (
            f"`{each.name}`",
            each.kind.value,
            each.summary,
            _found_by(each),
            ", ".join(each.breaks),
        )
        for each in CATALOGUE
    ]
    return _table(("name", "kind", "what is wrong", "found by", "breaks"), rows)


def _found_by(each: Defect) -> str:
    scenario, claim = each.found_by.scenario, each.found_by.claim
    return f"`{scenario}`: {claim}" if scenario else f"{each.found_by.by.value}, not by the suite yet: {claim}"


def _command(name: str, made: click.Command) -> Command:
    return Command(name=name, does=made.help or "", options=tuple(_options(made)))


def _options(made: click.Command) -> Iterator[Option]:
    for parameter in made.params:
        if not getattr(parameter, "hidden", False):
            yield Option(written=_written(parameter), means=_means(parameter))


def _written(parameter: click.Parameter) -> str:
    if not isinstance(parameter, click.Option):
        name = str(parameter.name).upper()
        return f"[{name}...]" if parameter.nargs == -1 else f"[{name}]"
    names = ", ".join(sorted(parameter.opts, key=len, reverse=True))
    return names if parameter.is_flag else f"{names} {_kind(parameter)}"


def _kind(parameter: click.Option) -> str:
    if parameter.metavar:
        return parameter.metavar
    if isinstance(parameter.type, click.Path):
        return "PATH"
    return "N" if isinstance(parameter.type, click.IntRange) else "TEXT"


def _means(parameter: Any) -> str:
    told = [inspect.cleandoc(parameter.help or "").replace("\n", " ")]
    if isinstance(parameter.type, click.IntRange):
        told.append(f"{parameter.type.min} to {parameter.type.max}.")
    if getattr(parameter, "show_default", False):
        told.append(f"Default: `{parameter.default}`.")
    if parameter.multiple:
        told.append("May be repeated.")
    return " ".join(told)


def _section(command: Command) -> str:
    name = f"antiphon {command.name}" if command.name else "antiphon"
    table = _table(("option", "means"), [(f"`{each.written}`", each.means) for each in command.options])
    return f"## `{name}`\n\n{command.does}\n\n{table}"


def _values(each: Any) -> tuple[str, str]:
    if each.name == "allowed_types":
        return "the usual ones", "the same"
    default, demo = each.default, each.metadata["demo"]
    return f"`{default}`" if default != "" else "none", "the same" if demo == default else f"`{demo}`"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [_row(head), _row("---" for _ in head), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
