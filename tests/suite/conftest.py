"""The packaged suite, read as the command reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from antiphon.core.errors import ScenarioError
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.compiler import Suite, SuiteFile, compile_suite
from antiphon.target.loader import load_target
from antiphon.target.model import Target

PACKAGED = Path(__file__).resolve().parents[2] / "src" / "threadfilesharing" / "suite"


def shown(problems: Iterable[ScenarioError]) -> list[str]:
    """Return problems as an author would read them."""
    return [f"{problem.source}: {problem} ({problem.hint})" for problem in problems]


class Reader:
    """Reads files and insists that they have no problem."""

    def target(self, text: str, path: str) -> Target:
        """Return a profile."""
        target, problems = load_target(text, path, environment={})
        assert shown(problems) == []
        assert target is not None
        return target

    def suite(self, files: Iterable[SuiteFile], vocabulary: Vocabulary) -> Suite:
        """Return a suite."""
        suite = compile_suite(files, vocabulary)
        assert shown(suite.problems) == []
        return suite

    def files(self, folder: Path) -> list[SuiteFile]:
        """Return every scenario and fragment below a folder, with its path relative to it."""
        return [
            SuiteFile(path.relative_to(folder).as_posix(), path.read_text())
            for path in sorted(folder.rglob("*.yaml"))
            if path.name != "target.yaml"
        ]


@dataclass(frozen=True)
class Packaged:
    """The packaged profile and suite, and the files that they were read from."""

    target: Target
    suite: Suite
    files: list[SuiteFile]

    @property
    def fragments(self) -> list[SuiteFile]:
        """The files that hold fragments."""
        return [file for file in self.files if file.path.startswith("fragments/")]


@pytest.fixture(scope="session")
def reader() -> Reader:
    """Return the reader of files."""
    return Reader()


@pytest.fixture(scope="session")
def packaged(reader: Reader) -> Packaged:
    """Return what the wheel holds."""
    target = reader.target((PACKAGED / "target.yaml").read_text(), "target.yaml")
    files = reader.files(PACKAGED)
    return Packaged(target, reader.suite(files, target.vocabulary), files)
