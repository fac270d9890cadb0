"""The stepper plays rounds of light steps exactly as the rest of the engine would: same verdicts, same history."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.flight import Flight
from antiphon.engine.lawful import Lawful
from antiphon.engine.recorder import Recorder
from antiphon.engine.stepper.light import are_light
from antiphon.history.entries import AnyEntry, Call, Connection, Emit, Event, Mark, User
from antiphon.judge.verdicts import Outcome
from antiphon.scenario.step_model import RepeatStep
from antiphon.testing.scripted_target import ScriptedTarget
from antiphon.ticking.real import RealClock

if TYPE_CHECKING:
    from conftest import Seen, Stage

USERS = "users: {alice: {}, bob: {}, crowd: {count: 3, role: MEMBER}}\n"
ROUNDS = '- repeat: {over: "{{ range(4) }}", as: n, pace: PACE}\n  steps:\n'

CASES = {
    "an emit with a template, a matcher and a save": """
      - crowd: emit do
        data: {ack: {ok: true, n: "{{ n }}"}}
        ack: {ok: true, n: "{{ n }}"}
        save: {last: ack.n}
      - assert: {last: "{{ n }}"}
    """,
    "an emit whose acknowledgement is another one than claimed": """
      - crowd: emit do
        data: {ack: {n: "{{ n }}"}}
        ack: {n: {"#range": [0, 2]}}
    """,
    "an emit that is refused": """
      - crowd: emit do
        data: {ack: {ok: false, error: {code: BUSY}}}
    """,
    "an emit without an acknowledgement": """
      - crowd: emit do
        data: {ack: silent}
        ack: none
    """,
    "an emit that is never acknowledged": """
      - crowd: emit do
        data: {ack: silent}
        wait: 150ms
    """,
    "an acknowledgement that cannot be read": """
      - crowd: emit do
        data: {ack: broken}
    """,
    "an emit of nothing, of several arguments, and of data as a whole": """
      - crowd: emit sync
      - crowd: emit do
        args: [{ack: {n: 1}}, two, "{{ n }}"]
      - crowd: emit do
        data: "{{ caller }}"
    """,
    "a matcher that asks for what was sent": """
      - crowd: emit do
        data: {ack: {who: "{{ caller.id }}", n: "{{ n }}"}, mark: "{{ caller.email }}"}
        ack: {who: "{{ caller.id }}", n: "{{ data.ack.n }}"}
    """,
    "a save that finds nothing": """
      - crowd: emit do
        data: {ack: {n: 1}}
        save: {gone: ack.m}
      - crowd: GET /me
    """,
    "a template that finds nothing": """
      - crowd: emit do
        data: {n: "{{ caller.nothing }}"}
    """,
    "a call with a body, a status, a claim and a save": """
      - crowd: POST /things
        body: {name: "thing {{ n }} of {{ caller.email }}"}
        status: 201
        expect: {id: "#string", name: "#/thing/"}
        save: {thing: payload}
      - crowd: DELETE /things/{{ thing.id }}
        status: 204
    """,
    "a call whose status a template gives, which is none": """
      - crowd: GET /me
        status: "{{ n | string }}"
    """,
    "a call whose status a template gives": """
      - crowd: POST /do
        body: {status: 203}
        status: "{{ '203' | int }}"
    """,
    "a call whose answer is no JSON": """
      - crowd: POST /do
        body: {text: "hello {{ n }}"}
        expect_body: "#string"
      - crowd: POST /do
        body: {text: "{ broken"}
    """,
    "a call that answers another status": """
      - crowd: GET /me
        status: 404
        expect: {id: "#string"}
    """,
    "a call that answers the status that its step names": """
      - crowd: GET /me
        status: 200
    """,
    "a call that answers other than claimed": """
      - crowd: GET /me
        expect: {id: nobody}
    """,
    "a call with query, headers and what the whole answer must be": """
      - crowd: GET /echo/a
        query: {n: "{{ n }}"}
        headers: {x-round: "{{ n }}"}
        expect_body: {data: {query: {n: "{{ n | string }}"}}}
        expect_headers: {x-echo: GET}
    """,
    "a call that is cut off": """
      - crowd: POST /do
        body: {cut: true}
    """,
    "a claim that holds sometimes": """
      - assert: {n: {"#range": [1, 9]}}
    """,
    "a pause between two emits": """
      - crowd: emit sync
      - pause: 5ms
        because: it is a pause
      - crowd: emit sync
    """,
    "several single users": """
      - alice: emit sync
      - bob: GET /me
        save: {mine: payload.id}
      - crowd[1]: emit do
        data: {ack: {mine: "{{ mine }}"}}
        ack: {mine: "{{ bob.id }}"}
      - nobody: GET /health
    """,
}

ONE_ROUND = {
    "an emit of nothing, of several arguments, and of data as a whole",
    "a save that finds nothing",
    "a template that finds nothing",
    "a call whose status a template gives, which is none",
}
"""These stop the scenario: how many rounds have begun by then is the machine's choice."""


