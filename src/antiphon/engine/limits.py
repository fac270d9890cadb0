"""The target's limits of calls: held to before they are reached, and waited out where they were.

A budget spreads the calls of a whole run; waiting for it is nobody's latency, and stops the scenario's time. An
answer that asks to come back later is waited for within the scenario's time, and asked again.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from antiphon.core.durations import duration_text
from antiphon.engine.play import Play
from antiphon.engine.players import Player
from antiphon.language.call import CallSpec
from antiphon.net.exchange import Exchange
from antiphon.target.http_model import RateBudget, RateLimit

MOST_TRIES: Final = 5
"""How often one call is asked again before its refusal counts."""
LONGEST_WAIT_S: Final = 60.0
"""No single wait is longer, whatever the target asks for."""


async def hold_back(play: Play, player: Player, spec: CallSpec, budget: RateBudget) -> float:
    """Wait until the budget has room for a call, the scenario's time standing still; return how long that took."""
    clock = play.setting.clock
    began_s = clock.now_s()
    at_s = play.setting.pacer.reserve(budget, spec.operation, began_s, whose=spec.service)
    if at_s <= began_s:
        return 0.0
    play.waits_for(f"{player.name}: waiting for the rate budget", began_s, at_s)
    with play.time.stands_still():
        await clock.sleep(at_s - began_s)
    play.waits_for("", 0.0, 0.0)
    return clock.now_s() - began_s


def asks_to_wait(rate: RateLimit | None, spec: CallSpec, done: Exchange, now: dt.datetime) -> float | None:
    """Return how long an answer asks to wait; None if it does not, or if the step claims this very answer."""
    if rate is None or done.failure is not None or done.status not in rate.statuses or spec.status.names(done.status):
        return None
    if rate.wait_s is not None:
        return rate.wait_s
    asked = (done.header("retry-after") or "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    from email.utils import parsedate_to_datetime  # most servers say a number, or nothing

    try:
        until = parsedate_to_datetime(asked)
    except (TypeError, ValueError):
        return None
    return max((until.replace(tzinfo=until.tzinfo or dt.UTC) - now).total_seconds(), 0.0)


def refuses_to_wait(play: Play, wait_s: float, *, tries: int) -> str:
    """Return why a call is not asked again after a wait, as a sentence part; empty if it is."""
    asked = f"it asks to come back in {duration_text(wait_s)}"
    if tries > MOST_TRIES:
        return f"{asked}, after {tries} tries"
    left_s = min(play.time.left_s(), LONGEST_WAIT_S)
    return f"{asked}, and no more than {duration_text(left_s)} can be waited" if wait_s >= left_s else ""


async def wait_out(play: Play, player: Player, wait_s: float) -> float:
    """Wait as long as an answer asks to; return how long that took."""
    clock = play.setting.clock
    began_s = clock.now_s()
    play.waits_for(f"{player.name}: waiting for leave to ask again", began_s, began_s + wait_s)
    await clock.sleep(wait_s)
    play.waits_for("", 0.0, 0.0)
    return clock.now_s() - began_s
