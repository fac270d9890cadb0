"""Whether as much was covered as was asked for, part by part."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from antiphon.judge.coverage.model import Coverage, PartCoverage
from antiphon.judge.verdicts import Outcome
from antiphon.target.coverage_model import COUNTED


class MinimumVerdict(Struct, frozen=True, kw_only=True):
    """A judged minimum; shares from 0 to 1."""

    name: str
    outcome: Outcome
    sentence: str
    share: float
    least: float


def judge_minimum(coverage: Coverage, least: Mapping[str, float]) -> tuple[MinimumVerdict, ...]:
    """Return the verdict on each part of which a share is asked for.

    Args:
        coverage: The run's.
        least: Share by part; under the empty name that of all parts not named of which there is anything to cover.
    """
    found = []
    for part in COUNTED:
        wanted = least.get(part, least.get(""))
        covered = coverage.part(part)
        if wanted is not None and (part in least or covered.countable):
            found.append(_judged(covered, wanted))
    if not found and "" in least:
        sentence = f"coverage of at least {percent(least[''])}: there is nothing to cover"
        found.append(_verdict("coverage", Outcome.NOT_RUN, sentence, 0.0, least[""]))
    return tuple(found)


def _judged(covered: PartCoverage, wanted: float) -> MinimumVerdict:
    share, name = covered.share, f"coverage of {covered.part}"
    if not covered.cells:
        sentence = f"{name} of at least {percent(wanted)}: nothing of it was tried, and nothing is known of it"
        return _verdict(name, Outcome.FAILED, sentence, 0.0, wanted)
    if share is None:
        sentence = f"{name} of at least {percent(wanted)}: there is nothing to cover"
        return _verdict(name, Outcome.NOT_RUN, sentence, 0.0, wanted)
    told = f"{name} is {percent(share)} ({covered.covered} of {covered.countable})"
    if share >= wanted:
        return _verdict(name, Outcome.HELD, f"{told}, at least {percent(wanted)}", share, wanted)
    return _verdict(name, Outcome.FAILED, f"{told}, not {percent(wanted)}", share, wanted)


def _verdict(name: str, outcome: Outcome, sentence: str, share: float, least: float) -> MinimumVerdict:
    return MinimumVerdict(name=name, outcome=outcome, sentence=sentence, share=share, least=least)


def percent(share: float) -> str:
    """Return a share as people read it: `100 %` only if nothing is lacking, and never rounded up to a limit."""
    tenths = int(share * 1000 + 1e-9)
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10:.1f} %"
