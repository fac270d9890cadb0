"""Writes the reports of a run into its folder, each one whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from antiphon.history.entries import AnyEntry
from antiphon.report.html import html_report
from antiphon.report.json_report import json_report
from antiphon.report.junit import junit_report
from antiphon.report.markdown import markdown_report
from antiphon.run.results import RunSummary, ScenarioResult

HTML: Final = "report.html"
JSON: Final = "report.json"
JUNIT: Final = "junit.xml"
MARKDOWN: Final = "report.md"


def write_all(
    folder: Path,
    summary: RunSummary,
    results: Sequence[ScenarioResult],
    entries: Sequence[AnyEntry],
    texts: Mapping[str, str] | None = None,
) -> tuple[Path, ...]:
    """Write the HTML, JSON, JUnit and Markdown reports, and return where they are, the HTML one first.

    Args:
        folder: Made if it is not there.
        summary: The run.
        results: Its scenarios, in the order in which they were played.
        entries: Its history.
        texts: The contents of the files that verdicts point into, by path as the verdicts name it.

    Raises:
        OSError: The folder cannot be made or written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return (
        write_whole(folder / HTML, html_report(summary, results, entries, texts).encode()),
        write_whole(folder / JSON, json_report(summary, results, entries)),
        write_whole(folder / JUNIT, junit_report(summary, results, entries, texts).encode()),
        write_whole(folder / MARKDOWN, markdown_report(summary, results, entries, texts).encode()),
    )


def write_whole(path: Path, content: bytes) -> Path:
    """Write beside the file and rename over it, so that nobody ever reads half a report."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    return path
