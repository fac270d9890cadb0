"""Reader of a profile's `services`: further REST roots of the target, each by the name that paths begin with."""

from __future__ import annotations

from collections.abc import Mapping as MappingType

from antiphon.language import plain_values as plain
from antiphon.language.keys import Place, fits, kept, later
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.language.refusals import MissingValue
from antiphon.language.scope import Names
from antiphon.language.template import compile_value
from antiphon.target.http_model import HttpProfile
from antiphon.target.http_section import is_template, read_http
from antiphon.target.model import Service
from antiphon.target.reading import ProfileReading
from antiphon.target.urls import HTTP_SCHEMES, url_problem

ROOT = kept("base_url", ("text",), "where it is: a URL, or a path beside the target's own", required=True)
HTTP = kept("http", ("map",), "tokens, envelope, time-outs, TLS; without it as the target's own")
SERVICE = Place[ProfileReading]("a service", (ROOT, HTTP, later("socket")))


def read_services(
    node: Node,
    reading: ProfileReading,
    *,
    base_url: str | None,
    shared: HttpProfile,
    environment: MappingType[str, str],
) -> MappingType[str, Service]:
    """Return the services by their names.

    Args:
        node: The section.
        reading: The profile's reading.
        base_url: The target's own root, beside which a path stands.
        shared: How a service speaks HTTP that does not say so itself.
        environment: What `env` means in their URLs.
    """
    found = {}
    for entry in plain.map_of(node):
        if not plain.is_name(entry.name) or entry.name in HTTP_SCHEMES:
            hint = "a name has letters, digits, _ and -, and is no scheme: billing"
            reading.problems.mistake(f"`{entry.name[:60]}` cannot name a service", entry.key.source, hint)
            continue
        if not fits(entry.value, ("map",), "a service", reading.problems) or not isinstance(entry.value, Mapping):
            continue
        fields = SERVICE.read(entry.value, reading, reading.problems)
        root, http = fields.get(ROOT), fields.get(HTTP)
        url = _url(root, reading, base_url, environment) if root is not None else None
        spoken = read_http(http, reading) if http is not None else shared
        found[entry.name] = Service(
            name=entry.name, base_url=url or "", http=spoken, source=fields.at(ROOT), own_http=http is not None
        )
    return found


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
