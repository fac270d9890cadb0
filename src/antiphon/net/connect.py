"""A TCP or TLS connection to an allowed address, within a time limit, or the reason why there is none."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from antiphon.core.durations import duration_text
from antiphon.core.text import visible
from antiphon.net.errors import NotAllowed
from antiphon.net.exchange import Failure
from antiphon.net.proxy import Proxy, ProxyRefused, open_tunnel
from antiphon.net.socket_facts import Allow
from antiphon.net.tls import tls_reason
from antiphon.net.ways import Way

P = TypeVar("P", bound=asyncio.Protocol)


class Reached(Struct, frozen=True):
    """A connected socket.

    Attributes:
        sock: The socket; it does not block.
        ip: The address at its other end: the host's, or the proxy's.
        port: The port there.
        asked_for: The host's name or address as a proxy is asked for it; empty where there is none.
    """

    sock: socket.socket
    ip: str
    port: int
    asked_for: str = ""


async def connect(
    factory: Callable[[Reached], P], *, host: str, port: int, tls: bool, way: Way, allow: Allow, limit_s: float
) -> P | Failure:
    """Return an open connection's protocol; its addresses are tried in the resolver's order, each one checked.

    Args:
        factory: Makes the protocol.
        host: A name or an address.
        port: The port.
        tls: Whether TLS is spoken.
        way: Through which proxy, trusting whom. Without TLS the proxy is asked for each request, by no tunnel.
        allow: What may be connected to.
        limit_s: For everything: looking the name up, connecting, the TLS handshake.
    """
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    awaited = f"no connection to {place}"
    try:
        async with asyncio.timeout(limit_s):
            if way.proxy is not None:
                awaited = f"{way.proxy} made no connection to {place}"
            reached = await reach(host, port, way=way, allow=allow, tunnel=tls)
            if isinstance(reached, Failure):
                return reached
            awaited = f"connected to {place}, but TLS was not agreed on"
            return await _protocol_on(reached, factory, host, way.tls if tls else None)
    except NotAllowed as error:
        return Failure("not allowed", str(error), error.hint)
    except ProxyRefused as error:
        return Failure("proxy", str(error), error.advice)
    except TimeoutError:
        return Failure("connect timeout", f"{awaited} within {duration_text(limit_s)}")
    except OSError as error:
        why, advice = reason_of(error, host)
        return Failure("unreachable", f"{why} at {place}", advice)


async def _protocol_on(
    reached: Reached, factory: Callable[[Reached], P], host: str, context: ssl.SSLContext | None
) -> P:
    try:
        _, protocol = await asyncio.get_running_loop().create_connection(
            lambda: factory(reached), sock=reached.sock, ssl=context, server_hostname=host if context else None
        )
    except BaseException:
        reached.sock.close()
        raise
    return protocol


async def reach(host: str, port: int, *, way: Way, allow: Allow, tunnel: bool = True) -> Reached | Failure:
    """Return a socket that is connected to the host, through the way's proxy if it has one; it has no deadline.

    Args:
        host: A name or an address.
        port: The port.
        way: Through which proxy.
        allow: What may be connected to: the host, and the proxy as well.
        tunnel: Whether a proxy is asked for a tunnel; without one the socket leads to the proxy itself.

    Raises:
        NotAllowed: The address is not allowed.
        ProxyRefused: The proxy opens no tunnel.
        OSError: The connection to the proxy failed.
    """
    if way.proxy is not None:
        return await _through(way.proxy, host, port, allow=allow, tunnel=tunnel)
    try:
        places = await allow.addresses(host, port)
    except OSError as error:
        return Failure("unreachable", f"{host} has no address: {reason_of(error, host)[0]}")
    return await _first_that_answers(places)


async def _through(proxy: Proxy, host: str, port: int, *, allow: Allow, tunnel: bool) -> Reached | Failure:
    asked_for = await allow.name_for_proxy(host, port)
    try:
        places = await allow.addresses(proxy.host, proxy.port)
    except OSError as error:
        return Failure("proxy", f"{proxy} has no address: {reason_of(error, proxy.host)[0]}")
    reached = await _first_that_answers(places)
    if isinstance(reached, Failure):
        return Failure(
            "proxy", f"{proxy} cannot be reached: {reached.detail}", "is it running, and `http.proxy` right?"
        )
    if tunnel:
        try:
            await open_tunnel(reached.sock, proxy, asked_for, port)
        except BaseException:
            reached.sock.close()
            raise
    return replace(reached, asked_for=asked_for)


async def _first_that_answers(places: Sequence[tuple[str, int]]) -> Reached | Failure:
    tried = []
    for ip, port in places:
        try:
            return Reached(await _socket_to(ip, port), ip, port)
        except OSError as error:
            where = f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"
            tried.append(f"{reason_of(error, ip)[0]} at {where}")
    return Failure("unreachable", ", ".join(tried))


async def _socket_to(ip: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, (ip, port))
    except BaseException:
        sock.close()
        raise
    return sock


def reason_of(error: OSError, host: str) -> tuple[str, str | None]:
    """Return why a connection failed, as a sentence part, and what to do about it if that is known."""
    if isinstance(error, ConnectionRefusedError):
        return "connection refused", None  # asyncio and uvloop word it differently
    if isinstance(error, ssl.SSLError):
        return tls_reason(error, host)
    return visible((error.strerror or str(error) or type(error).__name__).lower()), None
