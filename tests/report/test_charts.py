from __future__ import annotations

from xml.etree import ElementTree as ET

from antiphon.judge.verdicts import PlayOutcome
from antiphon.report.charts import histogram_chart, outcome_bar
from antiphon.report.measured import Bar

NS = "{http://www.w3.org/2000/svg}"


def test_outcomes_share_the_bar_by_their_counts() -> None:
    root = ET.fromstring(outcome_bar([(PlayOutcome.PASSED, 3), (PlayOutcome.FAILED, 0), (PlayOutcome.NOT_RUN, 1)]))
    bars = list(root.iter(f"{NS}rect"))
    assert [bar.get("class") for bar in bars] == ["fill-passed", "fill-not-run"]
    assert root.get("aria-label") == "3 passed, 1 not run"
    assert float(bars[1].get("x", "0")) == 540.0


def test_nothing_played_makes_no_bar() -> None:
    assert outcome_bar([(PlayOutcome.PASSED, 0)]) == ""


def test_a_distribution_shows_its_counts_and_what_lies_over_the_limit() -> None:
    bars = (Bar(0.00005, 2), Bar(0.05, 0), Bar(0.2, 4))
    root = ET.fromstring(histogram_chart(bars, label="delivery", limit_s=0.1))
    assert [bar.get("class") for bar in root.iter(f"{NS}rect")] == ["fill-value", "fill-value", "fill-failed"]
    told = [text.text for text in root.iter(f"{NS}text")]
    assert told == ["50 µs", "2", "50 ms", "200 ms", "4"]


def test_no_values_make_no_chart() -> None:
    assert histogram_chart((), label="x") == ""
