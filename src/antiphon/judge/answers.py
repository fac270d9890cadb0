"""Whether a call's answer, and an emit's acknowledgement, are as their step claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from antiphon.core.source import NOWHERE, Source
from antiphon.history.entries import Call, Emit
from antiphon.judge.envelope import FIRST_ERROR_STATUS, Opened, json_flaw, problem_text
from antiphon.judge.timing import limit_text
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.language.call import CallSpec
from antiphon.language.difference import shown
from antiphon.language.matcher import Matcher
from antiphon.language.scope import MISSING, Scope

_MOST_DIFFERENCES = 5


class About(Struct, frozen=True, kw_only=True):
    """What verdicts about a step's own answer have in common.

    Attributes:
        step: The step's number.
        user: Who acted.
        connection: On which socket; empty for a call.
        cause_seq: The entry that is judged.
        source: Where the step was written.
    """

    step: str = ""
    user: str = ""
    connection: str = ""
    cause_seq: int = 0
    source: Source = NOWHERE

    def verdict(
        self,
        outcome: Outcome,
        kind: Kind,
        claim: str,
        sentence: str,
        *,
        details: Sequence[str] = (),
        hint: str = "",
        source: Source | None = None,
        event: str = "",
    ) -> Verdict:
        """Return a verdict about this step."""
        return Verdict(
            outcome=outcome,
            kind=kind,
            claim=claim,
            sentence=sentence,
            details=tuple(details),
            hint=hint,
            source=source or self.source,
            step=self.step,
            user=self.user,
            connection=self.connection,
            event=event,
            cause_seq=self.cause_seq,
        )


def answer_verdicts(
    spec: CallSpec,
    call: Call,
    answer: Opened | None,
    scope: Scope,
    about: About,
    *,
    flaw: str = "",
    hint: str = "",
    remark: str = "",
) -> tuple[Verdict, ...]:
    """Return the verdicts of a call's answer: its status, what it carries, and whether an envelope fits.

    Args:
        spec: The call as it was written.
        call: The exchange.
        answer: The answer without its envelope; None if no complete one came.
        scope: What the matchers' templates see.
        about: Whose step this is.
        flaw: Why the answer is none that a claim can be held against, as a sentence part; empty if it is one.
        hint: What to do about that.
        remark: What a verdict about the status says besides.
    """
    if flaw:
        return tuple(_flawed(spec, call, answer, about, flaw, hint))
    return tuple(_answer_verdicts(spec, call, answer, scope, about, remark))


def _flawed(spec: CallSpec, call: Call, answer: Opened | None, about: About, flaw: str, hint: str) -> Iterator[Verdict]:
    operation, where = spec.operation, spec.status.source or spec.source
    claim = f"{operation} answers {spec.status.text}"
    yield about.verdict(Outcome.FAILED, Kind.ANSWER, claim, f"{operation} {flaw}", hint=hint, source=where)
    body = answer.body if answer is not None else MISSING
    yield from (_not_judged(part, about, operation) for part in _parts(spec, answer, call, body))


def _answer_verdicts(
    spec: CallSpec, call: Call, answer: Opened | None, scope: Scope, about: About, remark: str
) -> Iterator[Verdict]:
    operation = spec.operation
    status = spec.status.of(scope)
    where = status.source or spec.source
    claim = f"{operation} answers {status.text}"
    if call.status is None or answer is None:
        why = call.failure_detail or call.failure or "nothing came"
        sentence = f"{operation} got no answer: {call.failure or why}"
        yield about.verdict(
            Outcome.FAILED, Kind.NO_ANSWER, claim, sentence, details=(why,), hint=call.failure_hint, source=where
        )
        yield from (_not_judged(part, about, operation) for part in _parts(spec, MISSING, call, MISSING))
        return
    parts = _parts(spec, answer, call, answer.body)
    if not answer.fits:
        yield _fits_no_envelope(operation, call, answer, about, spec.source)
    if not status.accepts(call.status):
        sentence = f"{operation} answered {call.status}, not {status.text}"
        yield about.verdict(
            Outcome.FAILED,
            Kind.STATUS,
            claim,
            sentence,
            details=(*_said(call.status, answer), *filter(None, [remark])),
            source=where,
        )
        yield from (_not_judged(part, about, operation) for part in parts)
        return
    yield about.verdict(Outcome.HELD, Kind.STATUS, claim, f"{operation} answered {call.status}", source=where)
    for part in parts:
        yield _matched(part, scope, about, operation, call)


class _Part(Struct, frozen=True):
    name: str
    value: object
    matcher: Matcher
    source: Source


def _parts(spec: CallSpec, answer: Opened | object, call: Call, body: object) -> list[_Part]:
    """Return the parts of an answer that the call makes claims about, each with its value."""
    found = []
    if spec.expect is not None:
        is_error = call.status is not None and call.status >= FIRST_ERROR_STATUS
        name = "problem" if is_error else "payload"
        value = getattr(answer, name, MISSING)
        found.append(_Part(name, value, spec.expect, spec.expect_source or spec.expect.source))
    if spec.expect_body is not None:
        found.append(_Part("body", body, spec.expect_body, spec.expect_body.source))
    if spec.expect_headers is not None:
        found.append(_Part("head", _headers(call), spec.expect_headers, spec.expect_headers.source))
    return found


def _headers(call: Call) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in call.response_headers:
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def _matched(part: _Part, scope: Scope, about: About, operation: str, call: Call) -> Verdict:
    claim = f"{operation} answers with {part.name} {part.matcher.text}"
    differences = part.matcher.differences(part.value, scope)
    if not differences:
        return about.verdict(
            Outcome.HELD, Kind.ANSWER, claim, f"the {part.name} of {operation} is as claimed", source=part.source
        )
    sentence = f"{operation}: the answer's {part.name} {differences[0]}"
    details = [f"the {part.name} {found}" for found in differences[1:_MOST_DIFFERENCES]]
    if part.name != "head" and (flaw := json_flaw(call.response_headers, call.response_body)):
        details.insert(0, flaw)
    return about.verdict(Outcome.FAILED, Kind.ANSWER, claim, sentence, details=details, source=part.source)


def _not_judged(part: _Part, about: About, operation: str) -> Verdict:
    claim = f"{operation} answers with {part.name} {part.matcher.text}"
    why = "not judged: the answer is another one than claimed"
    return about.verdict(Outcome.NOT_RUN, Kind.ANSWER, claim, why, source=part.source)


def _fits_no_envelope(operation: str, call: Call, answer: Opened, about: About, source: Source) -> Verdict:
    return about.verdict(
        Outcome.FAILED,
        Kind.PROFILE,
        f"{operation} answers as the profile's envelope says",
        f"{operation} answered {call.status} with JSON that fits none of the profile's envelopes",
        details=(f"the answer: {shown(answer.body)}",),
        hint="compare `http.envelope` in the profile with the answer",
        source=source,
    )


def _said(status: int, answer: Opened) -> tuple[str, ...]:
    said = problem_text(answer.problem)
    if said:
        details = answer.problem.get("details") if isinstance(answer.problem, Mapping) else None
        more = (f"with details {shown(details)}",) if details not in (None, "", [], {}) else ()
        return (f"the answer says {shown(said)}", *more)
    if answer.body is MISSING:
        return (f"the answer {status} has no body",)
    return (f"the answer: {shown(answer.body)}",)


def is_negative(ack: Sequence[object] | None) -> bool:
    """Return whether an acknowledgement refuses: its first argument is a map with `ok: false`, or with an error."""
    first = ack[0] if ack else None
    return isinstance(first, Mapping) and (first.get("ok") is False or bool(first.get("error")))


class _Reply(Struct, frozen=True, kw_only=True):
    """What came in answer to an emit.

    Attributes:
        args: The arguments of its acknowledgement, or of the event that stands for it; None if nothing came.
        outcome: What the event says, or the time that stands for one; empty where the acknowledgement itself says it.
        awaited: What was to come in words, where an event answers.
        closed_by_target: Whether the target had closed the connection, before or in place of an answer.
        cut: Whether the connection was cut.
    """

    args: Sequence[object] | None
    outcome: Literal["", "ok", "refused"] = ""
    awaited: str = ""
    closed_by_target: bool = False
    cut: bool = False

    @property
    def refuses(self) -> bool:
        return self.outcome == "refused" or (not self.outcome and is_negative(self.args))


def emit_verdicts(
    emit: Emit,
    ack: Sequence[object] | None,
    scope: Scope,
    about: About,
    *,
    matcher: Matcher | None = None,
    refused: bool = False,
    wait_s: float | None = None,
    closed_by_target: bool = False,
    cut: bool = False,
    outcome: Literal["", "ok", "refused"] = "",
    awaited: str = "",
) -> tuple[Verdict, ...]:
    """Return the verdicts of an emit's acknowledgement, or of the event that stands for it.

    Args:
        emit: What was sent.
        ack: The acknowledgement's arguments; None if none came.
        scope: What the matcher's templates see.
        about: Whose step this is.
        matcher: What the first argument must match; without one it must only not be negative.
        refused: Whether the step claims that the target refuses it.
        wait_s: How long the acknowledgement was awaited.
        closed_by_target: Whether the target had closed the connection, before or in place of an answer.
        cut: Whether the connection was cut.
        outcome: What the event says that answered it, or the time that stands for one.
        awaited: What the profile lets it wait for, in words; empty if no event answers it.
    """
    reply = _Reply(args=ack, outcome=outcome, awaited=awaited, closed_by_target=closed_by_target, cut=cut)
    name = f"{about.user or 'somebody'}'s emit {emit.name}"
    if refused:
        found = [_refused(emit, reply, about, name)]
        if found[0].outcome is Outcome.FAILED or ack is None:
            return tuple(found)
    else:
        judged = matcher is None or bool(outcome)
        accepted = _accepted(emit, reply, about, name, wait_s=wait_s, judged=judged)
        if accepted is None:
            return ()
        found = [accepted]
        if accepted.outcome is Outcome.FAILED:
            return tuple(found)
    if matcher is not None:
        found.append(_ack_matched(emit, ack, scope, about, name, matcher))
    return tuple(found)


def unreadable_verdict(about: About, emit: Emit, why: str) -> Verdict:
    """Return the verdict of an emit whose acknowledgement cannot be read."""
    claim = f"{about.user}'s emit {emit.name} is acknowledged"
    sentence = f"the acknowledgement of {about.user}'s emit {emit.name} cannot be read"
    return about.verdict(Outcome.FAILED, Kind.ANSWER, claim, sentence, details=(why,), event=emit.name)


def _refused(emit: Emit, reply: _Reply, about: About, name: str) -> Verdict:
    claim = f"{name} is refused"
    if reply.refuses:
        sentence = f"{name} was refused{_by(emit)}{_because(reply.args)}"
        return about.verdict(Outcome.HELD, Kind.REFUSED, claim, sentence, event=emit.name)
    if reply.closed_by_target and reply.args is None:
        sentence = f"{name} was refused: the target had closed the connection"
        return about.verdict(Outcome.HELD, Kind.REFUSED, claim, sentence, event=emit.name)
    if reply.args is None:
        sentence = f"{name} was not refused: {_silence(emit, reply)}"
        return about.verdict(Outcome.FAILED, Kind.NOT_REFUSED, claim, sentence, event=emit.name)
    sentence = f"{name} was accepted{_by(emit)}, though it was to be refused"
    return about.verdict(
        Outcome.FAILED, Kind.NOT_REFUSED, claim, sentence, details=(_acknowledged(reply.args),), event=emit.name
    )


def _silence(emit: Emit, reply: _Reply) -> str:
    if emit.failure:
        return emit.failure
    if reply.outcome == "ok":
        return "no refusal came in the time after which it counts as carried out"
    if reply.awaited:
        return f"nothing answered it ({reply.awaited} does)"
    return "no acknowledgement came" if emit.ack_wanted else "no acknowledgement was asked for"


def _accepted(
    emit: Emit, reply: _Reply, about: About, name: str, *, wait_s: float | None, judged: bool
) -> Verdict | None:
    """Return the verdict that an emit was accepted; None where nothing was to be said about it."""
    claim = f"{name} is {'answered' if reply.awaited else 'acknowledged'}"
    if emit.failure:
        sentence = f"{name} could not be sent: {emit.failure}"
        return about.verdict(Outcome.FAILED, Kind.NO_ANSWER, claim, sentence, event=emit.name)
    if reply.args is None:
        return _unanswered(emit, reply, about, name, claim, wait_s=wait_s) if emit.ack_wanted else None
    if judged and reply.refuses:
        sentence = f"{name} was refused{_by(emit)}{_because(reply.args)}"
        return about.verdict(
            Outcome.FAILED, Kind.REFUSED, claim, sentence, details=(_acknowledged(reply.args),), event=emit.name
        )
    held = f"{name} was answered{_by(emit)}" if emit.answered_by else f"{name} was acknowledged"
    return about.verdict(Outcome.HELD, Kind.ANSWER, claim, held, event=emit.name)


def _unanswered(emit: Emit, reply: _Reply, about: About, name: str, claim: str, *, wait_s: float | None) -> Verdict:
    waited = f" within {limit_text(wait_s)}" if wait_s is not None else ""
    details = [f"the profile lets it be answered by {reply.awaited}"] if reply.awaited else []
    if reply.closed_by_target:
        details.append("the target closed the connection")
    if reply.cut:
        details.append("the connection was cut before an answer came")
    sentence = f"{name} got no {'answer' if reply.awaited else 'acknowledgement'}{waited}"
    return about.verdict(Outcome.FAILED, Kind.NO_ANSWER, claim, sentence, details=details, event=emit.name)


def _by(emit: Emit) -> str:
    return f" by {emit.answered_by}" if emit.answered_by else ""


def _ack_matched(
    emit: Emit, ack: Sequence[object] | None, scope: Scope, about: About, name: str, matcher: Matcher
) -> Verdict:
    claim = f"{name} is acknowledged with {matcher.text}"
    differences = matcher.differences(ack[0] if ack else MISSING, scope)
    if not differences:
        return about.verdict(
            Outcome.HELD,
            Kind.ANSWER,
            claim,
            f"the acknowledgement of {name} is as claimed",
            source=matcher.source,
            event=emit.name,
        )
    details = [f"the acknowledgement {found}" for found in differences[1:_MOST_DIFFERENCES]]
    sentence = f"{name}: the acknowledgement {differences[0]}"
    return about.verdict(
        Outcome.FAILED,
        Kind.ANSWER,
        claim,
        sentence,
        details=(*details, _acknowledged(ack)),
        source=matcher.source,
        event=emit.name,
    )


def _because(ack: Sequence[object] | None) -> str:
    first = ack[0] if ack else None
    error = first.get("error", first) if isinstance(first, Mapping) else first
    said = problem_text(error)
    return f": {shown(said)}" if said else ""


def _acknowledged(ack: Sequence[object] | None) -> str:
    return f"acknowledged with {shown(ack[0] if ack and len(ack) == 1 else list(ack or ()))}"
