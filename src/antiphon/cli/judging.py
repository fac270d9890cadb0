"""Holds what a run's folder has recorded against the laws of a profile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from antiphon.cli.loading import target_of
from antiphon.cli.screen import terminal
from antiphon.cli.voice import Voice
from antiphon.core.errors import Mistake
from antiphon.history.entries import AnyEntry
from antiphon.judge.outcomes import EXIT_FAILED, EXIT_OK
from antiphon.report.findings import finding_text, findings_line
from antiphon.report.painting import Ink, painted
from antiphon.report.safe import shown
from antiphon.report.words import counted
from antiphon.run.folder import StoredRun
from antiphon.run.law_reader import LawReader
from antiphon.run.proving import proven


def judge(run: str, profile: Path | None) -> int:
    """Tell what laws find in a run that was kept, and return with what to end.

    Args:
        run: The run's id, or its beginning.
        profile: Whose laws; None: those of the profile that it was played with.

    Raises:
        NoSuchRun: There is no such run.
        UnreadableRun: Its folder holds something else.
        Mistake: The profile has no laws.
    """
    stored = StoredRun.found(Path.cwd(), run)
    summary = stored.summary()
    target = target_of(profile if profile is not None else Path(summary.profile))
    if not target.laws.laws:
        raise Mistake(sentence=f"{target.path} has no laws to judge by", advice="add `laws`, or name another --target")
    laws = LawReader(target, today=dt.date.fromisoformat(summary.started[:10]))
    count, last_s = 0, 0.0
    for entry in _in_order(stored):
        laws.read((entry,))
        count, last_s = count + 1, max(last_s, entry.at_s)
    laws.finish(last_s)
    voice = Voice(terminal())
    voice.say(f"run {shown(summary.id)} of {shown(summary.target, limit=80)} · {counted(count, 'entry', 'entries')}")
    for one in proven(laws.results, stored):
        voice.say("")
        voice.say(finding_text(one, run=summary.id))
    voice.say("")
    for warning in laws.warnings:
        voice.say(painted(("warning: ", Ink.DOUBT), shown(warning)))
    if (told := findings_line(laws.results)) is not None:
        voice.say(told)
    voice.say(f"laws: {shown(laws.line)}")
    return EXIT_FAILED if laws.open else EXIT_OK


def _in_order(stored: StoredRun) -> Iterator[AnyEntry]:
    """Yield a run's history as it was made: the file has it scenario by scenario."""
    return iter(sorted(stored.entries(), key=lambda entry: entry.seq))
