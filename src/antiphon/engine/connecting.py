"""How a user's socket is opened: the profile's endpoint, the token that goes with it, and until when it is ready."""

from __future__ import annotations

from collections.abc import Mapping

from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView
from antiphon.engine.renewal import keep_fresh
from antiphon.engine.requests import text_of, token_text
from antiphon.engine.stops import PlayProblem
from antiphon.engine.tokens import credentials_for
from antiphon.language.call import Token
from antiphon.language.scope import Names
from antiphon.net.socket_facts import Endpoint, Opened, Refused

READY_WITHIN_S = 10.0
UNANSWERED = ("unreachable", "timeout")


async def connect_player(
    frame: Frame,
    player: Player,
    *,
    token: Token | None = None,
    auth: object = None,
    url: str | None = None,
    within_s: float | None = None,
) -> Opened | Refused:
    """Open the user's socket; return how that went.

    Args:
        frame: Where the step stands.
        player: Whose socket.
        token: In place of the user's own.
        auth: Parts added to the profile's auth payload, or another payload altogether if it is no map.
        url: In place of the profile's.
        within_s: How long it may take until the connection is ready.
    """
    profile = frame.play.setting.target.socket
    if profile is None or player.socket is None:
        raise PlayProblem(sentence="the profile has no socket to connect to", advice="add `socket` to the profile")
    await keep_fresh(frame, player, token)
    scope = Names({"self": UserView(player)}, frame.names)
    credentials = credentials_for(token, player, scope, frame.play.setting)
    payload: dict[str, object] = {}
    headers: list[tuple[str, str]] = list(profile.headers)
    query: list[tuple[str, str]] = []
    for way in profile.token[:1] if credentials is not None else ():
        value = token_text(way, credentials or {}, scope)
        if value is None:
            continue
        match way.place:
            case "auth":
                payload[way.name] = value
            case "header":
                headers.append((way.name, value))
            case "cookie":
                headers.append(("cookie", f"{way.name}={value}"))
            case "query":
                query.append((way.name, value))
    sent_auth: object = payload or None
    if isinstance(auth, Mapping):
        sent_auth = {**payload, **auth}
    elif auth is not None:
        sent_auth = auth
    endpoint = Endpoint(
        url=text_of(url) if url is not None else profile.url,
        path=profile.path,
        namespace=profile.namespace,
        auth=sent_auth,
        headers=tuple(headers),
        query=tuple(query),
    )
    return await player.socket.open(endpoint, ready=profile.ready, timeout_s=within_s or READY_WITHIN_S)
