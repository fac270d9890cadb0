"""The errors of Antiphon: one root, and a branch for each person who can act on them.

A failed expectation is a verdict, never one of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from antiphon.core.source import Source
from antiphon.core.text import did_you_mean, listed


class AntiphonError(Exception):
    """Anything that Antiphon itself reports: a sentence, where it was found, and what to do.

    Subclasses are dataclasses: their fields make the sentence. `source` is where the cause was
    written, `hint` what to do next; either may be None.
    """

    source: Source | None = None

    @property
    def hint(self) -> str | None:
        """What to do next, in one line."""
        return None

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions pickle by `args`, which dataclasses leave empty; workers send errors home.
        return (_revive, (type(self), dict(self.__dict__)))


def _revive(kind: type[AntiphonError], fields: dict[str, object]) -> AntiphonError:
    error = kind.__new__(kind)
    error.__dict__.update(fields)
    return error


class ScenarioError(AntiphonError):
    """The author of a scenario or profile can mend this; found before the target is touched (exit 2)."""


class EnvironmentProblem(AntiphonError):
    """Whoever runs Antiphon can mend this: the target, the network, an account, a variable (exit 3)."""


class UsageError(AntiphonError):
    """Whoever typed the command can mend this (exit 2)."""


@dataclass(eq=False, kw_only=True)
class Mistake(ScenarioError):
    """A mistake in a file whose kind needs no class of its own: the sentence, the place, the hint."""

    sentence: str
    source: Source | None = None
    advice: str | None = None

    def __str__(self) -> str:
        return self.sentence

    @property
    def hint(self) -> str | None:
        """What to do next."""
        return self.advice


@dataclass(eq=False, kw_only=True)
class UnknownKey(ScenarioError):
    """A file uses a key that the language does not have."""

    key: str
    source: Source | None
    known: Sequence[str]
    where: str = ""

    def __str__(self) -> str:
        return f"unknown key `{self.key}`" + (f" in {self.where}" if self.where else "")

    @property
    def hint(self) -> str:
        """The nearest known key, or all of them."""
        return did_you_mean(self.key, self.known) or f"known keys: {listed(self.known, limit=40)}"


_MADE_BY = {
    "fragment": "there is none in the suite: a file that begins with `fragment: NAME` makes one",
    "user": "there is none: name it under `users`, in a fragment under `takes`",
    "role": "the profile names none: add users.roles",
    "operation": "the profile names none: add it to operations",
    "resource": "the profile names none: add it to resources",
    "service": "the profile names none: add it to services",
    "paging": "the profile names none: add it to paging",
    "room": "the profile names none: add it to membership",
}


@dataclass(eq=False, kw_only=True)
class UnknownName(ScenarioError):
    """A file names a user, event, fragment, operation or the like that does not exist."""

    kind: str
    name: str
    source: Source | None
    known: Sequence[str]

    def __str__(self) -> str:
        return f"unknown {self.kind} `{self.name}`"

    @property
    def hint(self) -> str | None:
        """The nearest known name, or all of them; where there are none, what makes one."""
        if not self.known:
            return _MADE_BY.get(self.kind)
        return did_you_mean(self.name, self.known) or f"known: {listed(sorted(self.known))}"


@dataclass(eq=False, kw_only=True)
class NotYetPlayed(ScenarioError):
    """A file uses a word of the language whose behaviour comes with a later version."""

    word: str
    source: Source | None

    def __str__(self) -> str:
        return f"`{self.word}` is known, but this version does not play it yet"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "leave it out; `antiphon --version` tells this version, the changelog what each one plays"


@dataclass
class Problems:
    """Collects every mistake of a file, so that all are told at once."""

    found: list[ScenarioError] = field(default_factory=list)

    def add(self, problem: ScenarioError) -> None:
        """Note one more."""
        self.found.append(problem)

    def mistake(self, sentence: str, source: Source | None, hint: str | None = None) -> None:
        """Note a mistake that needs no class of its own."""
        self.found.append(Mistake(sentence=sentence, source=source, advice=hint))

    def extend(self, problems: Sequence[ScenarioError]) -> None:
        """Note several more."""
        self.found.extend(problems)

    def __iter__(self) -> Iterator[ScenarioError]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __bool__(self) -> bool:
        return bool(self.found)

    def in_order(self) -> tuple[ScenarioError, ...]:
        """Return each mistake once, by file, line and column."""
        seen: set[tuple[str, str]] = set()
        kept = []
        for problem in sorted(self.found, key=_place):
            mark = (str(problem.source), str(problem))
            if mark not in seen:
                seen.add(mark)
                kept.append(problem)
        return tuple(kept)


def _place(problem: ScenarioError) -> tuple[str, int, int]:
    source = problem.source
    return (source.path, source.line, source.column) if source is not None else ("", 0, 0)


@dataclass(eq=False, kw_only=True)
class FilesRefused(ScenarioError):
    """One or more files cannot be played; carries every mistake in them."""

    problems: tuple[ScenarioError, ...]

    def __str__(self) -> str:
        count = len(self.problems)
        return f"{count} problem{'s' if count != 1 else ''} found before the target was touched"
