"""Verdicts of what the engine itself sees: answers and acknowledgements, sessions, connections, claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from antiphon.core.durations import duration_text
from antiphon.core.errors import AntiphonError
from antiphon.core.source import NOWHERE
from antiphon.engine.asked import AskedAck, AskedAnswer
from antiphon.engine.calls import Answer
from antiphon.engine.doing import Doing
from antiphon.engine.emits import Emitted
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView
from antiphon.judge import answers, claims, refusals
from antiphon.judge.answers import About
from antiphon.judge.timing import Measured, Timing, doubt, judge_limit
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.language.call import CallSpec
from antiphon.language.difference import ClaimDifference
from antiphon.language.matcher import Matcher
from antiphon.language.scope import MISSING
from antiphon.net.socket_facts import Opened, Refused
from antiphon.scenario.step_model import ConnectStep, SessionStep, StateStep, UntilStep


def about(doing: Doing, player: Player | None = None, *, on_socket: bool = False) -> About:
    """Return what verdicts about this step have in common."""
    return About(
        step=doing.number,
        user=player.name if player is not None else "",
        connection=player.socket.name if on_socket and player is not None and player.socket is not None else "",
        cause_seq=doing.cause.seq if doing.cause is not None else 0,
        source=doing.step.source,
    )


def answer_verdicts(frame: Frame, doing: Doing, spec: CallSpec, answer: Answer, player: Player) -> tuple[Verdict, ...]:
    """Return the verdicts of a call's answer."""
    scope = frame.scope(doing, **answer.facts, self=UserView(player))
    told = About(step=doing.number, user=player.name, cause_seq=answer.call.seq, source=spec.source)
    found = answers.answer_verdicts(
        spec, answer.call, answer.opened, scope, told, flaw=answer.flaw, hint=answer.hint, remark=answer.remark
    )
    if (asked := frame.play.asked) is not None:
        names = frame.names.as_now()
        asked.answers.append(
            AskedAnswer(spec=spec, answer=answer, player=player, doing=doing, names=names, told=tuple(found))
        )
    return found


def failed_answer(verdicts: Sequence[Verdict]) -> bool:
    """Return whether one of these did not hold."""
    return any(verdict.outcome is Outcome.FAILED for verdict in verdicts)


def emit_verdicts(
    frame: Frame,
    doing: Doing,
    player: Player,
    emitted: Emitted,
    *,
    matcher: Matcher | None,
    refused: bool,
    wait_s: float,
) -> tuple[Verdict, ...]:
    """Return the verdicts of an emit's acknowledgement."""
    told = About(
        step=doing.number,
        user=player.name,
        connection=emitted.emit.connection,
        cause_seq=emitted.emit.seq,
        source=doing.step.source,
    )
    if emitted.unreadable:
        return (answers.unreadable_verdict(told, emitted.emit, emitted.unreadable),)
    found = answers.emit_verdicts(
        emitted.emit,
        emitted.ack,
        frame.scope(doing, self=UserView(player)),
        told,
        matcher=matcher,
        refused=refused,
        wait_s=wait_s,
        closed_by_target=emitted.closed_by_target,
        cut=emitted.cut,
        outcome=emitted.outcome,
        awaited=emitted.awaited,
    )
    if (asked := frame.play.asked) is not None:
        asked.acks.append(
            AskedAck(
                emitted=emitted,
                player=player,
                doing=doing,
                names=frame.names.as_now(),
                matcher=matcher,
                refused=refused,
                wait_s=wait_s,
                told=tuple(found),
            )
        )
    return found


def connect_verdict(
    frame: Frame, doing: Doing, player: Player, step: ConnectStep, outcome: Opened | Refused, *, ready_s: float
) -> Verdict:
    """Return the verdict of `connect` or `reconnect`."""
    told = about(doing, player, on_socket=True)
    refused = step.refused is not None
    if isinstance(outcome, Refused):
        if step.refused is not None and outcome.by in claims.REFUSALS:
            ways = player.socket.channel.socket.refused if player.socket is not None else ()
            scope = frame.scope(doing, self=UserView(player))
            return refusals.refusal_verdict(told, step.refused, outcome, scope, verb=step.verb, ways=ways)
        return claims.connect_verdict(
            told,
            verb=step.verb,
            refused=refused,
            refused_by=outcome.by,
            detail=outcome.detail,
            data=outcome.data,
            within_s=step.within_s,
        )
    took = measured_between(frame, outcome.started_s, ready_s)
    return claims.connect_verdict(told, verb=step.verb, refused=refused, within_s=step.within_s, took=took)


