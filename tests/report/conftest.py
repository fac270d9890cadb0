"""A run with one scenario of every outcome, as a run of the reference application would leave it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import pytest

from antiphon.core.source import Source
from antiphon.history.entries import AnyEntry, Beat, Call, Connection, Emit, Event, Mark, Sample, User
from antiphon.judge.verdicts import Kind, Outcome, PlayOutcome, Proof, Verdict
from antiphon.run.results import (
    Figures,
    RunSummary,
    ScenarioResult,
    StepResult,
    ThresholdResult,
    Trouble,
    UserFacts,
)

BASE = "http://127.0.0.1:41873/api/v1"
HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07<script>alert(1)</script>|`a`[x](javascript:alert(1))"
    "\n::error::boo ##[error]x \u202egnp.exe \ud800\ufffe\x00"
)
FANOUT_TEXT = """scenario: a message reaches the room and nobody else
covers: [FR-002, FR-012]
users: {alice: {role: MEMBER}, bob: {role: MEMBER}, carol: {role: MEMBER}}
steps:
  - alice: POST /chatrooms/create
    body: {name: "room {{ run.id }}", memberIds: ["{{ bob.id }}"], isPrivate: true}
    save: {room: payload}
  - alice: POST /messages/send
    body: {chatroomId: "{{ room.id }}", content: hallo}
    save: {message: payload}
    hear:
      bob:
        - message_received: {messageId: "{{ message.id }}", content: hallo}
          within: 100ms
      carol: nothing
