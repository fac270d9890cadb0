"""The model of a target profile: all that Antiphon knows of an application, compiled to plain values and callables.

`antiphon.target.loader` makes these from text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from antiphon.core.source import NOWHERE, Source
from antiphon.language.address import Address
from antiphon.language.call import CallSpec
from antiphon.language.nodes import Node
from antiphon.language.vocabulary import Vocabulary
from antiphon.target.access.model import AccessProfile
from antiphon.target.catalogue_model import Catalogue, Threshold
from antiphon.target.contracts.model import ContractDocument, DocumentAt
from antiphon.target.coverage_model import CoverageProfile
from antiphon.target.http_model import HttpProfile
from antiphon.target.laws.membership import Membership
from antiphon.target.laws.model import Laws
from antiphon.target.socket_model import Channel


class RecipeCall(Struct, frozen=True, kw_only=True):
    """One call of a recipe.

    Attributes:
        by: `self`, `nobody`, a role of the company (`OWNER`, with `of_company`), or a key's user (`company_of`).
        of_company: Whether `by` is a role in the company that the user is made in.
        call: The call; it saves into `self`.
    """

    call: CallSpec
    source: Source
    by: str = "self"
    of_company: bool = False


class TokenProfile(Struct, frozen=True, kw_only=True):
    """What the tokens are made of, so that Antiphon can make expired ones.

    Attributes:
        secret_env: The variable that holds the key that the target signs with.
        life_s: How long a token lives; a user's own is renewed before it ends. None: it is never renewed unasked.
    """

    secret_env: str | None = None
    life_s: float | None = None


class GivenAccount(Struct, frozen=True, kw_only=True):
    """Somebody whom the target has already, and Antiphon may play.

    Attributes:
        name: As a scenario's `given` names it: its `name`, or else its `email`.
        role: Its role; None: it will do for every role.
        values: What `self` begins with.
    """

    name: str
    role: str | None
    values: Mapping[str, object]
    source: Source


class UsersProfile(Struct, frozen=True, kw_only=True):
    """How users come to be.

    Attributes:
        roles: The target's words; the first is the default role.
        make: Role → calls.
        default: The calls for every other role.
        login: Played where `make` saved no token.
        refresh: Played by the verb `refresh`, and when a token has expired.
        logout: Played by the verb `logout`.
        identity: The address under `self` that is the user's id.
        given: The accounts that the target has already; filled by `accounts.with_accounts`.
        given_from: The file that holds them, or the list itself, as it was written.
        pool: Among which scenarios the people that recipes made are used again.
    """

    roles: tuple[str, ...] = ()
    make: Mapping[str, tuple[RecipeCall, ...]] = field(default_factory=dict)
    default: tuple[RecipeCall, ...] = ()
    login: tuple[RecipeCall, ...] = ()
    refresh: tuple[RecipeCall, ...] = ()
    logout: tuple[RecipeCall, ...] = ()
    identity: Address | None = None
    tokens: TokenProfile = field(default_factory=TokenProfile)
    given: tuple[GivenAccount, ...] = ()
    given_from: Node | None = None
    pool: Literal["never", "category", "run"] = "never"
    source: Source = NOWHERE

    def recipe(self, role: str) -> tuple[RecipeCall, ...]:
        """Return the calls that make a user of a role; none if nothing says how, or it takes one of that role."""
        if role in self.make:
            return self.make[role]
        return () if any(call.of_company and call.by == role for call in self.default) else self.default


class ResourceRule(Struct, frozen=True, kw_only=True):
    """What a call makes, or an event tells of, and how that is removed again.

    Attributes:
        name: The resource's name.
        event: The event that tells of one; empty: a call makes it.
        service: On whose sockets that event is heard; empty: on the target's own.
        method: Of the call that makes one.
        template: Its path template.
        statuses: With which it has made one.
        key: Where the new one's key is in the answer.
        cleanup: The call that removes it; None leaves it to others. Scope: `key`.
        clean: Statuses that mean it is gone, besides 2xx.
        gone: The call that tells that it is gone, once it was removed; None: the profile names none.
        read_back: The call that would read it, where the catalogue has one.
    """

    name: str
    method: str
    template: str
    statuses: tuple[int, ...]
    key: Address
    source: Source
    cleanup: CallSpec | None = None
    clean: tuple[int, ...] = (404,)
    event: str = ""
    service: str = ""
    gone: CallSpec | None = None
    read_back: CallSpec | None = None


class RoomWords(Struct, frozen=True, kw_only=True):
    """The emits by which a connection joins and leaves rooms of one kind.

    Attributes:
        service: On whose sockets; empty: on the target's own.
    """

    name: str
    join: str | None
    join_address: tuple[str, ...]
    leave: str | None
    leave_address: tuple[str, ...]
    source: Source
    service: str = ""


class UploadProfile(Struct, frozen=True, kw_only=True):
    """The calls of an upload.

    Scope of their templates: `file` (name, size, type, sha256), `chunk` (index, bytes, count), `with`, `upload`
    (what `start` saves), `self`.

    Attributes:
        chunk_bytes: The chunk's size where the start's answer does not give it as `upload.chunk_size`.
        received: Asked when an upload is resumed; saves `upload.received`, the indices that the target has.
    """

    start: CallSpec
    chunk: CallSpec
    finish: CallSpec
    source: Source
    received: CallSpec | None = None
    chunk_bytes: int | None = None


class PagingRule(Struct, frozen=True, kw_only=True):
    """How a list is given page by page.

    Attributes:
        items: Where a page has its items.
        next: Where it has what leads to the next page: a cursor, or without `query` a URL; None: pages are numbered.
        more: Where it says whether there are more.
        query: The parameter that takes the cursor, or the number; empty: `next` is a URL.
    """

    name: str
    items: Address
    next: Address | None = None
    more: Address | None = None
    query: str = ""
    source: Source = NOWHERE


class ProcessProfile(Struct, frozen=True, kw_only=True):
    """The target's process on this machine, to be watched, and the commands that stop and start it.

    Attributes:
        stop: The command's words; None if there is none.
        start: The same; there is one if the other is.
    """

    pid: int | None = None
    port: int | None = None
    name: str | None = None
    stop: tuple[str, ...] | None = None
    start: tuple[str, ...] | None = None


class DatabaseProfile(Struct, frozen=True, kw_only=True):
    """The target's database, to be looked into: the variable that holds its URL."""

    url_env: str
    source: Source


