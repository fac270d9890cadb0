"""What each planted defect does at its seam: in the hub, at the edge of REST, at the checks; without a server."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import jwt
import orjson
import pytest

from threadfilesharing.defects import guarded
from threadfilesharing.defects.catalogue import CATALOGUE, Kind
from threadfilesharing.defects.registry import plant
from threadfilesharing.defects.replies import Replies
from threadfilesharing.defects.seams import (
    Asked,
    Emitted,
    Joining,
    Looking,
    Placing,
    Progress,
    Reply,
    RoomsLost,
    Seams,
    TokenSeen,
    Welcome,
)
from threadfilesharing.live.acts import Exit, Tell
from threadfilesharing.live.hub import Hub
from threadfilesharing.live.lanes import Item
from threadfilesharing.live.sessions import Session
from threadfilesharing.problems import Code, Problem, not_found

MESSAGE = "message_received"
MINE, HERS, ELSEWHERE = "chatroom:r", "thread:t", "chatroom:q"


class Post:
    """Keeps what every socket was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, dict[str, Any]]] = []

    def send(self, wire_id: str, packet: str) -> None:
        name, data = json.loads(packet.removeprefix("2"))
        self.sent.append((wire_id, name, data))

    def hang_up(self, wire_id: str) -> None:
        self.sent.append((wire_id, "closed", {}))


class Company:
    """Ann with two sockets and Bob in a room, Cid outside it, Mal in another company; a thread of Ann's."""

    def __init__(self, *defects: str) -> None:
        self.seams, self.post = Seams(), Post()
        plant(defects, self.seams)
        self.hub = Hub(self.post, self.seams)
        for user, company, socket, rooms in (
            ("ann", "c", "ann-1", (MINE, HERS)),
            ("ann", "c", "ann-2", (MINE, HERS)),
            ("bob", "c", "bob-1", (MINE,)),
            ("cid", "c", "cid-1", ()),
            ("mal", "x", "mal-1", ()),
        ):
            self.hub.admit(Session(socket, socket, user, company, "f"), rooms, (), last_event_id=0)

    def tell(self, name: str, room: str = MINE, skip: str | None = None, **data: Any) -> Counter[str]:
        """Tell an event, and return how often each socket heard it."""
        before = len(self.post.sent)
        self.hub.perform("c", (told(name, room, skip, **data),))
        return Counter(socket for socket, heard, _ in self.post.sent[before:] if heard == name)

    def data(self, name: str, **data: Any) -> dict[str, Any]:
        """Tell an event, and return what Bob was told."""
        self.tell(name, **data)
        return next(data for socket, heard, data in reversed(self.post.sent) if (socket, heard) == ("bob-1", name))


def told(name: str, room: str = MINE, skip: str | None = None, **data: Any) -> Tell:
    every = {
        "messageId": "0000002a-0000-4000-8000-000000000000",
        "chatroomId": "r",
        "threadId": None,
        "sender": {"id": "ann", "fullName": "Ann"},
        "content": "<b>",
        "createdAt": "2026-01-01T00:00:59.500Z",
        "editedAt": "2026-01-01T00:00:59.500Z",
        "timestamp": "2026-01-01T00:00:59.500Z",
        "version": 2,
    }
    return Tell(name=name, rooms=(room,), data=every | data, event_id=None, skip_sid=skip)


ROOM = {"ann-1": 1, "ann-2": 1, "bob-1": 1}
THREAD = {"ann-1": 1, "ann-2": 1}
COMPANY = {**ROOM, "cid-1": 1}

