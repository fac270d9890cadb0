"""An HTTP proxy before the target: tunnels to hosts, opened by CONNECT.

What goes through a tunnel, and what is asked of the proxy in absolute form, stands elsewhere.
"""

from __future__ import annotations

import asyncio
import base64
import re
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from antiphon.core.errors import ScenarioError
from antiphon.core.source import Source
from antiphon.core.text import shortened, visible

_MOST_HEAD_BYTES: Final = 16 * 1024
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3})(?: ([^\r\n]*))?")
_WANTS_CREDENTIALS: Final = 407
ADVICE_CREDENTIALS: Final = "put them into `http.proxy`: http://{{ env.NAME }}:{{ env.PASSWORD }}@HOST:PORT"


class Proxy(Struct, frozen=True, kw_only=True):
    """An HTTP proxy.

    Attributes:
        host: A name or an address, without brackets.
        port: The port.
        authorization: The value of `Proxy-Authorization`, if it wants one.
    """

    host: str
    port: int
    authorization: str | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"the proxy {host}:{self.port}"


@dataclass(eq=False, kw_only=True)
class BadProxy(ScenarioError):
    """The profile's proxy is none that can be asked."""

    why: str
    source: Source | None = None

    def __str__(self) -> str:
        return f"`http.proxy` names no proxy: {self.why}"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "write http://HOST:PORT; Antiphon speaks to HTTP proxies, without TLS on the way to them"


class ProxyRefused(Exception):
    """The proxy opened no tunnel.

    Attributes:
        advice: What to do about it, if that is known.
    """

    def __init__(self, sentence: str, advice: str | None = None) -> None:
        super().__init__(sentence)
        self.advice = advice


def proxy_at(url: str) -> Proxy:
    """Return the proxy at a URL (`http://user:password@host:port`).

    Raises:
        BadProxy: It is no such URL.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadProxy(why=str(error)) from None
    if parts.scheme != "http":
        raise BadProxy(why=f"it begins with `{parts.scheme or shortened(visible(url), limit=20)}`, not with `http://`")
    if not host:
        raise BadProxy(why="no host is named")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise BadProxy(why="there is a path behind host and port")
    authorization = None
    if parts.username is not None or parts.password is not None:
        words = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()
        authorization = f"Basic {base64.b64encode(words).decode()}"
    return Proxy(host=host, port=80 if port is None else port, authorization=authorization)


async def open_tunnel(sock: socket.socket, proxy: Proxy, host: str, port: int) -> None:
    """Ask the proxy at the other end of a connected socket for a tunnel; it has no deadline of its own.

    Args:
        sock: Connected to the proxy; afterwards to the host.
        proxy: Which one that is.
        host: Where the tunnel leads.
        port: The port there.

    Raises:
        ProxyRefused: It opens none.
        OSError: The connection failed.
    """
    loop = asyncio.get_running_loop()
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    credentials = f"Proxy-Authorization: {proxy.authorization}\r\n" if proxy.authorization else ""
    await loop.sock_sendall(sock, f"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n{credentials}\r\n".encode())
    said = b""
    while b"\r\n\r\n" not in said:
        if len(said) > _MOST_HEAD_BYTES:
            raise ProxyRefused(f"{proxy} does not come to the end of its answer")
        more = await loop.sock_recv(sock, 4096)
        if not more:
            raise ProxyRefused(f"{proxy} hung up when it was asked for {where}")
        said += more
    found = _STATUS.match(said)
    if found is None:
        raise ProxyRefused(f"{proxy} does not speak HTTP: `{shortened(visible(said.decode('latin-1')), limit=60)}`")
    status, words = int(found[1]), visible((found[2] or b"").decode("latin-1"))
    if not 200 <= status < 300:
        advice = ADVICE_CREDENTIALS if status == _WANTS_CREDENTIALS else None
        raise ProxyRefused(f"{proxy} opens no way to {where}: {status} {shortened(words, limit=80)}".rstrip(), advice)
    if not said.endswith(b"\r\n\r\n"):  # neither TLS nor a WebSocket lets the server speak first
        raise ProxyRefused(f"{proxy} opened a way to {where}, and something spoke on it that was not asked")
