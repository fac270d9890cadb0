"""Coverage from the command line: what is told, what is demanded, and with what a run ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Here, Small

PROFILE = "target: small\nbase_url: {url}\nhealth: [GET /health]\n"
OPERATIONS = """\
operations: {GET /health: , GET /fine/:id: {statuses: 200}, GET /gone: {statuses: 404}}
coverage: {except: [{operation: GET /health, because: only Antiphon asks}]}
"""


def suite(here: Here, small: Small, more: str = OPERATIONS) -> None:
    here.suite(small.url, one=here.asks("one", "/fine/1"), two=here.asks("two", "/gone", status=404))
    here.write("target.yaml", f"{PROFILE.format(url=small.url)}{more}")


def with_exception(exception: str) -> str:
    """Return the profile's lines with one exception more."""
    return OPERATIONS.replace("except: [", f"except: [{exception}, ")


def test_a_whole_run_tells_what_it_covered_and_keeps_it(here: Here, small: Small) -> None:
    suite(here, small)
    ended = here.antiphon("run")
    assert ended.code == 0
    assert "\ncoverage operations 100 % · 1 left out\n" in ended.out
    assert here.summary(ended.run_id)["coverage"]["scenarios"] == ["one", "two"]
    folder = here.folder / ".antiphon" / "runs" / ended.run_id
    told = json.loads((folder / "report.json").read_text())["run"]["coverage"]
    cells = {cell["row"]: cell["scenarios"] for cell in told["parts"][0]["cells"]}
    assert cells == {"GET /health": [], "GET /fine/:id": ["one"], "GET /gone": ["two"]}
    assert "coverage operations 100 %" in here.antiphon("show", "last").out


def test_a_scenario_that_is_taken_out_leaves_a_gap(here: Here, small: Small) -> None:
    suite(here, small)
    (here.folder / "scenarios" / "two.yaml").unlink()
    ended = here.antiphon("run")
    assert "coverage operations 50 % (1 of 2) · 1 left out" in ended.out
    assert "not exercised: GET /gone (never called)" in ended.out
    assert ended.code == 0


def test_a_least_share_that_is_missed_ends_with_1(here: Here, small: Small) -> None:
    suite(here, small)
    (here.folder / "scenarios" / "two.yaml").unlink()
    ended = here.antiphon("run", "--coverage-min", "50.1%")
    assert ended.code == 1
    assert "failed  threshold  coverage of operations is 50 % (1 of 2), not 50.1 %" in ended.out
    assert here.antiphon("run", "--coverage-min", "50%").code == 0
    assert here.antiphon("run", "--coverage-min", "100%", "--coverage-min", "operations=50%").code == 0


def test_the_profile_demands_it_of_the_whole_suite_and_the_command_of_whatever_is_played(
    here: Here, small: Small
) -> None:
    suite(here, small, OPERATIONS.replace("{except", "{min: 60%, except"))
    assert here.antiphon("run").code == 0
    part = here.antiphon("run", "--only", "one", "--report", "told")
    assert part.code == 0
    assert "coverage " not in part.out
    told = json.loads((here.folder / "told" / "report.json").read_text())["run"]["thresholds"][-1]
    assert (told["outcome"], told["unit"]) == ("not run", "%")
    assert told["sentence"] == "coverage: its minimum is not judged, for only a part of the suite was played"
    assert here.antiphon("run", "--only", "one", "--coverage-min", "60%").code == 1
    (here.folder / "scenarios" / "two.yaml").unlink()
    assert here.antiphon("run").code == 1
    assert here.antiphon("run", "--coverage-min", "50%").code == 0


def test_several_at_once_cover_what_they_cover_in_order(here: Here, small: Small) -> None:
    suite(here, small)
    in_order = here.summary(here.antiphon("run").run_id)["coverage"]
    at_once = here.summary(here.antiphon("run", "--parallel", "2").run_id)["coverage"]
    assert at_once == in_order


def test_an_exception_that_was_covered_after_all_is_a_warning(here: Here, small: Small) -> None:
    suite(here, small, with_exception("{operation: GET /gone, because: y}"))
    ended = here.antiphon("run")
    assert (
        "warning: coverage leaves out `GET /gone`, which two covered all the same: take it out of `except`" in ended.out
    )
    assert ended.code == 0


