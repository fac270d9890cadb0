"""The examples of files that tests play, and which words of the language and the profile each of them uses.

An example is a file of the packaged suite, of an application in `examples/`, or of a folder of `docs/examples/`;
each of these is played by a test, so that a word which stands in one of them is known to work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from antiphon.language import document
from antiphon.language.filters import FILTERS
from antiphon.language.keys import Fields, Place
from antiphon.language.nodes import Mapping as MapNode
from antiphon.language.nodes import Node, Scalar, Sequence
from antiphon.run.suite_files import find_suite
from antiphon.scenario import step_keys
from antiphon.scenario.compiler import compile_suite
from antiphon.target.loader import load_target
from words import Word, keys, words

ROOT = Path(__file__).resolve().parents[2]
SUITE = ROOT / "src" / "threadfilesharing" / "suite"
EXAMPLES = ROOT / "docs" / "examples"

_FILTER = re.compile(r"\|\s*([a-z0-9_]+)")
_FUNCTION = re.compile(r"\b(fake\.[a-z_]+)|\b(now|range)\(")
_MATCHER = re.compile(r"(?<!#)#(/|[a-z_]+)")


def folders() -> list[Path]:
    """Return every folder whose profile or scenarios are played by a test."""
    applications = ROOT / "examples"
    foreign = [path.parent for path in sorted(applications.rglob("target.yaml"))] if applications.is_dir() else []
    return [*sorted(path for path in EXAMPLES.iterdir() if is_played(path)), SUITE, *foreign]


def is_played(folder: Path) -> bool:
    """Return whether a folder of `docs/examples/` is an example that must hold; commands have examples that do not."""
    return (folder / "scenarios").is_dir() and not (folder / "commands.yaml").is_file()


def profile_of(folder: Path) -> Path:
    """Return the profile that an example is played with: its own, or that of the packaged suite."""
    own = folder / "target.yaml"
    return own if own.is_file() else SUITE / "target.yaml"


def used_words() -> dict[Word, list[str]]:
    """Return the examples in which each word stands, by their paths."""
    found: dict[Word, list[str]] = {word: [] for word in words()}
    by_key = {id(key): word for word, its in keys().items() for key in its}
    for folder in folders():
        for path, text, read in _read(folder):
            used = {str(by_key[id(key)]): by_key[id(key)] for key in read if id(key) in by_key}
            used |= {str(word): word for word in _said(path, text)}
            for word in used.values():
                if word in found:
                    found[word].append(path)
    return found


def _read(folder: Path) -> Iterator[tuple[str, str, list[Any]]]:
    """Yield each file of an example with the keys that were read from it."""
    shown = folder.relative_to(ROOT)
    profile = profile_of(folder)
    text = profile.read_text()
    with _recorded() as read:
        target, _ = load_target(text, profile.name, environment={})
    if profile.is_relative_to(folder):
        yield f"{shown}/{profile.name}", text, list(read.get(profile.name, ()))
    if target is None:
        return
    files = find_suite([], profile=folder / profile.name, here=folder).files if profile.parent == folder else None
    if files is None:
        packaged = find_suite([], profile=profile, here=folder)
        fragments = [file for file in packaged.files if file.path.startswith("fragments/")]
        own = _below(folder)
        files = (*fragments, *own)
    with _recorded() as read:
        compile_suite(files, target.vocabulary, read_file=lambda name: (folder / name).read_bytes(), env=target.env)
    for file in files:
        if (folder / file.path).is_file():
            yield f"{shown}/{file.path}", file.text, list(read.get(file.path, ()))


def _below(folder: Path) -> tuple[Any, ...]:
    from antiphon.scenario.compiler import SuiteFile

    paths = sorted(path for path in folder.rglob("*.yaml") if path.name != "target.yaml")
    return tuple(SuiteFile(path.relative_to(folder).as_posix(), path.read_text()) for path in paths)


@contextmanager
def _recorded() -> Iterator[Mapping[str, list[Any]]]:
    """Note which keys are read, by the file in which they stand."""
    found: dict[str, list[Any]] = {}
    plain = Place.read

    def read(self: Place[Any], mapping: MapNode, *given: Any, **named: Any) -> Fields:
        fields = plain(self, mapping, *given, **named)
        for name in fields:
            found.setdefault(mapping.source.path, []).append(self.keys[name])
        return fields

    Place.read = read  # type: ignore[method-assign]
    try:
        yield found
    finally:
        Place.read = plain  # type: ignore[method-assign]


def _said(path: str, text: str) -> Iterable[Word]:
    """Yield the verbs, matchers, filters and functions that a file names."""
    named: dict[tuple[str, str], Word] = {(word.kind, word.name): word for word in words() if word.kind != "key"}
    root = document.read(text, path).root
    verbs = _verbs(root) if root is not None else set()
    said = "\n".join(_texts(root)) if root is not None else ""
    found = {("verb", verb) for verb in verbs}
    found |= {("filter", name) for name in _FILTER.findall(said) if name in FILTERS}
    found |= {("function", first or second) for first, second in _FUNCTION.findall(said)}
    found |= {("matcher", f"#{name}") for name in _MATCHER.findall(said)}
    return [named[one] for one in sorted(found) if one in named]


def _texts(node: Node) -> Iterator[str]:
    match node:
        case MapNode():
            for entry in node:
                yield entry.name
                yield from _texts(entry.value)
        case Sequence():
            for item in node:
                yield from _texts(item)
        case Scalar(value=str() as text):
            yield text
        case _:
            return


def _verbs(node: Node) -> set[str]:
    """Return the verbs of the steps in a file: keys of blocks, and first words of what users do."""
    if isinstance(node, Sequence):
        return {verb for item in node for verb in _verbs(item)}
    if not isinstance(node, MapNode):
        return set()
    found: set[str] = set()
    for entry in node:
        found |= _verbs(entry.value)
        if entry.name in step_keys.BLOCK_VERBS:
            found.add(entry.name)
        elif isinstance(entry.value, Scalar) and isinstance(entry.value.value, str):
            first = entry.value.value.strip().partition(" ")[0]
            acts = entry.name not in step_keys.STEP_KEYS or entry.name == "do"
            if first in step_keys.USER_VERBS and acts:
                found.add(first)
    return found
