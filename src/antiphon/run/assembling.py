"""Results made from plays: the outcome of a scenario, its steps, its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from antiphon.core.errors import AntiphonError
from antiphon.engine.doing import Doing
from antiphon.engine.plays import Played
from antiphon.engine.stops import TargetGone
from antiphon.judge.outcomes import play_outcome, worst
from antiphon.judge.verdicts import Kind, Outcome, PlayOutcome, Verdict
from antiphon.run.results import ScenarioResult, StepResult, Trouble, UserFacts
from antiphon.scenario.model import Scenario
from antiphon.scenario.step_model import Step

_UNHELD = frozenset({Outcome.FAILED, Outcome.VOID})


def result_of(
    scenario: Scenario, played: Played, *, plays: Sequence[str], earlier: Sequence[Verdict]
) -> ScenarioResult:
    """Return the result of a scenario whose last attempt is `played`."""
    play = played.play
    verdicts = played.verdicts
    outcome = play_outcome(
        verdicts,
        timed_out=played.timed_out,
        cancelled=played.cancelled,
        error=played.problem is not None,
        retried=bool(earlier) or play.retried or len(plays) > 1,
    )
    return ScenarioResult(
        id=scenario.id,
        title=scenario.title,
        path=scenario.path,
        line=scenario.source.line,
        outcome=outcome,
        plays=tuple(plays),
        type=scenario.type.value,
        category=scenario.category,
        priority=scenario.priority.value,
        tags=scenario.tags,
        covers=scenario.covers,
        description=scenario.description,
        began_s=played.began_s,
        duration_s=played.ended_s - played.began_s,
        steps=_steps(scenario, play.doings, played),
        users=_users(played),
        verdicts=_with_timeout(scenario, played, verdicts),
        earlier=(*earlier, *play.earlier),
        trouble=_trouble(scenario, played, outcome),
        leftovers=tuple(play.leftovers),
        kept=len(play.made) if play.setting.keep_data else 0,
        calls=play.calls,
        emits=play.emits,
        events=sum(len(socket.inbox) for socket in play.sockets),
    )


def unplayed(scenario: Scenario, outcome: PlayOutcome, sentence: str, *, began_s: float = 0.0) -> ScenarioResult:
    """Return the result of a scenario that was not played."""
    return ScenarioResult(
        id=scenario.id,
        title=scenario.title,
        path=scenario.path,
        line=scenario.source.line,
        outcome=outcome,
        type=scenario.type.value,
        category=scenario.category,
        priority=scenario.priority.value,
        tags=scenario.tags,
        covers=scenario.covers,
        description=scenario.description,
        began_s=began_s,
        steps=tuple(_unplayed_step(step) for step in scenario.steps),
        trouble=Trouble(sentence=sentence),
    )


def trouble_of(error: AntiphonError) -> Trouble:
    """Return an error as results keep it."""
    return Trouble(
        sentence=str(error),
        source=error.source,
        hint=error.hint or "",
        details=tuple(getattr(error, "details", ())),
    )


def _trouble(scenario: Scenario, played: Played, outcome: PlayOutcome) -> Trouble | None:
    if played.problem is not None:
        return trouble_of(played.problem)
    doing = played.play.doings[-1] if played.play.doings else None
    where = f" in step {doing.number} ({doing.label})" if doing is not None else " while its users were made"
    if outcome is PlayOutcome.TIMEOUT:
        waited = f", {played.play.waiting[0]}" if played.play.waiting[0] else ""
        return Trouble(
            sentence=f"the scenario's time ran out{where}{waited}",
            source=doing.step.source if doing is not None else scenario.source,
            hint="`timeout` of the scenario or TEST_TIMEOUT gives it more",
        )
    if outcome is PlayOutcome.CANCELLED:
        return Trouble(sentence=f"interrupted{where}")
    return None


def _with_timeout(scenario: Scenario, played: Played, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    if not played.timed_out:
        return verdicts
    trouble = _trouble(scenario, played, PlayOutcome.TIMEOUT)
    doing = played.play.doings[-1] if played.play.doings else None
    sentence = trouble.sentence if trouble is not None else "the scenario's time ran out"
    late = Verdict(
        outcome=Outcome.FAILED,
        kind=Kind.TIMEOUT,
        claim="the scenario ends in time",
        sentence=sentence,
        hint=trouble.hint if trouble is not None else "",
        source=doing.step.source if doing is not None else scenario.source,
        step=doing.number if doing is not None else "",
    )
    return (*verdicts, late)


def _steps(scenario: Scenario, doings: Sequence[Doing], played: Played) -> tuple[StepResult, ...]:
    done = _with_what_is_inside([_step(doing, broken_off=doing is doings[-1] and played.timed_out) for doing in doings])
    begun = {doing.step.number for doing in doings}
    return (*done, *(_unplayed_step(step) for step in scenario.steps if step.number not in begun))


def _with_what_is_inside(steps: Sequence[StepResult]) -> list[StepResult]:
    """Return the steps, a block in which a step did not hold as one that did not hold."""
    worst_inside: dict[str, Outcome] = {}
    for step in steps:
        around = step.number.rpartition(".")[0]
        while around and step.outcome in _UNHELD and worst_inside.get(around) is not Outcome.FAILED:
            worst_inside[around] = step.outcome
            around = around.rpartition(".")[0]
    return [
        msgspec.structs.replace(step, outcome=worst_inside[step.number])
        if step.number in worst_inside and step.outcome in (Outcome.HELD, Outcome.VOID)
        else step
        for step in steps
    ]


def _step(doing: Doing, *, broken_off: bool) -> StepResult:
    outcome = worst(doing.verdicts)
    if doing.skipped:
        outcome = Outcome.NOT_RUN
    elif broken_off and outcome is Outcome.HELD:
        outcome = Outcome.FAILED
    return StepResult(
        number=doing.number,
        label=doing.label,
        source=doing.step.source,
        outcome=outcome,
        began_s=doing.began_s,
        ended_s=doing.ended_s,
        name=doing.step.name,
        note=doing.note,
    )


def _unplayed_step(step: Step) -> StepResult:
    return StepResult(
        number=step.number,
        label=step.label,
        source=step.source,
        outcome=Outcome.NOT_RUN,
        name=step.name,
        note="not run",
    )


def _users(played: Played) -> tuple[UserFacts, ...]:
    return tuple(
        UserFacts(
            name=player.name,
            id=player.id,
            role=player.role,
            email=str(player.facts.get("email", "")),
            full_name=str(player.facts.get("name", "")),
            company=player.company.label,
            device_of=player.person.name if player.person is not None else "",
        )
        for player in played.play.players.values()
    )


def stops_the_run(played: Played) -> bool:
    """Return whether the target is gone."""
    return isinstance(played.problem, TargetGone)


def placed(trouble: Trouble, note: str) -> Trouble:
    """Return why a run stopped, with the variable that stands, or could stand, in place of the profile's URL."""
    return msgspec.structs.replace(trouble, details=(note, *trouble.details)) if note else trouble


def in_order(scenarios: Sequence[Scenario], results: Mapping[str, ScenarioResult]) -> tuple[ScenarioResult, ...]:
    """Return results in the order in which their scenarios were planned; what was added meanwhile comes last."""
    planned = [results[scenario.id] for scenario in scenarios if scenario.id in results]
    names = {scenario.id for scenario in scenarios}
    return (*planned, *(result for name, result in results.items() if name not in names))
