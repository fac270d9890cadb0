"""Mutants that contract and laws allow: nothing was promised that they break, so nothing need notice them.

Only what is allowed in so many words counts. That nothing forbids a value does not make it true: a survivor of which no
contract and no law says anything is a survivor.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from antiphon.history.entries import AnyEntry, Call, Emit, Event, User
from antiphon.judge.contracts.contract import Contract
from antiphon.judge.deeds import named_on
from antiphon.run.mutate.advice import data_of
from antiphon.run.mutate.fields import found, is_made_up, is_moment
from antiphon.run.mutate.judging import Bench
from antiphon.run.mutate.model import Mutant, Operator
from antiphon.run.mutate.recorded import Recorded
from antiphon.target.laws.model import Law
from antiphon.target.model import Target

_FREE_OF_TIME = (Operator.DOUBLE, Operator.DELAY, Operator.SWAP, Operator.DELIVER)


def equivalent(mutant: Mutant, play: Recorded, bench: Bench) -> str:
    """Return the rule by which a mutant that nothing caught is allowed; empty if it is not."""
    entry = play.entry(mutant.seq)
    if isinstance(entry, Event) and (rule := _of_event(mutant, play, entry, bench)):
        return rule
    contract = bench.contract
    if contract is None or mutant.operator not in (Operator.REMOVE, Operator.ALTER):
        return ""
    if not _is_described(mutant, entry, contract):
        return ""
    if mutant.operator is Operator.REMOVE:
        return "optional: the contract does not demand the field, and no law compares it"
    if _is_told_once(mutant, play, entry):
        return "told once: the target made the value up, the contract allows any of its kind, and nothing else holds it"
    return ""


def _of_event(mutant: Mutant, play: Recorded, event: Event, bench: Bench) -> str:
    target = bench.target
    ambient = {named_on(channel.service, name) for channel in target.channels for name in channel.socket.ambient}
    if mutant.subject in ambient and mutant.operator in _FREE_OF_TIME:
        return "ambient: the profile lets it come at any time"
    laws = _laws_of(mutant.subject, target)
    match mutant.operator:
        case Operator.SWAP:
            behind = play.entry(mutant.other_seq)
            ordered = isinstance(behind, Event) and laws and _laws_of(behind.name, target)
            return "order: laws owe both events, and none that relates them was broken" if ordered else ""
        case Operator.ALTER if _is_identity(mutant, event, target):
            return "identity: `event_id` only tells events from copies, and this one stays the only one"
        case Operator.DROP | Operator.DELAY if laws:
            if all(law.latest for law in laws):
                return f"latest: `{laws[0].name}` owes the last value alone, and earlier ones may be merged"
            if bench.had_to_be_heard(play, event) is False:
                return "may: who left, came or was let in meanwhile may hear it, and need not"
        case Operator.DOUBLE if laws and all(_may_double(law, mutant.subject) for law in laws):
            return f"times: `{laws[0].name}` lets it be heard more than once"
        case _:
            pass
    return ""


def _laws_of(event: str, target: Target) -> list[Law]:
    return [law for law in target.laws.laws if any(one.event == event for one in law.then)]


def _is_told_once(mutant: Mutant, play: Recorded, entry: AnyEntry) -> bool:
    """Return whether the target made the value up, and nothing else that was sent, answered or heard holds it.

    Of a moment it is enough that another one under the same name stands nowhere else: two things that happen in one
    millisecond are told the same one by chance.
    """
    try:
        value = found(data_of(entry), mutant.exactly)
    except KeyError:
        return False
    if not isinstance(value, str) or not is_made_up(value):
        return False
    if not _is_elsewhere(value, play, entry):
        return True
    return is_moment(value) and any(not _is_elsewhere(text, play, one) for one, text in _likes(mutant, play, entry))


def _is_elsewhere(text: str, play: Recorded, entry: AnyEntry) -> bool:
    looked_for = orjson.dumps(text)[1:-1]
    own = _carried(entry)
    # An event is told to many, and each is told the same.
    others = (_carried(one) for one in play.entries if one.seq != entry.seq)
    return any(looked_for in part for parts in others if parts != own for part in parts)


def _likes(mutant: Mutant, play: Recorded, entry: AnyEntry) -> Iterator[tuple[AnyEntry, str]]:
    """Yield what stands in the same field of other events of the name, or answers of the operation."""
    for one in play.entries:
        if type(one) is not type(entry) or one.seq == entry.seq or _named(one) != _named(entry):
            continue
        try:
            text = found(data_of(one), mutant.exactly)
        except (KeyError, orjson.JSONDecodeError):
            continue
        if isinstance(text, str):
            yield one, text


def _named(entry: AnyEntry) -> str:
    return f"{entry.method} {entry.template}" if isinstance(entry, Call) else str(getattr(entry, "name", ""))


def _carried(entry: AnyEntry) -> tuple[bytes, ...]:
    match entry:
        case Event():
            return (entry.args,)
        case Call():
            return (entry.request_body, entry.response_body, entry.url.encode())
        case Emit():
            return (entry.args, entry.ack or b"")
        case User():
            return (entry.id.encode(), entry.facts)
        case _:
            return ()


def _is_identity(mutant: Mutant, event: Event, target: Target) -> bool:
    for channel in target.channels:
        identity = channel.socket.identity
        addresses = identity.get(event.name, identity.get("*", ()))
        if any(address.text == f"event.{mutant.field}" for address in addresses):
            return True
    return False


def _may_double(law: Law, event: str) -> bool:
    most = [one.most for one in law.then if one.event == event]
    return bool(most) and all(one is None or one > 1 for one in most)


def _is_described(mutant: Mutant, entry: AnyEntry, contract: Contract) -> bool:
    """Return whether the contract says what an entry carries."""
    match entry:
        case Event():
            promised = contract.heard.get(mutant.subject)
            return promised is not None and bool(promised.payloads)
        case Call(status=int(status)):
            operation = next((one for known, one in contract.operations.items() if str(known) == mutant.subject), None)
            answer = operation.answer(status) if operation is not None else None
            return operation is not None and (
                operation.payload is not None or (answer is not None and any((answer.content or {}).values()))
            )
        case Emit():
            acked = contract.emitted.get(mutant.subject.removeprefix("emit "))
            return acked is not None and acked.ack is not None
        case _:
            return False
