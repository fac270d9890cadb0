"""Options that several commands share, each said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Scenario files or folders; without one `scenarios/` beside the profile.", show_default=False),
]
TargetFile = Annotated[
    Path | None, typer.Option("--target", help="The target's profile; without it target.yaml here.", show_default=False)
]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", metavar="TAG", help="Only scenarios with this tag.", show_default=False)
]
Categories = Annotated[
    list[str] | None,
    typer.Option("--category", metavar="CATEGORY", help="Only scenarios of this category.", show_default=False),
]
Priorities = Annotated[
    list[str] | None,
    typer.Option("--priority", metavar="PRIORITY", help="Only scenarios of this priority.", show_default=False),
]
Covers = Annotated[
    list[str] | None,
    typer.Option(
        "--covers", metavar="REQUIREMENT", help="Only scenarios that cover this requirement.", show_default=False
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="SCENARIO", help="Only this scenario, by its name or the end of it.", show_default=False
    ),
]
Seed = Annotated[str | None, typer.Option(help="Repeat the choices of another run.", show_default=False)]
Retries = Annotated[
    int | None, typer.Option(min=0, max=5, help="Play a failed scenario again, at most so often.", show_default=False)
]
Parallel = Annotated[int, typer.Option(min=1, max=256, help="How many scenarios at once.")]
FailFast = Annotated[bool, typer.Option("--fail-fast", help="Begin no further scenario once one has failed.")]
AllowVoid = Annotated[bool, typer.Option("--allow-void", help="End with 0 though something could not be judged.")]
FailOnFlaky = Annotated[bool, typer.Option("--fail-on-flaky", help="Count a pass after a retry as failed.")]
StrictAbsence = Annotated[
    bool, typer.Option("--strict-absence", help="Count an absence that was only waited for as void.")
]
Insecure = Annotated[bool, typer.Option("--insecure", help="Check no TLS certificate; every report says so.")]
AllowCommands = Annotated[
    bool, typer.Option("--allow-commands", help="Let scenarios stop and start the target by the profile's commands.")
]
Report = Annotated[Path | None, typer.Option(help="Write the reports into this folder, too.", show_default=False)]
Inputs = Annotated[
    list[str] | None,
    typer.Option("--input", metavar="NAME=VALUE", help="A value for a scenario's input.", show_default=False),
]
Color = Annotated[str, typer.Option(help="auto, always or never.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell of passed scenarios, too.")]
