"""Reader of a law's `then`: which events are owed, and in what way."""

from __future__ import annotations

from msgspec import Struct

from antiphon.core.source import Source
from antiphon.language import plain_values as plain
from antiphon.language.address import Address
from antiphon.language.counts import COUNTS_HINT, are_possible, written_bounds
from antiphon.language.keys import Fields, fits
from antiphon.language.matcher import Claim
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.target.laws import law_keys as keys
from antiphon.target.laws.cause_text import known_event
from antiphon.target.laws.model import Owed, SeriesLaw
from antiphon.target.laws.phrase import phrase_of
from antiphon.target.laws.words import EVENT_SCOPE, LawWords, address_at, claim_at

_NONE, _ANY_EVENT = "none", "any_event"


class Then(Struct, frozen=True):
    """What a law's `then` says.

    Attributes:
        kind: `all`, `any_of`, `none`, `any_event` or `series`.
        owed: The events.
        series: With `series`.
        source: Where it was written.
    """

    kind: str
    source: Source
    owed: tuple[Owed, ...] = ()
    series: SeriesLaw | None = None


def read_then(node: Node, words: LawWords) -> Then | None:
    """Return what is owed; None where it cannot be read."""
    before = len(words.profile.problems)
    found = _then(node, words)
    return found if len(words.profile.problems) == before else None


def _then(node: Node, words: LawWords) -> Then:
    if isinstance(node, Mapping):
        if keys.SERIES.name in node:
            return Then("series", node.source, series=_series(node, words))
        for key in (keys.ANY_OF, keys.NONE, keys.ANY_EVENT):
            if key.name in node:
                return _choice(key.name, keys.CHOICE.read(node, words.profile, words.profile.problems), words)
    if isinstance(node, Scalar) and node.value == _NONE:
        return Then(_NONE, node.source)
    if isinstance(node, Scalar) and node.value == _ANY_EVENT:
        return Then(_ANY_EVENT, node.source, (Owed(event="", source=node.source),))
    return Then("all", node.source, _events(node, words))


def _choice(kind: str, fields: Fields, words: LawWords) -> Then:
    if len(list(fields)) > 1:
        words.mistake("`then` says one thing", fields.source, "write one of any_of, any_event, none and series")
    key = {one.name: one for one in (keys.ANY_OF, keys.NONE, keys.ANY_EVENT)}[kind]
    node = fields.get(key)
    if node is None:
        return Then(kind, fields.source)
    if key is keys.ANY_EVENT:
        least, most = _times(plain.map_of(node), words)
        return Then(kind, fields.source, (Owed(event="", least=least, most=most, source=node.source),))
    owed = _events(node, words)
    if key is keys.ANY_OF and len(owed) == 1:
        words.mistake("one event is no choice", node.source, f"write then: {owed[0].event}")
    return Then(kind, fields.source, owed)


def _events(node: Node, words: LawWords) -> tuple[Owed, ...]:
    """Return the events of `EVENT`, `[EVENT, EVENT]` or `{EVENT: {times: 2}}`."""
    found: dict[str, Owed] = {}
    lines: list[tuple[Node, Node | None]] = [(item, None) for item in plain.items_of(node)]
    if isinstance(node, Mapping):
        lines = [(entry.key, entry.value) for entry in node]
    if not lines:
        words.mistake("no event is named", node.source, "write EVENT, {EVENT: {times: 2}}, or none")
    for line, value in lines:
        if not fits(line, ("text",), "an event's name", words.profile.problems) or not isinstance(line, Scalar):
            continue
        name = phrase_of(line)
        service = known_event(name, words)
        event = name.text
        least, most = (1, 1) if value is None or _is_empty(value) else _owed(event, value, words)
        if event in found:
            words.mistake(f"`{event}` is owed twice", line.source, "leave one of them out, or write times: 2")
        found[event] = Owed(event=event, least=least, most=most, service=service, source=line.source)
    return tuple(found.values())


def _owed(event: str, node: Node, words: LawWords) -> tuple[int, int | None]:
    if not fits(node, ("map",), f"`{event}`", words.profile.problems):
        return 1, 1
    return _times(plain.map_of(node), words)


def _times(node: Mapping, words: LawWords) -> tuple[int, int | None]:
    fields = keys.OWED.read(node, words.profile, words.profile.problems)
    times = fields.get(keys.TIMES)
    if times is None:
        return 1, 1
    bounds = written_bounds(times)
    if bounds is None:
        words.mistake("`times` is not a number of times", times.source, COUNTS_HINT)
    elif bounds[1] == 0:
        words.mistake("`times: 0` owes nothing", times.source, "write then: {none: [EVENT]}, with what attributes it")
    elif bounds == (0, None):
        words.mistake("`times: 0..` allows everything", times.source, "write 1.. if it is owed, 0..3 if it is limited")
    elif not are_possible(*bounds):
        words.mistake(f"`times` is impossible: {bounds[0]} to {bounds[1]}", times.source, COUNTS_HINT)
    else:
        return bounds
    return 1, 1


def _series(node: Mapping, words: LawWords) -> SeriesLaw | None:
    fields = keys.SERIES_KEYS.read(node, words.profile, words.profile.problems)
    name = fields.node(keys.SERIES)
    if not isinstance(name, Scalar) or fields.get(keys.SERIES) is None:
        return None
    known_event(phrase_of(name), words)
    rises, never_falls = fields.get(keys.RISES), fields.get(keys.NEVER_FALLS)
    if rises is not None and never_falls is not None:
        words.mistake("both `rises` and `never_falls`", never_falls.source, "what rises never falls: write one of them")
    steps = fields.get(keys.STEPS)
    if steps is not None and rises is None and never_falls is None:
        words.mistake("`steps_at_most` of nothing", fields.at(keys.STEPS), "write rises: event.FIELD beside it")
    if fields.get(keys.SERIES_OWED) and not fields.has(keys.ENDS):
        words.mistake("an end is owed, but none is told", fields.at(keys.SERIES_OWED), "write ends: {event.FIELD: 100}")
    if not any(fields.has(key) for key in (keys.RISES, keys.NEVER_FALLS, keys.STARTS, keys.ENDS)):
        hint = "write rises: event.FIELD, never_falls, starts or ends"
        words.mistake("nothing is claimed of the series, so that it could not fail", node.source, hint)
    field_node = rises if rises is not None else never_falls
    each, starts, ends = fields.get(keys.SERIES_EACH), fields.get(keys.STARTS), fields.get(keys.ENDS)
    return SeriesLaw(
        event=str(name.value).strip(),
        each=_address(each, "`each`", words),
        field=_address(field_node, "what rises", words),
        strictly=rises is not None,
        starts=_claim(starts, "`starts`", words),
        ends=_claim(ends, "`ends`", words),
        owed=bool(fields.get(keys.SERIES_OWED)),
        steps_at_most=steps,
    )


def _address(node: Node | None, what: str, words: LawWords) -> Address | None:
    return address_at(node, what, words, EVENT_SCOPE) if node is not None else None


def _claim(node: Node | None, what: str, words: LawWords) -> Claim | None:
    return claim_at(node, what, words, EVENT_SCOPE) if node is not None else None


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None and not node.raw
