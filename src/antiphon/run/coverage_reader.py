"""Reads a history for what it covers while it is made, and judges at the end whether that is as much as was asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from antiphon.history.entries import AnyEntry
from antiphon.judge.coverage.access import AccessCell
from antiphon.judge.coverage.minimum import judge_minimum
from antiphon.judge.coverage.model import Coverage
from antiphon.judge.coverage.result import coverage_of
from antiphon.judge.verdicts import Outcome
from antiphon.run.job import Job
from antiphon.run.results import ThresholdResult
from antiphon.target.coverage_model import Part


class CoverageReader:
    """One reader, and what there is to be covered.

    Where the command asks for no share, the profile's own is judged, if the whole suite is played.
    """

    def __init__(self, job: Job) -> None:
        self._plan = job.coverage
        self._order = tuple(scenario.id for scenario in job.scenarios)
        self._whole = job.whole
        own = self._plan.least if job.whole else {}
        if job.access is None:  # of the matrix nothing is asked where it is not played
            own = {part: least for part, least in own.items() if part != Part.ACCESS}
        self._least = dict(job.options.coverage_min or own)
        self._reader = self._plan.reader()

    def read(self, entries: Iterable[AnyEntry]) -> None:
        """Take in entries, in the order of `seq`."""
        feed = self._reader.feed
        for entry in entries:
            feed(entry)

    def tried(self, cells: Iterable[AccessCell]) -> None:
        """Take in what became of cells of the access matrix."""
        self._reader.seen.add_access(cells)

    def result(self, laws: Mapping[tuple[str, str], Collection[str]] | None = None) -> Coverage:
        """Return what was covered so far.

        Args:
            laws: In which plays each law was put to the proof, case by case.
        """
        self._reader.seen.add_laws(laws or {})
        return coverage_of(self._plan, self._reader.seen, order=self._order, whole=self._whole)

    def thresholds(self, coverage: Coverage) -> tuple[ThresholdResult, ...]:
        """Return whether it is as much as was asked for, part by part."""
        found = [
            ThresholdResult(
                name=one.name,
                sentence=one.sentence,
                outcome=one.outcome,
                value=round(one.share * 100, 3),
                limit=round(one.least * 100, 3),
                unit="%",
            )
            for one in judge_minimum(coverage, self._least)
        ]
        if self._plan.least and not self._whole and not self._least:
            sentence = "coverage: its minimum is not judged, for only a part of the suite was played"
            found.append(ThresholdResult(name="coverage", sentence=sentence, outcome=Outcome.NOT_RUN, unit="%"))
        return tuple(found)
