"""Given accounts: which of them a scenario's users need, and the desk that leases each to one scenario at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from antiphon.core.errors import Mistake, ScenarioError, UnknownName
from antiphon.core.source import Source
from antiphon.scenario.groups import member_name
from antiphon.scenario.model import Scenario, UserSpec
from antiphon.target.model import GivenAccount, UsersProfile

_OF_SESSIONS = ("token", "refresh_token")


class Wanted(Struct, frozen=True, kw_only=True):
    """An account that a scenario needs.

    Attributes:
        user: For whom.
        role: Which role it must have; None: any.
        name: The one that it must be; empty: any.
    """

    user: str
    role: str | None
    source: Source
    name: str = ""

    def fits(self, account: GivenAccount) -> bool:
        """Return whether an account will do."""
        if self.name:
            return account.name == self.name
        return self.role is None or account.role is None or account.role == self.role


def wanted(users: UsersProfile, scenario: Scenario) -> tuple[Wanted, ...]:
    """Return the accounts that a scenario needs, in the order of its users.

    Whoever says `given` is one, and so is whoever has a role for which the profile has no recipe.
    """
    if not users.given:
        return ()
    found: list[Wanted] = []
    companies: dict[str, list[UserSpec]] = {}
    for spec in scenario.users:
        if spec.device_of is not None:
            continue
        role = spec.role or (users.roles[0] if users.roles else None)
        if is_given(users, spec):
            names = [spec.name] if spec.count is None else [member_name(spec.name, n) for n in range(spec.count)]
            found.extend(Wanted(user=name, role=role, name=spec.given or "", source=spec.source) for name in names)
        label = f"company of {spec.name}" if spec.company_of == "none" else "the company"
        companies.setdefault(label, []).append(spec)
    found.extend(_founders(users, companies))
    return tuple(found)


def is_given(users: UsersProfile, spec: UserSpec) -> bool:
    """Return whether a user is one of the profile's given accounts."""
    role = spec.role or (users.roles[0] if users.roles else "")
    return spec.given is not None or (bool(users.given) and not users.recipe(role))


def _founders(users: UsersProfile, companies: Mapping[str, Sequence[UserSpec]]) -> Iterator[Wanted]:
    """Yield the accounts of those whom recipes need, whom no scenario names, and whom no recipe makes."""
    for label, specs in companies.items():
        for spec in specs:
            recipe = () if is_given(users, spec) else users.recipe(spec.role or (users.roles[0] if users.roles else ""))
            founder = next((call.by for call in recipe if call.of_company), None)
            if founder is None or users.make.get(founder) or any(one.role == founder for one in specs):
                continue
            yield Wanted(user=f"{founder.lower()} of {label}", role=founder, source=spec.source)
            break


def assigned(wants: Sequence[Wanted], accounts: Sequence[GivenAccount]) -> dict[str, GivenAccount] | None:
    """Return an account for each, by the user; None if there are not enough that fit."""
    taken: dict[int, int] = {}

    def place(want: int, tried: set[int]) -> bool:
        for index, account in enumerate(accounts):
            if index in tried or not wants[want].fits(account):
                continue
            tried.add(index)
            if index not in taken or place(taken[index], tried):
                taken[index] = want
                return True
        return False

    for want in range(len(wants)):
        if not place(want, set()):
            return None
    return {wants[want].user: accounts[index] for index, want in taken.items()}


def shortage(users: UsersProfile, scenario: Scenario) -> ScenarioError | None:
    """Return why a scenario cannot be played with the given accounts there are; None if it can."""
    for spec in scenario.users:
        if spec.given is not None and not users.given:
            hint = "name a file of accounts: users.given"
            return Mistake(sentence="the profile gives no accounts", source=spec.source, advice=hint)
    known = [account.name for account in users.given]
    wants = wanted(users, scenario)
    for want in wants:
        if want.name and want.name not in known:
            return UnknownName(kind="account", name=want.name, source=want.source, known=known)
    if assigned(wants, users.given) is not None:
        return None
    advice = "add accounts to `users.given` of the profile, or a recipe for the role to `users.make`"
    for role in dict.fromkeys(want.role for want in wants):
        alike = [want for want in wants if want.role == role]
        fit = [account for account in users.given if alike[0].fits(account) or account.name == alike[0].name]
        if len(alike) > len(fit):
            sentence = (
                f"{scenario.id} needs {len(alike)} {role or 'accounts'}, and the profile's accounts have {len(fit)}"
            )
            return Mistake(sentence=sentence, source=alike[0].source, advice=advice)
    sentence = f"{scenario.id} needs {len(wants)} accounts of its roles, and the profile has {len(users.given)} in all"
    return Mistake(sentence=sentence, source=wants[0].source, advice=advice)


class AccountDesk:
    """Leases given accounts, each to one play at a time; a play gets all of its accounts at once, or waits.

    So no two plays wait for one another, and whoever came first is served first unless others can be meanwhile.
    """

    def __init__(self) -> None:
        """Begin with all of them free."""
        self._leased: set[str] = set()
        self._waiting: list[asyncio.Event] = []
        self._sessions: dict[str, dict[str, object]] = {}

    async def lease(self, wants: Sequence[Wanted], accounts: Sequence[GivenAccount]) -> dict[str, GivenAccount]:
        """Return an account for each, once they are free; nobody else gets them until they are given back.

        Raises:
            LookupError: There are not as many, even when all are free.
        """
        if assigned(wants, accounts) is None:
            raise LookupError("there are not enough accounts")
        while True:
            free = [account for account in accounts if account.name not in self._leased]
            found = assigned(wants, free)
            if found is not None:
                self._leased.update(account.name for account in found.values())
                return found
            freed = asyncio.Event()
            self._waiting.append(freed)
            try:
                await freed.wait()
            finally:
                self._waiting.remove(freed)

    def facts(self, account: GivenAccount) -> dict[str, object]:
        """Return what `self` begins with; a token of the file that was renewed meanwhile is the renewed one."""
        return {**account.values, **self._sessions.get(account.name, {})}

    def give_back(self, leased: Mapping[str, GivenAccount], facts: Mapping[str, Mapping[str, object]]) -> None:
        """Free accounts again.

        Args:
            leased: What `lease` returned.
            facts: What is known of each user by now: whoever logs in does so anew each time, but tokens that only
                the file gives live on as they were renewed.
        """
        for user, account in leased.items():
            known = facts.get(user, {})
            if "token" in account.values:
                kept = {name: known[name] for name in _OF_SESSIONS if name in known and name in account.values}
                self._sessions[account.name] = kept
            self._leased.discard(account.name)
        for freed in self._waiting:
            freed.set()
