"""Readers of what an item of `hear` may say besides its event: `rising`, `first`, `last`, `any_event`, `answer`."""

from __future__ import annotations

from msgspec import Struct

from antiphon.language import plain_values as plain
from antiphon.language.address import Address, address_of
from antiphon.language.keys import ANYTHING, Fields, Key, Place, Reading, kept
from antiphon.language.matcher import Matcher, compile_matcher
from antiphon.language.mentions import compile_mentions
from antiphon.language.nodes import Node
from antiphon.language.template import Value, compile_value
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.claim_model import Series
from antiphon.scenario.reading import ScenarioReading, StepNotes, note_addresses, note_nodes

RISING = kept("rising", ("text",), "an address whose value is more in each of its events than in the one before")
FALLING = kept("falling", ("text",), "an address whose value is less in each of its events than in the one before")
FIRST = kept("first", ANYTHING, "what the first of its events must match")
LAST = kept("last", ANYTHING, "what the last of its events must match; it is waited for")
SERIES_KEYS = (RISING, FALLING, FIRST, LAST)

ANSWER = kept("answer", ANYTHING, "the value acknowledged to a target that asks")

ANY_EVENT = "any_event"
MENTIONS = kept("mentions", ("text", "number"), "a text or number that stands anywhere in it", required=True)
ANY = Place[Reading]("`any_event`", (MENTIONS,))


class ItemReading(Struct, frozen=True):
    """What the readers of an item share.

    Attributes:
        reading: The file's.
        notes: Where its names are noted.
        words: What is said on the hearer's socket.
    """

    reading: ScenarioReading
    notes: StepNotes
    words: Vocabulary

    def matcher(self, node: Node) -> Matcher:
        """Return a matcher of an event's data."""
        note_nodes(self.notes.heard, (node,))
        return compile_matcher(node, self.reading.problems)

    def series(self, fields: Fields, times_high: int | None) -> Series | None:
        """Return what an item claims of all its events together; None where it claims nothing of the kind."""
        if not any(fields.has(key) for key in SERIES_KEYS):
            return None
        problems = self.reading.problems
        written = [key for key in (RISING, FALLING) if fields.has(key)]
        if len(written) == 2:
            problems.mistake("what is `rising` is not `falling` as well", fields.at(FALLING), "keep one of them")
        if written and times_high == 1:
            hint = "add `times`, such as `times: 2..`"
            problems.mistake(f"one event alone is never not `{written[0].name}`", fields.at(written[0]), hint)
        first, last = fields.get(FIRST), fields.get(LAST)
        return Series(
            source=fields.at(written[0]) if written else fields.source,
            along=self._along(fields, written[0]) if written else None,
            falling=fields.has(FALLING),
            first=self.matcher(first) if first is not None else None,
            last=self.matcher(last) if last is not None else None,
        )

    def _along(self, fields: Fields, key: Key[object, Node]) -> Address | None:
        node = fields.get(key)
        if node is None:
            return None
        address = address_of(node, self.reading.problems, body="event")
        note_addresses(self.notes.heard, (address,))
        return address

    def answer(self, fields: Fields) -> Value | None:
        """Return what is acknowledged to a target that asks; None where nothing is."""
        node = fields.get(ANSWER)
        if node is None:
            return None
        if self.words.plain:
            hint = "let the user emit the answer, in a step of its own"
            self.reading.problems.mistake("a plain WebSocket asks for no acknowledgement", node.source, hint)
        note_nodes(self.notes.heard, (node,))
        return compile_value(node, self.reading.problems)

    def mentions(self, node: Node) -> Matcher | None:
        """Return what any event must mention; None where that cannot be read."""
        problems = self.reading.problems
        fields = ANY.read(plain.map_of(node), self.reading, problems)
        wanted = fields.get(MENTIONS)
        if wanted is None:
            return None
        note_nodes(self.notes.heard, (wanted,))
        return compile_mentions(wanted, problems)
