"""People and companies: names, addresses and passwords that a target accepts and nobody else has."""

from __future__ import annotations

import unicodedata

from msgspec import Struct

from antiphon.core.clock import Dice
from antiphon.data.names import COMPANY_KINDS, COMPANY_WORDS, FAMILY_NAMES, FIRST_NAMES

# RFC 2606, 3 reserves it, so no letter ever reaches anyone. The domains under `.test` are reserved as
# well, but common checks of addresses (email-validator, and so pydantic's EmailStr) refuse them.
EMAIL_DOMAIN = "example.com"

_LOWER = "abcdefghijkmnopqrstuvwxyz"
_UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
# What the usual rules for passwords count as special, without what shells, URLs and HTML read in a way of their own.
_SPECIAL = "!@*-_+=:,."
_PASSWORD_LENGTH = 14
_MARK_BYTES = 6
_SLUG_LENGTH = 24
_PLAIN = {"ø": "o", "ı": "i", "æ": "ae", "ß": "ss", "ð": "d", "þ": "th", "ł": "l"}  # noqa: RUF001 - meant so


class Person(Struct, frozen=True):
    """Who a user is before the target knows of it."""

    name: str
    email: str
    password: str


def person(dice: Dice, run_id: str, *, domain: str = EMAIL_DOMAIN) -> Person:
    """Return a person whose name and address carry the run's id, and whose address nobody else in the run has.

    The address ends in 48 thrown bits: among 10,000 people two are alike once in five million runs.
    """
    name = full_name(dice)
    return Person(unique(name, run_id), email_of(name, dice, run_id, domain=domain), password(dice))


def full_name(dice: Dice) -> str:
    """Return a first and a family name; some are not ASCII."""
    return f"{dice.choice(FIRST_NAMES)} {dice.choice(FAMILY_NAMES)}"


def email_of(name: str, dice: Dice, run_id: str, *, domain: str = EMAIL_DOMAIN) -> str:
    """Return a valid address for a name, lower-case, at most 64 characters before the `@` (RFC 5321, 4.5.3.1.1)."""
    mark = dice.bytes(_MARK_BYTES).hex()
    local = ".".join(part for part in (_slug(name), _slug(run_id), mark) if part)
    return f"{local}@{domain}"


def password(dice: Dice) -> str:
    """Return 14 characters, at least one of each sort; it begins and ends with a letter."""
    inner = [dice.choice(_UPPER), dice.choice(_DIGITS), dice.choice(_SPECIAL)]
    every = _LOWER + _UPPER + _DIGITS + _SPECIAL
    inner += [dice.choice(every) for _ in range(_PASSWORD_LENGTH - 2 - len(inner))]
    for place in range(len(inner) - 1, 0, -1):
        other = dice.integer(0, place)
        inner[place], inner[other] = inner[other], inner[place]
    return dice.choice(_LOWER) + "".join(inner) + dice.choice(_LOWER)


def company_name(dice: Dice, run_id: str) -> str:
    """Return a company's name, the run's id in it."""
    return unique(f"{dice.choice(COMPANY_WORDS)} {dice.choice(COMPANY_WORDS)} {dice.choice(COMPANY_KINDS)}", run_id)


def unique(name: str, run_id: str) -> str:
    """Return the name with the run's id behind it."""
    return f"{name} {run_id}" if run_id else name


def _slug(text: str) -> str:
    folded = "".join(_PLAIN.get(letter, letter) for letter in text.lower())
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    words = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    return ".".join(words)[:_SLUG_LENGTH].strip(".")
