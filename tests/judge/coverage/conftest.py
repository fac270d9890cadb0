"""A profile written in a test, what there is to be covered of it, and the entries that cover it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from antiphon.core.errors import ScenarioError
from antiphon.history.entries import AnyEntry, Call, Connection, Emit, Event, Mark, User
from antiphon.judge.contracts.contract import contract_of
from antiphon.judge.coverage.model import Coverage
from antiphon.judge.coverage.plan import CoveragePlan, plan_of
from antiphon.judge.coverage.result import coverage_of
from antiphon.judge.coverage.seen import SeenReader
from antiphon.target.contracts.reading import with_contracts
from antiphon.target.coverage_model import Part
from antiphon.target.loader import load_target

BASE = "http://127.0.0.1:3001/api"


class Covered:
    """What there is to be covered of a target, and what entries cover."""

    def __init__(self, profile: str, documents: dict[str, Any] | None = None) -> None:
        files = {name: orjson.dumps(said) for name, said in (documents or {}).items()}
        target, problems = load_target(f"target: t\nbase_url: {BASE}\n{profile}", "target.yaml", environment={})
        assert target is not None
        assert [str(problem) for problem in problems] == []
        self.target, problems = with_contracts(target, files.__getitem__)
        assert [str(problem) for problem in problems] == []
        self.plan, self.problems = plan_of(self.target, contract_of(self.target))
        self.reader: SeenReader = self.plan.reader()

    @property
    def told(self) -> list[str]:
        """What is wrong with the profile's exceptions, each with its place below the first two lines."""
        return [_words(problem) for problem in self.problems]

    def feed(self, *entries: AnyEntry) -> Covered:
        """Take in entries."""
        for entry in entries:
            self.reader.feed(entry)
        return self

    def coverage(self, **more: Any) -> Coverage:
        """Return what is covered so far."""
        return coverage_of(self.plan, self.reader.seen, **more)

    def cells(self, part: Part | str) -> dict[str, str]:
        """Return the cells of a part: name → state, and by whom."""
        coverage = self.coverage()
        return {
            str(cell): " ".join((str(cell.state), *([f"by {', '.join(coverage.names(cell))}"] if cell.by else [])))
            for cell in coverage.part(Part(part)).cells
        }


def planned(plan: CoveragePlan, part: Part) -> list[str]:
    """Return the cells of a part that there are to be covered."""
    return [f"{key.row} -> {key.column}" for key in plan.cells if key.part is part]


def call(line: str, status: int | None = 200, *, play: str = "one", user: str = "alice", **facts: Any) -> Call:
    """Return a call of a step."""
    method, _, path = line.partition(" ")
    return Call(
        play=play,
        user=user,
        method=method,
        template=facts.pop("template", path),
        url=f"{BASE}{path}",
        status=status,
        **facts,
    )


def event(name: str, *, play: str = "one", connection: str = "bob") -> Event:
    """Return an event that somebody heard."""
    return Event(play=play, user="bob", connection=connection, name=name)


def emit(name: str, *ack: object, play: str = "one", **facts: Any) -> Emit:
    """Return an emit; without an acknowledgement none came."""
    answered = {"ack": orjson.dumps(ack), "acknowledged_s": 1.0} if ack else {}
    return Emit(play=play, user="bob", connection=facts.pop("connection", "bob"), name=name, **answered, **facts)


def user(name: str, role: str, *, play: str = "one") -> User:
    """Return that somebody came to be."""
    return User(play=play, user=name, what="made", id=f"u-{name}", role=role)


def connected(service: str = "", *, play: str = "one", connection: str = "bob") -> Connection:
    """Return that a connection was made."""
    return Connection(play=play, user="bob", connection=connection, what="connected", service=service)


def ended(play: str) -> Mark:
    """Return that a play ended."""
    return Mark(play=play, what="play", edge="ended")


def _words(problem: ScenarioError) -> str:
    source = problem.source
    place = f"{source.line - 2}:{source.column}" if source is not None else "?"
    return f"{place} {problem}" + (f" | {problem.hint}" if problem.hint else "")


@pytest.fixture
def covered() -> type[Covered]:
    """What there is to be covered of a profile's lines and its documents."""
    return Covered
