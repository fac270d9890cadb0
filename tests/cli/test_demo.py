"""`antiphon demo`: the reference application started, played against, ejected; and what is said where it cannot be."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.judge.outcomes import EXIT_FAILED
from threadfilesharing.defects.catalogue import CATALOGUE

if TYPE_CHECKING:
    from conftest import Here


def test_a_demo_says_what_the_application_runs_with_and_passes(here: Here) -> None:
    said = here.antiphon("demo", "--only", "messaging/fanout", "--only", "auth/logout", "--retries", "2")
    lines = said.out.splitlines()
    assert said.code == 0
    assert lines[0].startswith("the application runs with typing_ends_s=0.5 expiry_grace_s=0.5")
    assert "pid=" not in lines[0]
    assert "· 2 scenarios · seed" in lines[1]
    assert "report .antiphon/runs/" in lines[-1]


def test_a_planted_defect_is_named_and_found(here: Here) -> None:
    said = here.antiphon("demo", "--defect", "lost-to-one-member", "--only", "messaging/fanout")
    assert said.code == EXIT_FAILED
    assert "planted: lost-to-one-member" in said.out
    assert "did not hear message_received" in said.out
    assert "--> scenarios/messaging/fanout.yaml:" in said.out


@pytest.mark.parametrize(
    ("name", "sentence", "hint"),
    [
        ("lost-to-one-membr", "no defect is called `lost-to-one-membr`", "did you mean `lost-to-one-member`?"),
        ("zzz", "no defect is called `zzz`", "`antiphon demo --list-defects` tells of each one"),
        ("late-by-150-ms=7", "the share of occasions must be above 0", "--list-defects"),
    ],
)
def test_an_unknown_defect_is_bad_usage(here: Here, name: str, sentence: str, hint: str) -> None:
    said = here.antiphon("demo", "--defect", name)
    assert said.code == 2
    assert sentence in said.err
    assert hint in said.err
    assert not (here.folder / ".antiphon").exists()


def test_the_defects_are_listed_with_what_finds_them(here: Here) -> None:
    said = here.antiphon("demo", "--list-defects")
    assert said.code == 0
    assert said.out.count("found by ") == len(CATALOGUE) >= 60
    assert "found by messaging/fanout.yaml: did not hear message_received" in said.out


def test_the_callers_own_settings_do_not_make_another_demo(here: Here) -> None:
    here.monkeypatch.setenv("DATABASE_URL", "sqlite+aiosqlite:////nowhere/at/all.sqlite3")
    here.monkeypatch.setenv("TFS_PRODUCTION", "true")
    here.monkeypatch.setenv("API_BASE_URL", "http://127.0.0.1:9")
    said = here.antiphon("demo", "--only", "auth/logout")
    assert said.code == 0


def test_without_the_applications_libraries_the_pip_line_is_given(here: Here) -> None:
    found = importlib.util.find_spec

    def lacks(name: str, package: str | None = None) -> Any:
        return None if name in ("socketio", "PIL") else found(name, package)

    here.monkeypatch.setattr(importlib.util, "find_spec", lacks)
    said = here.antiphon("demo")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "the reference application needs libraries that are not installed: socketio, PIL\n"
        "hint: pip install 'antiphon[demo]'\n"
    )


def test_an_ejected_suite_passes_check_and_is_played_by_run(here: Here) -> None:
    said = here.antiphon("demo", "--eject", "mine")
    assert said.code == 0
    scenarios = len(list((here.folder / "mine" / "scenarios").rglob("*.yaml")))
    assert f"wrote target.yaml and {scenarios} scenarios to mine" in said.out
    assert "cd mine && env $(cat .env) threadfilesharing --demo --port 3001 --data data\n" in said.out
    assert not list((here.folder / "mine").rglob("*.py"))
    here.monkeypatch.chdir(here.folder / "mine")
    assert f"{scenarios} scenarios, 2 fragments: no problems" in here.antiphon("check").out
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = Path(".env").read_text()
    assert Path(".env").stat().st_mode & 0o777 == 0o600
    application = subprocess.Popen(
        [sys.executable, "-m", "threadfilesharing", "--demo", "--port", str(port), "--data", "data"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TFS_SECRET": variables.strip().removeprefix("TFS_SECRET=")},
    )
    with application:
        try:
            here.line_with(application.stdout, " ready at ")
            url = f"http://127.0.0.1:{port}"
            here.write("mine/.env", f"{variables}API_BASE_URL={url}/api/v1\nWEBSOCKET_URL={url}\n")
            said = here.antiphon("run", "scenarios/auth", "scenarios/status", "--allow-void", "--retries", "2")
        finally:
            application.terminate()
    assert said.code == 0, said.out
    assert f"at http://127.0.0.1:{port}/api/v1" in said.out


def test_what_is_ejected_here_needs_no_way_there(here: Here) -> None:
    (here.folder / "empty").mkdir()
    here.monkeypatch.chdir(here.folder / "empty")
    said = here.antiphon("demo", "--eject", ".")
    assert said.code == 0
    assert "start the application: env $(cat .env) threadfilesharing" in said.out
    assert said.out.endswith("in a second terminal: antiphon run\n")


def test_nothing_is_ejected_over_what_is_there(here: Here) -> None:
    here.write("mine/notes.txt", "keep me")
    said = here.antiphon("demo", "--eject", "mine")
    assert said.code == 2
    assert "mine is not empty, and nothing in it shall be overwritten" in said.err
    assert [path.name for path in (here.folder / "mine").iterdir()] == ["notes.txt"]


def test_what_was_void_is_told_in_one_line(here: Here) -> None:
    from antiphon.engine import setting as engine_setting
    from antiphon.watch.lag import LagWatch

    del engine_setting
    here.monkeypatch.setattr(LagWatch, "lag_at", lambda self, stamp_s: 3.0)
    said = here.antiphon("demo", "--only", "messaging/fanout")
    void = [line for line in said.out.splitlines() if line.startswith("void")]
    assert said.code == 0
    assert len(void) == 1
    assert "could not be judged, and neither passed nor failed, in messaging/fanout: " in void[0]
    assert "own lag 3 s" in void[0]
    assert here.antiphon("demo", "--only", "messaging/fanout", "--no-allow-void").code == 4
