"""The ways to the target: through which proxy, and whom TLS trusts; by host and port, as services may differ."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from msgspec import Struct, field

from antiphon.net.proxy import Proxy
from antiphon.net.request_head import split_url
from antiphon.net.tls import default_tls


class Way(Struct, frozen=True, kw_only=True):
    """How a connection leaves.

    Attributes:
        context: For TLS; None: the usual one, which trusts the system's certificates.
        proxy: What stands before the target; None: nothing.
        curl: The options by which curl goes the same way.
    """

    context: ssl.SSLContext | None = None
    proxy: Proxy | None = None
    curl: tuple[str, ...] = ()

    @property
    def tls(self) -> ssl.SSLContext:
        """The context for TLS."""
        return self.context or default_tls()


class Ways(Struct, frozen=True, kw_only=True):
    """Which way leads where.

    Attributes:
        usual: To every place that has none of its own.
        own: By host (in small letters, without brackets) and port.
        services: To the sockets of services that speak in their own way, wherever these are.
    """

    usual: Way = field(default_factory=Way)
    own: Mapping[tuple[str, int], Way] = field(default_factory=dict)
    services: Mapping[str, Way] = field(default_factory=dict)

    def of(self, service: str) -> Ways:
        """Return the ways of a service's sockets; those of the target's own (no name) are these."""
        way = self.services.get(service)
        return self if way is None else Ways(usual=way)

    def to(self, host: str, port: int) -> Way:
        """Return the way to a place."""
        return self.own.get((host, port), self.usual) if self.own else self.usual

    def curl_to(self, url: str) -> tuple[str, ...]:
        """Return the options by which curl goes the same way to a URL."""
        if not self.own:
            return self.usual.curl
        origin, _ = split_url(url)
        return self.to(origin.host, origin.port).curl


DIRECT = Ways()
