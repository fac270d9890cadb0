"""What the tests of mutation share: a play that is kept, and its mutants with what becomes of them."""

from __future__ import annotations

import textwrap
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest
from tests.engine.conftest import Seen, Stage

from antiphon.judge.contracts.contract import contract_of
from antiphon.run.mutate.campaign import mutants_of
from antiphon.run.mutate.model import Fate, Outcome
from antiphon.run.mutate.recorded import Recorded, recorded
from antiphon.run.mutate.trial import Trial
from antiphon.testing.scripted_target import ScriptedTarget
from antiphon.ticking.real import RealClock, SeededDice


@dataclass
class Kept:
    """A play as it was recorded, and what judges its mutants.

    Attributes:
        texts: The suite's files.
    """

    play: Recorded
    seen: Seen
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def trial(self) -> Trial:
        """Return what judges them."""
        target = self.play.setting.target
        return Trial(target, contract_of(target), self.texts)

    def outcomes(self, seed: str = "seed") -> list[Outcome]:
        """Return what becomes of every mutant."""
        trial = self.trial
        mutants = mutants_of([self.play], self.play.setting.target, SeededDice(seed))
        return [trial.of(self.play, mutant) for mutant in mutants]

    def fates(self, seed: str = "seed") -> dict[str, str]:
        """Return each mutant as `operator subject field` with what became of it, and by what."""
        return {
            " ".join(part for part in (one.mutant.operator, one.mutant.subject, one.mutant.field) if part): (
                f"{one.fate} {one.by}" if one.by is not None else one.fate.value
            )
            for one in self.outcomes(seed)
        }

    def score(self) -> float:
        """Return caught, of all but the equivalent."""
        found = self.outcomes()
        judged = [one for one in found if one.fate is not Fate.EQUIVALENT]
        return sum(one.fate is Fate.CAUGHT for one in judged) / len(judged)


@dataclass
class Bench:
    """Plays scenarios against a scripted target, and keeps them.

    Attributes:
        more: Further sections of the profile.
    """

    stage: Stage
    more: str = ""

    async def keep(self, text: str, *fragments: str) -> Kept:
        """Play steps with alice, bob and carol, who are connected."""
        self.stage.changes = {**self.stage.changes, "keeps_asked": True}
        more = textwrap.dedent(self.more)
        if more:
            self.stage.edits["env: [HOUSE]\n"] = f"env: [HOUSE]\n{more}"
        indented = textwrap.indent(textwrap.dedent(text).strip("\n"), "  ")
        whole = f"users: {{alice: {{}}, bob: {{}}, carol: {{}}}}\nsteps:\n{indented}\n"
        seen = await self.stage.play(whole, *fragments)
        assert seen.bad == []
        assert not seen.problem
        play = seen.played.play
        texts = {"scenarios/played.yaml": f"scenario: played\n{whole}"}
        texts |= {f"scenarios/z{index}.yaml": text for index, text in enumerate(fragments)}
        return Kept(recorded(play.scenario, play, seen.entries), seen, texts)


@pytest.fixture
async def target() -> AsyncIterator[ScriptedTarget]:
    """A target that does as it is told."""
    async with ScriptedTarget(RealClock()) as scripted:
        yield scripted


@pytest.fixture
def bench(target: ScriptedTarget) -> Bench:
    """A bench before that target."""
    return Bench(Stage(target))


def survivors(outcomes: Sequence[Outcome]) -> list[str]:
    """Return what nobody noticed."""
    return [outcome.mutant.told for outcome in outcomes if outcome.fate is Fate.SURVIVED]
