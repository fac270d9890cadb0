"""Holds a history against a contract, entry by entry: what is not in it, and what is not as it says.

A request that the contract does not allow is the scenario's matter: no finding, but a warning if the target took it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from antiphon.core.text import shortened
from antiphon.history.entries import AnyEntry, Call, Connection, Emit, Event
from antiphon.judge.catalogued import Operations, Sockets, is_served, speaking
from antiphon.judge.contracts.bodies import UNREADABLE, Bodies
from antiphon.judge.contracts.contract import AnswerPromise, Contract, EventPromise, OperationPromise, is_json
from antiphon.judge.contracts.flaws import Check, Flaw
from antiphon.judge.envelope import opened
from antiphon.judge.findings import Finding, FindingKind
from antiphon.language.route import Operation

_NO_BODY = (204, 304)
_MOST_WARNINGS = 50


class ContractChecker:
    """Judges one run.

    Attributes:
        warnings: Requests and emits that the contract does not allow and the target took all the same, each once.
    """

    def __init__(self, contract: Contract, bodies: Bodies | None = None) -> None:
        self._contract = contract
        self._bodies = bodies or Bodies()
        self._operations = Operations(contract.operations, contract.base_url, contract.services)
        self._sockets = Sockets(speaking(contract.services, (*contract.heard, *contract.emitted)))
        self._warned: dict[str, None] = {}
        self._fine: tuple[str, bytes | None] = ("", None)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the run should be told of its own requests and emits."""
        return tuple(self._warned)

    def feed(self, entry: AnyEntry) -> list[Finding]:
        """Return what is wrong with an entry; nothing is nearly always so."""
        kind = type(entry)
        if kind is Event:
            return self._heard(entry)  # type: ignore[arg-type]  # looked at by its type, which is cheaper
        if kind is Call:
            return list(self._call(entry))  # type: ignore[arg-type]
        if kind is Emit:
            return list(self._emit(entry))  # type: ignore[arg-type]
        if kind is Connection:
            self._sockets.note(entry)
        return []

    def finish(self) -> list[Finding]:
        """Return what only a run's end shows: of a contract nothing is open then."""
        return []

    def forget(self, plays: Iterable[str]) -> None:
        """Let go of what was kept of plays that are over."""
        self._sockets.forget(plays)

    # Calls

    def _call(self, call: Call) -> Iterator[Finding]:
        if call.status is None:
            return
        found = self._operations.of(call)
        if found is None:
            return
        operation, promise = found.operation, self._contract.operations.get(found.operation)
        if promise is None:
            if is_served(call):
                by = f"{self._contract.name} {operation}"
                told = f"{operation} answered {call.status}, and the contract has no such operation"
                yield self._of_call(call, operation, FindingKind.UNDOCUMENTED, by, told, self._contract.name, "")
            return
        if not promise.knows(call.status):
            by = f"{promise.place} {call.status}"
            told = f"{operation} answered {call.status}, which the contract does not name"
            yield self._of_call(call, operation, FindingKind.UNDOCUMENTED, by, told, promise.place, _text(call))
            return
        answer = promise.answer(call.status)
        flaws: list[tuple[str, Flaw]] = []
        if answer is not None:
            flaws += [("header ", flaw) for flaw in _header_flaws(answer, call)]
            flaws += [("", flaw) for flaw in self._body_flaws(answer, call)]
        if promise.payload is not None and 200 <= call.status < 300:
            flaws += [("", flaw) for flaw in self._payload_flaws(promise.payload, call)]
        for prefix, flaw in flaws:
            named = f"{prefix}{flaw.pointer or 'the body'}"
            told = f"{operation} answered {call.status}: {named} {flaw.told}"
            by = f"{promise.place} {call.status} {prefix}{flaw.pointer} {flaw.keyword}"
            kind = FindingKind.UNDOCUMENTED if flaw.undocumented else FindingKind.CONTRACT
            yield self._of_call(call, operation, kind, by, told, flaw.place, flaw.excerpt, flaw.exactly)
        if call.purpose == "step" and 200 <= call.status < 300:
            self._look_at_request(promise, operation, call)

    def _body_flaws(self, answer: AnswerPromise, call: Call) -> Sequence[Flaw]:
        if answer.content is None or call.method == "HEAD" or call.status in _NO_BODY:
            return ()
        place = answer.place
        if not call.response_body:
            return (_flaw("content", "is missing", place),) if answer.content else ()
        media = _media_type(call.response_headers)
        check, is_known = _of_media(answer.content, media)
        if not is_known:
            known = ", ".join(answer.content) or "none"
            told = f"is {shortened(media, limit=60) or 'of no type'}, not {known}"
            return (_flaw("content", told, place),)
        if check is None:
            return ()
        value = self._bodies.parsed(call.response_body)
        return (_flaw("json", "is no JSON", place),) if value is UNREADABLE else check(value)

    def _payload_flaws(self, check: Check, call: Call) -> Sequence[Flaw]:
        unwrapped = opened(
            self._contract.envelope,
            status=call.status or 0,
            headers=call.response_headers,
            body=call.response_body,
        )
        return check(unwrapped.payload)

    def _look_at_request(self, promise: OperationPromise, operation: Operation, call: Call) -> None:
        flaws: Sequence[Flaw] = ()
        media = _media_type(call.request_headers)
        if promise.body is not None and call.request_body:
            check, is_known = _of_media(promise.body, media)
            if not is_known:
                flaws = (_flaw("content", f"is {shortened(media, limit=60) or 'of no type'}", promise.place),)
            elif check is not None and is_json(media):
                value = self._bodies.parsed(call.request_body)
                flaws = (_flaw("json", "is no JSON", promise.place),) if value is UNREADABLE else check(value)
        if not flaws and promise.own_body is not None and is_json(media):
            value = self._bodies.parsed(call.request_body)
            flaws = promise.own_body(value) if value is not UNREADABLE else ()
        for flaw in flaws:
            self._warn(f"{call.play}: {operation} was sent with {flaw.pointer or 'a body'} that {flaw.told}", "took it")

    def _of_call(
        self,
        call: Call,
        operation: Operation,
        kind: FindingKind,
        by: str,
        told: str,
        place: str,
        excerpt: str,
        exactly: str = "",
    ) -> Finding:
        return Finding(
            kind=kind,
            by=by,
            operation=str(operation),
            user=call.user,
            play=call.play,
            cause_seq=call.seq,
            at_s=call.at_s,
            sentence=told,
            details=_details(excerpt, exactly, place),
            witness=(call.seq,),
        )

    # Events

    def _heard(self, event: Event) -> list[Finding]:
        """Return what is wrong with an event; what many hear in a row is looked at once, unless something is."""
        name, args = self._fine
        if args == event.args and name == event.name and not event.attachments:
            return []
        found = list(self._event(event))
        if not (
            found or event.attachments or self._contract.services
        ):  # else one name may be another event on another socket
            self._fine = event.name, event.args
        return found

    def _event(self, event: Event) -> Iterator[Finding]:
        name = self._sockets.named(event.play, event.connection, event.name)
        if name is None or not self._contract.heard:
            return
        promise = self._contract.heard.get(name)
        if promise is None:
            told = f"the event {name} was heard, and the contract does not name it"
            by = f"{self._contract.name} {name}"
            yield _of_event(event, name, FindingKind.UNDOCUMENTED, by, told, self._contract.name, _args(event.args))
            return
        if event.attachments or not promise.payloads:  # binary parts are placeholders here
            return
        for flaw in self._first_flaws(event.args, promise.payloads, promise):
            told = f"the event {name} was heard: {flaw.pointer or 'its payload'} {flaw.told}"
            by = f"{promise.place} {flaw.pointer} {flaw.keyword}"
            kind = FindingKind.UNDOCUMENTED if flaw.undocumented else FindingKind.CONTRACT
            yield _of_event(event, name, kind, by, told, flaw.place, flaw.excerpt, flaw.exactly)

    def _emit(self, emit: Emit) -> Iterator[Finding]:
        name = self._sockets.named(emit.play, emit.connection, emit.name)
        if name is None or emit.frame or emit.failure:
            return
        promise = self._contract.emitted.get(name)
        if promise is None:
            return
        if emit.ack is not None and not emit.answered_by and promise.ack is not None and not emit.ack_attachments:
            for flaw in self._first_flaws(emit.ack, (promise.ack,), promise):
                told = f"the emit {name} was acknowledged: {flaw.pointer or 'the answer'} {flaw.told}"
                kind = FindingKind.UNDOCUMENTED if flaw.undocumented else FindingKind.CONTRACT
                yield Finding(
                    kind=kind,
                    by=f"{promise.place} x-ack {flaw.pointer} {flaw.keyword}",
                    operation=f"emit {name}",
                    user=emit.user,
                    connection=emit.connection,
                    play=emit.play,
                    cause_seq=emit.seq,
                    at_s=emit.at_s,
                    sentence=told,
                    details=_details(flaw.excerpt, flaw.exactly, flaw.place),
                    witness=(emit.seq,),
                )

    def _first_flaws(self, args: bytes, checks: Sequence[Check], promise: EventPromise) -> Sequence[Flaw]:
        values = self._bodies.parsed(args)
        if not isinstance(values, list):
            return (_flaw("json", "is no JSON", promise.place),)
        if not values:
            return (_flaw("required", "is missing", promise.place),)
        return [flaw for check in checks for flaw in check(values[0])]

    def _warn(self, told: str, what: str) -> None:
        if len(self._warned) < _MOST_WARNINGS:
            self._warned[f"{told}: the contract does not allow it, and the target {what}"] = None


