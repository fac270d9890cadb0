"""The demo: the packaged suite played against the reference application, its planted defects, and both for editing."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from antiphon.cli.application import application_command, must_be_installed, starting, suite_folder
from antiphon.cli.collecting_later import collecting_later
from antiphon.cli.interrupts import held
from antiphon.core.errors import UsageError
from antiphon.ticking.real import new_key

_OTHERS = ("data", "database", "pid", "defects")


@dataclass(eq=False, kw_only=True)
class CannotEject(UsageError):
    """The folder for the ejected suite is not empty."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.folder} is not empty, and nothing in it shall be overwritten"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "name a folder that does not exist yet"


def play_demo(
    *,
    only: Sequence[str] | None,
    defects: Sequence[str],
    access: bool,
    parallel: int,
    retries: int | None,
    seed: str | None,
    fail_fast: bool,
    allow_void: bool,
    report: Path | None,
    verbose: bool,
) -> int:
    """Start the application with these defects, play its suite, stop it, and return the exit code."""
    must_be_installed()
    with starting(defects) as child:
        # What is heavy is imported, and the suite read, while the application starts: each takes about a second.
        with collecting_later():
            with held():
                from antiphon.cli.asking import chosen, filters, run_options
                from antiphon.cli.loading import load, placed
                from antiphon.cli.playing import play
                from antiphon.cli.screen import terminal

            unplaced = load((), suite_folder() / "target.yaml")
        application = child.ready()
        overrides = {
            "API_BASE_URL": f"{application.url}/api/v1",
            "WEBSOCKET_URL": application.url,
            "TFS_SECRET": application.secret,
            "DATABASE_URL": application.told("database"),
        }
        loaded = placed(unplaced, overrides)
        reader = None
        if access:
            from antiphon.cli.access import with_matrix  # most demos play none

            loaded, reader = with_matrix(loaded)
        settings = run_options(
            loaded,
            seed=seed,
            retries=retries,
            parallel=parallel,
            fail_fast=fail_fast,
            allow_void=allow_void,
            report=report,
            process_id=application.pid,
            command=" ".join(["antiphon demo", *(f"--defect {defect}" for defect in defects)]),
            asked_for=filters((), {"--only": only}, (), last_failed=False, access=access),
        )
        if defects:
            terminal().say(f"planted: {', '.join(defects)} (`antiphon demo --list-defects` tells what each one is)")
        terminal().say(_settings_line(application.settings))
        return play(loaded, chosen(loaded, only=only), settings, verbose=verbose, brief_void=allow_void, access=reader)


def _settings_line(ready_line: str) -> str:
    """Return what the application told of itself, without what is another at each start."""
    told = shlex.split(ready_line.split(" ready at ", 1)[1])[1:]
    return f"the application runs with {' '.join(part for part in told if part.partition('=')[0] not in _OTHERS)}"


def list_defects() -> None:
    """Tell of each planted defect."""
    from antiphon.cli.screen import terminal

    must_be_installed()
    done = subprocess.run([*application_command(), "--list-defects"], capture_output=True, text=True, check=False)  # noqa: S603
    terminal().say(done.stdout.rstrip() or done.stderr.rstrip())


def eject(folder: Path) -> None:
    """Write the profile and the scenarios into a folder, for editing.

    Raises:
        CannotEject: There is something in it already.
    """
    from antiphon.cli.screen import terminal

    if folder.exists() and any(folder.iterdir()):
        raise CannotEject(folder=folder)
    shutil.copytree(suite_folder(), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    # Scenarios with expired tokens sign them: application and suite must know the same secret.
    variables = folder / ".env"
    variables.touch(mode=0o600)
    variables.write_text(f"TFS_SECRET={new_key().hex()}\n")
    count = len(list((folder / "scenarios").rglob("*.yaml")))
    go = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "
    terminal().say(
        f"wrote target.yaml and {count} scenarios to {folder}, and .env with a secret that signs tokens\n"
        f"start the application: {go}env $(cat .env) threadfilesharing --demo --port 3001 --data data\n"
        f"play them, in a second terminal: {go}antiphon run"
    )