"""


@dataclass(frozen=True)
class Run:
    """All that reports are made from."""

    summary: RunSummary
    results: tuple[ScenarioResult, ...]
    entries: tuple[AnyEntry, ...]
    texts: dict[str, str]

    def result(self, scenario: str) -> ScenarioResult:
        return next(result for result in self.results if result.id == scenario)

    def with_result(self, changed: ScenarioResult) -> Run:
        results = tuple(changed if result.id == changed.id else result for result in self.results)
        return Run(self.summary, results, self.entries, self.texts)


def body(**values: object) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode()


def call(
    play: str,
    step: str,
    user: str,
    seq: int,
    sent_s: float,
    ended_s: float,
    *,
    path: str,
    status: int | None = 200,
    **more: object,
) -> Call:
    fields: dict[str, object] = {
        "method": "POST",
        "template": path,
        "url": BASE + path,
        "request_headers": (
            ("host", "127.0.0.1:41873"),
            ("authorization", "Bearer ***a1b2c3d4"),
            ("content-type", "application/json"),
        ),
        "request_body": body(content="hallo"),
        "first_byte_s": ended_s - 0.0004,
        "response_headers": (("content-type", "application/json"),),
        "response_body": body(success=True, payload={"id": "0198-77"}),
        **more,
    }
    return Call(seq=seq, at_s=ended_s, play=play, step=step, user=user, sent_s=sent_s, status=status, **fields)  # type: ignore[arg-type]


def event(play: str, step: str, user: str, seq: int, at_s: float, name: str, **values: object) -> Event:
    args = b"[" + body(**values) + b"]"
    return Event(seq=seq, at_s=at_s, play=play, step=step, user=user, connection=user, epoch=1, name=name, args=args)


def connected(play: str, user: str, seq: int, at_s: float) -> Connection:
    return Connection(
        seq=seq,
        at_s=at_s,
        play=play,
        user=user,
        connection=user,
        epoch=1,
        what="connected",
        sid=f"sid-{user}",
        started_s=at_s - 0.004,
    )


def fence(play: str, step: str, user: str, seq: int, at_s: float) -> Beat:
    return Beat(
        seq=seq,
        at_s=at_s,
        play=play,
        step=step,
        user=user,
        connection=user,
        epoch=1,
        what="fence",
        asked_s=at_s - 0.0021,
        answer=b"{}",
    )


def users(*names: str) -> tuple[UserFacts, ...]:
    return tuple(
        UserFacts(
            name=name,
            id=f"0198-{number:04d}",
            role="MEMBER",
            email=f"{name}.3f2a@antiphon.example",
            full_name=f"{name.title()} Antiphon",
            company="own",
        )
        for number, name in enumerate(names, 1)
    )


def fanout_failed() -> tuple[ScenarioResult, list[AnyEntry]]:
    """A message that one member does not hear as claimed; the other one hears nothing, as claimed."""
    play, path = "messaging/fanout", "scenarios/messaging/fanout.yaml"
    entries: list[AnyEntry] = [
        User(seq=1, at_s=0.9, play=play, user="alice", what="made", id="0198-0001", role="MEMBER", company="own"),
        call(play, "", "alice", 2, 0.9, 0.95, path="/auth/login", purpose="recipe"),
        connected(play, "alice", 3, 0.96),
        connected(play, "bob", 4, 0.97),
        connected(play, "carol", 5, 0.98),
        Mark(seq=6, at_s=1.0, play=play, step="1", what="step", edge="began", note="alice: POST /chatrooms/create"),
        call(play, "1", "alice", 7, 1.0, 1.0123, path="/chatrooms/create", status=201),
        event(play, "1", "bob", 8, 1.0131, "chatroom_created", id="0198-55", title="room 3f2a"),
        call(play, "2", "alice", 9, 1.02, 1.0324, path="/messages/send", status=201),
        event(play, "2", "alice", 10, 1.0329, "message_received", messageId="0198-77", content="hallo"),
        event(play, "2", "bob", 11, 1.1164, "message_received", messageId="0198-77", content="hello"),
        fence(play, "2", "carol", 12, 6.035),
    ]
    line = '        - message_received: {messageId: "{{ message.id }}", content: hallo}'
    claim = Source(path, 13, 11, line)
    steps = (
        StepResult(
            number="1",
            label="alice: POST /chatrooms/create",
            source=Source(path, 5, 5),
            outcome=Outcome.HELD,
            began_s=1.0,
            ended_s=1.0125,
        ),
        StepResult(
            number="2",
            label="alice: POST /messages/send",
            source=Source(path, 8, 5),
            outcome=Outcome.FAILED,
            began_s=1.02,
            ended_s=6.036,
        ),
    )
    verdicts = (
        Verdict(
            outcome=Outcome.HELD,
            kind=Kind.STATUS,
            claim="POST /chatrooms/create answers 2xx",
            source=Source(path, 5, 5),
            step="1",
            user="alice",
            cause_seq=7,
        ),
        Verdict(
            outcome=Outcome.FAILED,
            kind=Kind.DIFFERS,
            claim="bob hears message_received within 100ms",
            sentence="bob did not hear message_received within 100ms",
            details=(
                'heard instead, 84 ms after the answer: message_received, differs in `content`: "hello" is not "hallo"',
                "listened for 5s after the answer",
            ),
            source=claim,
            step="2",
            user="bob",
            connection="bob",
            event="message_received",
            cause_seq=9,
            evidence=(11,),
            limit_s=5.0,
        ),
        Verdict(
            outcome=Outcome.HELD,
            kind=Kind.ABSENT,
            claim="carol hears nothing",
            source=Source(path, 15, 14),
            step="2",
            user="carol",
            connection="carol",
            proof=Proof.PROVEN,
            cause_seq=9,
            evidence=(12,),
        ),
    )
    result = ScenarioResult(
        id="messaging/fanout",
        title="a message reaches the room and nobody else",
        path=path,
        line=1,
        outcome=PlayOutcome.FAILED,
        plays=(play,),
        type="integration",
        category="messaging",
        priority="high",
        tags=("smoke",),
        covers=("FR-002", "FR-012"),
        began_s=0.9,
        duration_s=5.14,
        steps=steps,
        users=users("alice", "bob", "carol"),
        verdicts=verdicts,
        calls=3,
        events=3,
    )
    return result, entries


def simple(
    scenario: str,
    title: str,
    outcome: PlayOutcome,
    verdicts: tuple[Verdict, ...] = (),
    *,
    trouble: Trouble | None = None,
    earlier: tuple[Verdict, ...] = (),
    covers: tuple[str, ...] = ("FR-002",),
    began_s: float = 7.0,
    duration_s: float = 0.084,
    plays: int = 1,
) -> ScenarioResult:
    path = f"scenarios/{scenario}.yaml"
    worst = next((verdict.outcome for verdict in verdicts if verdict.outcome is not Outcome.HELD), Outcome.HELD)
    played = bool(plays) and outcome not in (PlayOutcome.SKIPPED, PlayOutcome.NOT_RUN, PlayOutcome.ERROR)
    step = StepResult(
        number="1",
        label="alice: POST /messages/send",
        source=Source(path, 4, 5),
        outcome=worst if played else Outcome.NOT_RUN,
        began_s=began_s if played else None,
        ended_s=began_s + duration_s if played else None,
        note="" if played else "never begun",
    )
    return ScenarioResult(
        id=scenario,
        title=title,
        path=path,
        line=1,
        outcome=outcome,
        plays=tuple(scenario + (f"#{number}" if number > 1 else "") for number in range(1, plays + 1)),
        type="integration",
        category=scenario.partition("/")[0],
        covers=covers,
        began_s=began_s,
        duration_s=duration_s if played else 0.0,
        steps=(step,),
        users=users("alice", "bob"),
        verdicts=verdicts,
        earlier=earlier,
        trouble=trouble,
        calls=2,
        events=2,
    )


def verdict_of(scenario: str, outcome: Outcome, kind: Kind, claim: str, sentence: str = "", **more: object) -> Verdict:
    source = Source(f"scenarios/{scenario}.yaml", 9, 9, f"        - {claim}")
    return Verdict(outcome=outcome, kind=kind, claim=claim, sentence=sentence, source=source, step="1", **more)  # type: ignore[arg-type]


def leaked() -> tuple[ScenarioResult, list[AnyEntry]]:
    play = "permissions/outsider"
    entries: list[AnyEntry] = [
        call(play, "1", "alice", 20, 7.0, 7.011, path="/messages/send", status=201),
        event(play, "1", "alice", 21, 7.0118, "message_received", messageId="m-1", content="secret plans"),
        event(play, "1", "bob", 22, 7.0121, "message_received", messageId="m-1", content="secret plans"),
        fence(play, "1", "bob", 23, 7.015),
    ]
    verdict = verdict_of(
        play,
        Outcome.FAILED,
        Kind.LEAKED,
        "bob hears nothing",
        "bob heard message_received, though nothing was to reach him",
        details=("heard 1.1 ms after the answer",),
        user="bob",
        connection="bob",
        event="message_received",
        cause_seq=20,
        evidence=(22,),
    )
    return simple(play, "an outsider hears nothing", PlayOutcome.FAILED, (verdict,), covers=("FR-007",)), entries


def late() -> tuple[ScenarioResult, list[AnyEntry]]:
    play = "messaging/slow"
    entries: list[AnyEntry] = [
        call(play, "1", "alice", 30, 8.0, 8.01, path="/messages/send", status=201),
        event(play, "1", "bob", 31, 8.31, "message_received", messageId="m-2"),
    ]
    verdict = verdict_of(
        play,
        Outcome.FAILED,
        Kind.LATE,
        "bob hears message_received within 100ms",
        "bob heard message_received 300 ms after the answer, not within 100ms",
        user="bob",
        connection="bob",
        event="message_received",
        cause_seq=30,
        evidence=(31,),
        latency_s=0.3,
        limit_s=0.1,
    )
    return simple(
        play, "a message is heard in time", PlayOutcome.FAILED, (verdict,), began_s=8.0, duration_s=0.32
    ), entries


def lost() -> tuple[ScenarioResult, list[AnyEntry]]:
    play = "threads/reply"
    entries: list[AnyEntry] = [
        call(play, "1", "alice", 40, 9.0, 9.01, path="/threads/reply", status=201),
        event(play, "1", "alice", 41, 9.0107, "thread_reply", threadId="t-1"),
        Emit(
            seq=42,
            at_s=9.02,
            play=play,
            step="1",
            user="bob",
            connection="bob",
            epoch=1,
            name="sync",
            args=b'[{"since":3}]',
            sent_s=9.018,
            acknowledged_s=9.02,
            ack=b'[{"ok":true}]',
            ack_wanted=True,
        ),
    ]
    verdict = verdict_of(
        play,
        Outcome.FAILED,
        Kind.LOST,
        "bob hears thread_reply",
        "bob did not hear thread_reply within 5s",
        details=("heard nothing at all since the step began",),
        user="bob",
        connection="bob",
        event="thread_reply",
        cause_seq=40,
        limit_s=5.0,
    )
    return simple(
        play, "a reply reaches the thread", PlayOutcome.FAILED, (verdict,), began_s=9.0, duration_s=5.02
    ), entries


def full_run() -> Run:
    fanout, fanout_entries = fanout_failed()
    leak, leak_entries = leaked()
    slow, slow_entries = late()
    reply, reply_entries = lost()
    void = verdict_of(
        "status/online",
        Outcome.VOID,
        Kind.LATE,
        "bob hears user_status_updated within 95ms",
        "cannot tell whether bob heard user_status_updated within 95ms",
        details=("measured 98 ms (own lag 0 ms before and 4.2 ms after): truly between 92.5 ms and 98 ms, limit 95ms",),
        user="bob",
        connection="bob",
        event="user_status_updated",
        latency_s=0.098,
        limit_s=0.095,
        lag_start_s=0.0,
        lag_end_s=0.0042,
        target_wait_s=0.0013,
    )
    timeout = verdict_of(
        "files/huge",
        Outcome.FAILED,
        Kind.TIMEOUT,
        "the scenario ends within 60 s",
        "the scenario's timeout of 60 s ran out at step 1",
    )
    first_try = verdict_of(
        "auth/refresh",
        Outcome.FAILED,
        Kind.STATUS,
        "POST /auth/refresh answers 2xx",
        "POST /auth/refresh answered 503, not 2xx",
    )
    held = verdict_of("chatrooms/create", Outcome.HELD, Kind.HEARD, "bob hears chatroom_created", latency_s=0.0009)
    results = (
        simple(
            "auth/login", "a token from the login opens the socket", PlayOutcome.PASSED, covers=("FR-001",), began_s=0.1
        ),
        simple(
            "chatrooms/create",
            "a room's members hear of it",
            PlayOutcome.PASSED,
            (held,),
            covers=("FR-002", "FR-013"),
            began_s=0.3,
        ),
        fanout,
        leak,
        slow,
        reply,
        simple("status/online", "a status reaches colleagues", PlayOutcome.VOID, (void,), covers=("FR-006",)),
        simple(
            "roles/promote",
            "a promotion opens rooms",
            PlayOutcome.ERROR,
            trouble=Trouble(
                sentence="the recipe for bob answered 500, not 201",
                source=Source("target.yaml", 31, 7, "      - POST /auth/register"),
                hint="run `antiphon doctor`",
                details=("POST /auth/register, 12 ms",),
            ),
            covers=("FR-014",),
        ),
        simple(
            "files/huge", "an upload of 10 GB", PlayOutcome.TIMEOUT, (timeout,), covers=("FR-011",), duration_s=60.0
        ),
        simple(
            "auth/refresh", "a refreshed token", PlayOutcome.FLAKY, earlier=(first_try,), covers=("FR-001",), plays=2
        ),
        simple(
            "files/quota",
            "a quota is told",
            PlayOutcome.SKIPPED,
            trouble=Trouble(sentence="the profile lacks the feature `quota`"),
            covers=("FR-015",),
            plays=0,
        ),
        simple(
            "status/away",
            "away is told",
            PlayOutcome.CANCELLED,
            trouble=Trouble(sentence="interrupted"),
            covers=("FR-006",),
        ),
        simple(
            "threads/nested",
            "threads in threads",
            PlayOutcome.NOT_RUN,
            trouble=Trouble(sentence="the run stopped before"),
            plays=0,
        ),
    )
    outcomes: dict[str, int] = {}
    for result in results:
        outcomes[result.outcome] = outcomes.get(result.outcome, 0) + 1
    summary = RunSummary(
        id="3f2a",
        version="0.1.0",
        target="threadfilesharing",
        base_url=BASE,
        profile="target.yaml",
        seed="8f31c2",
        started="2026-03-01T09:30:00.250000+00:00",
        scenarios=len(results),
        folder=".antiphon/runs/3f2a",
        finished=True,
        duration_s=75.4,
        outcomes=outcomes,
        calls=412,
        emits=31,
        events=1903,
        users=39,
        absences_proven=86,
        absences_waited=0,
        api=Figures(count=412, mean=0.0119, p50=0.0101, p95=0.0221, p99=0.0305, max=0.0412),
        delivery=Figures(count=311, mean=0.0013, p50=0.0009, p95=0.0041, p99=0.0101, max=0.022),
        api_limit_s=0.5,
        delivery_limit_s=0.1,
        own_lag=Figures(count=900, mean=0.0001, p50=0.0001, p95=0.0002, p99=0.0003, max=0.0031),
        target_wait_known=True,
        thresholds=(
            ThresholdResult(
                name="api_response",
                sentence="api response 11.9 ms on average, limit 500 ms",
                outcome=Outcome.HELD,
                value=0.0119,
                limit=0.5,
            ),
            ThresholdResult(
                name="websocket_delivery",
                sentence="event delivery 112 ms on average, limit 100 ms",
                outcome=Outcome.FAILED,
                value=0.112,
                limit=0.1,
            ),
        ),
        options={"parallel": "1", "retries": "0"},
        warnings=("the secret `PIN` is shorter than six characters and hidden by its place alone",),
        leftovers=("chatroom room 3f2a-4 (permissions/outsider)",),
        exit_code=1,
    )
    entries: list[AnyEntry] = [
        Sample(seq=0, at_s=0.05, name="own_lag", value=0.0001, unit="s"),
        *fanout_entries,
        *leak_entries,
        *slow_entries,
        *reply_entries,
    ]
    return Run(summary, results, tuple(entries), {"scenarios/messaging/fanout.yaml": FANOUT_TEXT})


@pytest.fixture
def run() -> Run:
    return full_run()


@pytest.fixture
def hostile() -> str:
    return HOSTILE


@pytest.fixture
def make_event() -> Callable[..., Event]:
    return event


@pytest.fixture
def make_call() -> Callable[..., Call]:
    return call


@pytest.fixture
def hostile_run() -> Run:
    return full_hostile_run()


def full_hostile_run() -> Run:
    """The run, with hostile text in every place that a target or a file can fill."""
    made = full_run()
    play, path = "messaging/" + HOSTILE, "scenarios/x.yaml"
    entries: list[AnyEntry] = [
        call(
            play,
            "1",
            HOSTILE,
            100,
            1.0,
            1.01,
            path="/" + HOSTILE,
            request_body=HOSTILE.encode("utf-8", "replace"),
            response_body=(HOSTILE * 20000).encode("utf-8", "replace"),
            failure=HOSTILE,
            failure_detail=HOSTILE,
        ),
        event(play, "1", HOSTILE, 101, 1.02, HOSTILE, content=HOSTILE, more="x" * 1_000_000),
        Connection(
            seq=102,
            at_s=1.03,
            play=play,
            user=HOSTILE,
            connection=HOSTILE,
            what="closed",
            by="target",
            how=HOSTILE,
            reason=HOSTILE,
        ),
        Emit(
            seq=103,
            at_s=1.04,
            play=play,
            step="1",
            user=HOSTILE,
            connection=HOSTILE,
            name=HOSTILE,
            sent_s=1.035,
            failure=HOSTILE,
        ),
    ]
    verdict = Verdict(
        outcome=Outcome.FAILED,
        kind=Kind.LEAKED,
        claim=HOSTILE,
        sentence=HOSTILE,
        details=(HOSTILE, "y" * 1_000_000),
        hint=HOSTILE,
        source=Source(path, 3, 3, HOSTILE),
        step="1",
        user=HOSTILE,
        connection=HOSTILE,
        event=HOSTILE,
        cause_seq=100,
        evidence=(101,),
    )
    trouble = Trouble(sentence=HOSTILE, hint=HOSTILE, details=(HOSTILE,), source=Source(HOSTILE, 1, 1, HOSTILE))
    failed = ScenarioResult(
        id=play,
        title=HOSTILE,
        path=path,
        line=1,
        outcome=PlayOutcome.FAILED,
        plays=(play,),
        category=HOSTILE,
        tags=(HOSTILE,),
        covers=(HOSTILE,),
        description=HOSTILE,
        began_s=1.0,
        duration_s=0.2,
        steps=(
            StepResult(
                number="1",
                label=HOSTILE,
                source=Source(path, 2, 1),
                outcome=Outcome.FAILED,
                began_s=1.0,
                ended_s=1.2,
                note=HOSTILE,
            ),
        ),
        users=(UserFacts(name=HOSTILE, id=HOSTILE, role=HOSTILE, email=HOSTILE, full_name=HOSTILE, company=HOSTILE),),
        verdicts=(verdict, Verdict(outcome=Outcome.VOID, kind=Kind.HEARD, claim=HOSTILE, sentence=HOSTILE, step="1")),
        earlier=(verdict,),
        trouble=trouble,
        leftovers=(HOSTILE,),
    )
    error = msgspec.structs.replace(failed, id="other/" + HOSTILE, outcome=PlayOutcome.ERROR, verdicts=())
    void = msgspec.structs.replace(failed, id="void/" + HOSTILE, outcome=PlayOutcome.VOID, verdicts=failed.verdicts[1:])
    flaky = msgspec.structs.replace(failed, id="flaky/" + HOSTILE, outcome=PlayOutcome.FLAKY, verdicts=())
    summary = msgspec.structs.replace(
        made.summary,
        id="3f2a",
        target=HOSTILE,
        base_url=HOSTILE,
        profile=HOSTILE,
        seed=HOSTILE,
        version=HOSTILE,
        laws=HOSTILE,
        options={HOSTILE: HOSTILE},
        warnings=(HOSTILE,),
        leftovers=(HOSTILE,),
        stopped_because=trouble,
        thresholds=(ThresholdResult(name=HOSTILE, sentence=HOSTILE, outcome=Outcome.FAILED, value=1.0, limit=0.5),),
    )
    return Run(summary, (failed, error, void, flaky), tuple(entries), {path: HOSTILE * 3})