def measured_between(frame: Frame, sent_s: float, heard_s: float) -> Measured:
    """Return a time that a verdict limits, from a moment of our own to a stamp of receipt, with its doubts."""
    setting = frame.play.setting
    return Measured(
        measured_s=heard_s - sent_s,
        lag_end_s=setting.lag.lag_at(heard_s) or 0.0,
        target_wait_s=setting.target_watch.wait_between(sent_s, heard_s) if heard_s > sent_s else 0.0,
    )


def session_time_verdict(frame: Frame, doing: Doing, player: Player, step: SessionStep, *, within_s: float) -> Verdict:
    """Return the verdict of `within` of a `login`, `refresh` or `logout`: from its first call to its last answer."""
    began_s, ended_s = doing.opened_s or 0.0, doing.answered_s or 0.0
    took = measured_between(frame, began_s, ended_s)
    told = about(doing, player)
    claim = f"{player.name}'s {step.verb} is answered within {duration_text(within_s)}"
    after = f"{player.name}'s {step.verb} was answered after {duration_text(took.measured_s)}"
    match judge_limit(took, within_s):
        case Timing.HOLDS:
            return told.verdict(Outcome.HELD, Kind.STATE, claim, after)
        case Timing.LATE:
            return told.verdict(Outcome.FAILED, Kind.LATE, claim, f"{after}, not within {duration_text(within_s)}")
        case Timing.VOID:
            details = (doubt(took, within_s),)
            return told.verdict(Outcome.VOID, Kind.LATE, claim, f"cannot tell whether {claim}", details=details)


def session_refusal_verdicts(
    frame: Frame, doing: Doing, player: Player, step: SessionStep, answer: Answer | None, *, refused: bool
) -> tuple[Verdict, ...]:
    """Return the verdicts of a `login`, `refresh` or `logout` that the target was to refuse, with what it must say."""
    told = about(doing, player)
    status = answer.status if answer is not None else None
    problem = answer.facts.get("problem", MISSING) if answer is not None else MISSING
    found = claims.session_verdict(told, step.verb, refused=refused, status=status, problem=problem)
    matcher = step.refused.data if step.refused is not None else None
    if not refused or matcher is None:
        return (found,)
    scope = frame.scope(doing, self=UserView(player))
    return (found, refusals.data_verdict(told, matcher, problem, scope, name=f"{player.name}'s {step.verb}"))


def disconnect_verdict(doing: Doing, player: Player, *, was_open: bool) -> Verdict:
    """Return the verdict of `disconnect`: it needs something to disconnect."""
    told = about(doing, player, on_socket=True)
    claim = f"{player.name} disconnects"
    if was_open:
        return told.verdict(Outcome.HELD, Kind.STATE, claim, f"{player.name} disconnected")
    sentence = f"{player.name} could not disconnect: the socket was not open"
    return told.verdict(Outcome.FAILED, Kind.STATE, claim, sentence)


def state_verdict(
    frame: Frame, doing: Doing, player: Player, step: StateStep, *, epoch: int, took: Measured | None = None
) -> Verdict:
    """Return the verdict of `connected` or `closed`.

    Args:
        frame: Where the step stands.
        doing: The step.
        player: Whose connection.
        step: What is claimed.
        epoch: Of the connection when the step began.
        took: How long the close was awaited.
    """
    socket = player.socket
    closed = socket.closed if socket is not None else None
    if socket is None or socket.changes[-1].state == "never":
        state: Literal["same", "replaced", "closed", "never"] = "never"
    elif socket.is_open:
        state = "same" if socket.epoch == epoch else "replaced"
    else:
        state = "closed"
    ended = None
    if closed is not None:
        ended = {"by": closed.by, "how": closed.how, "code": closed.code, "reason": closed.reason or closed.detail}
    return claims.state_verdict(
        about(doing, player, on_socket=True),
        step.verb,
        state=state,
        closed=ended,
        code=step.code,
        reason=step.reason,
        scope=frame.scope(doing, self=UserView(player)),
        within_s=step.within_s,
        took=took,
    )


def until_verdict(doing: Doing, step: UntilStep, differences: Sequence[ClaimDifference], *, tries: int) -> Verdict:
    """Return the verdict of `until`."""
    times = "1 try" if tries == 1 else f"{tries} tries"
    claim = f"the claim holds within {duration_text(step.wait_s)} ({times})"
    return claims.claim_verdict(differences, about(doing), claim=claim)


def problem_verdict(doing: Doing, error: AntiphonError) -> Verdict:
    """Return the verdict of a step that could not be played as it is written."""
    return about(doing).verdict(
        Outcome.FAILED,
        Kind.MISSING,
        f"step {doing.number} can be played",
        f"step {doing.number} could not be played: {error}",
        source=error.source if error.source is not None and error.source is not NOWHERE else doing.step.source,
        hint=error.hint or "",
    )
