"""The files of a suite: where they are, which belong to it, and that nothing outside of it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct

from antiphon.core.errors import FilesRefused, Mistake, ScenarioError, UsageError
from antiphon.core.source import Source
from antiphon.core.text import shortened
from antiphon.scenario.compiler import SuiteFile

SCRIPT_PREFIX = "scenario_"
"""What the name of a Python file begins with that holds scenarios."""

_SCRIPT = ".py"
_ENDINGS = (".yaml", ".yml")
_FOLDERS = ("scenarios", "fragments")
_LARGEST_BYTES = 50_000_000


@dataclass(eq=False, kw_only=True)
class NothingHere(UsageError):
    """There is no suite where one was looked for."""

    sentence: str
    advice: str

    def __str__(self) -> str:
        return self.sentence

    @property
    def hint(self) -> str:
        """What to do next."""
        return self.advice


class SuiteFolder(Struct, frozen=True, kw_only=True):
    """A folder with a profile, scenarios and fragments.

    Attributes:
        root: The folder that files named by scenarios lie under.
        profile: The profile's file.
        files: Scenarios and fragments, by path.
        chosen: Paths (relative to the root) to which the command was limited; empty: all.
        problems: Files that belong to the suite and cannot be read.
        scripts: Files of Python scenarios, by path: those below `scenarios/` whose names begin with `scenario_`.
    """

    root: Path
    profile: Path
    files: tuple[SuiteFile, ...]
    chosen: frozenset[str] = frozenset()
    problems: tuple[ScenarioError, ...] = ()
    scripts: tuple[SuiteFile, ...] = ()

    def profile_text(self) -> str:
        """Return what the profile says.

        Raises:
            NothingHere: It cannot be read.
            FilesRefused: It is no text.
        """
        try:
            data = self.profile.read_bytes()
        except OSError as error:
            sentence = f"{self.profile} cannot be read: {(error.strerror or str(error)).lower()}"
            raise NothingHere(sentence=sentence, advice="may you read it?") from None
        text, problem = decoded(data, self.profile.name)
        if problem is not None:
            raise FilesRefused(problems=(problem, *self.problems))
        return text

    def read(self, name: str) -> bytes:
        """Return the bytes of a file that a scenario names.

        Raises:
            Mistake: It lies outside the suite's folder, links resolved, or is missing, or is too large.
        """
        problem = self.problem_with(name)
        if problem is not None:
            raise Mistake(sentence=problem, advice="files that scenarios name lie under the suite's folder")
        return (self.root / name).read_bytes()

    def problem_with(self, name: str) -> str | None:
        """Return why a named file cannot be read; None if it can."""
        root = self.root.resolve()
        try:
            path = (root / name).resolve()
            if not path.is_relative_to(root):
                return f"`{name}` leaves the suite's folder"
            if not path.is_file():
                return f"there is no file `{name}` in the suite's folder"
            if path.stat().st_size > _LARGEST_BYTES:
                return f"`{name}` is larger than 50 MB"
        except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
            return f"`{shortened(name)}` cannot be read: {shortened(str(error))}"
        return None


def find_suite(paths: Sequence[Path], *, profile: Path | None, here: Path) -> SuiteFolder:
    """Return the suite that a command means.

    Args:
        paths: Files or folders of scenarios; none: `scenarios/` beside the profile.
        profile: The profile; None: `target.yaml` here.
        here: The current folder.

    Raises:
        NothingHere: There is no profile, or a path that does not exist or lies outside the profile's folder.
    """
    profile_path = profile if profile is not None else here / "target.yaml"
    if not profile_path.is_file():
        wanted = f"there is no {profile_path.name} here" if profile is None else f"there is no file {profile_path}"
        raise NothingHere(
            sentence=wanted,
            advice="name one with --target, or try `antiphon demo`, which starts an application and plays its suite",
        )
    root = profile_path.parent
    if profile is None and not _is_below(profile_path, root):
        raise NothingHere(
            sentence=f"{profile_path.name} is a link that leaves its folder",
            advice=f"name the file that you mean: --target {profile_path.resolve()}",
        )
    every = {path for folder in _FOLDERS for path in _below(root / folder)}
    chosen: set[str] = set()
    for path in paths:
        found = _asked_for(path, root)
        every.update(found)
        chosen.update(_name(one, root) for one in found or [path])
    files: dict[str, SuiteFile] = {}
    scripts: dict[str, SuiteFile] = {}
    problems: list[ScenarioError] = []
    folders = _Folders(root)
    for path in sorted(every):
        name = folders.name(path)
        text, problem = _text(path, name, folders)
        if problem is not None:
            problems.append(problem)
        else:
            kind = scripts if path.suffix == _SCRIPT else files
            kind[name] = SuiteFile(name, text)
    return SuiteFolder(
        root=root,
        profile=profile_path,
        files=tuple(files[name] for name in sorted(files)),
        chosen=frozenset(chosen),
        problems=tuple(problems),
        scripts=tuple(scripts[name] for name in sorted(scripts)),
    )


def _asked_for(path: Path, root: Path) -> list[Path]:
    """Return the files that a path on the command line stands for."""
    if not path.exists():
        raise NothingHere(sentence=f"there is no {path}", advice="name scenario files or folders of them")
    if not _is_below(path, root):
        raise NothingHere(
            sentence=f"{path} lies outside the suite's folder, {root.resolve()}",
            advice="scenarios lie below the profile's folder, and nothing outside of it is read",
        )
    return [path] if path.is_file() else _below(path)


def _below(folder: Path) -> list[Path]:
    """Return the files of scenarios and fragments in a folder and those below it."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.rglob("*") if _belongs(path) and path.is_file())


