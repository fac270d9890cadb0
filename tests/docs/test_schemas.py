"""Every profile, scenario and fragment that is shipped or shown is valid under the schemas that Antiphon prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import examples
from antiphon.language import document
from antiphon.language.nodes import plain
from antiphon.scenario.schema import scenario_schema
from antiphon.target.loader import load_target
from antiphon.target.schema import profile_schema

FILES = sorted(
    {path for folder in [*examples.folders(), examples.EXAMPLES / "commands"] for path in folder.rglob("*.yaml")}
)
PROFILES = [path for path in FILES if path.name == "target.yaml"]
OTHERS = [path for path in FILES if path.name not in ("target.yaml", "commands.yaml", "openapi.yaml", "asyncapi.yaml")]


def told(path: Path, schema: dict[str, object]) -> list[str]:
    """Return what a schema has against a file."""
    root = document.read(path.read_text(), path.name).root
    assert root is not None
    return [
        f"{error.json_path}: {error.message[:200]}" for error in Draft202012Validator(schema).iter_errors(plain(root))
    ]


def short(path: Path) -> str:
    """Return a file's name as the repository knows it."""
    return path.relative_to(examples.ROOT).as_posix()


@pytest.mark.parametrize("path", PROFILES, ids=short)
def test_every_profile_is_valid(path: Path) -> None:
    assert told(path, profile_schema()) == []


@pytest.mark.parametrize("path", OTHERS, ids=short)
def test_every_scenario_is_valid_for_any_target_and_for_its_own(path: Path) -> None:
    folder = next(parent for parent in path.parents if (parent / "scenarios").is_dir())
    profile = examples.profile_of(folder)
    target, _ = load_target(profile.read_text(), profile.name, environment={})
    assert target is not None
    assert told(path, scenario_schema()) == []
    assert told(path, scenario_schema(target.vocabulary)) == []
