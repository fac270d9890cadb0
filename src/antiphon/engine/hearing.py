"""What a step's `hear` needs from the engine: waiting, fences, and the facts that the judge asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, partial
from itertools import groupby

from msgspec.structs import replace

from antiphon.core.errors import Mistake
from antiphon.engine.asked import AskedHear
from antiphon.engine.doing import Cause, Doing
from antiphon.engine.fences import fence_all, is_quickly_fenced
from antiphon.engine.identity import identity_of
from antiphon.engine.links import link_since
from antiphon.engine.listeners import Anybody, Final, Listener
from antiphon.engine.play import Frame, Play
from antiphon.engine.players import Player, UserView
from antiphon.engine.scopes import NameSpace
from antiphon.history.frames import FRAMES
from antiphon.history.heard import Heard
from antiphon.judge.answers import About
from antiphon.judge.anybody import any_verdicts
from antiphon.judge.claims import missing_verdict
from antiphon.judge.facts import Facts, Window
from antiphon.judge.hearing import heard_for, satisfied, verdicts, waits_until
from antiphon.judge.rows import Row, row_verdicts, rows_of
from antiphon.judge.verdicts import Outcome, Verdict
from antiphon.language.scope import MISSING, Names, Scope
from antiphon.scenario.claim_model import Hear
from antiphon.target.socket_model import SocketProfile

_LOOK_AGAIN_S = 0.02


async def drain(frame: Frame, hears: Iterable[Hear]) -> None:
    """Let what earlier steps caused arrive first, on every connection of which this step claims an absence.

    Without it an event of an earlier cause, still under way, would count against `nothing`. Only fences that cost
    a round trip are used for it; with `alive` the step's own settle has to do.
    """
    wanted = [hear for hear in hears if hear.claims_absence]
    players = {id(player): player for hear in wanted for player in listeners_of(frame, hear)}
    if asked := [player for player in players.values() if is_quickly_fenced(player)]:
        await fence_all(frame, asked)


async def hear(frame: Frame, doing: Doing, hears: Sequence[Hear], sent: Doing, *, cause_failed: bool) -> None:
    """Wait for what is to be heard, ask the fences that absences need, and have all of it judged.

    Args:
        frame: Where the step stands.
        doing: The step that claims.
        hears: Its claims.
        sent: The step whose window is looked at; the same one, but for `hear` as a step of its own.
        cause_failed: Whether its call failed, so that the positive items are not run.
    """
    if sent.opened_s is None or sent.answered_s is None:
        raise Mistake(
            sentence="nothing was sent that could be heard",
            source=hears[0].source,
            advice="`hear` looks back over the last step that sent something",
        )
    play = frame.play
    ended_s = sent.done_s if sent.is_block else 0.0
    window = Window(opened_s=sent.opened_s, answered_s=sent.answered_s, ended_s=ended_s)
    # Most is judged later, when a round of `repeat` or a save may have given the names other meanings.
    now = replace(frame, names=NameSpace(frame.names.known))
    listeners = [listener for claim in hears for listener in _listeners(frame, claim)]
    _count_rows(now, doing, sent, listeners, window)
    if not cause_failed:
        await _wait_for_rows(play, listeners, window)
        await _wait_for_positives(now, doing, sent, listeners, window)
    absent = {listener.player.name: listener.player for listener in listeners if listener.hear.claims_absence}
    fences = await fence_all(frame, absent.values(), sent=sent) if absent else {}
    judged_s = play.setting.clock.now_s()
    cause_before = partial(_last_cause, play, steps=frozenset(one.number for one in sent.family()))
    saved_ids = doing.thing_ids | sent.thing_ids
    everything = [
        replace(
            _facts(now, doing, sent, listener, window),
            cause_failed=cause_failed,
            fence=fences.get(listener.socket.name) if listener.socket is not None else None,
            judged_s=judged_s,
            saved_ids=saved_ids,
            elsewhere=_elsewhere(play, listener, window) if listener.hear.nothing is not None else (),
            cause_before=cause_before,
        )
        for listener in listeners
    ]

    kept = None
    if play.asked is not None:
        kept = AskedHear(everything=everything, listeners=listeners, doing=doing, sent=sent)
        play.asked.hears.append(kept)

    def judge() -> tuple[Verdict, ...]:
        found: list[Verdict] = []
        for anybody, group in groupby(zip(everything, listeners, strict=True), key=lambda one: one[1].anybody):
            told = [(listener, _judged(facts, listener, play, sent)) for facts, listener in group]
            if anybody is not None:
                told = [_anybodys(anybody, told)]
            for listener, judged in told:
                _note_slowest(listener, judged)
                found.extend(judged)
        if kept is not None:
            kept.told = tuple(found)
        return tuple(found)

    doing.deferred.append(judge)
    for facts, listener in zip(everything, listeners, strict=True):
        play.finals.append(Final(facts=facts, listener=listener, doing=doing, sent=sent))
    alive = any(listener.socket is not None and listener.socket.channel.fence.kind == "alive" for listener in listeners)
    if alive or any(item.save for listener in listeners for item in listener.items):
        await play.setting.lag.after(play.setting.clock.now_s())
        doing.settle()
        _save_heard(frame, doing, zip(everything, listeners, strict=True))


def _judged(facts: Facts, listener: Listener, play: Play, sent: Doing) -> tuple[Verdict, ...]:
    counted = row_verdicts(facts, listener.row) if listener.row is not None else None
    return verdicts(with_causes(facts, play, sent)) if counted is None else counted


def listeners_of(frame: Frame, claim: Hear) -> tuple[Player, ...]:
    """Return whose inboxes a claim speaks of.

    Raises:
        Mistake: Its name stands for no user.
    """
    players = frame.users(claim.user)
    if not players:
        raise Mistake(sentence=f"`{claim.user}` is no user here, so nobody hears", source=claim.source)
    return players


def _listeners(frame: Frame, claim: Hear) -> list[Listener]:
    anybody = Anybody(name=claim.user) if claim.any else None
    return [
        Listener(hear=claim, player=player, socket=player.socket, anybody=anybody)
        for player in listeners_of(frame, claim)
    ]


def _anybodys(
    anybody: Anybody, told: Sequence[tuple[Listener, tuple[Verdict, ...]]]
) -> tuple[Listener, tuple[Verdict, ...]]:
    """Return who of a group is judged for all, and how; who heard what is claimed is remembered."""
    chosen, judged = any_verdicts(anybody.name, [verdicts_of for _, verdicts_of in told])
    listener = told[chosen][0]
    if all(verdict.outcome is Outcome.HELD for verdict in judged):
        anybody.fulfilled = listener.player
    return listener, judged


def _count_rows(frame: Frame, doing: Doing, sent: Doing, listeners: Sequence[Listener], window: Window) -> None:
    """Let long rows of events be counted, those included that came already."""
    for _, hearers in groupby(listeners, key=lambda one: id(one.hear)):
        group = [*hearers]
        rows = rows_of(group[0].hear, frame.scope(doing))
        for listener in group if rows is not None else ():
            socket = listener.socket
            if rows is not None and socket is not None:
                opened_s = sent.reopened.get(socket.name, window.opened_s)
                listener.row = Row(rows, socket.inbox, len(socket.inbox) - len(socket.heard_since(opened_s)))


async def _wait_for_rows(play: Play, listeners: Sequence[Listener], window: Window) -> None:
    """Wait until every row is as long as it is claimed to be, is in doubt, or its time is over."""
    waiting = [listener for listener in listeners if listener.row is not None]
    if not waiting:
        return
    clock = play.setting.clock
    claimed_s = window.answered_s + max(item.wait_s for listener in waiting for item in listener.items)
    deadline_s = play.setting.patience.deadline_s(window.answered_s, claimed_s)
    while waiting and (left_s := deadline_s - clock.now_s()) > 0:
        first = waiting[0]
        play.waits_for(f"{first.player.name}: waiting for {first.items[0].event}", window.answered_s, deadline_s)
        # Looked at now and then, not at each of the events: there are thousands of them, and nobody is in a hurry.
        await clock.sleep(min(left_s, _LOOK_AGAIN_S))
        waiting = [listener for listener in waiting if _is_awaited(listener)]
    if waiting:
        play.setting.patience.gave_up(clock.now_s(), claimed_s)
    play.waits_for("", 0.0, 0.0)
    for listener in listeners:
        if listener.row is not None and listener.row.item.series is None:
            listener.row.end()  # nothing that comes later can change what is said


def _is_awaited(listener: Listener) -> bool:
    row, socket = listener.row, listener.socket
    return row is not None and row.look().is_sound and not row.is_full and socket is not None and socket.is_open


async def _wait_for_positives(
    frame: Frame, doing: Doing, sent: Doing, listeners: Sequence[Listener], window: Window
) -> None:
    play = frame.play
    clock = play.setting.clock
    waiting = [listener for listener in listeners if listener.items]
    granted_s = 0.0
    asked: dict[int, Facts] = {}
    while True:
        open_facts = []
        met = set()
        for listener in waiting:
            before = asked.get(id(listener))
            if before is not None and listener.looked_at == listener.heard_so_far:
                open_facts.append((listener, before))  # of many who wait, one at a time hears something
                continue
            listener.looked_at = listener.heard_so_far
            facts = asked[id(listener)] = _facts(frame, doing, sent, listener, window)
            if listener.row is not None and listener.row.look().holds:
                continue
            if not satisfied(facts) and not facts.link.is_deaf:
                open_facts.append((listener, facts))
            elif listener.anybody is not None and not facts.link.is_deaf:
                met.add(id(listener.anybody))
        open_facts = [one for one in open_facts if id(one[0].anybody) not in met]
        waiting = [listener for listener, _ in open_facts]
        if not waiting:
            break
        claimed_s = max(waits_until(facts) for _, facts in open_facts)
        deadline_s = play.setting.patience.deadline_s(window.answered_s, claimed_s)
        now_s = clock.now_s()
        if now_s >= deadline_s + granted_s:
            play.setting.patience.gave_up(now_s, claimed_s)
            await play.setting.lag.after(deadline_s)
            more_s = lag_seen(play, window.answered_s, deadline_s)
            if more_s <= granted_s:
                break
            granted_s = more_s
            continue
        first = open_facts[0][0]
        play.waits_for(f"{first.player.name}: waiting for {first.items[0].event}", window.answered_s, deadline_s)
        await play.bell.wait(deadline_s + granted_s - now_s)
    play.waits_for("", 0.0, 0.0)


def lag_seen(play: Play, since_s: float, until_s: float) -> float:
    """Return by how much a wait is prolonged: Antiphon's own lag at its end, and what the target waited meanwhile."""
    lag_s = play.setting.lag.lag_at(until_s)
    own_s = lag_s if lag_s is not None and lag_s < 60 else 0.0
    return own_s + play.setting.target_watch.wait_between(since_s, until_s)


