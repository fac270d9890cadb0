"""Limits of a run, as a profile writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Bench


def test_limits_are_written_as_an_aggregate_of_a_metric(bench: Bench) -> None:
    found = bench.target("""
operations: [GET /rooms, "POST /rooms/:id"]
thresholds:
  - p95(api_response) < 300ms
  - max( api_response.POST /rooms/:id ) < 2s
  - avg(event_delivery.said) < 100
""").thresholds
    assert [(one.aggregate, one.metric, one.name, one.limit_s) for one in found] == [
        ("p95", "api_response", "", 0.3),
        ("max", "api_response", "POST /rooms/:id", 2.0),
        ("avg", "event_delivery", "said", 0.1),
    ]
    assert bench.target("thresholds: min(api_response) < 1ms\n").thresholds[0].text == "min(api_response) < 1ms"


def test_what_is_no_limit_is_told_with_its_place_and_a_hint(bench: Bench) -> None:
    how = "write p95(api_response) < 300ms, or avg(event_delivery.EVENT) < 100ms"
    assert bench.wrong("""operations: [GET /rooms]
events: {hear: [said]}
thresholds:
  - fast
  - p96(api_response) < 300ms
  - p95(latency) < 300ms
  - avg(memory) < 50
  - avg(api_response) < soon
  - avg(api_response.GET /room) < 1s
  - avg(event_delivery.sayd) < 1s
  - 5
""") == [
        f"6:5 `fast` is no threshold | {how}",
        "7:5 unknown aggregate `p96` | did you mean `p99`?",
        "8:5 unknown metric `latency` | known: api_response, event_delivery",
        "9:5 `memory` is known, but this version does not play it yet",
        "10:5 `soon` is no limit | write 300ms or 2s; a plain number is milliseconds",
        "11:5 unknown operation `GET /room` | did you mean `GET /rooms`?",
        "12:5 unknown event `sayd` | did you mean `said`?",
        '13:5 a threshold is a number, but must be a text | quote it to make it a text: "5"',
    ]
