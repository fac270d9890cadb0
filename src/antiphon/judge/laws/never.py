"""What must never be seen: an answer, an event, an acknowledgement. And answers that a law speaks of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from antiphon.core.text import shortened
from antiphon.history.entries import Call, Emit
from antiphon.judge.deed_names import ack_of
from antiphon.judge.deeds import Deed
from antiphon.judge.envelope import opened
from antiphon.judge.findings import Finding, FindingKind
from antiphon.judge.laws.messages import Hearing, Message
from antiphon.judge.laws.plans import Plan
from antiphon.judge.laws.telling import cause_text, data_text, of_deed, of_hearing, who
from antiphon.language.difference import shown
from antiphon.language.matcher import Matcher
from antiphon.language.scope import MISSING, NO_NAMES, Scope
from antiphon.target.http_model import Envelope
from antiphon.target.laws.model import Law, NeverCall

_FIRST_SERVER_ERROR = 500
_MOST_DIFFERENCES = 5


class Nevers:
    """All laws of the kind."""

    def __init__(self, plans: Sequence[Plan], envelope: Envelope, declared: Callable[[Call], bool] | None) -> None:
        self._calls: list[tuple[Plan, NeverCall]] = []
        self._acks: list[tuple[Plan, Matcher]] = []
        self._events: dict[str, list[tuple[Plan, Matcher | None]]] = {}
        self._envelope = envelope
        self._declared = declared
        for plan in plans:
            never = plan.law.never
            if never is None:
                continue
            if never.call is not None:
                self._calls.append((plan, never.call))
            if never.ack is not None:
                self._acks.append((plan, never.ack))
            for name, matcher in never.events:
                self._events.setdefault(name, []).append((plan, matcher))

    @property
    def events(self) -> frozenset[str]:
        """Names of events of which something must never be heard."""
        return frozenset(self._events)

    @property
    def hears_acks(self) -> bool:
        """Whether something must never be acknowledged."""
        return bool(self._acks)

    def call(self, call: Call, found: list[Finding]) -> None:
        """Judge an answer."""
        status = call.status
        if status is None or call.failure or not self._calls:
            return
        for plan, never in self._calls:
            operation = never.operation
            if operation is not None and (operation.method, operation.path) != (call.method, call.template):
                continue
            plan.tally.looked_at()
            if never.statuses is not None and not never.statuses.accepts(status):
                continue
            if status >= _FIRST_SERVER_ERROR and self._declared is not None and self._declared(call):
                continue
            if never.body is not None:
                answer = opened(
                    self._envelope, status=status, headers=call.response_headers, body=call.response_body
                ).body
                if answer is MISSING or never.body(answer, NO_NAMES) is not None:
                    continue
            found.append(_forbidden_answer(plan.law, call))

    def event(self, message: Message, hearing: Hearing, found: list[Finding]) -> None:
        """Judge an event."""
        for plan, matcher in self._events.get(message.name, ()):
            law = plan.law
            plan.tally.looked_at()
            data = message.args[0] if message.args else MISSING
            if matcher is None or matcher(data, message.scope) is None:
                sentence = f"{who(hearing.hearer)} heard {message.name}, which must never be heard"
                if matcher is not None:
                    sentence += f" when it matches {matcher.text}"
                details = (f"it says {data_text(message)}",)
                found.append(
                    of_hearing(
                        FindingKind.FORBIDDEN, law.name, message, hearing, sentence, details=details, source=law.source
                    )
                )

    def ack(self, emit: Emit, found: list[Finding]) -> None:
        """Judge an acknowledgement."""
        if emit.ack is None:
            return
        args = ack_of(emit)
        for plan, matcher in self._acks:
            plan.tally.looked_at()
            if args and matcher(args[0], NO_NAMES) is None:
                sentence = f"{emit.user}'s emit {emit.name} was acknowledged with what must never be: {matcher.text}"
                found.append(
                    Finding(
                        kind=FindingKind.FORBIDDEN,
                        by=plan.law.name,
                        operation=f"emit {emit.name}",
                        user=emit.user,
                        connection=emit.connection,
                        play=emit.play,
                        cause_seq=emit.seq,
                        at_s=emit.acknowledged_s or emit.at_s,
                        sentence=sentence,
                        details=(f"the acknowledgement: {shown(args[0])}",),
                        source=plan.law.source,
                    )
                )


def _forbidden_answer(law: Law, call: Call) -> Finding:
    body = shortened(call.response_body[:800].decode(errors="replace"), limit=160)
    by = f"{call.user}'s " if call.user else ""
    return Finding(
        kind=FindingKind.FORBIDDEN,
        by=law.name,
        operation=f"{call.method} {call.template}",
        user=call.user,
        play=call.play,
        cause_seq=call.seq,
        at_s=call.at_s,
        sentence=f"{by}{call.method} {call.template} answered {call.status}, which must never be",
        details=(f"the answer: {shown(body)}",) if body else (),
        source=law.source,
    )


def wrong_answer(law: Law, deed: Deed, scope: Scope) -> Finding | None:
    """Return what is wrong with an answer that a law speaks of; None if nothing is."""
    differing = law.answer(scope) if law.answer is not None else ()
    if not differing:
        return None
    first, *rest = differing
    sentence = f"the answer to {cause_text(deed)} {first}"
    return of_deed(
        FindingKind.WRONG_ANSWER, law, deed, sentence, details=[f"and it {one}" for one in rest[:_MOST_DIFFERENCES]]
    )
