"""Which names a part of a file uses, each with its place: what the check of names asks."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from antiphon.core.errors import Problems
from antiphon.core.source import Source
from antiphon.language.address import Address
from antiphon.language.nodes import Mapping, Node, Scalar, Sequence
from antiphon.language.template import template_pieces


class Use(Struct, frozen=True):
    """One name that is looked up.

    Attributes:
        root: The name.
        text: The whole expression in which it stands.
        source: Where that stands.
    """

    root: str
    text: str
    source: Source


def uses_in(node: Node) -> Iterator[Use]:
    """Yield the names that the templates in a node look up; templates that cannot be read yield none."""
    if isinstance(node, Mapping):
        for entry in node:
            yield from uses_in(entry.value)
    elif isinstance(node, Sequence):
        for item in node:
            yield from uses_in(item)
    elif isinstance(node, Scalar) and isinstance(node.value, str) and "{{" in node.value:
        yield from uses_in_text(node.value, node)


def uses_in_text(text: str, node: Scalar) -> Iterator[Use]:
    """Yield the names that the templates in `text`, a part of the scalar `node`, look up."""
    begin = node.value.find(text) if isinstance(node.value, str) else -1
    shift = max(begin, 0)
    pieces = template_pieces(text, lambda offset: node.at(shift + offset), Problems())
    for piece in pieces or ():
        if not isinstance(piece, str):
            for root in sorted(piece.roots):
                yield Use(root, piece.text, piece.source)


def uses_of(address: Address) -> Iterator[Use]:
    """Yield the names that an address looks up."""
    for root in sorted(address.roots):
        yield Use(root, address.text, address.source)
