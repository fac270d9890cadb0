"""`--trace`, `--until` and `--pause-on-failure`: looking at a scenario while it is played."""

from __future__ import annotations

import os
import pty
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon.cli.directing import PAUSED
from antiphon.testing.scripted_target import ScriptedTarget
from antiphon.testing.threaded import threaded
from antiphon.ticking.real import RealClock

if TYPE_CHECKING:
    from conftest import Here, Small

THREE = """\
scenario: three steps
steps:
  - nobody: GET /fine/1
  - nobody: GET /fine/2
    status: [200,
      201]
  - repeat: 2
    steps:
      - nobody: GET /fine/3
      - nobody: GET /fine/4
  - nobody: GET /fine/5
cleanup:
  - nobody: GET /fine/end
"""
LIVE = """\
target: live
base_url: {url}
http:
  token: {{header: authorization, value: "Bearer {{{{ self.token }}}}"}}
  envelope: {{success: [{{where: {{status: success}}, payload: data}}]}}
socket: {{url: {url}, token: {{auth: token, value: "{{{{ self.token }}}}"}}, ready: ready, ambient: [ready]}}
fence: {{kind: delivery, emit: sync}}
users:
  make:
    default:
      - call: POST /users
        body: {{email: "{{{{ self.email }}}}", password: "{{{{ self.password }}}}"}}
        save: {{self.id: payload.id}}
  login:
    - call: POST /login
      body: {{email: "{{{{ self.email }}}}", password: "{{{{ self.password }}}}"}}
      save: {{self.token: payload.token}}
"""
HOSTILE = """\
scenario: it
users: {alice: {}}
steps:
  - alice: POST /do
    body: {events: [{to: "*", event: "bad\\x1b[31m", data: {t: "{{ alice.token }}"}}]}
    hear: {alice: "bad\\x1b[31m"}
  - alice: emit do
    data: {ack: {ok: true}}
"""
FAILING = """\
scenario: the second step fails
timeout: 60s
users: {alice: {}}
steps:
  - alice: GET /echo/1
  - alice: GET /echo/2
    expect: {path: /else}
  - alice: emit do
  - alice: connected
"""


@pytest.fixture
def three(here: Here, small: Small) -> Here:
    """Return a suite of one scenario of three steps, and another one."""
    here.suite(small.url, three=THREE, other=here.asks("another", "/fine/other"))
    return here


@pytest.fixture
def live() -> Iterator[ScriptedTarget]:
    """A target with a socket."""
    with threaded(ScriptedTarget(RealClock())) as target:
        yield target


@pytest.mark.parametrize(
    ("line", "played"),
    [
        (3, ["1"]),
        (4, ["1", "2"]),
        (6, ["1", "2"]),
        (9, ["1", "2", "3"]),
        (10, ["1", "2", "3", "4", "3", "4"]),
        (13, ["1", "2", "3", "4", "3", "4", "5"]),
    ],
)
def test_a_scenario_is_played_up_to_a_line_and_cleaned_up(
    three: Here, small: Small, line: int, played: list[str]
) -> None:
    said = three.antiphon("run", "--until", f"scenarios/three.yaml:{line}")
    fine = [path.removeprefix("/fine/") for _, path, _ in small.asked if "fine" in path]
    assert fine == [*played, "end"]
    assert said.code == 0
    assert f"--until scenarios/three.yaml:{line}: the steps behind it were not played" in said.out


@pytest.mark.parametrize(
    ("written", "sentence", "hint"),
    [
        ("three.yaml", "`--until three.yaml` is no FILE:LINE", "scenarios/first.yaml:12"),
        ("scenarios/four.yaml:3", "there is no scenario in scenarios/four.yaml", "scenarios/three.yaml"),
        ("scenarios/three.yaml:2", "no step of scenarios/three.yaml stands in line 2 or before", "line 3"),
        ("scenarios/three.yaml:999", "scenarios/three.yaml has no line 999", "its last line is"),
        ("scenarios/three.yaml:x", "is no FILE:LINE", "such as"),
    ],
)
def test_a_place_that_no_step_has_is_bad_usage(
    three: Here, small: Small, written: str, sentence: str, hint: str
) -> None:
    said = three.antiphon("run", "--until", written)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
    assert hint in said.err
    assert small.asked == []


def test_until_stops_scenarios_in_python_as_well(three: Here, small: Small) -> None:
    three.write(
        "scenarios/scenario_it.py",
        "from antiphon.python import User, scenario\n\n@scenario('it')\nasync def it(nobody: User) -> None:\n"
        "    await nobody.get('/fine/1')\n    await nobody.get('/fine/2')\n",
    )
    assert three.antiphon("run", "--until", "scenarios/scenario_it.py:5").code == 0
    assert [path for _, path, _ in small.asked if "fine" in path] == ["/fine/1"]


def test_the_trace_tells_of_every_call_and_step_on_standard_error(three: Here) -> None:
    said = three.antiphon("run", "--only", "three", "--trace")
    assert said.code == 0
    assert "→ GET /fine/1  ← 200 in" in said.err
    assert '{"name": "fine"}' in said.err
    assert "step began: repeat 2 times" in said.err
    assert "→" not in said.out


def test_the_trace_tells_of_events_and_emits_and_hides_secrets_and_commands(here: Here, live: ScriptedTarget) -> None:
    here.write("target.yaml", LIVE.format(url=live.url))
    here.write("scenarios/it.yaml", HOSTILE)
    said = here.antiphon("run", "--trace")
    assert said.code == 0, said.out + said.err
    assert "alice connected" in said.err
    assert "← bad\\x1b[31m " in said.err
    assert "\x1b" not in said.err
    assert "→ do [{" in said.err
    assert "← ack in" in said.err
    assert "***" in said.err
    assert "eyJ" not in said.err
    assert "alice made: id user-" in said.err
    assert "→ POST /login (recipe)" in said.err


def test_a_failed_step_is_waited_at_with_its_connections_open(here: Here, live: ScriptedTarget) -> None:
    here.write("target.yaml", LIVE.format(url=live.url))
    here.write("scenarios/it.yaml", FAILING)
    ours, theirs = pty.openpty()
    process = here.started("run", "--pause-on-failure", stdin=theirs)
    os.close(theirs)
    try:
        told = here.line_with(process.stderr, PAUSED)
        assert PAUSED in told
        assert len(live.sockets) == 1
        assert live.emits == []
        os.write(ours, b"\n")
        said = here.ended(process)
    finally:
        os.close(ours)
    assert said.code == 1
    assert "1 failed" in said.out
    assert [name for _, name, _ in live.emits if name == "do"] == ["do"]


def test_ctrl_c_ends_a_pause(here: Here, live: ScriptedTarget) -> None:
    here.write("target.yaml", LIVE.format(url=live.url))
    here.write("scenarios/it.yaml", FAILING)
    ours, theirs = pty.openpty()
    process = here.started("run", "--pause-on-failure", stdin=theirs)
    os.close(theirs)
    try:
        here.line_with(process.stderr, PAUSED)
        process.send_signal(2)
        said = here.ended(process)
    finally:
        os.close(ours)
    assert said.code == 130
    assert [name for _, name, _ in live.emits if name == "do"] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "standard input is no terminal"),
        (["--parallel", "2"], "--pause-on-failure plays one scenario at a time"),
    ],
    ids=["no terminal", "parallel"],
)
def test_nobody_waits_where_nobody_can_press_enter(
    three: Here, small: Small, words: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        said = three.antiphon("run", "--pause-on-failure", *words)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
    assert small.asked == []
