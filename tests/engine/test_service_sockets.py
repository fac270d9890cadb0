"""A target with two sockets: its own, which speaks Socket.IO, and that of a service, a plain WebSocket elsewhere."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from tests.engine.plain_server import PlainServer

from antiphon.history.entries import Beat, Call, Connection, Emit
from antiphon.net.proxy import Proxy
from antiphon.net.ways import Way, Ways
from antiphon.target.loader import load_target
from antiphon.target.model import Target
from antiphon.testing.scripted_target import ScriptedTarget
from antiphon.ticking.real import RealClock

if TYPE_CHECKING:
    from conftest import Seen, Stage

SERVICES = """
services:
  billing:
    base_url: BILLING
HTTP
    socket:
      protocol: websocket
      url: /ws
      name: op
      data: d
      correlation: id
      ambient: [tick]
MORE
    fence: FENCE
"""
FENCE = "{kind: delivery, emit: do, data: {answer: synced}}"
USERS = "users: {alice: {sockets: {bills: {service: billing}}}, bob: {sockets: {bills: {service: billing}}}}\nsteps:\n"


@dataclass
class Two:
    """A stage before both servers."""

    stage: Stage
    billing: PlainServer
    more: str = ""
    http: str = ""
    fence: str = FENCE
    text: str = SERVICES
    edits: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stage.profile = self.profile  # type: ignore[method-assign]  # the stage's profile, and more

    def profile(self) -> Target:
        text = self.text.replace("BILLING", self.billing.url).replace("FENCE", self.fence)
        text = text.replace("MORE", textwrap.indent(textwrap.dedent(self.more).strip("\n"), "      "))
        text = text.replace("HTTP", textwrap.indent(textwrap.dedent(self.http).strip("\n"), "    "))
        own = self.stage.profile_text()
        for old, new in self.edits.items():
            assert old in own
            own = own.replace(old, new)
        target, problems = load_target(own + text, "target.yaml", environment={})
        assert [f"{problem.source}: {problem} | {problem.hint}" for problem in problems] == []
        assert target is not None
        return target

    async def steps(self, text: str, *fragments: str) -> Seen:
        """Play steps with alice and bob, each of whom has a socket of the service, `bills`."""
        return await self.stage.play(USERS + textwrap.indent(textwrap.dedent(text).strip("\n"), "  "), *fragments)


@pytest.fixture
async def billing() -> AsyncIterator[PlainServer]:
    """The service's server."""
    async with PlainServer() as started:
        yield started


@pytest.fixture
def two(stage: Stage, billing: PlainServer) -> Two:
    """A stage before both."""
    return Two(stage, billing)


TOKEN = "'{{ self.token }}'"
PAID = "{op: paid, d: {n: 7}}"
NEWS = "{to: '{{ bob.id }}', event: news, data: {n: 1}}"


async def test_each_socket_speaks_its_own_protocol_and_hears_for_itself(two: Two) -> None:
    seen = await two.steps(f"""
        - alice: POST /do
          body: {{events: [{NEWS}]}}
          hear:
            bob: [{{news: {{n: 1}}}}, {{only: true}}]
            bob.bills: nothing
        - alice: emit do
          socket: bills
          data: {{all: [{PAID}], answer: {{ok: true}}}}
          ack: {{ok: true}}
          hear:
            alice.bills: {{paid: {{n: 7}}}}
            bob.bills: [{{paid: {{n: 7}}}}, {{only: true}}]
            bob: nothing
    """)
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.proofs.count("proven") == 4
    assert sorted(seen.events("paid")) == ["alice.bills paid", "bob.bills paid"]
    assert seen.events("news") == ["bob news"]
    opened = [entry for entry in seen.entries if isinstance(entry, Connection) and entry.what == "connected"]
    assert {entry.connection: entry.service for entry in opened} == {
        "alice": "",
        "alice.bills": "billing",
        "bob": "",
        "bob.bills": "billing",
    }


