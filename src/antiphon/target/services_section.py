"""Reader of a profile's `services`: further parts of the target, each by its name, with a REST root or a socket."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingType

from msgspec import Struct
from msgspec.structs import replace

from antiphon.language import plain_values as plain
from antiphon.language.keys import Fields, Place, fits, kept
from antiphon.language.nodes import Entry, Mapping, Node, Scalar
from antiphon.language.refusals import MissingValue
from antiphon.language.scope import Names
from antiphon.language.template import compile_value
from antiphon.target.channel_section import CHANNEL_KEYS, FENCE, RECOVERY, SOCKET, read_channel
from antiphon.target.http_model import HttpProfile
from antiphon.target.http_section import is_template, read_http
from antiphon.target.model import Service
from antiphon.target.reading import ProfileReading
from antiphon.target.urls import HTTP_SCHEMES, url_problem

ROOT = kept("base_url", ("text",), "where it is: a URL, or a path beside the target's own")
HTTP = kept("http", ("map",), "tokens, envelope, time-outs, TLS; without it as the target's own")
SERVICE = Place[ProfileReading]("a service", (ROOT, HTTP, *CHANNEL_KEYS))


class ReadService(Struct, frozen=True):
    """A service whose socket is still to be read.

    Attributes:
        service: The rest of it.
        fields: Its keys.
    """

    service: Service
    fields: Fields

    @property
    def has_root(self) -> bool:
        """Whether paths may begin with its name."""
        return self.fields.has(ROOT)


def speaking(node: Node | None) -> Iterator[Entry]:
    """Yield the sections of services that have a socket, before they are read: their events are words of the target."""
    for entry in plain.map_of(node) if node is not None else ():
        if _can_name(entry.name) and isinstance(entry.value, Mapping) and SOCKET.name in entry.value:
            yield entry


def _can_name(name: str) -> bool:
    return plain.is_name(name) and name not in HTTP_SCHEMES


def read_services(
    node: Node,
    reading: ProfileReading,
    *,
    base_url: str | None,
    shared: HttpProfile,
    environment: MappingType[str, str],
) -> MappingType[str, ReadService]:
    """Return the services by their names, but for their sockets.

    Args:
        node: The section.
        reading: The profile's reading.
        base_url: The target's own root, beside which a path stands.
        shared: How a service speaks HTTP that does not say so itself.
        environment: What `env` means in their URLs.
    """
    found = {}
    for entry in plain.map_of(node):
        if not _can_name(entry.name):
            hint = "a name has letters, digits, _ and -, and is no scheme: billing"
            reading.problems.mistake(f"`{entry.name[:60]}` cannot name a service", entry.key.source, hint)
            continue
        if not fits(entry.value, ("map",), "a service", reading.problems) or not isinstance(entry.value, Mapping):
            continue
        fields = SERVICE.read(entry.value, reading, reading.problems)
        _is_somewhere(fields, reading)
        root, http = fields.get(ROOT), fields.get(HTTP)
        url = _url(root, reading, base_url, environment) if root is not None else None
        spoken = read_http(http, reading) if http is not None else shared
        service = Service(
            name=entry.name, base_url=url or "", http=spoken, source=fields.at(ROOT), own_http=http is not None
        )
        found[entry.name] = ReadService(service, fields)
    return found


def _is_somewhere(fields: Fields, reading: ProfileReading) -> None:
    problems = reading.problems
    if not fields.has(ROOT) and not fields.has(SOCKET):
        hint = "base_url: where its paths are; or socket: where it is heard"
        problems.mistake("a service needs `base_url` or `socket`", fields.source, hint)
    for key in (FENCE, RECOVERY):
        if fields.has(key) and not fields.has(SOCKET):
            hint = "it speaks of the service's own socket, which is written as socket: {protocol, url}"
            problems.mistake(f"`{key.name}` of a service without `socket`", fields.at(key), hint)


def read_socket_of(read: ReadService, reading: ProfileReading, *, base_url: str | None, settle_s: float) -> Service:
    """Return a service with its socket; what is said there is kept with the words of the target.

    Args:
        read: The service.
        reading: The profile's reading; its words are those of the target's own socket, now and afterwards.
        base_url: The target's own root, beside which the socket of a service without a root is.
        settle_s: What `settle` of a fence is where it does not say.
    """
    service, fields = read.service, read.fields
    if not fields.has(SOCKET):
        return service
    own = reading.vocabulary
    reading.vocabulary = own.on(service.name)
    channel, fence = read_channel(
        fields, reading, service=service.name, base_url=service.base_url or base_url, settle_s=settle_s
    )
    words = replace(reading.vocabulary, fence=fence.kind, sockets=())
    kept = tuple((name, words if name == service.name else other) for name, other in own.sockets)
    reading.vocabulary = replace(own, sockets=kept)
    return replace(service, channel=channel)


def _url(node: Node, reading: ProfileReading, base_url: str | None, environment: MappingType[str, str]) -> str | None:
    text = str(node.value) if isinstance(node, Scalar) else ""
    if is_template(node):
        reading.check_node(node, frozenset({"env"}))
        known = {name: environment[name] for name in reading.env if environment.get(name)}
        try:
            text = str(compile_value(node, reading.problems)(Names({"env": known})))
        except MissingValue as error:
            hint = "set it in the environment or in .env"
            reading.problems.mistake(f"a service's base URL cannot be made: {error}", node.source, hint)
            return None
    if text.startswith("/") and base_url is not None:
        scheme, _, rest = base_url.partition("://")
        text = f"{scheme}://{rest.partition('/')[0]}{text}"
    why = url_problem(text, HTTP_SCHEMES)
    if why is not None:
        hint = "write http://HOST:PORT/PREFIX, or /PREFIX beside the target's own base_url"
        reading.problems.mistake(f"`{text[:80]}` is no base URL: {why}", node.source, hint)
        return None
    return text.rstrip("/")
