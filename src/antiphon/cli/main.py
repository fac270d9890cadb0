"""The command line: `antiphon COMMAND`. Each command is a module beside this one; what is heavy is imported late."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from antiphon import __version__
from antiphon.cli import check, demo, doctor, run, schema, show
from antiphon.cli.edge import guarded

app = typer.Typer(
    name="antiphon",
    help="Tests applications whose truth is told twice: over a REST API and over a real-time channel.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"antiphon {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and end.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    del version


app.command("run")(run.command)
app.command("demo")(demo.command)
app.command("check")(check.command)
app.command("show")(show.command)
app.command("doctor")(doctor.command)
app.command("schema")(schema.command)


def main() -> None:
    """Run the command line; the process ends with the command's exit code."""
    # Modules and suites are made to stay: a collector that looks through them often finds nothing, and holds up the
    # loop that takes the stamps (benchmarks: a first threshold of 50,000 cuts its time to less than a quarter).
    gc.set_threshold(50_000, 20, 50)
    guarded(app)
