"""Lanes, the hub and the store by themselves: order, and all or nothing."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from threadfilesharing.database.store import Store
from threadfilesharing.database.tables import companies, outbox
from threadfilesharing.defects.seams import Seams
from threadfilesharing.live.acts import Dissolve, Enter, Exit, HangUp, Tell, chatroom_room, company_room
from threadfilesharing.live.hub import Hub
from threadfilesharing.live.lanes import Item, Lane
from threadfilesharing.live.presence import Presence
from threadfilesharing.live.sessions import Session
from threadfilesharing.problems import Code
from threadfilesharing.services.jobs import Jobs

ROOM = chatroom_room("r")


class Paper:
    """An outlet that writes down what leaves."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(self, wire_id: str, packet: str) -> None:
        self.sent.append((wire_id, packet.split('"')[1]))

    def hang_up(self, wire_id: str) -> None:
        self.sent.append((wire_id, "gone"))

    def of(self, wire_id: str) -> list[str]:
        return [name for to, name in self.sent if to == wire_id]


def _session(user: str, sid: str) -> Session:
    return Session(sid, f"w-{sid}", user, "c", "family")


def _tell(name: str, room: str = ROOM, **more: Any) -> Tell:
    return Tell(name=name, rooms=(room,), data={}, **more)


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def hub(paper: Paper) -> Hub:
    return Hub(paper, Seams())


async def test_an_act_takes_effect_between_the_events_around_it(hub: Hub, paper: Paper) -> None:
    for user, sid in (("a", "1"), ("b", "2")):
        hub.admit(_session(user, sid), [ROOM] if user == "a" else [], [("hello", {}, None)], last_event_id=0)
    acts = [
        _tell("one", event_id=1),
        Enter(("b",), ROOM),
        _tell("two", event_id=2),
        Exit("a", (ROOM,), "removed"),
        _tell("three", event_id=3, skip_sid="2"),
        _tell("four", event_id=4),
        Dissolve((ROOM,)),
        _tell("five", event_id=5),
    ]
    hub.perform("c", acts)
    assert paper.of("w-1") == ["hello", "one", "two"]
    assert paper.of("w-2") == ["hello", "two", "four"]
    assert hub.lane_of(hub.sessions["1"]).last_event_id == 5


async def test_an_event_to_several_rooms_is_heard_once(hub: Hub, paper: Paper) -> None:
    hub.admit(_session("a", "1"), [ROOM], [], last_event_id=0)
    hub.perform("c", [Tell(name="one", rooms=(ROOM, company_room("c"), "user:a"), data={})])
    assert paper.of("w-1") == ["one"]


async def test_a_company_without_sockets_costs_nothing(hub: Hub, paper: Paper) -> None:
    session = _session("a", "1")
    hub.admit(session, [ROOM], [], last_event_id=0)
    hub.discard("1")
    hub.discard("1")
    hub.perform("c", [_tell("one")])
    assert paper.sent == []
    assert not hub.sessions
    assert not hub._lanes
    assert not hub._rooms


async def test_a_socket_that_left_its_company_is_still_served_when_others_go(hub: Hub, paper: Paper) -> None:
    stays, goes = _session("a", "1"), _session("b", "2")
    for session in (stays, goes):
        hub.admit(session, [ROOM], [], last_event_id=0)
    hub.leave(stays, company_room("c"))
    hub.discard("2")
    hub.perform("c", [_tell("one", event_id=1)])
    assert paper.of("w-1") == ["one"]


async def test_sockets_are_closed_by_user_or_by_family_and_told_why(hub: Hub, paper: Paper) -> None:
    for user, sid in (("a", "1"), ("a", "2"), ("b", "3")):
        hub.admit(_session(user, sid), [], [], last_event_id=0)
    hub.perform("c", [HangUp(user_ids=("a",), code=Code.LOGGED_OUT, message="out")])
    assert paper.of("w-1") == paper.of("w-2") == ["error", "gone"]
    assert paper.of("w-3") == []
    hub.perform("c", [HangUp(family_id="family", code=Code.TOKEN_REVOKED, message="out")])
    assert paper.of("w-3") == ["error", "gone"]


async def test_a_held_item_holds_back_all_behind_it_and_holds_do_not_add_up() -> None:
    lane, done, loop = Lane(0), [], asyncio.get_running_loop()
    started = loop.time()
    for number in range(20):
        lane.put_held(Item(loop.time() + 0.05, lambda number=number: done.append(number)), len(lane.waiting))  # type: ignore[misc]
    lane.put(lambda: done.append("behind"))
    assert done == []
    await lane.passed()
    assert done == [*range(20), "behind"]
    assert 0.05 <= loop.time() - started < 20 * 0.05
    lane.put(lambda: done.append("at once"))
    assert done[-1] == "at once"
    await lane.passed()


