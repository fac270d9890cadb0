"""The scenarios of Python files: each file is run once, and the functions that it declares are compiled."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import linecache
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from antiphon.core.errors import Mistake, Problems, ScenarioError, UnknownName
from antiphon.core.source import Source
from antiphon.core.text import did_you_mean
from antiphon.engine.play import Frame
from antiphon.language.nodes import Entry, Scalar
from antiphon.language.nodes import Mapping as MapNode
from antiphon.language.vocabulary import Vocabulary
from antiphon.python.declaring import Declared
from antiphon.python.literals import Literals
from antiphon.python.places import place
from antiphon.python.playing import SCENE, play_function
from antiphon.scenario.model import Scenario
from antiphon.scenario.reading import ScenarioReading
from antiphon.scenario.scripted import compile_scripted
from antiphon.scenario.step_model import Fragment


class Suite(Struct, frozen=True, kw_only=True):
    """What scenarios in Python share with the rest of the suite.

    Attributes:
        root: The suite's folder; modules that lie there can be imported.
        vocabulary: The target's words.
        fragments: By name.
        file_problem: Says why a file that a scenario names cannot be used.
    """

    root: Path
    vocabulary: Vocabulary
    fragments: Mapping[str, Fragment]
    file_problem: Callable[[str], str | None]

    def reading(self, problems: Problems, acting: Iterable[str]) -> ScenarioReading:
        """Return the reading of one scenario, or of one step of it."""

        def fragment(name: str, source: Source) -> Fragment | None:
            found = self.fragments.get(name)
            if found is None:
                problems.add(UnknownName(kind="fragment", name=name, source=source, known=sorted(self.fragments)))
            return found

        return ScenarioReading(
            problems=problems,
            file_problem=self.file_problem,
            vocabulary=self.vocabulary,
            fragment=fragment,
            acting=set(acting),
        )


def collect(path: str, suite: Suite) -> tuple[tuple[Scenario, ...], tuple[ScenarioError, ...]]:
    """Return the scenarios of a Python file, in the order in which they stand there, and all its problems.

    Args:
        path: The file, relative to the suite's folder.
        suite: What it shares with the others.
    """
    problems = Problems()
    file = suite.root / path
    try:
        module = _loaded(file, suite.root)
    except _NotLoaded as error:
        problems.add(error.problem)
        return (), problems.in_order()
    declared = sorted(_declared(module, file), key=lambda one: one.line)
    if not declared:
        source = Source(path, 1, 1)
        problems.mistake("this file declares no scenario", source, "`@scenario(TITLE)` before an `async def` makes one")
    found = [_compiled(one, path, file.read_text(encoding="utf-8"), suite, problems) for one in declared]
    return tuple(scenario for scenario in found if scenario is not None), problems.in_order()


def _compiled(declared: Declared, path: str, text: str, suite: Suite, problems: Problems) -> Scenario | None:
    source = place(declared.file, declared.line, 0, suite.root)
    own = Literals(source)
    users = dict(declared.head.get("users") or {})
    for name in declared.parameters:
        if name not in (SCENE, "nobody"):
            users.setdefault(name, {})
    head = {**declared.head, "users": users} if users else dict(declared.head)
    try:
        node = own.map_of(head)
    except Mistake as mistake:
        problems.add(mistake)
        return None
    title = Entry(Scalar("scenario", source), Scalar(declared.title, source, quoted=True))
    root = MapNode((title, *node), source)
    if not inspect.iscoroutinefunction(declared.function):
        problems.mistake(f"`{declared.name}` is no `async def`", source, "its steps are awaited: write async def")
    _asks_for_all(declared, users, source, problems)
    acting = tuple(users)

    async def script(frame: object) -> None:
        if isinstance(frame, Frame):
            await play_function(declared, frame, lambda: suite.reading(Problems(), acting), suite.root)

    identity = f"{_identity(path)}/{declared.name}"
    return compile_scripted(identity, path, text, root, suite.reading(problems, ()), script)


def _asks_for_all(declared: Declared, users: Mapping[str, Any], source: Source, problems: Problems) -> None:
    """Note users who are declared and whom the function cannot name: most likely one of both is misspelt."""
    for name in declared.head.get("users") or {}:
        if name not in declared.parameters:
            others = [one for one in declared.parameters if one not in (declared.head.get("users") or {})]
            hint = did_you_mean(name, others) or f"write async def {declared.name}({', '.join(users)})"
            problems.mistake(f"`{declared.name}` does not ask for its user `{name}`", source, hint)


def _identity(path: str) -> str:
    return path.removesuffix(".py").removeprefix("scenarios/")


class _NotLoaded(Exception):
    def __init__(self, problem: ScenarioError) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _loaded(file: Path, root: Path) -> object:
    """Return a file's module, run anew."""
    folder = str(root.resolve())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    linecache.checkcache(str(file))
    name = f"antiphon_scenarios_{hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise _NotLoaded(Mistake(sentence="this file cannot be loaded", source=Source(file.name, 1, 1)))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        source = place(str(file), error.lineno or 1, error.offset or 0, root)
        raise _NotLoaded(Mistake(sentence=f"no Python: {error.msg}", source=source)) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the author's own code
        raise _NotLoaded(_broke(error, file, root)) from None
    return module


def _broke(error: BaseException, file: Path, root: Path) -> Mistake:
    line = 1
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename) == file:
            line = frame.lineno or 1
    sentence = f"this file cannot be loaded: {type(error).__name__}: {error}"
    return Mistake(sentence=sentence, source=place(str(file), line, 0, root), advice="it is run once when it is read")


def _declared(module: object, file: Path) -> Iterator[Declared]:
    """Yield what a module itself declares, and nothing that it imported."""
    for one in vars(module).values():
        if isinstance(one, Declared) and Path(one.file).resolve() == file.resolve():
            yield one
