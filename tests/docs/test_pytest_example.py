"""The example of an ordinary test is played by pytest against the reference application."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import examples

if TYPE_CHECKING:
    from conftest import Applications


def test_the_example_of_users_in_a_test_holds(applications: Applications, tmp_path: Path) -> None:
    shutil.copytree(examples.EXAMPLES / "pytest", tmp_path / "here")
    shutil.copy(examples.SUITE / "target.yaml", tmp_path / "here")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "antiphon.pytest_plugin", "--target", "target.yaml", "tests"],
        cwd=tmp_path / "here",
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **applications.variables(examples.SUITE)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