@pytest.mark.parametrize("command", ["run", "check"])
def test_an_exception_that_names_nothing_is_refused_with_its_place(here: Here, small: Small, command: str) -> None:
    suite(here, small, with_exception("{operation: GET /gone -> 410, because: y}"))
    ended = here.antiphon(command)
    assert ended.code == 2
    assert "`GET /gone -> 410` is nothing that could be covered\n  --> target.yaml:5:33" in ended.err
    assert "hint: `GET /gone` has 404" in ended.err
    assert small.asked == []


@pytest.mark.parametrize(
    ("asked", "told", "hint"),
    [
        ("lots", "`--coverage-min lots` names no share", "write --coverage-min 90%, or --coverage-min operations=100%"),
        ("101%", "`--coverage-min 101%` names no share", "write --coverage-min 90%"),
        ("operation=1%", "`--coverage-min operation=1%` names no part of coverage", "did you mean `operations`?"),
        ("server errors=1%", "names no part of coverage", "parts of coverage: operations, heard, emits, laws"),
        ("laws=1%", "--coverage-min asks for a least share of laws, and nothing is known of them", "name operations"),
    ],
)
def test_what_cannot_be_demanded_is_refused(here: Here, small: Small, asked: str, told: str, hint: str) -> None:
    suite(here, small)
    ended = here.antiphon("run", "--coverage-min", asked)
    assert ended.code == 2
    assert told in ended.err
    assert hint in ended.err
    assert small.asked == []


def test_of_a_target_of_which_nothing_is_known_nothing_is_demanded_or_told(here: Here, small: Small) -> None:
    suite(here, small, "")
    ended = here.antiphon("run")
    assert ended.code == 0
    assert "coverage" not in ended.out
    refused = here.antiphon("run", "--coverage-min", "1%")
    assert refused.code == 2
    assert "a least share, and nothing is known that could be covered" in refused.err


def test_what_was_covered_of_laws_comes_from_what_they_judged(here: Here, small: Small) -> None:
    laws = 'laws: [{name: fine is fine, when: "GET /fine/:id -> 200", answer: {payload.name: fine}}]\n'
    suite(here, small, OPERATIONS + laws)
    ended = here.antiphon("run", "--coverage-min", "laws=100%")
    assert "coverage operations 100 %  laws 100 %" in ended.out
    assert ended.code == 0
    (here.folder / "scenarios" / "one.yaml").unlink()
    ended = here.antiphon("run", "--coverage-min", "laws=100%")
    assert "not exercised: GET /fine/:id (never called)  fine is fine (never put to the proof)" in ended.out
    assert ended.code == 1


def test_the_command_that_plays_it_again_demands_it_again(here: Here, small: Small) -> None:
    suite(here, small)
    here.antiphon("run", "--coverage-min", "operations=50%", "--report", "told")
    assert "--coverage-min operations=50%" in (here.folder / "told" / "report.md").read_text()


def test_a_run_that_was_kept_is_held_against_what_the_profile_says_now(here: Here, small: Small) -> None:
    laws = 'laws: [{name: fine is fine, when: "GET /fine/:id -> 200", answer: {payload.name: fine}}]\n'
    suite(here, small, OPERATIONS + laws)
    here.antiphon("run")
    assert "coverage operations 100 %  laws 100 % · 1 left out" in here.antiphon("judge", "last").out
    more = OPERATIONS.replace("GET /gone: {statuses: 404}", "GET /gone: {statuses: [404, 410]}, POST /gone: ")
    suite(here, small, more + laws.replace("GET /fine/:id -> 200", "POST /gone -> 200"))
    told = here.antiphon("judge", "last").out
    assert "coverage operations 50 % (2 of 4)  laws 0 % (0 of 1) · 1 left out" in told
    assert "not exercised: POST /gone (never called)  fine is fine (never put to the proof)  GET /gone -> 410" in told


def test_a_share_of_the_matrix_is_not_asked_for_where_it_is_not_played(here: Here, small: Small) -> None:
    suite(here, small, OPERATIONS.replace("{except", "{min: {operations: 100%, access: 100%}, except"))
    assert here.antiphon("run").code == 0
