"""Readers of `save` and `append`: names, and the addresses of their values."""

from __future__ import annotations

from antiphon.language import plain_values as plain
from antiphon.language.address import parse_save
from antiphon.language.keys import Reading
from antiphon.language.nodes import Mapping, Node
from antiphon.language.reserved import VALUE_WORDS
from antiphon.scenario.claim_model import Save


def read_saves(node: Node, reading: Reading, *, body: str) -> tuple[Save, ...]:
    """Return what a `save` or `append` keeps.

    Args:
        node: The map of names and addresses.
        reading: The file's reading.
        body: What `$` means there.
    """
    if isinstance(node, Mapping) and not node.entries:
        reading.problems.mistake("nothing is kept here", node.source, "write {message: payload.id}")
    saves = []
    for key, address in parse_save(node, reading.problems, body=body):
        name = str(key.value)
        if fit_name(name):
            saves.append(Save(name=name, address=address, source=key.source))
        else:
            reading.problems.mistake(f"`{name}` cannot name a value", key.source, why_unfit(name))
    return tuple(saves)


def fit_name(name: str) -> bool:
    """Return whether a saved value, an input or a variable may have this name."""
    return plain.is_name(name) and name not in VALUE_WORDS


def why_unfit(name: str) -> str:
    """Return why `fit_name` refuses the name."""
    if name in VALUE_WORDS:
        return f"`{name}` is a word of the language; take another name"
    return "letters, digits, `_` and `-`; it begins with a letter"
