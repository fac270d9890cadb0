"""The edge of the program: errors become sentences and exit codes here, and nowhere else."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

# The errors, too, are imported where there is one: `antiphon --help` does without.
if TYPE_CHECKING:
    from antiphon.core.errors import AntiphonError

EXIT_USAGE = 2
EXIT_ENVIRONMENT = 3
EXIT_FAULT = 70
EXIT_INTERRUPTED = 130


def guarded(app: Callable[[], object]) -> None:
    """Call the program; end the process with the code that its errors stand for."""
    # What stops a process politely is Ctrl-C to us: whatever was begun is ended, the demo's application too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has gone (`antiphon show … | head`): nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_USAGE)
    except Exception as error:  # noqa: BLE001 - the edge of the program
        sys.exit(_told(error))


def _told(error: Exception) -> int:
    """Tell an error, and return the exit code that it stands for."""
    from antiphon.core.errors import AntiphonError

    if not isinstance(error, AntiphonError):
        _tell_fault(error)
        return EXIT_FAULT
    tell(error)
    return exit_code_of(error)


def exit_code_of(error: AntiphonError) -> int:
    """Return the exit code of an error, by who can act on it."""
    from antiphon.core.errors import EnvironmentProblem, ScenarioError, UsageError

    if isinstance(error, EnvironmentProblem):
        return EXIT_ENVIRONMENT
    if isinstance(error, ScenarioError | UsageError):
        return EXIT_USAGE
    return EXIT_FAULT


def _tell_fault(error: Exception) -> None:
    """Say that Antiphon itself failed, and keep the traceback where somebody can find it."""
    from antiphon.run.fault import FAULT, fault_of, keep_traceback, traceback_text

    path = Path(".antiphon") / FAULT
    kept = keep_traceback(path, traceback_text(error))
    tell(fault_of(error, where=path.as_posix() if kept else ""))


def tell(error: AntiphonError) -> None:
    """Say on standard error what happened, where, and what to do."""
    from antiphon.cli.screen import terminal
    from antiphon.core.errors import FilesRefused
    from antiphon.report.failure import error_text, problems_text

    if isinstance(error, FilesRefused):
        terminal().tell(problems_text(error.problems, str(error)))
    else:
        terminal().tell(error_text(error))
