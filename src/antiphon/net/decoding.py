"""Content codings undone piece by piece, within a limit: gzip and deflate."""

from __future__ import annotations

import zlib
from typing import Protocol

_GZIP = 16 + zlib.MAX_WBITS
_UNDONE = frozenset({"gzip", "deflate"})
_ALIASES = {"x-gzip": "gzip"}  # RFC 9110, 8.4.1.3
_MOST_CODINGS = 4
_LEAST_TO_TELL = 2


class TooMuch(Exception):
    """The decoded body is larger than is taken."""


class DecodingFailed(Exception):
    """The body is not what its `Content-Encoding` says."""


class Decoder(Protocol):
    """Codings undone: bytes in, bytes out."""

    def feed(self, data: bytes) -> bytes:
        """Return what the data says.

        Raises:
            TooMuch: That is more than the limit; it is noticed before memory is taken for the rest.
            DecodingFailed: It is not in this coding.
        """
        ...

    def finish(self) -> None:
        """Take note that no more will come.

        Raises:
            DecodingFailed: The coded data was not complete. No data at all is a complete nothing.
        """
        ...


def decoder_for(value: bytes, limit: int) -> Decoder | None:
    """Return what undoes the codings that a `Content-Encoding` names; None if there are none, or unknown ones.

    A body in a coding that was not asked for stays as it came; its header says what it is.
    """
    named = [name.strip().lower() for name in value.decode("latin-1").split(",")]
    codings = [_ALIASES.get(name, name) for name in named if name not in {"", "identity"}]
    if not codings or len(codings) > _MOST_CODINGS or not _UNDONE.issuperset(codings):
        return None
    decoders = [_Inflating(coding, limit) for coding in reversed(codings)]
    return decoders[0] if len(decoders) == 1 else _Stack(decoders)


class _Inflating:
    __slots__ = ("_coding", "_held", "_inflate", "_left")

    def __init__(self, coding: str, limit: int) -> None:
        self._coding = coding
        self._left = limit
        self._held = b""
        self._inflate: zlib._Decompress | None = None

    def feed(self, data: bytes) -> bytes:
        parts = []
        while data:
            if self._inflate is None:
                data = self._held + data
                if len(data) < _LEAST_TO_TELL:
                    self._held = data
                    break
                self._inflate = zlib.decompressobj(_window_bits(self._coding, data))
            try:
                part = self._inflate.decompress(data, self._left + 1)
            except zlib.error as error:
                raise DecodingFailed(f"the body is not {self._coding}: {error}") from None
            self._left -= len(part)
            if self._left < 0:
                raise TooMuch
            parts.append(part)
            data = self._inflate.unused_data
            if self._inflate.eof:
                self._next_member(data)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def finish(self) -> None:
        if self._held or self._inflate is not None:
            raise DecodingFailed(f"the {self._coding} body ends before its end")

    def _next_member(self, rest: bytes) -> None:
        # RFC 1952, 2.2: a gzip file is one or several members, one after the other.
        if rest and self._coding != "gzip":
            raise DecodingFailed(f"something follows the end of the {self._coding} body")
        self._inflate = None
        self._held = b""


def _window_bits(coding: str, start: bytes) -> int:
    if coding == "gzip":
        return _GZIP
    # RFC 9110, 8.4.1.2: some send the raw format without the zlib wrapper, whose first two bytes
    # are a multiple of 31 and begin with the method 8 (RFC 1950, 2.2).
    wrapped = start[0] & 0x0F == 8 and (start[0] * 256 + start[1]) % 31 == 0
    return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS


class _Stack:
    """Several codings, the last applied undone first."""

    __slots__ = ("_decoders",)

    def __init__(self, decoders: list[_Inflating]) -> None:
        self._decoders = decoders

    def feed(self, data: bytes) -> bytes:
        for decoder in self._decoders:
            data = decoder.feed(data)
        return data

    def finish(self) -> None:
        for decoder in self._decoders:
            decoder.finish()
