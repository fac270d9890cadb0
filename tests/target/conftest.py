"""What the tests of the loader share: a profile loaded from text, its problems as people read them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from antiphon.core.errors import NotYetPlayed, ScenarioError
from antiphon.target.loader import load_target
from antiphon.target.model import Target
from antiphon.target.socket_model import Channel

HEAD = "target: t\nbase_url: http://127.0.0.1:1/api\n"


def words(problem: ScenarioError) -> str:
    """Return a problem in one line: place, sentence, hint (not the one that all words of later versions have)."""
    source = problem.source
    place = f"{source.line}:{source.column}" if source is not None else "?"
    if isinstance(problem, NotYetPlayed):
        return f"{place} {problem}"
    return f"{place} {problem}" + (f" | {problem.hint}" if problem.hint else "")


@dataclass(frozen=True)
class Bench:
    """Loads profiles."""

    def told(self, text: str, **environment: str) -> list[str]:
        """Return all problems of a whole profile."""
        return [words(problem) for problem in load_target(text, "target.yaml", environment=environment)[1]]

    def wrong(self, text: str, **environment: str) -> list[str]:
        """Return what is wrong with sections; the first stands in line 3."""
        return self.told(HEAD + text, **environment)

    def target(self, text: str, **environment: str) -> Target:
        """Return the profile of sections, which must be without problems."""
        target, problems = load_target(HEAD + text, "target.yaml", environment=environment)
        assert [words(problem) for problem in problems] == []
        assert target is not None
        return target

    def channel(self, text: str, service: str = "", **environment: str) -> Channel:
        """Return one of the sockets of a profile, which must be without problems; without a `socket` the usual one."""
        text = text if re.search(r"^socket:", text, re.MULTILINE) else f"socket: {{}}\n{text}"
        channel = self.target(text, **environment).channel_of(service)
        assert channel is not None
        return channel


@pytest.fixture
def bench() -> Bench:
    """Loads profiles."""
    return Bench()
