"""A TCP or TLS connection to an allowed address, within a time limit, or the reason why there is none."""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import Callable
from typing import TypeVar

from antiphon.core.durations import duration_text
from antiphon.net.allow import AllowList
from antiphon.net.errors import NotAllowed
from antiphon.net.exchange import Failure

P = TypeVar("P", bound=asyncio.Protocol)


@functools.cache
def default_tls() -> ssl.SSLContext:
    """Return the usual context, made once: reading the certificates takes some 20 ms."""
    return ssl.create_default_context()


async def connect(
    factory: Callable[[], P], *, host: str, port: int, tls: ssl.SSLContext | None, allow: AllowList, limit_s: float
) -> P | Failure:
    """Return an open connection's protocol; its addresses are tried in the resolver's order, each one checked.

    Args:
        factory: Makes a protocol for each attempt.
        host: A name or an address.
        port: The port.
        tls: The context for TLS, None for plain TCP.
        allow: What may be connected to.
        limit_s: For everything: looking the name up, connecting, the TLS handshake.
    """
    try:
        async with asyncio.timeout(limit_s):
            return await _first_that_answers(factory, host, port, tls, allow)
    except TimeoutError:
        return Failure("connect timeout", f"no connection to {host}:{port} within {duration_text(limit_s)}")


async def _first_that_answers(
    factory: Callable[[], P], host: str, port: int, tls: ssl.SSLContext | None, allow: AllowList
) -> P | Failure:
    try:
        addresses = await allow.addresses(host, port)
    except NotAllowed as error:
        return Failure("not allowed", str(error), error.hint)
    except OSError as error:
        return Failure("unreachable", f"{host} has no address: {_reason(error)}")
    loop = asyncio.get_running_loop()
    tried = []
    for address, _ in addresses:
        try:
            _, protocol = await loop.create_connection(
                factory, address, port, ssl=tls, server_hostname=host if tls is not None else None
            )
        except OSError as error:
            where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
            tried.append(f"{_reason(error)} at {where}")
        else:
            return protocol
    return Failure("unreachable", ", ".join(tried))


def _reason(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return f"no TLS ({error.reason or error})"
    return (error.strerror or str(error) or type(error).__name__).lower()
