"""Shares, states, and by whom: a scenario that is taken out leaves its cells open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.judge.coverage.conftest import call, event

from antiphon.judge.coverage.access import AccessCell
from antiphon.judge.coverage.model import State
from antiphon.target.coverage_model import Part

if TYPE_CHECKING:
    from tests.judge.coverage.conftest import Covered

PROFILE = "operations: {GET /a: {statuses: [200, 404]}, POST /a: {statuses: 201}}\nevents: {hear: [said]}\nsocket: {}\n"
ENTRIES = {
    "reads": [call("GET /a", play="reads"), call("GET /a", 404, play="reads")],
    "writes": [call("POST /a", 201, play="writes"), call("GET /a", play="writes"), event("said", play="writes")],
}


def test_a_scenario_that_is_taken_out_leaves_open_what_it_alone_covered(covered: type[Covered]) -> None:
    entries = [entry for of_one in ENTRIES.values() for entry in of_one]
    whole = covered(PROFILE).feed(*entries)
    assert [whole.coverage().part(part).share for part in (Part.OPERATIONS, Part.HEARD)] == [1.0, 1.0]
    without_reads = covered(PROFILE).feed(*ENTRIES["writes"])
    assert without_reads.cells("operations") == {
        "GET /a -> 200": "covered by writes",
        "GET /a -> 404": "not exercised",
        "POST /a -> 201": "covered by writes",
    }
    without_writes = covered(PROFILE).feed(*ENTRIES["reads"])
    assert without_writes.cells("operations")["POST /a -> 201"] == "not exercised"
    assert without_writes.cells("heard") == {"said -> heard": "not exercised"}


def test_scenarios_are_named_in_the_order_in_which_they_are_played(covered: type[Covered]) -> None:
    found = covered(PROFILE).feed(
        call("GET /a", play="b"), call("GET /a", play="c#2"), call("GET /a", play="a"), call("GET /a", play="0")
    )
    coverage = found.coverage(order=("c", "unplayed", "b"))
    assert coverage.scenarios == ("c", "b", "0", "a")
    assert coverage.names(coverage.part(Part.OPERATIONS).cells[0]) == ("c", "b", "0", "a")


def test_what_is_left_out_counts_for_no_share_and_what_is_missing_neither(covered: type[Covered]) -> None:
    except_ = "coverage: {except: [{operation: GET /a -> 404, because: nobody asks}]}\n"
    found = covered(PROFILE + except_).feed(call("GET /a"), call("GET /a", 418))
    part = found.coverage().part(Part.OPERATIONS)
    assert (part.covered, part.countable, part.share) == (1, 2, 0.5)
    assert [(str(cell), cell.state, cell.note) for cell in part.cells] == [
        ("GET /a -> 200", State.COVERED, ""),
        ("GET /a -> 404", State.LEFT_OUT, "nobody asks"),
        ("POST /a -> 201", State.NOT_EXERCISED, ""),
        ("GET /a -> 418", State.MISSING, ""),
    ]
    assert [str(cell) for cell in part.gaps] == ["POST /a -> 201"]


def test_an_exception_that_was_covered_after_all_is_said(covered: type[Covered]) -> None:
    except_ = "coverage: {except: [{status: 404, because: x}, {operation: GET /a, because: y}]}\n"
    found = covered(PROFILE + except_).feed(call("GET /a", 404, play="late"), call("GET /a", 404, play="early"))
    assert found.coverage().needless == (
        "coverage leaves out `every operation -> 404`, which early, late covered all the same: take it out of `except`",
    )
    assert found.cells("operations")["GET /a -> 404"] == "covered by early, late"
    assert len(found.feed(call("GET /a")).coverage().needless) == 2


def test_a_part_without_anything_to_cover_has_no_share(covered: type[Covered]) -> None:
    found = covered(PROFILE + "coverage: {except: [{event: said, because: x}]}\n").coverage()
    assert found.part(Part.HEARD).share is None
    assert found.part(Part.LAWS).cells == ()


def test_cells_of_the_access_matrix_are_covered_when_they_were_tried(covered: type[Covered]) -> None:
    found = covered(PROFILE + "coverage: {except: [{actor: removed, operation: GET /a, because: nobody is}]}\n")
    found.reader.seen.add_access(
        [
            AccessCell(what="GET /a", who="outsider", expected="403", outcome="as expected", scenario="access/1"),
            AccessCell(
                what="GET /a", who="owner", expected="200", outcome="otherwise", came="500", scenario="access/2"
            ),
            AccessCell(what="GET /a", who="removed", expected="403", outcome="untried"),
            AccessCell(what="emit join", who="outsider", expected="refused", outcome="untried"),
        ]
    )
    part = found.coverage().part(Part.ACCESS)
    assert [(str(cell), cell.state, cell.note) for cell in part.cells] == [
        ("GET /a -> outsider", State.COVERED, "403"),
        ("GET /a -> owner", State.COVERED, "200 expected, 500 came"),
        ("GET /a -> removed", State.LEFT_OUT, "nobody is"),
        ("emit join -> outsider", State.NOT_EXERCISED, "refused"),
    ]


def test_what_was_tried_once_counts_before_what_was_not(covered: type[Covered]) -> None:
    tried = AccessCell(what="GET /a", who="x", expected="403", outcome="as expected", scenario="one")
    wrong = AccessCell(what="GET /a", who="x", expected="403", outcome="otherwise", scenario="two")
    untried = AccessCell(what="GET /a", who="x", expected="403", outcome="untried")
    seen = covered(PROFILE).reader.seen
    seen.add_access([untried, tried, untried])
    assert seen.access["GET /a", "x"] is tried
    seen.add_access([wrong, tried])
    assert seen.access["GET /a", "x"] is wrong
