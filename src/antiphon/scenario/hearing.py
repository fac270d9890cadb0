"""Readers of `hear`: what each user hears, and does not hear, because of a step."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct, field

from antiphon.core.durations import duration_s
from antiphon.core.errors import UnknownKey, UnknownName
from antiphon.core.source import Source
from antiphon.history.frames import FRAMES, frame_name
from antiphon.language import plain_values as plain
from antiphon.language.counts import COUNTS_HINT, Bounds, are_possible, written_bounds
from antiphon.language.keys import ANYTHING, Fields, Key, Place, Reading, fits, kept
from antiphon.language.matcher import Matcher, compile_matcher
from antiphon.language.nodes import Entry, Mapping, Node, Scalar, Sequence
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.claim_model import DEFAULT_WAIT_S, Hear, HearItem, Save
from antiphon.scenario.groups import Hearers, hearers_in
from antiphon.scenario.item_claims import ANSWER, ANY_EVENT, SERIES_KEYS, ItemReading
from antiphon.scenario.reading import ScenarioReading, StepNotes, note_addresses, note_nodes, of_a_service
from antiphon.scenario.saving import read_saves

_OF_REQUEST = re.compile(r"(.+?)\s+of\s+the\s+request")
_NO = re.compile(r"no\s+(\S.*)")


class Within(Struct, frozen=True):
    """A promise about one event: how soon, and from when."""

    seconds: float
    of_request: bool = False


class Limits(Struct, frozen=True):
    """The time limits that a step gives to its hear items."""

    within: Within | None = None
    wait_s: float | None = None


def read_within(node: Node, reading: Reading) -> Within | None:
    """Return `100ms`, or `100ms of the request`."""
    written = node.value.strip() if isinstance(node, Scalar) and isinstance(node.value, str) else ""
    found = _OF_REQUEST.fullmatch(written)
    if found is None:
        seconds = plain.duration()(node, reading)
        return Within(seconds) if seconds is not None else None
    if duration_s(found[1]) is None:
        reading.problems.mistake(f"`{found[1]}` is not a duration", node.source, "write `100ms of the request`")
        return None
    seconds = plain.duration()(Scalar(found[1], node.source, raw=found[1]), reading)
    return Within(seconds, of_request=True) if seconds is not None else None


def read_times(node: Node, reading: Reading) -> Bounds | None:
    """Return the bounds of `2`, `1..3` or `2..`."""
    bounds = written_bounds(node)
    if bounds is None:
        reading.problems.mistake("`times` is not a number of times", node.source, COUNTS_HINT)
        return None
    if bounds[1] == 0:
        reading.problems.mistake("`times: 0` claims nothing to wait for", node.source, "write `no EVENT` instead")
        return None
    if not are_possible(*bounds):
        reading.problems.mistake(f"`times` is impossible: {bounds[0]} to {bounds[1]}", node.source, COUNTS_HINT)
        return None
    return bounds


def bounds_of(node: Node) -> Bounds | None:
    """Return the bounds of `2`, `1..3` or `2..`; None where it is none of these, or impossible."""
    bounds = written_bounds(node)
    return bounds if bounds is not None and are_possible(*bounds) else None


EVENT = Key("event", ("text",), plain.text, "the event's name")
DATA = kept("data", ANYTHING, "what its first argument must match")
ITEM_WITHIN = Key("within", ("text", "number"), read_within, "a promise about this one event")
ITEM_AFTER = Key("after", ("text", "number"), read_within, "it is not heard earlier than this")
ITEM_WAIT = Key("wait", ("text", "number"), plain.duration(), "how long to go on listening")
TIMES = Key("times", ("number", "text"), read_times, "how often: 2, 1..3, 2..")
ITEM_SAVE = kept("save", ("map",), "values kept from the event")
FRAME = Key("frame", ("text",), plain.one_of("kind of frame", ("ping", "pong", "text")), "a raw frame, no event")
ITEM = Place[Reading](
    "an item of `hear`",
    (EVENT, DATA, ITEM_WITHIN, ITEM_AFTER, ITEM_WAIT, TIMES, *SERIES_KEYS, ITEM_SAVE, ANSWER, FRAME),
)
ABSENT = Place[Reading]("an item that must not be heard", (EVENT, DATA, FRAME))

NEVER = kept("never", ("list", "map", "text"), "not to be heard until the scenario's end")
IN_ORDER = kept("in_order", ("list",), "items heard in this order")
ONLY = Key("only", ("boolean",), plain.flag, "nothing that no item names")
GROUPS = Place[Reading]("`hear`", (NEVER, IN_ORDER, ONLY))


class _Heard(Struct):
    """What one user's part of a `hear` says, as it is gathered."""

    items: list[HearItem] = field(default_factory=list)
    in_order: list[tuple[HearItem, ...]] = field(default_factory=list)
    no: list[HearItem] = field(default_factory=list)
    never: list[HearItem] = field(default_factory=list)
    nothing: Source | None = None
    only: Source | None = None