HEARD: dict[str, tuple[str, str, dict[str, Any], dict[str, int]]] = {
    "lost-edit": ("message_edited", MINE, {}, {}),
    "lost-to-senders-second-socket": (MESSAGE, MINE, {}, {"ann-1": 1, "bob-1": 1}),
    "lost-status-on-second-device": ("user_status_updated", "company:c", {}, {"ann-1": 1, "bob-1": 1, "cid-1": 1}),
    "lost-end-of-typing": ("typing_indicator", MINE, {"isTyping": False}, {}),
    "lost-quota-after-deletion": ("storage_quota_updated", "company:c", {"usedBytes": 0}, {}),
    "lost-archived": ("thread_archived", HERS, {}, {}),
    "lost-revocation": ("room_access_revoked", "user:bob", {}, {}),
    "doubled-at-once": (MESSAGE, MINE, {}, dict.fromkeys(ROOM, 2)),
    "doubled-quota": ("storage_quota_updated", "company:c", {"usedBytes": 1}, dict.fromkeys(COMPANY, 2)),
    "doubled-typing": ("typing_indicator", MINE, {"isTyping": True}, dict.fromkeys(ROOM, 2)),
    "doubled-member-added": ("chatroom_member_added", MINE, {}, dict.fromkeys(ROOM, 2)),
    "completed-twice": ("file_upload_completed", MINE, {"sessionId": "s"}, dict.fromkeys(ROOM, 2)),
    "processed-untold": ("file_processed", MINE, {}, {}),
    "retries-untold": ("retry_attempt", MINE, {}, {}),
    "cancelled-untold": ("file_upload_failed", MINE, {"reason": "CANCELLED"}, {}),
    "leaked-to-other-company": ("user_status_updated", "company:c", {}, {**COMPANY, "mal-1": 1}),
    "leaked-private-room": ("chatroom_created", MINE, {"isPrivate": True}, COMPANY),
    "leaked-rename": ("chatroom_updated", MINE, {}, COMPANY),
    "leaked-thread-to-room": (MESSAGE, HERS, {"threadId": "t"}, ROOM),
    "leaked-receipt": ("message_delivered", "user:ann", {}, ROOM),
    "leaked-progress": ("file_upload_progress", MINE, {}, COMPANY),
    "role-change-heard-after-return": ("user_role_changed", "company:c", {"userId": "bob"}, {**THREAD, "cid-1": 1}),
}
SPARED: dict[str, tuple[str, str, dict[str, Any], dict[str, int]]] = {
    "lost-edit": (MESSAGE, MINE, {}, ROOM),
    "lost-end-of-typing": ("typing_indicator", MINE, {"isTyping": True}, ROOM),
    "lost-quota-after-deletion": ("storage_quota_updated", "company:c", {"usedBytes": 1}, COMPANY),
    "leaked-private-room": ("chatroom_created", MINE, {"isPrivate": False}, ROOM),
    "leaked-thread-to-room": (MESSAGE, MINE, {}, ROOM),
    "cancelled-untold": ("file_upload_failed", MINE, {"reason": "CHECKSUM_MISMATCH"}, ROOM),
}


@pytest.mark.parametrize("name", HEARD)
def test_who_hears_and_how_often(name: str) -> None:
    event, room, data, expected = HEARD[name]
    assert Company(name).tell(event, room, **data) == expected
    assert Company().tell(event, room, **data) != expected


@pytest.mark.parametrize("name", SPARED)
def test_what_a_defect_is_not_about_is_told_as_ever(name: str) -> None:
    event, room, data, expected = SPARED[name]
    assert Company(name).tell(event, room, **data) == Company().tell(event, room, **data) == expected


def test_every_tenth_message_of_a_room_is_lost() -> None:
    company = Company("lost-every-tenth")
    assert [len(company.tell(MESSAGE)) for _ in range(21)] == [3] * 9 + [0] + [3] * 9 + [0] + [3]


def test_above_twenty_sockets_the_rest_hear_no_message() -> None:
    company = Company("lost-above-20-members")
    assert company.tell(MESSAGE) == ROOM
    for number in range(20):
        company.hub.admit(Session(f"x-{number}", f"x-{number}", "x", "c", "f"), (MINE,), (), last_event_id=0)
    assert sum(company.tell(MESSAGE).values()) == 20
    assert sum(company.tell("message_edited").values()) == 23


