"""What a scenario in Python plays on: steps in order or at once, claims, fragments, what is done at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, Unpack

from msgspec.structs import replace

from antiphon.core.errors import Mistake
from antiphon.engine.blocks import settle
from antiphon.engine.doing import Doing
from antiphon.engine.play import Frame
from antiphon.engine.scopes import NameSpace
from antiphon.engine.steps import play_step
from antiphon.engine.stops import StopPlay
from antiphon.language.nodes import Entry
from antiphon.language.nodes import Mapping as MapNode
from antiphon.language.nodes import Sequence as ListNode
from antiphon.python import literals
from antiphon.python.answers import Heard, Step
from antiphon.python.deeds import Deed
from antiphon.python.keys import Duration, PauseKeys
from antiphon.python.literals import Literals
from antiphon.python.named import name_of
from antiphon.python.places import here
from antiphon.scenario.reading import ScenarioReading
from antiphon.scenario.step_model import HearStep, ParallelStep, UntilStep
from antiphon.scenario.step_model import Step as StepModel
from antiphon.scenario.steps import Steps

T = TypeVar("T")
Readings = Callable[[], ScenarioReading]


class Scene:
    """The play of one scenario, as its function sees it: ask for it by a parameter called `scene`."""

    def __init__(self, frame: Frame, readings: Readings, root: Path) -> None:
        self.frame = frame
        self.root = root
        self.owed: list[Deed[Any]] = []
        self._readings = readings
        self._number = 0
        self._ends = 0
        self._busy: Deed[Any] | None = None
        self._stopped: StopPlay | None = None

    # -- what is known ---------------------------------------------------------------------------

    @property
    def run_id(self) -> str:
        """The run's id, which every name that is made should carry."""
        return self.frame.play.setting.run_id

    @property
    def inputs(self) -> Mapping[str, Any]:
        """The scenario's inputs, as the run set them."""
        play = self.frame.play
        return {name: play.names.lookup(name) for name in play.scenario.inputs}

    def fake(self, name: str, *given: object) -> Any:
        """Return something made up, as `fake.NAME(...)` of templates does, by the dice of this scenario."""
        makers = self.frame.play.names.lookup("fake")
        make = makers.get(name) if isinstance(makers, dict) else None
        if make is None:
            raise Mistake(sentence=f"nothing makes up `{name}`", source=here(self.root))
        return make(*given)

    # -- steps -----------------------------------------------------------------------------------

    def step(self, written: Mapping[str, object]) -> Deed[Step]:
        """Play any step, written as a map with the keys of YAML."""
        return self._deed(lambda own: own.map_of(_named(written)), lambda doing, _: Step(doing))

    def hear(self, hear: Mapping[Any, object], *, since: str | None = None) -> Deed[Heard]:
        """Claim what several users heard because of the last step that sent something."""
        return self.heard(hear, since)

    def heard(self, hear: Mapping[Any, object], since: str | None) -> Deed[Heard]:
        """Claim what users heard; `since` is an earlier step's name, or `start`."""
        written = _named({"hear": hear, **({"since": since} if since is not None else {})})
        return self._deed(lambda own: own.map_of(written), lambda doing, _: Heard(doing, self.frame.play.sockets))

    def parallel(self, *deeds: Deed[Any], hear: Mapping[Any, object] | None = None) -> Deed[list[Any]]:
        """Play steps at once: all requests are written before any is awaited. Gives what each of them gave."""

        def write(own: Literals) -> MapNode:
            branches = tuple(deed.write(own) for deed in deeds)
            claims = own.map_of(_named({"hear": hear} if hear is not None else {}))
            return _led("parallel", ListNode(branches, own.source, flow=True), claims, own)

        def gives(doing: Doing, kept: dict[str, object]) -> list[Any]:
            branches = doing.step.branches if isinstance(doing.step, ParallelStep) else ()
            done = [_of(doing, branch[0]) for branch in branches]
            return [deed.gives(inner, kept) for deed, inner in zip(deeds, done, strict=True)]

        return self._around(deeds, write, gives)

    def until(
        self,
        deed: Deed[T],
        claim: Mapping[str, object] | None = None,
        *,
        every: Duration | None = None,
        wait: Duration | None = None,
    ) -> Deed[T]:
        """Repeat a step until its claim holds, or, without one, until its own expectations do."""
        limits = {"claim": claim, "every": every, "wait": wait}

        def write(own: Literals) -> MapNode:
            said = own.map_of({key: given for key, given in limits.items() if given is not None})
            return _led("until", _led("do", deed.write(own), said, own), own.map_of({}), own)

        def gives(doing: Doing, kept: dict[str, object]) -> T:
            inner = doing.step.step if isinstance(doing.step, UntilStep) else doing.step
            return deed.gives(_of(doing, inner), kept)

        return self._around((deed,), write, gives)

    def use(self, fragment: str, *, gives: Sequence[str] = (), **given: object) -> Deed[dict[str, Any]]:
        """Play a fragment; users and values are handed over by name, and what it gives comes back by name."""
        taken = {name: name_of(one) for name, one in given.items()}
        written = {"use": fragment, **({"with": taken} if taken else {}), **({"gives": list(gives)} if gives else {})}
        return self._deed(
            lambda own: own.map_of(written), lambda _doing, kept: {name: kept.get(name) for name in gives}
        )

    def claim(self, it: object, matcher: object) -> Deed[Step]:
        """Claim that a value matches, with the difference where it does not."""
        made = self._deed(lambda own: own.map_of({"assert": {"value": matcher}}), lambda doing, _: Step(doing))
        made.names["value"] = it
        return made

    def pause(self, length: Duration, **keys: Unpack[PauseKeys]) -> Deed[Step]:
        """Wait, and say why."""
        return self.step({"pause": length, **keys})

    def at_the_end(self, *deeds: Deed[Any]) -> None:
        """Play steps when the scenario has ended, come what may; the last named comes first."""
        for deed in deeds:
            self._ends += 1
            deed.is_played = True
            step, frame = self._compiled(deed, f"c{self._ends}")
            self.frame.play.cleanup_steps.append((frame, (step,)))

    # -- for users and the player ----------------------------------------------------------------

    def does(
        self,
        who: str,
        line: str,
        keys: Mapping[str, object],
        gives: Any,
        *,
        rest: object,
        names: Mapping[str, object] | None,
    ) -> Deed[Any]:
        """Return a user's step: a verb line, its keys, and what stands behind the line as a value."""
        source = here(self.root)
        text = literals.line(line, source)

        def write(own: Literals) -> MapNode:
            said = text if rest is ... else f"{text} {rest if _is_word(rest) else own.template(rest)}"
            by = own.text(f"{{{{ {who} }}}}" if "[" in who else who)
            actor = (Entry(own.text("by"), by), Entry(own.text("do"), own.text(said)))
            return MapNode((*actor, *own.map_of(_named(keys))), own.source, flow=True)

        return Deed(self, source, write, lambda doing, _: gives(doing), dict(names or {}))

    async def play(self, deed: Deed[T]) -> T:
        """Play a step and return what it gave.

        Raises:
            StopPlay: The rest of the scenario is not run.
            Mistake: The step is wrong, or another one is still being played.
        """
        self._may_begin(deed)
        self._number += 1
        self._busy = deed
        try:
            step, frame = self._compiled(deed, str(self._number))
            doing = await play_step(frame, step)
            if isinstance(step, HearStep):
                await settle(doing, frame)  # what was heard can be asked for at once
            return deed.gives(doing, frame.names.known)
        except StopPlay as stop:
            self._stopped = stop
            raise
        finally:
            self._busy = None

    def _may_begin(self, deed: Deed[Any]) -> None:
        task = asyncio.current_task()
        if self._stopped is not None:
            raise self._stopped  # the function may have caught it; the rest is not run all the same
        if task is not None and task.cancelling():
            # Its time is over, or the run was interrupted: a `finally` of the function gets no further steps.
            raise asyncio.CancelledError
        if deed.is_played:
            advice = "each call of a method makes a step; call it again"
            raise Mistake(sentence="a step is awaited twice", source=deed.source, advice=advice)
        if self._busy is not None:
            advice = "await one after the other, or hand them to `scene.parallel`"
            raise Mistake(sentence="a step begins while another one is played", source=deed.source, advice=advice)
        deed.is_played = True

    def _compiled(self, deed: Deed[Any], number: str) -> tuple[StepModel, Frame]:
        own = Literals(deed.source, self.root)
        reading = self._readings()
        if reading.vocabulary.sockets:
            sockets = ((player.name, player.socket) for player in self.frame.play.players.values())
            reading.channels = {name: one.channel.service for name, one in sockets if one is not None}
        step = Steps(reading).one(deed.write(own), number)
        for problem in reading.problems.in_order():
            raise problem
        if step is None:
            raise Mistake(sentence="a step that cannot be read", source=deed.source)
        known = {**self.frame.names.known, **deed.names, literals.NAME: own.kept}
        return _told(step, own), replace(self.frame, names=NameSpace(known))

    def _deed(self, write: Callable[[Literals], MapNode], gives: Callable[[Doing, dict[str, object]], T]) -> Deed[T]:
        return Deed(self, here(self.root), write, gives, {})

    def _around(
        self,
        deeds: Sequence[Deed[Any]],
        write: Callable[[Literals], MapNode],
        gives: Callable[[Doing, dict[str, object]], T],
    ) -> Deed[T]:
        """Return a step that holds others, which are played with it."""
        names: dict[str, object] = {}
        for deed in deeds:
            if any(name in names and names[name] is not given for name, given in deed.names.items()):
                advice = "fill in one of them with an f-string"
                raise Mistake(sentence="two steps at once fill in one name", source=deed.source, advice=advice)
            names |= deed.names
            deed.is_played = True
        return Deed(self, here(self.root), write, gives, names)


