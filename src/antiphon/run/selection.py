"""Which scenarios of a suite a run plays: filters that must all hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from msgspec import Struct

from antiphon.core.errors import UsageError
from antiphon.core.text import did_you_mean, listed
from antiphon.scenario.model import Scenario


@dataclass(eq=False, kw_only=True)
class NothingChosen(UsageError):
    """A filter names something that no scenario has."""

    option: str
    value: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"no scenario has the {self.option} `{self.value}`"

    @property
    def hint(self) -> str:
        """The nearest known value, or all of them."""
        return did_you_mean(self.value, self.known) or f"there are: {listed(self.known, limit=30)}"


class Selection(Struct, frozen=True, kw_only=True):
    """What a command asks for; an empty filter lets everything through.

    Attributes:
        paths: Files, relative to the suite's folder.
        tags: At least one of them.
        categories: One of them.
        priorities: One of them.
        covers: At least one of these requirements.
        only: Ids, or beginnings or ends of them.
        ids: Exactly these (`--last-failed`); None: all.
    """

    paths: frozenset[str] = frozenset()
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    ids: frozenset[str] | None = None


def select(scenarios: Sequence[Scenario], selection: Selection) -> tuple[Scenario, ...]:
    """Return the chosen scenarios, in the order in which they are played.

    Raises:
        NothingChosen: A filter names what no scenario has: most likely it is misspelt.
    """
    wanted: list[Callable[[Scenario], bool]] = []
    if selection.paths:
        wanted.append(lambda scenario: scenario.path in selection.paths)
    if selection.ids is not None:
        ids = selection.ids
        wanted.append(lambda scenario: scenario.id in ids)
    for option, values, of in (
        ("tag", selection.tags, lambda scenario: scenario.tags),
        ("category", selection.categories, lambda scenario: (scenario.category,)),
        ("priority", selection.priorities, lambda scenario: (scenario.priority.value,)),
        ("requirement", selection.covers, lambda scenario: scenario.covers),
    ):
        if values:
            _must_exist(option, values, scenarios, of)
            wanted.append(_any_of(values, of))
    for name in selection.only:
        if not any(_named(scenario, name) for scenario in scenarios):
            raise NothingChosen(option="name", value=name, known=tuple(scenario.id for scenario in scenarios))
    if selection.only:
        wanted.append(lambda scenario: any(_named(scenario, name) for name in selection.only))
    return tuple(scenario for scenario in scenarios if all(fits(scenario) for fits in wanted))


def _named(scenario: Scenario, name: str) -> bool:
    ids = (scenario.id, scenario.file_id)
    return (
        scenario.title == name
        or scenario.id.startswith(f"{name.rstrip('/')}/")
        or any(f"/{one}".endswith(f"/{name}") for one in ids)
    )


def _any_of(values: Collection[str], of: Callable[[Scenario], Collection[str]]) -> Callable[[Scenario], bool]:
    folded = {value.casefold() for value in values}
    return lambda scenario: any(one.casefold() in folded for one in of(scenario))


def _must_exist(
    option: str, values: Sequence[str], scenarios: Sequence[Scenario], of: Callable[[Scenario], Collection[str]]
) -> None:
    known = {one.casefold(): one for scenario in scenarios for one in of(scenario) if one}
    for value in values:
        if value.casefold() not in known:
            raise NothingChosen(option=option, value=value, known=tuple(sorted(known.values())))