def _facts(frame: Frame, doing: Doing, sent: Doing, listener: Listener, window: Window) -> Facts:
    play = frame.play
    socket = listener.socket
    setting = play.setting
    if socket is not None and (reopened_s := sent.reopened.get(socket.name)) is not None:
        window = replace(window, opened_s=reopened_s)
    below = frame.scope(doing)
    view = UserView(listener.player)
    profile = socket.channel.socket if socket is not None else None

    def scope_for(event: Heard) -> Scope:
        return Names({"event": event.data, "args": event.args, "self": view}, below)

    def lag_at(at_s: float) -> float:
        found = setting.lag.lag_at(at_s)
        return 0.0 if found is None else found

    return Facts(
        hear=listener.hear,
        hearer=listener.player.name,
        connection=socket.name if socket is not None else listener.player.name,
        window=window,
        events=socket.heard_since(window.opened_s, frames=_of_frames(listener)) if socket is not None else (),
        scope_for=scope_for,
        step=doing.number,
        label=sent.label,
        cause_seq=sent.cause.seq if sent.cause is not None else 0,
        lag_at=lag_at,
        target_wait=setting.target_watch.wait_between,
        link=link_since(socket, sent, window.opened_s),
        ambient=_ambient(profile, listener),
        identity=identity_of(profile),
        strict_absence=setting.strict_absence,
        known=listener.known,
    )