@pytest.mark.parametrize(
    ("claim", "bad"),
    [
        ("bob.bills: {news: {n: 1}}", ["1 failed lost bob.bills"]),
        ("bob: nothing", ["1 failed leaked bob"]),
        ("bob: {never: [news]}", ["1 failed leaked bob"]),
    ],
)
async def test_an_event_on_the_wrong_socket_is_noticed(two: Two, claim: str, bad: list[str]) -> None:
    seen = await two.steps(f"""
        - alice: POST /do
          body: {{events: [{NEWS}]}}
          hear: {{{claim}}}
          wait: 100ms
    """)
    assert seen.bad == bad


@pytest.mark.parametrize(
    ("claim", "bad"),
    [
        ("bob: {paid: {n: 7}}", ["1 failed lost bob"]),
        ("bob.bills: nothing", ["1 failed leaked bob.bills"]),
        ("bob.bills: no paid", ["1 failed leaked bob.bills"]),
    ],
)
async def test_so_is_one_on_the_service_s(two: Two, claim: str, bad: list[str]) -> None:
    seen = await two.steps(f"""
        - alice: emit do
          socket: bills
          data: {{all: [{PAID}], answer: 1}}
          hear: {{{claim}}}
          wait: 100ms
    """)
    assert seen.bad == bad


async def test_each_socket_is_fenced_by_its_own_question(two: Two, billing: PlainServer) -> None:
    seen = await two.steps("""
        - alice: GET /me
          hear:
            bob: nothing
            bob.bills: nothing
    """)
    assert (seen.outcome, seen.proofs) == ("passed", ["proven", "proven"])
    asked = {entry.connection for entry in seen.entries if isinstance(entry, Beat) and entry.what == "fence"}
    assert {"bob", "bob.bills"} <= asked
    assert any(isinstance(one, dict) and one["d"] == {"answer": "synced"} for one in billing.heard)


@pytest.mark.parametrize(
    ("own", "fence", "outcomes"),
    [
        ("delivery by ack", "none", ["void absent bob.bills"]),
        ("none", FENCE, ["void absent bob"]),
    ],
)
async def test_no_socket_is_proven_by_the_fence_of_the_other(
    two: Two, own: str, fence: str, outcomes: list[str]
) -> None:
    two.stage.fence, two.fence = own, fence
    seen = await two.steps("""
        - alice: GET /me
          hear:
            bob: nothing
            bob.bills: nothing
    """)
    assert (seen.outcome, [line.split(" ", 1)[1] for line in seen.bad]) == ("void", outcomes)


async def test_what_is_ambient_on_one_socket_is_none_on_the_other(two: Two) -> None:
    tick = "{op: tick, d: {}}"
    seen = await two.steps(f"""
        - alice: emit do
          socket: bills
          data: {{all: [{tick}], answer: 1}}
          hear: {{bob.bills: nothing}}
        - alice: POST /do
          body: {{events: [{{to: "{{{{ bob.id }}}}", event: tick, data: {{}}}}]}}
          hear: {{bob: nothing}}
    """)
    assert seen.bad == ["2 failed leaked bob"]


async def test_an_emit_is_answered_as_its_own_socket_answers(two: Two, billing: PlainServer) -> None:
    two.more = "answers: {pay: {ok: paid, refused: {failed: {code: NO}}}}"
    billing.manner = lambda _connection, message: (
        [{"op": "paid" if message["d"] else "failed", "d": {"code": "NO"}}] if message.get("op") == "pay" else None
    )
    seen = await two.steps("""
        - alice: emit pay
          socket: bills
          data: true
        - alice: emit pay
          socket: bills
          data: false
          refused: true
        - alice: emit pay
          socket: bills
          data: false
        - alice: emit do
          data: {ack: {ok: true}}
          ack: {ok: true}
    """)
    assert seen.bad == ["3 failed refused alice.bills"]
    emits = [entry for entry in seen.entries if isinstance(entry, Emit)]
    assert [(entry.connection, entry.answered_by) for entry in emits] == [
        ("alice.bills", "paid"),
        ("alice.bills", "failed"),
        ("alice.bills", "failed"),
        ("alice", ""),
    ]


