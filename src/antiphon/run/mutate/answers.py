"""Mutants of what users were answered: a call's status and body, an emit's acknowledgement; and what their steps say.

A step that saves what is changed, where something later looks at it, would have gone on otherwise: such a mutant is for
playing, not for this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson
from msgspec.structs import replace

from antiphon.core.clock import Dice
from antiphon.engine.asked import AskedAck, AskedAnswer
from antiphon.engine.players import UserView
from antiphon.engine.requests import JsonLater
from antiphon.history.entries import Call, Emit
from antiphon.history.heard import parsed_args
from antiphon.judge import answers as judge
from antiphon.judge.answers import About
from antiphon.judge.envelope import Opened, opened
from antiphon.judge.verdicts import Verdict
from antiphon.language.scope import MISSING, Names
from antiphon.run.mutate.fields import Path, leaves, with_altered, without
from antiphon.run.mutate.model import Mutant, Operator, Place
from antiphon.run.mutate.recorded import Recorded
from antiphon.wire.payload import dump

_OTHER_STATUS = {200: 201, 201: 200, 202: 200, 204: 200, 400: 422, 401: 403, 403: 404, 404: 403, 409: 400, 422: 400}


def answer_mutants(play: Recorded, dice: Dice) -> Iterator[Mutant]:
    """Yield the mutants of what calls and emits were answered."""
    calls: dict[tuple[str, bool], list[Call]] = {}
    for asked in play.asked.answers:
        call = asked.answer.call
        if call.purpose == "step" and call.status is not None and not asked.answer.flaw:
            calls.setdefault((f"{call.method} {call.template}", call.status < 400), []).append(call)
    for (operation, accepted), of_one in calls.items():
        own = dice.child(f"{operation} {accepted}")
        statuses = [call for call in of_one if call.status in _OTHER_STATUS]
        if statuses:
            call = own.child("status").choice(statuses)
            yield _mutant(play, Operator.STATUS, call, operation, status=_OTHER_STATUS[call.status or 0])
        yield from _repeats(play, of_one, operation, own.child("repeat"))
        yield from _fields(play, [(call, _json(call.response_body)) for call in of_one], operation, own)
    emits: dict[str, list[Emit]] = {}
    for ack in play.asked.acks:
        emit = ack.emitted.emit
        if emit.ack is not None and not emit.answered_by and not emit.ack_attachments:
            emits.setdefault(f"emit {emit.name}", []).append(emit)
    for name, acked in emits.items():
        own = dice.child(name)
        yield _mutant(play, Operator.DROP, own.child("drop").choice(acked), name)
        yield from _fields(play, [(emit, _first(emit.ack or b"")) for emit in acked], name, own)


def _mutant(play: Recorded, operator: Operator, entry: Call | Emit, subject: str, **more: object) -> Mutant:
    return Mutant(
        scenario=play.scenario.id,
        operator=operator,
        subject=subject,
        place=_place(entry),
        seq=entry.seq,
        user=entry.user,
        connection=entry.connection,
        step=entry.step,
        **more,  # type: ignore[arg-type]  # further fields of a mutant
    )


def _place(entry: Call | Emit) -> Place:
    refused = isinstance(entry, Call) and (entry.status or 0) >= 400
    return Place.REFUSED if refused else Place.ANSWERED


def _repeats(play: Recorded, calls: Sequence[Call], operation: str, dice: Dice) -> Iterator[Mutant]:
    able: list[tuple[Call, Call]] = []
    for index, call in enumerate(calls):
        older = [one for one in calls[:index] if one.status == call.status and one.response_body != call.response_body]
        if older:
            able.append((call, older[-1]))
    if able:
        call, older_one = dice.choice(able)
        yield _mutant(play, Operator.REPEAT, call, operation, other_seq=older_one.seq)


def _fields(play: Recorded, bodies: Sequence[tuple[Call | Emit, object]], subject: str, dice: Dice) -> Iterator[Mutant]:
    where: dict[str, list[tuple[Call | Emit, Path]]] = {}
    for entry, body in bodies:
        for field, path in leaves(body) if body is not MISSING else ():
            where.setdefault(field, []).append((entry, path))
    for field, places in where.items():
        for operator in (Operator.ALTER, Operator.REMOVE):
            entry, path = dice.child(f"{operator} {field}").choice(places)
            yield _mutant(play, operator, entry, subject, field=field, exactly=path)


def _json(body: bytes) -> object:
    try:
        return orjson.loads(body) if body else MISSING
    except orjson.JSONDecodeError:
        return MISSING


def _first(raw: bytes) -> object:
    args = parsed_args(raw)
    return args[0] if args else MISSING


def answered(play: Recorded, mutant: Mutant) -> Call | Emit:
    """Return the entry as it is with the mutant."""
    entry = play.entry(mutant.seq)
    if isinstance(entry, Emit):
        if mutant.operator is Operator.DROP:
            return replace(entry, ack=None, acknowledged_s=None)
        args = parsed_args(entry.ack or b"")
        return replace(entry, ack=dump([changed(args[0], mutant), *args[1:]])[0])
    assert isinstance(entry, Call)  # noqa: S101 - mutants of events are made elsewhere
    match mutant.operator:
        case Operator.STATUS:
            return replace(entry, status=mutant.status)
        case Operator.REPEAT:
            older = play.entry(mutant.other_seq)
            assert isinstance(older, Call)  # noqa: S101 - it is chosen among calls
            return replace(entry, response_body=older.response_body, response_headers=older.response_headers)
        case _:
            return replace(entry, response_body=orjson.dumps(changed(orjson.loads(entry.response_body), mutant)))


def changed(value: object, mutant: Mutant) -> object:
    """Return a value of which the mutant's field is another, or missing."""
    return (with_altered if mutant.operator is Operator.ALTER else without)(value, mutant.exactly)


