"""What the readers of one scenario or fragment share: the target's words, the names that act, the fragments."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct, field

from antiphon.core.errors import Mistake
from antiphon.core.source import Source
from antiphon.language.address import Address
from antiphon.language.keys import Reading
from antiphon.language.nodes import Node
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.groups import group_in, socket_name
from antiphon.scenario.step_model import Fragment
from antiphon.scenario.uses import Use, uses_in, uses_of

MOST_STEPS = 5_000
"""Steps of a scenario, those of its fragments included."""


def no_files(name: str) -> bytes:
    """Refuse to read a file: what a suite is read with that has none beside its scenarios.

    Raises:
        Mistake: Always.
    """
    raise Mistake(sentence=f"`{name}` cannot be read here")


class StepNotes(Struct):
    """Which names a step uses, and when: what the check of names goes by.

    Attributes:
        before: Before the step is begun: its condition and what is sent.
        answered: When it is answered: its claims and what it saves.
        heard: When events are looked at.
    """

    before: list[Use] = field(default_factory=list)
    answered: list[Use] = field(default_factory=list)
    heard: list[Use] = field(default_factory=list)


class ScenarioReading(Reading):
    """The reading of one file.

    Attributes:
        vocabulary: The target's words.
        file_bytes: Gives the contents of a file of the suite; raises `Mistake`.
        fragment: Returns the fragment of a name, or None where there is none that can be used.
        acting: The names that may act: users, taken users, names of rounds.
        several: Those of them that stand for several users: groups, and lists of users that a fragment takes.
        channels: Users and their further sockets (`bob.bills`) → the service whose socket that is; empty: the target's.
        notes: By the step's number.
        steps: How many steps there are so far.
    """

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    file_bytes: Callable[[str], bytes] = no_files
    fragment: Callable[[str, Source], Fragment | None] = lambda _name, _source: None
    acting: set[str] = field(default_factory=set)
    several: set[str] = field(default_factory=set)
    channels: dict[str, str] = field(default_factory=dict)
    notes: dict[str, StepNotes] = field(default_factory=dict)
    steps: int = 0

    def has_room(self, count: int, source: Source) -> bool:
        """Return whether `count` more steps may stand in this file; that there are too many is noted once."""
        full = self.steps > MOST_STEPS
        self.steps += count
        if not full and self.steps > MOST_STEPS:
            hint = "split it into several scenarios, or use `repeat`"
            self.problems.mistake(f"more than {MOST_STEPS:,} steps, fragments included", source, hint)
        return self.steps <= MOST_STEPS

    def words_of(self, user: str, socket: str = "") -> Vocabulary:
        """Return what is said on a user's socket, or on any if it is not known here which that is.

        Args:
            user: The name that acts or hears: of a user, a group, one of a group, or `bob.bills`.
            socket: What the step's `socket` names.
        """
        name = socket_name(group_in(user), socket) if socket else group_in(user)
        return self.vocabulary.on(self.channels.get(name))

    def begin(self, number: str) -> StepNotes:
        """Return new notes for the step of this number."""
        return self.notes.setdefault(number, StepNotes())


def of_a_service(event: str, source: Source, reading: ScenarioReading, hint: str) -> bool:
    """Return whether an event is named as the profile names those of services, which is noted with a hint.

    In a scenario the connection says whose event it is.

    Args:
        event: The name.
        source: Where it stands.
        reading: The file's reading.
        hint: What to write; `{}` stands for the event's own name.
    """
    service, own = reading.vocabulary.event_in(event)
    if service:
        sentence = f"`{event}` names a service, which in a scenario the socket does"
        reading.problems.mistake(sentence, source, hint.format(own))
    return bool(service)


def note_nodes(uses: list[Use], nodes: Iterable[Node | None]) -> None:
    """Add the names that templates inside `nodes` use."""
    for node in nodes:
        if node is not None:
            uses.extend(uses_in(node))


def note_addresses(uses: list[Use], addresses: Iterable[Address]) -> None:
    """Add the names that `addresses` begin with."""
    for address in addresses:
        uses.extend(uses_of(address))
