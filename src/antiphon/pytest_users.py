"""The fixtures of the pytest plugin: users for ordinary tests, whose steps are played and judged by Antiphon.

A test is a scenario of the run: its users are made before its first step, what it claims is noted, and when it has
ended its clean-up runs and everything is judged. The test itself is not asynchronous: each method of a user returns
when its step has been played.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from antiphon.core.errors import AntiphonError, Problems
from antiphon.core.source import Source
from antiphon.engine.play import Frame
from antiphon.engine.stops import StopPlay
from antiphon.language.nodes import Entry
from antiphon.language.nodes import Mapping as MapNode
from antiphon.pytest_session import ItemOutcome, PlayedItems
from antiphon.python.collecting import Suite
from antiphon.python.deeds import Deed
from antiphon.python.literals import Literals
from antiphon.python.people import Group, User
from antiphon.python.places import path_of
from antiphon.python.playing import as_steps
from antiphon.python.scene import Scene, unplayed
from antiphon.run.results import ScenarioResult
from antiphon.scenario.model import Scenario
from antiphon.scenario.scripted import compile_scripted

T = TypeVar("T")
MakeUsers = Callable[..., "People"]

_TIMEOUT = "300s"


class Stopped(Exception):
    """The rest of the test is not run: a step that must hold did not, or an answer that is needed never came."""


class Antiphon:
    """Antiphon's run, as a test sees it."""

    def __init__(self, session: PlayedItems, node: str, path: Path, line: int) -> None:
        self._session = session
        self._node = node
        self._path = path
        self._line = line
        self._bench: _Bench | None = None

    @property
    def target(self) -> str:
        """The target's name."""
        return self._session.running.job.target.name

    @property
    def base_url(self) -> str:
        """Where its REST API is."""
        return self._session.running.job.target.base_url

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self._session.running.job.run_id

    def play(self, name: str) -> ItemOutcome:
        """Play a scenario of the suite, by its name or the end of it, and return what came of it."""
        return self._session.play_scenario(self._session.scenario(name))

    def users(self, **users: Mapping[str, object]) -> People:
        """Make, log in and connect users, each with the keys that it has in YAML: `alice={"role": "OWNER"}`."""
        if self._bench is not None:
            raise Stopped("a test makes its users once: name them all in one call of `users`")
        self._bench = _Bench(self._session, self._node, self._path, self._line, users)
        return self._bench.people()

    def close(self, error: Exception | None = None) -> ItemOutcome | None:
        """End the test's play, if it has one, with what the test raised, and return what came of it."""
        bench, self._bench = self._bench, None
        return bench.close(error) if bench is not None else None


class People:
    """The users of a test: by name (`people.alice`), in the order named (`alice, bob = people`), and the `scene`."""

    def __init__(self, bench: _Bench, names: tuple[str, ...]) -> None:
        self._names = names
        self.scene = SyncScene(bench)
        for name in names:
            setattr(self, name, SyncUser(bench, name))

    def __getattr__(self, name: str) -> SyncUser:
        raise AttributeError(f"no user is called {name}; there are {', '.join(self._names)}")

    def __iter__(self) -> Iterator[SyncUser]:
        return iter(getattr(self, name) for name in self._names)


class SyncUser:
    """A user whose methods return when their steps have been played; `later` has those that only write them."""

    def __init__(self, bench: _Bench, name: str) -> None:
        self._bench = bench
        self.later: Any = bench.actor(name)

    def __getattr__(self, name: str) -> Any:
        return self._bench.awaited(getattr(self.later, name))

    def __getitem__(self, key: Any) -> Any:
        found = self.later[key]
        return SyncUser(self._bench, found.name) if isinstance(found, User) else found

    def __str__(self) -> str:
        return str(self.later)


class SyncScene:
    """The scene of a test: `parallel`, `claim`, `use` and so on, as in scenarios in Python."""

    def __init__(self, bench: _Bench) -> None:
        self._bench = bench

    def __getattr__(self, name: str) -> Any:
        return self._bench.awaited(getattr(self._bench.scene, name))


