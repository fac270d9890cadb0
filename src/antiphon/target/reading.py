"""What the readers of a profile share: the words read so far, and the check of the names that templates use."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import field

from antiphon.core.errors import Problems
from antiphon.core.source import Source
from antiphon.core.text import did_you_mean, listed
from antiphon.language.address import Address
from antiphon.language.keys import Reading
from antiphon.language.nodes import Mapping, Node, Scalar, Sequence
from antiphon.language.template import template_pieces
from antiphon.language.vocabulary import Vocabulary

MADE_ROOTS = frozenset({"env", "run", "fake", "now", "range"})
"""What every template of a profile may name."""

SELF_ROOTS = MADE_ROOTS | {"self"}
"""What a template may name where somebody is `self`."""

ANSWER_ROOTS = frozenset({"request", "response", "body", "payload", "problem", "status", "headers", "path", "query"})
"""What speaks of a call's answer."""


class ProfileReading(Reading):
    """The reading of one profile.

    Attributes:
        vocabulary: The words read so far.
        env: The environment variables that templates may read.
    """

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    env: tuple[str, ...] = ()

    def check_node(self, node: Node | None, allowed: frozenset[str]) -> None:
        """Note names that the templates in a node use and that mean nothing there."""
        if isinstance(node, Mapping):
            for entry in node:
                self.check_node(entry.value, allowed)
        elif isinstance(node, Sequence):
            for item in node:
                self.check_node(item, allowed)
        elif isinstance(node, Scalar) and isinstance(node.value, str) and "{{" in node.value:
            for piece in template_pieces(node.value, node.at, Problems()) or ():
                if not isinstance(piece, str):
                    self._check(piece.roots, piece.text, piece.source, allowed)

    def check_addresses(self, addresses: Iterable[Address], allowed: frozenset[str]) -> None:
        """Note names that addresses begin with and that mean nothing there."""
        for address in addresses:
            self._check(address.roots, address.text, address.source, allowed)

    def _check(self, roots: frozenset[str], text: str, place: Source, allowed: frozenset[str]) -> None:
        for root in sorted(roots - allowed):
            hint = did_you_mean(root, allowed)
            if hint is None:
                known = listed(sorted(allowed), limit=20)
                hint = f"here stand {known}" if allowed else "write the value itself: no name is known here"
            self.problems.mistake(f"`{root}` means nothing here", place, hint)
        if "env" in roots and text.startswith("env."):
            name = text.removeprefix("env.").partition("|")[0].strip().partition(".")[0]
            if name not in self.env:
                hint = did_you_mean(name, self.env) or "add it to `env`, which lists what templates may read"
                self.problems.mistake(f"the profile lists no environment variable `{name}`", place, hint)
