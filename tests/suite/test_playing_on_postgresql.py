"""The packaged suite, played against the application on PostgreSQL."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.tools.cluster import Cluster

DEADLINE_S = 220
SECRET = "a secret that both of them know, here"
SUITE = Path(__file__).resolve().parents[2] / "src" / "threadfilesharing" / "suite"


@contextmanager
def application(database_url: str, folder: Path) -> Iterator[str]:
    """Serve the application from a database, and give its root."""
    process = subprocess.Popen(
        [sys.executable, "-m", "threadfilesharing", "--demo", "--port", "0", "--data", folder, "--exit-with-parent"],
        env={**os.environ, "DATABASE_URL": database_url, "TFS_SECRET": SECRET},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        try:
            yield shlex.split(process.stdout.readline())[3]
        finally:
            process.stdin.close()
            process.wait(DEADLINE_S)


def played(here: Path, url: str, database_url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Play the packaged suite in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "antiphon", "run", "--target", SUITE / "target.yaml", "--parallel", "8", *words],
        cwd=here,
        env={
            **os.environ,
            "API_BASE_URL": f"{url}/api/v1",
            "WEBSOCKET_URL": url,
            "TFS_SECRET": SECRET,
            "DATABASE_URL": database_url,
        },
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


@pytest.mark.needs("initdb")
def test_the_whole_suite_holds_on_postgresql(tmp_path: Path, cluster: Cluster, packaged: Any) -> None:
    database_url = cluster.database("played_by_the_suite")
    with application(database_url, tmp_path / "data") as url:
        done = played(tmp_path, url, database_url)
    assert done.returncode in (0, 4), done.stdout + done.stderr
    run = next((tmp_path / ".antiphon" / "runs").iterdir())
    results = [json.loads(line) for line in (run / "results.jsonl").read_text().splitlines()]
    assert {
        result["path"]: result["outcome"] for result in results if result["outcome"] not in ("passed", "void")
    } == {}
    assert len(results) == len(packaged.suite.scenarios)
    # Every company was erased in the end, so that nothing of the run is left.
    assert cluster.sql("SELECT count(*) FROM played_by_the_suite.companies").strip() == "0"


@pytest.mark.needs("initdb")
def test_what_the_access_matrix_reads_and_is_refused_is_the_same_on_postgresql(
    tmp_path: Path, cluster: Cluster
) -> None:
    database_url = cluster.database("played_by_the_matrix")
    words = ("--access", "--only", "access/reads", "--only", "access/refusals")
    with application(database_url, tmp_path / "data") as url:
        done = played(tmp_path, url, database_url, *words)
    assert done.returncode in (0, 4), done.stdout + done.stderr
    assert "differ" not in done.stdout
