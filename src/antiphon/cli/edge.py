"""The edge of the program: errors become sentences and exit codes here, and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable

from antiphon.core.errors import AntiphonError, EnvironmentProblem, FilesRefused, ScenarioError, UsageError

EXIT_USAGE = 2
EXIT_ENVIRONMENT = 3
EXIT_FAULT = 70
EXIT_INTERRUPTED = 130


def guarded(app: Callable[[], object]) -> None:
    """Call the program; end the process with the code that its errors stand for."""
    try:
        app()
    except AntiphonError as error:
        tell(error)
        sys.exit(exit_code_of(error))
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has gone (`antiphon show … | head`): nothing is left to say.
        sys.stderr.close()
        sys.exit(EXIT_USAGE)


def exit_code_of(error: AntiphonError) -> int:
    """Return the exit code of an error, by who can act on it."""
    if isinstance(error, EnvironmentProblem):
        return EXIT_ENVIRONMENT
    if isinstance(error, ScenarioError | UsageError):
        return EXIT_USAGE
    return EXIT_FAULT


def tell(error: AntiphonError) -> None:
    """Say on standard error what happened, where, and what to do."""
    from antiphon.cli.screen import terminal
    from antiphon.report.failure import error_text, problems_text

    if isinstance(error, FilesRefused):
        terminal().tell(problems_text(error.problems, str(error)))
    else:
        terminal().tell(error_text(error))
