"""What the tests of the compiler share: one scenario or suite compiled from text, its problems as people read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from antiphon.core.errors import NotYetPlayed, ScenarioError
from antiphon.language.route import Operation
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.compiler import Suite, SuiteFile, compile_suite
from antiphon.scenario.model import Scenario
from antiphon.scenario.step_model import Step

VOCABULARY = Vocabulary(
    operations=(
        Operation("GET", "/chatrooms/:id"),
        Operation("POST", "/chatrooms/create"),
        Operation("POST", "/messages/send"),
        Operation("PUT", "/users/status"),
    ),
    events_heard=frozenset({"message_received", "user_status_updated", "typing_indicator", "error"}),
    events_emitted=frozenset({"sync", "typing_start", "join_chatroom"}),
    rooms=frozenset({"chatroom", "thread"}),
    roles=("OWNER", "ADMIN", "MEMBER"),
    fence="delivery",
)
HEAD = "scenario: a title\nusers: {alice: {}, bob: {}, carol: {connect: false}}\n"


def words(problem: ScenarioError) -> str:
    """Return a problem in one line: place, sentence, hint (not the one that all words of later versions have)."""
    source = problem.source
    place = f"{source.line}:{source.column}" if source is not None else "?"
    if isinstance(problem, NotYetPlayed):
        return f"{place} {problem}"
    return f"{place} {problem}" + (f" | {problem.hint}" if problem.hint else "")


@dataclass(frozen=True)
class Bench:
    """Compiles texts against the words of a small target."""

    vocabulary: Vocabulary = VOCABULARY

    def suite(self, *texts: str, files: Callable[[str], str | None] = lambda _name: None) -> Suite:
        """Compile texts as `scenarios/1.yaml`, `scenarios/2.yaml`, …."""
        named = [SuiteFile(f"scenarios/{index}.yaml", text) for index, text in enumerate(texts, 1)]
        return compile_suite(named, self.vocabulary, files_exist=files, env=["API_KEY"])

    def told(self, *texts: str, files: Callable[[str], str | None] = lambda _name: None) -> list[str]:
        """Return all problems of the texts."""
        return [words(problem) for problem in self.suite(*texts, files=files).problems]

    def scenario(self, *texts: str) -> Scenario:
        """Return the first text's scenario, which must be without problems."""
        suite = self.suite(*texts)
        assert [words(problem) for problem in suite.problems] == []
        return suite.scenarios[0]

    def steps(self, text: str, *others: str) -> tuple[Step, ...]:
        """Return the steps of a scenario with the users alice, bob and carol, who is never connected at first."""
        return self.scenario(HEAD + "steps:\n" + text, *others).steps

    def step(self, text: str, *others: str) -> Step:
        """Return the last of these steps."""
        return self.steps(text, *others)[-1]

    def wrong(self, text: str, *others: str, files: Callable[[str], str | None] = lambda _name: None) -> list[str]:
        """Return what is wrong with steps; the first stands in line 4."""
        return self.told(HEAD + "steps:\n" + text, *others, files=files)


@pytest.fixture
def bench() -> Bench:
    """A small target's words."""
    return Bench()


@pytest.fixture
def free() -> Bench:
    """A target that declares nothing but a kind of room, so that its words are not checked."""
    return Bench(Vocabulary(rooms=frozenset({"chatroom"})))