def unplayed(scene: Scene) -> Mistake | None:
    """Return what is wrong with a scenario that wrote a step and never played it."""
    for deed in scene.owed:
        if not deed.is_played:
            return Mistake(
                sentence="a step was written here and never played", source=deed.source, advice="put `await` before it"
            )
    return None


def _of(doing: Doing, step: StepModel) -> Doing:
    """Return the last doing of a step inside a block."""
    found = [one for one in doing.family() if one.step is step]
    if not found:
        raise StopPlay(f"{step.label} was not played")
    return found[-1]


def _told(step: Any, own: Literals) -> Any:
    """Return a step whose label, and those inside it, show values in place of their names."""
    if isinstance(step, ParallelStep):
        step = replace(step, branches=tuple(tuple(_told(one, own) for one in branch) for branch in step.branches))
    elif isinstance(step, UntilStep):
        step = replace(step, step=_told(step.step, own))
    return replace(step, label=own.shown(step.label))


def _led(key: str, node: Any, rest: MapNode, own: Literals) -> MapNode:
    return MapNode((Entry(own.text(key), node), *rest), own.source, flow=True)


def _named(keys: Mapping[str, object]) -> dict[str, object]:
    """Return keys in which users stand by their names."""
    named = dict(keys)
    if isinstance(hear := named.get("hear"), Mapping):
        named["hear"] = {str(who): _parts(what) for who, what in hear.items()}
    token = named.get("token")
    if isinstance(token, Mapping):
        named["token"] = {key: name_of(one) for key, one in token.items()}
    return named


def _parts(what: object) -> object:
    return list(what) if isinstance(what, tuple) else what


def _is_word(rest: object) -> bool:
    return isinstance(rest, str) and rest.isidentifier()