def with_causes(facts: Facts, play: Play, sent: Doing) -> Facts:
    """Return the facts with what the scenario sent after this window."""
    answered_s, sent_so_far = facts.window.answered_s, len(play.causes)
    next_s = min((cause.sent_s for cause in play.causes if cause.sent_s > answered_s), default=None)

    @cache
    def explaining() -> list[Cause]:
        # Of a group of a thousand each has a cause and facts of its own, and hardly any of these facts is asked this.
        causes = play.causes[:sent_so_far]
        steps = {one.number for one in sent.family()}
        own = {cause.name for cause in causes if cause.step in steps}
        return [cause for cause in causes if cause.sent_s > answered_s and cause.name in own and cause.done]

    def explains(event: Heard) -> bool:
        return any(cause.sent_s <= event.at_s for cause in explaining())

    return replace(facts, next_cause_s=next_s, another_cause_explains=explains)


def _last_cause(play: Play, before_s: float, *, steps: frozenset[str] | None = None) -> int:
    """Return what was sent last before a moment, of these steps or of all."""
    sent = [one for one in play.causes if one.sent_s <= before_s and (steps is None or one.step in steps)]
    return max(sent, key=lambda one: one.sent_s).seq if sent else 0


def final_facts(play: Play, final: Final) -> Facts:
    """Return the facts of a judged `hear` as they are at the scenario's end."""
    facts, sent = replace(final.facts, cause_before=partial(_last_cause, play)), final.sent
    socket = final.listener.socket
    if socket is None:
        return with_causes(facts, play, sent)
    grown = replace(
        facts,
        events=socket.heard_since(facts.window.opened_s, frames=_of_frames(final.listener)),
        link=link_since(socket, sent, facts.window.opened_s),
    )
    return with_causes(grown, play, sent)


