"""Rows of `examples`, played: what a row says is sent, claimed, and cleaned up with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Stage

TEXT = """
examples:
  - {name: a row, word: WORD, status: STATUS}
users: {alice: {}}
vars: {said: "{{ row.word }}!"}
steps:
  - alice: POST /do
    body: {status: 201, answer: {word: "{{ said }}"}}
    status: "{{ row.status }}"
    save: {answer: payload}
  - assert: {answer.word: "{{ said }}", row.name: a row}
cleanup:
  - alice: POST /echo/{{ row.word }}
"""


@pytest.mark.parametrize(
    ("word", "status", "told"),
    [
        ("hello", "201", []),
        ("'{{ run.id }}'", "2xx", []),
        ("hello", "[200, 201]", []),
        ("hello", "409", ["POST /do answered 201, not 409"]),
        ("hello", "soon", ['step 1 could not be played: `{{ row.status }}` gives "soon", which is no status']),
    ],
)
async def test_what_a_row_says_is_sent_and_claimed(stage: Stage, word: str, status: str, told: list[str]) -> None:
    seen = await stage.play(TEXT.replace("WORD", word).replace("STATUS", status))
    assert seen.sentences == told
    said = "hello" if word == "hello" else "run1"
    assert seen.played.play.scenario.id == "played[a row]"
    assert seen.calls()[-1].startswith("alice POST /echo/")
    assert seen.known("row") == {"name": "a row", "word": said, "status": seen.known("row")["status"]}  # type: ignore[index]


async def test_names_at_the_target_know_a_row_by_its_number(stage: Stage) -> None:
    seen = await stage.play(TEXT.replace("WORD", "hello").replace("STATUS", "201"))
    assert seen.played.play.slug == "played-1"
