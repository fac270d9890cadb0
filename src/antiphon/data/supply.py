"""What a scenario draws people, messages and files from: fixtures first, then whatever the dice make.

The fixtures are the same for the whole run; each scenario draws from them anew and in an order of its
own dice, so that what it gets does not depend on which scenarios ran before it or beside it. Nothing is
made in the target by drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from msgspec import Struct

from antiphon.core.clock import Dice
from antiphon.core.errors import EnvironmentProblem
from antiphon.core.source import Source
from antiphon.data import people, texts
from antiphon.data.files import SampleFile, make_file
from antiphon.data.names import WORDS
from antiphon.data.people import Person

PEOPLE, MESSAGES, FILES = 20, 50, 15

_FILE_ENDINGS = ("txt", "csv", "json", "png", "jpg", "pdf", "zip", "bin")
_FILE_SIZES = (1_000, 10_000, 100_000, 1_000_000)

T = TypeVar("T")


@dataclass(eq=False, kw_only=True)
class NothingToDraw(EnvironmentProblem):
    """A scenario wants more than the fixtures hold, and making more is switched off."""

    what: str
    held: int
    source: Source | None = None

    def __str__(self) -> str:
        return f"the fixtures hold {self.held} {self.what} for a scenario, and it asks for more"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "set GENERATE_DYNAMIC_DATA=true, or USE_FIXTURES=true if it is off"


class Fixtures(Struct, frozen=True):
    """The pool of a run: full names, messages, and files by name and size, which are made when they are drawn."""

    names: tuple[str, ...]
    messages: tuple[str, ...]
    files: tuple[tuple[str, int], ...]


def fixtures(dice: Dice, *, count: tuple[int, int, int] = (PEOPLE, MESSAGES, FILES)) -> Fixtures:
    """Return the pool that these dice throw: so many people, messages (every kind in turn) and files (every type)."""
    whom, what, which = dice.child("people"), dice.child("messages"), dice.child("files")
    people_count, message_count, file_count = count
    names: dict[str, None] = {}
    while len(names) < people_count:
        names[people.full_name(whom)] = None
    kinds = tuple(texts.MESSAGE_KINDS)
    return Fixtures(
        tuple(names),
        tuple(texts.message(what, kinds[index % len(kinds)]) for index in range(message_count)),
        tuple(_file(which, index) for index in range(file_count)),
    )


class Supply:
    """What one scenario draws from.

    Args:
        pool: The run's fixtures.
        dice: The scenario's own.
        run_id: Goes into every name and address.
        use_fixtures: Whether the pool is drawn from (`USE_FIXTURES`).
        generate: Whether more is made when it is empty (`GENERATE_DYNAMIC_DATA`).
    """

    __slots__ = ("_dice", "_drawn", "_files", "_generate", "_made_files", "_messages", "_names", "_run_id")

    def __init__(
        self, pool: Fixtures, dice: Dice, run_id: str, *, use_fixtures: bool = True, generate: bool = True
    ) -> None:
        self._dice = dice
        self._run_id = run_id
        self._generate = generate
        self._made_files = 0
        self._drawn: dict[str, SampleFile] = {}
        order = dice.child("order")
        self._names = _Draw("people", _shuffled(pool.names, order) if use_fixtures else [])
        self._messages = _Draw("messages", _shuffled(pool.messages, order) if use_fixtures else [])
        self._files = _Draw("files", _shuffled(pool.files, order) if use_fixtures else [])

    def person(self, dice: Dice | None = None) -> Person:
        """Return the next person; the address is always new.

        Args:
            dice: Those of the user, so that an address does not depend on who else was made; else the scenario's.

        Raises:
            NothingToDraw: The pool is empty, and nothing may be made.
        """
        own = dice or self._dice
        name = self._names.next(self._making(people.full_name, own))
        email = people.email_of(name, own, self._run_id)
        return Person(people.unique(name, self._run_id), email, people.password(own))

    def name(self) -> str:
        """Return the next person's name.

        Raises:
            NothingToDraw: The pool is empty, and nothing may be made.
        """
        return people.unique(self._names.next(self._making(people.full_name)), self._run_id)

    def message(self) -> str:
        """Return the next message.

        Raises:
            NothingToDraw: The pool is empty, and nothing may be made.
        """
        return self._messages.next(self._making(texts.message))

    def file(self) -> SampleFile:
        """Return the next file, the run's id in its name.

        Raises:
            NothingToDraw: The pool is empty, and nothing may be made.
        """
        name, size = self._files.next(self._making(self._next_file))
        stem, _, ending = name.rpartition(".")
        marked = f"{stem}-{self._run_id}.{ending}" if self._run_id else name
        made = self._drawn[marked] = make_file(marked, self._dice.child(name), size)
        return made

    def drawn(self, name: str) -> SampleFile | None:
        """Return a file that was drawn before."""
        return self._drawn.get(name)

    def _making(self, make: Callable[[Dice], T], dice: Dice | None = None) -> Callable[[], T] | None:
        return (lambda: make(dice or self._dice)) if self._generate else None

    def _next_file(self, dice: Dice) -> tuple[str, int]:
        self._made_files += 1
        return _file(dice, len(_FILE_ENDINGS) * 2 + self._made_files)


class _Draw(Generic[T]):
    """Hands out what is held, one after the other, then what is made."""

    __slots__ = ("_drawn", "_held", "_what")

    def __init__(self, what: str, held: Sequence[T]) -> None:
        self._what = what
        self._held = held
        self._drawn = 0

    def next(self, make: Callable[[], T] | None) -> T:
        if self._drawn < len(self._held):
            self._drawn += 1
            return self._held[self._drawn - 1]
        if make is None:
            raise NothingToDraw(what=self._what, held=len(self._held))
        return make()


def _shuffled(items: Sequence[T], dice: Dice) -> list[T]:
    order = list(items)
    for place in range(len(order) - 1, 0, -1):
        other = dice.integer(0, place)
        order[place], order[other] = order[other], order[place]
    return order


def _file(dice: Dice, index: int) -> tuple[str, int]:
    # Every type in turn, and a broken image after each round of them.
    ending = (*_FILE_ENDINGS, "broken")[index % (len(_FILE_ENDINGS) + 1)]
    name = f"{dice.choice(WORDS)}-{index}"
    return (f"broken-{name}.png", 2_000) if ending == "broken" else (f"{name}.{ending}", dice.choice(_FILE_SIZES))
