"""A call as one exchange or several: what each request carries besides its own, and the redirects that are followed.

Each exchange is an entry of the history; the answer of the last one counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from antiphon.core.text import shortened, visible
from antiphon.engine.cookies import jar_for, keep_cookies, with_cookies
from antiphon.engine.limits import asks_to_wait, hold_back, refuses_to_wait, wait_out
from antiphon.engine.play import Frame, timeouts_of
from antiphon.engine.players import Player
from antiphon.history.entries import Call
from antiphon.language.call import CallSpec, StatusSpec
from antiphon.language.scope import Scope
from antiphon.net.errors import UnsendableRequest
from antiphon.net.exchange import Exchange, Failure, Request, Timeouts
from antiphon.net.redirects import NoWayOn, redirected
from antiphon.target.http_model import HttpProfile, RateBudget

if TYPE_CHECKING:
    from antiphon.net.cookies import Cookies

LedTo = Literal["", "redirect", "retry", "page"]
_MOST_SHOWN = 6


class Leg(Struct, frozen=True, kw_only=True):
    """One exchange of a call.

    Attributes:
        done: The exchange.
        trace: The id that it carried.
        held_s: How long it was held back before it was sent.
        led_to: Why another one follows it.
    """

    done: Exchange
    trace: str = ""
    held_s: float = 0.0
    led_to: LedTo = ""


class Chain(Struct, frozen=True, kw_only=True):
    """The exchanges of a call, which have come to their end.

    Attributes:
        first: The entry of the one that began what counts.
        last: The entry of the one whose answer counts.
        done: That exchange.
        flaw: Why its answer is none that claims can be held against, as a sentence part; empty if it is one.
        hint: What to do about that.
        remark: What a verdict about its status should say besides, as a sentence part.
    """

    first: Call
    last: Call
    done: Exchange
    flaw: str = ""
    hint: str = ""
    remark: str = ""


async def exchanged(
    frame: Frame, player: Player, spec: CallSpec, request: Request, scope: Scope, write: Callable[[Leg], Call]
) -> Chain:
    """Send a request, and on to where redirects lead; `write` puts each exchange into the history.

    Raises:
        UnsendableRequest: It cannot be put on a wire.
    """
    http = frame.play.setting.target.root(spec.service).http
    jar = jar_for(frame, player, spec.token, scope) if http.cookies else None
    timeouts = timeouts_of(http) if spec.service else None
    trail = _Trail(http, spec.status, jar)
    if http.redirects:
        trail.note(request)
    first: Call | None = None
    play, rate = frame.play, http.rate_limit
    remark, tries, waited_s = "", 0, 0.0
    while True:
        held_s = waited_s + (await _held_back(frame, player, spec, rate.budget) if rate and rate.budget else 0.0)
        dressed, trace = _dressed(frame, request, jar, http)
        done = await _sent(frame, player, dressed, timeouts)
        leg = Leg(done=done, trace=trace, held_s=held_s)
        if jar is not None:
            keep_cookies(frame, player, jar, done)
        tries, waited_s = tries + 1, 0.0
        wait_s = asks_to_wait(rate, spec, done, play.setting.wall_time())
        if wait_s is not None and not (remark := refuses_to_wait(play, wait_s, tries=tries)):
            write(replace(leg, led_to="retry"))
            waited_s = await wait_out(play, player, wait_s)
            continue
        onward = trail.onward(request, done)
        if isinstance(onward, str) or onward is None:
            last = write(leg)
            return Chain(first=first or last, last=last, done=done, flaw=onward or "", remark=remark)
        if (
            isinstance(refusal := await player.http.lease(onward.url, timeouts_of(http)), Failure)
            and refusal.kind == "not allowed"
        ):
            last = write(leg)
            flaw = f"was redirected to {shortened(visible(onward.url))}, and may not go there: {refusal.detail}"
            return Chain(first=first or last, last=last, done=done, flaw=flaw, hint=refusal.hint or "")
        if not isinstance(refusal, Failure):
            refusal.release()
        last = write(replace(leg, led_to="redirect"))
        first = first or last
        request = onward


async def _held_back(frame: Frame, player: Player, spec: CallSpec, budget: RateBudget) -> float:
    if frame.gate is not None:
        await frame.gate.arrive()
    return await hold_back(frame.play, player, spec, budget)


async def _sent(frame: Frame, player: Player, request: Request, timeouts: Timeouts | None) -> Exchange:
    """Send a request, and return what became of it; the first of a branch waits for all others of its `parallel`."""
    lease = await player.http.lease(request.url, timeouts)
    if frame.gate is not None:
        await frame.gate.arrive()
    if isinstance(lease, Failure):
        return Exchange.failed(request, lease, at_s=frame.play.setting.clock.now_s())
    try:
        pending = lease.send(request)
    except UnsendableRequest:
        lease.release()
        raise
    return await pending.answered()


class _Trail(Struct, eq=False):
    """Where redirects of one call have led so far."""

    http: HttpProfile
    status: StatusSpec
    jar: Cookies | None
    places: list[str] = field(default_factory=list)
    seen: set[Request] = field(default_factory=set)

    def onward(self, request: Request, done: Exchange) -> Request | str | None:
        """Return the request that comes next, None if this answer is the last one, or what is wrong with it."""
        place = done.header("location")
        if done.failure is not None or done.status is None or place is None or not self.http.redirects:
            return None
        if self.status.names(done.status):
            return None  # the redirect is what the step claims
        try:
            onward = redirected(request, done.status, place, self._secret_headers())
        except NoWayOn as problem:
            return f"was redirected {problem}"
        if onward is None:
            return None
        if self.note(onward):
            return f"was redirected in a circle: {self._shown()}"
        if len(self.places) > self.http.redirects + 1:
            return f"was redirected more than {_times(self.http.redirects)}: {self._shown()}"
        return onward

    def note(self, request: Request) -> bool:
        """Note where the call goes; return whether it was there before, with the same cookies."""
        self.places.append(shortened(visible(request.url), limit=120))
        asked = replace(request, headers=tuple(with_cookies(request.headers, self.jar, request.url)))
        was_there = asked in self.seen
        self.seen.add(asked)
        return was_there

    def _secret_headers(self) -> set[str]:
        return {way.name.lower() for way in self.http.token if way.place == "header"}

    def _shown(self) -> str:
        urls = list(self.places)
        if len(urls) > _MOST_SHOWN:
            urls[_MOST_SHOWN // 2 : -_MOST_SHOWN // 2] = ["…"]
        return " → ".join(urls)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _dressed(frame: Frame, request: Request, jar: Cookies | None, http: HttpProfile) -> tuple[Request, str]:
    """Return the request with the session's cookies and a trace id of its own, and that id."""
    if jar is None and http.trace_header is None:
        return request, ""
    headers = with_cookies(request.headers, jar, request.url)
    trace = ""
    if http.trace_header is not None and not any(name.lower() == http.trace_header for name, _ in headers):
        setting = frame.play.setting
        trace = setting.traces.next(http.trace_header, setting.run_id)
        headers.append((http.trace_header, trace))
    return replace(request, headers=tuple(headers)), trace
