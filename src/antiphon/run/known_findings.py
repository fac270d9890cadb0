"""Accepted findings that are gone: what they speak of was exercised in a run, and did not occur."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from antiphon.core.text import shortened, visible
from antiphon.history.entries import AnyEntry, Call, Emit, Event, Mark
from antiphon.run.finding_groups import scenario_is
from antiphon.target.laws.model import Known

_Pair = tuple[str, str]


class Exercised:
    """What a run has done, as far as accepted findings can speak of it.

    Args:
        known: The accepted findings.
    """

    def __init__(self, known: Sequence[Known]) -> None:
        self._known = tuple(known)
        self._operations: dict[_Pair, None] = {}
        self._events: dict[_Pair, None] = {}
        self._scenarios: dict[str, None] = {}

    def read(self, entries: Sequence[AnyEntry]) -> None:
        """Take in entries."""
        for entry in entries:
            match entry:
                case Event():
                    self._events[_scenario(entry.play), entry.name] = None
                case Call(purpose="step"):
                    self._operations[_scenario(entry.play), f"{entry.method} {entry.template}"] = None
                case Emit():
                    self._operations[_scenario(entry.play), f"emit {entry.name}"] = None
                case Mark(what="play", edge="ended"):
                    self._scenarios[_scenario(entry.play)] = None
                case _:
                    pass

    def warnings(self, met: Collection[Known], judged: Collection[str]) -> list[str]:
        """Return a sentence for each accepted finding that is gone.

        Args:
            met: Those of which something was found.
            judged: The names of the laws that were judged.
        """
        return [_gone(one) for one in self._known if one not in met and self._is_exercised(one, judged)]

    def _is_exercised(self, known: Known, judged: Collection[str]) -> bool:
        """Return whether what an accepted finding speaks of was played, so that it could have occurred."""
        if known.scenario and not any(scenario_is(known.scenario, one) for one in self._scenarios):
            return False
        law = known.law or known.never
        if law and law not in judged:
            return False
        if known.operation:
            return _holds(self._operations, known.scenario, known.operation)
        if known.event and not law and not known.scenario:
            return _holds(self._events, "", known.event.rpartition(":")[2])
        return bool(law or known.scenario)


def _holds(pairs: Collection[_Pair], scenario: str, name: str) -> bool:
    return any(name == one and (not scenario or scenario_is(scenario, of)) for of, one in pairs)


def _scenario(play: str) -> str:
    return play.partition("#")[0]


def _gone(known: Known) -> str:
    parts = (known.law or known.never, known.operation, known.event, known.scenario)
    named = parts if not parts[0] else (parts[0], parts[2], parts[3])
    what = shortened(visible(" · ".join(part for part in named if part)), limit=160)
    return f"known finding `{what}` is gone: take it out of `known`"
