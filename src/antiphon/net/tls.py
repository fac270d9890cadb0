"""Whom TLS trusts and as whom it speaks, and what its errors mean for whoever can mend them."""

from __future__ import annotations

import functools
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec import Struct

from antiphon.core.errors import ScenarioError
from antiphon.core.source import Source
from antiphon.core.text import visible

SPOKEN: Final = ("http/1.1",)
"""What is offered in the handshake (ALPN, RFC 7301): a server of another protocol says so, in place of garbage."""

_EXPIRED, _NOT_YET_VALID = 10, 9
_OTHER_HOST = frozenset({62, 64})
_ADVICE_CA = "name its CA's file in `http.tls.ca`, or play with --insecure, which checks no certificate"
_ADVICE_CERT = "name the file of a client certificate and its key in `http.tls.cert`"


class Trust(Struct, frozen=True, kw_only=True):
    """Whom TLS trusts, and as whom it speaks.

    Attributes:
        ca: The file of the only CAs that are trusted; None: those of the system.
        cert: The file of our certificate; None: we have none.
        key: The file of its key; None: it stands in `cert`.
        insecure: Whether no certificate is checked at all.
    """

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    insecure: bool = False


@dataclass(eq=False, kw_only=True)
class BadTlsFile(ScenarioError):
    """A file of certificates or keys cannot be used."""

    what: str
    path: str
    why: str
    source: Source | None = None

    def __str__(self) -> str:
        return f"`{self.what}` cannot be used: {self.path} {self.why}"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "it is a PEM file (`-----BEGIN CERTIFICATE-----`), its path relative to the profile"


@functools.cache
def default_tls() -> ssl.SSLContext:
    """Return the usual context, made once: reading the system's certificates takes some 20 ms."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(SPOKEN)
    return context


def context_of(trust: Trust) -> ssl.SSLContext:
    """Return the context that trusts as `trust` says.

    Raises:
        BadTlsFile: A file cannot be read, or is none of certificates and keys.
    """
    if trust == Trust():
        return default_tls()
    try:
        context = ssl.create_default_context(cafile=trust.ca)
    except OSError as error:
        raise BadTlsFile(what="http.tls.ca", path=str(trust.ca), why=_why_not(error)) from None
    context.set_alpn_protocols(SPOKEN)
    if trust.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if trust.cert is not None:
        try:
            context.load_cert_chain(trust.cert, trust.key, password=_no_password)
        except (OSError, _Encrypted) as error:
            raise BadTlsFile(what="http.tls.cert", path=str(trust.cert), why=_why_not(error)) from None
    return context


class _Encrypted(Exception):
    """The key wants a password; without this the library would ask for one on the terminal."""


def _no_password() -> str:
    raise _Encrypted


def _why_not(error: Exception) -> str:
    if isinstance(error, _Encrypted):
        return "has a key that is protected by a password; take one without"
    if isinstance(error, FileNotFoundError):
        return "is not there"
    if isinstance(error, ssl.SSLError):
        words = {
            "KEY_VALUES_MISMATCH": "holds a certificate that the key does not belong to",
            "NO_CERTIFICATE_OR_CRL_FOUND": "holds no certificate",
        }
        return words.get(error.reason or "", "holds no certificate with its key")
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot be read ({said.lower()})"


def tls_reason(error: ssl.SSLError, host: str) -> tuple[str, str | None]:
    """Return what an error of TLS means, as a sentence part, and what to do about it.

    Args:
        error: As the handshake, or a later read, ended with it.
        host: Whose certificate was looked at.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        said = error.verify_message
        if error.verify_code == _EXPIRED:
            return f"the certificate of {host} has expired", _ADVICE_CA
        if error.verify_code == _NOT_YET_VALID:
            return f"the certificate of {host} is not valid yet", "is the clock of this machine right?"
        if error.verify_code in _OTHER_HOST:
            return f"the certificate is made out to another host than {host}", (
                "is it the right host in the URL? --insecure checks no certificate"
            )
        return f"the certificate of {host} is not trusted ({said})", _ADVICE_CA
    words = _words(error)
    return _TROUBLES.get(words) or (f"TLS failed ({words})", None)


def _words(error: ssl.SSLError) -> str:
    """Return OpenSSL's own words; for those that are newer than Python's table, `reason` has none."""
    said = error.reason or str(error).rpartition("] ")[2].partition(" (_ssl.c")[0]
    return visible(said.replace("_", " ").lower())


_NO_TLS = ("no TLS is spoken there", "is the URL one of `http` (of `ws`)?")
_NO_CERTIFICATE = ("the server wants a client certificate, and got none", _ADVICE_CERT)
_TROUBLES: Final[dict[str, tuple[str, str]]] = {
    "wrong version number": _NO_TLS,
    "record layer failure": _NO_TLS,
    "http request": _NO_TLS,
    "packet length too long": _NO_TLS,
    "unexpected eof while reading": ("the server hung up within the TLS handshake", "is the URL one of `https`?"),
    "no protocols available": ("the server speaks another version of TLS, and not 1.2 or 1.3", "look at its settings"),
    "unsupported protocol": ("the server speaks another version of TLS, and not 1.2 or 1.3", "look at its settings"),
    "tlsv1 alert protocol version": (
        "the server speaks another version of TLS, and not 1.2 or 1.3",
        "look at its settings",
    ),
    "tlsv1 alert no application protocol": (
        "the server does not speak HTTP/1.1 (it refused it in the TLS handshake; HTTP/2 alone, perhaps)",
        "Antiphon speaks HTTP/1.1: switch it on beside the other",
    ),
    "tlsv13 alert certificate required": _NO_CERTIFICATE,
    "peer did not return a certificate": _NO_CERTIFICATE,
    "sslv3 alert handshake failure": (
        "the server broke the TLS handshake off (it may want a client certificate, or another cipher)",
        _ADVICE_CERT,
    ),
    "sslv3 alert bad certificate": ("the server refuses our client certificate", _ADVICE_CERT),
    "sslv3 alert certificate expired": ("the server says that our client certificate has expired", _ADVICE_CERT),
    "sslv3 alert certificate unknown": ("the server refuses our client certificate", _ADVICE_CERT),
    "tlsv1 alert unknown ca": ("the server does not trust the CA of our client certificate", _ADVICE_CERT),
    "tlsv1 alert access denied": ("the server refuses our client certificate", _ADVICE_CERT),
    "tlsv1 unrecognized name": ("the server knows no host of this name", "is it the right host in the URL?"),
}
