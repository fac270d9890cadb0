"""Two parsers, one document: what the quick one reads the exact one reads alike, at the same places."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from antiphon.language import yaml_events
from antiphon.language.document import Document, read
from antiphon.language.nodes import Mapping
from antiphon.language.yaml_events import InDoubt, NotYaml, exact_events, quick_events

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("src/threadfilesharing/suite/**/*.yaml"), *ROOT.glob("docs/examples/**/*.yaml")])
PIECES = [
    *("a", "b: ", "- ", "{", "}", "[", "]", ", ", ": ", ":", "\n", "\n  ", "\n    ", "'x'", '"y"', "|\n"),
    *("  >-\n   text\n", " # c\n", "#", "? ", "-", "null", "1", "{{ x }}", "/x/:id", "x:y", "http://h:1/p", '"a":1'),
    *("''", "!", "&a", "*a", "\\", '"\\n"', "...", "---", "%", "@", "  ", " ", "\r\n", "é", "{a: 1}", "[1, 2]", "\t"),
    *("- b: c\n", "k: |2\n   t\n"),
]


def _told(document: Document) -> list[tuple[str, str]]:
    return [(str(problem), str(problem.source)) for problem in document.problems]


def _same(text: str) -> None:
    quick, exact = read(text, "f.yaml"), read(text, "f.yaml", exactly=True)
    assert quick.root == exact.root
    assert _told(quick) == _told(exact)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("|\n...")
@example("|\n \n  -x")
@example("a:\n? b c")
@example("a: \n\n    ")
@example("- \n  # : -\n- 1")
def test_both_parsers_read_the_same_of_any_text(text: str) -> None:
    _same(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_both_parsers_read_the_same_of_a_file(path: Path) -> None:
    _same(path.read_text())


@pytest.mark.skipif(yaml_events.CParser is None, reason="PyYAML was built without libyaml")
def test_the_suite_is_read_by_the_quick_parser() -> None:
    suite = [path for path in FILES if "suite" in path.parts]
    assert suite
    for path in suite:
        assert list(quick_events(path.read_text()))


@pytest.mark.parametrize(
    "text",
    [
        "a:\tb",
        "%YAML 1.2\n---\na: 1",
        "? a\n: 1",
        "a: |\n\n  x",
        "a: |# x\n  t",
        "a: >-2#\n  t",
        "a: #uuid",
        "a: &b 1",
        "a: !x 1",
        "x",
        "a: [1",
        "a: {",
    ],
)
def test_what_the_two_may_read_differently_is_left_to_the_exact_one(text: str) -> None:
    with pytest.raises(InDoubt):
        list(quick_events(text))


def test_without_libyaml_the_exact_parser_reads_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_events, "CParser", None)
    root = read("a: [1, {b: c}]\n", "f.yaml").root
    assert isinstance(root, Mapping)
    assert root.keys() == ("a",)


def test_a_version_that_there_is_not_is_no_crash() -> None:
    with pytest.raises(NotYaml, match="a version of YAML"):
        list(exact_events("%YAML 1.3\n---\na: 1\n"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a:\nb: 1", "1:3"),
        ("- alice:\n- bob: 1\n", "1:9"),
        ("a: # why\nb: 1", "1:3"),
        ("-\n- 1", "1:2"),
        ("a:\n  -\n", "2:4"),
    ],
)
def test_an_empty_value_stands_behind_its_colon_or_dash(text: str, place: str) -> None:
    for exactly in (False, True):
        root = read(text, "f.yaml", exactly=exactly).root
        found = root
        while not hasattr(found, "raw"):
            found = found.entries[0].value if isinstance(found, Mapping) else found.items[0]  # type: ignore[union-attr]
        assert f"{found.source.line}:{found.source.column}" == place  # type: ignore[union-attr]
