from __future__ import annotations

from antiphon.core.source import Source
from antiphon.history.entries import AnyEntry, Call, Emit
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.report.sequence import Flaw, Row, RowKind
from antiphon.report.sequence_flaws import Placed, add_flaws

CAUSE = Call(seq=1, at_s=1.01, user="alice", method="POST", template="/x", url="http://x", sent_s=1.0)


def row(seq: int, at_s: float, lane: str, kind: RowKind = RowKind.EVENT, text: str = "message") -> Row:
    return Row(at_s=at_s, lane=lane, kind=kind, text=text, seq=seq)


def placed() -> Placed:
    return Placed(
        {
            "1": [
                row(1, 1.0, "alice", RowKind.CALL, "POST /x"),
                row(1, 1.01, "alice", RowKind.ANSWER, "201"),
                row(2, 1.011, "alice"),
                row(3, 1.3, "bob"),
                row(4, 5.0, "carol", RowKind.FENCE, "fence"),
            ]
        }
    )


def verdict(
    kind: Kind, *evidence: int, user: str = "bob", outcome: Outcome = Outcome.FAILED, **more: object
) -> Verdict:
    fields: dict[str, object] = {
        "claim": "bob hears message",
        "sentence": f"it was {kind}",
        "step": "1",
        "event": "message",
        "cause_seq": 1,
        "limit_s": 0.1,
        **more,
    }
    return Verdict(
        outcome=outcome,
        kind=kind,
        user=user,
        connection=user,
        evidence=evidence,
        source=Source("a.yaml", 1, 1),
        **fields,  # type: ignore[arg-type]
    )


def drawn(*verdicts: Verdict, rows: Placed | None = None, cause: AnyEntry = CAUSE) -> list[tuple[str, str, str]]:
    made = rows or placed()
    add_flaws(made, verdicts, {cause.seq: cause})
    return [(row.lane, str(row.kind), str(row.flaw)) for rows_ in made.rows.values() for row in rows_ if row.flaw]


def test_what_held_leaves_no_mark() -> None:
    assert drawn(verdict(Kind.HEARD, 3, outcome=Outcome.HELD)) == []


def test_a_lost_event_is_drawn_behind_the_one_that_another_heard() -> None:
    made = placed()
    add_flaws(made, [verdict(Kind.LOST)], {1: CAUSE})
    assert [row.kind for row in made.rows["1"]][2:4] == [RowKind.EVENT, RowKind.MISSING]
    missing = made.rows["1"][3]
    assert (missing.lane, missing.at_s, missing.text) == ("bob", None, "message")
    assert missing.note == "not heard as claimed, listened for 100 ms"


def test_a_lost_event_that_nobody_heard_is_drawn_behind_the_answer() -> None:
    made = placed()
    add_flaws(made, [verdict(Kind.LOST, event="other")], {1: CAUSE})
    assert made.rows["1"][2].kind is RowKind.MISSING


def test_several_lost_events_stand_in_the_order_of_their_claims() -> None:
    made = placed()
    add_flaws(made, [verdict(Kind.LOST), verdict(Kind.LOST, user="carol")], {1: CAUSE})
    assert [row.lane for row in made.rows["1"] if row.kind is RowKind.MISSING] == ["bob", "carol"]


def test_a_late_event_is_marked_and_drawn_as_missing_when_it_was_due() -> None:
    made = placed()
    add_flaws(made, [verdict(Kind.LATE, 3, latency_s=0.29)], {1: CAUSE})
    missing, late = made.rows["1"][3:5]
    assert missing.kind is RowKind.MISSING
    assert missing.at_s == 1.01 + 0.1
    assert (late.flaw, late.note) == (Flaw.LATE, "290 ms after the answer, limit 100 ms")


def test_an_event_that_differs_is_marked_behind_the_one_that_was_due() -> None:
    made = placed()
    add_flaws(made, [verdict(Kind.DIFFERS, 3, details=("differs in `a`",))], {1: CAUSE})
    missing, other = made.rows["1"][3:5]
    assert missing.kind is RowKind.MISSING
    assert (other.flaw, other.note) == (Flaw.DIFFERS, "differs in `a`")


def test_what_should_not_have_been_heard_is_marked() -> None:
    assert drawn(verdict(Kind.LEAKED, 3)) == [("bob", "event", "should not have been heard")]
    assert drawn(verdict(Kind.DOUBLED, 3)) == [("bob", "event", "heard too often")]
    assert drawn(verdict(Kind.REORDERED, 2, 3)) == [
        ("alice", "event", "out of order"),
        ("bob", "event", "out of order"),
    ]
    assert drawn(verdict(Kind.FENCE_BROKEN, 3)) == [("bob", "event", "after the fence's answer")]


def test_a_status_is_marked_at_the_answer_and_not_at_the_question() -> None:
    assert drawn(verdict(Kind.STATUS, user="alice")) == [("alice", "answer", "not as claimed")]


def test_a_void_verdict_marks_what_it_rests_upon() -> None:
    assert drawn(verdict(Kind.LATE, 3, outcome=Outcome.VOID)) == [("bob", "event", "not judgeable")]


def test_a_failure_outweighs_a_doubt_and_the_first_failure_a_later_one() -> None:
    doubt = verdict(Kind.LATE, 3, outcome=Outcome.VOID)
    assert drawn(doubt, verdict(Kind.LEAKED, 3)) == [("bob", "event", "should not have been heard")]
    assert drawn(verdict(Kind.LEAKED, 3), verdict(Kind.DOUBLED, 3)) == [("bob", "event", "should not have been heard")]


def test_a_failure_that_no_row_shows_is_told_at_the_end_of_its_step() -> None:
    assert drawn(verdict(Kind.CLAIM, cause_seq=0, user="")) == [("", "note", "not as claimed")]


def test_a_failure_of_a_step_without_rows_makes_some() -> None:
    made = Placed({"1": [], "2": []})
    add_flaws(made, [verdict(Kind.LOST, step="2", cause_seq=0), verdict(Kind.CLAIM, step="9", cause_seq=0)], {})
    assert [row.kind for row in made.rows["2"]] == [RowKind.MISSING]
    assert [row.kind for row in made.rows["9"]] == [RowKind.NOTE]


def test_a_failure_within_a_group_is_told_with_the_group() -> None:
    made = Placed({"4": []})
    add_flaws(made, [verdict(Kind.CLAIM, step="4.1.2", cause_seq=0)], {})
    assert [row.kind for row in made.rows["4"]] == [RowKind.NOTE]


def test_what_an_emit_owed_is_due_after_its_acknowledgement_or_after_it_left() -> None:
    emit = Emit(seq=1, at_s=1.02, user="alice", name="x", sent_s=1.0, acknowledged_s=1.02)
    for cause, due_s in ((emit, 1.12), (Emit(seq=1, at_s=1.0, user="alice", name="x", sent_s=1.0), 1.1)):
        made = placed()
        add_flaws(made, [verdict(Kind.LATE, 3)], {1: cause})
        assert next(row.at_s for row in made.rows["1"] if row.kind is RowKind.MISSING) == due_s
