"""A target's contract, ready to be asked: checks by operation, status and event, from documents and the profile itself.

What stands in the profile counts beside the documents: an operation, a status or an event is documented if one of them
names it, and what comes must hold against each that describes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from antiphon.judge.contracts.flaws import Check, Flaw, pointers
from antiphon.judge.contracts.validators import Compiler
from antiphon.language.call import StatusSpec
from antiphon.language.matcher import Matcher
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.route import Operation
from antiphon.language.scope import MISSING, Names
from antiphon.target.catalogue_model import OperationShape
from antiphon.target.contracts.model import AnswerAt, EventAt, OperationAt, SchemaAt
from antiphon.target.http_model import Envelope
from antiphon.target.model import Target


class HeaderPromise(Struct, frozen=True):
    """A header of an answer: whether it must come, what it holds, where that is written."""

    required: bool
    check: Check | None
    place: str


class AnswerPromise(Struct, frozen=True, kw_only=True):
    """What one answer of an operation looks like.

    Attributes:
        content: Media type → check of the body; None where nothing is said of a body.
    """

    place: str
    content: Mapping[str, Check | None] | None = None
    headers: Mapping[str, HeaderPromise] = field(default_factory=dict)


class OperationPromise(Struct, frozen=True, kw_only=True):
    """What an operation takes and answers.

    Attributes:
        place: Where it is written.
        answers: By status as it is written; None: nothing is said of statuses.
        body: Media type → check of what may be sent; None where nothing is said of it.
        own_statuses: Those that the profile itself names.
        payload: Check of what its successful answers carry, as the profile itself says.
        own_body: Check of what is sent, likewise.
    """

    place: str
    answers: Mapping[str, AnswerPromise] | None = None
    body: Mapping[str, Check | None] | None = None
    own_statuses: StatusSpec | None = None
    payload: Check | None = None
    own_body: Check | None = None

    def answer(self, status: int) -> AnswerPromise | None:
        """Return what is promised of a status by the documents; None if they do not name it."""
        answers = self.answers or {}
        return answers.get(str(status)) or answers.get(f"{status // 100}XX") or answers.get("default")

    def knows(self, status: int) -> bool:
        """Return whether a status is documented."""
        if self.answers is None and self.own_statuses is None:
            return True
        return self.answer(status) is not None or (self.own_statuses is not None and self.own_statuses.accepts(status))


class EventPromise(Struct, frozen=True, kw_only=True):
    """What an event carries, and what it is acknowledged with."""

    place: str
    payloads: tuple[Check, ...] = ()
    ack: Check | None = None


class Contract(
    Struct,
    frozen=True,
    kw_only=True,
):
    """All that a target promises of its answers, events and acknowledgements.

    Attributes:
        name: As findings name it.
        operations: What is documented; empty: nothing is said of operations.
        heard: Events that the target sends, likewise; of a service's socket with its name (`billing:paid`).
        emitted: Events that users may emit, likewise.
        services: Names of the target's services.
        envelope: Around what the profile calls the payload.
    """

    name: str
    base_url: str
    operations: Mapping[Operation, OperationPromise]
    heard: Mapping[str, EventPromise]
    emitted: Mapping[str, EventPromise]
    services: frozenset[str] = frozenset()
    envelope: Envelope = field(default_factory=Envelope)


def contract_of(target: Target) -> Contract | None:
    """Return a target's contract; None if nothing is promised that could be held against it.

    A catalogue that only lists names is a vocabulary, and no contract: then scenarios are checked against it, and what
    the target does is not.

    Raises:
        BadDocument: A schema of a document is none.
    """
    catalogue = target.catalogue
    describes = any(shape != OperationShape() for shape in catalogue.operations.values()) or any(
        matcher is not None for matcher in (*catalogue.heard.values(), *catalogue.emitted.values())
    )
    if not target.contract_documents and not describes:
        return None
    operations: dict[Operation, OperationPromise] = {}
    heard: dict[str, EventPromise] = {}
    emitted: dict[str, EventPromise] = {}
    for document in target.contract_documents:
        compiler = Compiler(document)
        for operation, at in document.operations.items():
            operations.setdefault(operation, _operation(compiler, at))
        heard |= {name: _event(compiler, event) for name, event in document.heard.items()}
        emitted |= {name: _event(compiler, event) for name, event in document.emitted.items()}
    for operation, shape in catalogue.operations.items():
        operations[operation] = _with_shape(operations.get(operation), shape, target.path, operation)
    for said, promised in ((catalogue.heard, heard), (catalogue.emitted, emitted)):
        for name, matcher in said.items():
            promised[name] = _with_matcher(promised.get(name), matcher, target.path, name)
    return Contract(
        name=", ".join(document.name for document in target.contract_documents) or target.path,
        base_url=target.base_url.rstrip("/"),
        operations=operations,
        heard=heard,
        emitted=emitted,
        services=frozenset(target.services),
        envelope=target.http.envelope,
    )


def _operation(compiler: Compiler, at: OperationAt) -> OperationPromise:
    return OperationPromise(
        place=str(at.place),
        answers={status: _answer(compiler, answer) for status, answer in at.answers.items()},
        body=_content(compiler, at.body),
    )


def _answer(compiler: Compiler, at: AnswerAt) -> AnswerPromise:
    headers = {
        name: HeaderPromise(
            header.required, compiler.check(header.schema) if header.schema is not None else None, str(at.place)
        )
        for name, header in at.headers.items()
    }
    return AnswerPromise(place=str(at.place), content=_content(compiler, at.content), headers=headers)


def _content(compiler: Compiler, content: Mapping[str, SchemaAt | None] | None) -> Mapping[str, Check | None] | None:
    if content is None:
        return None
    return {kind: compiler.check(at) if at is not None and is_json(kind) else None for kind, at in content.items()}


def is_json(kind: str) -> bool:
    """Return whether a media type, or a range of them, is read as JSON."""
    return kind.endswith(("/json", "+json")) or kind in ("*/*", "application/*")


def _event(compiler: Compiler, at: EventAt) -> EventPromise:
    payload = compiler.any_of(at.payloads)
    return EventPromise(
        place=str(at.place),
        payloads=(payload,) if payload is not None else (),
        ack=compiler.any_of(at.acks) if at.acks else None,
    )


def _with_shape(
    known: OperationPromise | None, shape: OperationShape, path: str, operation: Operation
) -> OperationPromise:
    place = f"{path} operations {operation}"
    return OperationPromise(
        place=known.place if known is not None else place,
        answers=known.answers if known is not None else None,
        body=known.body if known is not None else None,
        own_statuses=shape.statuses,
        payload=_matching(shape.answer, f"{place} answer") if shape.answer is not None else None,
        own_body=_matching(shape.body, f"{place} body") if shape.body is not None else None,
    )


def _with_matcher(known: EventPromise | None, matcher: Matcher | None, path: str, name: str) -> EventPromise:
    place = f"{path} events {name}"
    own = () if matcher is None else (_matching(matcher, place),)
    if known is None:
        return EventPromise(place=place, payloads=own)
    return EventPromise(place=known.place, payloads=(*known.payloads, *own), ack=known.ack)


def _matching(matcher: Matcher, place: str) -> Check:
    """Return the check that a value fits a matcher of the profile."""
    scope = Names({})

    def check(value: object) -> Sequence[Flaw]:
        try:
            return _differences(matcher, value, scope, place)
        except EvaluationRefused as error:
            return (Flaw(pointer="", exactly="", keyword="matcher", told=f"cannot be matched: {error}", place=place),)

    return check


def _differences(matcher: Matcher, value: object, scope: Names, place: str) -> Sequence[Flaw]:
    found = []
    for difference in matcher.differences(value, scope):
        general, exactly = pointers(difference.path)
        is_absent = difference.actual is MISSING
        found.append(
            Flaw(
                pointer=general,
                exactly=exactly,
                keyword="required" if is_absent else "matcher",
                told="is missing" if is_absent else "is not as the profile says",
                excerpt="" if is_absent else difference.sentence,
                place=place,
            )
        )
    return found
