"""`antiphon demo`: starts the reference application and plays its suite against it."""

from __future__ import annotations

from pathlib import Path

import click

from antiphon.cli import options


@click.command("demo")
@options.only
@click.option(
    "--defect", "defects", metavar="NAME", multiple=True, help="Start the application with this planted defect."
)
@click.option("--list-defects", is_flag=True, help="Tell of each planted defect: what is wrong, and what finds it.")
@click.option("--eject", type=options.A_PATH, help="Write the profile and the scenarios into this folder for editing.")
@options.access
@options.parallel
@options.retries
@options.seed
@options.fail_fast
@click.option("--no-allow-void", "strict_void", is_flag=True, help="End with 4 if something could not be judged.")
@options.report
@options.color
@options.verbose
def command(
    only: tuple[str, ...],
    defects: tuple[str, ...],
    list_defects: bool,
    eject: Path | None,
    access: bool,
    parallel: int,
    retries: int | None,
    seed: str | None,
    fail_fast: bool,
    strict_void: bool,
    report: Path | None,
    color: str,
    verbose: bool,
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
        raise click.exceptions.Exit(
            demonstration.play_demo(
                only=only,
                defects=defects,
                access=access,
                parallel=parallel,
                retries=retries,
                seed=seed,
                fail_fast=fail_fast,
                allow_void=not strict_void,
                report=report,
                verbose=verbose,
            )
        )
