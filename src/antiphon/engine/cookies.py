"""Which cookies go with a request or a socket's handshake: those of the session whose token goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView, user_meaning
from antiphon.language.call import Token
from antiphon.language.scope import Scope
from antiphon.net.exchange import Exchange

if TYPE_CHECKING:
    from antiphon.net.cookies import Cookies

Headers = Sequence[tuple[str, str]]


def jar_for(frame: Frame, player: Player, token: Token | None, scope: Scope) -> Cookies | None:
    """Return whose cookies go along: the user's own, another's with that one's token; None without a token.

    Args:
        frame: Where the step stands.
        player: Who sends.
        token: What the step says of the token; None: nothing.
        scope: What the step's names mean.
    """
    if player is frame.play.nobody or (token is not None and token.kind == "none"):
        return None
    if token is not None and token.kind == "of":
        other = user_meaning(scope, token.user)
        return other.player.session.cookies if isinstance(other, UserView) else None
    return player.session.cookies


def with_cookies(headers: Headers, jar: Cookies | None, url: str) -> list[tuple[str, str]]:
    """Return the headers with a jar's cookies for a URL; a cookie that they name themselves wins."""
    if jar is None:
        return list(headers)
    own = "; ".join(value for name, value in headers if name.lower() == "cookie")
    cookie = jar.header(url, besides=own)
    found = [(name, value) for name, value in headers if name.lower() != "cookie"]
    return [*found, ("cookie", cookie)] if cookie else found


def keep_cookies(frame: Frame, player: Player, jar: Cookies, done: Exchange) -> None:
    """Keep what an answer sets, and let nothing that the run leaves show it."""
    for value in jar.take(done.request.url, done.headers):
        frame.play.setting.redactor.register(value, f"{player.secret_name}_COOKIE")
