"""The words of a target: what it knows, and what is nearest to what it does not."""

from __future__ import annotations

from msgspec.structs import replace

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


TWO = replace(
    WORDS,
    services=("billing",),
    sockets=(("billing", Vocabulary(events_heard=frozenset({"paid"}), plain=True, acknowledges=False)),),
)


def test_each_socket_has_words_of_its_own() -> None:
    own, billing, any_of_them = (TWO.on(service) for service in ("", "billing", None))
    assert [words.knows_event("paid") for words in (own, billing, any_of_them)] == [False, True, True]
    assert [words.knows_event("room_left") for words in (own, billing, any_of_them)] == [True, False, True]
    assert [words.knows_event("lost") for words in (own, billing, any_of_them)] == [False, False, False]
    assert [words.plain for words in (own, billing, any_of_them)] == [False, True, False]
    assert [words.acknowledges for words in (own, billing, any_of_them)] == [True, False, True]
    assert billing.operations == WORDS.operations, "calls are not a socket's"
    assert billing.knows_emit("anything"), "it declares no emits"
    assert WORDS.on(None) is WORDS


def test_where_the_target_has_no_socket_of_its_own_those_of_services_are_all() -> None:
    silent = replace(TWO, speaks=False)
    assert (silent.on("").speaks, silent.on(None).speaks, silent.on("billing").speaks) == (False, True, True)
    assert (silent.on(None).plain, silent.on(None).knows_event("room_left")) == (True, False)


def test_the_name_of_an_event_may_begin_with_its_service() -> None:
    assert TWO.event_in("billing:paid") == ("billing", "paid")
    assert TWO.event_in("chat:message") == ("", "chat:message"), "a colon alone names no service"
    assert TWO.event_in("billing:") == ("", "billing:")
    assert WORDS.event_in("billing:paid") == ("", "billing:paid")
