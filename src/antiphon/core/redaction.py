"""Takes secrets out of whatever is kept or shown: registered ones wherever they stand, others by their place.

A secret becomes `***` and eight characters of a keyed hash, so that equal stays visible. Patterns
run on RE2: 500 secrets in all their forms over 50 MB take 0.1 s (one `bytes.find` for each: over a
minute).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import re2

from antiphon.core.secret_forms import forms_of
from antiphon.core.secret_places import hide_header, hide_places, may_have_places

SHORTEST_SECRET = 6
_MOST_RECENT = 32
_MOST_SEALED = 24
_MEMORY_BYTES = 512 << 20
_END_BYTES = 8
_BETWEEN = b"\x00\x1e\x00\x1f\x00"
_SEARCHED_TOGETHER = 256
"""Parts in which the words that go with secrets are looked for at once: most have none."""


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
        # New secrets come while old ones are in use. A pattern is compiled anew for each that comes to it (6 ms for
        # a hundred), so they are kept in small groups, of which only the last still grows.
        self._recent = _Matcher()
        self._sealed: list[_Matcher] = []

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
        self._recent.add(forms)
        if self._recent.secrets >= _MOST_RECENT:
            self._sealed.append(self._recent)
            self._recent = _Matcher()
        if len(self._sealed) > _MOST_SEALED:
            self._sealed = [_united(self._sealed)]

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
        hidden = self._hide_registered(joined).split(_BETWEEN)
        if len(hidden) != len(parts):  # one of them holds what stands between them
            return [self.data(part) for part in parts]
        clean: list[bytes] = []
        for start in range(0, len(hidden), _SEARCHED_TOGETHER):
            some = hidden[start : start + _SEARCHED_TOGETHER]
            if may_have_places(_BETWEEN.join(some)):
                clean += [hide_places(part, self.mark) if part else part for part in some]
            else:
                clean += some
        return clean

    def header(self, name: str, value: str) -> str:
        """Return a header's value without secrets, which some headers are by their name."""
        return self.in_header(name, self.data(value.encode("utf-8", "surrogatepass")))

    def in_header(self, name: str, value: bytes) -> str:
        """Return a header's value, of which registered secrets are already hidden, without what its name makes one."""
        return hide_header(name, value, self.mark).decode("utf-8", "surrogatepass")

    def _hide_registered(self, data: bytes) -> bytes:
        spans = sorted(span for group in (*self._sealed, self._recent) for span in group.spans(data))
        if not spans:
            return data
        parts = []
        done = 0
        at = 0
        while at < len(spans):
            start, end = spans[at]
            longest = (start, end)
            at += 1
            # Secrets may contain one another: what they cover together is one, and named for the longest.
            while at < len(spans) and spans[at][0] < end:
                longest = max(longest, spans[at], key=lambda span: span[1] - span[0])
                end = max(end, spans[at][1])
                at += 1
            parts += [data[done : _unescaped_start(data, start)], self._marks[data[longest[0] : longest[1]]]]
            done = end
        return b"".join([*parts, data[done:]])


def _unescaped_start(data: bytes, start: int) -> int:
    r"""Return where to cut so that no lone backslash stays: in JSON the secret `n0t-safe` may follow one (`\\n`)."""
    before = start
    while before > 0 and data[before - 1] == 0x5C:
        before -= 1
    return start - (start - before) % 2


def _united(groups: Sequence[_Matcher]) -> _Matcher:
    one = _Matcher()
    for group in groups:
        one.add(group.forms, secrets=group.secrets)
    return one


class _Matcher:
    """Finds any of a set of texts; compiled when it is first asked.

    It looks for the last bytes of each text, and compares the rest where it finds them: a pattern of whole tokens
    takes ten times as long to compile as one of their ends.
    """

    __slots__ = ("_by_end", "_pattern", "forms", "secrets")

    def __init__(self) -> None:
        self.forms: set[bytes] = set()
        self.secrets = 0
        self._pattern: Any = None  # re2 has no annotations
        self._by_end: dict[bytes, list[bytes]] = {}

    def add(self, forms: frozenset[bytes] | set[bytes], *, secrets: int = 1) -> None:
        self.forms |= forms
        self.secrets += secrets
        self._pattern = None

    def spans(self, data: bytes) -> list[tuple[int, int]]:
        if not self.forms:
            return []
        if self._pattern is None:
            self._compile()
        found = []
        search = self._pattern.search
        at = 0
        while (match := search(data, at)) is not None:
            start, end = match.span()
            whole = self._whole(data, start, end)
            if whole is not None:
                found.append(whole)
            # Not behind the match: a longer secret may go on where this one ends.
            at = start + 1
        return found

    def _whole(self, data: bytes, start: int, end: int) -> tuple[int, int] | None:
        """Return where the text that ends here begins; the longest of those that fit."""
        for form in self._by_end[data[start:end]]:
            if data.endswith(form, 0, end):
                return end - len(form), end
        return None

    def _compile(self) -> None:
        by_end: dict[bytes, list[bytes]] = {}
        for form in sorted(self.forms, key=lambda form: (-len(form), form)):
            by_end.setdefault(form[-_END_BYTES:], []).append(form)
        options = re2.Options()
        options.max_mem = _MEMORY_BYTES
        options.log_errors = False
        options.encoding = re2.Options.Encoding.LATIN1
        # The longest first: of several that begin at one place the first one wins.
        ends = sorted(by_end, key=lambda end: (-len(end), end))
        self._pattern = re2.compile(b"|".join(re2.escape(end) for end in ends), options=options)
        self._by_end = by_end
