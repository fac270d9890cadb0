"""Holds what a run's folder has recorded against the laws and contracts of a profile, read as a stream."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path

import msgspec

from antiphon.cli.loading import target_of
from antiphon.cli.screen import terminal
from antiphon.cli.voice import Voice
from antiphon.core.errors import Mistake
from antiphon.history.stream import Contents
from antiphon.judge.contracts.contract import contract_of
from antiphon.judge.coverage.model import Coverage
from antiphon.judge.coverage.plan import CoveragePlan, plan_of
from antiphon.judge.coverage.result import coverage_of
from antiphon.judge.coverage.seen import Seen
from antiphon.judge.outcomes import EXIT_FAILED, EXIT_OK
from antiphon.report.coverage import coverage_lines
from antiphon.report.findings import finding_text, findings_line
from antiphon.report.painting import Ink, painted
from antiphon.report.safe import shown
from antiphon.report.words import counted
from antiphon.run.contract_reader import ContractReader
from antiphon.run.folder import StoredRun
from antiphon.run.known_findings import Exercised
from antiphon.run.law_reader import LawReader
from antiphon.run.proving import proven
from antiphon.run.results import RunSummary
from antiphon.target.coverage_model import Part
from antiphon.target.model import Target

_at_s = attrgetter("at_s")


def judge(run: str, profile: Path | None) -> int:
    """Tell what laws and contracts find in a run that was kept, and return with what to end.

    Args:
        run: The run's id, or its beginning.
        profile: Whose; None: those of the profile that it was played with.

    Raises:
        NoSuchRun: There is no such run.
        UnreadableRun: Its folder holds something else.
        Mistake: The profile has neither.
        BadDocument: A schema of a contract document is none.
    """
    stored = StoredRun.found(Path.cwd(), run)
    summary = stored.summary()
    target = target_of(profile if profile is not None else Path(summary.profile))
    contract = contract_of(target)
    if not target.laws.laws and contract is None:
        raise Mistake(
            sentence=f"{target.path} has no laws to judge by, and no contract",
            advice="add `laws`, or name another --target",
        )
    today = dt.date.fromisoformat(summary.started[:10])
    laws = LawReader(target, today=today) if target.laws.laws else None
    held = ContractReader(contract, target.laws.known, today=today) if contract is not None else None
    readers = [reader for reader in (laws, held) if reader is not None]
    exercised = Exercised(target.laws.known)
    not_read = _not_read(target)
    plan, _ = plan_of(target, contract)
    seen = plan.reader()
    gc.freeze()  # as a run does: all that is here now lives to the end
    with stored.streamed() as history:
        last_s = 0.0
        for entries in history.entries:
            last_s = max(last_s, *map(_at_s, entries))
            for reader in (*readers, exercised):
                reader.read(entries)
            for entry in entries:
                seen.feed(entry)
    if laws is not None:
        laws.finish(last_s)
        seen.seen.add_laws(laws.checker.exercised.plays)
    # What there is to be covered is known only with all documents; else what the run itself found is told.
    coverage = summary.coverage if not_read else _covered(plan, seen.seen, summary.coverage)
    met = [known for reader in readers for known in reader.met]
    gone = exercised.warnings(met, laws.judged if laws is not None else ())
    _tell(summary, stored, laws, held, history.contents, [*not_read, *gone], coverage)
    return EXIT_FAILED if any(reader.open for reader in readers) else EXIT_OK


def _covered(plan: CoveragePlan, seen: Seen, kept: Coverage) -> Coverage:
    """Return what is covered; what became of the access matrix is known to the run alone."""
    found = coverage_of(plan, seen, whole=kept.whole)
    return msgspec.structs.replace(found, parts=(*found.parts, *(one for one in kept.parts if one.part is Part.ACCESS)))


def _not_read(target: Target) -> tuple[str, ...]:
    """Return a sentence for each contract document that only the target could give, which is not asked here."""
    urls = [url for place in target.contract_places if (url := place.url(target.base_url))]
    return tuple(f"the contract at {url} is at the target, which is not asked: it was left out" for url in urls)


def _tell(
    summary: RunSummary,
    stored: StoredRun,
    laws: LawReader | None,
    held: ContractReader | None,
    contents: Contents,
    cautions: Sequence[str],
    coverage: Coverage,
) -> None:
    voice = Voice(terminal())
    count = counted(contents.count, "entry", "entries")
    voice.say(f"run {shown(summary.id)} of {shown(summary.target, limit=80)} · {count}")
    found = (*(laws.results if laws is not None else ()), *(held.results if held is not None else ()))
    results = tuple(sorted(found, key=lambda one: one.is_accepted))
    for one in proven(results, stored):
        voice.say("")
        voice.say(finding_text(one, run=summary.id))
    voice.say("")
    warnings = [str(contents.problem)] if contents.problem is not None else []
    warnings += cautions
    warnings += laws.warnings if laws is not None else ()
    warnings += held.checker.warnings if held is not None else ()
    for warning in warnings:
        voice.say(painted(("warning: ", Ink.DOUBT), shown(warning)))
    if (told := findings_line(results)) is not None:
        voice.say(told)
    voice.say(f"laws: {shown(laws.line if laws is not None else 'none declared')}")
    for line in coverage_lines(coverage):
        voice.say(line)
