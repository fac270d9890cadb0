"""The users of a scenario brought to life before its first step: made, logged in and connected, in the order named."""

from __future__ import annotations

from antiphon.engine.connecting import UNANSWERED, connect_player
from antiphon.engine.health import Health
from antiphon.engine.play import Frame, Play
from antiphon.engine.players import Company, Player, UserView
from antiphon.engine.recipes import company_of, ensure_made, founder_role, log_in
from antiphon.engine.stops import PlayProblem
from antiphon.net.socket_facts import Refused
from antiphon.scenario.model import ScenarioType, UserSpec


def introduce(frame: Frame) -> None:
    """Give every user of the scenario a name, a company and facts; nothing is asked of the target yet."""
    play = frame.play
    companies: dict[str, Company] = {}
    devices = []
    for spec in play.scenario.users:
        if spec.device_of is not None:
            devices.append(spec)
            continue
        company = _company_for(play, spec, companies)
        role = spec.role or _default_role(play)
        player = play.player(
            spec.name, spec, role=role, company=company, facts=play.new_facts(spec.name, role, company)
        )
        company.members.append(player)
        if role == founder_role(play) and company.founder is None:
            company.founder = player
        _add(play, frame, player)
    for spec in devices:
        person = play.players[spec.device_of or ""]
        device = play.player(spec.name, spec, role=person.role, company=person.company, facts=person.facts)
        device.person = person
        device.session = person.session
        _add(play, frame, device)


async def enter(frame: Frame) -> None:
    """Make, log in and connect the users, in the order named.

    Raises:
        PlayProblem: A recipe, login or first connect went otherwise than the profile says.
    """
    play = frame.play
    for spec in play.scenario.users:
        player = play.players[spec.name]
        await ensure_made(frame, player.person or player)
        player.is_made = True
        if spec.login and not player.facts.get("token") and play.setting.target.users.login:
            await log_in(frame, player)
        if spec.connect and spec.login and player.socket is not None:
            await _first_connect(frame, player)


async def _first_connect(frame: Frame, player: Player) -> None:
    play = frame.play
    is_needed = play.scenario.type is not ScenarioType.API_ONLY
    notices = play.setting.notices
    if notices.socket_is_silent and not is_needed:
        return
    outcome = await connect_player(frame, player)
    if not isinstance(outcome, Refused):
        return
    if outcome.by in UNANSWERED:
        await Health(play.setting).ask(noticed=f"when {player.name} was to be connected: {outcome.detail}")
    if not is_needed:
        notices.socket_did_not_come_up(outcome, user=player.name)
        return
    profile = play.setting.target.socket
    source = profile.source if profile is not None else None
    if profile is not None and profile.path_source is not None and outcome.by in ("http", "not socket.io"):
        source = profile.path_source
    status = f" (HTTP {outcome.status})" if outcome.status is not None else ""
    hints = {
        "unreachable": "is `socket.url` right (WEBSOCKET_URL overrides it), and is the target running?",
        "not socket.io": "is there a Socket.IO server at `socket.url` and `socket.path`?",
        "http": "is `socket.path` right, and may this origin upgrade to WebSocket?",
        "connect_error": "is `socket.token` of the profile what this target wants?",
    }
    raise PlayProblem(
        sentence=f"{player.name}'s socket does not come up: {outcome.by}{status}, {outcome.detail}",
        source=source,
        advice=hints.get(outcome.by, "look at the target's own log"),
        details=(f"the target said: {outcome.data}",) if outcome.data else (),
    )


def _company_for(play: Play, spec: UserSpec, companies: dict[str, Company]) -> Company:
    if spec.company_of == "none":
        key = f"company of {spec.name}"
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


def _add(play: Play, frame: Frame, player: Player) -> None:
    play.players[player.name] = player
    frame.names.set(player.name, UserView(player))
