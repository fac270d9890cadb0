"""`antiphon check`: reads a suite and tells every problem in it; the target is not touched."""

from __future__ import annotations

from antiphon.cli import options


def command(paths: options.Paths = None, target: options.TargetFile = None, color: options.Color = "auto") -> None:
    """Check the profile and the scenarios without touching the target."""
    from antiphon.cli.loading import load
    from antiphon.cli.screen import choose_color, terminal

    choose_color(color)
    loaded = load(paths or (), target)
    suite = loaded.suite
    count = len(suite.scenarios)
    fragments = len(suite.fragments)
    terminal().say(
        f"{loaded.target.path}: {loaded.target.name} at {loaded.target.base_url}\n"
        f"{count} scenario{'s' if count != 1 else ''}, {fragments} fragment{'s' if fragments != 1 else ''}: no problems"
    )
    if not count:
        terminal().say("nothing would be tested: scenarios are read from scenarios/ beside the profile, or as named")