class Service(Struct, frozen=True, kw_only=True):
    """A part of a target that speaks for itself: the target's own, which has no name, or a further one.

    Attributes:
        name: What paths in steps begin with (`billing:/invoices`).
        base_url: What they are relative to; empty where it has a socket alone.
        http: How it speaks HTTP.
        own_http: Whether it says so itself.
        channel: Its socket; None if it has none.
    """

    name: str
    base_url: str
    http: HttpProfile
    source: Source = NOWHERE
    own_http: bool = True
    channel: Channel | None = None


class Target(Struct, frozen=True, kw_only=True):
    """A whole profile.

    Attributes:
        channel: The target's own socket; None if it has none.
        access: Who may do what; None if the profile does not say.
        contract_places: Where its contract documents are.
        contract_documents: Those of them that were read; filled by `contracts.reading.with_contracts`.
    """

    name: str
    path: str
    base_url: str
    base_url_source: Source
    base_url_note: str = ""
    text: str = ""
    health: tuple[CallSpec, ...] = ()
    http: HttpProfile = field(default_factory=HttpProfile)
    services: Mapping[str, Service] = field(default_factory=dict)
    channel: Channel | None = None
    settle_s: float = 0.2
    users: UsersProfile = field(default_factory=UsersProfile)
    resources: tuple[ResourceRule, ...] = ()
    rooms: Mapping[str, RoomWords] = field(default_factory=dict)
    membership: Membership = field(default_factory=Membership)
    laws: Laws = field(default_factory=Laws)
    access: AccessProfile | None = None
    upload: UploadProfile | None = None
    paging: Mapping[str, PagingRule] = field(default_factory=dict)
    env: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    process: ProcessProfile | None = None
    database: DatabaseProfile | None = None
    allow: tuple[str, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    coverage: CoverageProfile = field(default_factory=CoverageProfile)
    catalogue: Catalogue = field(default_factory=Catalogue)
    contract_places: tuple[DocumentAt, ...] = ()
    contract_documents: tuple[ContractDocument, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)

    def root(self, service: str = "") -> Service:
        """Return a REST root by its name; the target's own has none."""
        if service:
            return self.services[service]
        return Service(
            name="", base_url=self.base_url, http=self.http, source=self.base_url_source, channel=self.channel
        )

    def channel_of(self, service: str = "") -> Channel | None:
        """Return the socket of a service, or the target's own; None where it has none."""
        return self.services[service].channel if service else self.channel

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The target's sockets, its own first."""
        found = (self.channel, *(service.channel for service in self.services.values()))
        return tuple(channel for channel in found if channel is not None)

    @property
    def urls(self) -> tuple[str, ...]:
        """Where the target is, as far as that is known before anybody connects: its roots and sockets."""
        roots = (self.base_url, *(service.base_url for service in self.services.values()))
        return tuple(url for url in (*roots, *(channel.socket.url for channel in self.channels)) if url)

    @property
    def spoken(self) -> tuple[HttpProfile, ...]:
        """How the target's own root and its services speak HTTP."""
        return (self.http, *(service.http for service in self.services.values()))