def asked_of(play: Recorded, entry: Call | Emit) -> AskedAnswer | AskedAck:
    """Return what a step asked of an answer."""
    if isinstance(entry, Call):
        return next(one for one in play.asked.answers if one.answer.call.seq == entry.seq)
    return next(one for one in play.asked.acks if one.emitted.emit.seq == entry.seq)


def answer_verdicts(play: Recorded, asked: AskedAnswer, call: Call) -> tuple[Verdict, ...]:
    """Return what a step says of its call's answer, were it this one."""
    facts, unwrapped = call_facts(play, asked, call)
    scope = Names({**facts, "self": UserView(asked.player)}, asked.names)
    told = About(step=asked.doing.number, user=asked.player.name, cause_seq=call.seq, source=asked.spec.source)
    answer = asked.answer
    return judge.answer_verdicts(
        asked.spec, call, unwrapped, scope, told, flaw=answer.flaw, hint=answer.hint, remark=answer.remark
    )


def call_facts(play: Recorded, asked: AskedAnswer, call: Call) -> tuple[dict[str, object], Opened | None]:
    """Return what addresses see of a call, were it answered so."""
    if call is asked.answer.call:
        return asked.answer.facts, asked.answer.opened
    envelope = play.setting.target.root(asked.spec.service).http.envelope
    unwrapped = opened(envelope, status=call.status or 0, headers=call.response_headers, body=call.response_body)
    body = JsonLater(call.response_body) if call.response_body else MISSING
    facts = {
        **asked.answer.facts,
        "response": body,
        "body": body,
        "status": call.status,
        "payload": unwrapped.payload,
        "problem": unwrapped.problem,
    }
    return facts, unwrapped


def ack_verdicts(asked: AskedAck, emit: Emit) -> tuple[Verdict, ...]:
    """Return what a step says of its emit's acknowledgement, were it this one."""
    emitted = asked.emitted
    scope = Names({**asked.doing.facts, **ack_facts(asked, emit), "self": UserView(asked.player)}, asked.names)
    told = About(
        step=asked.doing.number,
        user=asked.player.name,
        connection=emit.connection,
        cause_seq=emit.seq,
        source=asked.doing.step.source,
    )
    return judge.emit_verdicts(
        emit,
        _ack_args(asked, emit),
        scope,
        told,
        matcher=asked.matcher,
        refused=asked.refused,
        wait_s=asked.wait_s,
        closed_by_target=emitted.closed_by_target,
        cut=emitted.cut,
        outcome=emitted.outcome,
        awaited=emitted.awaited,
    )


def _ack_args(asked: AskedAck, emit: Emit) -> list[object] | None:
    if emit is asked.emitted.emit:
        return asked.emitted.ack
    return parsed_args(emit.ack) if emit.ack is not None else None


def ack_facts(asked: AskedAck, emit: Emit) -> dict[str, object]:
    """Return what addresses see of an emit, were it acknowledged so."""
    args = _ack_args(asked, emit)
    return {**asked.emitted.facts, "ack": args[0] if args else MISSING}
