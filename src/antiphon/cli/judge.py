"""`antiphon judge`: holds a run that was kept against laws and contracts."""

from __future__ import annotations

from pathlib import Path

import click

from antiphon.cli import options


@click.command("judge")
@click.argument("run", default="last", help="A run's id or the beginning of it; `last`, the default, is the newest.")
@options.target
@options.color
def command(run: str, target: Path | None, color: str) -> None:
    """Judge what a run has recorded by the profile's laws and contracts, or by those of another profile.

    Ends with 1 if something is found that is not known.
    """
    from antiphon.cli.judging import judge
    from antiphon.cli.screen import choose_color

    choose_color(color)
    raise SystemExit(judge(run, target))
