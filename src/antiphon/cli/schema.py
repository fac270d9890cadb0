"""`antiphon schema`: the JSON Schema of scenario files or of profiles, for editors and other programs."""

from __future__ import annotations

from pathlib import Path

import click

from antiphon.cli import options

KINDS = ("scenario", "profile")


@click.command("schema")
@click.argument("kind", default="scenario", help="`scenario` (fragments, too; the default) or `profile`.")
@click.option(
    "--target",
    type=options.A_PATH,
    help="A profile whose operations, events, rooms and roles the schema of scenarios then knows.",
)
def command(kind: str, target: Path | None) -> None:
    """Print the JSON Schema of scenario files or of profiles."""
    import orjson

    from antiphon.cli.screen import terminal
    from antiphon.core.errors import Mistake
    from antiphon.core.text import did_you_mean

    if kind not in KINDS:
        advice = did_you_mean(kind, KINDS) or f"write one of {', '.join(KINDS)}"
        raise Mistake(sentence=f"there is no schema of `{kind}`", advice=advice)
    if kind == "profile":
        from antiphon.target.schema import profile_schema

        if target is not None:
            raise Mistake(sentence="`--target` goes with the schema of scenarios", advice="leave it out")
        made = profile_schema()
    else:
        from antiphon.cli.loading import vocabulary_of
        from antiphon.scenario.schema import scenario_schema

        made = scenario_schema(vocabulary_of(target) if target is not None else None)
    terminal().say(orjson.dumps(made, option=orjson.OPT_INDENT_2).decode())