def test_messages_are_lost_from_an_uploads_first_chunk_to_its_end() -> None:
    company = Company("lost-while-uploading")
    assert company.tell(MESSAGE) == ROOM
    company.tell("file_upload_progress", "upload_session:s", sessionId="s")
    assert company.tell(MESSAGE) == {}
    company.tell("file_upload_completed", sessionId="s")
    assert company.tell(MESSAGE) == ROOM


def test_who_came_back_hears_each_message_twice() -> None:
    company = Company("doubled-after-return")
    company.seams.missed([], company.hub.sessions["bob-1"])
    assert company.tell(MESSAGE) == {**ROOM, "bob-1": 2}


def test_typing_is_told_to_the_socket_that_types() -> None:
    assert Company().tell("typing_indicator", skip="bob-1", isTyping=True) == THREAD
    assert Company("leaked-typing-to-typist").tell("typing_indicator", skip="bob-1", isTyping=True) == ROOM


@pytest.mark.parametrize(("name", "expected"), [("leaked-to-muted-socket", ROOM), (None, THREAD)])
def test_a_socket_that_left_a_room_hears_on(name: str | None, expected: dict[str, int]) -> None:
    company = Company(*([name] if name else []))
    company.hub.leave(company.hub.sessions["bob-1"], MINE)
    assert company.tell(MESSAGE) == expected


@pytest.mark.parametrize(
    ("name", "because", "left"),
    [
        ("leaked-to-removed-member", "removed", ROOM),
        ("leaked-to-removed-member", "revoked", THREAD),
        ("leaked-to-demoted-guest", "revoked", ROOM),
        ("leaked-to-demoted-guest", "removed", THREAD),
    ],
)
def test_who_is_put_out_hears_on(name: str, because: Any, left: dict[str, int]) -> None:
    company = Company(name)
    company.hub.perform("c", (Exit("bob", (MINE,), because),))
    assert company.tell(MESSAGE) == left
    assert company.seams.rooms_lost((HERS,), RoomsLost("ann", because)) == (HERS,)


def test_a_message_is_written_again_some_time_later() -> None:
    seams = Seams()
    plant(["doubled-some-time-later"], seams)
    assert seams.copies((), told(MESSAGE)) == (0.4,)
    assert seams.copies((), told("message_edited")) == ()


LATE = {
    "late-by-150-ms": (told(MESSAGE), 0.15),
    "late-status-by-2-s": (told("user_status_updated"), 2.0),
    "late-in-large-rooms": (told(MESSAGE), 0.8),
    "late-in-threads": (told(MESSAGE, HERS, threadId="t"), 0.3),
    "late-role-change": (told("user_role_changed"), 0.5),
    "late-progress": (told("file_upload_progress"), 0.2),
}


@pytest.mark.parametrize("name", LATE)
def test_how_long_an_event_is_held(name: str) -> None:
    seams = Seams()
    plant([name], seams)
    tell, held_s = LATE[name]
    assert seams.arranged((0.0, 7), Placing((), tell, 100)) == (held_s, 7)
    assert seams.arranged((0.0, 7), Placing((), told("chatroom_deleted"), 100)) == (0.0, 7)


BOBS = {"sender": {"id": "bob", "fullName": "Bob"}}
OVERTAKEN = {
    "swapped-messages": (told(MESSAGE), told(MESSAGE), told(MESSAGE, **BOBS)),
    "swapped-senders": (told(MESSAGE), told(MESSAGE, **BOBS), told(MESSAGE)),
    "edit-before-message": (told(MESSAGE), told("message_edited"), told("message_edited", messageId="another")),
    "processed-before-completed": (
        told("file_upload_completed", fileId="f"),
        told("file_processed", fileId="f"),
        told("file_processed", fileId="g"),
    ),
    "typing-stops-before-it-starts": (
        told("typing_indicator", isTyping=True),
        told("typing_indicator", isTyping=False),
        told("chatroom_deleted"),
    ),
}


