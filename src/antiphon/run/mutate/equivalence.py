"""Mutants that contract and laws allow: nothing was promised that they break, so nothing need notice them.

Only what is allowed in so many words counts. That nothing forbids a value does not make it true: a survivor of which no
contract and no law says anything is a survivor.
"""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.history.entries import AnyEntry, Call, Emit, Event
from antiphon.judge.contracts.contract import Contract
from antiphon.judge.deeds import named_on
from antiphon.run.mutate.model import Mutant, Operator
from antiphon.target.laws.model import Law
from antiphon.target.model import Target

_FREE_OF_TIME = (Operator.DOUBLE, Operator.DELAY, Operator.SWAP, Operator.DELIVER)


def equivalent(mutant: Mutant, entry: AnyEntry, target: Target, contract: Contract | None) -> str:
    """Return the rule by which a mutant that nothing caught is allowed; empty if it is not.

    Args:
        mutant: The mutant.
        entry: What it falsifies, as it was.
        target: The profile.
        contract: What it promises; None if nothing.
    """
    if isinstance(entry, Event) and (rule := _of_event(mutant, entry, target)):
        return rule
    if mutant.operator is Operator.REMOVE and contract is not None:
        return _optional(mutant, entry, contract)
    return ""


def _of_event(mutant: Mutant, event: Event, target: Target) -> str:
    ambient = {named_on(channel.service, name) for channel in target.channels for name in channel.socket.ambient}
    if mutant.subject in ambient and mutant.operator in _FREE_OF_TIME:
        return "ambient: the profile lets it come at any time"
    laws = [law for law in target.laws.laws if any(one.event == mutant.subject for one in law.then)]
    if mutant.operator is Operator.SWAP:
        return _unordered(laws, mutant, target)
    if mutant.operator is Operator.ALTER and not mutant.field.startswith("[]") and _is_identity(mutant, event, target):
        return "identity: `event_id` only tells events from copies, and this one stays the only one"
    if mutant.operator in (Operator.DROP, Operator.DELAY) and laws and all(law.latest for law in laws):
        return f"latest: `{laws[0].name}` owes the last value alone, and earlier ones may be merged"
    if mutant.operator is Operator.DOUBLE and laws and all(_may_double(law, mutant.subject) for law in laws):
        return f"times: `{laws[0].name}` lets it be heard more than once"
    return ""


def _unordered(laws: Sequence[Law], mutant: Mutant, target: Target) -> str:
    """Return the rule that lets two events change places: laws owe both, and none of them orders anything."""
    if not laws or any(law.order is not None or law.series is not None for law in laws):
        return ""
    series = any(law.series is not None and law.series.event == mutant.subject for law in target.laws.laws)
    return "" if series else f"order: the laws that owe {mutant.subject} promise none"


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


def _optional(mutant: Mutant, entry: AnyEntry, contract: Contract) -> str:
    """Return the rule that lets a field be missing: the contract describes where it stands, and does not demand it."""
    match entry:
        case Event():
            promised = contract.heard.get(mutant.subject)
            described = promised is not None and bool(promised.payloads)
        case Call(status=int(status)):
            operation = next((one for known, one in contract.operations.items() if str(known) == mutant.subject), None)
            answer = operation.answer(status) if operation is not None else None
            described = operation is not None and (
                operation.payload is not None or (answer is not None and any((answer.content or {}).values()))
            )
        case Emit():
            acked = contract.emitted.get(mutant.subject.removeprefix("emit "))
            described = acked is not None and acked.ack is not None
        case _:
            described = False
    return "optional: the contract does not demand the field, and no law compares it" if described else ""
