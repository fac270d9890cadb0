"""Reports tell the same whether the whole history is read or what they tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from antiphon.core.redaction import Redactor
from antiphon.core.source import Source
from antiphon.history import record
from antiphon.history.entries import AnyEntry, Call, Emit, Event, Mark
from antiphon.judge.verdicts import Kind, Outcome, PlayOutcome, Verdict
from antiphon.report.files import write_all
from antiphon.report.told import MOST_OF_A_KIND, told_entries
from antiphon.run.folder import RunFolder, StoredRun
from antiphon.run.results import ScenarioResult

MANY = 3 * MOST_OF_A_KIND


def flood(play: str, first: int) -> list[AnyEntry]:
    """Return what a play heard: calls at its beginning and near its end, and thousands of events."""
    entries: list[AnyEntry] = [Mark(play=play, what="play", edge="began"), call(play), Emit(play=play, name="flood")]
    entries += [Event(play=play, at_s=1 + n / 1e4, user="ann", name="tick", args=b"[%d]" % n) for n in range(MANY)]
    entries[-10:-10] = [call(play)]
    for seq, entry in enumerate(entries, first):
        entry.seq = seq
    return entries


def call(play: str) -> Call:
    return Call(play=play, method="GET", template="/x", url="/x", sent_s=0.5, at_s=0.6, status=200)


def of(name: str, outcome: PlayOutcome, entries: Sequence[AnyEntry], *evidence: int) -> ScenarioResult:
    verdicts = tuple(
        Verdict(
            kind=Kind.HEARD,
            outcome=Outcome.HELD if outcome is PlayOutcome.PASSED else Outcome.FAILED,
            claim="ann hears tick",
            source=Source(f"{name}.yaml", 3, 5),
            step="1",
            user="ann",
            event="tick",
            evidence=(seq,),
            latency_s=0.01,
            limit_s=0.1,
        )
        for seq in evidence
    )
    return ScenarioResult(
        id=name,
        title=name,
        path=f"{name}.yaml",
        line=1,
        outcome=outcome,
        plays=(name,),
        verdicts=verdicts,
        calls=2,
        emits=1,
        events=sum(isinstance(entry, Event) for entry in entries),
    )


@pytest.fixture
def kept(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[StoredRun, tuple[ScenarioResult, ...]]:
    monkeypatch.setattr(record, "MOST_ENTRIES", 100)
    monkeypatch.setattr(record, "_FIRST_ENTRIES", 100)
    sound, failed = flood("sound", 1), flood("failed", 2 * MANY)
    results = (
        of("sound", PlayOutcome.PASSED, sound, 10, 1500, 2999),
        of("failed", PlayOutcome.FAILED, failed, failed[-20].seq),
    )
    folder = RunFolder(tmp_path / "run", Redactor(b"k"))
    folder.write_summary(msgspec.structs.replace(run.summary, scenarios=2))
    folder.add(results[0], sound)
    folder.add(results[1], failed)
    folder.close()
    return StoredRun(tmp_path / "run"), results


def test_the_reports_are_the_same_as_of_the_whole_history(kept, tmp_path: Path) -> None:
    stored, results = kept
    told = told_entries(stored, results)
    whole = write_all(tmp_path / "whole", stored.summary(), results, stored.entries())
    part = write_all(tmp_path / "part", stored.summary(), results, told)
    assert [path.read_bytes() for path in part] == [path.read_bytes() for path in whole]


def test_of_what_passed_a_flood_is_not_read_beyond_what_is_told_of_it(kept) -> None:
    stored, results = kept
    told = told_entries(stored, results)
    heard = [entry for entry in told if isinstance(entry, Event) and entry.play == "sound"]
    assert MOST_OF_A_KIND <= len(heard) <= MOST_OF_A_KIND + 500, "three more blocks: two of verdicts, one of a call"
    assert sum(isinstance(entry, Call) and entry.play == "sound" for entry in told) == 2
    assert {1500, 2999} <= {entry.seq for entry in heard}


def test_of_what_failed_everything_is_read(kept) -> None:
    stored, results = kept
    whole = [entry for entry in stored.entries() if entry.play == "failed"]
    assert [entry for entry in told_entries(stored, results) if entry.play == "failed"] == whole


def test_what_no_result_names_is_read_too(kept) -> None:
    stored, results = kept
    assert len(told_entries(stored, results[:1])) < len(told_entries(stored, ())) == len(stored.entries())
    assert any(entry.play == "failed" for entry in told_entries(stored, results[:1]))
