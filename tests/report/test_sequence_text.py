from __future__ import annotations

import pytest

from antiphon.judge.verdicts import PlayOutcome
from antiphon.report.sequence import Flaw, Lane, Row, RowKind, Section, Sequence, collapsed
from antiphon.report.sequence_build import build
from antiphon.report.sequence_text import drawing


@pytest.mark.parametrize("scenario", ["messaging/fanout", "permissions/outsider", "messaging/slow", "threads/reply"])
def test_a_failed_play_is_drawn_with_what_was_missing_late_or_leaked(run, snapshot, scenario) -> None:
    made = build(run.result(scenario), run.entries, target="threadfilesharing")
    assert drawing(collapsed(made, limit=100)).plain == snapshot


def test_the_preparation_is_drawn_when_asked_for(run, snapshot) -> None:
    assert drawing(build(run.result("messaging/fanout"), run.entries).only("before")).plain == snapshot


def test_lanes_give_way_to_names_where_there_is_no_room_for_them(run, snapshot) -> None:
    assert drawing(build(run.result("messaging/fanout"), run.entries), width=44).plain == snapshot


def test_lines_stay_within_the_width(run) -> None:
    for width in (80, 100, 140):
        for result in run.results:
            told = drawing(build(result, run.entries, target="t" * 200), width=width).plain
            assert max(len(line) for line in told.splitlines()) <= width


def test_twenty_lanes_are_named_in_a_column() -> None:
    lanes = tuple(Lane(f"user{number}", f"user{number}") for number in range(20))
    made = tuple(Row(at_s=0.001, lane=lane.key, kind=RowKind.EVENT, text="message") for lane in lanes)
    section = Section(number="1", label="a", outcome=PlayOutcome.PASSED, began_s=0.0, rows=made)
    told = drawing(Sequence(title="t", target="target", lanes=lanes, sections=(section,))).plain
    assert "       1.0  user19 ◀══  message" in told


def test_every_kind_of_row_has_its_sign() -> None:
    rows = tuple(
        Row(at_s=0.001, lane="a", kind=kind, text=str(kind), flaw=Flaw.VOID if kind is RowKind.EVENT else Flaw.NONE)
        for kind in RowKind
    )
    section = Section(number="1", label="", outcome=None, began_s=0.0, rows=rows)
    told = drawing(Sequence(title="t", target="target", lanes=(Lane("a", "a"),), sections=(section,))).plain
    assert [line[12:24].strip() for line in told.splitlines()[2:]] == [
        "●──────▶│  c",
        "◀───────│  a",
        "●══════▶│  e",
        "◀═══════│  a",
        "◀═══════│  e",
        "◇       │  f",
        "○       │  o",
        "✗       │  c",
        "✗╌╌╌╌╌╌╌│  m",
        "·       │  n",
        "gap",
    ]


def test_a_play_of_which_nothing_was_recorded_says_so(run) -> None:
    assert drawing(build(run.result("files/quota"), run.entries)).plain == "nothing was recorded"
