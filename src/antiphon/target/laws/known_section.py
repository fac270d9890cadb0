"""Reader of a profile's `known`: findings that are accepted, why, and until when."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from antiphon.language import plain_values as plain
from antiphon.language.keys import Fields, Key, Place, Reading, fits, kept
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.language.route import METHODS, parse_operation
from antiphon.target.laws.cause_text import known_event, known_operation
from antiphon.target.laws.model import Known, Law
from antiphon.target.laws.phrase import phrase_of
from antiphon.target.laws.words import LawWords

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(node: Node, reading: Reading) -> date | None:
    text = str(node.value).strip() if isinstance(node, Scalar) else ""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        reading.problems.mistake(f"`{text[:40]}` is no day", node.source, "write 2026-12-31")
    return day


LAW = kept("law", ("text",), "the name of the law that is broken")
NEVER = kept("never", ("text",), "the name of the `never` that is seen")
SCENARIO = Key("scenario", ("text",), plain.text, "the scenario in which it is seen")
OPERATION = kept("operation", ("text",), "the operation (`POST /things`) or emit (`emit join`) that causes it")
EVENT = kept("event", ("text",), "the event concerned")
BECAUSE = Key("because", ("text",), plain.text, "why it is accepted", required=True)
TICKET = Key("ticket", ("text", "number"), plain.any_text, "where it is followed")
UNTIL = Key("until", ("text",), _day, "the last day on which it is accepted: 2026-12-31")
KNOWN = Place[Reading]("a known finding", (LAW, NEVER, SCENARIO, OPERATION, EVENT, BECAUSE, TICKET, UNTIL))


def read_known(node: Node, laws: Collection[Law], words: LawWords) -> tuple[Known, ...]:
    """Return the findings that are accepted.

    Args:
        node: The list.
        laws: All laws, whose names may be named.
        words: The operations and events that may be.
    """
    found = []
    for item in plain.items_of(node):
        if fits(item, ("map",), "a known finding", words.profile.problems) and isinstance(item, Mapping):
            known = _known(item, laws, words)
            found += [known] if known is not None else []
    return tuple(found)


def _known(node: Mapping, laws: Collection[Law], words: LawWords) -> Known | None:
    problems = words.profile.problems
    before = len(problems)
    fields = KNOWN.read(node, words.profile, problems)
    if not any(fields.has(key) for key in (LAW, NEVER, SCENARIO, OPERATION, EVENT)):
        hint = "name a law, never, scenario, operation or event"
        words.mistake("every finding would be known", node.source, hint)
    if fields.has(LAW) and fields.has(NEVER):
        words.mistake("both `law` and `never`", fields.at(NEVER), "a finding is of one of them")
    # What a contract finds may be just that it does not know something: that is named with where it is seen.
    strict = fields.has(LAW) or fields.has(NEVER) or not fields.has(SCENARIO)
    known = Known(
        law=_named(LAW, fields, [law.name for law in laws if law.kind != "never"], words),
        never=_named(NEVER, fields, [law.name for law in laws if law.kind == "never"], words),
        scenario=fields.get(SCENARIO) or "",
        operation=_operation(fields.get(OPERATION), words, strict=strict),
        event=_event(fields.get(EVENT), words, strict=strict),
        because=fields.get(BECAUSE) or "",
        ticket=fields.get(TICKET) or "",
        until=fields.get(UNTIL),
        source=node.source,
    )
    return known if len(problems) == before else None


def _named(key: Key[object, Node], fields: Fields, names: Collection[str], words: LawWords) -> str:
    node = fields.get(key)
    if not isinstance(node, Scalar):
        return ""
    name = str(node.value).strip()
    if name not in names:
        words.unknown(key.name, name, node.source, names)
    return name


def _operation(node: Node | None, words: LawWords, *, strict: bool) -> str:
    """Return the operation as a finding names it."""
    if not isinstance(node, Scalar):
        return ""
    phrase = phrase_of(node)
    if phrase.first == "emit":
        name = phrase.part(len("emit"))
        if strict and not words.profile.vocabulary.knows_emit(name.text):
            words.unknown("event to emit", name.text, name.source, words.profile.vocabulary.events_emitted)
        return f"emit {name.text}"
    if phrase.first not in METHODS:
        words.mistake(f"`{phrase.text[:60]}` is no operation", phrase.source, "write METHOD /path, or emit NAME")
        return ""
    operation = parse_operation(phrase.text, phrase.source, words.profile.problems)
    if operation is None:
        return ""
    if strict:
        known_operation(operation, phrase, words)
    return str(operation)


def _event(node: Node | None, words: LawWords, *, strict: bool) -> str:
    if not isinstance(node, Scalar):
        return ""
    phrase = phrase_of(node)
    if strict:
        known_event(phrase, words)
    return phrase.text
