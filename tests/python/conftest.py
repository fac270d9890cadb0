"""A stage on which scenarios in Python are played against a scripted target, in this process."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from antiphon.core.redaction import Redactor
from antiphon.engine.plays import Played, play_scenario
from antiphon.engine.recorder import Recorder
from antiphon.engine.run_clock import RunClock
from antiphon.engine.setting import Setting
from antiphon.history.entries import AnyEntry, Call
from antiphon.judge.outcomes import play_outcome
from antiphon.judge.verdicts import Outcome
from antiphon.net.allow import AllowList
from antiphon.python import collecting
from antiphon.scenario.compiler import SuiteFile, compile_suite
from antiphon.scenario.model import Scenario
from antiphon.target.loader import load_target
from antiphon.target.model import Target
from antiphon.testing.scripted_target import ScriptedTarget
from antiphon.testing.steady_lag import SteadyLag
from antiphon.ticking.real import RealClock, SeededDice
from antiphon.watch.target import TargetWatch

PROFILE = """
target: scripted
base_url: BASE
http:
  token: {header: authorization, value: "Bearer {{ self.token }}"}
  envelope:
    success: [{where: {status: success}, payload: data}]
    error: {code: code, message: message}
socket: {url: BASE, token: {auth: token, value: "{{ self.token }}"}, ready: ready, ambient: [ready]}
fence: {kind: delivery, emit: sync}
users:
  roles: [MEMBER]
  make:
    default:
      - call: POST /users
        body: {email: "{{ self.email }}", password: "{{ self.password }}"}
        save: {self.id: payload.id}
  login:
    - call: POST /login
      body: {email: "{{ self.email }}", password: "{{ self.password }}"}
      save: {self.token: payload.token}
membership:
  room:
    joined: [{by: emit do -> ok, room: data.room}]
    left: [{by: emit do -> ok, room: data.room}]
upload:
  start:
    call: POST /uploads
    body: {name: "{{ file.name }}", size: "{{ file.size }}", sha256: "{{ file.sha256 }}", with: "{{ with }}"}
    save: {upload.id: payload.id}
  chunk: {call: "PUT /uploads/{{ upload.id }}/chunks/{{ chunk.index }}", raw: "{{ chunk.bytes }}"}
  finish: {call: "POST /uploads/{{ upload.id }}/finish"}
  chunk_size: 1000B
"""
HEAD = "from antiphon.python import *\nfrom antiphon.python import Scene, User\n\n"


@dataclass
class Seen:
    """What became of a scenario."""

    scenario: Scenario
    played: Played
    entries: list[AnyEntry]

    @property
    def outcome(self) -> str:
        """How it came out."""
        played = self.played
        return play_outcome(
            played.verdicts,
            timed_out=played.timed_out,
            cancelled=played.cancelled,
            error=played.problem is not None,
            retried=played.play.retried,
        ).value

    @property
    def bad(self) -> list[str]:
        """What failed: its line and sentence."""
        wanted = (Outcome.FAILED, Outcome.VOID)
        found = [verdict for verdict in self.played.verdicts if verdict.outcome in wanted]
        return [f"{verdict.source.path}:{verdict.source.line} {verdict.sentence}" for verdict in found]

    @property
    def problem(self) -> str:
        """Why it could not be played, with its line and hint."""
        problem = self.played.problem
        if problem is None:
            return ""
        line = problem.source.line if problem.source is not None else "?"
        return f"{line} {problem} | {problem.hint}"

    @property
    def steps(self) -> list[str]:
        """The steps that were played: number and label."""
        return [f"{doing.number} {doing.label}" for doing in self.played.play.doings]

    @property
    def calls(self) -> list[str]:
        """The calls of steps and of the clean-up."""
        found = [entry for entry in self.entries if isinstance(entry, Call) and entry.purpose in ("step", "cleanup")]
        return [f"{call.user} {call.method} {urlsplit(call.url).path} {call.status}" for call in found]


@dataclass
class Stage:
    """Collects a Python file and plays its scenarios."""

    target: ScriptedTarget
    root: Path
    fragments: tuple[str, ...] = ()
    edits: dict[str, str] = field(default_factory=dict)

    def profile(self) -> Target:
        """Return the target's profile."""
        text = PROFILE.replace("BASE", self.target.url)
        for old, new in self.edits.items():
            text = text.replace(old, new)
        target, problems = load_target(text, "target.yaml", environment={})
        assert [str(problem) for problem in problems] == []
        assert target is not None
        return target

    def collected(self, text: str, name: str = "scenario_a.py") -> tuple[tuple[Scenario, ...], list[str]]:
        """Return the scenarios of a file, and its problems as line, sentence and hint."""
        folder = self.root / "scenarios"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(HEAD + textwrap.dedent(text))
        target = self.profile()
        named = [SuiteFile(f"scenarios/{index}.yaml", text) for index, text in enumerate(self.fragments)]
        yaml = compile_suite(named, target.vocabulary)
        assert [str(problem) for problem in yaml.problems] == []
        suite = collecting.Suite(
            root=self.root, vocabulary=target.vocabulary, fragments=yaml.fragments, file_problem=lambda _name: None
        )
        scenarios, problems = collecting.collect(f"scenarios/{name}", suite)
        told = [f"{one.source.line if one.source else '?'} {one} | {one.hint}" for one in problems]
        return scenarios, told

    async def play(self, text: str, **changes: object) -> Seen:
        """Play the one scenario of a file."""
        scenarios, problems = self.collected(text)
        assert problems == []
        clock = RunClock(RealClock())
        entries: list[AnyEntry] = []
        setting = Setting(
            target=self.profile(),
            clock=clock,
            dice=SeededDice("a test"),
            allow=AllowList(()),
            recorder=Recorder([entries.extend]),
            redactor=Redactor(b"key"),
            lag=SteadyLag(clock, 0.0),
            target_watch=TargetWatch(None, clock),
            run_id="run1",
            seed="a test",
            started=dt.datetime.now(dt.UTC),
            read_file=lambda _name: b"",
            **changes,  # type: ignore[arg-type]
        )
        setting.lag.start()
        try:
            played = await play_scenario(setting, scenarios[0], scenarios[0].id)
        finally:
            setting.lag.stop()
        return Seen(scenarios[0], played, entries)

    async def steps(self, text: str, users: str = "alice: User, bob: User, scene: Scene") -> Seen:
        """Play the body of a scenario; its first line is line 6 of the file."""
        body = textwrap.indent(textwrap.dedent(text).strip("\n"), "    ")
        return await self.play(f'@scenario("played")\nasync def played({users}) -> None:\n{body}\n')


@pytest.fixture
async def target() -> AsyncIterator[ScriptedTarget]:
    """A target that does as it is told."""
    async with ScriptedTarget(RealClock()) as scripted:
        yield scripted


@pytest.fixture
def stage(target: ScriptedTarget, tmp_path: Path) -> Iterator[Stage]:
    """A stage before that target."""
    return Stage(target, tmp_path)
