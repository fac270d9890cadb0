"""The check of names: walks a file's steps in the order of play and finds names that nobody defined, or twice.

Users, inputs, variables, taken and saved names share one name space. A name inside a block is defined from there on;
branches of `parallel` do not see one another's; the name of a round lives inside its `repeat`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct, field

from antiphon.core.errors import UnknownName
from antiphon.core.source import Source
from antiphon.core.text import did_you_mean
from antiphon.language.reserved import ALWAYS_ROOTS, ANSWER_ROOTS, EVENT_ROOTS, ROW
from antiphon.scenario.claim_model import Hear, Save
from antiphon.scenario.groups import member_name, member_of, socket_name
from antiphon.scenario.model import UserSpec
from antiphon.scenario.reading import ScenarioReading, StepNotes
from antiphon.scenario.renumbering import own_steps
from antiphon.scenario.step_model import (
    Actor,
    CallStep,
    ConnectStep,
    EmitStep,
    HearStep,
    ParallelStep,
    ProbeStep,
    RepeatStep,
    RoomStep,
    SendStep,
    SessionStep,
    Step,
    UntilStep,
    UploadStep,
    UseStep,
    WatchStep,
)
from antiphon.scenario.uses import Use

Stands = Literal["user", "users", "value", "round"]

_MOST_COMPARED = 200
_MOST_HINTS = 100

_OF_CALLS = frozenset({"request", "response", "body", "payload", "problem", "status", "headers", "path", "query"})
_OF_EMITS = frozenset({"data", "ack"})
_OF_PROBES = frozenset({"rows"})
_OF_UPLOADS = _OF_CALLS | {"upload"}
_INDEX = re.compile(r"\[(-?\d{1,9})\]")
_SPOKEN = ANSWER_ROOTS | EVENT_ROOTS | {"upload"}


class Names(Struct):
    """What is defined so far: what each name stands for, and where it was defined."""

    stands: dict[str, Stands] = field(default_factory=dict)
    defined_at: dict[str, Source] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)

    def copy(self) -> Names:
        """Return the same names, to grow apart."""
        return Names(dict(self.stands), dict(self.defined_at), set(self.listed))

    def define(self, name: str, stands: Stands, source: Source) -> None:
        """Define a name, or define it anew."""
        self.stands[name] = stands
        self.defined_at[name] = source

    def forget(self, name: str) -> None:
        """Let a name be unknown again."""
        self.stands.pop(name, None)
        self.defined_at.pop(name, None)


class NamesCheck:
    """Checks one scenario or fragment; what is wrong goes to the reading's problems."""

    def __init__(self, reading: ScenarioReading, *, env: frozenset[str] | None) -> None:
        """Take the file's reading, and the environment variables that the profile lists (None: not known)."""
        self.reading = reading
        self.problems = reading.problems
        self.env = env
        self.columns: tuple[str, ...] | None = None
        self.names = Names()
        self.step_names: dict[str, int] = {}
        self.all_saved: dict[str, Source] = {}
        self.sizes: dict[str, int] = {}
        self.sockets: dict[str, list[str]] = {}
        self.hints = 0

    def define(self, name: str, stands: Stands, source: Source) -> None:
        """Define a name of the document; a second definition is noted."""
        before = self.names.defined_at.get(name)
        if before is not None:
            hint = f"it is defined at {before} already; users, inputs, vars and saved names share one name space"
            self.problems.mistake(f"a second definition of `{name}`", source, hint)
            return
        self.names.define(name, stands, source)

    def uses(self, uses: Iterable[Use], *spoken: frozenset[str], heard: bool = False) -> None:
        """Check names that are looked up.

        Args:
            uses: The names.
            spoken: Those that the step's own answer or events have.
            heard: Whether they stand in an item of `hear`, where an event is spoken of.
        """
        allowed = frozenset[str]().union(*spoken)
        for use in uses:
            if use.root in self.names.stands or use.root in allowed or use.root in ALWAYS_ROOTS:
                if use.root == "env":
                    self._env(use)
                elif use.root in self.sizes:
                    self._index(use)
                continue
            if use.root == ROW:
                self._row(use)
            elif use.root in _SPOKEN or use.root == "body":
                self._spoken(use, heard=heard)
            else:
                self._undefined(use)

    def _row(self, use: Use) -> None:
        if self.columns is None:
            hint = "add `examples` to the scenario; a fragment is given what it needs of a row by `with`"
            self.problems.mistake("`row` speaks of a row of `examples`, and there are none here", use.source, hint)
            return
        name = _part(use, ROW)
        if self.columns and name is not None and name not in self.columns:
            hint = did_you_mean(name, self.columns) or f"columns: {', '.join(self.columns)}"
            self.problems.mistake(f"no column of `examples` is called `{name}`", use.source, hint)

    def _env(self, use: Use) -> None:
        name = _part(use, "env")
        if self.env is not None and name is not None and name not in self.env:
            hint = did_you_mean(name, self.env) or "the profile's `env` lists those that templates may read"
            self.problems.mistake(f"the profile lists no environment variable `{name}`", use.source, hint)

    def _index(self, use: Use) -> None:
        """Check the `9` of `crowd[9].id`; a fragment that is given a group knows no size."""
        found = _INDEX.match(use.text.strip(), len(use.root)) if use.text.strip().startswith(use.root) else None
        size = self.sizes[use.root]
        if found is not None and not -size <= int(found.group(1)) < size:
            self._no_member(f"{use.root}[{int(found.group(1))}]", use.root, size, use.source)

    def _spoken(self, use: Use, *, heard: bool) -> None:
        if use.root in EVENT_ROOTS:
            sentence = f"`{use.root}` speaks of an event, and there is none here"
            self.problems.mistake(sentence, use.source, "it stands in the items of `hear`")
            return
        shown = "$" if use.root in ("response", "ack", "body") and use.text.startswith("$") else use.root
        sentence = f"`{shown}` speaks of a step's own answer, and there is none here"
        hint = f"for later steps write save: {{NAME: {use.root}}} in that step"
        if heard:  # what an event carries is called data or payload nearly everywhere else
            shown = use.text.strip()
            better = f"event{shown.removeprefix(use.root)}" if shown.startswith(use.root) else "event"
            hint = f"what the event carries is `event`, its first argument: `{better}`"
        self.problems.mistake(sentence, use.source, hint)

    def _undefined(self, use: Use) -> None:
        later = self.all_saved.get(use.root)
        if later is not None:
            hint = f"it is defined at {later}, which comes later"
            self.problems.mistake(f"`{use.root}` is used before anything defines it", use.source, hint)
            return
        near = did_you_mean(use.root, self._comparable(self.names.stands))
        hint = near or "define it by `save`, `vars` or `inputs`, or name it among the users"
        self.problems.mistake(f"nothing defines `{use.root}`", use.source, hint)

    def steps(self, steps: Iterable[Step]) -> None:
        """Check steps in the order of play."""
        for step in steps:
            self.step(step)

    def step(self, step: Step) -> None:
        """Check one step and what stands inside it."""
        notes = self.reading.notes.get(step.number) or StepNotes()
        self._since(step)
        if step.name:
            self.step_names[step.name] = self.step_names.get(step.name, 0) + 1
        self.uses(notes.before)
        actor = getattr(step, "actor", None)
        if isinstance(actor, Actor):
            self._actor(actor)
        self._token(step)
        spoken = _spoken_by(step)
        self._inside(step)
        self.uses(notes.answered, spoken)
        self._saves(step)
        for hear in step.hear:
            self._hearer(hear)
        self.uses(notes.heard, spoken, EVENT_ROOTS, heard=True)
        for hear in step.hear:
            for item in hear.positives:
                for save in item.save:
                    self._define_saved(save)

    def _inside(self, step: Step) -> None:
        match step:
            case ParallelStep():
                self._branches(step)
            case RepeatStep():
                self._rounds(step)
            case WatchStep():
                self.steps(step.steps)
            case UntilStep():
                self.step(step.step)
            case UseStep():
                self._use(step)
            case _:
                pass

    def _branches(self, step: ParallelStep) -> None:
        before = self.names
        grown = []
        for branch in step.branches:
            self.names = before.copy()
            self.steps(branch)
            grown.append(self.names)
        self.names = before.copy()
        for names in grown:
            for name, source in names.defined_at.items():
                if name in before.defined_at:
                    continue
                if name in names.listed and name in self.names.listed:
                    continue
                self.define(name, names.stands[name], source)
            self.names.listed |= names.listed

    def _rounds(self, step: RepeatStep) -> None:
        if not step.item_name:
            self.steps(step.steps)
            return
        self.define(step.item_name, "round", step.source)
        self.steps(step.steps)
        if self.names.stands.get(step.item_name) == "round":
            self.names.forget(step.item_name)

    def _use(self, step: UseStep) -> None:
        for name, taken in step.users.items():
            for actor in taken if isinstance(taken, tuple) else (taken,):
                self._actor(actor, several=step.fragment.takes.get(name) == "users")
        for given in step.gives.values():
            self.define(given, "value", step.source)

    def _saves(self, step: Step) -> None:
        for save in step.save:
            self._define_saved(save)
        for save in step.append:
            if save.name not in self.names.stands:
                self.names.define(save.name, "value", save.source)
                self.names.listed.add(save.name)
            elif self.names.stands[save.name] != "value":
                self.problems.mistake(f"`{save.name}` is no list that grows", save.source, "append to another name")

    def _define_saved(self, save: Save) -> None:
        self.define(save.name, "value", save.source)

    def _actor(self, actor: Actor, *, several: bool = True) -> None:
        if not isinstance(actor.name, str) or actor.name == "nobody" or self._member(actor.name, actor.source):
            return
        stands = self.names.stands.get(actor.name)
        if stands in ("user", "round") or (stands == "users" and several):
            self._socket(actor)
            return
        if stands == "users":
            hint = f'do it for each: repeat: {{over: "{{{{ {actor.name} }}}}", as: member}}'
            self.problems.mistake(f"`{actor.name}` is several users, and one is wanted", actor.source, hint)
        elif stands == "value":
            hint = f'write by: "{{{{ {actor.name} }}}}" where a value stands for a user'
            self.problems.mistake(f"`{actor.name}` is a value, no user", actor.source, hint)
        else:
            self._unknown_user(actor.name, actor.source)

    def _socket(self, actor: Actor) -> None:
        """Check which of a user's sockets a step names; one of whoever a name stands for is asked for in play."""
        if not actor.socket or actor.name not in self.sockets:
            return
        known = self.sockets[str(actor.name)]
        if actor.socket not in known:
            self.problems.add(
                UnknownName(kind="socket", name=actor.socket, source=actor.socket_source or actor.source, known=known)
            )

    def user(self, user: UserSpec) -> None:
        """Define a user, or a group, with its sockets."""
        if user.count is not None:
            self.sizes[user.name] = user.count
        self.define(user.name, "user" if user.count is None else "users", user.source)
        self.sockets[user.name] = [socket.name for socket in user.sockets]
        for socket in user.sockets:
            self.define(socket_name(user.name, socket.name), "user", socket.source)

    def _hearer(self, hear: Hear) -> None:
        if hear.user == "nobody" or self._member(hear.user, hear.source):
            return
        stands = self.names.stands.get(hear.user)
        if stands == "value":
            self.problems.mistake(
                f"`{hear.user}` is a value, no user", hear.source, "only users hear; name one of `users`"
            )
        elif stands is None:
            self._unknown_user(hear.user, hear.source)
        elif hear.any and stands == "user":
            hint = f"write `{hear.user}` alone"
            self.problems.mistake(f"`any {hear.user}`, which is one user", hear.source, hint)

    def _member(self, name: str, source: Source) -> bool:
        """Check a name such as `crowd[3]`; return whether it is one."""
        member = member_of(name)
        if member is None:
            return False
        size = self.sizes.get(member.group)
        stands = self.names.stands.get(member.group)
        if stands == "user":
            self.problems.mistake(f"`{member.group}` is one user, no group", source, f"write `{member.group}` alone")
        elif stands is None:
            self._unknown_user(member.group, source)
        elif stands == "value":
            self.problems.mistake(f"`{member.group}` is a value, no group", source, "name one of `users`")
        elif size is not None and member.index >= size:
            self._no_member(name, member.group, size, source)
        return True

    def _no_member(self, name: str, group: str, size: int, source: Source) -> None:
        hint = f"members are counted from 0; the last is `{member_name(group, size - 1)}`"
        self.problems.mistake(f"`{name}` is none of the {size} users of `{group}`", source, hint)

    def _unknown_user(self, name: str, source: Source) -> None:
        known = self._comparable(key for key, stands in self.names.stands.items() if stands != "value")
        self.problems.add(UnknownName(kind="user", name=name, source=source, known=known))

    def _comparable(self, names: Iterable[str]) -> list[str]:
        """Return the names that one more hint may choose from: hostile files have thousands, and thousands unknown."""
        self.hints += 1
        return sorted(names)[:_MOST_COMPARED] if self.hints <= _MOST_HINTS else []

    def _token(self, step: Step) -> None:
        token = None
        if isinstance(step, CallStep):
            token = step.call.token
        elif isinstance(step, SessionStep | ConnectStep):
            token = step.token
        if token is not None and token.kind == "of":
            self._actor(Actor(name=token.user, source=token.source), several=False)

    def _since(self, step: Step) -> None:
        if not isinstance(step, HearStep) or step.since is None or step.since == "start":
            return
        count = self.step_names.get(step.since, 0)
        if count == 0:
            known = sorted({*self.step_names, "start"})
            self.problems.add(UnknownName(kind="step", name=step.since, source=step.source, known=known))
        elif count > 1:
            hint = "give one of them another name"
            self.problems.mistake(f"{count} steps before are named `{step.since}`", step.source, hint)


def _part(use: Use, root: str) -> str | None:
    """Return the first name behind the root of what is looked up, where it is written plainly."""
    parts = use.text.partition("|")[0].strip().split(".")
    return parts[1].partition("[")[0] if parts[0] == root and len(parts) > 1 else None


def _spoken_by(step: Step) -> frozenset[str]:
    """Return the names that speak of this step's answer."""
    match step:
        case CallStep() | SessionStep():
            return _OF_CALLS
        case UploadStep():
            return _OF_UPLOADS
        case EmitStep() | RoomStep() | SendStep():
            return _OF_EMITS
        case ProbeStep():
            return _OF_PROBES
        case UntilStep():
            return _spoken_by(step.step)
        case _:
            return frozenset()


def saved_names(steps: Iterable[Step]) -> Mapping[str, Source]:
    """Return where each name that steps define is defined first."""
    found: dict[str, Source] = {}
    for step in own_steps(steps):
        for save in (*step.save, *step.append, *(s for h in step.hear for i in h.positives for s in i.save)):
            found.setdefault(save.name, save.source)
        if isinstance(step, UseStep):
            for name in step.gives.values():
                found.setdefault(name, step.source)
    return found
