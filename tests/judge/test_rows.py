"""Long rows of equal events, counted as they come: they say what the judge would say, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.core.errors import Problems
from antiphon.history.heard import Heard
from antiphon.judge.facts import Facts
from antiphon.judge.hearing import verdicts
from antiphon.judge.rows import LEAST, Row, row_verdicts, rows_of
from antiphon.judge.verdicts import Outcome, Verdict
from antiphon.language.address import parse_address
from antiphon.language.scope import Names
from antiphon.scenario.claim_model import Series

KINDS = st.sampled_from(
    ["next"] * 12 + ["without", "same", "back", "text", "no number", "other name", "no match", "broken"]
)


def scope_for(event: Heard) -> Names:
    return Names({"event": event.data, "args": event.args})


def rising(make: SimpleNamespace, *, falling: bool = False, along: str = "event.n") -> Series:
    return Series(source=make.source, along=parse_address(along, make.source, Problems()), falling=falling)


def row_item(make: SimpleNamespace, **fields: Any) -> Any:
    said = {"times_low": LEAST, "times_high": None, "series": rising(make), **fields}
    return make.item("tick", '{n: "#any", ok: true}', **said)


def ticks(make: SimpleNamespace, kinds: list[str]) -> list[Heard]:
    events, number = [], 0
    for seq, kind in enumerate(kinds, 1):
        number += {"same": 0, "back": -3}.get(kind, 1)
        data: dict[str, Any] = {"n": number, "ok": kind != "no match"}
        data |= {"text": {"n": "x"}, "no number": {"n": None}}.get(kind, {})
        if kind == "without":
            del data["n"]
        data["deep"] = {key: value for key, value in data.items() if key == "n"}
        event = make.heard(seq, seq, "other" if kind == "other name" else "tick", data)
        if kind == "broken":
            event = Heard(seq=seq, at_s=event.at_s, name="tick", raw=b"[{")
        events.append(event)
    return events


def row_of(hear: Any, scope: Names, heard: Sequence[Heard], start: int = 0) -> Row | None:
    rows = rows_of(hear, scope)
    return Row(rows, heard, start) if rows is not None else None


def facts_of(make: SimpleNamespace, item: Any, events: list[Heard]) -> Facts:
    facts: Facts = make.facts(
        make.hear(item), events, scope_for=scope_for, judged_s=events[-1].at_s if events else 11.0
    )
    return facts


def said(found: tuple[Verdict, ...]) -> list[tuple[Any, ...]]:
    return [(one.outcome, one.kind, one.claim, one.sentence, one.evidence, one.latency_s) for one in found]


# The fixture is a set of functions without state.
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(KINDS, min_size=LEAST - 3, max_size=LEAST + 25), along=st.sampled_from(["event.n", "event.deep.n"])
)
def test_a_row_says_what_the_judge_says_or_nothing(kinds: list[str], along: str, make: SimpleNamespace) -> None:
    events = ticks(make, kinds)
    item = row_item(make, series=rising(make, along=along))
    facts = facts_of(make, item, events)
    row = row_of(make.hear(item), Names({}), events)
    assert row is not None
    counted = row_verdicts(facts, row)
    if counted is not None:
        assert said(counted) == said(verdicts(facts))


def test_a_row_that_holds_is_told_by_itself(make: SimpleNamespace) -> None:
    events = ticks(make, ["next", "other name"] * (LEAST + 5))
    row = row_of(make.hear(row_item(make)), Names({}), events)
    assert row is not None
    assert row.look().holds
    assert (row.count, len(row.first)) == (LEAST + 5, LEAST)
    counted = row_verdicts(facts_of(make, row.item, events), row)
    assert counted is not None
    assert [one.outcome for one in counted] == [Outcome.HELD, Outcome.HELD]


@pytest.mark.parametrize("kind", ["same", "back", "text", "no number", "broken"])
def test_one_event_in_doubt_leaves_the_row_to_the_judge(make: SimpleNamespace, kind: str) -> None:
    events = ticks(make, ["next"] * LEAST + [kind] + ["next"] * 3)
    row = row_of(make.hear(row_item(make)), Names({}), events)
    assert row is not None
    assert not row.look().is_sound
    assert row_verdicts(facts_of(make, row.item, events), row) is None


def test_one_event_too_few_leaves_the_row_to_the_judge(make: SimpleNamespace) -> None:
    events = ticks(make, ["next"] * (LEAST - 1) + ["no match"])
    row = row_of(make.hear(row_item(make)), Names({}), events)
    assert row is not None
    assert row.look().is_sound
    assert not row.holds
    assert row_verdicts(facts_of(make, row.item, events), row) is None


def test_what_came_after_the_wait_is_left_to_the_judge(make: SimpleNamespace) -> None:
    events = ticks(make, ["next"] * LEAST)
    row = row_of(make.hear(row_item(make, wait_s=0.01)), Names({}), events)
    assert row is not None
    assert row.look().holds
    assert row_verdicts(facts_of(make, row.item, events), row) is None


def test_a_step_that_failed_owes_no_row(make: SimpleNamespace) -> None:
    events = ticks(make, ["next"] * LEAST)
    row = row_of(make.hear(row_item(make)), Names({}), events)
    assert row is not None
    facts = make.facts(make.hear(row.item), events, scope_for=scope_for, cause_failed=True)
    assert row_verdicts(facts, row) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"times_low": LEAST - 1},
        {"times_high": LEAST},
        {"within_s": 1.0},
        {"after_s": 0.0},
        {"series": Series(source=None)},  # type: ignore[arg-type]  # taken below, with a first event to look for
    ],
)
def test_a_claim_that_asks_for_more_is_no_row(make: SimpleNamespace, fields: dict[str, Any]) -> None:
    if "series" in fields:
        fields = {"series": Series(source=make.source, first=make.matcher("{n: 1}"))}
    assert row_of(make.hear(row_item(make, **fields)), Names({}), ()) is None


def test_two_claims_beside_each_other_are_no_row(make: SimpleNamespace) -> None:
    assert row_of(make.hear(row_item(make), make.item("other")), Names({}), ()) is None


def test_values_fall_where_they_are_claimed_to(make: SimpleNamespace) -> None:
    came: list[Heard] = []
    row = row_of(make.hear(row_item(make, series=rising(make, falling=True))), Names({}), came)
    assert row is not None
    for number in (3, 2, 2.5):
        assert row.look().is_sound
        came.append(make.heard(1, 1, "tick", {"n": number, "ok": True}))
    assert not row.look().is_sound


# The fixture is a set of functions without state.
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(KINDS, min_size=LEAST - 3, max_size=LEAST + 25), cuts=st.lists(st.integers(0, LEAST + 25)))
def test_how_often_a_row_is_looked_at_makes_no_difference(
    kinds: list[str], cuts: list[int], make: SimpleNamespace
) -> None:
    events = ticks(make, kinds)
    item, came = row_item(make), list[Heard]()
    row = row_of(make.hear(item), Names({}), came)
    at_once = row_of(make.hear(item), Names({}), events)
    assert row is not None
    assert at_once is not None
    for cut in [*sorted(cuts), len(events)]:
        came += events[len(came) : cut]
        row.look()
    at_once.look()
    assert row.is_sound == at_once.is_sound
    if row.is_sound:
        assert (row.count, row.first) == (at_once.count, at_once.first)


def test_a_row_begins_where_its_window_does_and_ends_when_it_is_told_to(make: SimpleNamespace) -> None:
    events = ticks(make, ["next"] * 10)
    row = row_of(make.hear(row_item(make, series=None)), Names({}), events, 4)
    assert row is not None
    row.end()
    events += ticks(make, ["next"] * 3)
    assert row.look().count == 6
    assert [event.seq for event in row.first] == [5, 6, 7, 8, 9, 10]


@pytest.mark.parametrize(("wanted", "holds"), [(True, True), (False, False)])
def test_a_row_asks_for_what_its_templates_gave_when_it_began(make: SimpleNamespace, wanted: bool, holds: bool) -> None:
    item = make.item("tick", '{ok: "{{ wanted }}"}', times_low=LEAST, times_high=None, series=rising(make))
    row = row_of(make.hear(item), Names({"wanted": wanted}), ticks(make, ["next"] * LEAST))
    assert row is not None
    assert row.look().holds is holds
