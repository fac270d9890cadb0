"""`make defects`: plays the packaged suite with each planted defect on, and tells what found it.

Of each defect only the scenario is played that its entry names; with `--whole` the whole suite is. Afterwards, with
nothing planted, what was played must hold. What a busy machine makes void is played again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from tests.tools.demos import Ran, demo

from threadfilesharing.defects.catalogue import CATALOGUE, Defect, Finder, NotYet

TRIES = 4
AT_ONCE = ("--parallel", "8")
WIDE = 110


@dataclass(frozen=True)
class Played:
    """What came of playing one defect."""

    defect: Defect
    ran: Ran
    took_s: float

    @property
    def found(self) -> bool:
        """Whether the scenario, the law or the contract that the entry names found it, at the claim that it names."""
        return any(self.defect.found_by.claim in each for each in self.said)

    @property
    def said(self) -> list[str]:
        """What whoever must find it said."""
        found_by, ran = self.defect.found_by, self.ran
        in_scenario = ran.failures if found_by.by is Finder.SCENARIO else ran.found
        return list(in_scenario(found_by.scenario))

    @property
    def by_law(self) -> bool:
        """Whether the law that the entry names beside it found something, too; true where it names none."""
        return not self.defect.law or any(one["by"] == self.defect.law for one in self.ran.findings)

    @property
    def outside(self) -> list[str]:
        """The scenarios that failed although the entry does not name them."""
        named = (self.defect.found_by.scenario, *self.defect.may_also_fail)
        return [path for path in self.ran.unsound() if not any(fnmatch(path, each) for each in named)]

    def row(self) -> str:
        """Tell of it in a few lines."""
        found_by, ran = self.defect.found_by, self.ran
        verdict = "found" if self.found else f"NOT FOUND ({ran.outcome(found_by.scenario)})"
        said = [each.replace("\n", " · ") for each in self.said]
        shown = said if not self.found else [each for each in said if found_by.claim in each][:1]
        finders = [f"{path} {outcome}" for path, outcome in ran.unsound().items()]
        finders += [f"{one['kind']} ({one['by']}, {one['count']} times)" for one in ran.findings]
        lines = [f"{self.defect.name:<34} {self.defect.kind.value:<12} {verdict:<10} {self.took_s:5.1f} s"]
        lines += [f"    expected: {found_by}", f"    found by: {', '.join(finders) or 'nothing'}"]
        lines += [f"    said: {each[: WIDE * 2]}" for each in shown]
        lines += [f"    NOT FOUND BY THE LAW: {self.defect.law}"] if not self.by_law else []
        lines += [f"    NOT EXPECTED: {path}" for path in self.outside]
        return "\n".join(lines)


def play(defect: Defect, *, whole: bool) -> Played:
    """Play the suite with one defect on; a named scenario that is void is played again by itself."""
    scenario = defect.found_by.scenario
    alone = ("--only", scenario.removesuffix(".yaml"))
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        words = AT_ONCE if whole else alone
        ran = demo(Path(folder) / "0", "--defect", defect.name, *words)
        tries = 1
        while ran.outcome(scenario) == "void" and tries < TRIES:
            again = demo(Path(folder) / f"{tries}", "--defect", defect.name, *alone)
            ran.results[scenario] = again.results[scenario]
            ran.findings.extend(again.findings)
            tries += 1
    return Played(defect, ran, time.monotonic() - began_s)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the defects that are named, or all, and return 1 if one was not found where its entry says."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.defects", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="the defects to play; none: all")
    parser.add_argument("--whole", action="store_true", help="play the whole suite with each")
    parser.add_argument("--at-once", type=int, default=3, metavar="N", help="so many at once, as most of it is waiting")
    given = parser.parse_args(arguments)
    unknown = set(given.names) - {each.name for each in CATALOGUE}
    if unknown:
        parser.error(f"no such defect: {', '.join(sorted(unknown))}")
    chosen = [each for each in CATALOGUE if not given.names or each.name in given.names]
    waiting = [each for each in chosen if isinstance(each.found_by, NotYet)]
    playable = [each for each in chosen if each not in waiting]
    bad, played = 0, {each.found_by.scenario for each in playable}
    with ThreadPoolExecutor(given.at_once) as hands:
        for result in hands.map(lambda each: play(each, whole=given.whole), playable):
            bad += not result.found or not result.by_law or bool(result.outside)
            _say(result.row())
    for defect in waiting:
        _say(f"{defect.name:<34} {defect.kind.value:<12} not yet: {defect.found_by}")
    _say(f"{len(chosen) - len(waiting)} played, {bad} not as their entries say, {len(waiting)} not yet")
    return 1 if bad or (played and not _honest(played, whole=given.whole)) else 0


def _honest(scenarios: set[str], *, whole: bool) -> bool:
    only = [] if whole else [word for path in sorted(scenarios) for word in ("--only", path.removesuffix(".yaml"))]
    with tempfile.TemporaryDirectory() as folder:
        ran = demo(Path(folder) / "honest", *AT_ONCE, *only)
    unsound = ran.unsound()
    found = [each for path in ran.results for each in ran.found(path)]
    _say(f"none planted: {len(ran.results)} scenarios, findings: {unsound or found or 'none'}")
    return not unsound and ran.code == 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
