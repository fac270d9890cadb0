"""`antiphon doctor`: whether this machine and the target are ready for a run."""

from __future__ import annotations

from pathlib import Path

import click

from antiphon.cli import options


@click.command("doctor")
@options.target
@options.insecure
@options.color
def command(target: Path | None, insecure: bool, color: str) -> None:
    """Look at this machine, the profile and the target's health."""
    from antiphon.cli.diagnosis import diagnose
    from antiphon.cli.screen import choose_color, terminal

    choose_color(color)
    lines, code = diagnose(target, insecure=insecure)
    screen = terminal()
    for line in lines:
        screen.say(line)
    if code:
        raise click.exceptions.Exit(code)