def text_of(case: str, pace: str) -> str:
    steps = textwrap.indent(textwrap.dedent(CASES[case]).strip("\n"), "      ")
    rounds = textwrap.indent(ROUNDS.replace("PACE", pace), "  ")
    if case in ONE_ROUND:
        rounds = rounds.replace("range(4)", "range(1)")
    return f"{USERS}steps:\n{rounds}{steps}\n"


def told(seen: Seen) -> dict[str, object]:
    """Return all that two plays of one scenario must have in common."""
    return {
        "outcome": seen.outcome,
        "stopped": bool(seen.played.stopped),
        "problem": seen.problem,
        "steps": sorted(f"{doing.number} {doing.note}" for doing in seen.played.play.doings),
        "verdicts": sorted(_verdicts(seen)),
        "history": sorted(_line(entry) for entry in seen.entries if not isinstance(entry, Mark | User)),
        "marks": [(entry.what, entry.step, entry.edge) for entry in seen.entries if isinstance(entry, Mark)],
        "emits": seen.played.play.emits,
        "calls": seen.played.play.calls,
        "causes": sorted({(cause.name, cause.step) for cause in seen.played.play.causes}),
    }


def _verdicts(seen: Seen) -> list[str]:
    found = []
    for verdict in seen.played.verdicts:
        is_held = verdict.outcome is Outcome.HELD
        # Which of many equal failures come first is the target's choice.
        step, user = (verdict.step, verdict.user) if is_held else ("", "")
        found.append(f"{verdict.outcome.value} {verdict.kind.value} {verdict.times} {step} {user} {verdict.source}")
    return found


def _failures(seen: Seen) -> list[str]:
    return [verdict.sentence for verdict in seen.played.verdicts if verdict.outcome is not Outcome.HELD]


def _line(entry: AnyEntry) -> str:
    line = f"{type(entry).__name__} {entry.step} {entry.user} {entry.connection} {entry.epoch} "
    match entry:
        case Emit():
            sent, ack = _plain(entry.args), _plain(entry.ack or b"")
            return f"{line}{entry.name} {sent} {ack} {entry.ack_wanted} {entry.failure}"
        case Call():
            return (
                f"{line}{entry.method} {entry.template} {entry.status} {entry.declared} {entry.failure} {entry.purpose}"
            )
        case Event():
            return f"{line}{entry.name}"
        case Connection():
            return f"{line}{entry.what} {entry.how}"
        case _:
            return line


def _plain(written: bytes) -> str:
    """Return JSON without what is made anew for each play: ids, and addresses of people."""
    return re.sub(r"[a-z]+-\d+|[\w.+-]+@[\w.-]+", "#", written.decode())