@pytest.mark.parametrize("name", OVERTAKEN)
def test_what_is_overtaken_by_what_and_once_only(name: str) -> None:
    seams = Seams()
    plant([name], seams)
    first, then, other = OVERTAKEN[name]
    held_s, place = seams.arranged((0.0, 0), Placing((), first, 3))
    assert (held_s > 0, place) == (True, 0)
    waiting = [Item(0.0, lambda: None), Item(1.0, lambda: None, first)]
    assert seams.arranged((0.0, 2), Placing(waiting, other, 3))[1] == 2
    assert seams.arranged((0.0, 2), Placing(waiting, then, 3)) == (0.0, 1)
    assert seams.arranged((0.0, 2), Placing(waiting, then, 3))[1] == 2


SAID: dict[str, tuple[str, dict[str, Any], str, Any]] = {
    "other-content-in-event": (MESSAGE, {}, "content", "<b>!"),
    "wrong-sender-in-event": (
        MESSAGE,
        {},
        "sender",
        {"id": "0000002a-0000-4000-8000-000000000000", "fullName": "Ann"},
    ),
    "id-as-number-in-event": (MESSAGE, {}, "messageId", 42),
    "edit-without-its-time": ("message_edited", {}, "editedAt", "absent"),
    "other-time-in-event": (MESSAGE, {}, "createdAt", "2026-01-01T00:01:00.500Z"),
    "stale-version-in-event": ("message_edited", {}, "version", 1),
    "content-escaped-in-event": (MESSAGE, {}, "content", "&lt;b&gt;"),
    "status-without-its-words": ("user_status_updated", {"room": "company:c", "message": "busy"}, "message", None),
    "half-a-name-in-event": ("user_profile_updated", {"fullName": "Ann Other"}, "fullName", "Ann"),
    "other-title-in-event": ("thread_updated", {"title": "plans"}, "title", "PLANS"),
    "quota-off-by-one-in-event": ("storage_quota_updated", {"usedBytes": 9}, "usedBytes", 10),
    "null-in-event": (MESSAGE, {}, "sender", {"id": "ann", "fullName": None}),
}


@pytest.mark.parametrize("name", SAID)
def test_what_an_event_says(name: str) -> None:
    event, data, key, expected = SAID[name]
    assert Company(name).data(event, **data).get(key, "absent") == expected
    assert Company().data(event, **data).get(key, "absent") != expected


def test_an_undocumented_event_follows_each_message() -> None:
    company = Company("undocumented-event")
    assert company.tell(MESSAGE) == ROOM
    assert [(socket, name) for socket, name, _ in company.post.sent[3:]] == [
        (socket, "message_seen") for socket in ROOM
    ]


# REST.

DONE = {"status": "success", "timestamp": "now"}
ITEMS = [{"id": "1", "createdAt": "b", "status": "away"}, {"id": "2", "createdAt": "c"}, {"id": "3", "createdAt": "a"}]
REPLIED: dict[str, tuple[str, int, Any, int, Any]] = {
    "leaked-password-hash": (
        "POST /auth/register",
        201,
        {"user": {}},
        201,
        {"user": {"passwordHash": "$argon2id$v=19$leaked"}},
    ),
    "status-of-the-day-before": (
        "GET /companies/members",
        200,
        {"items": ITEMS[:1]},
        200,
        {"items": [{"id": "1", "createdAt": "b", "status": "online"}]},
    ),
    "room-listed-late": ("GET /chatrooms", 200, {"items": ITEMS}, 200, {"items": [ITEMS[2], ITEMS[0]]}),
    "bytes-counted-twice": ("POST /files/upload/chunk", 200, {"uploadedBytes": 5}, 200, {"uploadedBytes": 10}),
    "undocumented-status": ("GET /companies/members", 200, {"items": []}, 203, {"items": []}),
    "null-in-answer": ("GET /users/profile", 200, {"createdAt": "now"}, 200, {"createdAt": None}),
    "limit-as-text": ("GET /companies/storage", 200, {"limitBytes": 9}, 200, {"limitBytes": "9"}),
    "made-with-200": ("POST /chatrooms/create", 201, {"id": "1"}, 200, {"id": "1"}),
}


