"""The commands that play a run, or one scenario of it, again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from antiphon.report.words import command
from antiphon.run.results import RunSummary, ScenarioResult

_JUDGED_BY = ("fail-on-flaky", "strict-absence", "insecure", "yes-this-target")
"""Options without a value that decide what comes out; `antiphon demo` takes none of them."""
_INPUT = "input "
_MOST_WORDS = 60


def repeat_run(summary: RunSummary) -> str:
    """Return the command that plays the same run again, ready for a shell.

    `options["command"]` says how the run was started where that was not `antiphon run`.
    """
    options = summary.options
    asked_for = shlex.split(options.get("scenarios", ""))
    words = [*asked_for] if len(asked_for) <= _MOST_WORDS else []
    if options.get("parallel", "1") != "1":
        words += ["--parallel", options["parallel"]]
    if "until" in options:
        words += ["--until", options["until"]]
    for share in options.get("coverage-min", "").split():
        words += ["--coverage-min", share]
    return command(*_begun(summary), *words, *_options(summary, ("fail-fast",)), "--seed", summary.seed)


def repeat_scenario(summary: RunSummary, result: ScenarioResult) -> str:
    """Return the command that plays one scenario again with the same choices, judged as strictly."""
    return command(*_begun(summary), "--only", result.id, *_options(summary), "--seed", summary.seed)


def _begun(summary: RunSummary) -> list[str]:
    if started := summary.options.get("command"):
        return started.split()
    words = ["antiphon", "run"]
    return [*words, "--target", summary.profile] if summary.profile not in ("", "target.yaml") else words


def _options(summary: RunSummary, more: Sequence[str] = ()) -> Iterator[str]:
    options = summary.options
    if options.get("retries", "0") != "0":
        yield from ("--retries", options["retries"])
    yield from (f"--{name}" for name in (*_JUDGED_BY, *more) if name in options)
    if "command" not in options and "allow-void" in options:
        yield "--allow-void"
    for name, value in options.items():
        if name.startswith(_INPUT):
            yield from ("--input", f"{name.removeprefix(_INPUT)}={value}")
