"""Reader of a profile's `users`: roles, and how users are made, log in, refresh and log out."""

from __future__ import annotations

import re
from typing import Literal, cast

from antiphon.core.errors import UnknownName
from antiphon.language import plain_values as plain
from antiphon.language.address import Address, address_of
from antiphon.language.keys import Fields, Key, Place, Reading, kept
from antiphon.language.nodes import Node, Scalar
from antiphon.target.calls import read_recipe
from antiphon.target.model import RecipeCall, TokenProfile, UsersProfile
from antiphon.target.reading import ProfileReading

_TEN_YEARS_S = 10 * 365 * 86400.0
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _identity(node: Node, reading: Reading) -> Address | None:
    address = address_of(node, reading.problems)
    if address.root not in ("self", ""):
        hint = f"write self.{address.text}"
        reading.problems.mistake(f"`{address.text}` is no part of `self`", node.source, hint)
        return None
    return address


def variable(node: Node, reading: Reading) -> str | None:
    """Return the name of an environment variable."""
    name = str(node.value) if isinstance(node, Scalar) else ""
    if not _VARIABLE.fullmatch(name):
        hint = "letters, digits and `_`, such as API_SECRET"
        reading.problems.mistake(f"`{name[:60]}` cannot name an environment variable", node.source, hint)
        return None
    return name


ROLES = Key("roles", ("list", "text"), plain.texts, "the target's words for roles; the first is the default")
MAKE = kept("make", ("map",), "how a user of each role is made; `default` is for all others")
LOGIN = kept("login", ("list", "map", "text"), "how a user logs in")
REFRESH = kept("refresh", ("list", "map", "text"), "how a user's token is renewed")
LOGOUT = kept("logout", ("list", "map", "text"), "how a user logs out")
IDENTITY = Key("identity", ("text",), _identity, "the part of `self` that is the user's id")
TOKENS = kept("tokens", ("map",), "what the tokens are made of")
POOL = kept("pool", ("map",), "whether the people whom recipes made are used again")
GIVEN = kept("given", ("text", "list"), "a file of accounts that the target has already, or a list of them")
USERS = Place[Reading]("`users`", (ROLES, MAKE, LOGIN, REFRESH, LOGOUT, IDENTITY, TOKENS, GIVEN, POOL))

Reuse = Literal["never", "category", "run"]
REUSE = Key(
    "reuse", ("text",), plain.one_of("reuse", ("never", "category", "run")), "never, category or run", required=True
)
POOL_KEYS = Place[Reading]("`pool`", (REUSE,))

KIND = Key("kind", ("text",), plain.one_of("kind of token", ("jwt",)), "jwt")
SECRET_ENV = Key("secret_env", ("text",), variable, "the environment variable that holds the secret")
LIFE = Key(
    "life", ("text", "number"), plain.duration(high_s=_TEN_YEARS_S), "how long a token lives; it is renewed before"
)
TOKEN_KEYS = Place[Reading]("`tokens`", (KIND, SECRET_ENV, LIFE))


def read_roles(node: Node, reading: ProfileReading) -> tuple[str, ...]:
    """Return the roles that `users` declares; what is wrong with them is told by `read_users`."""
    roles = plain.map_of(node).get(ROLES.name)
    return plain.texts(roles, Reading()) if roles is not None else ()


def read_users(node: Node, reading: ProfileReading) -> UsersProfile:
    """Return how users come to be."""
    fields = USERS.read(plain.map_of(node), reading, reading.problems)
    make = _make(fields, reading)
    return UsersProfile(
        roles=fields.get(ROLES) or (),
        make={role: calls for role, calls in make.items() if role != "default"},
        default=make.get("default", ()),
        login=_recipe(LOGIN, fields, reading),
        refresh=_recipe(REFRESH, fields, reading),
        logout=_recipe(LOGOUT, fields, reading),
        identity=fields.get(IDENTITY),
        tokens=_tokens(fields, reading),
        given_from=fields.get(GIVEN),
        pool=_pool(fields, reading),
        source=node.source,
    )


def _pool(fields: Fields, reading: ProfileReading) -> Reuse:
    node = fields.get(POOL)
    if node is None:
        return "never"
    return cast("Reuse | None", POOL_KEYS.read(plain.map_of(node), reading, reading.problems).get(REUSE)) or "never"


def _recipe(key: Key[object, Node], fields: Fields, reading: ProfileReading) -> tuple[RecipeCall, ...]:
    node = fields.get(key)
    return read_recipe(node, reading) if node is not None else ()


def _make(fields: Fields, reading: ProfileReading) -> dict[str, tuple[RecipeCall, ...]]:
    node = fields.get(MAKE)
    roles = reading.vocabulary.roles
    recipes = {}
    for entry in plain.map_of(node) if node is not None else ():
        if roles and entry.name != "default" and entry.name not in roles:
            known = [*roles, "default"]
            reading.problems.add(UnknownName(kind="role", name=entry.name, source=entry.key.source, known=known))
        recipes[entry.name] = read_recipe(entry.value, reading)
    return recipes


def _tokens(fields: Fields, reading: ProfileReading) -> TokenProfile:
    node = fields.get(TOKENS)
    if node is None:
        return TokenProfile()
    parts = TOKEN_KEYS.read(plain.map_of(node), reading, reading.problems)
    return TokenProfile(secret_env=parts.get(SECRET_ENV), life_s=parts.get(LIFE))
