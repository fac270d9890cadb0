"""The files of a suite: where they are, which belong to it, and that nothing outside of it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from antiphon.core.errors import Mistake, UsageError
from antiphon.scenario.compiler import SuiteFile

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteFolder:
    """A folder with a profile, scenarios and fragments.

    Attributes:
        root: The folder that files named by scenarios lie under.
        profile: The profile's file.
        files: Scenarios and fragments, by path.
        chosen: Paths (relative to the root) to which the command was limited; empty: all.
    """

    root: Path
    profile: Path
    files: tuple[SuiteFile, ...]
    chosen: frozenset[str] = frozenset()

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
        except (OSError, ValueError) as error:
            return f"`{name}` cannot be read: {error}"
        return None


def find_suite(paths: Sequence[Path], *, profile: Path | None, here: Path) -> SuiteFolder:
    """Return the suite that a command means.

    Args:
        paths: Files or folders of scenarios; none: `scenarios/` beside the profile.
        profile: The profile; None: `target.yaml` here.
        here: The current folder.

    Raises:
        NothingHere: There is no profile, or a path that does not exist.
    """
    profile_path = profile if profile is not None else here / "target.yaml"
    if not profile_path.is_file():
        wanted = f"there is no {profile_path.name} here" if profile is None else f"there is no file {profile_path}"
        raise NothingHere(
            sentence=wanted,
            advice="name one with --target, or try `antiphon demo`, which starts an application and plays its suite",
        )
    root = profile_path.parent
    files: dict[str, SuiteFile] = {}
    for folder in _FOLDERS:
        for path in _yaml_below(root / folder):
            files[_name(path, root)] = SuiteFile(_name(path, root), _text(path))
    chosen: set[str] = set()
    for path in paths:
        found = [path] if path.is_file() else _yaml_below(path)
        if not path.exists():
            raise NothingHere(sentence=f"there is no {path}", advice="name scenario files or folders of them")
        for one in found:
            name = _name(one, root)
            chosen.add(name)
            files.setdefault(name, SuiteFile(name, _text(one)))
        if not found:
            chosen.add(_name(path, root))
    return SuiteFolder(
        root=root,
        profile=profile_path,
        files=tuple(files[name] for name in sorted(files)),
        chosen=frozenset(chosen),
    )


def _yaml_below(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.rglob("*") if path.suffix in _ENDINGS and path.is_file())


def _name(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # The loader names the place: a replacement character is none that YAML texts contain by accident.
        return data.decode("utf-8", "replace")
