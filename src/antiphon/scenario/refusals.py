"""Reader of `refused` where somebody is turned away: at `connect`, `reconnect`, and at the verbs of a session."""

from __future__ import annotations

from antiphon.core.errors import UnknownName
from antiphon.language import plain_values as plain
from antiphon.language.call_compiler import matcher
from antiphon.language.keys import ANYTHING, Key, Place, Reading
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.claim_model import REFUSAL_WAYS, Refusal

WITH = Key("with", ("text",), plain.text, "connect_error, dropped, http, or the event that says so")
DATA = Key("data", ANYTHING, matcher, "what must have come with it")
REFUSED_WITH = Place[Reading]("`refused`", (WITH, DATA))


def read_refusal(node: Node, reading: Reading) -> Refusal | None:
    """Return what `refused: true` or `refused: {with: http, data: …}` claims."""
    if isinstance(node, Scalar):
        if node.value is False:
            reading.problems.mistake("`refused: false` claims nothing", node.source, "leave it out")
            return None
        return Refusal(source=node.source)
    fields = REFUSED_WITH.read(plain.map_of(node), reading, reading.problems)
    if isinstance(node, Mapping) and not node.entries:
        reading.problems.mistake("an empty `refused` claims nothing", node.source, "write true, or {with: http}")
        return None
    return Refusal(source=node.source, by=fields.get(WITH) or "", data=fields.get(DATA))


def check_refusal(refusal: Refusal | None, verb: str, vocabulary: Vocabulary, reading: Reading) -> None:
    """Note a way in which this verb cannot be refused.

    Args:
        refusal: What is claimed; None claims nothing.
        verb: The step's.
        vocabulary: The target's events.
        reading: Where problems go.
    """
    if refusal is None or not refusal.by:
        return
    if verb in ("login", "refresh", "logout"):
        if refusal.by != "http":
            hint = "write {with: http, data: {code: …}}: its calls are answered with a status from 400 to 499"
            reading.problems.mistake(f"`{verb}` is refused over HTTP, not with `{refusal.by}`", refusal.source, hint)
    elif refusal.by not in REFUSAL_WAYS and not vocabulary.knows_event(refusal.by):
        known = [*REFUSAL_WAYS, *sorted(vocabulary.events_heard)]
        reading.problems.add(UnknownName(kind="way to refuse", name=refusal.by, source=refusal.source, known=known))