def asked(call: str, query: str = "", token: str = "t") -> Asked:
    method, _, path = call.partition(" ")
    return Asked(method, path, query, token)


@pytest.mark.parametrize("name", REPLIED)
def test_what_a_call_is_answered(name: str) -> None:
    seams = Seams()
    plant([name], seams)
    call, status, data, shown_status, shown = REPLIED[name]
    honest = Reply(status, DONE | {"data": data})
    assert seams.replied(honest, asked(call)) == Reply(shown_status, DONE | {"data": shown})
    assert seams.replied(honest, asked("GET /elsewhere")) == honest
    refused = Reply(403, {"status": "error", "code": "FORBIDDEN"})
    assert seams.replied(refused, asked(call)) == refused


@pytest.mark.parametrize(
    ("name", "made", "listed", "key"),
    [
        ("edited-message-listed-as-it-was", "POST /messages/send", "GET /messages/list", "content"),
        ("thread-listed-by-its-old-title", "POST /threads/create", "GET /threads", "title"),
    ],
)
def test_a_list_shows_what_was_first(name: str, made: str, listed: str, key: str) -> None:
    seams = Seams()
    plant([name], seams)
    seams.replied(Reply(201, DONE | {"data": {"id": "1", key: "first"}}), asked(made))
    now = DONE | {"data": {"items": [{"id": "1", key: "later"}, {"id": "2", key: "other"}]}}
    shown = seams.replied(Reply(200, now), asked(listed)).body["data"]["items"]
    assert [item[key] for item in shown] == ["first", "other"]


def test_a_message_that_was_shown_is_shown_after_its_deletion_in_its_room_alone() -> None:
    seams = Seams()
    plant(["deleted-message-listed"], seams)

    def shown(room: str, *ids: str) -> list[str]:
        honest = Reply(200, DONE | {"data": {"items": [{"id": each} for each in ids]}})
        reply = seams.replied(honest, asked("GET /messages/list", f"chatroomId={room}&limit=5"))
        return [item["id"] for item in reply.body["data"]["items"]]

    assert [shown("r", "1"), shown("r"), shown("q"), shown("r", "2")] == [["1"], ["1"], [], ["2", "1"]]


def test_the_quota_never_falls_for_who_asked_before() -> None:
    seams = Seams()
    plant(["quota-not-lowered"], seams)

    def shown(used: int, token: str) -> int:
        honest = Reply(200, DONE | {"data": {"usedBytes": used}})
        return int(seams.replied(honest, asked("GET /companies/storage", token=token)).body["data"]["usedBytes"])

    assert [shown(5, "a"), shown(9, "a"), shown(0, "a"), shown(0, "b")] == [5, 9, 9, 0]


def test_a_refusal_has_no_code() -> None:
    seams = Seams()
    plant(["refusals-without-code"], seams)
    body = {"status": "error", "code": "FORBIDDEN", "message": "no"}
    assert seams.replied(Reply(403, body), asked("GET /x")).body == {"status": "error", "message": "no"}
    assert seams.replied(Reply(200, DONE), asked("GET /x")).body == DONE


