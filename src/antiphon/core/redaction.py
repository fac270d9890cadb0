"""Takes secrets out of whatever is kept or shown: registered ones wherever they stand, others by their place.

A secret becomes `***` and eight characters of a keyed hash, so that equal stays visible.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from antiphon.core.secret_forms import forms_of
from antiphon.core.secret_places import hide_header, hide_places, holding_words
from antiphon.core.secret_search import SecretSearch

SHORTEST_SECRET = 6
_BETWEEN = b"\x00\x1e\x00\x1f\x00"


class Redactor:
    """Knows a run's secrets and hides them.

    Attributes:
        warnings: A sentence for each secret that is too short to be hidden wherever it stands.
    """

    def __init__(self, key: bytes) -> None:
        """Make one that knows no secret yet.

        Args:
            key: Of the hash; 1 to 64 bytes. The same key gives the same marks.
        """
        self._key = key
        self._marks: dict[bytes, bytes] = {}
        self._secrets: set[str] = set()
        self._short: dict[str, str] = {}
        self._search = SecretSearch()

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each secret that is too short to be hidden wherever it stands."""
        return tuple(
            f"{name} has fewer than {SHORTEST_SECRET} characters: it is hidden where secrets stand, not everywhere"
            for name in self._short.values()
        )

    def register(self, secret: str, name: str) -> None:
        """Hide `secret` from now on; an empty one is none.

        Args:
            secret: The password, token or key itself.
            name: What people call it (`ALICE_TOKEN`).
        """
        if not secret or secret in self._secrets or secret in self._short:
            return
        if len(secret) < SHORTEST_SECRET:
            self._short[secret] = name
            return
        self._secrets.add(secret)
        mark = self.mark(secret.encode("utf-8", "surrogatepass"))
        forms = forms_of(secret)
        for form in forms:
            self._marks.setdefault(form, mark)
        self._search.add(forms)

    def mark(self, secret: bytes) -> bytes:
        """Return what stands in a secret's place."""
        return b"***" + hashlib.blake2b(secret, key=self._key[:64], digest_size=4).hexdigest().encode()

    def text(self, text: str) -> str:
        """Return `text` without secrets."""
        data = text.encode("utf-8", "surrogatepass")
        clean = self.data(data)
        return text if clean is data else clean.decode("utf-8", "surrogatepass")

    def data(self, data: bytes) -> bytes:
        """Return `data` without secrets."""
        return hide_places(self._hide_registered(data), self.mark) if data else data

    def many(self, parts: Sequence[bytes]) -> list[bytes]:
        """Return every one of `parts` without secrets; one pass over all costs a tenth of one over each."""
        joined = _BETWEEN.join(parts)
        hidden = self._hide_registered(joined)
        clean = list(parts) if hidden is joined else hidden.split(_BETWEEN)
        if len(clean) != len(parts):  # one of them holds what stands between them
            return [self.data(part) for part in parts]
        for position in holding_words(clean):
            clean[position] = hide_places(clean[position], self.mark)
        return clean

    def header(self, name: str, value: str) -> str:
        """Return a header's value without secrets, which some headers are by their name."""
        return self.in_header(name, self.text(value))

    def in_header(self, name: str, value: str) -> str:
        """Return a header's value, of which registered secrets are already hidden, without what its name makes one."""
        data = value.encode("utf-8", "surrogatepass")
        return hide_header(name, data, self.mark).decode("utf-8", "surrogatepass")

    def _hide_registered(self, data: bytes) -> bytes:
        stretches = self._search.covered(data)
        if not stretches:
            return data
        parts = []
        done = 0
        # Secrets may contain one another: what they cover together is one, and named for the longest.
        for start, end, longest_start, longest_end in stretches:
            parts += [data[done : _unescaped_start(data, start)], self._marks[data[longest_start:longest_end]]]
            done = end
        return b"".join([*parts, data[done:]])


def _unescaped_start(data: bytes, start: int) -> int:
    r"""Return where to cut so that no lone backslash stays: in JSON the secret `n0t-safe` may follow one (`\\n`)."""
    before = start
    while before > 0 and data[before - 1] == 0x5C:
        before -= 1
    return start - (start - before) % 2
