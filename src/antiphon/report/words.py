"""Numbers, durations and names as every report words them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from antiphon.core.durations import duration_text
from antiphon.judge.verdicts import Outcome, PlayOutcome, Verdict
from antiphon.report.painting import Ink
from antiphon.report.safe import shown
from antiphon.run.results import Figures, RunSummary, ScenarioResult

OUTCOME_INK: Final[Mapping[PlayOutcome, Ink]] = {
    PlayOutcome.PASSED: Ink.GOOD,
    PlayOutcome.FLAKY: Ink.DOUBT,
    PlayOutcome.FAILED: Ink.BAD,
    PlayOutcome.TIMEOUT: Ink.BAD,
    PlayOutcome.ERROR: Ink.BAD,
    PlayOutcome.VOID: Ink.DOUBT,
    PlayOutcome.SKIPPED: Ink.FAINT,
    PlayOutcome.CANCELLED: Ink.FAINT,
    PlayOutcome.NOT_RUN: Ink.FAINT,
}
"""Every outcome in the order in which totals name them."""

ALWAYS_TOLD: Final = frozenset({PlayOutcome.PASSED, PlayOutcome.FAILED, PlayOutcome.VOID})
UNSOUND: Final = frozenset({PlayOutcome.FAILED, PlayOutcome.TIMEOUT, PlayOutcome.ERROR})


def counted(number: int, one: str, many: str = "") -> str:
    """Return `1 call`, `1,903 events`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def cut(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, its end left out; for names and columns."""
    return text if len(text) <= limit else f"{text[: max(limit - 1, 1)]}…"


def ms(seconds: float) -> str:
    """Return a short duration in the unit that suits it: `0.9 ms`, `22 ms`, `1.2 s`."""
    return duration_text(max(seconds, 0.0))


def took(seconds: float) -> str:
    """Return how long something took: `5.4 s`, `2 min 5 s`."""
    if seconds < 120:
        return ms(seconds)
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


def distribution(figures: Figures, limit_s: float | None = None) -> str:
    """Return `p50 0.9 ms  p95 4.1 ms  max 22 ms (limit 100 ms)`, or that nothing was measured."""
    if not figures.count:
        return "none measured"
    text = f"p50 {ms(figures.p50)}  p95 {ms(figures.p95)}  max {ms(figures.max)}"
    return f"{text} (limit {ms(limit_s)})" if limit_s is not None else text


def deliveries(summary: RunSummary) -> str:
    """Return the deliveries' figures; where events came before their answers, those from the request beside them."""
    text = distribution(summary.delivery, summary.delivery_limit_s)
    if not summary.delivery_early:
        return text
    request = summary.delivery_from_request
    early = f"{summary.delivery_early} of {summary.delivery.count} before the answer"
    return f"{text}, {early}; from the request p50 {ms(request.p50)}  p95 {ms(request.p95)}"


def totals(summary: RunSummary) -> list[tuple[PlayOutcome, int]]:
    """Return how many scenarios came out how: passed, failed and void always, others where there are some."""
    counts = {PlayOutcome(name): count for name, count in summary.outcomes.items()}
    return [
        (outcome, counts.get(outcome, 0)) for outcome in OUTCOME_INK if counts.get(outcome) or outcome in ALWAYS_TOLD
    ]


def numbers(verdict: Verdict, *, full: bool = False) -> str:
    """Return what a verdict about time was judged by, or an empty text where it was not about time.

    Args:
        verdict: The verdict.
        full: Whether lags and waits are told even where they decided nothing; of a void verdict they always are.
    """
    parts = []
    if verdict.latency_s is not None:
        parts.append("before the answer" if verdict.early else f"{ms(verdict.latency_s)} after the answer")
    if verdict.limit_s is not None:
        # Of what was never heard it is the wait that was granted, not the promise.
        parts.append(f"{'limit' if verdict.latency_s is not None else 'listened for'} {ms(verdict.limit_s)}")
    if not full and verdict.outcome is not Outcome.VOID:
        return ", ".join(parts)
    if verdict.lag_start_s is not None or verdict.lag_end_s is not None:
        parts.append(f"own lag {ms(verdict.lag_start_s or 0)} at the start, {ms(verdict.lag_end_s or 0)} at the end")
    if verdict.target_wait_s is not None:
        parts.append(f"the target waited {ms(verdict.target_wait_s)} for a processor")
    return ", ".join(parts)


def headline(verdict: Verdict, *, limit: int = 400) -> str:
    """Return the sentence that tells a verdict, made safe."""
    return shown(verdict.sentence or verdict.claim, limit=limit)


def open_question(verdict: Verdict, *, limit: int = 400) -> str:
    """Return in one line why a void verdict is void: its sentence, and the numbers that left it open."""
    told = headline(verdict, limit=limit)
    why = shown(verdict.details[0], limit=limit) if verdict.details else numbers(verdict)
    return told if not why or why in told else f"{told}: {why}"


def reason(result: ScenarioResult) -> str:
    """Return in one sentence why a scenario came out as it did; empty for one that simply passed."""
    match result.outcome:
        case PlayOutcome.FAILED | PlayOutcome.TIMEOUT if result.failures:
            return headline(result.failures[0])
        case PlayOutcome.VOID if result.voids:
            return open_question(result.voids[0])
        case PlayOutcome.FLAKY:
            first = f": {headline(result.earlier[0])}" if result.earlier else ""
            return f"held at attempt {max(len(result.plays), 2)}{first}"
        case _:
            return shown(result.trouble.sentence) if result.trouble else ""


def decisive(result: ScenarioResult) -> Verdict | None:
    """Return the verdict that decided a scenario that did not pass, if one did."""
    return next(iter((*result.failures, *result.voids)), None)


def line_of(result: ScenarioResult) -> int:
    """Return the line of the scenario's own file to look at first."""
    verdict = decisive(result)
    if verdict is not None and verdict.source.path == result.path:
        return verdict.source.line
    return result.line


def short_name(result: ScenarioResult, results: Iterable[ScenarioResult]) -> str:
    """Return the shortest end of a scenario's id that no other scenario's id ends with."""
    return short_names([result, *results])[result.id]


def short_names(results: Iterable[ScenarioResult]) -> dict[str, str]:
    """Return each scenario's shortest name by its id."""
    ids = dict.fromkeys(result.id for result in results)
    ends = Counter(end for scenario in ids for end in _ends(scenario))
    return {scenario: next((end for end in _ends(scenario) if ends[end] == 1), scenario) for scenario in ids}


def _ends(scenario: str) -> list[str]:
    parts = scenario.split("/")
    return ["/".join(parts[-length:]) for length in range(1, len(parts) + 1)]


def look_closer(run: str, scenario: str, step: str = "") -> str:
    """Return the command that draws a scenario or a step of it, ready for a shell."""
    return command("antiphon", "show", run, scenario, *([step] if step else []))


def command(*words: str) -> str:
    """Return words as a command that a shell takes as they are."""
    return " ".join(_shell_word(shown(word)) for word in words)


def _shell_word(word: str) -> str:
    plain = word and all(character.isalnum() or character in "-_./:=@%+," for character in word)
    return word if plain else "'" + word.replace("'", "'\\''") + "'"


def step_outcome(outcome: Outcome) -> PlayOutcome:
    """Return a step's outcome in the words of a scenario's."""
    match outcome:
        case Outcome.HELD:
            return PlayOutcome.PASSED
        case Outcome.FAILED:
            return PlayOutcome.FAILED
        case Outcome.VOID:
            return PlayOutcome.VOID
        case Outcome.NOT_RUN:
            return PlayOutcome.NOT_RUN
