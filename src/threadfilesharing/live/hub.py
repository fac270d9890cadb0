"""Who is connected, who is in which room, and the delivery of events to them, in order.

Everything here happens at once, on the loop, without awaiting: between a commit and the moment when its events stand
in every hearer's outgoing queue nothing else can happen.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace  # noqa: TID251 - the application's own values are dataclasses
from typing import Any, Protocol, assert_never

import orjson

from threadfilesharing.defects.seams import Placing, RoomsLost, Seams, Telling
from threadfilesharing.live.acts import Act, Dissolve, Enter, Exit, HangUp, Tell, company_room, user_room
from threadfilesharing.live.lanes import Item, Lane
from threadfilesharing.live.presence import Presence
from threadfilesharing.live.sessions import Session
from threadfilesharing.moment import iso


class Outlet(Protocol):
    """Where packets leave: each socket's own queue, first in, first out."""

    def send(self, wire_id: str, packet: str) -> None:
        """Put a packet behind all others of this socket."""

    def hang_up(self, wire_id: str) -> None:
        """Close this socket once everything put before was written."""


def packet_of(name: str, data: dict[str, Any]) -> str:
    """Return an event as a Socket.IO packet of the main namespace."""
    return f'2["{name}",{orjson.dumps(data).decode()}]'


