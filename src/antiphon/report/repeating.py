"""The commands that play a run, or one scenario of it, again."""

from __future__ import annotations

from antiphon.report.words import command
from antiphon.run.results import RunSummary, ScenarioResult


def repeat_run(summary: RunSummary) -> str:
    """Return the command that plays the same run again, ready for a shell.

    `options["command"]` says how the run was started where that was not `antiphon run`.
    """
    return command(*_begun(summary), "--seed", summary.seed)


def repeat_scenario(summary: RunSummary, result: ScenarioResult) -> str:
    """Return the command that plays one scenario again with the same choices."""
    return command(*_begun(summary), "--only", result.id, "--seed", summary.seed)


def _begun(summary: RunSummary) -> list[str]:
    if started := summary.options.get("command"):
        return started.split()
    words = ["antiphon", "run"]
    return [*words, "--target", summary.profile] if summary.profile not in ("", "target.yaml") else words
