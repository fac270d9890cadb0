"""`antiphon doctor`: whether this machine and the target are ready for a run."""

from __future__ import annotations

import typer

from antiphon.cli import options


def command(
    target: options.TargetFile = None, insecure: options.Insecure = False, color: options.Color = "auto"
) -> None:
    """Look at this machine, the profile and the target's health."""
    from antiphon.cli.diagnosis import diagnose
    from antiphon.cli.screen import choose_color, terminal

    choose_color(color)
    lines, code = diagnose(target, insecure=insecure)
    screen = terminal()
    for line in lines:
        screen.say(line)
    if code:
        raise typer.Exit(code)