def _of_event(
    event: Event, name: str, kind: FindingKind, by: str, told: str, place: str, excerpt: str, exactly: str = ""
) -> Finding:
    return Finding(
        kind=kind,
        by=by,
        event=name,
        user=event.user,
        connection=event.connection,
        play=event.play,
        at_s=event.at_s,
        sentence=told,
        details=_details(excerpt, exactly, place),
        witness=(event.seq,),
    )


def _flaw(keyword: str, told: str, place: str) -> Flaw:
    return Flaw(pointer="", exactly="", keyword=keyword, told=told, place=place)


def _details(excerpt: str, exactly: str, place: str) -> tuple[str, ...]:
    held = f"there: {excerpt}" if not exactly else f"at {exactly}: {excerpt}"
    return (*((held,) if excerpt else ()), *((f"the contract: {place}",) if place else ()))


def _args(args: bytes) -> str:
    return shortened(args.decode("utf-8", "replace"), limit=200)


def _text(call: Call) -> str:
    return _args(call.response_body) if call.response_body else ""


def _media_type(headers: Iterable[tuple[str, str]]) -> str:
    said = next((value for name, value in headers if name.lower() == "content-type"), "")
    return said.partition(";")[0].strip().lower()


def _of_media(content: dict[str, Check | None] | object, media: str) -> tuple[Check | None, bool]:
    """Return the check of a media type, the exact one first, and whether the type is documented."""
    kinds = content if isinstance(content, dict) else {}
    for kind in (media, f"{media.partition('/')[0]}/*", "*/*"):
        if kind in kinds:
            return (kinds[kind] if is_json(media) else None), True
    return None, False


def _header_flaws(answer: AnswerPromise, call: Call) -> Iterator[Flaw]:
    held = dict(call.response_headers) if answer.headers else {}
    for name, promise in answer.headers.items():
        text = held.get(name)
        if text is None:
            if promise.required:
                yield Flaw(pointer=name, exactly="", keyword="required", told="is missing", place=promise.place)
            continue
        if promise.check is None or not promise.check(text):
            continue
        flaws = promise.check(_plain(text))  # a number or a flag, as headers say them
        for flaw in flaws:
            yield Flaw(
                pointer=name, exactly="", keyword=flaw.keyword, told=flaw.told, excerpt=flaw.excerpt, place=flaw.place
            )


def _plain(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text
