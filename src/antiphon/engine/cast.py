"""The users of a scenario brought to life before its first step: made, logged in and connected, in the order named."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from msgspec.structs import replace

from antiphon.engine.connecting import UNANSWERED, connect_player
from antiphon.engine.health import Health
from antiphon.engine.play import Frame, Play
from antiphon.engine.players import Company, Player, UserView
from antiphon.engine.recipes import company_of, ensure_made, founder_role, log_in
from antiphon.engine.sockets import UserSocket
from antiphon.engine.stops import PlayProblem, first_problem
from antiphon.net.socket_facts import Refused
from antiphon.scenario.groups import member_name, socket_name
from antiphon.scenario.model import ScenarioType, SocketSpec, UserSpec
from antiphon.target.socket_model import Channel

AT_ONCE = 16
"""Users of a group that are made, logged in or connected at the same time: a target takes no more of them gladly."""


def introduce(frame: Frame) -> None:
    """Give every user of the scenario a name, a company and facts; nothing is asked of the target yet."""
    play = frame.play
    companies: dict[str, Company] = {}
    devices = []
    for spec in play.scenario.users:
        if spec.device_of is not None:
            devices.append(spec)
            continue
        _name(frame, spec, [_person(play, spec, name, companies) for name in _names(spec)])
    for spec in devices:
        _name(frame, spec, [_device(play, spec, name) for name in _names(spec)])


def _names(spec: UserSpec) -> list[str]:
    if spec.count is None:
        return [spec.name]
    return [member_name(spec.name, index) for index in range(spec.count)]


def _person(play: Play, spec: UserSpec, name: str, companies: dict[str, Company]) -> Player:
    company = _company_for(play, spec, name, companies)
    role = spec.role or _default_role(play)
    player = play.player(name, spec, role=role, company=company, facts=play.new_facts(name, role, company))
    company.members.append(player)
    if role == founder_role(play) and company.founder is None:
        company.founder = player
    return player


def _device(play: Play, spec: UserSpec, name: str) -> Player:
    person = play.players[spec.device_of or ""]
    device = play.player(name, spec, role=person.role, company=person.company, facts=person.facts)
    device.person = person
    device.session = person.session
    return device


def _further(play: Play, owner: Player, socket: SocketSpec) -> Player:
    """Return a user on a further socket, a service's or the target's own: the same person, an inbox of its own."""
    name = socket_name(owner.name, socket.name)
    player = replace(owner, name=name, spec=None, person=owner.person or owner, socket=None)
    channel = play.setting.target.channel_of(socket.service)
    if channel is not None:
        player.socket = play.socket(
            name, user=owner.name, channel=channel, namespace=socket.namespace, beside=_first_on(channel, owner, play)
        )
    return player


def _first_on(channel: Channel, owner: Player, play: Play) -> UserSocket | None:
    """Return the first socket of a user on a channel: its connection may carry further namespaces."""
    own = (one for one in play.sockets if one.user == owner.name and one.channel is channel)
    return next((one for one in own if one.namespace is None), None)


def _name(frame: Frame, spec: UserSpec, players: list[Player]) -> None:
    """Let names mean the players: a single user, or a group's list."""
    frame.play.players.update((player.name, player) for player in players)
    for socket in spec.sockets:
        player = _further(frame.play, players[0], socket)
        frame.play.players[player.name] = player
        frame.names.known[player.name] = UserView(player)
    views = [UserView(player) for player in players]
    frame.names.set(spec.name, views[0] if spec.count is None else views)


async def enter(frame: Frame) -> None:
    """Make, log in and connect the users, in the order named; those of a group several at a time.

    Raises:
        PlayProblem: A recipe, login or first connect went otherwise than the profile says.
    """
    for spec in frame.play.scenario.users:
        first, *others = (frame.play.players[name] for name in _names(spec))
        await _enter(frame, spec, first)  # alone: whom the recipe needs besides, all others find made
        waiting = iter(others)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(AT_ONCE, len(others))):
                    group.create_task(_enter_all(frame, spec, waiting))
        except BaseExceptionGroup as problems:
            raise first_problem(problems) from None


async def _enter_all(frame: Frame, spec: UserSpec, waiting: Iterator[Player]) -> None:
    for player in waiting:
        await _enter(frame, spec, player)


async def _enter(frame: Frame, spec: UserSpec, player: Player) -> None:
    await ensure_made(frame, player.person or player)
    player.is_made = True
    if spec.login and not player.facts.get("token") and frame.play.setting.target.users.login:
        await log_in(frame, player)
    if spec.connect and spec.login and player.socket is not None:
        await _first_connect(frame, player)
    for socket in spec.sockets:
        further = frame.play.players[socket_name(player.name, socket.name)]
        further.is_made = True
        if spec.connect and spec.login and further.socket is not None:
            await _first_connect(frame, further)


async def _first_connect(frame: Frame, player: Player) -> None:
    play = frame.play
    is_needed = play.scenario.type is not ScenarioType.API_ONLY
    notices = play.setting.notices
    channel = player.socket.channel if player.socket is not None else None
    if channel is None or (notices.is_silent(channel) and not is_needed):
        return
    outcome = await connect_player(frame, player)
    if not isinstance(outcome, Refused):
        return
    if outcome.by in UNANSWERED:
        await Health(play.setting).ask(noticed=f"when {player.name} was to be connected: {outcome.detail}")
    if not is_needed:
        notices.socket_did_not_come_up(outcome, user=player.name, channel=channel)
        return
    profile = channel.socket
    source = profile.source
    if profile.path_source is not None and outcome.by in ("http", "not socket.io"):
        source = profile.path_source
    status = f" (HTTP {outcome.status})" if outcome.status is not None else ""
    place = "path" if profile.plain is None else "url"
    at = channel.key("socket")
    override = "" if channel.service else " (WEBSOCKET_URL overrides it)"
    hints = {
        "unreachable": f"is `{at}.url` right{override}, and is the target running?",
        "not socket.io": f"is there a Socket.IO server at `{at}.url` and `{at}.path`?",
        "not websocket": f"is there a WebSocket at `{at}.url`, and is `{at}.subprotocol` what it speaks?",
        "http": f"is `{at}.{place}` right, and may this origin upgrade to WebSocket?",
        "event": f"does `{at}.handshake` of the profile say what this target wants to hear?",
        "connect_error": f"is `{at}.token` of the profile what this target wants?",
    }
    raise PlayProblem(
        sentence=f"{player.name}'s socket does not come up: {outcome.by}{status}, {outcome.detail}",
        source=source,
        advice=hints.get(outcome.by, "look at the target's own log"),
        details=(f"the target said: {outcome.data}",) if outcome.data else (),
    )


def _company_for(play: Play, spec: UserSpec, user: str, companies: dict[str, Company]) -> Company:
    if spec.company_of == "none":
        key = f"company of {user}"
    elif spec.company_of is not None:
        beside = play.players.get(spec.company_of)
        if beside is not None:
            return beside.company
        key = "company"
    else:
        key = "company"
    if key not in companies:
        number = len(play.companies) + 1
        name = f"company {number} {play.slug} {play.setting.run_id}"
        companies[key] = company_of(play, name, key if key != "company" else "the company")
    return companies[key]


def _default_role(play: Play) -> str:
    roles = play.setting.target.users.roles
    return roles[0] if roles else ""
