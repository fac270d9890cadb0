"""A scenario played from its first user to its clean-up; whatever happens, what was judged is returned."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial

from msgspec import Struct

from antiphon.core.errors import AntiphonError
from antiphon.data.fakes import fakes
from antiphon.engine.accounts import shortage, wanted
from antiphon.engine.asked import Asked, AskedAtTheEnd
from antiphon.engine.cast import enter, introduce
from antiphon.engine.cleanup import clean_up
from antiphon.engine.fences import fence_all, is_quickly_fenced
from antiphon.engine.health import Health
from antiphon.engine.hearing import final_facts
from antiphon.engine.listeners import Final
from antiphon.engine.made import note_heard
from antiphon.engine.play import Frame, Play
from antiphon.engine.pooling import adopt, leave, welcome
from antiphon.engine.restarting import bring_back
from antiphon.engine.scopes import range_of
from antiphon.engine.setting import Setting
from antiphon.engine.steps import play_step
from antiphon.engine.stops import PlayProblem, StopPlay, TargetGone
from antiphon.history.entries import Mark
from antiphon.judge.aftermath import aftermath
from antiphon.judge.facts import Facts
from antiphon.judge.fences import FenceAnswer
from antiphon.judge.rows import row_verdicts
from antiphon.judge.verdicts import Verdict
from antiphon.scenario.model import Scenario

CLEANUP_WITHIN_S = 15.0
CLOSE_WITHIN_S = 15.0


class Played(Struct, eq=False, kw_only=True):
    """What became of one play.

    Attributes:
        play: Its state, with all that was done and judged.
        problem: Why it could not be played to its end, if it could not.
        timed_out: Whether the scenario's time ran out.
        cancelled: Whether it was broken off from outside.
        stopped: Why its last steps were not run, if they were not.
    """

    play: Play
    began_s: float
    ended_s: float = 0.0
    problem: AntiphonError | None = None
    timed_out: bool = False
    cancelled: bool = False
    stopped: str = ""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All that was judged, in the order of the steps; what the scenario's end judged comes last."""
        return tuple(verdict for doing in self.play.doings for verdict in doing.verdicts)


async def play_scenario(setting: Setting, scenario: Scenario, name: str, *, watch: object = None) -> Played:
    """Play a scenario once.

    Args:
        setting: What all plays of the run share.
        scenario: What is played.
        name: The play's name in the history.
        watch: Called with the play when it begins, so that progress can be shown.
    """
    play = Play(setting=setting, scenario=scenario, name=name)
    if setting.keeps_asked:
        play.asked = Asked()
    if callable(watch):
        watch(play)
    clock = setting.clock
    played = Played(play=play, began_s=clock.now_s())
    play.started_s = played.began_s
    _mark(play, "play", "began", scenario.title)
    frame = Frame(play=play, names=play.names)
    limit_s = scenario.timeout_s if scenario.timeout_s is not None else setting.scenario_timeout_s
    try:
        await _lease_accounts(play)
        played.began_s = play.started_s = clock.now_s()
        async with asyncio.timeout(limit_s) as limit:
            with play.time.limited_by(limit):
                await _to_the_end(frame, played)
    except TimeoutError:
        played.timed_out = True
    except asyncio.CancelledError:
        played.cancelled = True
    except AntiphonError as problem:
        played.problem = problem
    finally:
        try:
            await _wind_up(frame, played)
        finally:
            _give_back(play)
    played.ended_s = clock.now_s()
    _mark(play, "play", "ended", "")
    return played


async def _lease_accounts(play: Play) -> None:
    """Wait until the given accounts that the scenario needs are free; other scenarios have their own time limits."""
    users = play.setting.target.users
    wants = wanted(users, play.scenario)
    if not wants:
        return
    play.waits_for("given accounts: waiting for others to give them back", play.started_s, play.started_s)
    try:
        play.accounts = await play.setting.accounts.lease(wants, users.given)
    except LookupError:
        lacking = shortage(users, play.scenario)
        raise PlayProblem(
            sentence=str(lacking or "there are not enough given accounts"),
            source=lacking.source if lacking is not None else None,
            advice=(lacking.hint if lacking is not None else None) or "",
        ) from None
    finally:
        play.waits_for("", 0.0, 0.0)


def _give_back(play: Play) -> None:
    facts = {player.name: player.facts for player in play.everybody()}
    play.setting.accounts.give_back(play.accounts, facts)


async def _to_the_end(frame: Frame, played: Played) -> None:
    play = frame.play
    _name_the_world(play)
    introduce(frame)
    adopt(play)
    await welcome(frame)
    await enter(frame)
    if play.scenario.row is not None:
        play.names.set("row", play.scenario.row.value(frame.scope()))
    for name, value in play.scenario.vars:
        play.names.set(name, value(frame.scope()))
    try:
        if play.scenario.script is not None:
            await play.scenario.script(frame)
        for step in play.scenario.steps:
            await play_step(frame, step)
    except StopPlay as stop:
        played.stopped = str(stop)
    await _health_if_cut(play)
    await _last_fences(frame)


async def _health_if_cut(play: Play) -> None:
    """Ask for the target's health if a socket was cut: a target that died says so on its sockets first.

    Raises:
        TargetGone: It no longer answers.
    """
    cut = [
        socket.name
        for socket in play.sockets
        if any(change.closed is not None and change.closed.by == "network" for change in socket.changes)
    ]
    if cut:
        await Health(play.setting).ask(noticed=f"when the connection of {', '.join(cut)} was cut")


