"""A million deliveries judged by a law: rooms of ten, a hundred thousand calls (`python benchmarks/laws.py`).

The history is made as it is read, so that its making is measured beside: what judging costs is the difference. Each
message comes before the answer to its call, as it does in truth, and is held to a limit, two fields, an order, and
that nobody else hears it.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from antiphon.history.entries import AnyEntry, Call, Connection, Event, Tick, User
from antiphon.judge.laws.checker import LawChecker
from antiphon.target.loader import load_target

PROFILE = """\
target: chat
base_url: http://127.0.0.1:1/api
socket: {event_id: event.id}
operations: [POST /rooms, POST /messages]
events: {hear: [message], emit: []}
membership:
  room:
    granted: [{by: POST /rooms -> 201, room: payload.id, who: request.members}]
    joined: by grant
    after_reconnect: restored
laws:
  - name: a sent message is heard
    when: POST /messages -> 201
    by: members of room request.room
    then: message
    to: members of room request.room
    within: 100ms
    agree: {event.id: payload.id, event.text: request.text}
    order: {by: event.room, as: answered}
"""
JSON = (("content-type", "application/json"),)
MEMBERS = 10


def history(rooms: int, calls: int, per_s: float, plays: int = 1) -> Iterator[AnyEntry]:
    """Yield the entries of a run in which everybody hears what they must; rooms are dealt out to its plays."""
    seq = 0

    def numbered(entry: AnyEntry) -> AnyEntry:
        nonlocal seq
        seq += 1
        entry.seq = seq
        return entry

    for room in range(rooms):
        play = f"p{room % plays}"
        names = [f"u{room * MEMBERS + member}" for member in range(MEMBERS)]
        for name in names:
            yield numbered(User(play=play, user=name, what="made", id=f"id-{name}"))
            yield numbered(Connection(play=play, user=name, connection=name, epoch=1, what="connected", started_s=0.0))
        members = ",".join(f'"id-{name}"' for name in names)
        yield numbered(
            Call(
                play=play,
                user=names[0],
                method="POST",
                template="/rooms",
                url="http://127.0.0.1:1/api/rooms",
                request_body=f'{{"members":[{members}]}}'.encode(),
                sent_s=0.0,
                status=201,
                response_headers=JSON,
                response_body=f'{{"id":"room-{room}"}}'.encode(),
            )
        )
    ticked_s = 1.0
    for number in range(calls):
        sent_s = 1.0 + number / per_s
        if sent_s - ticked_s >= 0.1:
            ticked_s = sent_s
            yield numbered(Tick(at_s=sent_s))
        room = number % rooms
        play = f"p{room % plays}"
        first = room * MEMBERS
        text = f"message number {number} with some words that people write"
        args = (
            f'[{{"id":"m-{number}","room":"room-{room}","text":"{text}","sender":{{"id":"id-u{first}","name":"Ada"}},'
            f'"createdAt":"2026-01-01T00:00:00.000Z","reactions":[],"edited":false}}]'
        ).encode()
        for member in range(MEMBERS):
            name = f"u{first + member}"
            at_s = sent_s + 0.000_4 + member * 0.000_01
            yield numbered(
                Event(at_s=at_s, play=play, user=name, connection=name, epoch=1, name="message", args=bytes(args))
            )
        yield numbered(
            Call(
                at_s=sent_s + 0.000_8,
                play=play,
                user=f"u{first}",
                method="POST",
                template="/messages",
                url="http://127.0.0.1:1/api/messages",
                request_headers=JSON,
                request_body=f'{{"room":"room-{room}","text":"{text}"}}'.encode(),
                sent_s=sent_s,
                status=201,
                response_headers=JSON,
                response_body=f'{{"id":"m-{number}","room":"room-{room}","text":"{text}"}}'.encode(),
            )
        )


def judge() -> LawChecker:
    """Return the checker of the profile above."""
    target, problems = load_target(PROFILE, "laws.yaml", environment={})
    if target is None or problems:
        raise SystemExit("\n".join(f"{problem.source}: {problem}" for problem in problems))
    return LawChecker(
        target.laws,
        target.membership,
        identity=target.channel.socket.identity if target.channel is not None else {},
        envelope=target.http.envelope,
        resources=target.resources,
    )


def cpu_s() -> float:
    """Return the seconds of processor that this process used."""
    return time.process_time()


def main() -> int:
    """Judge a history and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--per-s", type=float, default=1_000.0, help="calls a second of the history")
    given = parser.parse_args()
    began_s = cpu_s()
    for _ in history(given.rooms, given.calls, given.per_s):
        pass
    made_s = cpu_s() - began_s
    checker = judge()
    gc.freeze()  # as the command line does it
    gc.set_threshold(50_000, 20, 50)
    most = 0
    began_s = cpu_s()
    found = []
    for number, entry in enumerate(history(given.rooms, given.calls, given.per_s)):
        found += checker.feed(entry)
        if number % 100_000 == 0:
            most = max(most, checker.size)
    found += checker.finish()
    took_s = cpu_s() - began_s - made_s
    deliveries = given.calls * MEMBERS
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tally = checker.summary()[-1].tally
    print(f"{deliveries:,} deliveries: {took_s:.2f} s of CPU, {took_s / deliveries * 1e6:.2f} us each")
    print(f"making the history: {made_s:.2f} s; most remembered {most:,}; resident {resident:.0f} MiB")
    print(f"held {tally.held:,}, findings {len(found)}")
    return 0 if not found and tally.held == deliveries + given.calls else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
    sys.exit(main())
