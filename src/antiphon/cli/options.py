"""Options that several commands share, each said once."""

from __future__ import annotations

from pathlib import Path

import click

A_PATH = click.Path(path_type=Path)


class Count(click.IntRange):
    """A whole number within limits, called so where it is none."""

    name = "whole number"


paths = click.argument(
    "paths",
    nargs=-1,
    type=A_PATH,
    help="Scenario files or folders; without one `scenarios/` beside the profile.",
)
target = click.option("--target", type=A_PATH, help="The target's profile; without it target.yaml here.")
tags = click.option("--tag", "tags", metavar="TAG", multiple=True, help="Only scenarios with this tag.")
categories = click.option(
    "--category", "categories", metavar="CATEGORY", multiple=True, help="Only scenarios of this category."
)
priorities = click.option(
    "--priority", "priorities", metavar="PRIORITY", multiple=True, help="Only scenarios of this priority."
)
covers = click.option(
    "--covers", metavar="REQUIREMENT", multiple=True, help="Only scenarios that cover this requirement."
)
only = click.option(
    "--only",
    metavar="SCENARIO",
    multiple=True,
    help="Only this scenario, by its name or the end of it; or all of a folder.",
)
seed = click.option("--seed", help="Repeat the choices of another run.")
retries = click.option(
    "--retries", metavar="N", type=Count(0, 5), help="Play a failed scenario again, at most so often."
)
parallel = click.option(
    "--parallel", metavar="N", type=Count(1, 256), default=1, show_default=True, help="How many scenarios at once."
)
fail_fast = click.option("--fail-fast", is_flag=True, help="Begin no further scenario once one has failed.")
allow_void = click.option("--allow-void", is_flag=True, help="End with 0 though something could not be judged.")
fail_on_flaky = click.option("--fail-on-flaky", is_flag=True, help="Count a pass after a retry as failed.")
strict_absence = click.option(
    "--strict-absence", is_flag=True, help="Count an absence that was only waited for as void."
)
insecure = click.option("--insecure", is_flag=True, help="Check no TLS certificate; every report says so.")
allow_commands = click.option(
    "--allow-commands", is_flag=True, help="Let scenarios stop and start the target by the profile's commands."
)
coverage_min = click.option(
    "--coverage-min",
    metavar="[PART=]SHARE",
    multiple=True,
    help="The least share of each part that must be covered, 90%; of one part, operations=100%.",
)
report = click.option("--report", type=A_PATH, help="Write the reports into this folder, too.")
inputs = click.option("--input", "inputs", metavar="NAME=VALUE", multiple=True, help="A value for a scenario's input.")
color = click.option("--color", default="auto", show_default=True, help="auto, always or never.")
verbose = click.option("--verbose", "-v", is_flag=True, help="Tell of passed scenarios, too.")

access = click.option("--access", is_flag=True, help="Play the profile's access matrix, too.")
