"""Addresses: where a value is found, in one way everywhere (`payload.items[0].id`, `headers.X`, `$..id`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from antiphon.core.compiled_value import CompiledValue
from antiphon.core.errors import Problems
from antiphon.core.source import Source
from antiphon.language.expression import Getter, parse_expression
from antiphon.language.nodes import Mapping, Node, Scalar, kind_of
from antiphon.language.scope import MISSING, Scope

WHOLE_MESSAGE: Final = "$message"
"""The name under which `$` looks up a plain WebSocket's message, whose own keys are names; none of them can be this."""


def _nothing(_scope: Scope) -> object:
    return MISSING


class Address(CompiledValue, frozen=True):
    """Where a value is found.

    Attributes:
        text: As it was written.
        source: Where it was written.
        root: The first name; of a JSONPath the name of the whole body.
        roots: All names that it looks up, of filters' arguments too.
        get: Gives the value, or `MISSING`; raises `EvaluationRefused` where a filter or query cannot work.
    """

    MADE: ClassVar[frozenset[str]] = frozenset({"get"})

    text: str
    source: Source
    root: str = ""
    roots: frozenset[str] = frozenset()
    get: Getter = _nothing

    def __call__(self, scope: Scope) -> object:
        """Return the value in this scope, or `MISSING`."""
        return self.get(scope)


def parse_address(
    text: str, source: Source, problems: Problems, *, body: str = "body", at: Callable[[int], Source] | None = None
) -> Address:
    """Return the address that `text` says; one that leads nowhere if it cannot be read.

    Args:
        text: `items[0].id`, `payload | length`, `$.items[*].id`.
        source: Where it stands.
        problems: Collects what is wrong.
        body: The name under which the scope holds what `$` means.
        at: Gives the place of a character of the text, where that is known more exactly than `source`.
    """
    expression, _ = parse_expression(text, 0, at or (lambda _offset: source), problems, body=body, ends=False)
    if expression is None:
        return Address(text, source)
    root = expression.root
    if root is None:
        hint = "an address begins with a name, such as payload.id; fake, now and range stand in templates"
        problems.mistake(f"`{text[:60]}` is no address", source, hint)
        return Address(text, source)
    return Address(expression.text, source, root, expression.roots, expression.get)


def address_of(node: Node, problems: Problems, *, body: str = "body") -> Address:
    """Return the address that a node of a file says."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return parse_address(node.value, node.source, problems, body=body, at=node.at)
    problems.mistake(f"an address is a text, this is {kind_of(node)}", node.source, "write it as payload.id")
    return Address("", node.source)


def parse_save(node: Node, problems: Problems, *, body: str = "body") -> tuple[tuple[Scalar, Address], ...]:
    """Return the names and addresses of `save: {message: payload}` or `append: {...}`, in the order written.

    What a name may be (`self.token` in a recipe) is for the caller to decide; its key is given for that.
    """
    if not isinstance(node, Mapping):
        problems.mistake(f"a map of names and addresses, this is {kind_of(node)}", node.source, "{message: payload.id}")
        return ()
    return tuple((entry.key, address_of(entry.value, problems, body=body)) for entry in node)
