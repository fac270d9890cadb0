"""`antiphon show`: draws what was said and heard in a run."""

from __future__ import annotations

from pathlib import Path

import click

from antiphon.cli import options


@click.command("show")
@click.argument("run", default="last", help="A run's id or the beginning of it; `last`, the default, is the newest.")
@click.argument("scenario", required=False, help="A scenario's name or the end of it.")
@click.argument("step", required=False, help="A step's number.")
@click.option(
    "--width",
    metavar="N",
    type=options.Count(60, 400),
    help="How wide to draw; without it at most as wide as the terminal.",
)
@options.color
def command(run: str, scenario: str | None, step: str | None, width: int | None, color: str) -> None:
    """Draw who called, who heard, when, and what was missing."""
    from antiphon.cli.screen import choose_color, drawing_width, terminal
    from antiphon.report.show import find_scenario, find_step, run_text, scenario_text, step_text
    from antiphon.run.folder import StoredRun

    choose_color(color)
    stored = StoredRun.found(Path.cwd(), run)
    summary, results = stored.summary(), stored.results()
    screen = terminal()
    if scenario is None:
        screen.say(run_text(summary, results))
        return
    result = find_scenario(results, scenario)
    entries = stored.entries()
    width = drawing_width() if width is None else width
    if step is None:
        screen.say(scenario_text(summary, results, result, entries, width=width))
    else:
        screen.say(step_text(summary, result, find_step(result, step), entries, width=width))
