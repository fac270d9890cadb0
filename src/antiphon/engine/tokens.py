"""The forms that a token can take in a step: none, garbage, another's, or the user's own with another life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import jwt

from antiphon.engine.players import Player, UserView
from antiphon.engine.requests import garbage_token
from antiphon.engine.setting import Setting
from antiphon.engine.stops import PlayProblem
from antiphon.language.call import Token
from antiphon.language.scope import Scope


def credentials_for(
    token: Token | None, player: Player | None, scope: Scope, setting: Setting
) -> Mapping[str, object] | None:
    """Return what `self` means where a token is written on the wire; None sends none.

    Raises:
        PlayProblem: The profile does not say how such a token can be made.
    """
    own: Mapping[str, object] = {} if player is None else player.facts
    if token is None:
        return own if player is not None else None
    match token.kind:
        case "none":
            return None
        case "garbage":
            return {**own, "token": garbage_token(setting.dice.child("garbage"))}
        case "value":
            value = token.value(scope) if token.value is not None else None
            return {**own, "token": value}
        case "of":
            other = scope.lookup(token.user)
            return dict(other) if isinstance(other, UserView) else None
        case "expires_in":
            made = _signed_anew(str(own.get("token", "")), token, setting)
            setting.redactor.register(made, "TOKEN")
            return {**own, "token": made}


def _signed_anew(text: str, token: Token, setting: Setting) -> str:
    """Return the JWT with another `exp`, signed with the target's own secret."""
    variable = setting.target.users.tokens.secret_env
    secret = setting.environment.get(variable, "") if variable else ""
    if not secret:
        raise PlayProblem(
            sentence="a token with another life cannot be made: the target's secret is not known",
            source=token.source,
            advice=f"set {variable}" if variable else "name the variable that holds it: users.tokens.secret_env",
        )
    try:
        claims = jwt.decode(text, options={"verify_signature": False})
        algorithm = str(jwt.get_unverified_header(text).get("alg", "HS256"))
        expires = setting.wall_time() + dt.timedelta(seconds=token.expires_in_s)
        # RFC 7519, 2: a NumericDate may have a fraction. Some libraries read whole numbers only, so a life in whole
        # seconds ends at a whole one, and only a shorter one (`900ms`) is written exactly.
        exact_s = expires.timestamp()
        claims["exp"] = int(exact_s) if token.expires_in_s == int(token.expires_in_s) else exact_s
        return jwt.encode(claims, secret, algorithm=algorithm)
    except jwt.PyJWTError as error:
        raise PlayProblem(sentence=f"a token with another life cannot be made: {error}", source=token.source) from None