async def test_a_service_s_socket_is_refused_in_its_own_words(two: Two, billing: PlainServer) -> None:
    two.more = "refused: [http]"
    two.edits = {"  ready: ready\n": "  ready: ready\n  refused: [connect_error]\n"}
    seen = await two.steps("""
        - bob: disconnect
          socket: bills
        - bob: connected
        - bob: closed
          socket: bills
    """)
    assert (seen.outcome, seen.bad) == ("passed", [])
    text = """
users: {alice: {}, bob: {connect: false, sockets: {bills: {service: billing}}}}
steps:
  - bob: connect
    socket: bills
    refused: CLAIM
"""
    billing.refuse = 403
    held = await two.stage.play(text.replace("CLAIM", "{with: http, data: {body: {message: not you}}}"))
    assert held.sentences == []
    any_way = await two.stage.play(text.replace("CLAIM", "true"))
    assert any_way.sentences == []
    other = await two.stage.play(text.replace("CLAIM", "{with: connect_error}"))
    assert other.bad == ["1 failed refused bob.bills"]
    billing.refuse = None
    let_in = await two.stage.play(text.replace("CLAIM", "true"))
    assert let_in.outcome == "failed"
    refusal = [entry for entry in held.entries if isinstance(entry, Connection) and entry.what == "refused"]
    assert [(entry.connection, entry.service) for entry in refusal] == [("bob.bills", "billing")]


async def test_a_service_s_socket_that_does_not_come_up_names_the_service(two: Two, billing: PlainServer) -> None:
    billing.refuse = 403
    seen = await two.steps("- alice: emit do\n  data: {ack: 1}\n")
    assert seen.outcome == "error"
    assert seen.problem.startswith("alice.bills's socket does not come up: http (HTTP 403)")
    assert seen.played.problem is not None
    hint = "is `services.billing.socket.url` right, and may this origin upgrade to WebSocket?"
    assert seen.played.problem.hint == hint


