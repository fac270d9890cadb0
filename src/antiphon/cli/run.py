"""`antiphon run`: plays the scenarios of a suite against its target."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from antiphon.cli import options
from antiphon.cli.collecting_later import collecting_later
from antiphon.cli.interrupts import held

if TYPE_CHECKING:
    from antiphon.target.model import Target


@click.command("run")
@options.paths
@options.target
@options.tags
@options.categories
@options.priorities
@options.covers
@options.only
@options.access
@click.option("--last-failed", is_flag=True, help="Only what did not pass in the last run here.")
@click.option("--list", "list_only", is_flag=True, help="List the chosen scenarios and play none.")
@click.option("--dry-run", is_flag=True, help="Show the compiled steps and play none.")
@click.option("--trace", is_flag=True, help="Tell of every call, frame and step as it goes.")
@click.option("--until", help="FILE:LINE of a scenario: play it up to the step there, then stop and clean up.")
@click.option("--pause-on-failure", is_flag=True, help="Wait for Enter when a step has failed, connections kept open.")
@options.parallel
@options.retries
@options.seed
@options.fail_fast
@options.fail_on_flaky
@options.allow_void
@options.strict_absence
@options.insecure
@options.allow_commands
@options.coverage_min
@options.report
@click.option(
    "--write-known", metavar="FILE", type=options.A_PATH, help="Draft the profile's `known` from what is found."
)
@options.inputs
@click.option("--yes-this-target", is_flag=True, help="Confirm a target that the profile's `allow` does not name.")
@options.color
@options.verbose
def command(
    paths: tuple[Path, ...],
    target: Path | None,
    tags: tuple[str, ...],
    categories: tuple[str, ...],
    priorities: tuple[str, ...],
    covers: tuple[str, ...],
    only: tuple[str, ...],
    access: bool,
    last_failed: bool,
    list_only: bool,
    dry_run: bool,
    trace: bool,
    until: str | None,
    pause_on_failure: bool,
    parallel: int,
    retries: int | None,
    seed: str | None,
    fail_fast: bool,
    fail_on_flaky: bool,
    allow_void: bool,
    strict_absence: bool,
    insecure: bool,
    allow_commands: bool,
    coverage_min: tuple[str, ...],
    report: Path | None,
    write_known: Path | None,
    inputs: tuple[str, ...],
    yes_this_target: bool,
    color: str,
    verbose: bool,
) -> None:
    """Play scenarios against the application that target.yaml describes."""
    with collecting_later():
        with held():
            from antiphon.cli.access import with_matrix
            from antiphon.cli.asking import chosen, filters, run_options
            from antiphon.cli.directing import must_be_watched, stop_at
            from antiphon.cli.listing import plan_text, scenarios_text
            from antiphon.cli.loading import load
            from antiphon.cli.playing import play
            from antiphon.cli.screen import choose_color, terminal

        choose_color(color)
        loaded = load(paths, target)
        reader = None
        if access:
            loaded, reader = with_matrix(loaded)
    scenarios = chosen(
        loaded,
        tags=tags,
        categories=categories,
        priorities=priorities,
        covers=covers,
        only=only,
        last_failed=last_failed,
    )
    if list_only or dry_run:
        terminal().say(scenarios_text(scenarios) if list_only else plan_text(scenarios))
        raise click.exceptions.Exit(0 if scenarios else 5)
    place = None
    if until is not None:
        place, scenarios = stop_at(until, loaded, scenarios)
    if pause_on_failure:
        must_be_watched(parallel)
    settings = run_options(
        loaded,
        seed=seed,
        retries=retries,
        parallel=parallel,
        fail_fast=fail_fast,
        allow_void=allow_void,
        fail_on_flaky=fail_on_flaky,
        strict_absence=strict_absence,
        insecure=insecure,
        allow_commands=allow_commands,
        coverage_min=coverage_min,
        report=report,
        inputs=inputs,
        until=str(until) if until is not None else "",
        asked_for=filters(
            paths,
            {"--tag": tags, "--category": categories, "--priority": priorities, "--covers": covers, "--only": only},
            scenarios,
            last_failed=last_failed,
            access=access,
        ),
        also_allowed=confirmed(loaded.target) if yes_this_target else (),
    )
    raise click.exceptions.Exit(
        play(
            loaded,
            scenarios,
            settings,
            verbose=verbose,
            trace=trace,
            until=place,
            pause_on_failure=pause_on_failure,
            access=reader,
            write_known=write_known,
        )
    )


def confirmed(target: Target) -> tuple[str, ...]:
    """Return the hosts of a target that `--yes-this-target` confirms."""
    from urllib.parse import urlsplit

    return tuple({host for url in target.urls if (host := urlsplit(url).hostname)})