@pytest.mark.parametrize("pace", ["10ms", "none"])
@pytest.mark.parametrize("case", CASES)
async def test_light_rounds_come_out_as_if_they_were_played_step_by_step(stage: Stage, case: str, pace: str) -> None:
    text = text_of(case, pace)
    scenario, target = stage.compiled(text)
    (block,) = scenario.steps
    assert isinstance(block, RepeatStep)
    assert are_light(block.steps, target)
    stage.changes["stepping"] = False
    by_step = await stage.play(text)
    stage.changes["stepping"] = True
    by_round = await stage.play(text)
    slow, quick = told(by_step), told(by_round)
    for part, wanted in slow.items():
        assert quick[part] == wanted, (part, _failures(by_step), _failures(by_round))


class Watched:
    """A run's clock, and a reader that looks what is under way whenever an entry is written."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.flight = Flight(self)
        self.told: list[str] = []
        lawful = Lawful(flight=self.flight, told=frozenset(), awaited_until=lambda _: None)
        stage.changes.update(
            lawful=lawful, recorder=Recorder([lambda entries: stage.entries.extend(entries), self.read])
        )

    def now_s(self) -> float:
        assert self.stage.setting is not None
        return self.stage.setting.clock.now_s()

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError

    def read(self, entries: Sequence[AnyEntry]) -> None:
        for entry in entries:
            match entry:
                case Call(purpose="step") if entry.sent_s is not None:
                    self._look(f"{entry.method} {entry.template}", entry.sent_s)
                case Emit() if entry.at_s < self.now_s() and entry.ack_wanted and not entry.failure:
                    self._look(f"emit {entry.name}", entry.sent_s)

    def _look(self, name: str, sent_s: float) -> None:
        since_s = dict(self.flight.in_flight()).get(name, float("inf"))
        if since_s > sent_s:
            self.told.append(f"{name} left at {sent_s}, and was said to be under way since {since_s}")


@pytest.mark.parametrize("stepping", [True, False])
@pytest.mark.parametrize("case", CASES)
async def test_what_is_under_way_is_told_to_laws_until_its_entry_is_written(
    stage: Stage, case: str, stepping: bool
) -> None:
    watched = Watched(stage)
    stage.changes["stepping"] = stepping
    await stage.play(text_of(case, "10ms"))
    assert watched.told == []
    assert watched.flight.in_flight() == ()


async def test_rounds_that_are_given_up_are_not_under_way_any_more(stage: Stage) -> None:
    for steps in ("- crowd: POST /do\n  body: {silent: true}", "- crowd: emit do\n  data: {ack: silent}\n  wait: 9s"):
        watched = Watched(stage)
        rounds = textwrap.indent(ROUNDS.replace("PACE", "1ms"), "  ") + textwrap.indent(steps, "      ")
        seen = await stage.play(f"timeout: 1s\n{USERS}steps:\n{rounds}\n")
        assert (seen.outcome, watched.flight.in_flight()) == ("timeout", ())


@pytest.mark.parametrize(
    "steps",
    [
        "- crowd: emit sync\n  hear: {bob: nothing}",
        "- crowd: emit sync\n  if: {n: 1}",
        "- crowd: emit sync\n  retry: 1",
        "- crowd: emit sync\n  must: true",
        "- crowd: emit do\n  data: {ack: {ok: false}}\n  refused: true",
        "- crowd: GET /me\n  append: {all: payload.id}",
        "- crowd: GET /me\n  token: garbage\n  status: 401",
        "- crowd: POST /do\n  form: {a: b}\n  status: any",
        "- crowd: logout",
        "- until: {do: {crowd: GET /me}}",
    ],
)
async def test_what_is_not_light_is_played_step_by_step_all_the_same(stage: Stage, steps: str) -> None:
    text = f"{USERS}steps:\n{textwrap.indent(ROUNDS.replace('PACE', '10ms').replace('range(4)', 'range(1)'), '  ')}"
    text += textwrap.indent(steps, "      ") + "\n"
    scenario, target = stage.compiled(text)
    (block,) = scenario.steps
    assert isinstance(block, RepeatStep)
    assert not are_light(block.steps, target)
    seen = await stage.play(text)
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_rounds_begin_on_time_whatever_becomes_of_earlier_ones(stage: Stage, target: ScriptedTarget) -> None:
    # Nothing is answered until all twelve have come: rounds that waited for one another would never end.
    for stepping in (True, False):
        stage.changes["stepping"] = stepping
        seen = await stage.play(
            USERS + 'steps:\n  - repeat: {over: "{{ range(4) }}", as: n, pace: 5ms}\n'
            "    steps:\n      - crowd: POST /do\n        body: {barrier: 12}\n"
        )
        assert (seen.outcome, seen.bad, target.most_waiting) == ("passed", [], 12)


async def test_rounds_back_to_back_await_only_the_same_users_round_before(stage: Stage) -> None:
    for stepping in (True, False):
        stage.changes["stepping"] = stepping
        seen = await stage.play(
            USERS + "steps:\n  - repeat: {over: [20, 0, 0], as: ms, pace: none}\n"
            "    steps:\n      - crowd: emit do\n"
            '        data: {hold_ms: "{{ ms }}"}\n'
        )
        emits = [entry for entry in seen.entries if isinstance(entry, Emit)]
        for user in ("crowd[0]", "crowd[1]", "crowd[2]"):
            own = [entry for entry in emits if entry.user == user]
            assert [entry.step for entry in own] == [f"1.1[{number}][{user[6]}]" for number in (1, 2, 3)]
            assert all(later.sent_s >= (earlier.acknowledged_s or 0.0) for earlier, later in pairwise(own))


async def test_a_connection_that_ends_lets_nobody_wait(stage: Stage) -> None:
    for stepping in (True, False):
        stage.changes["stepping"] = stepping
        seen = await stage.play(
            USERS + "steps:\n  - repeat: {over: [1, 2], as: n, pace: none}\n"
            "    steps:\n      - alice: emit do\n"
            '        data: {disconnect: "{{ alice.id }}", ack: silent}\n'
        )
        assert seen.bad == ["1.1[1] failed no answer alice", "1.1[2] failed no answer alice"]
        first, second = [entry for entry in seen.entries if isinstance(entry, Emit)]
        assert (first.failure, second.failure != "") == ("", True)


async def test_a_target_that_is_gone_ends_the_play_and_not_the_process(stage: Stage) -> None:
    for stepping in (True, False):
        stage.changes["stepping"] = stepping
        async with ScriptedTarget(RealClock()) as other:
            stage.target = other
            seen = await stage.play(
                USERS + "steps:\n  - repeat: {over: [1, 2], as: n, pace: none}\n"
                "    steps:\n      - alice: POST /do\n        body: {die: true}\n"
            )
        assert seen.outcome == "error"
        assert seen.problem.startswith("the target")


async def test_a_scenario_whose_time_runs_out_leaves_no_round_behind(stage: Stage) -> None:
    for stepping in (True, False):
        stage.changes["stepping"] = stepping
        seen = await stage.play(
            "timeout: 1s\n" + USERS + 'steps:\n  - repeat: {over: "{{ range(3) }}", as: n, pace: 1ms}\n'
            "    steps:\n      - crowd: POST /do\n        body: {silent: true}\n        status: any\n"
        )
        assert seen.outcome == "timeout"


async def test_ten_thousand_judgements_are_told_as_one(stage: Stage) -> None:
    seen = await stage.play(
        USERS + 'steps:\n  - repeat: {over: "{{ range(500) }}", as: n, pace: none}\n'
        '    steps:\n      - crowd: emit sync\n      - assert: {n: "#integer"}\n'
    )
    assert seen.outcome == "passed"
    assert [(verdict.step, verdict.times) for verdict in seen.played.verdicts] == [("1.1", 1500), ("1.2", 1500)]
    assert seen.steps == ["1", "1.1", "1.2"]
