"""One play of a scenario: its users, names, sockets, and what has been judged so far.

Only state and small helpers; what steps do stands in `steps`, `calls`, `emits`, `sessions` and so on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.core.clock import Dice
from antiphon.data.supply import Supply
from antiphon.engine.bell import Bell
from antiphon.engine.canary_marks import overheard
from antiphon.engine.doing import Cause, Doing
from antiphon.engine.gate import BranchGate
from antiphon.engine.listeners import Final
from antiphon.engine.play_time import PlayTime
from antiphon.engine.players import Company, Player, UserView, players_in, secret_word, user_meaning
from antiphon.engine.pool import PooledCompany
from antiphon.engine.scopes import NameSpace
from antiphon.engine.setting import Setting
from antiphon.engine.sockets import UserSocket
from antiphon.engine.tap import Tapped
from antiphon.judge.verdicts import Verdict
from antiphon.language.call import CallSpec
from antiphon.language.scope import Names, Scope
from antiphon.net.http import HttpClient, Timeouts
from antiphon.scenario.model import Scenario, UserSpec
from antiphon.scenario.step_model import Step
from antiphon.target.http_model import HttpProfile
from antiphon.target.model import GivenAccount, ResourceRule
from antiphon.target.socket_model import Channel

if TYPE_CHECKING:
    from antiphon.engine.asked import Asked


class Play:
    """One play of one scenario."""

    def __init__(self, *, setting: Setting, scenario: Scenario, name: str) -> None:
        self.setting = setting
        self.scenario = scenario
        self.name = name
        self.slug = f"{scenario.slug}{name[len(scenario.id) :].replace('#', '-')}"
        self.bell = Bell()
        self.dice: Dice = setting.dice.child(name)
        self.supply = Supply(
            setting.pool,
            self.dice.child("supply"),
            setting.run_id,
            use_fixtures=setting.use_fixtures,
            generate=setting.generate,
        )
        self.names = NameSpace()
        self.players: dict[str, Player] = {}
        self.companies: list[Company] = []
        self.sockets: list[UserSocket] = []
        self.tapped = Tapped(setting.tap, setting.clock) if setting.tap is not None else None
        self.causes: list[Cause] = []
        self.doings: list[Doing] = []
        self.last_sent: Doing | None = None
        self.sent_by_step: dict[str, Doing] = {}
        self.finals: list[Final] = []
        self.asked: Asked | None = None
        self.cleanup_steps: list[tuple[Frame, tuple[Step, ...]]] = []
        self.earlier: list[Verdict] = []
        self.retried = False
        self.started_s = 0.0
        self.made: list[Made] = []
        self.canaries = 0
        fences = (channel.fence for channel in setting.target.channels)
        self._canaries = [fence.canary for fence in fences if fence.canary is not None]
        self.pooled: dict[int, PooledCompany] = {}
        self.others: list[Player] = []
        self.has_left = False
        self.noted: set[tuple[str, str]] = set()
        self.leftovers: list[str] = []
        self.calls = 0
        self.emits = 0
        self.director = setting.director
        self.doing_now = ""
        self.label_now = ""
        self.waiting: tuple[str, float, float] = ("", 0.0, 0.0)
        self.time = PlayTime()
        self.accounts: Mapping[str, GivenAccount] = {}
        self.nobody = self._nobody()

    def player(
        self, name: str, spec: UserSpec | None, *, role: str, company: Company, facts: dict[str, object]
    ) -> Player:
        """Return a new user of this play, with an HTTP session and an inbox of its own."""
        setting = self.setting
        http = self.new_http()
        channel = setting.target.channel
        socket = self.socket(name, user=name, channel=channel) if channel is not None else None
        player = Player(name=name, role=role, facts=facts, company=company, http=http, socket=socket, spec=spec)
        if any(http.cookies for http in setting.target.spoken):
            from antiphon.net.cookies import Cookies  # imported late: 60 ms that few targets need

            player.session.cookies = Cookies()
        return player

    def socket(
        self,
        name: str,
        *,
        user: str,
        channel: Channel,
        namespace: str | None = None,
        beside: UserSocket | None = None,
    ) -> UserSocket:
        """Return a new socket of this play, with an inbox of its own.

        Args:
            name: As the history names it.
            user: Whose it is.
            channel: Which of the target's sockets it is opened to.
            namespace: Where it is another one than the profile's.
            beside: The user's first socket there, whose connection may carry this one as well.
        """
        setting = self.setting
        made = UserSocket(
            name=name,
            user=user,
            channel=channel,
            play=self.name,
            clock=setting.clock,
            allow=setting.allow,
            ways=setting.ways.of(channel.service),
            recorder=setting.recorder,
            bell=self.bell,
            namespace=namespace,
            beside=beside,
        )
        if self._canaries:
            made.overhears = overheard(setting.run_id, self._canaries)
        if self.tapped is not None:
            made.tapped = self.tapped
            self.tapped.joined(name, made)
        self.sockets.append(made)
        return made

    def new_http(self) -> HttpClient:
        """Return an HTTP session with the profile's time-outs."""
        setting = self.setting
        timeouts = timeouts_of(setting.target.http)
        return HttpClient(clock=setting.clock, allow=setting.allow, timeouts=timeouts, ways=setting.ways)

    def new_facts(self, name: str, role: str, company: Company) -> dict[str, object]:
        """Return what a user begins with: a made address, password and name, the role and the company's name.

        Whoever is one of the given accounts begins with what that says.
        """
        account = self.accounts.get(name)
        if account is not None:
            known = {"role": role, "company_name": company.name}
            return {**known, **self.setting.accounts.facts(account)}
        made = self.supply.person(self.dice.child(f"user {name}"))
        self.setting.redactor.register(made.password, f"{secret_word(name)}_PASSWORD")
        return {
            "email": made.email,
            "password": made.password,
            "name": made.name,
            "role": role,
            "company_name": company.name,
        }

    def _nobody(self) -> Player:
        player = Player(
            name="nobody",
            role="",
            facts={},
            company=Company(name="", label=""),
            http=self.new_http(),
            socket=None,
        )
        player.is_made = True
        return player

    def everybody(self) -> tuple[Player, ...]:
        """Return all players, those made unseen and nobody included."""
        unseen = [company.founder for company in self.companies if company.founder is not None]
        found = {id(player): player for player in (*self.players.values(), *unseen, *self.others, self.nobody)}
        return tuple(found.values())

    async def stand_still(self, doing: Doing) -> None:
        """Let the director look at a step that has ended; the scenario's time stands still meanwhile."""
        if self.director is None:
            return
        with self.time.stands_still():
            await self.director.ended(doing)

    def waits_for(self, what: str, since_s: float, until_s: float) -> None:
        """Say what is waited for, for whoever shows progress; nothing any more if `what` is empty."""
        self.waiting = (what, since_s, until_s)

    def forget(self, tried: Doing) -> None:
        """Forget a step and what was played inside it: it is tried anew, and only the last try's verdicts count."""
        forgotten = {id(doing) for doing in tried.family()}
        self.doings = [doing for doing in self.doings if id(doing) not in forgotten]
        if tried.block is not None:
            tried.block.inside.remove(tried)
        self.finals = [
            final for final in self.finals if id(final.sent) not in forgotten and id(final.doing) not in forgotten
        ]

    def step_is(self, number: str, step: Step) -> None:
        """Let every socket note which step is under way."""
        self.doing_now = number
        self.label_now = step.label
        for socket in self.sockets:
            socket.step = number

    async def close(self) -> None:
        """Close every connection of this play."""
        if self.tapped is not None:
            self.tapped.close()
        closed = await asyncio.gather(
            *(socket.close() for socket in self.sockets),
            *(http.close() for http in {player.http for player in self.everybody()}),
            return_exceptions=True,
        )
        for fault in closed:
            if fault is not None:
                raise fault


