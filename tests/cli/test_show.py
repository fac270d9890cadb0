"""`antiphon show`: a run, a scenario of it, a step of that; by beginnings and ends of names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Here, Said, Small


@pytest.fixture
def played(here: Here, small: Small) -> tuple[Here, Said]:
    """Return a suite that was played once: one scenario held, one failed."""
    here.suite(
        small.url,
        good__fine=here.scenario(
            "a thing is made", "users: {alice: {}}", "steps: [{alice: POST /things, status: 201}]"
        ),
        bad__wrong=here.asks("a wrong path", "/wrong"),
    )
    return here, here.antiphon("run", "--seed", "5eed")


def test_a_run_is_shown_with_every_scenario(played: tuple[Here, Said]) -> None:
    here, run = played
    said = here.antiphon("show", run.run_id)
    assert said.code == 0
    assert "2 scenarios · seed 5eed" in said.out.splitlines()[0]
    assert "failed     bad/wrong:4" in said.out
    assert "passed     good/fine" in said.out
    assert "GET /wrong answered 404, not 200" in said.out


@pytest.mark.parametrize("name", ["last", ""])
def test_the_newest_run_needs_no_id(played: tuple[Here, Said], name: str) -> None:
    here, _ = played
    second = here.antiphon("run", "--only", "good/fine")
    said = here.antiphon("show", *([name] if name else []))
    assert f"run {second.run_id}" in said.out
    assert "bad/wrong" not in said.out


def test_the_beginning_of_an_id_is_enough(played: tuple[Here, Said]) -> None:
    here, run = played
    assert f"run {run.run_id}" in here.antiphon("show", run.run_id[:4]).out


def test_a_beginning_that_several_ids_have_is_refused_with_all_of_them(played: tuple[Here, Said]) -> None:
    here, run = played
    runs = here.folder / ".antiphon" / "runs"
    (runs / run.run_id).rename(runs / "abcd0001")
    second = here.antiphon("run")
    (runs / second.run_id).rename(runs / "abcd0002")
    said = here.antiphon("show", "abcd")
    assert said.code == 2
    assert "several runs begin with `abcd`" in said.err
    assert "abcd0001" in said.err
    assert "abcd0002" in said.err


def test_a_scenario_is_drawn(played: tuple[Here, Said]) -> None:
    here, run = played
    said = here.antiphon("show", run.run_id, "fine")
    assert said.code == 0
    assert "good/fine · a thing is made · passed" in said.out
    assert "POST /things" in said.out
    assert "201" in said.out
    assert "alice" in said.out


def test_a_step_is_drawn_with_every_claim(played: tuple[Here, Said]) -> None:
    here, run = played
    said = here.antiphon("show", run.run_id, "bad/wrong", "1")
    assert said.code == 0
    assert "failed: GET /wrong answered 404, not 200" in said.out
    assert "--> scenarios/bad/wrong.yaml:4:13" in said.out


@pytest.mark.parametrize(
    ("words", "sentence", "hint"),
    [
        (["feedbeef"], "there is no run `feedbeef` here", "the last runs: "),
        (["last", "fin"], "unknown scenario `fin`", "did you mean `fine`?"),
        (["last", "fine", "9"], "unknown step `9`", "known: "),
    ],
)
def test_what_is_not_there_is_bad_usage(played: tuple[Here, Said], words: list[str], sentence: str, hint: str) -> None:
    here, _ = played
    said = here.antiphon("show", *words)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
    assert hint in said.err


def test_without_any_run_the_command_that_makes_one_is_named(here: Here) -> None:
    said = here.antiphon("show")
    assert said.code == 2
    assert said.err == "there is no run here\nhint: play one: `antiphon run`\n"


def test_a_folder_that_is_no_run_is_told_as_such(played: tuple[Here, Said]) -> None:
    here, run = played
    folder = here.folder / ".antiphon" / "runs" / run.run_id
    (folder / "history").unlink()
    said = here.antiphon("show", "last", "fine")
    assert said.code == 2
    assert "history cannot be read: no such file or directory" in said.err
    (folder / "run.json").write_text('{"id": 3}')
    said = here.antiphon("show")
    assert said.code == 2
    assert "run.json cannot be read" in said.err


def test_results_that_a_kill_cut_off_are_left_out(played: tuple[Here, Said]) -> None:
    here, run = played
    results = here.folder / ".antiphon" / "runs" / run.run_id / "results.jsonl"
    os.truncate(results, results.stat().st_size - 40)
    history = results.with_name("history")
    os.truncate(history, history.stat().st_size - 10)
    said = here.antiphon("show", "last")
    assert said.code == 0
    assert "bad/wrong" in said.out
    assert "good/fine" not in said.out
    assert here.antiphon("show", "last", "wrong").code == 0


def test_a_target_that_is_gone_is_not_needed(played: tuple[Here, Said]) -> None:
    here, run = played
    (here.folder / "target.yaml").unlink()
    assert here.antiphon("show", run.run_id, "wrong").code == 0
