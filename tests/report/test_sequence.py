from __future__ import annotations

from msgspec.structs import replace

from antiphon.judge.verdicts import PlayOutcome
from antiphon.report.sequence import AFTER, BEFORE, Flaw, Lane, Row, RowKind, Section, Sequence, collapsed

LANES = (Lane("alice", "alice"), Lane("bob", "bob"))


def rows(count: int, *flawed: int) -> tuple[Row, ...]:
    return tuple(
        Row(
            at_s=float(number),
            lane="alice",
            kind=RowKind.EVENT,
            text=f"event {number}",
            flaw=Flaw.LEAKED if number in flawed else Flaw.NONE,
        )
        for number in range(count)
    )


def section(number: str, made: tuple[Row, ...]) -> Section:
    return Section(number=number, label=number, outcome=PlayOutcome.PASSED, began_s=0.0, rows=made)


def diagram(*sections: Section) -> Sequence:
    return Sequence(title="t", target="target", lanes=LANES, sections=sections)


def texts(sequence: Sequence, number: int) -> list[str]:
    return [row.text for row in sequence.sections[number].rows]


def test_what_fits_is_left_as_it_is() -> None:
    made = diagram(section("1", rows(5)), section("2", rows(5)))
    assert collapsed(made, limit=10) == made


def test_preparation_and_clean_up_are_left_out_even_where_there_is_room() -> None:
    made = collapsed(diagram(section(BEFORE, rows(6)), section("1", rows(2)), section(AFTER, rows(1212))), limit=2000)
    assert texts(made, 0) == ["… 6 more"]
    assert texts(made, 1) == ["event 0", "event 1"]
    assert texts(made, 2) == ["… 1,212 more"]


def test_preparation_in_which_something_is_wrong_is_drawn() -> None:
    made = collapsed(diagram(section(BEFORE, rows(6, 2)), section("1", rows(2))), limit=20)
    assert len(texts(made, 0)) == 6


def test_preparation_is_drawn_where_there_is_nothing_else() -> None:
    assert len(texts(collapsed(diagram(section(BEFORE, rows(6))), limit=20), 0)) == 6


def test_uneventful_steps_are_left_out_before_eventful_ones() -> None:
    made = collapsed(diagram(section("1", rows(212)), section("2", rows(9, 4))), limit=40)
    assert texts(made, 0) == ["… 212 more"]
    assert len(texts(made, 1)) == 9


def test_of_a_long_step_the_flawed_rows_keep_their_neighbours() -> None:
    made = collapsed(diagram(section("1", rows(1000, 500))), limit=30)
    told = texts(made, 0)
    assert told[:4] == ["event 0", "event 1", "event 2", "… 494 more"]
    assert "event 500" in told
    assert "event 497" in told
    assert "event 503" in told
    assert told[-1] == "event 999"
    assert made.rows < 30


def test_a_thousand_flawed_rows_do_not_make_an_endless_drawing() -> None:
    made = collapsed(diagram(section("1", rows(5000, *range(5000)))), limit=30)
    assert made.rows < 60


def test_where_nothing_is_wrong_every_step_keeps_its_ends() -> None:
    made = collapsed(diagram(*(section(str(number), rows(100)) for number in range(1, 5))), limit=40)
    assert all("more" in " ".join(texts(made, number)) for number in range(4))
    assert texts(made, 3)[0] == "event 0"


def test_one_step_is_drawn_with_the_steps_within_it() -> None:
    made = diagram(section("1", rows(1)), section("1.2", rows(1)), section("10", rows(1)))
    assert [kept.number for kept in made.only("1").sections] == ["1", "1.2"]


def test_only_lanes_on_which_something_is_drawn_are_used() -> None:
    made = diagram(section("1", rows(1)))
    assert [lane.key for lane in made.used_lanes()] == ["alice"]
    other = replace(made.sections[0].rows[0], lane="bob")
    assert [lane.key for lane in diagram(section("1", (other,))).used_lanes()] == ["bob"]
