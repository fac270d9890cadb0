"""The README: its first screen in order, its files as they are, its output real, its links alive."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import made_pages
from antiphon.target.loader import load_target

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PARTS = dict(made_pages.parts(README))


def part(kind: str) -> list[tuple[str, str]]:
    """Return what follows the kind of each such part, and its text."""
    return [(how.partition(" ")[2], text) for how, text in PARTS.items() if how.split()[0] == kind]


def test_the_first_screen_is_in_order() -> None:
    order = [
        "# Antiphon\n\nAntiphon tests ",
        "$ pip install",
        "$ antiphon demo\n",
        "$ antiphon demo --defect ",
        "<!-- made: output ",
        "<!-- made: file src/threadfilesharing/suite/scenarios/",
        "`target.yaml` in ten lines",
        "## Development",
        "`make demo`",
        "`make test`",
    ]
    places = [README.find(each) for each in order]
    assert -1 not in places
    assert places == sorted(places)


def test_the_output_shown_is_that_of_the_third_command() -> None:
    (command, text), *more = part("output")
    assert not more
    assert f"$ {command}\n```" in README
    assert text.startswith(f"```console\n$ {command}\n")
    assert re.search(
        r"\nantiphon \S+ · threadfilesharing at http://127\.0\.0\.1:\d+/api/v1 · \d+ scenarios? · seed \w+", text
    )
    assert re.search(r"\d+ passed  [1-9]\d* failed", text)


def test_the_scenario_shown_is_the_one_that_the_output_names() -> None:
    (path, _), *_ = part("file")
    (_, output), *_ = part("output")
    assert f"--> {path.removeprefix('src/threadfilesharing/suite/')}:" in output


def test_the_profile_of_ten_lines_is_a_profile_and_has_no_more() -> None:
    (path, _), *_ = [each for each in part("file") if each[0].endswith("target.yaml")]
    text = (ROOT / path).read_text()
    target, problems = load_target(text, "target.yaml", environment={})
    assert problems == ()
    assert target is not None
    assert len(text.splitlines()) <= 10


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_to_a_file_finds_it(page: str) -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text()):
        assert (ROOT / link).exists(), link


def test_every_target_that_is_named_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    pages = [README, (ROOT / "CONTRIBUTING.md").read_text(), makefile]
    for target in {
        name for page in pages for name in re.findall(r"`make (\w+)`|echo \"make (\w+)", page) for name in name
    }:
        assert not target or re.search(rf"^{target}:", makefile, re.MULTILINE), target
