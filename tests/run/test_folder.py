"""A run's folder: what is kept survives whatever ends the run, and no run disturbs another."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from antiphon.core.redaction import Redactor
from antiphon.history.entries import Mark
from antiphon.judge.verdicts import PlayOutcome
from antiphon.run.folder import KEPT_RUNS, CannotKeep, NoSuchRun, RunFolder, StoredRun, UnreadableRun
from antiphon.run.results import RunSummary, ScenarioResult

KEY = b"k" * 16


def summary(run_id: str) -> RunSummary:
    return RunSummary(
        id=run_id,
        version="0.1",
        target="small",
        base_url="http://127.0.0.1",
        profile="target.yaml",
        seed="5eed",
        started="2026-01-01T00:00:00.000Z",
        scenarios=1,
    )


def result(name: str, description: str = "") -> ScenarioResult:
    return ScenarioResult(
        id=name,
        title=name,
        path=f"scenarios/{name}.yaml",
        line=1,
        outcome=PlayOutcome.PASSED,
        plays=(name,),
        description=description,
    )


def mark(name: str, note: str = "") -> Mark:
    return Mark(at_s=1.0, play=name, what="play", edge="began", note=note)


def made(here: Path, run_id: str, redactor: Redactor | None = None) -> RunFolder:
    folder = RunFolder.made(here, run_id, redactor or Redactor(KEY))
    folder.write_summary(summary(run_id))
    return folder


def finished(here: Path, run_id: str, *, age: int) -> Path:
    folder = made(here, run_id)
    folder.close()
    for name in ("results.jsonl", "run.json"):
        os.utime(folder.path / name, (age, age))
    return folder.path


def test_what_was_added_is_readable_before_the_run_ends(tmp_path: Path) -> None:
    folder = made(tmp_path, "aa")
    folder.add(result("one"), [mark("one", "began")])
    stored = StoredRun.found(tmp_path, "aa")
    assert [each.id for each in stored.results()] == ["one"]
    assert [entry.play for entry in stored.entries()] == ["one"]
    assert stored.summary().finished is False
    folder.close()


@pytest.mark.parametrize("cut", [1, 5, 60])
def test_a_line_that_was_cut_off_costs_only_itself(tmp_path: Path, cut: int) -> None:
    folder = made(tmp_path, "aa")
    folder.add(result("one"), [mark("one")])
    folder.add(result("two"), [mark("two")])
    folder.close()
    for name in ("results.jsonl", "history"):
        path = folder.path / name
        os.truncate(path, path.stat().st_size - min(cut, 20 if name == "history" else cut))
    stored = StoredRun.found(tmp_path, "aa")
    assert [each.id for each in stored.results()][:1] == ["one"]
    assert [entry.play for entry in stored.entries()] == ["one"]


def test_no_secret_reaches_the_disk(tmp_path: Path) -> None:
    redactor = Redactor(KEY)
    redactor.register("sw0rdfish!", "ALICE_PASSWORD")
    folder = made(tmp_path, "aa", redactor)
    folder.add(result("one", description="says sw0rdfish!"), [mark("one", "sw0rdfish! was said")])
    folder.write_summary(msgspec.structs.replace(summary("aa"), warnings=("sw0rdfish!",)))
    folder.close()
    assert all(b"sw0rdfish!" not in path.read_bytes() for path in folder.path.iterdir())
    assert "sw0rdfish!" not in repr(StoredRun.found(tmp_path, "aa").entries())


def test_the_last_twenty_runs_are_kept(tmp_path: Path) -> None:
    paths = [finished(tmp_path, f"run{number:02}", age=1000 + number) for number in range(KEPT_RUNS + 3)]
    newest = made(tmp_path, "newest")
    newest.close()
    left = {path.name for path in newest.path.parent.iterdir()}
    assert left == {path.name for path in paths[-(KEPT_RUNS - 1) :]} | {"newest"}


def test_a_run_that_is_under_way_is_never_let_go_of(tmp_path: Path) -> None:
    long = made(tmp_path, "long")
    for name in ("results.jsonl", "run.json"):
        os.utime(long.path / name, (1, 1))
    for number in range(KEPT_RUNS + 5):
        finished(tmp_path, f"run{number:02}", age=1000 + number)
    long.add(result("one"), [])
    long.close()
    assert [each.id for each in StoredRun.found(tmp_path, "long").results()] == ["one"]
    finished(tmp_path, "later", age=5000)
    os.utime(long.path / "results.jsonl", (1, 1))
    finished(tmp_path, "latest", age=5001)
    assert not long.path.exists()


def test_a_run_is_found_by_the_beginning_of_its_id_and_the_newest_by_none(tmp_path: Path) -> None:
    finished(tmp_path, "abc1", age=1000)
    finished(tmp_path, "abd2", age=2000)
    assert StoredRun.found(tmp_path, "abc").path.name == "abc1"
    assert StoredRun.found(tmp_path, "").path.name == "abd2"
    assert StoredRun.found(tmp_path, "last").path.name == "abd2"


def test_an_unknown_an_ambiguous_and_no_run_at_all_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NoSuchRun, match="there is no run here"):
        StoredRun.found(tmp_path, "last")
    finished(tmp_path, "abc1", age=1000)
    finished(tmp_path, "abc2", age=2000)
    with pytest.raises(NoSuchRun, match="several runs begin with `abc`") as several:
        StoredRun.found(tmp_path, "abc")
    assert several.value.hint == "say which: abc2, abc1"
    with pytest.raises(NoSuchRun, match="there is no run `zzz` here") as unknown:
        StoredRun.found(tmp_path, "zzz")
    assert unknown.value.hint == "the last runs: abc2, abc1"


def test_no_id_leads_out_of_the_folder(tmp_path: Path) -> None:
    finished(tmp_path, "abc1", age=1000)
    for name in ("../..", "/", ".", "abc1/../abc1"):
        with pytest.raises(NoSuchRun):
            StoredRun.found(tmp_path, name)


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_played(tmp_path: Path) -> None:
    (tmp_path / ".antiphon").write_text("in the way")
    with pytest.raises(CannotKeep, match="the run's folder cannot be made"):
        RunFolder.made(tmp_path, "aa", Redactor(KEY))


def test_two_runs_never_share_a_folder(tmp_path: Path) -> None:
    made(tmp_path, "aa").close()
    with pytest.raises(CannotKeep, match="file exists"):
        RunFolder.made(tmp_path, "aa", Redactor(KEY))


def test_what_is_no_run_is_told_as_such(tmp_path: Path) -> None:
    path = finished(tmp_path, "aa", age=1000)
    (path / "run.json").write_text("[]")
    with pytest.raises(UnreadableRun, match=r"run\.json cannot be read"):
        StoredRun.found(tmp_path, "aa").summary()
    (path / "results.jsonl").unlink()
    with pytest.raises(UnreadableRun, match=r"results\.jsonl cannot be read: no such file"):
        StoredRun.found(tmp_path, "aa").results()
