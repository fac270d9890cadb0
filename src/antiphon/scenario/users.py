"""Readers of `users`: the people of a scenario."""

from __future__ import annotations

from antiphon.core.errors import UnknownName
from antiphon.core.source import Source
from antiphon.language import plain_values as plain
from antiphon.language.keys import Fields, Key, Place, Reading, fits
from antiphon.language.nodes import Entry, Mapping, Node, Scalar
from antiphon.language.reserved import VALUE_WORDS
from antiphon.scenario.groups import MOST_MEMBERS, socket_name
from antiphon.scenario.model import SocketSpec, UserSpec
from antiphon.scenario.reading import ScenarioReading
from antiphon.scenario.sockets import SOCKETS, read_sockets
from antiphon.scenario.step_keys import STEP_KEYS


def _given(node: Node, reading: Reading) -> str | None:
    if isinstance(node, Scalar) and node.value is False:
        reading.problems.mistake("`given: false` says nothing", node.source, "leave it out")
        return None
    return "" if isinstance(node, Scalar) and node.value is True else plain.text(node, reading)


COUNT = Key("count", ("number",), plain.whole(1, MOST_MEMBERS), "how many users the group has")
ROLE = Key("role", ("text",), plain.text, "one of the target's roles")
COMPANY_OF = Key("company_of", ("text",), plain.text, "whose company; `none` for one of its own")
DEVICE_OF = Key("device_of", ("text",), plain.text, "whose person this is, on a connection of its own")
CONNECT = Key("connect", ("boolean",), plain.flag, "whether it is connected before the first step")
GIVEN = Key("given", ("boolean", "text"), _given, "one of the profile's given accounts: true, or its name")
LOGIN = Key("login", ("boolean",), plain.flag, "whether it is logged in before the first step")
USER = Place[Reading]("a user", (COUNT, ROLE, COMPANY_OF, DEVICE_OF, CONNECT, LOGIN, SOCKETS, GIVEN))


def read_users(node: Node, reading: ScenarioReading) -> tuple[UserSpec, ...]:
    """Return the users in the order named."""
    users: dict[str, UserSpec] = {}
    names = set(plain.map_of(node).keys())
    for entry in plain.map_of(node):
        if why := why_no_user(entry.name):
            reading.problems.mistake(f"`{entry.name}` cannot name a user", entry.key.source, why)
        reading.channels[entry.name] = ""
        user = _user(entry, users, names, reading)
        if user is not None:
            users[user.name] = user
    return tuple(users.values())


def why_no_user(name: str) -> str | None:
    """Return why a name cannot be a user's, or None if it can."""
    if name == "nobody":
        return "`nobody` exists in every scenario; take another name"
    if name in STEP_KEYS or name in VALUE_WORDS:
        return f"`{name}` is a word of the language; take another name"
    return None if plain.is_name(name) else "letters, digits, `_` and `-`; it begins with a letter"


def _user(entry: Entry, before: dict[str, UserSpec], names: set[str], reading: ScenarioReading) -> UserSpec | None:
    node = entry.value
    if isinstance(node, Scalar) and node.value is None:
        node = Mapping((), entry.key.source)
    if not fits(node, ("map",), f"the user `{entry.name}`", reading.problems):
        return None
    fields = USER.read(plain.map_of(node), reading, reading.problems)
    role = fields.get(ROLE)
    roles = reading.vocabulary.roles
    if role is not None and not reading.vocabulary.knows_role(role):
        reading.problems.add(UnknownName(kind="role", name=role, source=fields.at(ROLE), known=roles))
    connect, login = fields.get(CONNECT), fields.get(LOGIN)
    if connect and login is False:
        hint = "write `login: false` alone; steps log in and connect"
        reading.problems.mistake("`connect: true` beside `login: false`", fields.at(CONNECT), hint)
    return UserSpec(
        name=entry.name,
        source=entry.key.source,
        count=fields.get(COUNT),
        role=role,
        company_of=_company_of(entry.name, fields, before, names, reading),
        device_of=_device_of(entry.name, fields, before, names, reading),
        login=login is not False,
        connect=connect is not False and login is not False,
        given=_account_of(fields, before, reading),
        sockets=_sockets_of(entry.name, fields, reading),
    )


def _sockets_of(name: str, fields: Fields, reading: ScenarioReading) -> tuple[SocketSpec, ...]:
    node = fields.get(SOCKETS)
    if node is None:
        return ()
    if fields.has(COUNT):
        hint = "a user of a group has one socket; name single users, or a second group with `device_of`"
        reading.problems.mistake(f"`sockets` beside `count` of `{name}`", fields.at(SOCKETS), hint)
        return ()
    sockets = read_sockets(node, reading)
    for socket in sockets:
        reading.channels[socket_name(name, socket.name)] = socket.service
        if socket.namespace is not None and reading.vocabulary.on(socket.service).plain:
            hint = f"connect it where it belongs: `{name}: connect` with `socket: {socket.name}` and `url: /PATH`"
            reading.problems.mistake("a plain WebSocket has no namespaces", socket.source, hint)
    return sockets


def _account_of(fields: Fields, before: dict[str, UserSpec], reading: ScenarioReading) -> str | None:
    given = fields.get(GIVEN)
    if not given:
        return given
    if fields.has(COUNT):
        hint = "write `given: true`: each of the group is an account of its own"
        reading.problems.mistake(f"a group is not the one account `{given}`", fields.at(GIVEN), hint)
    taken = [user.name for user in before.values() if user.given == given]
    if taken:
        hint = f"two connections of one person: {{device_of: {taken[0]}}}"
        reading.problems.mistake(f"the account `{given}` is {taken[0]}'s already", fields.at(GIVEN), hint)
    return given


def _company_of(
    name: str, fields: Fields, before: dict[str, UserSpec], names: set[str], reading: ScenarioReading
) -> str | None:
    other = fields.get(COMPANY_OF)
    if other is None or other == "none":
        return other
    _other_user(name, other, fields.at(COMPANY_OF), before, names, reading)
    return other


def _device_of(
    name: str, fields: Fields, before: dict[str, UserSpec], names: set[str], reading: ScenarioReading
) -> str | None:
    other = fields.get(DEVICE_OF)
    if other is None:
        return None
    _other_user(name, other, fields.at(DEVICE_OF), before, names, reading)
    for key in (ROLE, COMPANY_OF, GIVEN):
        if fields.has(key):
            hint = f"a device is {other}'s: role, company and account are those of {other}"
            reading.problems.mistake(f"`{key.name}` beside `device_of`", fields.at(key), hint)
    return other


def _other_user(
    name: str, other: str, source: Source, before: dict[str, UserSpec], names: set[str], reading: ScenarioReading
) -> None:
    """Note what is wrong with a user that another one refers to."""
    if other == name:
        reading.problems.mistake(f"`{name}` refers to itself", source, "name another user")
    elif other not in names:
        reading.problems.add(UnknownName(kind="user", name=other, source=source, known=sorted(names - {name})))
    elif other not in before:
        reading.problems.mistake(f"`{other}` is named after `{name}`", source, f"name `{other}` first")
    elif before[other].count is not None:
        hint = "a group is several people; name one of the single users"
        reading.problems.mistake(f"`{other}` is a group", source, hint)
    elif before[other].device_of is not None:
        hint = f"name the person: `{before[other].device_of}`"
        reading.problems.mistake(f"`{other}` is a device", source, hint)
