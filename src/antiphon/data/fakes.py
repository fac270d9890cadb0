"""What templates call as `fake.NAME(...)`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from antiphon.core.clock import Dice
from antiphon.data import people, texts
from antiphon.data.files import make_file
from antiphon.data.supply import Fixtures, Supply

_UUID_BYTES = 16

FAKE_WORDS: Mapping[str, str] = {
    "name": "a full name",
    "email": "an address of electronic mail",
    "password": "a password that common rules accept",
    "company": "a company's name",
    "word": "a word",
    "sentence": "a sentence",
    "text": "a text of exactly so many characters: `fake.text(20)`",
    "uuid": "a UUID",
    "number": "a whole number, from and to: `fake.number(1, 6)`",
    "file": "the bytes of a file of this type and size: `fake.file('photo.png', 2000)`",
    "sample": "a file of any type: its `name`, `type`, `size`, `sha256` and `bytes`; `upload` takes its name",
    "message": "a message of any kind, or of this one: `fake.message('emoji')`",
    "plain": "a message of plain words",
    "unicode": "a message with letters of many scripts",
    "rtl": "a message that is written from right to left",
    "emoji": "a message with emoji",
    "long": "a very long message",
    "html": "a message with markup that must not be obeyed",
    "mention": "a message that mentions somebody",
}
"""What each maker gives, for the reference."""


def fakes(dice: Dice, run_id: str = "", supply: Supply | None = None) -> Mapping[str, Callable[..., object]]:
    """Return the makers by name, all throwing these dice.

    `name email password company word sentence text(N) uuid number(low, high) file(name, size) sample message(kind)`,
    and a maker for each kind of message: `plain unicode rtl emoji long html mention`. Names and addresses carry the
    run's id. Names, samples and messages of any kind are drawn from `supply`, where there is one. Bad arguments raise
    ValueError, or TypeError for the wrong number of them.
    """
    drawn = supply or Supply(Fixtures((), (), ()), dice, run_id)

    def message(kind: str | None = None) -> str:
        return drawn.message() if kind is None else texts.message(dice, kind)

    def sample() -> dict[str, object]:
        made = drawn.file()
        digest = hashlib.sha256(made.data).hexdigest()
        facts = {"name": made.name, "type": made.content_type, "size": len(made.data), "sha256": digest}
        return {**facts, "bytes": made.data}

    return MappingProxyType(
        {
            "name": drawn.name,
            "email": lambda: people.email_of(people.full_name(dice), dice, run_id),
            "password": partial(people.password, dice),
            "company": lambda: people.company_name(dice, run_id),
            "word": partial(texts.word, dice),
            "sentence": partial(texts.sentence, dice),
            "text": partial(texts.text, dice),
            "uuid": partial(uuid, dice),
            "number": partial(number, dice),
            "file": lambda name="file.bin", size=None: make_file(name, dice, size).data,
            "sample": sample,
            "message": message,
            **{kind: partial(make, dice) for kind, make in texts.MESSAGE_KINDS.items()},
        }
    )


def uuid(dice: Dice) -> str:
    """Return a random UUID (RFC 9562, 5.4) from the dice."""
    thrown = bytearray(dice.bytes(_UUID_BYTES))
    thrown[6] = thrown[6] & 0x0F | 0x40
    thrown[8] = thrown[8] & 0x3F | 0x80
    digits = thrown.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def number(dice: Dice, low: int = 0, high: int = 999_999) -> int:
    """Return a whole number from `low` to `high`, both included.

    Raises:
        ValueError: They are no whole numbers, or the wrong way round.
    """
    for bound in (low, high):
        if isinstance(bound, bool) or not isinstance(bound, int):
            raise ValueError(f"`number` takes whole numbers, not {bound!r}")
    if low > high:
        raise ValueError(f"`number` takes the smaller one first, not {low} and {high}")
    return dice.integer(low, high)
