"""`antiphon show`: draws what was said and heard in a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from antiphon.cli import options


def command(
    run: Annotated[str, typer.Argument(help="A run's id or the beginning of it; `last` is the newest.")] = "last",
    scenario: Annotated[
        str | None, typer.Argument(help="A scenario's name or the end of it.", show_default=False)
    ] = None,
    step: Annotated[str | None, typer.Argument(help="A step's number.", show_default=False)] = None,
    width: Annotated[
        int | None,
        typer.Option(
            min=60,
            max=400,
            show_default=False,
            help="How wide to draw; without it at most as wide as the terminal.",
        ),
    ] = None,
    color: options.Color = "auto",
) -> None:
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