def _belongs(path: Path) -> bool:
    return path.suffix in _ENDINGS or (path.suffix == _SCRIPT and path.name.startswith(SCRIPT_PREFIX))


def _is_below(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a link that leads to itself
        return False


def _name(path: Path, root: Path) -> str:
    """Return a file's name as its author would say it: below the root, links as they are written."""
    return _Folders(root).name(path)


class _Folders:
    """Where the folders of a suite are in truth, each asked for once: every file of a folder has its folder's."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._below = root.resolve()
        self._real: dict[Path, Path] = {}

    def name(self, path: Path) -> str:
        """Return a file's name as its author would say it: below the root, links as they are written."""
        written = self._folder(path) / path.name
        return written.relative_to(self._below).as_posix() if written.is_relative_to(self._below) else path.as_posix()

    def holds(self, path: Path) -> bool:
        """Return whether a file is truly below the root."""
        if path.is_symlink():
            return _is_below(path, self._root)
        return self._folder(path).is_relative_to(self._below)

    def _folder(self, path: Path) -> Path:
        folder = path.parent
        if folder not in self._real:
            self._real[folder] = folder.resolve()
        return self._real[folder]


def _text(path: Path, name: str, folders: _Folders) -> tuple[str, ScenarioError | None]:
    source = Source(name, 1, 1)
    if not folders.holds(path):
        sentence = "this file is a link that leaves the suite's folder"
        return "", Mistake(sentence=sentence, source=source, advice="nothing outside the suite's folder is read")
    try:
        data = path.read_bytes()
    except OSError as error:
        sentence = f"this file cannot be read: {(error.strerror or str(error)).lower()}"
        return "", Mistake(sentence=sentence, source=source, advice="may you read it?")
    return decoded(data, source.path)


def decoded(data: bytes, path: str) -> tuple[str, ScenarioError | None]:
    """Return a file's text, and the place of the first byte that is none."""
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        text = data.decode("utf-8", "replace")
        line = before.count("\n")
        column = len(before) - (before.rfind("\n") + 1) + 1
        source = Source(path, line + 1, column, text.split("\n")[line].rstrip("\r"))
        sentence = f"the byte {data[error.start]:#04x} is no UTF-8"
        return text, Mistake(sentence=sentence, source=source, advice="save the file as UTF-8")