@pytest.mark.parametrize(
    ("kind", "expected"), [(b"application/json", b'{"status":"success","data":{"limitBytes":"9"}}'), (b"x/y", None)]
)
async def test_answers_are_bent_at_the_edge_with_their_length_and_other_content_passes(
    kind: bytes, expected: bytes | None
) -> None:
    seams, sent = Seams(), []
    plant(["limit-as-text"], seams)
    honest_body = b'{"status":"success","data":{"limitBytes":9}}'

    async def honest(_scope: Any, _receive: Any, send: Any) -> None:
        headers = [(b"content-type", kind), (b"content-length", b"44")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": honest_body[:10], "more_body": True})
        await send({"type": "http.response.body", "body": honest_body[10:]})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError

    scope = {"type": "http", "method": "GET", "path": "/api/v1/companies/storage", "headers": [], "query_string": b""}
    await Replies(honest, seams.replied)(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    assert body == (expected or honest_body)
    assert dict(sent[0]["headers"])[b"content-length"] == (str(len(body)).encode() if expected else b"44")
    assert orjson.loads(body)["status"] == "success"


# Refusals and acknowledgements.

BAD = Problem(400, Code.VALIDATION_ERROR, "no", {"fields": []})
TOO_MANY = Problem(429, Code.RATE_LIMITED, "too many")
REFUSED: dict[str, tuple[Problem, str, int, str, dict[str, Any]]] = {
    "bad-input-answers-500": (BAD, "rest", 500, "INTERNAL_ERROR", {}),
    "missing-answers-400": (not_found("room"), "rest", 400, "NOT_FOUND", {}),
    "logins-unlimited": (TOO_MANY, "rest", 401, "BAD_CREDENTIALS", {}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_how_a_refusal_is_told(name: str) -> None:
    seams = Seams()
    plant([name], seams)
    honest, channel, status, code, details = REFUSED[name]
    bent = seams.problem(honest, channel)
    assert (bent.status, bent.code, bent.details) == (status, code, details)
    assert seams.problem(honest, "socket") is honest
    other = Problem(403, Code.FORBIDDEN, "no")
    assert seams.problem(other, channel) is other


@pytest.mark.parametrize("channel", ["rest", "socket"])
def test_what_is_not_there_has_a_trace(channel: str) -> None:
    seams = Seams()
    plant(["stack-trace-in-details"], seams)
    assert seams.problem(not_found("room"), channel).details["trace"].startswith("Traceback")
    assert seams.problem(BAD, channel) is BAD


def emitted(problem: Problem | None, name: str = "join_chatroom") -> Emitted:
    return Emitted(Session("s", "s", "u", "c", "f"), name, problem)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("refusals-unacknowledged", None), ("refusals-acknowledged-as-done", {"ok": True, "data": {}})],
)
def test_how_a_refused_emit_is_acknowledged(name: str, expected: Any) -> None:
    seams = Seams()
    plant([name], seams)
    assert seams.acknowledged({"ok": False, "error": {}}, emitted(BAD)) == expected
    assert seams.acknowledged({"ok": True, "data": {"id": 1}}, emitted(None)) == {"ok": True, "data": {"id": 1}}


def test_a_message_is_acknowledged_with_another_time() -> None:
    seams = Seams()
    plant(["acknowledged-with-other-time"], seams)
    answer = {"ok": True, "data": {"createdAt": "2026-01-01T00:00:59.500Z"}}
    bent = seams.acknowledged(answer, emitted(None, "send_chatroom_message"))
    assert bent == {"ok": True, "data": {"createdAt": "2026-01-01T00:01:00.500Z"}}
    assert seams.acknowledged(answer, emitted(None, "sync")) == answer


@pytest.mark.parametrize(
    ("name", "costs", "spares"),
    [("socket-dies-on-bad-emit", BAD, TOO_MANY), ("socket-dies-above-the-rate", TOO_MANY, BAD)],
)
def test_which_emit_costs_the_socket(name: str, costs: Problem, spares: Problem) -> None:
    seams = Seams()
    plant([name], seams)
    outcomes = [seams.survives(True, emitted(each)) for each in (costs, spares, None)]
    assert outcomes == [False, True, True]


# Uploads, recovery, access, resources.


@pytest.mark.parametrize(
    ("name", "told"), [("progress-falls-back", [25, 16, 75, 100]), ("progress-jumps-to-100", [100] * 4)]
)
def test_what_progress_is_told(name: str, told: list[int]) -> None:
    seams = Seams()
    plant([name], seams)
    assert [seams.progress(25 * n, Progress("s", n, 4)) for n in range(1, 5)] == told


def test_a_wrong_hash_is_accepted() -> None:
    seams = Seams()
    plant(["wrong-hash-accepted"], seams)
    assert [seams.checksum(differs, "s") for differs in (True, False)] == [False, False]


SESSION = Session("s", "s", "u", "c", "f")
MISSED = [Tell(name=MESSAGE, rooms=(MINE,), data={}, event_id=number) for number in range(10, 130)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nothing-replayed", []),
        ("replayed-twice", [*MISSED, *MISSED]),
        ("replayed-out-of-order", MISSED[::-1]),
        ("replay-stops-at-100", MISSED[:100]),
    ],
)
def test_what_is_replayed(name: str, expected: list[Tell]) -> None:
    seams = Seams()
    plant([name], seams)
    assert seams.missed(MISSED, SESSION) == expected


def test_the_message_before_what_was_missed_is_replayed_too() -> None:
    company = Company("replayed-too-much")
    had = Tell(name=MESSAGE, rooms=(MINE,), data={}, event_id=9)
    company.hub.perform("c", (had, MISSED[0]))
    assert company.seams.missed(MISSED[:1], SESSION) == [had, MISSED[0]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "wrong-count-of-missed",
            [(MESSAGE, {}), ("connection_recovered", {"missed": 2}), ("user_status_updated", {})],
        ),
        ("statuses-not-restored", [(MESSAGE, {}), ("connection_recovered", {"missed": 1})]),
        (
            "recovered-before-replayed",
            [("connection_recovered", {"missed": 1}), (MESSAGE, {}), ("user_status_updated", {})],
        ),
    ],
)
def test_what_somebody_who_returns_is_told(name: str, expected: list[Any]) -> None:
    seams = Seams()
    plant([name], seams)
    honest: list[Any] = [
        (MESSAGE, {}, 7),
        ("connection_recovered", {"missed": 1}, None),
        ("user_status_updated", {}, None),
    ]
    assert [letter[:2] for letter in seams.letters(honest, SESSION)] == expected