def _ambient(profile: SocketProfile | None, listener: Listener) -> frozenset[str]:
    """Return what may come at any time; frames among it where they are looked at, for they are no events."""
    ambient = profile.ambient if profile is not None else frozenset()
    return ambient | FRAMES if _of_frames(listener) else ambient


def _of_frames(listener: Listener) -> bool:
    """Return whether a claim speaks of raw frames, which are no events."""
    hear = listener.hear
    return any(item.event in FRAMES for item in (*hear.positives, *hear.no, *hear.never))


def _elsewhere(play: Play, listener: Listener, window: Window) -> list[Heard]:
    return [
        event
        for socket in play.sockets
        if socket is not listener.socket
        for event in socket.heard_since(window.opened_s)
    ]


def _note_slowest(listener: Listener, judged: Iterable[Verdict]) -> None:
    if listener.socket is not None:
        latencies = [verdict.latency_s for verdict in judged if verdict.latency_s is not None]
        listener.socket.slowest_delivery_s = max([listener.socket.slowest_delivery_s, *latencies])


def _save_heard(frame: Frame, doing: Doing, judged: Iterable[tuple[Facts, Listener]]) -> None:
    """Keep what `save` of an item names, of the event that fulfilled it; what cannot be kept ends the scenario."""
    for facts, listener in judged:
        if not listener.is_judged:
            continue
        view = UserView(listener.player)
        for item, events in heard_for(facts):
            if item.save and not events and item.times_low:
                doing.stop = f"{facts.hearer} did not hear {item.event}, of which something was to be saved"
            if not item.save or not events:
                continue
            event = events[0]
            scope = Names({"event": event.data, "args": event.args, "self": view}, frame.scope(doing))
            for save in item.save:
                value = save.address(scope)
                if value is not MISSING:
                    frame.names.set(save.name, value)
                    continue
                told = About(step=doing.number, user=facts.hearer, cause_seq=facts.cause_seq, source=save.source)
                doing.verdicts.append(missing_verdict(save.name, save.address.text, told, source=save.source))
                doing.stop = f"`save` found nothing at `{save.address.text}`"


def ids_in(value: object) -> set[str]:
    """Return the ids, as texts, of a thing that was saved: itself if it is a text, or what stands under `id`."""
    if isinstance(value, str) and len(value) >= 8:
        return {value}
    if isinstance(value, dict) and isinstance(value.get("id"), str | int):
        return {str(value["id"])}
    return set()
