"""What `net/` refuses on its own account: addresses that are not allowed, requests that cannot be put on a wire."""

from __future__ import annotations

from dataclasses import dataclass

from antiphon.core.errors import EnvironmentProblem, ScenarioError
from antiphon.core.source import Source


@dataclass(eq=False, kw_only=True)
class NotAllowed(EnvironmentProblem):
    """A connection was about to leave for an address that the profile does not allow."""

    host: str
    address: str
    port: int
    never: str | None = None
    source: Source | None = None

    def __str__(self) -> str:
        where = f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"
        named = "" if self.host == self.address else f" ({self.host})"
        why = f"is {self.never}, which Antiphon never connects to" if self.never else "is not on the allow-list"
        return f"{where}{named} {why}"

    @property
    def hint(self) -> str:
        """What to do next."""
        if self.never:
            return "test the application under an address of its own; `allow` cannot lift this"
        return f"if it is yours to test, add `{self.host}` to the profile's `allow`, or confirm with --yes-this-target"


@dataclass(eq=False, kw_only=True)
class BadAllowEntry(ScenarioError):
    """An entry of `allow` is neither a host name nor an address nor a network."""

    entry: str
    source: Source | None = None

    def __str__(self) -> str:
        return f"`{self.entry}` in `allow` is neither a host name, nor an address, nor a network"

    @property
    def hint(self) -> str:
        """What to do next."""
        return (
            "write `staging.example.test`, `staging.example.test:8080`, `10.0.0.7`, `10.0.0.0/24` or `[fd00::7]:8080`"
        )


@dataclass(eq=False, kw_only=True)
class UnsendableRequest(ScenarioError):
    """A request that no HTTP/1.1 connection can carry as it is written; nothing was sent."""

    part: str
    detail: str
    source: Source | None = None

    def __str__(self) -> str:
        return f"the request's {self.part} cannot be sent: {self.detail}"
