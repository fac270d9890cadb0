"""Reader of a profile's `coverage`: the least shares, server errors that count, and exceptions with their reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from antiphon.core.source import Source
from antiphon.language import plain_values as plain
from antiphon.language.call import StatusSpec
from antiphon.language.call_compiler import status
from antiphon.language.keys import Fields, Key, Place, Reading, fits, kept
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.language.route import METHODS, Operation, parse_operation
from antiphon.target.coverage_model import COUNTED, CoverageProfile, Excepted, Least, Part, Provoked
from antiphon.target.laws.cause_text import known_event, known_operation, status_of
from antiphon.target.laws.model import Laws
from antiphon.target.laws.phrase import Phrase, phrase_of
from antiphon.target.laws.words import LawWords
from antiphon.target.reading import ProfileReading

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%", re.ASCII)
_ARROW = re.compile(r"\s*->\s*")
EMIT_ANSWERS = ("ok", "refused", "sent")
LAW_CASES = ("heard", "judged", "must not hear", "refused", "after recovery")


def share_of(text: str) -> float | None:
    """Return the share that `90%` says; None where it says none."""
    found = _PERCENT.fullmatch(text.strip())
    share = float(found[1]) / 100 if found else None
    return share if share is not None and share <= 1 else None


def _case(node: Node, reading: Reading) -> str | None:
    return plain.one_of("case of a law", LAW_CASES)(node, reading)


MIN = kept("min", ("text", "map"), "the least share of each part: 90%, or by part {operations: 100%, roles: 50%}")
PROVOKED = kept("provoked", ("list", "text"), "5xx that a setting or a fault makes, so that they count: GET /x -> 503")
EXCEPT = kept("except", ("list", "map"), "what is left out, and why")
COVERAGE = Place[Reading]("`coverage`", (MIN, PROVOKED, EXCEPT))

OPERATION = kept("operation", ("text", "list"), "operations, `METHOD /path` or `METHOD /path -> STATUS`")
STATUS = Key("status", ("number", "text", "list"), status, "statuses, of each operation or of those named")
ROLE = kept("role", ("text", "list"), "roles: what is left out is that they call the operation")
EMIT = kept("emit", ("text", "list"), "events that users emit, `NAME` or `NAME -> ok`, `refused`, `sent`")
EVENT = kept("event", ("text", "list"), "events that users hear")
LAW = kept("law", ("text", "list"), "laws by name")
CASE = Key("case", ("text",), _case, "of a law: heard, judged, must not hear, refused, after recovery")
ACTOR = kept("actor", ("text", "list"), "of the access matrix: who tries the operation or the emit")
BECAUSE = Key("because", ("text",), plain.text, "why it is left out", required=True)
EXCEPTION = Place[Reading](
    "an exception of coverage", (OPERATION, STATUS, ROLE, EMIT, EVENT, LAW, CASE, ACTOR, BECAUSE)
)
_SUBJECTS = (OPERATION, STATUS, ROLE, EMIT, EVENT, LAW, ACTOR)
_TOGETHER = (
    {OPERATION.name},
    {STATUS.name},
    {OPERATION.name, STATUS.name},
    {ROLE.name},
    {OPERATION.name, ROLE.name},
    {EMIT.name},
    {EVENT.name},
    {LAW.name},
    {ACTOR.name},
    {OPERATION.name, ACTOR.name},
    {EMIT.name, ACTOR.name},
)


def read_coverage(node: Node, laws: Laws, reading: ProfileReading) -> CoverageProfile:
    """Return what is said of coverage.

    Args:
        node: The section.
        laws: All laws, whose names may be named.
        reading: The profile's reading; its vocabulary names operations, events and roles.
    """
    words = LawWords(profile=reading)
    fields = COVERAGE.read(plain.map_of(node), reading, reading.problems)
    least, provoked, excepted = (fields.get(key) for key in (MIN, PROVOKED, EXCEPT))
    return CoverageProfile(
        least=_least(least, reading) if least is not None else {},
        provoked=tuple(_provoked(provoked, words)) if provoked is not None else (),
        excepted=tuple(_exceptions(excepted, laws, words)) if excepted is not None else (),
    )


def _least(node: Node, reading: ProfileReading) -> dict[str, Least]:
    if not isinstance(node, Mapping):
        share = _share(node, reading)
        return {"": Least(share, node.source)} if share is not None else {}
    found = {}
    for entry in node:
        known = plain.one_of("part of coverage", COUNTED)(entry.key, reading)
        if fits(entry.value, ("text",), f"`{entry.name}`", reading.problems):
            share = _share(entry.value, reading)
            if known is not None and share is not None:
                found[known] = Least(share, entry.key.source)
    return found


def _share(node: Node, reading: ProfileReading) -> float | None:
    text = str(node.value) if isinstance(node, Scalar) else ""
    share = share_of(text)
    if share is None:
        reading.problems.mistake(f"`{text[:40]}` is no share", node.source, "write 90%, from 0% to 100%")
    return share


def _provoked(node: Node, words: LawWords) -> Iterator[Provoked]:
    for phrase in _phrases(node, "a server error", words):
        operation, statuses = _call(phrase, words)
        if operation is None:
            continue
        if statuses is None or any(one < 500 for one in statuses.allowed) or statuses.classes - {5}:
            hint = "write METHOD /path -> 503"
            words.mistake(f"`{phrase.text[:80]}` names no server error", phrase.source, hint)
        else:
            yield Provoked(operation=operation, statuses=statuses, text=phrase.text, source=phrase.source)


def _exceptions(node: Node, laws: Laws, words: LawWords) -> Iterator[Excepted]:
    for item in plain.items_of(node):
        if fits(item, ("map",), "an exception of coverage", words.profile.problems) and isinstance(item, Mapping):
            words.profile.check_node(item, frozenset())
            fields = EXCEPTION.read(item, words.profile, words.profile.problems)
            if _goes_together(fields, item.source, words):
                yield from _excepted(fields, laws, words)


def _goes_together(fields: Fields, source: Source, words: LawWords) -> bool:
    named = {key.name for key in _SUBJECTS if fields.has(key)}
    if not named:
        hint = "name an operation, a status, a role, an emit, an event, a law or an actor"
        words.mistake("an exception that leaves nothing out", source, hint)
        return False
    if named not in _TOGETHER:
        told = " and ".join(f"`{name}`" for name in sorted(named))
        hint = "one exception speaks of one thing; beside `operation` may stand status, role or actor"
        words.mistake(f"{told} do not go together", source, hint)
        return False
    if fields.has(CASE) and LAW.name not in named:
        words.mistake("`case` without `law`", fields.at(CASE), "name the law")
        return False
    return True


def _excepted(fields: Fields, laws: Laws, words: LawWords) -> Iterator[Excepted]:
    because = fields.get(BECAUSE) or ""
    columns: Sequence[Phrase | None] = (None,)
    part = Part.OPERATIONS
    for key, of_part, what in ((ROLE, Part.ROLES, "a role"), (ACTOR, Part.ACCESS, "an actor")):
        if (node := fields.get(key)) is not None:
            part, columns = of_part, _phrases(node, what, words)
    rows: Sequence[tuple[Part, Phrase | None]] = ((part, None),)
    for key, of_part in ((OPERATION, part), (EMIT, Part.EMITS), (EVENT, Part.HEARD), (LAW, Part.LAWS)):
        if (node := fields.get(key)) is not None:
            of_part = part if key is EMIT and part is Part.ACCESS else of_part
            rows = [(of_part, phrase) for phrase in _phrases(node, f"`{key.name}`", words)]
    for of_part, row in rows:
        for column in columns:
            found = _one(of_part, row, column, fields, because, laws, words)
            if found is not None:
                yield found


def _one(
    part: Part,
    row: Phrase | None,
    column: Phrase | None,
    fields: Fields,
    because: str,
    laws: Laws,
    words: LawWords,
) -> Excepted | None:
    if part is Part.ROLES and column is not None:
        words.known_role(column.text, column.source)
    statuses = fields.get(STATUS)
    name, of_column = row.text if row is not None else "", column.text if column is not None else ""
    if row is not None and fields.has(OPERATION):
        operation, written = _call(row, words)
        if operation is None:
            return None
        if written is not None and (statuses is not None or part is not Part.OPERATIONS):
            words.mistake("an arrow to a status stands here for nothing", row.source, "leave it out")
        name, statuses = str(operation), statuses or written
    elif row is not None and fields.has(EMIT):
        name, of_column = _emit(row, of_column, words)
    elif row is not None and part is Part.HEARD:
        known_event(row, words)
    elif row is not None and part is Part.LAWS:
        if name not in (names := [law.name for law in laws.laws if law.kind != "never"]):
            words.unknown("law", name, row.source, names)
        of_column = fields.get(CASE) or ""
    place = row or column
    told = " ".join(text for text in (name, f"-> {of_column}" if of_column else "") if text)
    if statuses is not None:
        told = f"{name or 'every operation'} -> {statuses.text}"
    return Excepted(
        part=part,
        text=told,
        because=because,
        source=place.source if place is not None else fields.at(STATUS),
        row=name,
        column=of_column,
        statuses=statuses,
    )


def _call(phrase: Phrase, words: LawWords) -> tuple[Operation | None, StatusSpec | None]:
    """Return the operation that a text names, and the statuses behind its arrow."""
    arrow = _ARROW.search(phrase.text)
    line = phrase.part(0, arrow.start() if arrow else None)
    if line.first not in METHODS:
        words.mistake(f"`{phrase.text[:80]}` is no operation", phrase.source, "write METHOD /path -> STATUS")
        return None, None
    operation = parse_operation(line.text, line.source, words.profile.problems)
    if operation is None:
        return None, None
    known_operation(operation, line, words)
    return operation, status_of(phrase.part(arrow.end()), words) if arrow else None


def _emit(phrase: Phrase, actor: str, words: LawWords) -> tuple[str, str]:
    """Return the event that a text names, and the answer behind its arrow, or who emits it."""
    arrow = _ARROW.search(phrase.text)
    name = phrase.part(0, arrow.start() if arrow else None)
    vocabulary = words.profile.vocabulary
    service, event = vocabulary.event_in(name.text)
    if not vocabulary.on(service).knows_emit(event):
        words.unknown("event to emit", event, name.source, vocabulary.on(service).events_emitted)
    if arrow is None:
        return name.text if not actor else f"emit {name.text}", actor
    answer = phrase.part(arrow.end())
    if actor:
        words.mistake("an arrow to an answer stands here for nothing", answer.source, "leave it out")
    elif answer.text not in EMIT_ANSWERS:
        words.unknown("answer to an emit", answer.text, answer.source, EMIT_ANSWERS)
    return name.text, answer.text


def _phrases(node: Node, what: str, words: LawWords) -> list[Phrase]:
    """Return the texts of a list, or of a single one, each of which knows where it stands."""
    return [
        phrase_of(item)
        for item in plain.items_of(node)
        if fits(item, ("text",), what, words.profile.problems) and isinstance(item, Scalar)
    ]