def test_a_returning_socket_has_missed_the_statuses_after_it_was_seen_last() -> None:
    presence, session = Presence(), _session("a", "1")
    presence.status_changed("b")
    session.written = 5
    presence.left(session, last_event_id=7)
    presence.status_changed("c")
    for known in (5, 6, 7):
        mark = presence.missed_by("a", known)
        assert mark is not None
        assert not presence.changed_after("b", mark)
        assert presence.changed_after("c", mark)
    assert presence.missed_by("a", 4) is None
    assert presence.missed_by("a", 8) is None
    presence.forget("a")
    assert presence.missed_by("a", 5) is None


async def test_what_was_held_back_from_an_expired_socket_counts_as_missed_when_it_goes(hub: Hub, paper: Paper) -> None:
    session = _session("a", "1")
    hub.admit(session, (), (), last_event_id=3)
    hub.presence.hold(session)
    hub.perform(session.company_id, [Tell(name="lasting", rooms=("user:a",), data={}, event_id=4)])
    hub.presence.status_changed("b")
    assert session.written == 0
    hub.discard(session.sid)
    mark = hub.presence.missed_by("a", 3)
    assert mark is not None
    assert hub.presence.changed_after("b", mark)


async def test_what_was_held_back_is_written_once_the_token_is_renewed(hub: Hub, paper: Paper) -> None:
    session = _session("a", "1")
    hub.admit(session, (), (), last_event_id=3)
    hub.presence.hold(session)
    hub.perform(session.company_id, [Tell(name="lasting", rooms=("user:a",), data={}, event_id=4)])
    hub.release(session)
    assert (session.written, session.expired, session.held) == (4, False, [])


def test_emits_are_counted_in_a_sliding_second_and_fences_apart() -> None:
    session = _session("a", "1")
    assert [session.may_emit(0.1 * number, 3, fence=False) for number in range(5)] == [True] * 3 + [False] * 2
    assert session.may_emit(0.5, 3, fence=True)
    assert session.may_emit(1.05, 3, fence=False)
    assert not session.may_emit(1.05, 3, fence=False)


async def test_a_change_is_committed_with_its_events_or_not_at_all(tmp_path: Path) -> None:
    performed: list[Any] = []
    store = Store(f"sqlite+aiosqlite:///{tmp_path / 'db'}", lambda company, acts: performed.append((company, acts)))
    await store.open()
    values = {"id": "c", "name": "C", "used_bytes": 0, "limit_bytes": 0, "last_event_id": 0, "created_at": "now"}
    async with store.write("c") as work:
        await work.run(insert(companies).values(**values))
        assert await work.lasting("made", ["company:c"], {"x": 1}) == 1
    assert [acts[0].data["eventId"] for _, acts in performed] == [1]

    async def fail_with(error: BaseException) -> None:
        async with store.write("c") as work:
            await work.lasting("undone", ["company:c"], {})
            raise error

    for error in (RuntimeError(), asyncio.CancelledError()):
        with pytest.raises(type(error)):
            await fail_with(error)
    assert len(performed) == 1
    async with store.write("c") as work:
        assert await work.lasting("again", ["company:c"], {}) == 2
    assert [row.name for row in await store.all(select(outbox).order_by(outbox.c.event_id))] == ["made", "again"]
    await store.close()


async def test_many_changes_at_once_wait_for_one_another_and_number_their_events_without_a_gap(tmp_path: Path) -> None:
    order: list[int] = []
    store = Store(f"sqlite+aiosqlite:///{tmp_path / 'db'}", lambda _, acts: order.extend(act.event_id for act in acts))
    await store.open()
    values = {"id": "c", "name": "C", "used_bytes": 0, "limit_bytes": 0, "last_event_id": 0, "created_at": "now"}
    async with store.write(None) as work:
        await work.run(insert(companies).values(**values))

    async def change() -> None:
        async with store.write("c") as work:
            await work.lasting("changed", ["company:c"], {})
        await store.first(select(companies))

    await asyncio.gather(*[change() for _ in range(60)])
    assert order == list(range(1, 61))
    await store.close()


async def test_jobs_are_waited_for_and_ended() -> None:
    jobs, go, done = Jobs(), asyncio.Event(), []

    async def job() -> None:
        await go.wait()
        done.append("done")

    jobs.start("c", job())
    await jobs.settled("another")
    waiting = asyncio.ensure_future(jobs.settled("c"))
    await asyncio.sleep(0)
    assert not waiting.done()
    go.set()
    await waiting
    assert done == ["done"]
    go.clear()
    jobs.start("c", job())
    await jobs.settled("c", within_s=0.01)
    await jobs.stop()
    assert done == ["done"]
