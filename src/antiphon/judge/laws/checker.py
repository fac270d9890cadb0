"""Judges a history by laws, entry by entry, in memory bounded by what is in flight.

An entry is fed when it is written: a call when it was answered, an event when it was heard. Nothing is judged before
it is settled: a `Tick` says that all entries before a moment are written, but for the calls in flight that it names.
Without ticks all is settled at the end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from msgspec.structs import replace

from antiphon.history.entries import AnyEntry, Beat, Call, Connection, Emit, Event, Mark, Tick, User
from antiphon.judge.deeds import Deed, named_on
from antiphon.judge.findings import Finding
from antiphon.judge.laws.channel import Channel
from antiphon.judge.laws.debts import Debts
from antiphon.judge.laws.firsts import Firsts
from antiphon.judge.laws.messages import Hearing, Message
from antiphon.judge.laws.never import Nevers
from antiphon.judge.laws.obligations import Obligation
from antiphon.judge.laws.plans import Identity, plan_of
from antiphon.judge.laws.reading import DeedReader
from antiphon.judge.laws.resources import Made, addresses_of
from antiphon.judge.laws.setting import LawSetting, no_lag, no_wait
from antiphon.judge.laws.summary import LawSummary
from antiphon.judge.laws.timers import Timers
from antiphon.judge.membership.members import Members
from antiphon.judge.membership.timeline import OUT
from antiphon.judge.people import Hearer, People, note_connection
from antiphon.language.scope import Names
from antiphon.target.http_model import Envelope
from antiphon.target.laws.membership import Membership
from antiphon.target.laws.model import Laws
from antiphon.target.model import ResourceRule
from antiphon.target.socket_model import AnswerRule

NOTHING: list[Finding] = []
FOREVER_S = float("inf")
_AWAY_S = 120.0


class LawChecker:
    """Judges a history by laws.

    Attributes:
        exercised: In which plays each law was put to the proof.
    """

    def __init__(
        self,
        laws: Laws,
        membership: Membership,
        *,
        settle_s: float = 0.2,
        wait_s: float = 5.0,
        lag_at: Callable[[float], float | None] | None = None,
        target_wait: Callable[[float, float], float] | None = None,
        identity: Identity | None = None,
        envelope: Envelope | None = None,
        resources: Sequence[ResourceRule] = (),
        answers: Mapping[str, AnswerRule] | None = None,
        facts_of: Callable[[str, str], Mapping[str, object]] | None = None,
        declared: Callable[[Call], bool] | None = None,
        token_life_s: float | None = None,
        ambient: frozenset[str] = frozenset(),
        decided: Callable[[Obligation, Members], None] | None = None,
    ) -> None:
        """Compile the laws.

        Args:
            laws: The profile's.
            membership: The same.
            settle_s: For how long what was caused may still come, where nothing else is promised.
            wait_s: After which what has not come is lost; a law's own is at least twice its `within`.
            lag_at: Antiphon's own lag at a stamp.
            target_wait: How long the target's threads waited for a processor between two stamps.
            identity: What tells one event from a copy, by the event's name (`*` for all others).
            envelope: What wraps the bodies of answers.
            resources: What calls make: found under `resources.NAME` by key.
            answers: What stands for the acknowledgement of an emit.
            facts_of: What is known of a user beside the history, by play and name.
            declared: Whether a call's step declares the status that it was answered with.
            token_life_s: After which a token expires, where sessions end with it.
            ambient: Events that may come at any time, and fulfil no `any_event`.
            decided: Told of each obligation that was judged, with what was heard of it.
        """
        self.people = People()
        self._place = ""
        self._here: dict[str, Hearer] = {}
        self._at_hand: dict[str, dict[str, Hearer]] = {"": self._here}
        self.members = Members(membership, self.people, token_life_s=token_life_s)
        self._setting = LawSetting(
            members=self.members,
            settle_s=settle_s,
            wait_s=wait_s,
            shared=laws.shared,
            lag_at=lag_at or no_lag,
            target_wait=target_wait or no_wait,
            decided=decided,
        )
        self._settle_s = settle_s
        self.exercised = self._setting.exercised
        self._identity = identity or {}
        self._facts_of = facts_of
        self._ambient = ambient
        self._made = Made(resources, addresses_of(laws, membership))
        envelope = envelope or Envelope()
        self._reader = DeedReader(
            self.people,
            Names({"resources": self._made.found}),
            envelope=envelope,
            answers=answers or {},
            settle_s=settle_s,
            on_new=self.members.touch,
        )
        self.plans = [plan_of(law, self._identity, settle_s=settle_s, wait_s=wait_s) for law in laws.laws]
        self._nevers = Nevers(self.plans, envelope, declared)
        self._timers = Timers(self.plans, settle_s)
        self._debts = Debts(self.plans, self._setting, self._identity, judges_sessions=membership.session is not None)
        self._any, self._series, self._causers = self._debts.any_events, self._debts.series, self._debts.causers
        self._channels = self._debts.channels
        self._firsts = Firsts(self._identity)
        self._ended: deque[tuple[float, str]] = deque()
        self._over: deque[tuple[float, str]] = deque()
        self._found: dict[str, int] = {}
        self._counts_time = bool(self._timers.keys)
        self._keys = self._debts.keys | self.members.keys | self._timers.keys | self._made.calls
        self._hears = frozenset(key.removeprefix("heard ") for key in self._keys if key.startswith("heard "))
        # Names that need more than to be put into their channel.
        self._special = self._nevers.events | self._series.events | self._made.events | self._hears
        for channel in self._channels.values():
            channel.is_special = channel.name in self._special

    # --- feeding

    def feed(self, entry: AnyEntry) -> list[Finding]:
        """Take in one entry, in the order of `seq`; returns what is certain now."""
        if type(entry) is Event:
            return self.hear(entry)
        if type(entry) is Call:
            return self._call(entry)
        if type(entry) is Tick:
            return self._settle(entry.at_s, dict(entry.in_flight))
        return self._rest(entry)

    def hear(self, event: Event) -> list[Finding]:
        """Take in what was heard, as `feed` does.

        This is done for each delivery, and is written so that nothing is looked up twice: some 0.5 us.
        """
        hearer = self._here.get(event.connection) if event.play == self._place else None
        if hearer is None:
            return self._hear_slowly(event)
        at_s = hearer.heard_s = event.at_s
        channel = self._channels.get(event.name)
        if channel is None:
            return self._event(event, hearer, None)
        message = channel.newest
        if message is None or message.key != event.args or event.attachments:
            message = channel.met(event)
        message.open.append(Hearing(hearer, at_s, event.seq))
        if not message.queued:
            channel.queue(message, at_s + self._settle_s)
        return self._event(event, hearer, channel) if channel.is_special else NOTHING

    def _hear_slowly(self, event: Event) -> list[Finding]:
        """Take in what was heard on a connection that is not at hand; then it is, for nearly always more follows."""
        hearer = self._hearer(event)
        if event.play != self._place:
            self._place, self._here = event.play, self._at_hand.setdefault(event.play, {})
        if not hearer.service:
            self._here[event.connection] = hearer
        hearer.heard_s = event.at_s
        name = named_on(hearer.service, event.name)
        channel = self._channels.get(name)
        if channel is not None:
            channel.hear(hearer, event)
        return self._event(replace(event, name=name) if hearer.service else event, hearer, channel)

    def _hearer(self, event: Event) -> Hearer:
        return self._reader.hearer(event.play, event.user, event.connection, event.at_s)

    def _event(self, event: Event, hearer: Hearer, channel: Channel | None) -> list[Finding]:
        """Take in an event that more is to be said of than what its channel says."""
        if channel is None and self._debts.is_wild:
            channel = self._debts.wild_channel(event.name)
            channel.is_special = event.name in self._special
            channel.hear(hearer, event)
        special = event.name in self._special
        loose = self._debts.takes_any and channel is None and event.name not in self._ambient
        if not special and not loose:
            return NOTHING
        found: list[Finding] = []
        message, hearing = Message(event), Hearing(hearer, event.at_s, event.seq)
        self._nevers.event(message, hearing, found)
        self._series.hear(message, hearing, found)
        self._made.event(event)
        if loose:
            self._any.hear(message, hearing)
        if event.name in self._hears and self._firsts.take(event, hearer):
            found += self._deed(self._reader.heard(event, hearer))
        return self._counted(found)

    def _rest(self, entry: AnyEntry) -> list[Finding]:
        match entry:
            case Emit():
                return self._emit(entry)
            case Connection():
                return self._connection(entry)
            case User():
                self._user(entry)
            case Beat():
                hearer = self.people.hearers.get((entry.play, entry.connection))
                if hearer is not None:
                    hearer.heard_s = entry.at_s
                if entry.what == "fence":
                    return [found for deed in self._reader.fence(entry) for found in self._counted(self._deed(deed))]
            case Mark(what="play", edge="ended"):
                self._ended.append((entry.at_s, entry.play))
                over = self._reader.given_up(FOREVER_S, entry.play)
                return [found for deed in over for found in self._counted(self._deed(deed))]
            case _:
                pass
        return NOTHING

    def _user(self, entry: User) -> None:
        person = self.people.note_user(entry)
        if person is None:
            return
        if self._facts_of is not None:
            person.facts.update(self._facts_of(entry.play, entry.user))
        for hearer in person.hearers.values():
            self.members.touch(hearer)
        if entry.what == "logged in":
            self.members.token_given(person, entry.at_s, entry.seq)

    def _call(self, call: Call) -> list[Finding]:
        found: list[Finding] = []
        if call.purpose == "step":
            self._nevers.call(call, found)
        key = f"{call.method} {call.template}"
        if key in self._keys and call.sent_s is not None and call.led_to != "redirect":
            deed = self._reader.call(call, key)
            self._made.call(key, call, deed.scope)
            found += self._deed(deed)
        return self._counted(found) if found else NOTHING

    def _emit(self, emit: Emit) -> list[Finding]:
        found: list[Finding] = []
        hearer = self.people.hearers.get((emit.play, emit.connection))
        if hearer is not None and hearer.service:
            emit = replace(emit, name=named_on(hearer.service, emit.name))
        if self._nevers.hears_acks:
            self._nevers.ack(emit, found)
        if f"emit {emit.name}" in self._keys and not emit.failure and not emit.frame:
            deed = self._reader.emit(emit)
            if deed is not None:
                found += self._deed(deed)
        return self._counted(found)

    def _connection(self, entry: Connection) -> list[Finding]:
        hearer = self.people.hearer(entry.play, entry.user, entry.connection)
        again = hearer.epoch >= 1
        self._at_hand.get(entry.play, {}).pop(entry.connection, None)
        if note_connection(hearer, entry, self.members.keep_s):
            change = hearer.open.changes[-1]
            if change.state == OUT:
                self.members.note_closed(hearer, change)
            else:
                self.members.note_opened(hearer, change)
        deed = self._reader.connection(entry, hearer, again=again)
        if deed is None or not any(key in self._keys for key in deed.keys):
            return NOTHING
        return self._counted(self._deed(deed))

    # --- deeds

    def _deed(self, deed: Deed) -> list[Finding]:
        self.members.apply(deed)
        if self._counts_time:
            self._timers.note(deed)
        found: list[Finding] = []
        self._debts.note(deed, found)
        return found

    # --- settling

    def _settle(self, at_s: float, in_flight: dict[str, float]) -> list[Finding]:
        """Judge what is settled: all entries before `at_s` are written but for those in flight since a moment."""
        found: list[Finding] = []
        for deed in self._reader.given_up(at_s - 2 * self._setting.wait_s):
            found += self._deed(deed)
        for key, since_s in self._reader.in_flight().items():
            in_flight[key] = min(in_flight.get(key, since_s), since_s)
        moving_s = min((since_s for key, since_s in in_flight.items() if key in self.members.keys), default=at_s)
        horizon_s = min(at_s, moving_s)
        self._pass_time(min([at_s, *(since_s for key, since_s in in_flight.items() if key in self._timers.keys)]))
        for channel in list(self._channels.values()):
            ready_s = min([horizon_s, *(since_s for key, since_s in in_flight.items() if key in channel.causes)])
            found += channel.settle(ready_s)
        if self._debts.takes_any:
            ready_s = min([horizon_s, *in_flight.values()])
            self._any.settle(ready_s, self._channels.values(), found)
        self._causers.settle(horizon_s, found)
        self._series.settle(horizon_s, found, self._any.end_s)
        self._forget(at_s, min([at_s, *in_flight.values()]))
        return self._counted(found)

    def _pass_time(self, horizon_s: float) -> None:
        for plan, cause, deed in self._timers.due(horizon_s):
            self._debts.passed(plan, cause, deed)

    def _forget(self, at_s: float, oldest_s: float) -> None:
        """Forget what nothing in flight can ask for."""
        if at_s == FOREVER_S:
            return
        wait_s = max([self._setting.wait_s, *(plan.wait_s for plan in self.plans)])
        self.members.keep_s = min(at_s - 4 * wait_s, oldest_s - 4 * wait_s)
        if self.members.cut:
            self.members.forget_cut(at_s - _AWAY_S)
        # When all is explained that was heard before its end, nobody comes back to a play.
        while self._ended and self._ended[0][0] + self._settle_s < oldest_s:
            self.members.end_play(self._ended[0][1])
            self._over.append(self._ended.popleft())
        while self._over and self._over[0][0] < at_s - _AWAY_S:
            _, play = self._over.popleft()
            self._at_hand.pop(play, {}).clear()
            for hearer in self.people.forget_play(play):
                self.members.forget(hearer)
        self._debts.forget(at_s)
        self._firsts.forget(at_s - 4 * wait_s)

    def finish(self, at_s: float | None = None) -> list[Finding]:
        """Judge all that is still open.

        Args:
            at_s: When the history ended; what would have been waited for after that is counted as cut short. None: it
                was listened to for long enough.
        """
        if at_s is not None:
            self._any.end_s = at_s
            for channel in self._channels.values():
                channel.end_s = at_s
            found = self._settle(at_s, {})
            return found + self._settle(FOREVER_S, {})
        return self._settle(FOREVER_S, {})

    def channel_of(self, event: Event) -> Channel | None:
        """Return where all stands that is owed of an event's name; None if no law names it."""
        return self._channels.get(named_on(self._hearer(event).service, event.name))

    def awaited_until(self, play: str | None = None) -> float | None:
        """Return when the last of what is owed (in a play) and not heard by all is lost; None if nothing is awaited."""
        times = [one.close_s for channel in self._channels.values() for one in channel.awaited(play)]
        return max(chain(times, self._any.awaited(play), self._series.awaited(play)), default=None)

    def unanswered(self, play: str) -> frozenset[str]:
        """Return the connections of a play on which a fence would tell whether what was emitted came to pass."""
        return self._reader.unanswered(play)

    # --- what became of it

    def _counted(self, found: list[Finding]) -> list[Finding]:
        for finding in found:
            self._found[finding.by] = self._found.get(finding.by, 0) + 1
        return found

    def summary(self) -> tuple[LawSummary, ...]:
        """Return what became of each law, in the profile's order."""
        return tuple(
            LawSummary(law=plan.law.name, tally=plan.tally, findings=self._found.get(plan.law.name, 0))
            for plan in self.plans
        )

    @property
    def foreign(self) -> int:
        """How many events belong to others who use the target at the same time."""
        return sum(channel.foreign for channel in self._channels.values())

    @property
    def too_late(self) -> int:
        """How many events were not judged: their hearer had been away for longer than what it missed is kept."""
        return sum(channel.too_late for channel in self._channels.values())

    @property
    def size(self) -> int:
        """How much is remembered of what is in flight."""
        return self._debts.size + self._firsts.size + self._timers.size
