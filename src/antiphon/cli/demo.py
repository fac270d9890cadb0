"""`antiphon demo`: starts the reference application and plays its suite against it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from antiphon.cli import options


def command(
    only: options.Only = None,
    defect: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Start the application with this planted defect.", show_default=False),
    ] = None,
    list_defects: Annotated[
        bool, typer.Option("--list-defects", help="Tell of each planted defect: what is wrong, and what finds it.")
    ] = False,
    eject: Annotated[
        Path | None,
        typer.Option(help="Write the profile and the scenarios into this folder for editing.", show_default=False),
    ] = None,
    parallel: options.Parallel = 1,
    retries: options.Retries = None,
    seed: options.Seed = None,
    fail_fast: options.FailFast = False,
    strict_void: Annotated[
        bool, typer.Option("--no-allow-void", help="End with 4 if something could not be judged.")
    ] = False,
    report: options.Report = None,
    color: options.Color = "auto",
    verbose: options.Verbose = False,
) -> None:
    """Start ThreadFileSharing, the reference application, and play its suite against it."""
    from antiphon.cli import demonstration
    from antiphon.cli.screen import choose_color

    choose_color(color)
    if list_defects:
        demonstration.list_defects()
    elif eject is not None:
        demonstration.eject(eject)
    else:
        raise typer.Exit(
            demonstration.play_demo(
                only=only,
                defects=defect or (),
                parallel=parallel,
                retries=retries,
                seed=seed,
                fail_fast=fail_fast,
                allow_void=not strict_void,
                report=report,
                verbose=verbose,
            )
        )
