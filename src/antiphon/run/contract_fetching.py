"""Contract documents that are at the target, fetched before the first call, under the allow-list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from antiphon.core.clock import Clock
from antiphon.core.errors import EnvironmentProblem
from antiphon.core.source import Source
from antiphon.core.text import shortened, visible
from antiphon.net.allow import AllowList
from antiphon.net.errors import UnsendableRequest
from antiphon.net.exchange import Exchange, Limits, Request, Timeouts
from antiphon.net.http import HttpClient
from antiphon.net.ways import Ways
from antiphon.target.contracts.model import DocumentAt
from antiphon.target.contracts.parsing import LARGEST_BYTES

_TIMEOUTS = Timeouts(connect_s=5.0, first_byte_s=10.0, total_s=30.0)
_WANTED = (("accept", "application/json, application/yaml;q=0.9, */*;q=0.5"),)


@dataclass(eq=False, kw_only=True)
class CannotFetch(EnvironmentProblem):
    """A contract document cannot be read where the profile says that it is."""

    url: str
    why: str
    source: Source | None = None
    advice: str = "is the target running, and is the document there? A file of the suite will do as well"

    def __str__(self) -> str:
        return f"the contract document at {shortened(visible(self.url))} cannot be read: {self.why}"

    @property
    def hint(self) -> str:
        """What to do next."""
        return self.advice


def fetching(allow: AllowList, ways: Ways, clock: Clock) -> Callable[[DocumentAt, str], bytes]:
    """Return what gives the bytes of a document at a URL; it runs a loop of its own."""

    def fetch(at: DocumentAt, url: str) -> bytes:
        try:
            done = asyncio.run(_asked(url, allow, ways, clock))
        except UnsendableRequest as error:
            raise CannotFetch(url=url, why=str(error), source=at.source) from None
        if done.failure is not None:
            hint = done.failure.hint
            if hint:
                raise CannotFetch(url=url, why=done.failure.detail, source=at.source, advice=hint)
            raise CannotFetch(url=url, why=done.failure.detail, source=at.source)
        if done.status != 200:
            raise CannotFetch(url=url, why=f"it answered {done.status}", source=at.source)
        return done.body

    return fetch


async def _asked(url: str, allow: AllowList, ways: Ways, clock: Clock) -> Exchange:
    limits = Limits(body_bytes=LARGEST_BYTES + 1)
    client = HttpClient(clock=clock, allow=allow, timeouts=_TIMEOUTS, limits=limits, ways=ways)
    try:
        return await client.exchange(Request("GET", url, headers=_WANTED))
    finally:
        await client.close()
