"""What is pinned: everything that the project asks for, with hashes, from wherever packages are had."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = {"demo.txt": ("demo",), "dev.txt": ("demo", "dev", "docs")}


def pinned(name: str) -> dict[str, str]:
    """Return the version of each pinned package, and insist that each has a hash."""
    entries = (ROOT / "constraints" / name).read_text().replace("\\\n", " ")
    found = {}
    for line in entries.splitlines():
        if line and not line.startswith("#"):
            assert "--hash=sha256:" in line, line
            package, version = re.match(r"([A-Za-z0-9._-]+)==(\S+)", line).groups()  # type: ignore[union-attr]
            found[canonicalize_name(package)] = version
    return found


@pytest.mark.parametrize("name", EXTRAS)
def test_every_dependency_is_pinned_to_a_version_that_the_project_accepts(name: str) -> None:
    listed = [*PROJECT["dependencies"]]
    for extra in EXTRAS[name]:
        listed += PROJECT["optional-dependencies"][extra]
    versions = pinned(name)
    for requirement in map(Requirement, listed):
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement


def test_the_demo_and_the_tests_play_with_the_same_versions() -> None:
    assert pinned("demo.txt").items() <= pinned("dev.txt").items()


@pytest.mark.parametrize("name", EXTRAS)
def test_no_address_of_a_package_index_is_written_down(name: str) -> None:
    text = (ROOT / "constraints" / name).read_text()
    assert "://" not in text
    assert not re.search(r"--(index-url|extra-index-url|find-links)", text)
