"""What the tests of the engine share: a stage on which a few lines of YAML are played against a scripted target."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import textwrap
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace
from tests.engine.plain_server import PlainServer

from antiphon.core.redaction import Redactor
from antiphon.engine.plays import Played, play_scenario
from antiphon.engine.recorder import Recorder
from antiphon.engine.run_clock import RunClock
from antiphon.engine.setting import Setting
from antiphon.history.entries import AnyEntry, Call, Connection, Event
from antiphon.judge.outcomes import play_outcome
from antiphon.judge.verdicts import Outcome, Verdict
from antiphon.net.allow import AllowList
from antiphon.scenario.compiler import SuiteFile, compile_suite
from antiphon.scenario.model import Scenario
from antiphon.target.accounts import with_accounts
from antiphon.target.loader import load_target
from antiphon.target.model import Target
from antiphon.testing.board import SECRET
from antiphon.testing.scripted_target import ScriptedTarget
from antiphon.testing.steady_lag import SteadyLag
from antiphon.ticking.real import RealClock, SeededDice
from antiphon.watch.lag import LagWatch
from antiphon.watch.target import TargetWatch

FENCES = {
    "delivery by ack": "{kind: delivery, emit: sync}",
    "delivery by event": "{kind: delivery, emit: sync, data: {n: 1}, heard: {synced: {n: 1}}}",
    "connection": "{kind: connection, emit: sync}",
    "alive": "{kind: alive, settle: 20ms, emit: sync}",
    "canary": (
        "{kind: delivery, canary: {event: song, match: event.mark, call: {call: POST /do, body: "
        '{events: [{to: "{{ self.id }}", event: song, data: {mark: "{{ canary }}"}}]}}}}'
    ),
    "none": "none",
}
PROFILE = """
target: scripted
base_url: BASE
health: [GET /health]
http:
  token: {header: authorization, value: "Bearer {{ self.token }}"}
  envelope:
    success: [{where: {status: success}, payload: data}]
    error: {code: code, message: message}
  timeouts: {connect: 2s, first_byte: FIRST_BYTE, total: 10s}
socket:
  url: BASE
  token: {auth: token, value: "{{ self.token }}"}
  ready: ready
  event_id: event.eventId
  ambient: [ready, weather]
fence: FENCE
users:
  roles: [MEMBER, OWNER]
  make:
    OWNER:
      - call: POST /users
        body: {email: "{{ self.email }}", password: "{{ self.password }}", company: "{{ self.company_name }}"}
        save: {self.id: payload.id}
    default:
      - call: POST /users
        by: OWNER of company
        body: {email: "{{ self.email }}", password: "{{ self.password }}", role: "{{ self.role }}"}
        save: {self.id: payload.id}
  login:
    - call: POST /login
      body: {email: "{{ self.email }}", password: "{{ self.password }}"}
      save: {self.token: payload.token, self.refresh_token: payload.refreshToken}
  refresh:
    - call: POST /refresh
      body: {refreshToken: "{{ self.refresh_token }}"}
      save: {self.token: payload.token, self.refresh_token: payload.refreshToken}
  logout:
    - call: POST /logout
      status: 204
  tokens: {kind: jwt, secret_env: TARGET_SECRET}
resources:
  thing: {from: POST /things -> 201, key: payload.id}
cleanup:
  thing: {call: "DELETE /things/{{ key }}", clean: [404]}
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
  received: {call: "GET /uploads/{{ upload.id }}", save: {upload.received: payload.received}}
  chunk_size: 1000B
