"""The examples of commands that tests play, and which options, variables and exit codes each of them shows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from antiphon.language import document
from antiphon.language.nodes import plain
from examples import EXAMPLES
from made_parts import commands

FOLDER = EXAMPLES / "commands"
ELSEWHERE = {
    130: "tests/cli/test_interrupts.py",  # an interruption comes from outside of the command
    70: "tests/cli/test_ends.py",  # a fault of Antiphon itself must be planted
}
"""Exit codes that no command has by itself, and the tests that see them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandExample:
    """A command as it is typed.

    Attributes:
        run: The command.
        says: What stands in what it says.
        ends: The exit codes with which it may end.
        after: Commands before it.
        variables: What is set in its environment.
    """

    run: str
    says: str
    ends: tuple[int, ...] = (0,)
    after: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.run


def command_examples() -> tuple[CommandExample, ...]:
    """Return the examples of `docs/examples/commands/commands.yaml`."""
    path = FOLDER / "commands.yaml"
    root = document.read(path.read_text(), path.name).root
    items = plain(root) if root is not None else None
    return tuple(_example(item) for item in items if isinstance(item, dict)) if isinstance(items, list) else ()


def untold() -> list[str]:
    """Return each command, option and exit code of which there is no example."""
    lacking = [one for one, examples in shown_options().items() if not examples]
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", _page("exit-codes.md"), re.MULTILINE)}
    ended = {code for example in command_examples() for code in example.ends if len(example.ends) == 1}
    lacking += [f"exit code {code}" for code in sorted(codes - ended - ELSEWHERE.keys())]
    named = {name for example in command_examples() for name in example.variables}
    told = re.findall(r"^\| `([A-Z_]+)`", _page("environment.md"), re.MULTILINE)
    return lacking + [f"variable {name}" for name in told if name not in named]


def shown_options() -> dict[str, list[str]]:
    """Return each command and option with the examples that use it."""
    found: dict[str, list[str]] = {}
    for command in commands():
        name = f"antiphon {command.name}".strip()
        typed = [
            words for words in _typed() if words[1 : 1 + bool(command.name)] == [command.name][: bool(command.name)]
        ]
        found[name] = [shlex.join(words) for words in typed]
        for option in command.options:
            names = {one.split()[0] for one in option.written.split(", ") if one.startswith("-")}
            if names:
                found[f"{name} {option.written}"] = [shlex.join(words) for words in typed if names & {*words}]
    return found


def _typed() -> Iterator[list[str]]:
    for example in command_examples():
        for line in (example.run, *example.after):
            yield shlex.split(line)


def _example(item: dict[str, Any]) -> CommandExample:
    ends = item.get("ends", 0)
    return CommandExample(
        run=str(item["run"]),
        says=str(item["says"]),
        ends=tuple(ends) if isinstance(ends, list) else (ends,),
        after=tuple(item.get("after", ())),
        variables={name: str(value) for name, value in item.get("with", {}).items()},
    )


def _page(name: str) -> str:
    return (Path(__file__).resolve().parents[1] / "reference" / name).read_text()