async def _last_fences(frame: Frame) -> None:
    """Make the last fence on every connection that was listened to, and keep what was heard until then.

    What it tells is judged with all that waits for the lag to be known, while or after things are cleaned up.
    """
    play = frame.play
    listening = {id(final.listener.player): final.listener.player for final in play.finals}
    last = await fence_all(frame, listening.values())
    for final in play.finals:
        row = final.listener.row
        if row is not None and row_verdicts(final.facts, row) is not None:
            continue  # what came later goes on as claimed, and there is no bound to break
        socket = final.listener.socket
        fence = last.get(socket.name) if socket is not None else None
        facts = final_facts(play, final)
        kept = None
        if play.asked is not None:
            until_s = play.setting.clock.now_s()
            kept = AskedAtTheEnd(facts=facts, listener=final.listener, doing=final.doing, fence=fence, until_s=until_s)
            play.asked.ends.append(kept)
        final.doing.last_words.append(partial(_last_words, final, facts, fence, kept))


def _last_words(
    final: Final, facts: Facts, fence: FenceAnswer | None, kept: AskedAtTheEnd | None
) -> tuple[Verdict, ...]:
    told = aftermath(facts, fence) if final.listener.is_judged else ()
    if kept is not None:
        kept.told = told
    return told


async def _wind_up(frame: Frame, played: Played) -> None:
    """Clean up, judge what is left, and close."""
    play = frame.play
    play.director = None
    ended_s = play.setting.clock.now_s()
    try:
        await _bring_back(played)
        if isinstance(played.problem, TargetGone):
            _leave(play)
        else:
            await _until_settled(frame, played)
            await _tidy(frame, played)
        await _settle_all(play, ended_s)
    finally:
        await _close(play)


async def _bring_back(played: Played) -> None:
    """Start the target again where its scenario left it stopped, whatever ended the scenario."""
    try:
        await bring_back(played.play)
    except TargetGone as problem:
        played.problem = problem
    except asyncio.CancelledError:
        played.cancelled = True


async def _until_settled(frame: Frame, played: Played) -> None:
    """Wait for what laws say that the play's causes owe: clean-up begins when that is there, or lost.

    Of what was emitted and is acknowledged by nothing, a fence tells whether it came to pass.
    """
    play = played.play
    lawful = play.setting.lawful
    if lawful is None or played.cancelled:
        return
    try:
        unanswered = lawful.unanswered(play.name)
        asked = [one for one in play.everybody() if one.socket is not None and one.socket.name in unanswered]
        await fence_all(frame, filter(is_quickly_fenced, asked))
        await lawful.settled(play.name, play.bell, play.setting.clock, play.setting.patience)
    except asyncio.CancelledError:
        played.cancelled = True


async def _tidy(frame: Frame, played: Played) -> None:
    """Clean up; the first interruption of a play ends its steps, only a second one ends its clean-up."""
    play = frame.play
    broken = played.problem or played.timed_out or played.cancelled or played.stopped
    leave(play, good=not broken and not any(doing.failed for doing in play.doings))
    try:
        await _clean_up(frame)
    except asyncio.CancelledError:
        if played.cancelled:
            _leave(play)
            return
        try:
            await _clean_up(frame, steps=False)
        except asyncio.CancelledError:
            _leave(play)


def _leave(play: Play) -> None:
    """List what clean-up did not come to."""
    leave(play, good=False)
    note_heard(play)
    if not play.setting.keep_data:
        play.leftovers.extend(f"{made.rule.name} {made.key}: not removed" for made in reversed(play.made))


async def _settle_all(play: Play, ended_s: float) -> None:
    """Judge what was still waiting for the lag to be known; clean-up has mostly taken that long already."""
    with contextlib.suppress(asyncio.CancelledError, TimeoutError):
        await asyncio.shield(play.setting.lag.after(ended_s))
    for doing in play.doings:
        doing.conclude()


async def _clean_up(frame: Frame, *, steps: bool = True) -> None:
    play = frame.play
    _mark(play, "cleanup", "began", "")
    try:
        async with asyncio.timeout(CLEANUP_WITHIN_S) as limit:
            with play.time.limited_by(limit):
                await clean_up(frame, steps=steps)
    except TimeoutError:
        _leave(play)
    _mark(play, "cleanup", "ended", "")


async def _close(play: Play) -> None:
    """Close every connection, for which an interruption is no reason to stop: all of it has deadlines."""
    clock = play.setting.clock
    closing = asyncio.create_task(play.close())
    ends_s = clock.now_s() + CLOSE_WITHIN_S
    while not closing.done() and (left_s := ends_s - clock.now_s()) > 0:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({closing}, timeout=left_s)
    if closing.done():
        closing.result()
    else:
        closing.cancel()


def _name_the_world(play: Play) -> None:
    setting = play.setting
    makers: dict[str, object] = dict(fakes(play.dice.child("fake"), setting.run_id, play.supply))
    play.names.set("fake", makers)
    play.names.set("env", dict(setting.environment))
    play.names.set("run", {"id": setting.run_id, "seed": setting.seed})
    play.names.set("now", lambda: _iso(setting))
    play.names.set("range", range_of)
    for name, value in play.scenario.inputs.items():
        play.names.set(name, setting.inputs.get(name, value))


def _iso(setting: Setting) -> str:
    return setting.wall_time().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _mark(play: Play, what: str, edge: str, note: str) -> None:
    play.setting.recorder.write(
        Mark(
            at_s=play.setting.clock.now_s(),
            play=play.name,
            what="play" if what == "play" else "cleanup",
            edge="began" if edge == "began" else "ended",
            note=note,
        )
    )
