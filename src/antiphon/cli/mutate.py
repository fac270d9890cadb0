"""`antiphon mutate`: tells whether the suite would notice if what users hear or are answered were false."""

from __future__ import annotations

from pathlib import Path

import click

from antiphon.cli import options
from antiphon.cli.collecting_later import collecting_later
from antiphon.cli.interrupts import held


@click.command("mutate")
@options.paths
@options.target
@options.tags
@options.categories
@options.priorities
@options.covers
@options.only
@click.option("--budget", metavar="DURATION", help="Judge an even sample for at most so long (`5m`); else all.")
@click.option(
    "--score-min", metavar="PERCENT", type=click.FloatRange(0, 100), help="End with 1 if the score is below this."
)
@options.parallel
@options.seed
@options.insecure
@options.allow_commands
@options.report
@options.inputs
@click.option("--yes-this-target", is_flag=True, help="Confirm a target that the profile's `allow` does not name.")
@options.color
def command(
    paths: tuple[Path, ...],
    target: Path | None,
    tags: tuple[str, ...],
    categories: tuple[str, ...],
    priorities: tuple[str, ...],
    covers: tuple[str, ...],
    only: tuple[str, ...],
    budget: str | None,
    score_min: float | None,
    parallel: int,
    seed: str | None,
    insecure: bool,
    allow_commands: bool,
    report: Path | None,
    inputs: tuple[str, ...],
    yes_this_target: bool,
    color: str,
) -> None:
    """Play scenarios once, falsify what was heard and answered, and tell what nobody would notice."""
    with collecting_later():
        with held():
            from antiphon.cli.asking import chosen, filters, run_options
            from antiphon.cli.loading import load
            from antiphon.cli.mutating import budget_s, mutate
            from antiphon.cli.run import confirmed
            from antiphon.cli.screen import choose_color

        choose_color(color)
        until_s = budget_s(budget)
        loaded = load(paths, target)
    scenarios = chosen(loaded, tags=tags, categories=categories, priorities=priorities, covers=covers, only=only)
    named = {"--tag": tags, "--category": categories, "--priority": priorities, "--covers": covers, "--only": only}
    settings = run_options(
        loaded,
        seed=seed,
        retries=0,
        parallel=parallel,
        insecure=insecure,
        allow_commands=allow_commands,
        report=report,
        inputs=inputs,
        command="antiphon mutate",
        asked_for=filters(paths, named, scenarios, last_failed=False),
        also_allowed=confirmed(loaded.target) if yes_this_target else (),
    )
    raise click.exceptions.Exit(mutate(loaded, scenarios, settings, budget_s=until_s, score_min=score_min))