async def test_a_service_s_socket_has_a_handshake_and_a_token_of_its_own(two: Two, billing: PlainServer) -> None:
    two.more = """
        token: {header: x-bill, value: "{{ self.token }}"}
        ready: handshake
        handshake: [{emit: hello, data: {me: "{{ self.id }}"}, heard: {welcome: }}]
    """
    billing.manner = lambda _connection, message: [{"op": "welcome"}] if message.get("op") == "hello" else None
    seen = await two.steps(
        """
        - alice: emit do
          socket: bills
          data: {answer: 1}
    """.replace("          save: {sid: request}\n", "")
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    upgrades = [one for one in billing.requests if one.path == "/ws"]
    assert len({one.headers["x-bill"] for one in upgrades}) == 2
    hellos = [one["d"]["me"] for one in billing.heard if isinstance(one, dict) and one["op"] == "hello"]
    assert len(set(hellos)) == 2


@pytest.mark.parametrize(("http", "sent"), [("http: {cookies: true}", "seat=7"), ("http: {}", None)])
async def test_cookies_go_to_a_service_s_socket_where_the_service_keeps_them(
    two: Two, billing: PlainServer, http: str, sent: str | None
) -> None:
    two.http, billing.cookie = http, "seat=7; Path=/"
    seen = await two.stage.play(
        "users: {alice: {connect: false, sockets: {bills: {service: billing}}}}\nsteps:\n"
        "  - alice: GET billing:/health\n  - alice: connect\n    socket: bills\n"
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [one.headers.get("cookie") for one in billing.requests if one.path == "/ws"] == [sent]


def with_chat(stage: Any, more: str, edits: dict[str, str] | None = None) -> None:
    """Let the stage's profile have a service `chat` that speaks Socket.IO, at the target's own server."""
    socket = f"{{url: '{stage.target.url}', ready: ready, ambient: [ready], token: {{auth: token, value: {TOKEN}}}}}"
    text = stage.profile_text()
    for old, new in (edits or {}).items():
        assert old in text
        text = text.replace(old, new)
    text += f"services:\n  chat:\n    socket: {socket}\n{textwrap.indent(more, '    ')}"
    target, problems = load_target(text, "target.yaml", environment={})
    assert [str(problem) for problem in problems] == []
    stage.profile = lambda: target


async def test_a_service_may_speak_the_target_s_protocol_with_a_token_of_its_own(stage: Any) -> None:
    with_chat(stage, "")
    seen = await stage.play(
        "users: {alice: {sockets: {there: {service: chat}}}}\nsteps:\n"
        "  - alice: emit do\n    socket: there\n    data: {ack: {ok: 1}}\n    ack: {ok: 1}\n"
        "  - alice: emit do\n    data: {ack: {ok: 2}}\n    ack: {ok: 2}\n"
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [entry.connection for entry in seen.entries if isinstance(entry, Emit)] == ["alice.there", "alice"]


@pytest.mark.parametrize(("own", "service", "ends"), [("true", "false", "polite"), ("false", "true", "dropped")])
async def test_a_socket_is_left_as_its_own_recovery_says(stage: Any, own: str, service: str, ends: str) -> None:
    with_chat(stage, f"recovery: {{state: {service}}}\n", {"\nfence:": f"\nrecovery: {{state: {own}}}\nfence:"})
    seen = await stage.play(
        "users: {alice: {sockets: {there: {service: chat}}}}\nsteps:\n  - alice: disconnect\n    socket: there\n"
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    ended = [entry for entry in seen.entries if isinstance(entry, Connection) and entry.what == "closed"]
    assert [(entry.connection, entry.how) for entry in ended][:1] == [
        ("alice.there", {"polite": "disconnect packet", "dropped": "close frame"}[ends])
    ]


async def test_a_socket_comes_back_as_often_as_its_own_recovery_says(stage: Any, target: ScriptedTarget) -> None:
    with_chat(
        stage,
        "recovery: {reconnect: {first: 1ms, factor: 1, longest: 1ms, jitter: 0}}\n",
        {"\nfence:": "\nrecovery: {reconnect: {first: 60s, longest: 60s}}\nfence:"},
    )
    async with ScriptedTarget(RealClock()) as other:
        port = int(other.url.rpartition(":")[2])
    later = ScriptedTarget(RealClock(), port=port)
    later.board = target.board

    def refused() -> int:
        return sum(isinstance(entry, Connection) and entry.what == "refused" for entry in stage.entries)

    async def come_up_later() -> None:
        async with asyncio.timeout(30):
            while refused() < 3:  # noqa: ASYNC110 - the record rings no bell
                await asyncio.sleep(0)
        await later.__aenter__()

    coming = asyncio.create_task(come_up_later())
    try:
        seen = await stage.play(
            "users: {alice: {sockets: {there: {service: chat}}}}\nsteps:\n"
            f"  - alice: reconnect\n    socket: there\n    url: http://127.0.0.1:{port}\n"
        )
        assert (seen.outcome, seen.bad) == ("passed", [])
        await coming
        assert seen.connections("alice").count("refused unreachable network") >= 3
    finally:
        coming.cancel()
        await later.__aexit__(None, None, None)


async def test_a_service_may_be_a_socket_alone_and_the_target_have_none(stage: Any, billing: PlainServer) -> None:
    text = (
        f"target: two\nbase_url: {billing.url}\nhealth: [GET /health]\n"
        "services:\n  live:\n    socket: {protocol: websocket, url: /ws, name: op, data: d, correlation: id}\n"
        f"    fence: {FENCE}\n"
    )
    target, problems = load_target(text, "target.yaml", environment={})
    assert [str(problem) for problem in problems] == []
    assert target is not None
    stage.profile = lambda: target
    seen = await stage.play(
        "users: {alice: {sockets: {l: {service: live}}}, bob: {sockets: {l: {service: live}}}}\nsteps:\n"
        "  - alice: emit do\n    socket: l\n    data: {say: [{op: a, d: 1}], answer: 1}\n"
        "    hear: {alice.l: {a: 1}, bob.l: nothing}\n"
    )
    assert (seen.outcome, seen.bad, seen.proofs) == ("passed", [], ["proven"])


async def test_rooms_are_joined_on_the_socket_whose_emit_joins_them(two: Two, billing: PlainServer) -> None:
    joined = "  account:\n    joined: [{by: emit billing:watch -> ok, room: data.id}]\n"
    two.edits = {"membership:\n": f"membership:\n{joined}"}
    two.more = "answers: {watch: {ok: watching}}"
    billing.manner = lambda _connection, message: (
        [{"op": "watching", "d": message["d"]}] if message.get("op") == "watch" else None
    )
    seen = await two.steps("""
        - alice: join account 7
          socket: bills
        - alice: join account 7
    """)
    assert [one["d"] for one in billing.heard if isinstance(one, dict) and one["op"] == "watch"] == [{"id": "7"}]
    assert seen.sentences == [
        "step 2 could not be played: `alice` cannot join a account: that is done on sockets of `billing`"
    ]


async def test_what_a_service_s_event_tells_of_is_removed(two: Two) -> None:
    two.edits = {
        "resources:\n": "resources:\n  bill: {from: heard billing:made, key: event.id}\n",
        "cleanup:\n": 'cleanup:\n  bill: "DELETE /things/{{ key }}"\n',
    }
    seen = await two.steps("""
        - alice: POST /do
          body: {events: [{to: "{{ alice.id }}", event: made, data: {id: thing-1}}]}
          hear: {alice: {made: }}
        - alice: emit do
          socket: bills
          data: {say: [{op: made, d: {id: thing-2}}], answer: 1}
          hear: {alice.bills: {made: }}
    """)
    assert (seen.outcome, seen.bad) == ("passed", [])
    removed = [
        entry.url.partition("/things")[2]
        for entry in seen.entries
        if isinstance(entry, Call) and entry.purpose == "cleanup"
    ]
    assert removed == ["/thing-2"]


async def test_a_canary_of_one_socket_is_no_event_on_another(stage: Any) -> None:
    canary = (
        "{event: song, match: event.mark, call: {call: POST /do, body: {events: [{to: '{{ self.id }}', event: song, "
        "data: {mark: '{{ canary }}'}}]}}}"
    )
    with_chat(stage, f"fence: {{kind: delivery, canary: {canary}}}\n")
    users = "users: {alice: {}, bob: {sockets: {there: {service: chat}}}}\nsteps:\n"
    news = "{to: '{{ bob.id }}', event: news, data: {}}"
    held = await stage.play(f"{users}  - alice: GET /me\n    hear: {{bob: nothing, bob.there: nothing}}\n")
    assert (held.outcome, held.proofs) == ("passed", ["proven", "proven"])
    fences = [entry for entry in held.entries if isinstance(entry, Beat) and entry.what == "fence" and entry.asked_s]
    assert {entry.connection for entry in fences} >= {"bob", "bob.there"}
    leak = await stage.play(
        f"{users}  - alice: POST /do\n    body: {{events: [{news}]}}\n    hear: {{bob: nothing, bob.there: nothing}}\n"
    )
    assert leak.bad == ["1 failed leaked bob", "1 failed leaked bob.there"]


async def test_a_service_s_socket_goes_the_service_s_way(two: Two) -> None:
    nowhere = Way(proxy=Proxy(host="127.0.0.1", port=1))
    two.stage.changes = {"ways": Ways(services={"other": nowhere})}
    assert (await two.steps("- alice: GET /me\n")).outcome == "passed"
    two.stage.changes = {"ways": Ways(services={"billing": nowhere})}
    seen = await two.steps("- alice: emit do\n  data: {ack: 1}\n")
    assert (seen.outcome, seen.connections("alice")[0]) == ("error", "connected")
    assert seen.problem.startswith("alice.bills's socket does not come up: unreachable")


@pytest.mark.parametrize("socket", ["", "bills"])
async def test_paced_rounds_go_over_the_socket_that_they_name(two: Two, billing: PlainServer, socket: str) -> None:
    data = "{answer: {ok: true}}" if socket else "{ack: {ok: true}}"
    named = "\n              socket: bills" if socket else ""
    seen = await two.steps(f"""
        - repeat: {{over: "{{{{ range(20) }}}}", as: n, pace: none}}
          steps:
            - alice: emit do{named}
              data: {data}
              ack: {{ok: true}}
    """)
    assert (seen.outcome, seen.bad) == ("passed", [])
    sent = [entry.connection for entry in seen.entries if isinstance(entry, Emit)]
    assert sent == [f"alice.{socket}".removesuffix(".")] * 20
    done = [one for one in billing.heard if isinstance(one, dict) and one["d"] == {"answer": {"ok": True}}]
    assert len(done) == (20 if socket else 0)
