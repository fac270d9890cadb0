"""What a hostile target or file says is shown as text in every output."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from antiphon.core.text import visible
from antiphon.report.console import first_line, scenario_line, summary_text
from antiphon.report.failure import failure_text
from antiphon.report.html import html_report
from antiphon.report.json_report import json_report
from antiphon.report.junit import junit_report
from antiphon.report.markdown import markdown_report
from antiphon.report.sequence_build import build
from antiphon.report.sequence_svg import svg
from antiphon.report.sequence_text import drawing
from antiphon.report.show import run_text, scenario_text, step_text


def console(run) -> str:
    told = [first_line(run.summary), *(scenario_line(result) for result in run.results)]
    told.append(summary_text(run.summary, run.results))
    causes = {entry.seq: entry for entry in run.entries}
    told += [
        failure_text(verdict, run.texts.get(verdict.source.path, "").splitlines(), cause=causes.get(verdict.cause_seq))
        for result in run.results
        for verdict in result.verdicts
    ]
    return "\n".join(text.plain for text in told)


def show(run) -> str:
    told = [run_text(run.summary, run.results).plain]
    for result in run.results:
        told.append(scenario_text(run.summary, run.results, result, run.entries, texts=run.texts).plain)
        told.append(step_text(run.summary, result, "1", run.entries).plain)
    return "\n".join(told)


def drawings(run) -> str:
    return "\n".join(drawing(build(result, run.entries)).plain for result in run.results)


OUTPUTS: dict[str, Callable[..., str]] = {
    "console": console,
    "show": show,
    "drawings": drawings,
    "svg": lambda run: "\n".join(svg(build(result, run.entries)) for result in run.results),
    "html": lambda run: html_report(run.summary, run.results, run.entries, run.texts),
    "markdown": lambda run: markdown_report(run.summary, run.results, run.entries, run.texts),
    "junit": lambda run: junit_report(run.summary, run.results, run.entries, run.texts),
    "json": lambda run: json_report(run.summary, run.results, run.entries).decode(),
}


@pytest.mark.parametrize("output", list(OUTPUTS))
def test_no_control_character_and_no_command_comes_through(hostile_run, output: str) -> None:
    text = OUTPUTS[output](hostile_run)
    assert visible(text, lines=True) == text
    text.encode("utf-8")
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


@pytest.mark.parametrize("output", ["svg", "html"])
def test_no_tag_of_a_target_is_a_tag(hostile_run, output: str) -> None:
    assert "<script" not in OUTPUTS[output](hostile_run).lower()


@pytest.mark.parametrize("output", ["console", "show", "drawings", "svg", "html", "markdown", "junit"])
def test_a_megabyte_of_text_does_not_fill_a_report(hostile_run, output: str) -> None:
    assert len(OUTPUTS[output](hostile_run)) < 150_000


@pytest.mark.parametrize("output", list(OUTPUTS))
def test_no_redacted_or_plain_token_is_in_any_output(run, output: str) -> None:
    text = OUTPUTS[output](run)
    assert "a1b2c3d4" not in text
    assert "Bearer *" not in text