class Hub:
    """Every session and every room of this process."""

    def __init__(self, outlet: Outlet, seams: Seams) -> None:
        self._outlet = outlet
        self._seams = seams
        self.sessions: dict[str, Session] = {}
        self.presence = Presence()
        self._by_user: dict[str, dict[str, Session]] = {}
        self._rooms: dict[str, dict[str, Session]] = {}
        self._lanes: dict[str, Lane] = {}
        self._connected: Counter[str] = Counter()

    def perform(self, company_id: str, acts: Sequence[Act]) -> None:
        """Do what a committed change does to the sockets, after all that was done before."""
        lane = self._lanes.get(company_id)
        if lane is None:
            return
        for act in self._bent(acts) if self._seams.told else acts:
            if isinstance(act, Tell) and self._seams.arranged:
                self._put_bent(lane, act)
            else:
                lane.put(lambda act=act: self._do(lane, act))  # type: ignore[misc]

    def _bent(self, acts: Sequence[Act]) -> Iterator[Act]:
        for act in acts:
            yield from self._seams.told((act,), act) if isinstance(act, Tell) else (act,)

    def _put_bent(self, lane: Lane, tell: Tell) -> None:
        placing = Placing(lane.waiting, tell, len(self._hearers(tell)))
        hold_s, position = self._seams.arranged((0.0, len(lane.waiting)), placing)
        due_s = asyncio.get_running_loop().time() + hold_s if hold_s else 0.0
        lane.put_held(Item(due_s, lambda: self._do(lane, tell), tell), position)

    def _do(self, lane: Lane, act: Act) -> None:
        match act:
            case Tell():
                self._tell(act)
                if act.event_id is not None:
                    lane.last_event_id = max(lane.last_event_id, act.event_id)
            case Enter(user_ids, room):
                for session in self._of_users(user_ids):
                    self._put_in(session, room)
            case Exit():
                self._exit(act)
            case Dissolve(rooms):
                self._dissolve(rooms)
            case HangUp():
                self._hang_up(act)
            case _:
                assert_never(act)

    def _exit(self, act: Exit) -> None:
        lost = self._seams.rooms_lost(act.rooms, RoomsLost(act.user_id, act.because))
        for session in self._of_users((act.user_id,)):
            for room in lost:
                self._shut_out(session, room)

    def _dissolve(self, rooms: Iterable[str]) -> None:
        for room in rooms:
            for session in list(self._rooms.get(room, {}).values()):
                self._shut_out(session, room)

    def _tell(self, tell: Tell) -> None:
        hearers = self._hearers(tell)
        if self._seams.hearers:
            hearers = self._seams.hearers(hearers, Telling(tell, self.sessions))
        if not hearers:
            return
        data = self._seams.content(tell.data, tell) if self._seams.content else tell.data
        packet = packet_of(tell.name, data)
        self._write(hearers, packet, tell.event_id)
        if self._seams.copies:
            for delay_s in self._seams.copies((), tell):
                if delay_s:
                    asyncio.get_running_loop().call_later(delay_s, self._write, hearers, packet, None)
                else:
                    self._write(hearers, packet, None)

    def _hearers(self, tell: Tell) -> list[Session]:
        heard: dict[str, Session] = {}
        for room in tell.rooms:
            heard.update(self._rooms.get(room, {}))
        if tell.skip_sid is not None:
            heard.pop(tell.skip_sid, None)
        return list(heard.values())

    def _write(self, hearers: Iterable[Session], packet: str, event_id: int | None) -> None:
        for session in hearers:
            if session.open and session.expired:
                session.held.append((packet, event_id))
            elif session.open:
                self._send(session, packet, event_id)

    def _send(self, session: Session, packet: str, event_id: int | None) -> None:
        if event_id is not None and event_id > session.written:
            session.written = event_id
        self._outlet.send(session.wire_id, packet)

    def _of_users(self, user_ids: Iterable[str]) -> list[Session]:
        return [session for user_id in user_ids for session in self._by_user.get(user_id, {}).values()]

    def _put_in(self, session: Session, room: str) -> None:
        session.muted.discard(room)
        session.hearing.add(room)
        self._rooms.setdefault(room, {})[session.sid] = session

    def _take_out(self, session: Session, room: str) -> None:
        session.hearing.discard(room)
        session.muted.discard(room)
        members = self._rooms.get(room)
        if members is not None:
            members.pop(session.sid, None)
            if not members:
                del self._rooms[room]

    def _shut_out(self, session: Session, room: str) -> None:
        """Take a socket out of a room that its user is no member of any more, and out of the uploads into it."""
        self._take_out(session, room)
        session.uploads.pop(room, None)
        for followed in [upload for upload, inside in session.uploads.items() if inside == room]:
            del session.uploads[followed]
            self._take_out(session, followed)

    def _hang_up(self, act: HangUp) -> None:
        for session in list(self.sessions.values()) if act.family_id else self._of_users(act.user_ids):
            if act.family_id is None or session.family_id == act.family_id:
                self.close(session, code=act.code, message=act.message)

    # One socket's life.

    def admit(
        self,
        session: Session,
        rooms: Iterable[str],
        letters: Iterable[tuple[str, dict[str, Any], int | None]],
        *,
        last_event_id: int,
    ) -> None:
        """Let a socket in: it is in its rooms, and hears `letters` before anything that is caused from now on.

        Args:
            session: The socket.
            rooms: The rooms of its user.
            letters: What it hears first: name, data, and the number of a lasting event.
            last_event_id: The newest event of the company; the caller holds back every change meanwhile.
        """
        lane = self._lanes.setdefault(session.company_id, Lane(last_event_id))
        lane.last_event_id = max(lane.last_event_id, last_event_id) if lane.waiting else last_event_id
        session.complete_from = last_event_id
        self.sessions[session.sid] = session
        self._connected[session.company_id] += 1
        self._by_user.setdefault(session.user_id, {})[session.sid] = session
        told = list(letters)

        def enter() -> None:
            if not session.open:
                return
            for room in (company_room(session.company_id), user_room(session.user_id), *rooms):
                self._put_in(session, room)
            for name, data, event_id in told:
                self._write([session], packet_of(name, data), event_id)

        lane.put(enter)

    def discard(self, sid: str) -> Session | None:
        """Forget a socket that is gone; others are told nothing of it."""
        session = self.sessions.pop(sid, None)
        if session is None:
            return None
        session.open = False
        session.stop_timers()
        for room in list(session.hearing):
            self._take_out(session, room)
        devices = self._by_user.get(session.user_id, {})
        devices.pop(sid, None)
        if not devices:
            self._by_user.pop(session.user_id, None)
        lane = self._lanes.get(session.company_id)
        if lane is not None:
            self.presence.left(session, last_event_id=lane.last_event_id)
        self._connected[session.company_id] -= 1
        if not self._connected[session.company_id]:
            del self._connected[session.company_id]
            self._lanes.pop(session.company_id, None)
        return session

    def close(self, session: Session, *, code: str, message: str, told: bool = False) -> None:
        """Tell a socket why it is closed, unless it was told, and close it."""
        if not session.open:
            return
        self.discard(session.sid)
        if not told:
            self._outlet.send(session.wire_id, packet_of("error", error_data(code, message)))
        self._outlet.hang_up(session.wire_id)

    def write_to(self, session: Session, name: str, data: dict[str, Any]) -> None:
        """Write an event to one socket, after what was told before, expired or not."""
        lane = self._lanes.get(session.company_id)
        packet = packet_of(name, data)

        def write() -> None:
            if session.open:
                self._outlet.send(session.wire_id, packet)

        if lane is not None:
            lane.put(write)

    def release(self, session: Session) -> None:
        """Write what was held back while the token was expired."""
        session.expired = False
        for packet, event_id in session.held:
            self._send(session, packet, event_id)
        session.held.clear()

    def replay(self, session: Session, letters: Sequence[Tell], *, complete_from: int) -> None:
        """Write older events that a socket asks for, once."""
        self.lane_of(session).put(lambda: self._replay(session, letters))
        session.complete_from = min(session.complete_from, complete_from)

    def _replay(self, session: Session, letters: Sequence[Tell]) -> None:
        for tell in letters:
            if not session.muted.issuperset(tell.rooms):
                self._write([session], packet_of(tell.name, tell.data), tell.event_id)

    def lane_of(self, session: Session) -> Lane:
        """Return the lane that this socket's events come along."""
        return self._lanes.setdefault(session.company_id, Lane(session.complete_from))

    # Rooms that a socket leaves and joins itself.

    def join(self, session: Session, room: str, *, parent: str | None = None) -> bool:
        """Put one socket into a room, and return whether it is its user's only one there.

        Args:
            session: The socket.
            room: The room; the caller has checked that it may.
            parent: For an upload's room, the chatroom or thread whose members may be in it.
        """
        back = room not in session.hearing
        alone = not any(room in other.hearing for other in self._of_users((session.user_id,)))
        self._put_in(session, room)
        if parent is not None:
            session.uploads[room] = parent
        return back and alone

    def leave(self, session: Session, room: str) -> bool:
        """Take one socket out of a room, and return whether it was its user's last one there."""
        was_in = room in session.hearing
        self._take_out(session, room)
        session.uploads.pop(room, None)
        session.muted.add(room)
        return was_in and not any(room in other.hearing for other in self._of_users((session.user_id,)))

    def tell_now(self, company_id: str, tell: Tell) -> None:
        """Deliver an ephemeral event that no row stands behind."""
        self.perform(company_id, (replace(tell, data={**tell.data, "timestamp": iso()}),))


def error_data(code: str, message: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the data of an `error` event."""
    return {"code": code, "message": message, "details": details or {}, "timestamp": iso()}