class Made(Struct, frozen=True, kw_only=True):
    """Something that a call made, or an event told of, and clean-up removes.

    Attributes:
        by: Who removes it.
        at_s: When that was known.
        of_recipe: Whether the making of a user made it.
    """

    rule: ResourceRule
    key: object
    by: Player
    cleanup: CallSpec
    at_s: float = 0.0
    of_recipe: bool = False


class Frame(Struct, frozen=True, kw_only=True):
    """Where a step stands: in which play and name space, behind which gate, in which round.

    Attributes:
        names: The scenario's or the fragment's.
        gate: Holds back the first request of each branch until all are ready; None outside of `parallel`.
        round: Of a `repeat`, as it is added to step numbers (`[2]`).
        block: The step inside which it stands; None at the top.
        member: Who of a group does the step; None where it is done by a single user.
        quiet: Whether its steps leave no marks: of rounds under a pace each entry tells its own.
    """

    play: Play
    names: NameSpace
    gate: BranchGate | None = None
    round: str = ""
    block: Doing | None = None
    member: Player | None = None
    quiet: bool = False

    def scope(self, doing: Doing | None = None, /, **more: object) -> Scope:
        """Return what names mean here and now."""
        return Names({**(doing.facts if doing is not None else {}), **more}, self.names)

    def meaning(self, name: str) -> object:
        """Return what a name stands for where users act: a user, a list of users, or `crowd[3]`, one of such a list."""
        return UserView(self.play.nobody) if name == "nobody" else user_meaning(self.names, name)

    def user(self, name: str) -> Player | None:
        """Return the player that a name stands for, if it stands for one."""
        value = self.meaning(name)
        return value.player if isinstance(value, UserView) else None

    def users(self, name: str) -> tuple[Player, ...]:
        """Return the players that a name stands for: one, or each of a list."""
        value = self.meaning(name)
        return (value.player,) if isinstance(value, UserView) else (players_in(value) or ())


def timeouts_of(http: HttpProfile) -> Timeouts:
    """Return a profile's time-outs as the HTTP client takes them."""
    limits = http.timeouts
    return Timeouts(connect_s=limits.connect_s, first_byte_s=limits.first_byte_s, total_s=limits.total_s)
