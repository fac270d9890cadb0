"""A handful of tests, run in a folder of their own with the conftest that all tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
LONGEST_S: Final = 100
#: As `make test` does it.
WORKERS: Final = ("-p", "xdist.plugin", "-n", "2", "--dist", "worksteal")


def run_sample(folder: Path, text: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run tests that are written in a text, and return what the test runner says and how it ends."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    (folder / "test_sample.py").write_text(text)
    own = ("-o", "addopts=", "-o", f"pythonpath={ROOT}", "--strict-markers", "-p", "no:cacheprovider")
    # Without the plugins of others, which take seconds to load: the sample needs none.
    environment = {**os.environ, "COLUMNS": "160", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **variables}
    # Of a worker that runs the test that calls this.
    for name in [name for name in environment if name.startswith("PYTEST_XDIST_")]:
        del environment[name]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *own, *words, folder],
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        cwd=folder,
        check=False,
        env=environment,
    )