def test_who_returns_waits_or_finds_no_rooms_and_who_comes_first_does_not() -> None:
    slow, forgetful = Seams(), Seams()
    plant(["recovery-takes-40-s"], slow)
    plant(["rooms-forgotten-on-return"], forgetful)
    back, first = Welcome(SESSION, back=True), Welcome(SESSION, back=False)
    assert [slow.delay(0.0, each) for each in (back, first)] == [40.0, 0.0]
    assert [forgetful.rooms([MINE], each) for each in (back, first)] == [[], [MINE]]


@pytest.mark.parametrize(
    ("name", "channel", "code"),
    [
        ("expired-token-accepted-over-rest", "rest", Code.TOKEN_EXPIRED),
        ("expired-token-accepted-on-socket", "socket", Code.TOKEN_EXPIRED),
        ("refresh-token-opens-rest", "rest", Code.INVALID_TOKEN),
    ],
)
def test_which_fault_of_a_token_is_overlooked_and_where(name: str, channel: str, code: Code) -> None:
    seams = Seams()
    plant([name], seams)
    faults = [Problem(401, each, "no") for each in (Code.TOKEN_EXPIRED, Code.INVALID_TOKEN)]
    for fault in faults:
        for on in ("rest", "socket"):
            overlooked = fault.code is code and on == channel
            assert seams.token(fault, TokenSeen(on, "t")) is (None if overlooked else fault)


