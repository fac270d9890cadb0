"""The model of a target profile: all that Antiphon knows of an application, compiled to plain values and callables.

`antiphon.target.loader` makes these from text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from antiphon.core.source import NOWHERE, Source
from antiphon.language.address import Address
from antiphon.language.call import CallSpec
from antiphon.language.matcher import Claim
from antiphon.language.nodes import Node
from antiphon.language.template import Value
from antiphon.language.vocabulary import Vocabulary
from antiphon.target.catalogue_model import Catalogue, Threshold
from antiphon.target.socket_model import AnswerRule, EventPattern, PlainProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWay:
    """Where a token travels.

    Attributes:
        place: The kind of place.
        name: The header's, parameter's, cookie's or auth field's name.
        value: What stands there; `self` is whoever sends.
    """

    place: Literal["header", "query", "cookie", "auth"]
    name: str
    value: Value
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Deadlines of an HTTP exchange."""

    connect_s: float = 5.0
    first_byte_s: float = 30.0
    total_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessEnvelope:
    """A shape of successful answers: `where` tells it, `payload` is what it carries."""

    where: Claim
    payload: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What wraps the bodies of answers.

    Attributes:
        success: The shapes tried in order; none: the payload is the body.
        code: Where an error's code is; None: there is no declared shape of errors.
        message: Where its message is.
        details: Where its details are.
    """

    success: tuple[SuccessEnvelope, ...] = ()
    code: Address | None = None
    message: Address | None = None
    details: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsProfile:
    """Whom TLS trusts, and as whom it speaks; paths are relative to the profile.

    Attributes:
        ca: The file of the only CAs that are trusted; None: those of the system.
        cert: The file of our certificate.
        key: The file of its key; None: it stands in `cert`.
        insecure: Whether no certificate is checked.
    """

    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    insecure: bool = False
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class RateBudget:
    """How many calls a target takes in a time: of each operation by itself, or of all together."""

    calls: int
    per_s: float
    each: Literal["operation", "all"] = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """How a target limits calls.

    Attributes:
        statuses: With which it refuses one too many.
        wait_s: How long to wait then; None: as long as the answer's `Retry-After` says.
        budget: What Antiphon keeps to, so that none is refused.
    """

    statuses: tuple[int, ...] = (429,)
    wait_s: float | None = None
    budget: RateBudget | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpProfile:
    """How the target speaks HTTP.

    Attributes:
        token: The ways in which a token travels; the first is used.
        rate_limit: How the target limits calls; None: it is not known to.
        redirects: How many redirects of one call are followed; 0: none, a redirect is the answer.
        cookies: Whether every user keeps the cookies that answers set.
        tls: Whom TLS trusts.
        proxy: The URL of what stands before the target; may name `env`.
        trace_header: The header in which each call carries an id of its own.
    """

    token: tuple[TokenWay, ...] = ()
    envelope: Envelope = field(default_factory=Envelope)
    timeouts: Timeouts = field(default_factory=Timeouts)
    rate_limit: RateLimit | None = None
    redirects: int = 0
    cookies: bool = False
    tls: TlsProfile = field(default_factory=TlsProfile)
    proxy: Value | None = None
    trace_header: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketProfile:
    """How the target speaks in real time.

    Attributes:
        url: Where the socket is; empty where only `url_template` says it.
        origin: Scheme, host and port to which a path belongs that a step names.
        url_template: Gives the URL, or a path, when somebody connects; scope: `self`.
        answers: Emit → what stands for its acknowledgement.
        plain: How messages are written, for a plain WebSocket.
        path_source: Where `path` was written, if it was.
        transports: The first is begun with; from polling the connection moves on to WebSocket where both are named.
        ready: The event after which a connection is ready; None: the handshake.
        identity: Event name → addresses whose values tell one event from a copy; `*` for all others.
        ambient: Events that may come at any time.
        refused: The ways in which the target turns a connection away, events among them; none are named: any.
        dropped_within_s: How soon it drops whom it has let in and does not want; None: it does not let them in.
    """

    url: str
    source: Source
    protocol: Literal["socketio", "websocket"] = "socketio"
    origin: str = ""
    url_template: Value | None = None
    answers: Mapping[str, AnswerRule] = field(default_factory=dict)
    plain: PlainProfile | None = None
    path: str = "/socket.io/"
    path_source: Source | None = None
    namespace: str = "/"
    transports: tuple[Literal["polling", "websocket"], ...] = ("websocket",)
    token: tuple[TokenWay, ...] = ()
    ready: str | None = None
    identity: Mapping[str, tuple[Address, ...]] = field(default_factory=dict)
    ambient: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()
    dropped_within_s: float | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """An event that is caused so that it is heard after all earlier ones.

    Attributes:
        call: What causes it; its templates carry `canary`, a value that nothing else has. `self` is the hearer.
        event: The event's name.
        match: Where that value stands in it.
    """

    call: CallSpec
    event: str
    match: Address
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryProfile:
    """How a client comes back. The waits are those of the JavaScript client, which are what servers are made for.

    Attributes:
        state: Whether it asks for the state of the lost connection (Socket.IO's connection state recovery).
        first_s: The wait before the second attempt of a `reconnect`.
        factor: How many times longer each further wait is.
        longest_s: The longest wait.
        jitter: Which part of a wait is left to chance, in both directions.
    """

    state: bool = False
    first_s: float = 1.0
    factor: float = 2.0
    longest_s: float = 5.0
    jitter: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """What the target promises about a question's answer.

    Attributes:
        kind: What the answer proves.
        emit: The event that asks; None where any next frame counts.
        data: Its arguments, as one value that gives a list.
        heard: The events that answer, if no acknowledgement does: all of them, in any order.
        settle_s: How long before asking (`alive`).
        canary: What is caused in place of a question (`delivery`).
    """

    kind: Literal["delivery", "connection", "alive", "none"]
    source: Source = NOWHERE
    emit: str | None = None
    data: Value | None = None
    heard: tuple[EventPattern, ...] = ()
    settle_s: float = 0.2
    canary: Canary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeCall:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenProfile:
    """What the tokens are made of, so that Antiphon can make expired ones.

    Attributes:
        secret_env: The variable that holds the key that the target signs with.
        life_s: How long a token lives; a user's own is renewed before it ends. None: it is never renewed unasked.
    """

    secret_env: str | None = None
    life_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAccount:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersProfile:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRule:
    """What a call makes, or an event tells of, and how that is removed again.

    Attributes:
        name: The resource's name.
        event: The event that tells of one; empty: a call makes it.
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
    gone: CallSpec | None = None
    read_back: CallSpec | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomWords:
    """The emits by which a connection joins and leaves rooms of one kind."""

    name: str
    join: str | None
    join_address: tuple[str, ...]
    leave: str | None
    leave_address: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadProfile:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingRule:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessProfile:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseProfile:
    """The target's database, to be looked into: the variable that holds its URL."""

    url_env: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A REST root: the target's own, which has no name, or a further one.

    Attributes:
        name: What paths in steps begin with (`billing:/invoices`).
        base_url: What they are relative to.
        http: How it speaks HTTP.
        own_http: Whether it says so itself.
    """

    name: str
    base_url: str
    http: HttpProfile
    source: Source = NOWHERE
    own_http: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A whole profile."""

    name: str
    path: str
    base_url: str
    base_url_source: Source
    base_url_note: str = ""
    text: str = ""
    health: tuple[CallSpec, ...] = ()
    http: HttpProfile = field(default_factory=HttpProfile)
    services: Mapping[str, Service] = field(default_factory=dict)
    socket: SocketProfile | None = None
    recovery: RecoveryProfile = field(default_factory=lambda: RecoveryProfile())
    fence: Fence = field(default_factory=lambda: Fence(kind="none"))
    settle_s: float = 0.2
    users: UsersProfile = field(default_factory=UsersProfile)
    resources: tuple[ResourceRule, ...] = ()
    rooms: Mapping[str, RoomWords] = field(default_factory=dict)
    upload: UploadProfile | None = None
    paging: Mapping[str, PagingRule] = field(default_factory=dict)
    env: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    process: ProcessProfile | None = None
    database: DatabaseProfile | None = None
    allow: tuple[str, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    catalogue: Catalogue = field(default_factory=Catalogue)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)

    def root(self, service: str = "") -> Service:
        """Return a REST root by its name; the target's own has none."""
        if service:
            return self.services[service]
        return Service(name="", base_url=self.base_url, http=self.http, source=self.base_url_source)

    @property
    def spoken(self) -> tuple[HttpProfile, ...]:
        """How the target's own root and its services speak HTTP."""
        return (self.http, *(service.http for service in self.services.values()))