env: [HOUSE]
"""


@dataclass
class Seen:
    """What became of a play, in the words that tests compare."""

    played: Played
    entries: list[AnyEntry]

    @property
    def outcome(self) -> str:
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
        """Return what failed or is void: `failed lost bob`, a step's number before it."""
        return [_line(verdict) for verdict in self.played.verdicts if verdict.outcome in (Outcome.FAILED, Outcome.VOID)]

    @property
    def sentences(self) -> list[str]:
        """Return what was said about it."""
        wanted = (Outcome.FAILED, Outcome.VOID)
        return [verdict.sentence for verdict in self.played.verdicts if verdict.outcome in wanted]

    @property
    def held(self) -> list[str]:
        """Return what held, in the same words."""
        return [_line(verdict) for verdict in self.played.verdicts if verdict.outcome is Outcome.HELD]

    @property
    def not_run(self) -> list[str]:
        """Return what was not judged."""
        return [_line(verdict) for verdict in self.played.verdicts if verdict.outcome is Outcome.NOT_RUN]

    @property
    def proofs(self) -> list[str]:
        """Return how absences were shown."""
        return [verdict.proof.value for verdict in self.played.verdicts if verdict.proof.value]

    @property
    def problem(self) -> str:
        """Return why it could not be played."""
        return "" if self.played.problem is None else str(self.played.problem)

    @property
    def steps(self) -> list[str]:
        """Return the numbers of the steps that were played."""
        return [doing.number for doing in self.played.play.doings if not doing.skipped]

    @property
    def leftovers(self) -> list[str]:
        """Return what clean-up left, ids as `#`."""
        return [re.sub(r"\w+-\d+", "#", line) for line in self.played.play.leftovers]

    @property
    def notes(self) -> list[str]:
        """Return what was noted of steps."""
        return [doing.note for doing in self.played.play.doings if doing.note]

    def known(self, name: str) -> object:
        """Return what a name means at the end."""
        return self.played.play.names.lookup(name)

    def calls(self, purpose: str = "step") -> list[str]:
        """Return the calls, as `alice GET /me 200`."""
        found = [entry for entry in self.entries if isinstance(entry, Call) and entry.purpose == purpose]
        return [f"{call.user} {call.method} {call.template} {call.status or call.failure}" for call in found]

    def events(self, name: str = "") -> list[str]:
        """Return who heard what."""
        found = [entry for entry in self.entries if isinstance(entry, Event)]
        return [f"{event.connection} {event.name}" for event in found if not name or event.name == name]

    def connections(self, user: str) -> list[str]:
        """Return what happened to a user's connection."""
        found = [entry for entry in self.entries if isinstance(entry, Connection) and entry.user == user]
        return [f"{entry.what} {entry.how} {entry.by}".strip() for entry in found]


def _line(verdict: Verdict) -> str:
    return " ".join(part for part in (verdict.step, verdict.outcome.value, verdict.kind.value, verdict.user) if part)


