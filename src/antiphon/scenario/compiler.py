"""The compiler of a suite: files of scenarios and fragments become models, and all their problems are told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from msgspec import Struct, field

from antiphon.core.errors import Problems, ScenarioError
from antiphon.language import document
from antiphon.language.nodes import Mapping as MapNode
from antiphon.language.nodes import Node, kind_of
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.file_compiler import compile_scenario
from antiphon.scenario.fragments import Fragments, fragment_name
from antiphon.scenario.model import Scenario
from antiphon.scenario.reading import no_files
from antiphon.scenario.step_model import Fragment


class SuiteFile(Struct, frozen=True):
    """A file of a suite.

    Attributes:
        path: As its author would name it, relative to the suite's folder; problems carry it.
        text: Its contents.
    """

    path: str
    text: str


class Suite(Struct, frozen=True):
    """What a suite's files say.

    Attributes:
        scenarios: By path. A file with problems may be missing or incomplete here.
        fragments: By name.
        problems: All of all files, by file, line and column; with any of them nothing should be played.
    """

    scenarios: tuple[Scenario, ...] = ()
    fragments: Mapping[str, Fragment] = field(default_factory=dict)
    problems: tuple[ScenarioError, ...] = ()


def compile_suite(
    files: Iterable[SuiteFile],
    vocabulary: Vocabulary,
    *,
    files_exist: Callable[[str], str | None] = lambda _name: None,
    read_file: Callable[[str], bytes] = no_files,
    env: Iterable[str] | None = None,
) -> Suite:
    """Return the scenarios and fragments of a suite.

    Args:
        files: The suite's files.
        vocabulary: The target's words; what it does not declare is not checked.
        files_exist: Asked for each file that a scenario names: None if it can be used, else why not (there is none,
            or its path leaves the suite's folder).
        read_file: Gives the contents of a file that a scenario's `examples` name.
        env: The environment variables that templates may read; None: not known here.
    """
    problems = Problems()
    readable: list[tuple[SuiteFile, MapNode]] = []
    for file in sorted(files, key=lambda one: one.path):
        root = _root(file, problems)
        if root is not None:
            readable.append((file, root))
    fragments = Fragments(vocabulary, files_exist, read_file, frozenset(env) if env is not None else None, problems)
    scenarios: list[tuple[SuiteFile, MapNode]] = []
    for file, root in readable:
        if "fragment" in root:
            fragments.add(fragment_name(root, problems), root)
        else:
            scenarios.append((file, root))
    compiled = [
        compile_scenario(file.path, file.text, root, fragments.reading(), fragments.env) for file, root in scenarios
    ]
    _distinct([found[0] for found in compiled if found], problems)
    return Suite(tuple(chain.from_iterable(compiled)), fragments.compile_all(), problems.in_order())


def _root(file: SuiteFile, problems: Problems) -> MapNode | None:
    """Return a file's map, if it says exactly one scenario or one fragment."""
    read = document.read(file.text, file.path)
    problems.extend(read.problems)
    root: Node | None = read.root
    if root is None:
        return None
    hint = "a file begins with `scenario: TITLE` or `fragment: NAME`"
    if not isinstance(root, MapNode):
        problems.mistake(f"a file holds a map, this is {kind_of(root)}", root.source, hint)
        return None
    both = [entry for entry in root if entry.name in ("scenario", "fragment")]
    if len(both) == 2:
        sentence = "a file holds one scenario or one fragment, this is both"
        problems.mistake(sentence, both[1].key.source, "put them into two files")
        return None
    if not both:
        problems.mistake("neither a scenario nor a fragment", root.source, hint)
        return None
    return root


def _distinct(scenarios: Sequence[Scenario], problems: Problems) -> None:
    """Note scenarios whose files differ in their ending only, so that they have one id."""
    first: dict[str, Scenario] = {}
    for scenario in scenarios:
        other = first.setdefault(scenario.file_id, scenario)
        if other is not scenario:
            hint = f"the other one is {other.path}; rename one of them"
            problems.mistake(f"two scenarios are called `{scenario.file_id}`", scenario.source, hint)
