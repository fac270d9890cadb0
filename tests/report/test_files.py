from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from antiphon.report.files import write_all


def test_a_run_leaves_four_reports(run, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "folder"
    written = write_all(folder, run.summary, run.results, run.entries, run.texts)
    assert [path.name for path in written] == ["report.html", "report.json", "junit.xml", "report.md"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in written)
    json.loads(written[1].read_bytes())
    ET.parse(written[2])


def test_reports_take_the_place_of_older_ones(run, tmp_path: Path) -> None:
    write_all(tmp_path, run.summary, (), ())
    before = (tmp_path / "report.html").stat().st_ino
    write_all(tmp_path, run.summary, run.results, run.entries)
    assert (tmp_path / "report.html").stat().st_ino != before
    assert len(list(tmp_path.iterdir())) == 4


def test_a_report_that_cannot_be_written_leaves_nothing_behind(run, tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(OSError, match=r"report\.html"):
        write_all(tmp_path, run.summary, run.results, run.entries)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
