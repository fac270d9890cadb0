"""Events that came at once are kept as events that come one by one are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from antiphon.core.source import NOWHERE
from antiphon.engine.bell import Bell
from antiphon.engine.recorder import Recorder
from antiphon.engine.sockets import UserSocket
from antiphon.history.entries import AnyEntry
from antiphon.history.heard import Heard
from antiphon.net.allow import AllowList
from antiphon.net.socket_facts import Opened, Recoverable
from antiphon.target.socket_model import Channel, SocketProfile
from antiphon.ticking.real import RealClock
from antiphon.wire.heard import Received
from antiphon.wire.runs import run_of

TEXTS = [b'42["tick",{"n":1}]', b'42["tick",2,"two"]', b'42["tick",]', b'42["tick",{"n":4}]']


class Stage:
    def __init__(self) -> None:
        self.entries: list[AnyEntry] = []
        self.bell = Bell()
        self.socket = UserSocket(
            name="alice.phone",
            user="alice",
            channel=Channel(socket=SocketProfile(url="http://127.0.0.1:1", source=NOWHERE)),
            play="p",
            clock=RealClock(),
            allow=AllowList(()),
            recorder=Recorder([self.entries.extend]),
            bell=self.bell,
        )
        self.socket.step, self.socket.epoch = "2", 3

    def hear_at_once(self) -> bool:
        run = run_of(TEXTS, 0, b'42["')
        assert run is not None
        return self.socket.on_run(*run, 1.5)

    def hear_one_by_one(self) -> None:
        for text in TEXTS:
            self.socket.on_event(Received(1.5, 1.5, "/", "tick", text[2:]))

    @property
    def inbox(self) -> list[tuple[object, ...]]:
        return [
            (one.seq, one.at_s, one.name, one.raw, one.attachments, one.asks, one.answered_s)
            for one in self.socket.inbox
        ]


def test_a_run_is_kept_as_single_events_are() -> None:
    at_once, one_by_one = Stage(), Stage()
    assert at_once.hear_at_once()
    assert at_once.hear_at_once()
    one_by_one.hear_one_by_one()
    one_by_one.hear_one_by_one()
    assert at_once.entries == one_by_one.entries
    assert [entry.seq for entry in at_once.entries] == list(range(1, 9))
    assert at_once.inbox == one_by_one.inbox
    assert at_once.socket.heard_s == 1.5
    assert at_once.socket.heard_since(1.5) == at_once.socket.inbox


def ask_a_fence(socket: UserSocket) -> None:
    socket.fence_questions.ask(lambda _: False)


def await_an_answer(socket: UserSocket) -> None:
    socket.awaited.add(lambda _: None, None)


def overhear(socket: UserSocket) -> None:
    socket.overhears = lambda _: False


@pytest.mark.parametrize("watch", [ask_a_fence, await_an_answer, overhear])
async def test_where_each_event_must_be_looked_at_none_is_kept_unseen(watch: Callable[[UserSocket], None]) -> None:
    stage = Stage()
    watch(stage.socket)
    assert not stage.hear_at_once()
    assert (stage.entries, stage.socket.inbox) == ([], [])
    stage.hear_one_by_one()
    assert len(stage.socket.inbox) == len(TEXTS)


def test_a_run_tells_the_offset_that_its_last_event_tells() -> None:
    at_once, one_by_one = Stage(), Stage()
    for stage in (at_once, one_by_one):
        stage.socket._trail.begin(Opened(0.0, 0.0, pid="private"))
    at_once.hear_at_once()
    one_by_one.hear_one_by_one()
    assert at_once.socket.recoverable == Recoverable("private", "two") == one_by_one.socket.recoverable
    at_once.socket.on_run("tick", [b"[1]", b"[2]"], 1.6)
    assert at_once.socket.recoverable == Recoverable("private", "two")


async def test_a_run_wakes_whoever_waits() -> None:
    stage = Stage()
    woken = asyncio.ensure_future(stage.bell.wait(5))
    await asyncio.sleep(0)  # now it waits
    assert stage.hear_at_once()
    assert await woken


def heard(seq: int, at_s: float) -> Heard:
    return Heard(seq=seq, at_s=at_s, name="tick")


def test_what_was_heard_since_a_moment_begins_with_that_moment() -> None:
    socket = Stage().socket
    socket.inbox += [heard(1, 1.0), heard(2, 2.0), heard(4, 2.0), heard(5, 3.0)]
    socket.frames += [heard(3, 2.0), heard(6, 3.5)]
    assert [one.seq for one in socket.heard_since(2.0)] == [2, 4, 5]
    assert [one.seq for one in socket.heard_since(2.0, frames=True)] == [2, 3, 4, 5, 6]
    assert [one.seq for one in socket.heard_since(2.1)] == [5]
    assert socket.heard_since(4.0, frames=True) == []
