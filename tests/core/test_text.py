from __future__ import annotations

from antiphon.core.text import did_you_mean, listed, nearest, shortened, visible


def test_control_characters_are_written_out_so_that_a_terminal_obeys_none() -> None:
    assert visible("a\x1b[31mb\x07\u202ec\n") == "a\\x1b[31mb\\x07\\u202ec\\x0a"


def test_a_block_keeps_its_lines_and_tabs_and_nothing_else() -> None:
    assert visible("a\tb\nc\r", lines=True) == "a\tb\nc\\x0d"


def test_a_long_text_loses_its_middle() -> None:
    short = shortened("a" * 500 + "z" * 500, limit=100)
    assert len(short) <= 100
    assert short.startswith("aaa")
    assert short.endswith("zzz")
    assert "more" in short


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    assert did_you_mean("mesage_received", ["message_received", "room_joined"]) == "did you mean `message_received`?"
    assert nearest("Message_Received", ["message_received"]) == "message_received"
    assert did_you_mean("zebra", ["message_received"]) is None


def test_among_thousands_of_names_the_nearest_is_found_in_bounded_time() -> None:
    names = [f"event_{number:06}" for number in range(20_000)]
    assert nearest("event_000001", names) == "event_000001"
    assert nearest("x" * 100_000, names) is None
    assert nearest("event_0000x1", names) is not None


def test_a_long_list_says_how_much_was_left_out() -> None:
    assert listed(["a", "b", "c"], limit=2) == "a, b and 1 more"
    assert listed(["a", "b"]) == "a, b"
