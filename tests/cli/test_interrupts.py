"""What is kept and cleaned up when a run, or its target, is stopped from outside; every process is a real one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

from antiphon.cli.application import running, suite_folder

if TYPE_CHECKING:
    from conftest import Here, Small

MAKES = "steps: [{alice: POST /things, status: 201}, {nobody: GET /slow}, {nobody: GET /fine}]"


@pytest.fixture
def slow(here: Here, small: Small) -> Here:
    """Return a suite whose second scenario makes a thing and then waits for the test."""
    here.suite(
        small.url,
        a=here.asks("holds", "/fine"),
        b=here.scenario("makes a thing and waits", "users: {alice: {}}", MAKES),
        c=here.asks("comes after it", "/fine"),
    )
    return here


def until_slow(small: Small, process: subprocess.Popen[str]) -> None:
    assert small.slow_asked.wait(60), process.poll()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_interrupt_cleans_up_saves_and_ends_with_130(slow: Here, small: Small, number: signal.Signals) -> None:
    process = slow.started("run")
    until_slow(small, process)
    process.send_signal(number)
    said = slow.ended(process)
    assert said.code == 130
    assert "interrupted: cleaning up (once more ends at once)" in said.err
    assert "interrupted: what was done is saved, and clean-up has run" in said.out
    # The target itself says that what the broken-off scenario had made was removed.
    assert small.asked_for("DELETE", "/things/thing-1") == 2  # removed, and found gone
    results = slow.results(said.run_id)
    assert [results[name]["outcome"] for name in "abc"] == ["passed", "cancelled", "not run"]
    assert results["b"]["trouble"]["sentence"].startswith("interrupted in step 2 (nobody: GET /slow)")
    assert results["c"]["trouble"]["sentence"] == "interrupted before it began"
    summary = slow.summary(said.run_id)
    assert (summary["finished"], summary["interrupted"], summary["exit_code"]) == (True, True, 130)
    assert (slow.folder / ".antiphon" / "runs" / said.run_id / "report.html").is_file()
    assert "1 passed" in slow.antiphon("show", said.run_id).out


def test_two_interrupts_end_at_once_and_keep_what_was_finished(slow: Here, small: Small) -> None:
    answered = small.answer

    def never_deletes(method: str, path: str, body: object) -> tuple[int, object]:
        if method == "DELETE":
            small.hold.wait(60)
        return answered(method, path, body)

    slow.monkeypatch.setattr(small, "answer", never_deletes)
    process = slow.started("run")
    until_slow(small, process)
    process.send_signal(signal.SIGINT)
    slow.line_with(process.stderr, "cleaning up")
    process.send_signal(signal.SIGINT)
    said = slow.ended(process)
    assert said.code == 130
    assert "ended at once, without clean-up; what was finished is kept: antiphon show" in said.err
    shown = slow.antiphon("show", "last").out
    assert "this run did not come to its end" in shown
    assert "passed     a" in shown


def test_an_interrupt_leaves_a_clean_up_that_is_under_way_alone(here: Here, small: Small) -> None:
    here.suite(
        small.url,
        a=here.scenario("makes a thing", "users: {alice: {}}", "steps: [{alice: POST /things, status: 201}]"),
        b=here.asks("comes after it", "/fine"),
    )
    answered = small.answer

    def deletes_slowly(method: str, path: str, body: object) -> tuple[int, object]:
        if method == "DELETE":
            small.slow_asked.set()
            small.hold.wait(60)
        return answered(method, path, body)

    here.monkeypatch.setattr(small, "answer", deletes_slowly)
    process = here.started("run")
    until_slow(small, process)
    process.send_signal(signal.SIGINT)
    here.line_with(process.stderr, "cleaning up")
    small.hold.set()
    said = here.ended(process)
    results = here.results(said.run_id)
    assert said.code == 130
    assert [results[name]["outcome"] for name in "ab"] == ["passed", "not run"]
    assert "left at the target" not in said.out


def test_an_interrupt_between_two_attempts_keeps_what_the_first_one_found(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("never holds", "/wrong"))
    process = here.started("run", "--retries", "5")
    deadline_s = time.monotonic() + 60
    while small.asked_for("GET", "/wrong") < 3 and time.monotonic() < deadline_s:
        small.slow_asked.wait(0.01)
    process.send_signal(signal.SIGINT)
    said = here.ended(process)
    assert said.code == 130
    assert here.results(said.run_id)["a"]["outcome"] == "failed"
    assert "GET /wrong answered 404, not 200" in said.out


def test_a_closed_pipe_costs_neither_the_run_nor_the_clean_up(slow: Here, small: Small) -> None:
    process = slow.started("run", "--verbose")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    until_slow(small, process)
    small.hold.set()
    said = slow.ended(process)
    assert (said.code, said.err) == (0, "")
    assert small.asked_for("DELETE", "/things/thing-1") == 2  # removed, and found gone


def test_kill_of_antiphon_leaves_finished_results_readable(slow: Here, small: Small) -> None:
    process = slow.started("run")
    until_slow(small, process)
    process.kill()
    assert slow.ended(process).code == -signal.SIGKILL
    said = slow.antiphon("show")
    assert said.code == 0
    assert "passed     a" in said.out
    assert "this run did not come to its end" in said.out
    assert "GET /fine" in slow.antiphon("show", "last", "a").out
    # The folder was locked by nobody but the dead: the next runs may let go of it.
    small.hold.set()
    assert slow.antiphon("run", "--only", "a").code == 0


def test_kill_of_the_target_in_mid_run_stops_the_run_with_3(here: Here) -> None:
    with running() as application:
        shutil.copytree(suite_folder(), here.folder, dirs_exist_ok=True)
        environment = {
            **os.environ,
            "API_BASE_URL": f"{application.url}/api/v1",
            "WEBSOCKET_URL": application.url,
            "TFS_SECRET": application.secret,
        }
        process = here.started("run", "--verbose", "--parallel", "4", env=environment)
        here.line_with(process.stdout, "passed ")
        os.kill(application.pid, signal.SIGKILL)
        said = here.ended(process)
    assert said.code == 3
    assert "stopped: the target no longer answers: cannot reach the target: " in said.out, said.out
    assert "hint: what was found before that is in the report" in said.out
    run = next((here.folder / ".antiphon" / "runs").iterdir())
    results = here.results(run.name)
    outcomes = {result["outcome"] for result in results.values()}
    failed = [result for result in results.values() if result["outcome"] == "failed"]
    assert failed == []
    assert {"passed", "not run"} <= outcomes <= {"passed", "error", "not run", "void"}
    report = orjson.loads((run / "report.json").read_bytes())
    assert report
    assert len(results) == len(list((here.folder / "scenarios").rglob("*.yaml")))


@pytest.mark.parametrize("when", ["while it starts", "while it plays"])
def test_an_interrupted_demo_leaves_no_application_behind(here: Here, when: str, tmp_path: Path) -> None:
    left = tmp_path / "temporary"
    left.mkdir()
    process = here.started("demo", env={**os.environ, "TMPDIR": str(left)})
    child = child_of(process)
    if when == "while it plays":
        here.line_with(process.stdout, "scenarios · seed")
    process.send_signal(signal.SIGINT)
    assert here.ended(process).code == 130
    assert ends(child)
    assert list(left.iterdir()) == []


def test_a_killed_demo_takes_its_application_with_it(here: Here) -> None:
    process = here.started("demo")
    here.line_with(process.stdout, "scenarios · seed")
    child = child_of(process)
    process.kill()
    here.ended(process)
    assert ends(child)


def test_a_demo_that_is_interrupted_twice_takes_its_application_with_it(here: Here, tmp_path: Path) -> None:
    left = tmp_path / "temporary"
    left.mkdir()
    process = here.started("demo", env={**os.environ, "TMPDIR": str(left)})
    here.line_with(process.stdout, "scenarios · seed")
    child = child_of(process)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    assert here.ended(process).code == 130
    assert ends(child)
    assert list(left.iterdir()) == []


def child_of(process: subprocess.Popen[str]) -> int:
    """Wait until the process has a child that is the reference application, and return its id."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s and process.poll() is None:
        for pid in children.read_text().split():
            if b"threadfilesharing" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
    raise AssertionError("the application was not started")


def ends(pid: int) -> bool:
    """Wait until a process has ended."""
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
    return False


def test_runs_in_one_folder_at_once_do_not_disturb_each_other(slow: Here, small: Small) -> None:
    processes = [slow.started("run", "--seed", f"seed{number}") for number in range(3)]
    deadline_s = time.monotonic() + 60
    while small.asked_for("GET", "/slow") < 3 and time.monotonic() < deadline_s:
        small.slow_asked.wait(0.01)
    small.hold.set()
    for number, process in enumerate(processes):
        said = slow.ended(process)
        assert (said.code, said.err) == (0, "")
        assert slow.summary(said.run_id)["seed"] == f"seed{number}"
        assert [result["outcome"] for result in slow.results(said.run_id).values()] == ["passed"] * 3
        assert slow.antiphon("show", said.run_id, "b").code == 0