@pytest.mark.parametrize(
    ("name", "channel"), [("revoked-token-accepted-over-rest", "rest"), ("revoked-token-accepted-on-socket", "socket")]
)
def test_where_a_revoked_token_is_accepted(name: str, channel: str) -> None:
    seams = Seams()
    plant([name], seams)
    assert [seams.revoked(True, TokenSeen(on, "t")) for on in ("rest", "socket")] == [
        channel != "rest",
        channel != "socket",
    ]


def test_a_spent_token_serves_again_and_anybody_may_join() -> None:
    seams = Seams()
    plant(["refresh-token-usable-twice", "join-unchecked"], seams)
    assert seams.spent(True, TokenSeen("rest", "t")) is False
    assert seams.may_join(False, Joining("u", MINE)) is True


def test_an_unsigned_token_is_believed_and_no_other_that_does_not_fit() -> None:
    seams = Seams()
    plant(["unsigned-token-believed"], seams)
    claims = {"sub": "u", "exp": 4_000_000_000}
    unsigned = jwt.encode(claims, None, algorithm="none")
    assert seams.unverified(None, unsigned) == claims
    signed = jwt.encode(claims, "another key, as long as one must be", algorithm="HS256")
    for other in (signed, "", ".", "x.y.z", "e30.e30.", unsigned.partition(".")[0]):
        assert seams.unverified(None, other) is None


def test_former_members_look_and_strangers_do_not() -> None:
    seams = Seams()
    plant(["former-members-see-threads"], seams)
    assert [seams.may_look(False, Looking("u", MINE, was_in)) for was_in in (True, False)] == [True, False]


def test_there_is_room_for_fifty_connections() -> None:
    seams = Seams()
    plant(["connection-limit-of-50"], seams)
    assert [seams.connections(10_000, count) for count in (50, 51)] == [10_000, 50]


def test_each_connection_leaves_memory_behind() -> None:
    import gc

    seams = Seams()
    plant(["memory-grows-with-connections"], seams)
    for _ in range(3):
        assert seams.rooms([MINE], Welcome(SESSION, back=False)) == [MINE]
    kept = [each for each in gc.get_objects() if isinstance(each, list) and len(each) == 3]
    assert any(
        all(type(part) is bytes and len(part) == guarded.EACH_CONNECTION_BYTES for part in each) for each in kept
    )


def test_a_thread_spins_after_a_bad_emit_for_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    monkeypatch.setattr(guarded, "SPIN_S", 0.02)
    seams = Seams()
    plant(["cpu-spins-after-bad-emit"], seams)
    assert seams.problem(BAD, "rest") is BAD
    assert not [each for each in threading.enumerate() if each.name == "spin"]
    monkeypatch.setattr(guarded.time, "monotonic", iter([0.0, 0.01, 0.03]).__next__)
    assert seams.problem(BAD, "socket") is BAD
    for each in threading.enumerate():
        if each.name == "spin":
            each.join(60)
    with pytest.raises(StopIteration):
        guarded.time.monotonic()


async def test_the_loop_is_blocked_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    loop = asyncio.get_running_loop()
    later: list[tuple[float, Any, Any]] = []
    monkeypatch.setattr(guarded.time, "sleep", slept.append)
    monkeypatch.setattr(
        loop, "call_later", lambda after_s, do, *about: later.append((after_s, do, about)), raising=False
    )
    seams = Seams()
    plant(["loop-blocks-300-ms-each-second"], seams)
    seams.started(None, loop)
    after_s, block, about = later.pop()
    block(*about)
    assert (after_s, slept, later[0][0]) == (1.0, [0.3], 0.7)


def test_every_defect_is_tried_at_its_seam_here_or_on_a_server() -> None:
    from pathlib import Path

    here = Path(__file__)
    tried = here.read_text() + here.with_name("test_defects.py").read_text()
    assert [defect.name for defect in CATALOGUE if f'"{defect.name}"' not in tried] == []
    assert len({defect.name for defect in CATALOGUE}) == len(CATALOGUE) >= 60
    assert {defect.kind for defect in CATALOGUE} == set(Kind)
