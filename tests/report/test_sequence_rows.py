from __future__ import annotations

import pytest

from antiphon.history.entries import Answer, AnyEntry, Beat, Call, Connection, Emit, Event, Mark, Sample, Tick, User
from antiphon.report.sequence import RowKind
from antiphon.report.sequence_rows import entry_rows, lane_key

CALL = Call(seq=1, at_s=1.012, user="alice", method="POST", template="/messages/send", url="http://x", sent_s=1.0)


def told(entry: AnyEntry) -> list[tuple[str, str, str]]:
    return [(str(row.kind), row.text, row.payload) for row in entry_rows(entry)]


def test_a_call_is_a_question_and_an_answer() -> None:
    call = Call(
        seq=1,
        at_s=1.012,
        user="alice",
        method="POST",
        template="/messages/send",
        url="http://x",
        sent_s=1.0,
        request_body=b'{"a":1}',
        status=201,
        response_body=b'{"b":2}',
    )
    assert told(call) == [("call", "POST /messages/send", '{"a":1}'), ("answer", "201 in 12 ms", '{"b":2}')]
    assert [row.at_s for row in entry_rows(call)] == [1.0, 1.012]


def test_a_call_without_an_answer_tells_what_became_of_it() -> None:
    cut = Call(
        at_s=2.0, user="alice", method="GET", template="/x", url="http://x", failure="cut", failure_detail="reset"
    )
    assert told(cut)[1] == ("answer", "cut after 0 ms", "reset")
    assert told(CALL)[1] == ("answer", "no answer after 12 ms", "")


def test_what_antiphon_asks_for_itself_is_marked() -> None:
    recipe = Call(at_s=1.0, user="alice", method="POST", template="/auth/login", url="http://x", purpose="recipe")
    assert told(recipe)[0][1] == "POST /auth/login  (recipe)"


def test_an_emit_is_drawn_with_its_acknowledgement_or_with_its_lack_of_one() -> None:
    emit = Emit(user="bob", connection="bob", name="sync", args=b'[{"since":3}]', sent_s=1.0, at_s=1.002)
    assert told(emit) == [("emit", "sync", '{"since":3}')]
    answered = Emit(user="bob", name="sync", sent_s=1.0, at_s=1.002, acknowledged_s=1.002, ack=b'[{"ok":true}]')
    assert told(answered)[1] == ("acknowledgement", "acknowledged in 2 ms", '{"ok":true}')
    waited = Emit(user="bob", name="sync", sent_s=1.0, at_s=6.0, ack_wanted=True)
    assert told(waited)[1] == ("note", "sync was not acknowledged within 5 s", "")
    unsent = Emit(user="bob", name="sync", sent_s=1.0, at_s=1.0, failure="not connected")
    assert told(unsent) == [("note", "sync was not sent: not connected", "")]


def test_binary_parts_of_an_event_are_counted() -> None:
    event = Event(user="bob", connection="bob", name="chunk", args=b"[1]", attachments=(b"a", b"b"))
    assert told(event) == [("event", "chunk", "1 +2 binary")]


@pytest.mark.parametrize(
    ("connection", "text"),
    [
        (Connection(what="connected", at_s=1.004, started_s=1.0, epoch=1), "connected in 4 ms"),
        (
            Connection(what="connected", at_s=1.004, started_s=1.0, epoch=1, transport="polling"),
            "connected by polling in 4 ms",
        ),
        (Connection(what="upgraded", transport="websocket"), "upgraded to websocket"),
        (
            Connection(what="refused", by="target", how="http", code=403, service="billing"),
            "refused at billing by the target: http 403",
        ),
        (
            Connection(what="not upgraded", transport="polling", reason="answered HTTP 403"),
            "not upgraded from polling (answered HTTP 403)",
        ),
        (Connection(what="recovered", at_s=1.004, started_s=1.0, epoch=2), "recovered in 4 ms, connection 2"),
        (
            Connection(what="closed", by="target", how="close frame", code=1001, reason="going away"),
            "closed by the target: close frame 1001 (going away)",
        ),
        (Connection(what="closed", by="us"), "closed"),
        (Connection(what="refused", by="target", how="connect_error"), "refused by the target: connect_error"),
    ],
)
def test_a_connection_tells_what_happened_to_it_and_why(connection: Connection, text: str) -> None:
    assert told(connection)[0][1] == text


def test_a_fence_is_drawn_and_a_heartbeat_is_not() -> None:
    assert told(Beat(what="fence", at_s=1.0021, asked_s=1.0)) == [("fence", "fence answered in 2.1 ms", "")]
    assert told(Beat(what="heartbeat")) == []


def test_what_is_not_said_or_heard_is_not_drawn() -> None:
    assert told(Tick()) == []
    assert told(Sample(name="own_lag", value=1.0, unit="s")) == []
    assert told(Mark(what="step", edge="began")) == []


def test_a_user_that_came_to_be_is_a_note() -> None:
    assert told(User(what="made", role="MEMBER")) == [("note", "made as MEMBER", "")]
    assert entry_rows(User(what="removed"))[0].kind is RowKind.NOTE


def test_a_lane_is_a_connection_or_the_user_who_has_none() -> None:
    assert lane_key(Event(user="alice", connection="alice.phone", name="x")) == "alice.phone"
    assert lane_key(CALL) == "alice"


def test_long_payloads_are_shortened() -> None:
    event = Event(name="x", args=b'["' + b"a" * 1_000_000 + b'"]')
    assert len(entry_rows(event)[0].payload) < 300


def test_questions_answers_and_binary_parts_are_told() -> None:
    asked = Event(user="bob", connection="bob", name="question", args=b'[{"n":7}]', asks=True, at_s=1.0)
    assert told(asked) == [("event", "question (asks)", '{"n":7}')]
    answer = Answer(user="bob", connection="bob", name="question", event=3, args=b'["yes"]', at_s=1.1)
    assert told(answer) == [("emit", "answer to question", '"yes"')]
    sent = Emit(name="file", args=b"[1]", attachments=(b"x",), ack=b"[2]", ack_attachments=(b"y",), acknowledged_s=0.1)
    assert [row[2] for row in told(sent)] == ["1 +1 binary", "2 +1 binary"]


def test_an_emit_that_an_event_answers_names_it() -> None:
    emit = Emit(
        at_s=1.0, sent_s=1.0, name="join", acknowledged_s=1.002, ack=b'[{"n":1}]', ack_wanted=True, answered_by="joined"
    )
    assert told(emit)[1] == ("acknowledgement", "answered by joined in 2 ms", '{"n":1}')


def test_a_pong_is_drawn_and_a_ping_of_the_other_side_is_not() -> None:
    pong = Beat(at_s=1.0, what="frame", frame="pong", answer=b'["hello"]')
    assert told(pong) == [("event", "frame pong", '["hello"]')]
    assert told(Beat(at_s=1.0, what="frame", frame="ping")) == []
