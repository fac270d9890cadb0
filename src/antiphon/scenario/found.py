"""A step's verb as it was found, and what all kinds of steps are made of."""

from __future__ import annotations

from typing import Any, Protocol

from msgspec import Struct

from antiphon.core.errors import Problems
from antiphon.core.text import shortened
from antiphon.language import plain_values as plain
from antiphon.language.address import parse_address
from antiphon.language.keys import Fields, Key
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.scenario import step_keys as keys
from antiphon.scenario.claim_model import Save
from antiphon.scenario.hearing import Limits, read_hear
from antiphon.scenario.reading import ScenarioReading, StepNotes, note_addresses, note_nodes
from antiphon.scenario.saving import read_saves
from antiphon.scenario.step_model import Actor, AnyStep
from antiphon.scenario.uses import Use, uses_of


class Found(Struct, frozen=True):
    """A step's verb.

    Attributes:
        verb: The method or word.
        rest: What stands behind it in the short form.
        node: The whole step.
        actor: Who does it; None of verbs without a user.
        line: The verb's value: the scalar of a verb line, the value of a block's key.
        keys: The step's keys that make up the verb.
    """

    verb: str
    rest: str
    node: Mapping
    actor: Actor | None
    line: Node
    keys: tuple[str, ...]


class StepCompiler(Protocol):
    """What a block needs to compile the steps inside it."""

    @property
    def reading(self) -> ScenarioReading:
        """The file's reading."""
        ...

    def many(self, node: Node, prefix: str, *, first: int = 1) -> tuple[AnyStep, ...]:
        """Return the steps of a list."""
        ...

    def one(self, node: Node, number: str) -> AnyStep | None:
        """Return the step of a map."""
        ...


def common(
    found: Found,
    fields: Fields,
    number: str,
    reading: ScenarioReading,
    label: str,
    *,
    body: str = "response",
    own: tuple[Key[Any, Any], ...] = (),
    heard: Node | None = None,
) -> dict[str, Any]:
    """Return the fields that every step has.

    Args:
        found: The verb.
        fields: The step's keys.
        number: The step's number.
        reading: The file's reading.
        label: The step in one line.
        body: What `$` means in its `save`.
        own: Limits (`within`, `wait`) that are the verb's own as well, or instead.
        heard: What stands in place of the key `hear`.
    """
    notes = reading.begin(number)
    note_claim(notes.before, fields.node(keys.IF))
    hear = _hear(fields, reading, notes, own, heard if heard is not None else fields.node(keys.HEAR))
    return {
        "number": number,
        "label": label,
        "source": found.node.source,
        "name": fields.get(keys.NAME) or "",
        "condition": fields.get(keys.IF),
        "save": _saves(fields, keys.SAVE, reading, notes, body),
        "append": _saves(fields, keys.APPEND, reading, notes, body),
        "hear": hear,
        "retries": fields.get(keys.RETRY) or 0,
        "must": bool(fields.get(keys.MUST)),
    }


def _hear(
    fields: Fields, reading: ScenarioReading, notes: StepNotes, own: tuple[Key[Any, Any], ...], node: Node | None
) -> Any:
    within = None if keys.STATE_WITHIN in own else fields.get(keys.WITHIN)
    wait_s = fields.get(keys.WAIT)
    if node is None:
        for key in (keys.WITHIN, keys.WAIT):
            if key.name in tuple(fields) and not any(key.name == one.name for one in own):
                hint = f"`{key.name}` limits what is heard; leave it out"
                reading.problems.mistake(f"`{key.name}` stands without `hear`", fields.at(key), hint)
        return ()
    return read_hear(node, Limits(within, wait_s), reading, notes)


def _saves(
    fields: Fields, key: Key[Any, Node], reading: ScenarioReading, notes: StepNotes, body: str
) -> tuple[Save, ...]:
    node = fields.get(key)
    saves = read_saves(node, reading, body=body) if node is not None else ()
    note_addresses(notes.answered, (save.address for save in saves))
    return saves


def note_claim(uses: list[Use], node: Node | None) -> None:
    """Add the names that a claim's addresses and matchers use."""
    if node is None:
        return
    for entry in plain.map_of(node):
        address = parse_address(entry.name, entry.key.source, Problems(), body="response", at=entry.key.at)
        uses.extend(uses_of(address))
        note_nodes(uses, (entry.value,))


def actor_text(actor: Actor | None) -> str:
    """Return who does a step, as its label says it."""
    if actor is None:
        return ""
    return actor.name if isinstance(actor.name, str) else actor.name.text


def user_label(found: Found) -> str:
    """Return the label of a user's step: `alice: POST /messages/send`."""
    text = str(found.line.value) if isinstance(found.line, Scalar) else found.verb
    return shortened(f"{actor_text(found.actor)}: {' '.join(text.split())}", limit=160)