class _Bench:
    """One test's play: the test's thread hands over steps, the run's loop plays them."""

    def __init__(
        self, session: PlayedItems, node: str, path: Path, line: int, users: Mapping[str, Mapping[str, object]]
    ) -> None:
        self._running = session.running
        self._steps: asyncio.Queue[tuple[Deed[Any] | Exception | None, Future[Any]]] = asyncio.Queue()
        self._ready: Future[Scene] = Future()
        self._names = tuple(users)
        root = session.loaded.folder.root
        self._suite = Suite(
            root=root,
            vocabulary=session.loaded.target.vocabulary,
            fragments=session.loaded.suite.fragments,
            file_problem=session.loaded.folder.problem_with,
        )
        scenario = self._scenario(node, path, line, users, root)
        self._played: Future[ScenarioResult] = self._running.submit(self._running.run.play_one(scenario))
        self._played.add_done_callback(self._over)

    @property
    def scene(self) -> Scene:
        """The play's scene."""
        return self._ready.result()

    def people(self) -> People:
        """Return the users, once they are made."""
        self._running.result_of(self._ready)
        return People(self, self._names)

    def actor(self, name: str) -> User | Group:
        """Return a user or a group."""
        view = self.scene.frame.names.lookup(name)
        return Group(self.scene, name) if isinstance(view, list | tuple) else User(self.scene, name)

    def awaited(self, found: Any) -> Any:
        """Return a method that plays what it writes; anything else as it is."""
        if not callable(found):
            return found

        def call(*given: Any, **keys: Any) -> Any:
            made = found(*given, **keys)
            return self._play(made) if isinstance(made, Deed) else made

        return call

    def close(self, error: Exception | None) -> ItemOutcome:
        """Let the play end, and return what came of it."""
        if not self._played.done():
            self._hand_over(error)
        return self._running.outcome(self._running.result_of(self._played))

    def _play(self, deed: Deed[T]) -> T:
        try:
            found: T = self._running.result_of(self._hand_over(deed))
        except StopPlay as stop:
            raise Stopped(str(stop)) from None
        return found

    def _hand_over(self, deed: Deed[Any] | Exception | None) -> Future[Any]:
        answer: Future[Any] = Future()
        if self._played.done():
            raise Stopped("the test's play is over")
        self._running.submit(self._steps.put((deed, answer)))
        return answer

    def _over(self, _played: Future[ScenarioResult]) -> None:
        """Leave nobody waiting once the play has ended."""
        if not self._ready.done():
            self._ready.set_exception(Stopped("the users could not be made"))
        while not self._steps.empty():
            _, answer = self._steps.get_nowait()
            answer.set_exception(Stopped("the test's play is over"))

    async def _script(self, frame: object) -> None:
        if not isinstance(frame, Frame):
            return
        scene = Scene(frame, lambda: self._suite.reading(Problems(), self._names), self._suite.root)
        self._ready.set_result(scene)
        await as_steps(self._steps_of(scene), frame, self._suite.root)
        if (mistake := unplayed(scene)) is not None:
            raise mistake

    async def _steps_of(self, scene: Scene) -> None:
        """Play what the test hands over until it has ended."""
        while True:
            deed, answer = await self._steps.get()
            if not isinstance(deed, Deed):
                answer.set_result(None)
                if deed is not None:
                    raise deed
                return
            try:
                answer.set_result(await scene.play(deed))
            except BaseException as error:
                answer.set_exception(error if isinstance(error, Exception) else Stopped("the test's play is over"))
                raise

    def _scenario(
        self, node: str, path: Path, line: int, users: Mapping[str, Mapping[str, object]], root: Path
    ) -> Scenario:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        lines = text.splitlines()
        source = Source(path_of(str(path), root), line, 1, lines[line - 1] if 0 < line <= len(lines) else "")
        own = Literals(source, root)
        head = {
            "scenario": node,
            "timeout": _TIMEOUT,
            "retries": 0,
            "users": {name: {**keys} for name, keys in users.items()},
        }
        problems = Problems()
        reading = self._suite.reading(problems, ())
        entries = [Entry(own.text(key), own.node(value)) for key, value in head.items() if value != {}]
        identity = re.sub(r"[^\w/.\[\]-]+", "/", node.removesuffix(".py").replace(".py::", "/"))
        scenario = compile_scripted(identity, source.path, text, MapNode(tuple(entries), source), reading, self._script)
        for problem in problems.in_order():
            raise problem
        if scenario is None:
            raise AntiphonError
        return scenario
