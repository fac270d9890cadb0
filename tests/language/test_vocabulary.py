"""The words of a target: what it knows, and what is nearest to what it does not."""

from __future__ import annotations

from antiphon.language.route import Operation
from antiphon.language.vocabulary import Vocabulary

WORDS = Vocabulary(
    operations=(Operation("GET", "/rooms/:id"), Operation("POST", "/rooms")),
    events_heard=frozenset({"message_received", "room_left"}),
    events_emitted=frozenset({"join_room"}),
    rooms=frozenset({"chatroom"}),
    roles=("OWNER", "MEMBER"),
    fence="delivery",
)


def test_what_was_declared_is_known_and_all_else_is_not() -> None:
    assert WORDS.knows_operation("GET", "/rooms/3")
    assert not WORDS.knows_operation("PUT", "/rooms/3")
    assert WORDS.operation_of("GET", "/rooms/3") == Operation("GET", "/rooms/:id")
    assert WORDS.knows_event("room_left")
    assert not WORDS.knows_event("room_right")
    assert WORDS.knows_emit("join_room")
    assert not WORDS.knows_emit("message_received")
    assert WORDS.knows_room("chatroom")
    assert not WORDS.knows_room("thread")
    assert WORDS.knows_role("OWNER")
    assert not WORDS.knows_role("owner")


def test_the_nearest_word_is_offered() -> None:
    assert WORDS.nearest_event("message_recieved") == "message_received"
    assert WORDS.nearest_event("zzz") is None
    assert WORDS.nearest_emit("join_rom") == "join_room"
    assert WORDS.nearest_operation("POST", "/room") == "POST /rooms"


def test_where_nothing_was_declared_every_word_is_taken() -> None:
    empty = Vocabulary()
    assert empty.knows_operation("GET", "/x")
    assert empty.knows_event("x")
    assert empty.knows_emit("x")
    assert empty.knows_room("x")
    assert empty.knows_role("x")
    assert empty.fence == "none"


def test_vocabularies_are_values() -> None:
    assert Vocabulary(roles=("A",)) == Vocabulary(roles=("A",))
    assert hash(Vocabulary()) == hash(Vocabulary())
