"""How a play ended, and with what a run exits: the design's table, "Results", as functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from antiphon.judge.verdicts import Outcome, PlayOutcome, Verdict

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_ENVIRONMENT = 3
EXIT_VOID = 4
EXIT_NOTHING_PLAYED = 5
EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130

_UNPLAYED = frozenset({PlayOutcome.SKIPPED, PlayOutcome.NOT_RUN})


def play_outcome(
    verdicts: Iterable[Verdict],
    *,
    begun: bool = True,
    skipped: bool = False,
    cancelled: bool = False,
    error: bool = False,
    timed_out: bool = False,
    retried: bool = False,
) -> PlayOutcome:
    """Return how the play of a scenario ended; the first that applies, in this order.

    Args:
        verdicts: Of the attempt that decides.
        begun: Whether its first step was reached, or tried to be.
        skipped: Left out by a filter, or because the target lacks what it needs.
        cancelled: Interrupted while it was played.
        error: It could not be played: a recipe, login or first connect went otherwise, or the target is gone.
        timed_out: Its `timeout` ran out.
        retried: Something of it held only after a retry.
    """
    outcomes = {verdict.outcome for verdict in verdicts}
    rules = (
        (skipped, PlayOutcome.SKIPPED),
        (not begun, PlayOutcome.NOT_RUN),
        (cancelled, PlayOutcome.CANCELLED),
        (error, PlayOutcome.ERROR),
        (timed_out, PlayOutcome.TIMEOUT),
        (Outcome.FAILED in outcomes, PlayOutcome.FAILED),
        (Outcome.VOID in outcomes, PlayOutcome.VOID),
        (retried, PlayOutcome.FLAKY),
    )
    return next((outcome for applies, outcome in rules if applies), PlayOutcome.PASSED)


def worst(verdicts: Iterable[Verdict]) -> Outcome:
    """Return what a step's verdicts come to: failed before void, void before held, held before not run."""
    outcomes = {verdict.outcome for verdict in verdicts}
    order = (Outcome.FAILED, Outcome.VOID, Outcome.HELD, Outcome.NOT_RUN)
    return next((outcome for outcome in order if outcome in outcomes), Outcome.HELD)


class Ending(Struct, frozen=True, kw_only=True):
    """What a run came to.

    Attributes:
        outcomes: Of each scenario.
        interrupted: Ctrl-C, or cancelled.
        internal_fault: Antiphon itself failed.
        bad_usage: The command, a scenario or the profile is wrong; found before the target was touched.
        stopped: The run had to stop: the target is gone, refused the credentials, or was never there.
        findings: How many findings there were that no scenario's outcome tells of: beside the scenarios' own claims,
            or of claims in a scenario that then became an error.
        thresholds: How each limit on the run came out.
        fail_on_flaky: Whether a pass after a retry fails the run.
        allow_void: Whether what could not be judged is accepted.
    """

    outcomes: Sequence[PlayOutcome] = ()
    interrupted: bool = False
    internal_fault: bool = False
    bad_usage: bool = False
    stopped: bool = False
    findings: int = 0
    thresholds: Sequence[Outcome] = ()
    fail_on_flaky: bool = False
    allow_void: bool = False


def exit_code(ending: Ending) -> int:
    """Return with what the command ends; the first that applies, in the design's order."""
    outcomes = set(ending.outcomes)
    failed = (
        bool(outcomes & {PlayOutcome.FAILED, PlayOutcome.TIMEOUT})
        or ending.findings > 0
        or Outcome.FAILED in ending.thresholds
        or (ending.fail_on_flaky and PlayOutcome.FLAKY in outcomes)
    )
    void = PlayOutcome.VOID in outcomes or Outcome.VOID in ending.thresholds
    rules = (
        (ending.interrupted, EXIT_INTERRUPTED),
        (ending.internal_fault, EXIT_INTERNAL),
        (ending.bad_usage, EXIT_USAGE),
        (ending.stopped, EXIT_ENVIRONMENT),
        (failed, EXIT_FAILED),
        (PlayOutcome.ERROR in outcomes, EXIT_ENVIRONMENT),
        (not outcomes - _UNPLAYED, EXIT_NOTHING_PLAYED),
        (void and not ending.allow_void, EXIT_VOID),
    )
    return next((code for applies, code in rules if applies), EXIT_OK)
