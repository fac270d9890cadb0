"""The files of a suite: which belong to it, and that nothing outside of its folder is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from antiphon.core.errors import FilesRefused, Mistake
from antiphon.run.suite_files import NothingHere, decoded, find_suite


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder with a profile, two scenarios, a fragment and a file that is none of these."""
    root = tmp_path / "suite"
    for name in ("scenarios/b.yaml", "scenarios/deep/a.yml", "fragments/f.yaml", "scenarios/notes.md", "files/x.png"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (root / "target.yaml").write_text("target: small")
    (tmp_path / "outside.yaml").write_text("outside")
    return root


def test_scenarios_and_fragments_belong_to_a_suite_by_their_ending(root: Path) -> None:
    suite = find_suite([], profile=None, here=root)
    assert [file.path for file in suite.files] == ["fragments/f.yaml", "scenarios/b.yaml", "scenarios/deep/a.yml"]
    assert suite.chosen == frozenset()
    assert suite.problems == ()
    assert suite.profile_text() == "target: small"


def test_paths_choose_files_and_folders(root: Path) -> None:
    suite = find_suite([root / "scenarios" / "deep", root / "scenarios" / "b.yaml"], profile=None, here=root)
    assert suite.chosen == {"scenarios/deep/a.yml", "scenarios/b.yaml"}


def test_a_chosen_file_beside_the_usual_folders_is_read_as_well(root: Path) -> None:
    (root / "mine.yaml").write_text("mine")
    suite = find_suite([root / "mine.yaml"], profile=None, here=root)
    assert suite.chosen == {"mine.yaml"}
    assert "mine.yaml" in [file.path for file in suite.files]


@pytest.mark.parametrize("name", ["../outside.yaml", "scenarios/../../outside.yaml"])
def test_a_path_that_leaves_the_suite_is_refused(root: Path, name: str) -> None:
    with pytest.raises(NothingHere, match="lies outside the suite's folder"):
        find_suite([root / name], profile=None, here=root)


def test_a_link_that_leaves_the_suite_is_a_problem_with_a_place(root: Path) -> None:
    (root / "scenarios" / "link.yaml").symlink_to(root.parent / "outside.yaml")
    suite = find_suite([], profile=None, here=root)
    assert [str(problem.source) for problem in suite.problems] == ["scenarios/link.yaml:1:1"]
    assert "scenarios/link.yaml" not in [file.path for file in suite.files]


def test_a_folder_of_scenarios_that_is_a_link_out_of_the_suite_is_not_read(root: Path) -> None:
    (root / "scenarios").rename(root.parent / "elsewhere")
    (root / "scenarios").symlink_to(root.parent / "elsewhere")
    suite = find_suite([], profile=None, here=root)
    assert [file.path for file in suite.files] == ["fragments/f.yaml"]
    assert len(suite.problems) == 2


def test_a_link_to_itself_hangs_nobody(root: Path) -> None:
    (root / "scenarios" / "loop.yaml").symlink_to(root / "scenarios" / "loop.yaml")
    (root / "scenarios" / "around").symlink_to(root / "scenarios")
    assert find_suite([], profile=None, here=root).files
    assert "cannot be read" in str(find_suite([], profile=None, here=root).problem_with("scenarios/loop.yaml"))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("files/x.png", None),
        ("files/../files/x.png", None),
        ("../outside.yaml", "`../outside.yaml` leaves the suite's folder"),
        ("/etc/hostname", "`/etc/hostname` leaves the suite's folder"),
        ("files/none.png", "there is no file `files/none.png` in the suite's folder"),
        ("files", "there is no file `files` in the suite's folder"),
        ("a\0b", "cannot be read"),
        ("x" * 5000, "cannot be read"),
    ],
)
def test_a_named_file_lies_in_the_suite(root: Path, name: str, why: str | None) -> None:
    found = find_suite([], profile=None, here=root).problem_with(name)
    assert found == why or (why is not None and why in str(found))


def test_a_file_that_may_not_be_read_is_not_read(root: Path) -> None:
    suite = find_suite([], profile=None, here=root)
    assert suite.read("files/x.png") == b"files/x.png"
    with pytest.raises(Mistake, match="leaves the suite's folder"):
        suite.read("../outside.yaml")


@pytest.mark.parametrize(
    ("data", "line", "column", "text"),
    [
        (b"\xff", 1, 1, "�"),
        (b"ab\xffc", 1, 3, "ab�c"),
        ("first\nzwölf ".encode() + b"\xe4\r\nlast", 2, 7, "zwölf �"),
    ],
)
def test_the_first_byte_that_is_no_text_has_a_place(data: bytes, line: int, column: int, text: str) -> None:
    _, problem = decoded(data, "a.yaml")
    assert problem is not None
    assert problem.source is not None
    assert (problem.source.line, problem.source.column, problem.source.text) == (line, column, text)


def test_a_profile_that_is_no_text_is_refused(root: Path) -> None:
    (root / "target.yaml").write_bytes(b"target: \xff")
    with pytest.raises(FilesRefused):
        find_suite([], profile=None, here=root).profile_text()


def test_a_profile_that_is_not_there_is_told_by_its_name(root: Path) -> None:
    with pytest.raises(NothingHere, match=r"there is no file .*other\.yaml"):
        find_suite([], profile=root / "other.yaml", here=root)
    with pytest.raises(NothingHere, match=r"there is no target\.yaml here"):
        find_suite([], profile=None, here=root / "scenarios")