@dataclass
class Stage:
    """Plays scenarios against a scripted target; what a test does not choose is quick and quiet.

    Attributes:
        lag_s: Antiphon's own lag as verdicts about time see it; None measures it.
        fence: One of `FENCES`.
        without: A section that the profile lacks.
        changes: Further parameters of the setting.
    """

    target: ScriptedTarget
    lag_s: float | None = 0.0
    fence: str = "delivery by ack"
    first_byte: str = "2s"
    edits: dict[str, str] = field(default_factory=dict)
    changes: dict[str, object] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    exists: str = ""
    without: str = ""
    plays: int = 0
    setting: Setting | None = None
    entries: list[AnyEntry] = field(default_factory=list)

    async def play(self, *texts: str) -> Seen:
        """Play the first text; the others are fragments."""
        scenario, target = self.compiled(*texts)
        self.entries = []
        self.plays += 1
        setting = self.made_setting(target)
        setting.lag.start()
        try:
            played = await play_scenario(setting, scenario, scenario.id)
        finally:
            setting.lag.stop()
        return Seen(played, self.entries)

    async def steps(self, text: str, *fragments: str, exists: str = "") -> Seen:
        """Play steps with the users alice and bob, who are connected; `exists` is a file of the suite."""
        self.exists = exists
        indented = textwrap.indent(textwrap.dedent(text).strip("\n"), "  ")
        return await self.play(f"users: {{alice: {{}}, bob: {{}}}}\nsteps:\n{indented}\n", *fragments)

    def compiled(self, *texts: str) -> tuple[Scenario, Target]:
        """Return the scenario and the profile, which must be without problems."""
        target = self.profile()
        first, *fragments = (textwrap.dedent(text) for text in texts)
        named = [SuiteFile("scenarios/played.yaml", f"scenario: played\n{first}")]
        named += [SuiteFile(f"scenarios/z{index}.yaml", text) for index, text in enumerate(fragments)]
        suite = compile_suite(named, target.vocabulary, files_exist=self.file_problem, env=target.env)
        told = [f"{problem.source}: {problem} | {problem.hint}" for problem in suite.problems]
        assert told == []
        return suite.scenarios[0], target

    def file_problem(self, name: str) -> str | None:
        """Return why a file cannot be used."""
        return None if name == self.exists else f"there is no {name}"

    def profile_text(self) -> str:
        """Return the profile as it is before the edits."""
        text = PROFILE.replace("BASE", self.target.url).replace("FENCE", FENCES[self.fence])
        text = text.replace("FIRST_BYTE", self.first_byte)
        if self.without:
            text = re.sub(rf"^{self.without}:.*?(?=^\w)", "", text, flags=re.DOTALL | re.MULTILINE)
        return text

    def profile(self) -> Target:
        """Return the profile of the scripted target."""
        text = self.profile_text()
        for old, new in self.edits.items():
            assert old in text
            text = text.replace(old, new)
        target, problems = load_target(text, "target.yaml", environment={})
        assert [f"{problem.source}: {problem}" for problem in problems] == []
        assert target is not None
        target, problems = with_accounts(target, lambda name: self.files[name], {})
        assert [f"{problem.source}: {problem}" for problem in problems] == []
        return target

    def made_setting(self, target: Target) -> Setting:
        """Return the engine's parameters."""
        clock = RunClock(RealClock())
        setting = Setting(
            target=target,
            clock=clock,
            dice=SeededDice("a test"),
            allow=AllowList(()),
            recorder=Recorder([self.entries.extend]),
            redactor=Redactor(b"key"),
            lag=LagWatch(clock) if self.lag_s is None else SteadyLag(clock, self.lag_s),
            target_watch=TargetWatch(None, clock),
            run_id=f"run{self.plays}",
            seed="a test",
            started=dt.datetime.now(dt.UTC),
            read_file=lambda name: self.files[name],
            environment={"TARGET_SECRET": SECRET, "HOUSE": "glass"},
        )
        self.setting = replace(setting, **self.changes)  # type: ignore[arg-type]
        return self.setting


PLAIN_PROFILE = """
target: plain
base_url: BASE
health: [GET /health]
socket:
  protocol: websocket
  url: /ws
  name: op
  data: d
  correlation: id
SOCKET
fence: {kind: delivery, emit: do, data: {answer: synced}}
"""


@dataclass
class PlainStage(Stage):
    """Plays scenarios against a plain WebSocket.

    Attributes:
        socket: Further keys of the profile's `socket`.
    """

    socket: str = ""
    head: str = PLAIN_PROFILE

    def profile(self) -> Target:
        """Return the profile of the plain server."""
        socket = textwrap.indent(textwrap.dedent(self.socket).strip("\n"), "  ")
        text = self.head.replace("BASE", self.target.url).replace("SOCKET", socket)
        for old, new in self.edits.items():
            assert old in text
            text = text.replace(old, new)
        target, problems = load_target(text, "target.yaml", environment={})
        assert [f"{problem.source}: {problem}" for problem in problems] == []
        assert target is not None
        return target


@pytest.fixture
async def server() -> AsyncIterator[PlainServer]:
    """A plain WebSocket server that does as it is told."""
    async with PlainServer() as started:
        yield started


@pytest.fixture
def plain(server: PlainServer) -> PlainStage:
    """A stage before that server."""
    return PlainStage(server)  # type: ignore[arg-type]  # all that a stage asks of its target is where it is


@pytest.fixture
async def target() -> AsyncIterator[ScriptedTarget]:
    """A target that does as it is told."""
    async with ScriptedTarget(RealClock()) as scripted:
        yield scripted


@pytest.fixture
def stage(target: ScriptedTarget) -> Stage:
    """A stage before that target."""
    return Stage(target)


@pytest.fixture(autouse=True)
async def nothing_left_behind() -> AsyncIterator[None]:
    """See to it that no test leaves a task on the loop."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before
    assert [str(task) for task in left if task is not asyncio.current_task()] == []


@pytest.fixture
def stage_of() -> type[Stage]:
    """What makes a stage, for tests that have a loop of their own."""
    return Stage
