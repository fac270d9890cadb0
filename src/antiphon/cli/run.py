"""`antiphon run`: plays the scenarios of a suite against its target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from antiphon.cli import options
from antiphon.cli.interrupts import held

if TYPE_CHECKING:
    from antiphon.target.model import Target


def command(
    paths: options.Paths = None,
    target: options.TargetFile = None,
    tag: options.Tags = None,
    category: options.Categories = None,
    priority: options.Priorities = None,
    covers: options.Covers = None,
    only: options.Only = None,
    last_failed: Annotated[
        bool, typer.Option("--last-failed", help="Only what did not pass in the last run here.")
    ] = False,
    list_only: Annotated[bool, typer.Option("--list", help="List the chosen scenarios and play none.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the compiled steps and play none.")] = False,
    trace: Annotated[bool, typer.Option("--trace", help="Tell of every call, frame and step as it goes.")] = False,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            help="FILE:LINE of a scenario: play it up to the step there, then stop and clean up.",
            show_default=False,
        ),
    ] = None,
    pause_on_failure: Annotated[
        bool, typer.Option("--pause-on-failure", help="Wait for Enter when a step has failed, connections kept open.")
    ] = False,
    parallel: options.Parallel = 1,
    retries: options.Retries = None,
    seed: options.Seed = None,
    fail_fast: options.FailFast = False,
    fail_on_flaky: options.FailOnFlaky = False,
    allow_void: options.AllowVoid = False,
    strict_absence: options.StrictAbsence = False,
    insecure: options.Insecure = False,
    allow_commands: options.AllowCommands = False,
    report: options.Report = None,
    inputs: options.Inputs = None,
    yes_this_target: Annotated[
        bool, typer.Option("--yes-this-target", help="Confirm a target that the profile's `allow` does not name.")
    ] = False,
    color: options.Color = "auto",
    verbose: options.Verbose = False,
) -> None:
    """Play scenarios against the application that target.yaml describes."""
    with held():
        from antiphon.cli.asking import chosen, filters, run_options
        from antiphon.cli.directing import must_be_watched, stop_at
        from antiphon.cli.listing import plan_text, scenarios_text
        from antiphon.cli.loading import load
        from antiphon.cli.playing import play
        from antiphon.cli.screen import choose_color, terminal

    choose_color(color)
    loaded = load(paths or (), target)
    scenarios = chosen(
        loaded,
        tags=tag,
        categories=category,
        priorities=priority,
        covers=covers,
        only=only,
        last_failed=last_failed,
    )
    if list_only or dry_run:
        terminal().say(scenarios_text(scenarios) if list_only else plan_text(scenarios))
        raise typer.Exit(0 if scenarios else 5)
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
        report=report,
        inputs=inputs,
        until=str(until) if until is not None else "",
        asked_for=filters(
            paths or (),
            {"--tag": tag, "--category": category, "--priority": priority, "--covers": covers, "--only": only},
            scenarios,
            last_failed=last_failed,
        ),
        also_allowed=_confirmed(loaded.target) if yes_this_target else (),
    )
    raise typer.Exit(
        play(
            loaded,
            scenarios,
            settings,
            verbose=verbose,
            trace=trace,
            until=place,
            pause_on_failure=pause_on_failure,
        )
    )


def _confirmed(target: Target) -> tuple[str, ...]:
    from urllib.parse import urlsplit

    socket = target.socket.url if target.socket is not None else ""
    urls = (target.base_url, socket, *(service.base_url for service in target.services.values()))
    return tuple({host for url in urls if (host := urlsplit(url).hostname)})
