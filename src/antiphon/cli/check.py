"""`antiphon check`: reads a suite and tells every problem in it; the target is not touched."""

from __future__ import annotations

from pathlib import Path

import click

from antiphon.cli import options
from antiphon.cli.collecting_later import collecting_later


@click.command("check")
@options.paths
@options.target
@options.color
def command(paths: tuple[Path, ...], target: Path | None, color: str) -> None:
    """Check the profile and the scenarios without touching the target."""
    with collecting_later():
        from antiphon.cli.loading import load, readable_environment
        from antiphon.cli.screen import choose_color, terminal
        from antiphon.run.ways import ways_of

        choose_color(color)
        loaded = load(paths, target)
    ways_of(loaded.target, loaded.folder.profile.parent, readable_environment(loaded))
    suite = loaded.suite
    count = len(suite.scenarios)
    fragments = len(suite.fragments)
    terminal().say(
        f"{loaded.target.path}: {loaded.target.name} at {loaded.target.base_url}\n"
        f"{count} scenario{'s' if count != 1 else ''}, {fragments} fragment{'s' if fragments != 1 else ''}: no problems"
    )
    if not count:
        terminal().say("nothing would be tested: scenarios are read from scenarios/ beside the profile, or as named")
