"""Which addresses Antiphon may connect to: loopback, and what the profile's `allow` names.

Judged on the resolved address and port of every single connection, so that no name, redirect or
answer of the target can lead anywhere else.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from antiphon.net.errors import BadAllowEntry, NotAllowed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAME = re.compile(r"(?=[^:]*[A-Za-z_])[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_.])?")
_WITH_PORT = re.compile(r"(?:\[([^\[\]]+)\]|([^:\[\]]+))(?::(\d{1,5}))?")
# Where clouds answer with credentials, outside the link-local range: AWS (IPv6), Alibaba, Oracle, Azure.
_METADATA = frozenset(
    map(ipaddress.ip_address, ["fd00:ec2::254", "fd00:ec2::23", "100.100.100.200", "192.0.0.192", "168.63.129.16"])
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_THIS_NETWORK = ipaddress.IPv4Network("0.0.0.0/8")
_IPV4_COMPATIBLE = ipaddress.IPv6Network("::/96")


class _Entry(Struct, frozen=True):
    name: str | None
    network: Network | None
    port: int | None

    def covers(self, host: str, address: Address, port: int) -> bool:
        if self.port is not None and self.port != port:
            return False
        if self.network is not None:
            return address in self.network
        return self.name == host


class AllowList:
    """Loopback, and the hosts given: names, addresses or networks (CIDR), each with a port if wanted.

    Link-local, metadata, multicast, unspecified and reserved addresses are refused whatever is given,
    also where an IPv6 address wraps the IPv4 one.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Read the entries.

        Raises:
            BadAllowEntry: One of them is no host.
        """
        self._entries = tuple(_entry(text) for text in entries)

    def check(self, host: str, address: str, port: int) -> None:
        """Return if a connection to the address is allowed; `host` is the name that led there.

        Raises:
            NotAllowed: It is not.
        """
        plain, never = _read(address)
        if plain is None or never:
            raise NotAllowed(host=host, address=address, port=port, never=never)
        if plain.is_loopback:
            return
        name = host.lower().rstrip(".")
        if not any(entry.covers(name, plain, port) for entry in self._entries):
            raise NotAllowed(host=host, address=address, port=port)

    async def addresses(self, host: str, port: int) -> tuple[tuple[str, int], ...]:
        """Return the allowed ones among a host's addresses, in the resolver's order; at least one.

        Raises:
            NotAllowed: None of them is allowed.
            OSError: The name has no address.
        """
        literal = _literal(host)
        found = [literal] if literal is not None else await _looked_up(host, port)
        allowed = []
        refusal: NotAllowed | None = None
        for address in found:
            try:
                self.check(host, address, port)
            except NotAllowed as error:
                refusal = refusal or error
            else:
                allowed.append((address, port))
        if not allowed:
            raise refusal or OSError(f"{host} has no address")
        return tuple(allowed)

    async def name_for_proxy(self, host: str, port: int) -> str:
        """Return what a proxy may be asked for: the name, where `allow` has it as a name, else a checked address.

        A proxy looks names up by itself: a name that is allowed only for the address that it has here could
        lead the proxy to another one.

        Raises:
            NotAllowed: The host is not allowed.
            OSError: The name has no address here, and `allow` does not name it.
        """
        name = host.lower().rstrip(".")
        is_named = any(entry.name == name and entry.port in (None, port) for entry in self._entries)
        try:
            checked = await self.addresses(host, port)
        except OSError:
            if is_named:
                return host
            raise
        return host if is_named else checked[0][0]

    async def resolve(self, host: str, port: int) -> tuple[str, int]:
        """Return the first allowed address of a host.

        Raises:
            NotAllowed: None of its addresses is allowed.
            OSError: The name has no address.
        """
        return (await self.addresses(host, port))[0]


def _entry(text: str) -> _Entry:
    written = text.strip()
    network = _network(written)
    if network is not None:
        return _Entry(None, network, None)
    found = _WITH_PORT.fullmatch(written)
    if found is None:
        raise BadAllowEntry(entry=text)
    bracketed, bare, digits = found.groups()
    port = int(digits) if digits else None
    if port is not None and not 0 < port < 65536:
        raise BadAllowEntry(entry=text)
    network = _network(bracketed or bare)
    if network is not None:
        return _Entry(None, network, port)
    if bracketed or not _NAME.fullmatch(bare):
        raise BadAllowEntry(entry=text)
    return _Entry(bare.lower().rstrip("."), None, port)


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=1024)  # thousands of sockets connect to the same place: 30 µs each
def _read(text: str) -> tuple[Address | None, str | None]:
    """Return what an address is, and why nothing may ever connect to it."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None, "no address"
    # Connecting to a mapped address is connecting to the IPv4 one. The other wrappings lead through
    # gateways: what they hold can be a reason to refuse, never one to allow.
    plain = (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
    return plain, _refused_always(plain) or _refused_always(_wrapped(plain))


@lru_cache(maxsize=1024)
def _literal(host: str) -> str | None:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None


async def _looked_up(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or longer than 63 octets
        raise OSError(f"{host} is not a host name: {error}") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _wrapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.sixtofour
    if inner is None and (address in _NAT64 or (address in _IPV4_COMPATIBLE and int(address) > 1)):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is None and address.teredo is not None:
        inner = address.teredo[1]
    return inner or address


def _refused_always(address: Address) -> str | None:
    if address.is_unspecified or (isinstance(address, ipaddress.IPv4Address) and address in _THIS_NETWORK):
        return "the unspecified address"
    if address in _METADATA:
        return "a metadata address"
    if address.is_link_local:
        return "a link-local address"
    if address.is_multicast:
        return "a multicast address"
    if isinstance(address, ipaddress.IPv4Address) and address.is_reserved:
        return "a reserved address"
    return None
