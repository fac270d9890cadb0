"""Doors that stand open, errors told badly, answers outside the contract, and what wears out."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

from threadfilesharing.defects import delivery as of
from threadfilesharing.defects.answers import acknowledged, answered, closed_for, refusal_body, refused_otherwise
from threadfilesharing.defects.delivery import MESSAGE, heard_by, named, said
from threadfilesharing.defects.entry import (
    WHERE_FILES_ARE,
    WHERE_ROOMS_ARE,
    Acts,
    Defect,
    Finder,
    Found,
    Install,
    Kind,
    NotYet,
)
from threadfilesharing.defects.seams import Emitted, Joining, Seams, TokenSeen, Welcome
from threadfilesharing.live.acts import Tell
from threadfilesharing.problems import Code, Problem

EACH_CONNECTION_BYTES = 1_000_000
MOST_CONNECTIONS = 50
SPIN_S = 10.0
BLOCK_S = 0.3
BLOCK_EACH_S = 1.0


def _token_accepted(code: Code, channel: str) -> Install:
    def install(seams: Seams, acts: Acts) -> None:
        def bend(fault: Problem | None, about: TokenSeen) -> Problem | None:
            overlooked = fault is not None and fault.code is code and about.channel == channel
            return None if overlooked and acts() else fault

        seams.token.plant(bend)

    return install


def _revoked_accepted(channel: str) -> Install:
    def install(seams: Seams, acts: Acts) -> None:
        def bend(revoked: bool, about: TokenSeen) -> bool:
            return revoked and not (about.channel == channel and acts())

        seams.revoked.plant(bend)

    return install


def _spent_accepted(seams: Seams, acts: Acts) -> None:
    def bend(spent: bool, _about: TokenSeen) -> bool:
        return spent and not acts()

    seams.spent.plant(bend)


def _joins_unchecked(seams: Seams, acts: Acts) -> None:
    def bend(may: bool, _about: Joining) -> bool:
        return may or acts()

    seams.may_join.plant(bend)


ACCESS = (
    Defect(
        name="revoked-token-accepted-over-rest",
        kind=Kind.ACCESS,
        summary="a revoked token is still accepted over REST",
        suffers="whoever logged out",
        breaks=("FR-001",),
        found_by=Found("auth/logout.yaml", "GET /users/profile answered 200, not 401"),
        may_also_fail=("auth/refresh_is_spent.yaml", "consistency/refreshed_at_once.yaml", "permissions/*"),
        install=_revoked_accepted("rest"),
    ),
    Defect(
        name="revoked-token-accepted-on-socket",
        kind=Kind.ACCESS,
        summary="a revoked token still opens the socket",
        suffers="whoever logged out",
        breaks=("FR-001",),
        found_by=Found("auth/logout.yaml", "bob's connect was accepted, though it was to be refused"),
        may_also_fail=("auth/*", "consistency/refreshed_at_once.yaml", "permissions/*"),
        install=_revoked_accepted("socket"),
    ),
    Defect(
        name="expired-token-accepted-over-rest",
        kind=Kind.ACCESS,
        summary="an expired token is still accepted over REST",
        suffers="whoever lost a token",
        breaks=("FR-001",),
        found_by=Found("auth/broken_tokens_refused.yaml", "GET /users/profile answered 200, not 401"),
        may_also_fail=("auth/*", "permissions/*"),
        install=_token_accepted(Code.TOKEN_EXPIRED, "rest"),
    ),
    Defect(
        name="expired-token-accepted-on-socket",
        kind=Kind.ACCESS,
        summary="an expired token still opens the socket",
        suffers="whoever lost a token",
        breaks=("FR-001",),
        found_by=Found("auth/broken_tokens_refused.yaml", "bob's connect was accepted, though it was to be refused"),
        may_also_fail=("auth/*", "permissions/*"),
        install=_token_accepted(Code.TOKEN_EXPIRED, "socket"),
    ),
    Defect(
        name="refresh-token-opens-rest",
        kind=Kind.ACCESS,
        summary="a refresh token is taken for an access token over REST",
        suffers="whoever lost a token",
        breaks=("FR-001",),
        found_by=Found("auth/tokens_of_other_kinds.yaml", "GET /users/profile answered 200, not 401"),
        may_also_fail=("permissions/*",),
        install=_token_accepted(Code.INVALID_TOKEN, "rest"),
    ),
    Defect(
        name="refresh-token-usable-twice",
        kind=Kind.ACCESS,
        summary="a spent refresh token gives a new pair again and again",
        suffers="whoever lost a token",
        breaks=("FR-001",),
        found_by=Found("auth/refresh_is_spent.yaml", "POST /auth/refresh answered 200, not 401"),
        may_also_fail=("consistency/refreshed_at_once.yaml",),
        install=_spent_accepted,
    ),
    Defect(
        name="join-unchecked",
        kind=Kind.ACCESS,
        summary="whoever asks for a chatroom or thread over the socket is let in",
        suffers="the room's members",
        breaks=("FR-007", "FR-013"),
        found_by=Found(
            "chatrooms/created.yaml", "carol's emit join_chatroom was accepted, though it was to be refused"
        ),
        may_also_fail=("chatrooms/*", "companies/*", "errors/*", "permissions/*", "threads/*"),
        install=_joins_unchecked,
    ),
    Defect(
        name="role-change-heard-after-return",
        kind=Kind.ACCESS,
        summary="whose role was changed hears of it only after a reconnection",
        suffers="whoever was promoted or demoted",
        breaks=("FR-007", "FR-014"),
        found_by=Found("companies/roles.yaml", "bob did not hear user_role_changed"),
        may_also_fail=("companies/*", "permissions/*"),
        install=heard_by(of.all_but_the_one_concerned, named("user_role_changed")),
    ),
    Defect(
        name="logins-unlimited",
        kind=Kind.ACCESS,
        summary="an account may be tried again without end",
        suffers="whoever has a weak password",
        breaks=("FR-010",),
        found_by=Found("auth/login_throttled.yaml", "POST /auth/login answered 401, not 429"),
        install=refused_otherwise(
            "rest", lambda _: Problem(401, Code.BAD_CREDENTIALS, "email or password is wrong"), 429
        ),
    ),
)


def _refused(about: Emitted) -> bool:
    return about.problem is not None


ERRORS = (
    Defect(
        name="bad-input-answers-500",
        kind=Kind.ERRORS,
        summary="bad input is answered with 500 in place of 400",
        suffers="whoever makes a mistake",
        breaks=("FR-010",),
        found_by=Found("errors/validation.yaml", "POST /messages/send answered 500, not 400"),
        may_also_fail=(
            "errors/*",
            "auth/registration.yaml",
            "companies/invitation.yaml",
            "messaging/content_of_every_kind.yaml",
            "messaging/pages.yaml",
            "security/*",
            "status/colleagues_hear.yaml",
        ),
        install=refused_otherwise(
            "rest", lambda _: Problem(500, Code.INTERNAL_ERROR, "something went wrong here"), 400
        ),
    ),
    Defect(
        name="missing-answers-400",
        kind=Kind.ERRORS,
        summary="what is not there is answered with 400 in place of 404",
        suffers="whoever looks for a thing that was deleted",
        breaks=("FR-010",),
        found_by=Found("errors/unknown_ids.yaml", "answered 400, not 404"),
        may_also_fail=("*",),
        install=refused_otherwise("rest", lambda each: Problem(400, each.code, each.message, each.details), 404),
    ),
    Defect(
        name="socket-dies-on-bad-emit",
        kind=Kind.ERRORS,
        summary="an emit with bad data costs the socket",
        suffers="whoever makes a mistake",
        breaks=("FR-010",),
        found_by=Found("errors/malformed_emits.yaml", "the target had closed bob's connection"),
        may_also_fail=("errors/*", "messaging/*", "status/*", "permissions/*"),
        install=closed_for(400),
    ),
    Defect(
        name="socket-dies-above-the-rate",
        kind=Kind.ERRORS,
        summary="an emit too many costs the socket",
        suffers="whoever emits too much",
        breaks=("FR-010",),
        found_by=Found("errors/too_many_emits.yaml", "bob's connection was closed by the target"),
        install=closed_for(429),
    ),
    Defect(
        name="refusals-without-code",
        kind=Kind.ERRORS,
        summary="a refusal over REST has no code",
        suffers="whoever must tell refusals apart",
        breaks=("FR-010",),
        found_by=Found("errors/validation.yaml", "differs in `code`"),
        may_also_fail=("*",),
        install=refusal_body(of.without("code")),
    ),
    Defect(
        name="stack-trace-in-details",
        kind=Kind.ERRORS,
        summary="a refusal of what is not there carries a stack trace in its details",
        suffers="whoever wants to keep the insides inside",
        breaks=("FR-010",),
        found_by=Found("errors/validation.yaml", 'has "trace" besides'),
        may_also_fail=("errors/*",),
        install=refused_otherwise(
            "both",
            lambda each: Problem(
                each.status,
                each.code,
                each.message,
                {**each.details, "trace": 'Traceback (most recent call last):\n  File "rooms.py", line 12, in get'},
            ),
            404,
        ),
    ),
    Defect(
        name="refusals-unacknowledged",
        kind=Kind.ERRORS,
        summary="an emit that is refused is never acknowledged",
        suffers="whoever waits for an answer",
        breaks=("FR-010",),
        found_by=Found("errors/malformed_emits.yaml", "was not refused: no acknowledgement came"),
        may_also_fail=("*",),
        install=acknowledged(_refused, lambda _: None),
    ),
    Defect(
        name="refusals-acknowledged-as-done",
        kind=Kind.ERRORS,
        summary="an emit that is refused is acknowledged as done",
        suffers="whoever believes it",
        breaks=("FR-010",),
        found_by=Found("errors/malformed_emits.yaml", "was accepted, though it was to be refused"),
        may_also_fail=("*",),
        install=acknowledged(_refused, lambda _: {"ok": True, "data": {}}),
    ),
)


def _beside(name: str, make: Callable[[Tell], dict[str, Any]]) -> Install:
    def install(seams: Seams, acts: Acts) -> None:
        def bend(told: tuple[Tell, ...], tell: Tell) -> tuple[Tell, ...]:
            if tell.name != MESSAGE or not acts():
                return told
            return (*told, Tell(name=name, rooms=tell.rooms, data=make(tell)))

        seams.told.plant(bend)

    return install


CONTRACT = (
    Defect(
        name="undocumented-event",
        kind=Kind.CONTRACT,
        summary="an event message_seen, which the contract does not know, follows each message",
        suffers="whoever relies on the contract",
        breaks=("FR-002",),
        found_by=Found(
            "messaging/fanout.yaml",
            "the event message_seen was heard, and the contract does not name it",
            Finder.CONTRACT,
        ),
        may_also_fail=("*",),
        install=_beside(
            "message_seen", lambda tell: {"messageId": tell.data["messageId"], "timestamp": tell.data["timestamp"]}
        ),
    ),
    Defect(
        name="undocumented-status",
        kind=Kind.CONTRACT,
        summary="GET /companies/members answers 203, which the contract does not know",
        suffers="whoever relies on the contract",
        breaks=("FR-003",),
        found_by=Found(
            "companies/member_joins.yaml",
            "GET /companies/members answered 203, which the contract does not name",
            Finder.CONTRACT,
        ),
        install=answered("GET /companies/members", lambda data, _: data, status=203),
    ),
    Defect(
        name="null-in-event",
        kind=Kind.CONTRACT,
        summary="message_received has null where the sender's name must be",
        suffers="whoever shows it",
        breaks=("FR-003",),
        found_by=Found(
            "messaging/fanout.yaml", "message_received was heard: /sender/fullName is null", Finder.CONTRACT
        ),
        install=said(lambda data: {**data, "sender": {**data["sender"], "fullName": None}}, named(MESSAGE)),
    ),
    Defect(
        name="null-in-answer",
        kind=Kind.CONTRACT,
        summary="GET /users/profile has null where createdAt must be",
        suffers="whoever shows it",
        breaks=("FR-003",),
        found_by=Found(
            "status/over_the_socket.yaml",
            "GET /users/profile answered 200: /data/createdAt is null",
            Finder.CONTRACT,
        ),
        install=answered("GET /users/profile", lambda data, _: {**data, "createdAt": None}),
    ),
    Defect(
        name="limit-as-text",
        kind=Kind.CONTRACT,
        summary="GET /companies/storage answers its limit as a text",
        suffers="whoever reckons with it",
        breaks=("FR-003", "FR-015"),
        found_by=Found(
            "files/upload_by_hand.yaml", "GET /companies/storage: the answer's payload differs in `limitBytes`"
        ),
        may_also_fail=WHERE_FILES_ARE,
        install=answered("GET /companies/storage", lambda data, _: {**data, "limitBytes": str(data["limitBytes"])}),
    ),
    Defect(
        name="made-with-200",
        kind=Kind.CONTRACT,
        summary="POST /chatrooms/create answers 200 in place of 201",
        suffers="whoever relies on the contract",
        breaks=("FR-002", "FR-003"),
        found_by=Found("chatrooms/created.yaml", "POST /chatrooms/create answered 200, not 201"),
        may_also_fail=("*", *WHERE_ROOMS_ARE),
        install=answered("POST /chatrooms/create", lambda data, _: data, status=200),
    ),
)


def _memory_grows(seams: Seams, acts: Acts) -> None:
    hoard: list[bytes] = []

    def bend(rooms: list[str], _about: Welcome) -> list[str]:
        if acts():
            hoard.append(b"\1" * EACH_CONNECTION_BYTES)
        return rooms

    seams.rooms.plant(bend)


def _few_connections(seams: Seams, acts: Acts) -> None:
    def bend(limit: int, count: int) -> int:
        return min(limit, MOST_CONNECTIONS) if count > MOST_CONNECTIONS and acts() else limit

    seams.connections.plant(bend)


def _spins(seams: Seams, acts: Acts) -> None:
    def spin() -> None:
        end_s = time.monotonic() + SPIN_S
        while time.monotonic() < end_s:
            pass

    def bend(problem: Problem, channel: str) -> Problem:
        if channel == "socket" and problem.status == 400 and acts():
            threading.Thread(target=spin, name="spin", daemon=True).start()
        return problem

    seams.problem.plant(bend)


def _blocks(seams: Seams, acts: Acts) -> None:
    def block(loop: asyncio.AbstractEventLoop) -> None:
        if acts():
            time.sleep(BLOCK_S)  # noqa: TID251 - this is the fault
        loop.call_later(BLOCK_EACH_S - BLOCK_S, block, loop)

    def bend(_nothing: None, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_later(BLOCK_EACH_S, block, loop)

    seams.started.plant(bend)


RESOURCES = (
    Defect(
        name="memory-grows-with-connections",
        kind=Kind.RESOURCES,
        summary="each connection leaves a megabyte behind",
        suffers="everybody, after some time",
        breaks=("FR-009",),
        found_by=NotYet(Finder.LOAD, "the target's memory above its baseline"),
        install=_memory_grows,
    ),
    Defect(
        name="connection-limit-of-50",
        kind=Kind.RESOURCES,
        summary="no more than 50 sockets are let in at once",
        suffers="whoever comes after them",
        breaks=("FR-009",),
        found_by=NotYet(Finder.LOAD, "connections refused with a hundred users"),
        may_also_fail=("*",),
        install=_few_connections,
    ),
    Defect(
        name="cpu-spins-after-bad-emit",
        kind=Kind.RESOURCES,
        summary="after an emit with bad data a thread uses up the processor for ten seconds",
        suffers="everybody",
        breaks=("FR-009", "FR-010"),
        found_by=NotYet(Finder.LOAD, "the target's CPU above 80 % of one core"),
        may_also_fail=("*",),
        install=_spins,
    ),
    Defect(
        name="loop-blocks-300-ms-each-second",
        kind=Kind.RESOURCES,
        summary="the server stands still for 300 ms in each second",
        suffers="everybody",
        breaks=("FR-009",),
        found_by=NotYet(Finder.LOAD, "delivery's p95 and the API's average above their limits"),
        may_also_fail=("*",),
        install=_blocks,
    ),
)