def read_hear(node: Node, limits: Limits, reading: ScenarioReading, notes: StepNotes) -> tuple[Hear, ...]:
    """Return what each user named in a `hear` hears and does not hear.

    Args:
        node: The map of users.
        limits: What the step says for all items.
        reading: The file's reading.
        notes: Where the names that matchers use are noted.
    """
    if isinstance(node, Mapping) and not node.entries:
        reading.problems.mistake("`hear` names nobody", node.source, "write `hear: {bob: nothing}` or name an event")
    heard = []
    for entry in plain.map_of(node):
        user, hearers = hearers_in(entry.name)
        words = reading.words_of(user)
        if reading.vocabulary.sockets and not words.speaks:
            hint = f"name a socket of the user that belongs to a service: {user}.SOCKET"
            reading.problems.mistake("the target has no socket of its own to hear on", entry.key.source, hint)
        one = _Reader(limits, reading, notes, words).read(entry, user, hearers)
        if one is not None:
            heard.append(one)
    return tuple(heard)


class _Reader:
    """Reads one user's part of a `hear`."""

    def __init__(self, limits: Limits, reading: ScenarioReading, notes: StepNotes, words: Vocabulary) -> None:
        self.limits = limits
        self.reading = reading
        self.words = words
        self.problems = reading.problems
        self.notes = notes
        self.heard = _Heard()

    def read(self, entry: Entry, user: str, hearers: Hearers) -> Hear | None:
        node = entry.value
        if not fits(node, ("map", "list", "text"), f"what `{entry.name}` hears", self.problems):
            return None
        for part in plain.items_of(node):
            self._part(part)
        heard = self.heard
        if isinstance(node, Sequence) and not node.items:
            self.problems.mistake("an empty list claims nothing", node.source, "write `nothing`, or name an event")
        if heard.nothing is not None and (heard.items or heard.in_order):
            hint = "`only: true` beside the items says that nothing else is heard"
            self.problems.mistake("`nothing` stands beside events that must be heard", heard.nothing, hint)
        if heard.only is not None and not (heard.items or heard.in_order):
            self.problems.mistake("`only` without an event to hear", heard.only, "write `nothing` instead")
        if hearers == "any" and (heard.nothing or heard.no or heard.never or heard.only):
            hint = f"write `{user}` alone: then each of them hears nothing of the kind"
            self.problems.mistake(f"`{entry.name}` claims an absence, which is everybody's", entry.key.source, hint)
        return Hear(
            user=user,
            any=hearers == "any",
            source=entry.key.source,
            items=tuple(heard.items),
            in_order=tuple(heard.in_order),
            nothing=heard.nothing,
            no=tuple(heard.no),
            never=tuple(heard.never),
            only=heard.only,
        )

    def _part(self, node: Node) -> None:
        if not fits(node, ("map", "text"), "an item of `hear`", self.problems):
            return
        if isinstance(node, Mapping):
            self._map(node)
        elif isinstance(node, Scalar):
            self._word(node)

    def _word(self, node: Scalar) -> None:
        text = str(node.value).strip()
        if text == "nothing":
            self.heard.nothing = node.source
        elif found := _NO.fullmatch(text):
            self._add(self.heard.no, self._item(found[1].strip(), node.source, None, None))
        else:
            self._add(self.heard.items, self._item(text, node.source, None, None))

    def _map(self, node: Mapping) -> None:
        groups = {entry.name for entry in node if entry.name in GROUPS.keys}
        denied = [entry for entry in node if _NO.fullmatch(entry.name)]
        rest = [entry for entry in node if entry.name not in groups and entry not in denied]
        if groups:
            self._groups(GROUPS.read(node, self.reading, self.problems, besides={e.name for e in node} - groups), node)
        for entry in denied:
            name = entry.name.split(None, 1)[1].strip()
            self._add(self.heard.no, self._item(name, entry.key.source, entry.value, None))
        if (denied or groups) and rest and all(entry.name in ITEM.keys for entry in rest):
            for entry in rest:
                owner = denied[0].name if denied else min(groups)
                self.problems.mistake(
                    f"`{entry.name}` does not go with `{owner}`", entry.key.source, "write it in an item of its own"
                )
        elif rest or not node.entries:
            self._add(self.heard.items, self._long_or_short(Mapping(tuple(rest), node.source, node.flow), ITEM))

    def _groups(self, fields: Fields, node: Mapping) -> None:
        if fields.has(ONLY):
            if fields.get(ONLY):
                entry = node.entry(ONLY.name)
                self.heard.only = entry.key.source if entry is not None else node.source
            elif fields.get(ONLY) is False:
                self.problems.mistake("`only: false` claims nothing", fields.at(ONLY), "leave it out")
        never = fields.get(NEVER)
        if never is not None:
            for part in self._some(never, "never"):
                self._add(self.heard.never, self._absent(part))
        ordered = fields.get(IN_ORDER)
        if ordered is not None:
            items = [self._positive(part) for part in self._some(ordered, "in_order")]
            self.heard.in_order.append(tuple(item for item in items if item is not None))

    def _some(self, node: Node, key: str) -> tuple[Node, ...]:
        items = plain.items_of(node)
        if not items:
            self.problems.mistake(f"`{key}` is an empty list", node.source, "name an event, or leave it out")
        return items

    def _positive(self, node: Node) -> HearItem | None:
        if not fits(node, ("map", "text"), "an item of `in_order`", self.problems):
            return None
        if isinstance(node, Mapping):
            return self._long_or_short(node, ITEM)
        return self._item(_text(node), node.source, None, None)

    def _absent(self, node: Node) -> HearItem | None:
        if not fits(node, ("map", "text"), "an item of `never`", self.problems):
            return None
        if isinstance(node, Mapping):
            return self._long_or_short(node, ABSENT)
        return self._item(_text(node), node.source, None, None)

    def _long_or_short(self, node: Mapping, place: Place[Reading]) -> HearItem | None:
        """Read `{event: NAME, data: …}` or `{NAME: MATCHER, …}`."""
        names = [entry for entry in node if entry.name not in place.keys and entry.name not in ITEM.keys]
        long = "event" in node
        if len(names) > (0 if long else 1):
            self._too_many(names, place, long=long)
            return None
        fields = place.read(node, self.reading, self.problems, besides={entry.name for entry in names})
        if not names and fields.has(FRAME):
            kind = fields.get(FRAME)
            data = fields.get(DATA)
            if long:
                hint = "a frame is no event: write the one or the other"
                self.problems.mistake("both `event` and `frame`", fields.at(EVENT), hint)
            return (
                self._item(self._frame(kind), fields.at(FRAME), data, fields, long=True) if kind is not None else None
            )
        if long:
            name = fields.get(EVENT)
            data = fields.get(DATA)
            return self._item(name, fields.at(EVENT), data, fields, long=True) if name is not None else None
        if not names:
            if not any(key.later for entry in node if (key := place.keys.get(entry.name)) is not None):
                self.problems.mistake("an item of `hear` names no event", node.source, "write `EVENT: MATCHER`")
            return None
        if fields.has(DATA):
            hint = "the matcher stands behind the event's name, or behind `data` beside `event: NAME`"
            self.problems.mistake("`data` stands beside an event in the short form", fields.at(DATA), hint)
        return self._item(names[0].name, names[0].key.source, names[0].value, fields)

    def _frame(self, kind: str) -> str:
        """Return the name under which a frame is heard; on a plain WebSocket a text without a name is an event."""
        return kind if kind == "text" and self.words.plain else frame_name(kind)

    def _too_many(self, names: list[Entry], place: Place[Reading], *, long: bool) -> None:
        if long:
            for entry in names:
                self.problems.add(
                    UnknownKey(key=entry.name, source=entry.key.source, known=place.known, where=place.name)
                )
            return
        known = self.words.events_heard
        for entry in names[1:]:
            if known and entry.name not in known and names[0].name in known:
                self.problems.add(
                    UnknownKey(key=entry.name, source=entry.key.source, known=place.known, where=place.name)
                )
                return
        shown = " and ".join(f"`{entry.name}`" for entry in names)
        hint = "write a list: one item for each event"
        self.problems.mistake(f"one item names several events: {shown}", names[1].key.source, hint)

    def _add(self, items: list[HearItem], item: HearItem | None) -> None:
        if item is not None:
            items.append(item)

    def _item(
        self, event: str, source: Source, data: Node | None, fields: Fields | None, *, long: bool = False
    ) -> HearItem | None:
        mentions: Matcher | None = None
        matcher: Matcher | None = None
        if event == ANY_EVENT and not long:
            mentions = self._mentions(source, data)
            if mentions is None:
                return None
        else:
            self._known(event, source, alone=data is None and fields is None)
            matcher = self._matcher(data)
        fields = fields if fields is not None else Fields(source)
        times = fields.get(TIMES) or (1, 1)
        within, after = fields.get(ITEM_WITHIN) or self.limits.within, fields.get(ITEM_AFTER)
        return HearItem(
            event=event,
            source=source,
            data=matcher,
            mentions=mentions,
            within_s=within.seconds if within is not None else None,
            of_request=within.of_request if within is not None else False,
            after_s=after.seconds if after is not None else None,
            after_of_request=after.of_request if after is not None else False,
            wait_s=self._wait_s(event, source, within, after, fields),
            times_low=times[0],
            times_high=times[1],
            series=ItemReading(self.reading, self.notes, self.words).series(fields, times[1]),
            save=self._saves(fields.get(ITEM_SAVE)),
            answer=ItemReading(self.reading, self.notes, self.words).answer(fields),
        )

    def _known(self, event: str, source: Source, *, alone: bool) -> None:
        vocabulary = self.words
        if of_a_service(event, source, self.reading, "hear `{}` on a user's socket there: bob.SOCKET"):
            return
        if event not in FRAMES and not vocabulary.knows_event(event):
            known = sorted({*vocabulary.events_heard, *(("nothing",) if alone else ())})
            self.problems.add(UnknownName(kind="event", name=event, source=source, known=known))

    def _mentions(self, source: Source, data: Node | None) -> Matcher | None:
        if not isinstance(data, Mapping):
            hint = 'write any_event: {mentions: "{{ message.id }}"}'
            self.problems.mistake("`any_event` does not say what it mentions", source, hint)
            return None
        return ItemReading(self.reading, self.notes, self.words).mentions(data)

    def _wait_s(self, event: str, source: Source, within: Within | None, after: Within | None, fields: Fields) -> float:
        """Return how long to go on listening; a time that nothing can keep is noted."""
        own_s = fields.get(ITEM_WAIT)
        wait_s = own_s if own_s is not None else self.limits.wait_s
        bounds = [(ITEM_WITHIN.name, within), (ITEM_AFTER.name, after)]
        if after is not None and _is_empty(after, within):
            sentence = f"an impossible time for {event}: `after` is not shorter than `within`"
            self.problems.mistake(sentence, fields.at(ITEM_AFTER), "it is heard after the one and within the other")
        if wait_s is None:
            return max(DEFAULT_WAIT_S, *(2 * bound.seconds for _, bound in bounds if bound is not None), 0.0)
        for name, bound in bounds:
            if bound is not None and wait_s < bound.seconds:
                hint = f"`wait` is how long to go on listening; it cannot end before `{name}`"
                sentence = f"an impossible time for {event}: `wait` is shorter than `{name}`"
                self.problems.mistake(sentence, source, hint)
        return wait_s

    def _matcher(self, node: Node | None) -> Matcher | None:
        if node is None or (isinstance(node, Scalar) and node.value is None and not node.raw):
            return None
        note_nodes(self.notes.heard, (node,))
        return compile_matcher(node, self.problems)

    def _saves(self, node: Node | None) -> tuple[Save, ...]:
        saves = read_saves(node, self.reading, body="event") if node is not None else ()
        note_addresses(self.notes.heard, (save.address for save in saves))
        return saves


def events_of(hears: Iterable[Hear]) -> Iterable[str]:
    """Yield the names of all events that are to be heard, or not to be heard."""
    for hear in hears:
        for item in (*hear.positives, *hear.no, *hear.never):
            if item.mentions is None and item.event not in FRAMES:
                yield item.event


def _is_empty(after: Within, within: Within | None) -> bool:
    """Return whether no moment lies between two bounds that count from the same."""
    return within is not None and after.of_request == within.of_request and after.seconds >= within.seconds


def _text(node: Node) -> str:
    return str(node.value).strip() if isinstance(node, Scalar) else ""
