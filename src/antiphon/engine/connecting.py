"""How a user's socket is opened: the profile's endpoint, the token that goes with it, and until when it is ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from antiphon.engine.cookies import jar_for, with_cookies
from antiphon.engine.keepalive import Keepalive
from antiphon.engine.lawful import under_way
from antiphon.engine.plainly import Handshake, plain_endpoint
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView
from antiphon.engine.renewal import keep_fresh
from antiphon.engine.requests import text_of, token_text
from antiphon.engine.sockets import UserSocket
from antiphon.engine.stops import PlayProblem
from antiphon.engine.tokens import credentials_for
from antiphon.language.call import Token
from antiphon.language.scope import Names, Scope
from antiphon.net.drivers import AnyEndpoint
from antiphon.net.socket_facts import Endpoint, Opened, Refused
from antiphon.scenario.claim_model import REFUSAL_WAYS, Refusal
from antiphon.target.socket_model import SocketProfile
from antiphon.target.socket_url import joined

NO_AUTH: Final = object()
"""`auth: none`: no auth payload, and none of the profile's handshake."""
READY_WITHIN_S = 10.0
DROPPED_WITHIN_S = 2.0
"""How long a step that claims a drop, or an event that refuses, waits for it where the profile does not say."""
UNANSWERED = ("unreachable", "timeout")


async def connect_player(
    frame: Frame,
    player: Player,
    *,
    token: Token | None = None,
    auth: object = None,
    url: str | None = None,
    within_s: float | None = None,
    refusal: Refusal | None = None,
    recovers: bool = False,
) -> Opened | Refused:
    """Open the user's socket; return how that went.

    Args:
        frame: Where the step stands.
        player: Whose socket.
        token: In place of the user's own.
        auth: Parts added to what the profile says of the user, or something else altogether if it is no map: the
            auth payload, or the data of the handshake's first message. `NO_AUTH` leaves it out.
        url: In place of the profile's; a path belongs to its host and port.
        within_s: How long it may take until the connection is ready.
        refusal: What the step claims of being turned away.
        recovers: Whether the state of the connection before is asked for.
    """
    if player.socket is None:
        raise PlayProblem(sentence="the profile has no socket to connect to", advice="add `socket` to the profile")
    channel = player.socket.channel
    profile = channel.socket
    await keep_fresh(frame, player, token)
    scope = Names({"self": UserView(player)}, frame.names)
    credentials = credentials_for(token, player, scope, frame.play.setting)
    said = _by_way(profile, credentials, scope)
    headers = said.headers
    where = _url(profile, url, Names({"self": UserView(player)}, scope))
    if frame.play.setting.target.root(channel.service).http.cookies:
        place = where if profile.plain is not None else where.rstrip("/") + profile.path
        headers = with_cookies(headers, jar_for(frame, player, token, scope), place)
    if profile.plain is not None:
        own = Names({"self": credentials if credentials is not None else {**player.facts, "token": None}}, scope)
        return await _opened(
            frame,
            player.socket,
            plain_endpoint(
                frame, player.socket, profile.plain, url=where, headers=tuple(headers), query=tuple(said.query)
            ),
            profile,
            refusal,
            within_s or READY_WITHIN_S,
            greet=Handshake(
                frame=frame,
                socket=player.socket,
                parts=profile.plain.handshake if auth is not NO_AUTH else (),
                scope=own,
                auth=None if auth is NO_AUTH else auth,
            ),
            keepalive=Keepalive(profile.plain.keepalive, own) if profile.plain.keepalive else None,
        )
    endpoint = Endpoint(
        url=where,
        path=profile.path,
        namespace=player.socket.namespace or profile.namespace,
        auth=_payload(said.payload, auth),
        headers=tuple(headers),
        query=tuple(said.query),
        transports=profile.transports,
        recover=player.socket.recoverable if recovers else None,
    )
    return await _opened(frame, player.socket, endpoint, profile, refusal, within_s or READY_WITHIN_S)


class _Said(Struct):
    """What a connection says of its user, by where it stands."""

    payload: dict[str, object] = field(default_factory=dict)
    headers: list[tuple[str, str]] = field(default_factory=list)
    query: list[tuple[str, str]] = field(default_factory=list)


def _by_way(profile: SocketProfile, credentials: Mapping[str, object] | None, scope: Scope) -> _Said:
    """Return the token where the profile's first way puts it."""
    said = _Said(headers=list(profile.headers))
    for way in profile.token[:1] if credentials is not None else ():
        value = token_text(way, credentials or {}, scope)
        if value is None:
            continue
        match way.place:
            case "auth":
                said.payload[way.name] = value
            case "header":
                said.headers.append((way.name, value))
            case "cookie":
                said.headers.append(("cookie", f"{way.name}={value}"))
            case "query":
                said.query.append((way.name, value))
    return said


async def _opened(
    frame: Frame,
    socket: UserSocket,
    endpoint: AnyEndpoint,
    profile: SocketProfile,
    refusal: Refusal | None,
    within_s: float,
    *,
    greet: Handshake | None = None,
    keepalive: Keepalive | None = None,
) -> Opened | Refused:
    refusing = {*profile.refused, refusal.by if refusal is not None else ""} - {*REFUSAL_WAYS, ""}
    ready = profile.ready if socket.namespace is None else None  # who greets in one namespace need not in another
    with under_way(frame.play.setting.lawful, "connect", "reconnect"):
        outcome = await socket.open(
            endpoint, ready=ready, timeout_s=within_s, refusing=refusing, greet=greet, keepalive=keepalive
        )
    if isinstance(outcome, Refused) or refusal is None or profile.ready is not None:
        return outcome
    # Whoever is let in by the handshake alone may be turned away after it.
    watched_s = profile.dropped_within_s or 0.0
    if refusal.by == "dropped" or refusal.by in refusing:
        watched_s = max(watched_s, DROPPED_WITHIN_S)
    turned_away = await socket.turned_away(refusing, outcome.at_s + watched_s)
    if turned_away is None:
        return outcome
    await socket.turn_away(turned_away, outcome.started_s)
    return turned_away


def _payload(payload: Mapping[str, object], auth: object) -> object:
    """Return what CONNECT carries."""
    if auth is NO_AUTH:
        return None
    if isinstance(auth, Mapping):
        return {**payload, **auth}
    return auth if auth is not None else payload or None


def _url(profile: SocketProfile, url: str | None, scope: Scope) -> str:
    """Return where to connect: what the step names, or the profile's own."""
    if url is not None:
        return joined(profile.origin, url)
    if profile.url_template is not None:
        return joined(profile.origin, text_of(profile.url_template(scope)))
    return profile.url
