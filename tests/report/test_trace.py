"""The history in lines: each kind of entry says what happened, and what came from a target commands nothing."""

from __future__ import annotations

import pytest

from antiphon.history.entries import AnyEntry, Beat, Call, Connection, Emit, Event, Mark, Sample, User
from antiphon.report.trace import trace_line

CALL = {"method": "POST", "template": "/a", "url": "http://h/a?b=1", "sent_s": 1.0, "at_s": 1.005, "user": "alice"}


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (
            Call(**CALL, play="p", step="2", request_body=b'{"n":1}', status=201, response_body=b"{}"),
            '   1.0050  p 2  alice → POST /a?b=1 {"n":1}  ← 201 in 5 ms {}',
        ),
        (Call(**CALL, failure="cut", purpose="recipe"), "   1.0050    alice → POST /a?b=1 (recipe)  ← cut in 5 ms"),
        (
            Emit(name="sync", args=b"[3]", sent_s=1.0, acknowledged_s=1.002, ack=b"[true]", connection="bob"),
            "   0.0000    bob → sync [3]  ← ack in 2 ms [true]",
        ),
        (Emit(name="sync", ack_wanted=True), "   0.0000    → sync []  ← no acknowledgement"),
        (Emit(name="sync", failure="not connected"), "   0.0000    → sync []  ← not connected"),
        (
            Event(name="news", args=b'["\x1b[31m"]', attachments=(b"x",), connection="bob"),
            '   0.0000    bob ← news ["\\x1b[31m"] and 1 binary parts',
        ),
        (
            Connection(what="closed", by="target", how="close frame", code=4001, reason="\u202eno", connection="bob"),
            "   0.0000    bob closed by the target: close frame, 4001, \\u202eno",
        ),
        (User(what="made", id="7", role="OWNER", user="bob"), "   0.0000    bob made: id 7, OWNER"),
        (Beat(what="fence", asked_s=1.0, at_s=1.001, answer=b"{}"), "   1.0010    fence after 1 ms {}"),
        (Mark(what="step", edge="began", note="a step"), "   0.0000    step began: a step"),
    ],
)
def test_an_entry_is_one_line(entry: AnyEntry, says: str) -> None:
    assert trace_line(entry).plain == says


def test_entries_that_are_told_in_no_way_of_their_own_are_shown_as_they_are() -> None:
    assert "own_lag" in trace_line(Sample(name="own_lag", value=0.1, unit="s")).plain


@pytest.mark.parametrize("name", ["\x1b]0;title\x07", "a\nb", "##[error]", "\u2028"])
def test_no_name_is_obeyed(name: str) -> None:
    line = trace_line(Event(name=name)).plain
    assert name not in line
    assert len(line.splitlines()) == 1
