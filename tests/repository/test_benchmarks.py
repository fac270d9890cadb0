"""The benchmarks: what is played is an ordinary scenario, and the table says what was measured and what was missed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from benchmarks import measure, telling
from benchmarks.__main__ import counted, written
from benchmarks.peers import W1, W2, W4, W5, Home, Size

from antiphon.engine.stepper.light import are_light
from antiphon.judge.rows import LEAST, rows_of
from antiphon.language.scope import Names
from antiphon.scenario.compiler import SuiteFile, compile_suite
from antiphon.scenario.step_model import RepeatStep
from antiphon.target.loader import load_target

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("work", "size"),
    [
        ("w1", Size(3, 4, 0.05)),
        ("w2", Size(3, 4)),
        ("w4", Size(3, 4, 1.0, 10)),
        ("w4_lawless", Size(3, 4, 1.0, 10)),
    ],
)
def test_what_antiphon_plays_is_an_ordinary_scenario_of_light_steps(work: str, size: Size, tmp_path: Path) -> None:
    written(ROOT / "benchmarks" / "works" / work, tmp_path, 7, size)
    target, problems = load_target((tmp_path / "target.yaml").read_text(), "target.yaml", environment={})
    assert (target is not None, problems) == (True, ())
    assert target is not None
    files = [SuiteFile(path.name, path.read_text()) for path in (tmp_path / "scenarios").iterdir()]
    suite = compile_suite(files, target.vocabulary)
    assert [str(problem) for problem in suite.problems] == []
    (block,) = suite.scenarios[0].steps
    assert isinstance(block, RepeatStep)
    assert block.pace is not None
    assert are_light(block.steps, target)


def test_what_is_played_of_the_flood_is_one_long_row_for_each_socket(tmp_path: Path) -> None:
    written(ROOT / "benchmarks" / "works" / "w5", tmp_path, 7, Size(3, LEAST))
    target, _ = load_target((tmp_path / "target.yaml").read_text(), "target.yaml", environment={})
    assert target is not None
    files = [SuiteFile(path.name, path.read_text()) for path in (tmp_path / "scenarios").iterdir()]
    suite = compile_suite(files, target.vocabulary)
    assert [str(problem) for problem in suite.problems] == []
    (step,) = suite.scenarios[0].steps
    assert rows_of(step.hear[0], Names({})) is not None


def test_every_peer_has_its_command_and_its_files() -> None:
    for peer in (*W1, *W2, *W4, *W5):
        argv = peer.argv(Home(Path("/home")), 7, Size(3, 4, 0.05), Path("/run"))
        assert not [part for part in argv if "{" in part], peer.name
        assert all(Path(part).exists() for part in argv if part.startswith(str(ROOT / "benchmarks"))), peer.name


def test_a_run_that_did_not_pass_counts_for_nothing() -> None:
    size = Size(3, 4)
    passed = measure.Cost(1.0, 0, "1 passed  0 failed  0 void · 12 calls", 0)
    failed = measure.Cost(1.0, 0, "0 passed  1 failed  0 void · 12 calls", 0)
    found = measure.Cost(1.0, 0, "findings: 1\n1 passed  0 failed  0 void · 12 calls", 1)
    assert (counted("Antiphon", passed, size), counted("Antiphon", failed, size)) == (12, 0)
    assert counted("Antiphon", found, size) == 0
    assert counted("Antiphon without laws", passed, Size(3, 4, 1.0, 10)) == 120


def test_a_command_is_measured_to_its_end(tmp_path: Path) -> None:
    cost = measure.run(
        [sys.executable, "-c", "sum(range(1000)); print('1,200 round trips')"], folder=tmp_path, environment={}
    )
    assert (cost.count, cost.status, cost.cpu_s > 0) == (1200, 0, True)


def test_the_table_tells_medians_ratios_budgets_and_who_was_left_out() -> None:
    costs = {
        W1[0]: [measure.Cost(0.4, 10_000, "", 0)],
        W1[1]: [measure.Cost(cpu_s, 10_000, "", 0) for cpu_s in (0.9, 0.8, 1.2)],
        W1[2]: [measure.Cost(2.0, 10_000, "", 0)],
    }
    text = telling.table("w1", Size(100, 100, 0.05), costs, {"k6": "1.1.0"}, {"wrk": "there is no wrk"}, "here")
    assert "| Antiphon | 90.0 | 80.0 to 120.0 |  |" in text
    assert "| k6 | 200.0 | 200.0 to 200.0 | 0.45 | 1.1.0 |" in text
    assert "- x 0.45 of k6, budget x 0.6: met" in text
    assert "- x 2.25 of bare picows loop, budget x 1.3: missed" in text
    assert "- not measured: wrk, there is no wrk" in text


def test_deliveries_are_played_with_and_without_the_laws_that_judge_them() -> None:
    works = ROOT / "benchmarks" / "works"
    judged, lawless = ((works / name / "target.yaml").read_text() for name in ("w4", "w4_lawless"))
    assert judged.startswith(lawless)
    assert judged.removeprefix(lawless).startswith("membership:")
    (scenario,) = {(works / name / "scenarios" / "rooms.yaml").read_text() for name in ("w4", "w4_lawless")}
    assert "POST /messages" in scenario


def test_the_table_of_deliveries_tells_what_laws_cost_on_a_machine_as_fast_as_this() -> None:
    costs = {
        W4[0]: [measure.Cost(0.9, 10_000, "", 0)],
        W4[1]: [measure.Cost(0.42, 10_000, "", 0)],
        W4[2]: [measure.Cost(0.3, 10_000, "", 0)],
    }
    text = telling.table("w4", Size(1000, 30, 1.0, 10), costs, {}, {}, "here")
    assert text.startswith("## W4: 1000 users in rooms of 10, each posts every 1000 ms, 30 times; a delivery costs\n")
    assert "- 12.0 µs more than Antiphon without laws, budget 5 x 2.00 = 10.0: missed" in text
    assert "- 42.0 µs in all, budget 25 x 2.00 = 50.0: met" in text


def test_a_table_takes_its_own_place_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    page.write_text("head\n<!-- w1 -->\nold\n<!-- end of w1 -->\nrest\n")
    telling.keep(page, "w1", "new")
    assert page.read_text() == "head\n<!-- w1 -->\nnew\n<!-- end of w1 -->\nrest\n"
