"""The loader of a target profile: `target.yaml` becomes a `Target`, and all its problems are told at once."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from antiphon.core.errors import ScenarioError
from antiphon.core.source import Source
from antiphon.language import document
from antiphon.language import plain_values as plain
from antiphon.language.keys import Key, Place, Reading, kept, later
from antiphon.language.nodes import Mapping as MapNode
from antiphon.language.nodes import Node, Scalar, kind_of
from antiphon.target.access.section import read_access
from antiphon.target.calls import read_health
from antiphon.target.catalogue import EventWords, read_events, read_operations
from antiphon.target.catalogue_model import Catalogue
from antiphon.target.channel_section import FENCE, RECOVERY, SOCKET, read_channel
from antiphon.target.contracts.section import ASYNCAPI, OPENAPI, read_asyncapi_at, read_openapi_at
from antiphon.target.coverage_model import CoverageProfile
from antiphon.target.coverage_section import read_coverage
from antiphon.target.database_section import read_database
from antiphon.target.http_model import HttpProfile
from antiphon.target.http_section import read_http
from antiphon.target.laws.membership import Membership
from antiphon.target.laws.membership_section import room_names
from antiphon.target.laws.model import Laws
from antiphon.target.laws.room_words import room_words
from antiphon.target.laws.sections import LawSections, read_law_sections
from antiphon.target.model import ResourceRule, Target, UsersProfile
from antiphon.target.paging_section import read_paging
from antiphon.target.process_section import read_process
from antiphon.target.reading import ProfileReading
from antiphon.target.resources import read_resources, read_upload
from antiphon.target.said import declared_words
from antiphon.target.services_section import ReadService, read_services, read_socket_of
from antiphon.target.socket_model import Channel, Fence
from antiphon.target.thresholds import read_thresholds
from antiphon.target.urls import HTTP_SCHEMES, SOCKET_SCHEMES, url_problem
from antiphon.target.users_section import read_roles, read_users, variable

BASE_URL_VARIABLE = "API_BASE_URL"
SOCKET_URL_VARIABLE = "WEBSOCKET_URL"

_HOST = re.compile(r"[A-Za-z0-9._-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")
_DEFAULT_SETTLE_S = 0.2


def _hosts(node: Node, reading: Reading) -> tuple[str, ...]:
    hosts = plain.texts(node, reading)
    for item in plain.items_of(node):
        host = str(item.value) if isinstance(item, Scalar) else ""
        if host in hosts and not _is_host(host):
            hint = "write a host, an address or a network, with or without :port"
            reading.problems.mistake(f"`{host[:80]}` is no host", item.source, hint)
    return hosts


def _is_host(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return _HOST.fullmatch(text) is not None
    return True


def _variables(node: Node, reading: Reading) -> tuple[str, ...]:
    names = (variable(item, reading) for item in plain.items_of(node))
    return tuple(dict.fromkeys(name for name in names if name is not None))


NAME = Key("target", ("text",), plain.text, "the target's name")
BASE_URL = kept("base_url", ("text",), "the root of the REST API")
HEALTH = kept("health", ("list", "map", "text"), "calls that must answer before a run")
HTTP = kept("http", ("map",), "tokens, envelope, time-outs")
SETTLE = Key("settle", ("text", "number"), plain.duration(), "how long the target may need to settle")
USERS = kept("users", ("map",), "how users come to be")
RESOURCES = kept("resources", ("map",), "what calls make")
CLEANUP = kept("cleanup", ("map",), "how it is removed again")
PAGING = kept("paging", ("map",), "how lists are given page by page, each way by a name")
UPLOAD = kept("upload", ("map",), "the calls of the verb `upload`")
ENV = Key("env", ("list", "text"), _variables, "environment variables that templates may read")
FEATURES = Key("features", ("list", "text"), plain.texts, "what this target has, for a scenario's `needs`")
OPERATIONS = kept("operations", ("list", "map", "text"), "the REST operations")
EXPECTED_EVENTS = Key("expected_events", ("list", "text"), plain.texts, "events that ought to be heard in a whole run")
THRESHOLDS = kept("thresholds", ("list", "text"), "limits of a run: `AGG(METRIC[.NAME]) < LIMIT`")
EVENTS = kept("events", ("map",), "the events, `hear` and `emit`")
MEMBERSHIP = kept("membership", ("map",), "who may be in which rooms, and which connections are")
LAWS = kept("laws", ("list",), "which cause owes which events to whom")
KNOWN = kept("known", ("list",), "findings that are accepted, why, and until when")
ENVIRONMENT = Key(
    "environment",
    ("text",),
    plain.one_of("environment", ("own", "shared")),
    "whether others use the target at the same time: own, or shared",
)
COVERAGE = kept("coverage", ("map",), "how much must be covered, and what is left out with its reason")
SERVICES = kept("services", ("map",), "further roots of the target, each by a name")
DATABASE = kept("database", ("map",), "the target's database, to be looked into")
PROCESS = kept("process", ("map",), "the target's process here, and the commands that stop and start it")
ACCESS = kept("access", ("map",), "who may do what, and who must be refused: the access matrix")
ALLOW = Key("allow", ("list", "text"), _hosts, "hosts that may be tested")
_NOW: tuple[Key[Reading, Any], ...] = (
    *(NAME, BASE_URL, HEALTH, HTTP, SOCKET, FENCE, SETTLE, USERS, RESOURCES, CLEANUP, PAGING, UPLOAD, ENV, FEATURES),
    *(OPERATIONS, EVENTS, EXPECTED_EVENTS, THRESHOLDS, MEMBERSHIP, SERVICES, PROCESS, DATABASE, RECOVERY, ALLOW),
    *(LAWS, KNOWN, ENVIRONMENT, OPENAPI, ASYNCAPI, COVERAGE, ACCESS),
)
_LATER = ("monitor", "dependencies")
PROFILE: Place[Reading] = Place("a profile", (*_NOW, *(later(name) for name in _LATER)))


def load_target(
    text: str,
    path: str,
    *,
    environment: Mapping[str, str],
    base_url: str | None = None,
    socket_url: str | None = None,
) -> tuple[Target | None, tuple[ScenarioError, ...]]:
    """Return the profile, and all problems of its text.

    Args:
        text: The contents of `target.yaml`.
        path: The file as its author would name it; problems carry it.
        environment: `API_BASE_URL` and `WEBSOCKET_URL` override what the profile says.
        base_url: Overrides both.
        socket_url: Overrides both.

    Returns:
        None in place of a profile that cannot be read. With any problem at all nothing should be played; scenarios
        can be held against what there is of it, so that their own problems are told with those of the profile.
    """
    read = document.read(text, path)
    reading = ProfileReading()
    reading.problems.extend(read.problems)
    root = read.root
    target = None
    if isinstance(root, MapNode):
        base_url = base_url or environment.get(BASE_URL_VARIABLE) or None
        socket_url = socket_url or environment.get(SOCKET_URL_VARIABLE) or None
        target = _Loader(root, text, path, reading, base_url, socket_url, environment).load()
    elif root is not None:
        hint = "a profile begins with `target: NAME` and `base_url: http://...`"
        reading.problems.mistake(f"a profile is a map, this is {kind_of(root)}", root.source, hint)
    return target, reading.problems.in_order()


class _Loader:
    """Loads one profile; its sections are read in the order in which they need one another."""

    def __init__(
        self,
        root: MapNode,
        text: str,
        path: str,
        reading: ProfileReading,
        base_url: str | None,
        socket_url: str | None,
        environment: Mapping[str, str],
    ) -> None:
        self.root = root
        self.text = text
        self.path = path
        self.reading = reading
        self.problems = reading.problems
        self.base_override = base_url
        self.socket_override = socket_url
        self.catalogue = Catalogue()
        self.environment = environment
        self.fields = PROFILE.read(root, reading, reading.problems)

    def load(self) -> Target:
        fields = self.fields
        self.reading.env = fields.get(ENV) or ()
        self._words()
        base_url = self._base_url()
        http, pages = fields.get(HTTP), fields.get(PAGING)
        spoken = read_http(http, self.reading) if http is not None else HttpProfile()
        roots = self._services(base_url, spoken)
        named = tuple(name for name, read in roots.items() if read.has_root)
        paging = read_paging(pages, self.reading) if pages is not None else {}
        self.reading.vocabulary = replace(self.reading.vocabulary, services=named, pagings=tuple(paging))
        upload = fields.get(UPLOAD)
        health = fields.get(HEALTH)
        thresholds = fields.get(THRESHOLDS)
        process = fields.get(PROCESS)
        settle_s = fields.get(SETTLE) or _DEFAULT_SETTLE_S
        channel, fence = self._channel(base_url, settle_s)
        services = {
            name: read_socket_of(read, self.reading, base_url=base_url, settle_s=settle_s)
            for name, read in roots.items()
        }
        database = fields.get(DATABASE)
        run_by = read_process(process, self.reading) if process is not None else None
        self.reading.vocabulary = replace(
            self.reading.vocabulary,
            rooms=room_names(fields.get(MEMBERSHIP)),
            fence=fence.kind,
            speaks=fields.has(SOCKET),
            probes=fields.has(DATABASE),
            restarts=run_by is not None and run_by.stop is not None and run_by.start is not None,
        )
        users = self._users()
        resources = read_resources(fields.get(RESOURCES), fields.get(CLEANUP), self.reading)
        membership, laws = self._laws(users, resources)
        coverage = fields.get(COVERAGE)
        access = fields.get(ACCESS)
        return Target(
            name=fields.get(NAME) or "target",
            path=self.path,
            base_url=base_url or "",
            base_url_source=self._base_source(),
            base_url_note=f"base_url ({BASE_URL_VARIABLE} is {'set' if self.base_override else 'not set'})",
            text=self.text,
            health=read_health(health, self.reading) if health is not None else (),
            http=spoken,
            services=services,
            channel=channel,
            settle_s=settle_s,
            users=users,
            resources=resources,
            paging=paging,
            rooms=room_words(membership),
            membership=membership,
            laws=laws,
            access=read_access(access, self.reading) if access is not None else None,
            upload=read_upload(upload, self.reading) if upload is not None else None,
            env=self.reading.env,
            features=fields.get(FEATURES) or (),
            process=run_by,
            database=read_database(database, self.reading) if database is not None else None,
            allow=fields.get(ALLOW) or (),
            thresholds=read_thresholds(thresholds, self.reading) if thresholds is not None else (),
            coverage=read_coverage(coverage, laws, self.reading) if coverage is not None else CoverageProfile(),
            catalogue=self.catalogue,
            contract_places=tuple(
                place
                for place in (
                    read_openapi_at(fields.get(OPENAPI), fields.node(OPENAPI)),
                    read_asyncapi_at(fields.get(ASYNCAPI), self.reading),
                )
                if place is not None
            ),
            vocabulary=self.reading.vocabulary,
        )

    def _users(self) -> UsersProfile:
        node = self.fields.get(USERS)
        return read_users(node, self.reading) if node is not None else UsersProfile()

    def _laws(self, users: UsersProfile, resources: tuple[ResourceRule, ...]) -> tuple[Membership, Laws]:
        fields = self.fields
        sections = LawSections(
            membership=fields.get(MEMBERSHIP),
            laws=fields.get(LAWS),
            known=fields.get(KNOWN),
            environment=fields.get(ENVIRONMENT),
            contract=any(fields.has(key) for key in (OPENAPI, ASYNCAPI, OPERATIONS, EVENTS)),
        )
        return read_law_sections(sections, self.reading, resources=resources, users=users)

    def _words(self) -> None:
        """Read what the other sections are checked against."""
        operations, events, users = (self.fields.get(key) for key in (OPERATIONS, EVENTS, USERS))
        words = read_events(events, self.reading) if events is not None else EventWords()
        shapes = read_operations(operations, self.reading) if operations is not None else {}
        expected = self.fields.get(EXPECTED_EVENTS) or ()
        self.catalogue = Catalogue(operations=shapes, heard=words.heard, emitted=words.emitted, expected=expected)
        said = declared_words(self.catalogue, self.fields.get(SOCKET), self.fields.get(SERVICES))
        self.reading.vocabulary = replace(
            said,
            operations=tuple(shapes),
            statuses=tuple((one, shape.statuses) for one, shape in shapes.items() if shape.statuses is not None),
            roles=read_roles(users, self.reading) if users is not None else (),
        )

    def _services(self, base_url: str | None, shared: HttpProfile) -> Mapping[str, ReadService]:
        node = self.fields.get(SERVICES)
        if node is None:
            return {}
        return read_services(node, self.reading, base_url=base_url, shared=shared, environment=self.environment)

    def _base_source(self) -> Source:
        return self.fields.at(BASE_URL)

    def _base_url(self) -> str | None:
        if self.base_override is not None:
            return self._checked(self.base_override, BASE_URL_VARIABLE, HTTP_SCHEMES)
        node = self.fields.get(BASE_URL)
        if node is None:
            if not self.fields.has(BASE_URL):
                hint = f"add base_url: http://127.0.0.1:3001/api/v1, or set {BASE_URL_VARIABLE}"
                self.problems.mistake("the profile has no `base_url`", self.root.source, hint)
            return None
        text = str(node.value) if isinstance(node, Scalar) else ""
        why = url_problem(text, HTTP_SCHEMES)
        if why is not None:
            hint = "write http://HOST:PORT/PREFIX"
            self.problems.mistake(f"`{text[:80]}` is no base URL: {why}", node.source, hint)
            return None
        return text.rstrip("/")

    def _checked(self, url: str, variable_name: str, schemes: tuple[str, ...]) -> str | None:
        """Return a URL that stands in no file, or note what is wrong with it."""
        why = url_problem(url, schemes)
        if why is None:
            return url.rstrip("/")
        source = Source(f"<{variable_name}>", 1, 1, url)
        hint = f"look at {variable_name} in the environment, in .env or on the command line"
        self.problems.mistake(f"`{url[:80]}` is no URL of a target: {why}", source, hint)
        return None

    def _channel(self, base_url: str | None, settle_s: float) -> tuple[Channel | None, Fence]:
        override = None
        if self.socket_override is not None and self.fields.get(SOCKET) is not None:
            override = self._checked(self.socket_override, SOCKET_URL_VARIABLE, SOCKET_SCHEMES)
        return read_channel(self.fields, self.reading, base_url=base_url, override=override, settle_s=settle_s)
