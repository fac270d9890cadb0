"""Whether events taken together rise, fall, begin and end as their item says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from antiphon.core.errors import Problems
from antiphon.judge.aftermath import aftermath
from antiphon.judge.hearing import satisfied, verdicts, waits_until
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.language.address import parse_address
from antiphon.language.scope import Names
from antiphon.scenario.claim_model import Series

ANSWERED_S = 10.02


def scope_for(event: Any) -> Names:
    return Names({"event": event.data, "args": event.args})


def series(make: SimpleNamespace, along: str | None = None, **fields: Any) -> Series:
    problems = Problems()
    address = parse_address(along, make.source, problems) if along is not None else None
    assert not problems.found
    for name in ("first", "last"):
        if name in fields:
            fields[name] = make.matcher(fields[name])
    return Series(source=make.source, along=address, **fields)


def progress(make: SimpleNamespace, values: list[Any], claim: Series, *, low: int = 1, **fields: Any) -> Any:
    """Return the facts of a progress whose events came 10 ms apart."""
    item = make.item("progress", times_low=low, times_high=None, series=claim)
    events = [make.heard(index, 10 * index, "progress", {"n": value}) for index, value in enumerate(values, 1)]
    return make.facts(make.hear(item), events, scope_for=scope_for, **fields)


def told(found: tuple[Verdict, ...]) -> list[str]:
    return [one.sentence for one in found if one.outcome is Outcome.FAILED]


@pytest.mark.parametrize(
    ("values", "falling"),
    [
        ([1, 2, 50.5, 100], False),
        ([100, 2, 1], True),
        (["2026-01-01T10:00:00Z", "2026-01-01T12:30:00+02:00"], False),
        (["a", "b", "ba"], False),
        ([7], False),
    ],
)
def test_values_that_go_on_as_claimed_hold(make: SimpleNamespace, values: list[Any], falling: bool) -> None:
    found = verdicts(progress(make, values, series(make, "event.n", falling=falling)))
    assert told(found) == []
    claim = found[1]
    assert (claim.outcome, claim.kind) == (Outcome.HELD, Kind.HEARD)
    assert claim.claim == f"`event.n` {'falls' if falling else 'rises'} from one progress that bob hears to the next"


@pytest.mark.parametrize(
    ("values", "falling", "sentence"),
    [
        ([1, 3, 2], False, "`event.n` of progress does not rise for bob: 2 came after 3"),
        ([1, 1], False, "`event.n` of progress does not rise for bob: 1 came after 1"),
        ([1, 3], True, "`event.n` of progress does not fall for bob: 3 came after 1"),
        ([9, "10"], False, '`event.n` of progress does not rise for bob: "10" came after 9'),
        (
            ["2026-01-01T12:00:00Z", "2026-01-01T12:30:00+02:00"],
            False,
            (
                "`event.n` of progress does not rise for bob: "
                '"2026-01-01T12:30:00+02:00" came after "2026-01-01T12:00:00Z"'
            ),
        ),
    ],
)
def test_values_that_do_not_go_on_are_reordered(
    make: SimpleNamespace, values: list[Any], falling: bool, sentence: str
) -> None:
    found = verdicts(progress(make, values, series(make, "event.n", falling=falling)))
    assert told(found) == [sentence]
    assert found[1].kind is Kind.REORDERED
    assert found[1].evidence == ((2, 3) if len(values) == 3 else (1, 2))
    assert found[1].details[-1].startswith(f"{10 * len(values)} ms after the answer: ")


@pytest.mark.parametrize("value", [None, True, {}, []])
def test_what_neither_rises_nor_falls_is_told(make: SimpleNamespace, value: Any) -> None:
    found = verdicts(progress(make, [1, value], series(make, "event.n")))
    (sentence,) = told(found)
    assert sentence.startswith("`event.n` of progress that bob heard, 20 ms after the answer, is ")
    assert (found[1].kind, found[1].hint) == (Kind.DIFFERS, "numbers, times and texts rise and fall")


def test_an_address_that_leads_nowhere_fails(make: SimpleNamespace) -> None:
    (sentence,) = told(verdicts(progress(make, [1, 2], series(make, "event.m"))))
    assert sentence == "`event.m` of progress that bob heard, 10 ms after the answer, is absent"


def test_an_address_that_cannot_be_worked_out_fails(make: SimpleNamespace) -> None:
    (sentence,) = told(verdicts(progress(make, ["x", "y"], series(make, "event.n | int"))))
    assert sentence.startswith("`event.n | int` of progress that bob heard, 10 ms after the answer, has no value: ")


def test_the_first_and_the_last_event_must_match(make: SimpleNamespace) -> None:
    claim = series(make, first="{n: 0}", last="{n: 100}")
    held = verdicts(progress(make, [0, 50, 100], claim))
    assert [one.outcome for one in held] == [Outcome.HELD] * 3
    broken = verdicts(progress(make, [10, 100, 50], claim))
    assert told(broken) == [
        "the first progress that bob heard, 10 ms after the answer, differs in `n`: 10 is not 0",
        "the last progress that bob heard, 30 ms after the answer, differs in `n`: 50 is not 100",
    ]
    assert [one.kind for one in broken[1:]] == [Kind.DIFFERS, Kind.DIFFERS]


def test_the_last_event_is_waited_for(make: SimpleNamespace) -> None:
    claim = series(make, last="{n: 100}")
    assert not satisfied(progress(make, [1, 2], claim))
    assert waits_until(progress(make, [1, 2], claim)) == pytest.approx(ANSWERED_S + 5)
    assert satisfied(progress(make, [1, 100], claim))


def test_a_series_without_its_events_says_nothing_beside_that_they_are_lost(make: SimpleNamespace) -> None:
    found = verdicts(progress(make, [1], series(make, "event.n"), low=2))
    assert [(one.outcome, one.kind) for one in found] == [(Outcome.FAILED, Kind.LOST)]


def test_a_failed_call_owes_no_series(make: SimpleNamespace) -> None:
    found = verdicts(progress(make, [2, 1], series(make, "event.n"), cause_failed=True))
    assert [one.outcome for one in found] == [Outcome.NOT_RUN]


def test_events_that_serve_another_item_are_not_of_the_series(make: SimpleNamespace) -> None:
    item = make.item("progress", times_low=2, times_high=2, series=series(make, "event.n"))
    other = make.item("progress", "{n: 0}")
    events = [make.heard(index, index, "progress", {"n": value}) for index, value in enumerate([1, 0, 2], 1)]
    assert told(verdicts(make.facts(make.hear(item, other), events, scope_for=scope_for))) == []


def test_what_comes_later_may_break_a_series_that_held_at_its_step(make: SimpleNamespace) -> None:
    facts = progress(make, [1, 2, 1], series(make, "event.n", last="{n: 2}"), judged_s=ANSWERED_S + 0.025)
    assert told(verdicts(facts)) == []
    assert told(aftermath(facts, make.fence(100))) == [
        "`event.n` of progress does not rise for bob: 1 came after 2",
        "the last progress that bob heard, 30 ms after the answer, differs in `n`: 1 is not 2",
    ]


def test_what_the_next_cause_may_have_made_breaks_no_series(make: SimpleNamespace) -> None:
    facts = progress(
        make,
        [1, 2, 1],
        series(make, "event.n"),
        judged_s=ANSWERED_S + 0.025,
        next_cause_s=ANSWERED_S + 0.026,
    )
    assert told(aftermath(facts, make.fence(100))) == []


def test_a_series_that_broke_at_its_step_is_told_once(make: SimpleNamespace) -> None:
    facts = progress(make, [2, 1, 0], series(make, "event.n"), judged_s=ANSWERED_S + 0.025)
    assert len(told(verdicts(facts))) == 1
    assert told(aftermath(facts, make.fence(100))) == []


def test_a_series_is_judged_at_the_step_s_own_fence(make: SimpleNamespace) -> None:
    facts = progress(make, [1, 2, 1], series(make, "event.n"), fence=make.fence(25))
    assert told(verdicts(facts)) == []
    assert told(aftermath(facts, make.fence(100))) == []
    assert len(told(verdicts(progress(make, [1, 2, 1], series(make, "event.n"), fence=make.fence(35))))) == 1
