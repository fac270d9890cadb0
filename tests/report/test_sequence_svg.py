from __future__ import annotations

from xml.etree import ElementTree as ET

from antiphon.judge.verdicts import PlayOutcome
from antiphon.report.sequence import Lane, Row, RowKind, Section, Sequence
from antiphon.report.sequence_build import build
from antiphon.report.sequence_svg import svg

NS = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)


def words(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{NS}text") if element.text]


def test_the_drawing_of_a_failed_play_is_as_it_was(run, snapshot) -> None:
    text = svg(build(run.result("messaging/fanout"), run.entries, target="threadfilesharing"), identity="play-1")
    assert text.replace("><", ">\n<") == snapshot


def test_what_is_missing_is_dashed_and_named(run) -> None:
    root = parsed(svg(build(run.result("threads/reply"), run.entries)))
    dashed = [line for line in root.iter(f"{NS}line") if line.get("stroke-dasharray")]
    assert len(dashed) == 1
    bad = [group for group in root.iter(f"{NS}g") if group.get("class") == "sq-bad"]
    assert "thread_reply is missing" in [text.text for group in bad for text in group.iter(f"{NS}text")]


def test_what_leaked_is_marked(run) -> None:
    root = parsed(svg(build(run.result("permissions/outsider"), run.entries)))
    assert "should not have been heard" in words(root)


def test_it_has_a_title_and_each_moment_has_one(run) -> None:
    root = parsed(svg(build(run.result("messaging/slow"), run.entries), identity="p"))
    assert root.get("role") == "img"
    title = root.find(f"{NS}title")
    assert title is not None
    assert root.get("aria-labelledby") == title.get("id") == "p-title"
    groups = list(root.iter(f"{NS}g"))
    assert groups
    assert all(group.find(f"{NS}title") is not None for group in groups)


def test_nothing_is_drawn_outside_of_it(run) -> None:
    for result in run.results:
        root = parsed(svg(build(result, run.entries)))
        width, height = float(root.get("width", "0")), float(root.get("height", "0"))
        for text in root.iter(f"{NS}text"):
            assert 0 <= float(text.get("x", "-1")) <= width
            assert 0 <= float(text.get("y", "-1")) <= height


def test_hundreds_of_rows_are_thinned(run) -> None:
    rows = tuple(Row(at_s=float(number), lane="a", kind=RowKind.EVENT, text="e") for number in range(900))
    section = Section(number="1", label="a", outcome=PlayOutcome.PASSED, began_s=0.0, rows=rows)
    text = svg(Sequence(title="t", target="x", lanes=(Lane("a", "a"),), sections=(section,)))
    assert "… 894 more" in words(parsed(text))
    assert len(text) < 20_000


def test_of_fifty_lanes_those_that_tell_most_are_drawn() -> None:
    lanes = tuple(Lane(f"u{number}", f"u{number}") for number in range(50))
    rows = (
        *(Row(at_s=0.0, lane=lane.key, kind=RowKind.EVENT, text="e") for lane in lanes),
        Row(at_s=0.1, lane="u49", kind=RowKind.CALL, text="POST /x"),
    )
    section = Section(number="1", label="a", outcome=PlayOutcome.PASSED, began_s=0.0, rows=rows)
    told = words(parsed(svg(Sequence(title="t", target="x", lanes=lanes, sections=(section,)))))
    assert "… 34 more lanes without a flaw" in told
    assert "POST /x" in told


def test_a_narrow_lane_keeps_the_number_of_a_group_s_member() -> None:
    lanes = tuple(Lane(f"crowd[{number}]", f"crowd[{number}]") for number in range(12))
    rows = tuple(Row(at_s=0.0, lane=lane.key, kind=RowKind.EVENT, text="e") for lane in lanes)
    section = Section(number="1", label="a", outcome=PlayOutcome.PASSED, began_s=0.0, rows=rows)
    told = words(parsed(svg(Sequence(title="t", target="x", lanes=lanes, sections=(section,)))))
    assert "c…[3]" in told
    assert "…[11]" in told
