"""Whoever has a name in a scenario."""

from __future__ import annotations


class Named:
    """Somebody whom steps name."""

    name: str


def name_of(one: object) -> object:
    """Return the name of somebody, the names of several, and anything else as it is."""
    if isinstance(one, Named):
        return one.name
    return [name_of(each) for each in one] if isinstance(one, list | tuple) else one
