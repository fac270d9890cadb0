from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.text import visible
from antiphon.report.safe import shown, shown_bytes, unobeyed


@given(st.text())
def test_what_is_shown_is_one_line_without_control_characters(text: str) -> None:
    safe = shown(text)
    assert visible(safe) == safe
    assert safe.isprintable() or not any(character in safe for character in "\n\r\x1b")
    safe.encode("utf-8")


@pytest.mark.parametrize("command", ["##[error]boo", "##vso[task.setvariable]x", "##teamcity[testFailed]"])
def test_commands_of_build_servers_are_written_out(command: str) -> None:
    assert "##" not in shown(f"before {command}")


def test_two_number_signs_that_command_nothing_stay() -> None:
    assert shown("## heading") == "## heading"


def test_halves_of_surrogate_pairs_are_written_out() -> None:
    assert shown("a\ud800b") == "a\\ud800b"


def test_a_megabyte_becomes_a_line() -> None:
    assert len(shown("x" * 1_000_000)) <= 400


def test_text_that_is_harmless_stays_as_it_is() -> None:
    assert shown("Grüße, שלום, 你好 🙂 `x` <b>") == "Grüße, שלום, 你好 🙂 `x` <b>"


@given(st.binary(max_size=3000))
def test_bytes_are_shown_whatever_they_are(data: bytes) -> None:
    safe = shown_bytes(data, limit=40)
    assert visible(safe) == safe
    assert len(safe) <= 40 * 14


def test_long_bytes_tell_how_long_they_are() -> None:
    assert "of 1000000 bytes" in shown_bytes(b"a" * 1_000_000, limit=40)


def test_no_line_of_a_block_begins_with_two_colons() -> None:
    assert unobeyed("::error::a\n  ::warning::b\nc ::d") == "\\x3a:error::a\n  \\x3a:warning::b\nc ::d"
