"""Which facts of users the laws of a profile look at: only these are told to the history."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from antiphon.language.address import Address
from antiphon.target.laws.audiences import Term
from antiphon.target.model import Target

_DEEPEST = 30
_ALREADY = frozenset({"id", "role", "company", "name"})


def facts_named(target: Target) -> frozenset[str]:
    """Return the fields of users under `caller` and `self`, and those of `users with FIELD`; never a token."""
    found = set()
    for part in _parts((target.laws, target.membership), _DEEPEST):
        if isinstance(part, Address) and part.root in ("caller", "self"):
            found.add(part.text.partition("|")[0].strip().partition(".")[2].partition(".")[0].partition("[")[0])
        elif isinstance(part, Term) and part.field:
            found.add(part.field)
    return frozenset(found) - _ALREADY - {"", "token", "refresh_token", "password"}


def _parts(thing: object, deeper: int) -> Iterator[object]:
    if deeper == 0:
        return
    yield thing
    if isinstance(thing, Address):
        return
    if isinstance(thing, msgspec.Struct):
        for name in thing.__struct_fields__:
            yield from _parts(getattr(thing, name), deeper - 1)
    elif isinstance(thing, tuple | list):
        for item in thing:
            yield from _parts(item, deeper - 1)
    elif hasattr(thing, "values") and callable(thing.values):
        for item in thing.values():
            yield from _parts(item, deeper - 1)
