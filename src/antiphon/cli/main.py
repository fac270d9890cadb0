"""The command line: `antiphon COMMAND`. Each command is a module beside this one; what is heavy is imported late."""

from __future__ import annotations

import gc
import sys

import click

from antiphon import __version__
from antiphon.cli import check, demo, doctor, judge, mutate, run, schema, show
from antiphon.cli.edge import guarded


class _InOrder(click.Group):
    """Commands in the order in which they are added, not by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.commands)


@click.group(
    "antiphon",
    cls=_InOrder,
    help="Tests applications whose truth is told twice: over a REST API and over a real-time channel.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="antiphon %(version)s", help="Show the version and end.")
def program() -> None:
    """Do nothing before a command."""


for _command in (run, demo, check, show, judge, mutate, doctor, schema):
    program.add_command(_command.command)


def app() -> None:
    """Do what the process's arguments say; what is wrong with them is told, and ends it.

    Click would make an interruption and a broken pipe into ends of its own; here they are the edge's.
    """
    try:
        with program.make_context("antiphon", sys.argv[1:]) as context:
            program.invoke(context)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)


def main() -> None:
    """Run the command line; the process ends with the command's exit code."""
    # Modules and suites are made to stay: a collector that looks through them often finds nothing, and holds up the
    # loop that takes the stamps (benchmarks: a first threshold of 50,000 cuts its time to less than a quarter).
    gc.set_threshold(50_000, 20, 50)
    guarded(app)
