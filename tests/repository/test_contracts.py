"""The import contracts: each of them trips where it should."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLANTED = {
    "antiphon/core/text.py": "import antiphon.report.words",  # up the layers
    "antiphon/scenario/model.py": "import antiphon.wire.errors",  # from one of the independent three to another
    "antiphon/language/times.py": "import time",  # not pure, and past the only clock
    "antiphon/report/words.py": "import picows",  # past the only door
    "antiphon/core/source.py": "import threadfilesharing.moment",
    "threadfilesharing/moment.py": "import antiphon.core",
}


def test_every_contract_is_broken_by_an_import_that_it_forbids(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, line in PLANTED.items():
        module = tmp_path / "src" / name
        module.write_text(f"{module.read_text()}\n{line}\n")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src"), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    broken = set(re.findall(r"^(.+?) BROKEN", done.stdout, re.MULTILINE))
    assert broken == {contract["name"] for contract in contracts}, done.stdout + done.stderr
