"""What there is to be covered: the cells of a target's catalogue, laws and roles, and which are left out.

Known before the first call, so that an exception that names no cell is refused before the target is touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from antiphon.core.errors import Mistake, ScenarioError
from antiphon.core.text import did_you_mean, listed
from antiphon.judge.contracts.contract import Contract, OperationPromise
from antiphon.judge.coverage.seen import SeenReader
from antiphon.judge.laws.cases import cases_of
from antiphon.language.call import StatusSpec
from antiphon.language.route import Operation
from antiphon.target.coverage_model import Excepted, Part
from antiphon.target.model import Target
from antiphon.target.socket_model import AnswerRule

ANSWERED = "answered"
"""The column of an operation of which no statuses are documented."""


class Key(Struct, frozen=True):
    """The name of a cell."""

    part: Part
    row: str
    column: str


class CoveragePlan(Struct, frozen=True, kw_only=True):
    """What there is to be covered.

    Attributes:
        operations: Operation → its columns, as they are documented.
        cells: In the order in which they are told, each with the exception that leaves it out.
        provoked: Operation → server errors that count.
        excepted: The exceptions, in the profile's order.
        least: Which share each part must reach.
        heard: The events of the catalogue that are heard; empty: none is declared.
        emitted: Those that are emitted, likewise.
        roles: Of users.
        base_url: What paths are relative to.
        services: Names of the target's services.
        answers: What stands for the acknowledgement of an emit.
    """

    operations: Mapping[Operation, tuple[str, ...]] = field(default_factory=dict)
    cells: Mapping[Key, Excepted | None] = field(default_factory=dict)
    provoked: Mapping[Operation, StatusSpec] = field(default_factory=dict)
    excepted: tuple[Excepted, ...] = ()
    least: Mapping[str, float] = field(default_factory=dict)
    heard: frozenset[str] = frozenset()
    emitted: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    base_url: str = ""
    services: frozenset[str] = frozenset()
    answers: Mapping[str, AnswerRule] = field(default_factory=dict)

    def reader(self) -> SeenReader:
        """Return what reads a history for these cells."""
        return SeenReader(
            operations=tuple(self.operations),
            base_url=self.base_url,
            services=self.services,
            events=(*self.heard, *self.emitted),
            answers=self.answers,
        )

    def part_of(self, operation: Operation, column: str) -> Part:
        """Return of which part a status is: a server error nobody can ask for, unless the profile says otherwise."""
        if not column.startswith("5"):
            return Part.OPERATIONS
        spec = self.provoked.get(operation)
        return Part.OPERATIONS if spec is not None and _speaks_of(spec, column) else Part.SERVER_ERRORS


def plan_of(target: Target, contract: Contract | None) -> tuple[CoveragePlan, tuple[ScenarioError, ...]]:
    """Return what there is to be covered of a target, and which of the profile's exceptions name nothing of it.

    Args:
        target: The profile, with the contract documents that it names.
        contract: What it promises; None where its catalogue only names operations and events.
    """
    said = target.coverage
    promises = contract.operations if contract is not None else {}
    known = dict.fromkeys((*promises, *target.catalogue.operations, *target.vocabulary.operations))
    operations = {one: _columns(promises.get(one)) for one in known}
    answers = _answers(target)
    heard = dict.fromkeys((*(contract.heard if contract is not None else ()), *_own_heard(target)))
    emitted = dict.fromkeys((*(contract.emitted if contract is not None else ()), *_own_emitted(target)))
    plan = CoveragePlan(
        operations=operations,
        provoked={one.operation: one.statuses for one in said.provoked},
        excepted=said.excepted,
        least={part: one.share for part, one in said.least.items()},
        heard=frozenset(heard),
        emitted=frozenset(emitted),
        roles=target.users.roles,
        base_url=target.base_url,
        services=frozenset(target.services),
        answers=answers,
    )
    keys = [
        *(
            Key(plan.part_of(one, column), str(one), column)
            for one, columns in operations.items()
            for column in columns
        ),
        *(Key(Part.HEARD, name, "heard") for name in heard),
        *(Key(Part.EMITS, name, answer) for name in emitted for answer in _answers_of(name, contract, answers)),
        *(Key(Part.LAWS, law.name, case) for law in target.laws.laws for case in cases_of(law)),
        *(Key(Part.ROLES, str(one), role) for one in operations for role in target.users.roles),
    ]
    left_out = {key: next((one for one in said.excepted if is_meant(one, key)), None) for key in keys}
    return replace(plan, cells=left_out), tuple(_problems(plan, keys, target))


def is_meant(one: Excepted, key: Key) -> bool:
    """Return whether an exception speaks of a cell."""
    part = Part.OPERATIONS if key.part is Part.SERVER_ERRORS else key.part
    if one.part is not part or (one.row and one.row != key.row):
        return False
    if one.statuses is not None:
        return _speaks_of(one.statuses, key.column)
    return not one.column or one.column == key.column


def _speaks_of(spec: StatusSpec, column: str) -> bool:
    if column.isdecimal():
        return spec.accepts(int(column))
    return column.endswith("xx") and column[:1].isdecimal() and int(column[0]) in spec.classes


def _columns(promise: OperationPromise | None) -> tuple[str, ...]:
    """Return the statuses of an operation as they are documented: `201`, `4xx`, `default`."""
    if promise is None:
        return (ANSWERED,)
    found = dict.fromkeys(status.lower() for status in promise.answers or {})
    spec = promise.own_statuses
    if spec is not None and not spec.any:
        found |= dict.fromkeys(str(status) for status in spec.allowed)
        found |= dict.fromkeys(f"{digit}xx" for digit in spec.classes)
    return tuple(sorted(found)) or (ANSWERED,)


def column_of(columns: Iterable[str], status: int) -> str | None:
    """Return under which column a status falls; None where it is not documented."""
    known = frozenset(columns)
    return next((one for one in (str(status), f"{status // 100}xx", "default", ANSWERED) if one in known), None)


def _answers(target: Target) -> dict[str, AnswerRule]:
    return {
        f"{channel.service}:{name}" if channel.service else name: rule
        for channel in target.channels
        for name, rule in channel.socket.answers.items()
    }


def _own_heard(target: Target) -> tuple[str, ...]:
    return (*target.catalogue.heard, *sorted(target.vocabulary.events_heard - set(target.catalogue.heard)))


def _own_emitted(target: Target) -> tuple[str, ...]:
    return (*target.catalogue.emitted, *sorted(target.vocabulary.events_emitted - set(target.catalogue.emitted)))


def _answers_of(name: str, contract: Contract | None, rules: Mapping[str, AnswerRule]) -> tuple[str, ...]:
    """Return how an emit may be answered; `sent` where nothing is said of an answer."""
    rule = rules.get(name)
    if rule is not None:
        told = [answer for answer, patterns in (("ok", rule.ok), ("refused", rule.refused)) if patterns]
        return tuple(told) or ("sent",)
    promise = contract.emitted.get(name) if contract is not None else None
    return ("ok", "refused") if promise is not None and promise.ack is not None else ("sent",)


def _problems(plan: CoveragePlan, keys: list[Key], target: Target) -> Iterator[ScenarioError]:
    for one in target.coverage.excepted:
        # The cells of the access matrix are known when it is played.
        if one.part is not Part.ACCESS and not any(is_meant(one, key) for key in keys):
            yield Mistake(
                sentence=f"`{one.text}` is nothing that could be covered", source=one.source, advice=_known(one, keys)
            )
    for part, least in target.coverage.least.items():
        if (sentence := lacking(part, {key.part for key in keys})) is not None and part != Part.ACCESS:
            yield Mistake(sentence=sentence, source=least.source, advice=LACKING)
    for provoked in target.coverage.provoked:
        columns = plan.operations.get(provoked.operation, ())
        if not any(_speaks_of(provoked.statuses, column) for column in columns):
            told = listed([column for column in columns if column.startswith("5")], limit=20) or "none"
            advice = f"documented server errors: {told}"
            yield Mistake(sentence=f"`{provoked.text}` is not documented", source=provoked.source, advice=advice)


LACKING = "name operations, events, roles or laws in the profile, or the documents that do"
"""What to do where nothing can be covered."""


def lacking(part: str, known: Collection[Part]) -> str | None:
    """Return why no share can be asked for of a part, or (empty) of all of them; None if it can."""
    if not part:
        return None if known else "a least share, and nothing is known that could be covered"
    return None if part in known else f"a least share of {part}, and nothing is known of them that could be covered"


def _known(one: Excepted, keys: list[Key]) -> str:
    part = (one.part, Part.SERVER_ERRORS) if one.part is Part.OPERATIONS else (one.part,)
    of_row = [key.column for key in keys if key.part in part and key.row == one.row]
    if of_row:
        return f"`{one.row}` has {listed(of_row, limit=20)}"
    rows = list(dict.fromkeys(key.row for key in keys if key.part in part))
    if not rows:
        return f"nothing is known of {one.part}: the profile and its documents name none"
    return did_you_mean(one.row, rows) or f"known: {listed(rows, limit=10)}"
