"""Differences: what a matcher answers when a value is not as it was written."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from msgspec import Struct

from antiphon.core.source import Source
from antiphon.core.text import shortened, visible
from antiphon.language.jsontext import STRICT
from antiphon.language.scope import MISSING, Lazy

LONGEST_SHOWN = 120


class Words(str):
    """What was expected, said in words (`a UUID`) and not as a value."""

    __slots__ = ()


# Not frozen, against the rule: one is made for every event that some expectation does not mean,
# and freezing makes that four times as dear (0.15 us, 0.6 frozen).
class Difference(Struct, eq=False):
    """How a value differs from what a matcher wants; the first difference in the order written.

    Attributes:
        path: Keys and positions that lead to the place, from the value that was matched.
        actual: What is there; `MISSING` if nothing is.
        expected: What should be there: a value, or `Words`.
        said: The sentence, where "ACTUAL is not EXPECTED" does not say it.
        undecided: Whether the matcher itself had no value to compare with.
    """

    path: tuple[str | int, ...]
    actual: object
    expected: object
    said: str = ""
    undecided: bool = False

    def under(self, key: str | int) -> Difference:
        """Return the difference as it is seen from one level above, where this value stands under `key`."""
        self.path = (key, *self.path)
        return self

    @property
    def place(self) -> str:
        """The path as an address (`items[0].id`); empty for the value itself."""
        return path_text(self.path)

    @property
    def sentence(self) -> str:
        """What differs, in one line, without the place."""
        if self.said:
            return self.said
        if self.actual is MISSING:
            return f"absent, not {shown(self.expected)}"
        return f"{shown(self.actual)} is not {shown(self.expected)}"

    def __str__(self) -> str:
        return f"differs in `{self.place}`: {self.sentence}" if self.path else f"differs: {self.sentence}"


class ClaimDifference(Struct, frozen=True):
    """A claim that does not hold.

    Attributes:
        address: As it was written.
        difference: How the value at the address differs.
        source: Where the claim was written.
    """

    address: str
    difference: Difference
    source: Source

    def __str__(self) -> str:
        place = self.difference.place
        joint = "" if not place or place.startswith("[") else "."
        return f"differs in `{self.address}{joint}{place}`: {self.difference.sentence}"


def path_text(path: tuple[str | int, ...]) -> str:
    """Return keys and positions as an address."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{visible(step)}" if text else visible(step)
    return shortened(text, limit=LONGEST_SHOWN)


def shown(value: object, *, limit: int = LONGEST_SHOWN) -> str:
    """Return a value as a sentence shows it: as JSON, safe for a terminal, its middle left out if it is long."""
    if isinstance(value, Words):
        return str(value)
    if value is MISSING:
        return "absent"
    if isinstance(value, Lazy):
        return shown(value.value(), limit=limit)
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value[: limit * 2])
        return f"{len(value)} bytes {shortened(data.hex(), limit=limit)}"
    if isinstance(value, str) and len(value) > 4 * limit:
        value = shortened(value, limit=4 * limit)
    try:
        text = orjson.dumps(value, default=_named, option=STRICT).decode()
    except (TypeError, RecursionError):
        text = repr(value) if isinstance(value, str) else f"a {type(value).__name__}"
    return shortened(visible(text), limit=limit)


def _named(value: object) -> object:
    # A user is shown by name: never a password or a token by way of a message.
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    return f"<{value.get('name', 'a user')}>" if isinstance(value, Mapping) else f"<{type(value).__name__}>"
