"""What is known when a hear is judged: windows, measured times, waits."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from antiphon.judge.claiming import Fit
from antiphon.judge.facts import Window


def test_events_belong_to_the_window_from_its_first_byte_on(make: SimpleNamespace) -> None:
    events = [make.heard(1, -20.001), make.heard(2, -20), make.heard(3, 5), make.heard(4, 9)]
    facts = make.facts(make.hear(make.item()), events)
    assert [event.seq for event in facts.until(None)] == [2, 3, 4]
    assert [event.seq for event in facts.until(events[2].at_s)] == [2, 3]


def test_a_stamp_taken_before_sending_has_no_lag(make: SimpleNamespace) -> None:
    event = make.heard(1, 30)
    of_request = make.item(within_s=0.1, of_request=True)
    facts = make.facts(make.hear(of_request), lag_at=lambda _at_s: 0.5)
    assert facts.measured(event, of_request=True).lag_start_s == 0.0
    assert facts.measured(event, of_request=True).lag_end_s == 0.5
    assert facts.measured(event).lag_start_s == 0.5
    unanswered = make.facts(
        make.hear(make.item()), window=Window(opened_s=10.0, answered_s=10.0), lag_at=lambda _at_s: 0.5
    )
    assert unanswered.measured(event).lag_start_s == 0.0


def test_an_early_event_is_measured_from_before_the_answer(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item()), target_wait=lambda _from_s, _to_s: 1.0)
    measured = facts.measured(make.heard(1, -5))
    assert measured.measured_s == pytest.approx(-0.005)
    assert measured.target_wait_s == 0.0


@pytest.mark.parametrize(
    ("after_ms", "lag_s", "fit"),
    [
        (100, 0.0, Fit.ON_TIME),
        (101, 0.0, Fit.MISTIMED),
        (150, 0.06, Fit.IN_DOUBT),
        (1001, 0.0, None),
        (1001, 0.01, Fit.MISTIMED),
    ],
)
def test_an_event_is_on_time_in_doubt_late_or_too_late_to_count(
    make: SimpleNamespace, after_ms: float, lag_s: float, fit: Fit | None
) -> None:
    item = make.item(within_s=0.1, wait_s=1.0)
    facts = make.facts(make.hear(item), lag_at=lambda at_s: lag_s if at_s > 10.02 else 0.0)
    assert facts.fit(item, make.heard(1, after_ms)) is fit


def test_moments_count_from_the_answer_or_from_the_sending(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(make.item()))
    assert (facts.moment(10.104), facts.moment(10.015)) == ("84 ms after the answer", "5 ms before the answer")
    sent = make.facts(make.hear(make.item()), window=Window(opened_s=10.0, answered_s=10.0))
    assert sent.moment(10.1) == "100 ms after it was sent"
