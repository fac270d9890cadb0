"""The forms that a token can take in a step: none, garbage, another's, or the user's own with another life."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping

from antiphon.engine.players import Player, UserView, user_meaning
from antiphon.engine.requests import garbage_token
from antiphon.engine.setting import Setting
from antiphon.engine.stops import PlayProblem
from antiphon.language.call import Token
from antiphon.language.scope import Scope

_KEY_BYTES = 64
_PARTS_OF_A_JWT = 3
_HMAC = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


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
            other = user_meaning(scope, token.user)
            return dict(other) if isinstance(other, UserView) else None
        case "expires_in":
            made = _signed_anew(str(own.get("token", "")), token, setting)
            setting.redactor.register(made, "TOKEN")
            return {**own, "token": made}
        case "refresh":
            return {**own, "token": _refresh_token(own, token)}
        case "alg_none":
            made = _unsigned(str(own.get("token", "")), token)
            setting.redactor.register(made, "TOKEN")
            return {**own, "token": made}
        case "wrong_key":
            made = _signed_wrongly(str(own.get("token", "")), token, setting)
            setting.redactor.register(made, "TOKEN")
            return {**own, "token": made}


def _refresh_token(own: Mapping[str, object], token: Token) -> object:
    found = own.get("refresh_token")
    if not found:
        raise PlayProblem(
            sentence="there is no refresh token to send",
            source=token.source,
            advice="let `login` of the profile save it: self.refresh_token: payload.refreshToken",
        )
    return found


def _unsigned(text: str, token: Token) -> str:
    """Return the JWT with its claims as they were, and a header that says that it needs no signature (RFC 7519, 6)."""
    parts = text.split(".")
    if len(parts) != _PARTS_OF_A_JWT:
        raise PlayProblem(
            sentence="an unsigned token cannot be made: the user's own is no JWT",
            source=token.source,
            advice="leave `alg_none` out: tokens of this target say nothing of how they are signed",
        )
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return f"{header}.{parts[1]}."


def _signed_wrongly(text: str, token: Token, setting: Setting) -> str:
    """Return the JWT, its header and claims as they were, under a signature that the target's key did not make."""
    import jwt  # brings an HTTP client for key sets; few scenarios forge a token

    head, _, rest = text.partition(".")
    claims, dot, signature = rest.partition(".")
    try:
        algorithm = str(jwt.get_unverified_header(text).get("alg"))
    except jwt.PyJWTError as error:
        raise PlayProblem(
            sentence=f"a token of another key cannot be made: the user's own is no JWT ({error})",
            source=token.source,
            advice="`token: garbage` sends one that was never issued",
        ) from None
    key = setting.dice.child("wrong key").bytes(_KEY_BYTES)
    if algorithm in _HMAC:
        made = hmac.digest(key, f"{head}.{claims}".encode(), _HMAC[algorithm])
    else:
        # What another private key would have made is, for whoever verifies, as many bytes that do not fit.
        made = hashlib.shake_256(key).digest(max(len(signature) * 3 // 4, 1))
    return f"{head}.{claims}{dot}{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def _signed_anew(text: str, token: Token, setting: Setting) -> str:
    """Return the JWT with another `exp`, signed with the target's own secret."""
    import jwt

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
