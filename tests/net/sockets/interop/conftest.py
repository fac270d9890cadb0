"""Programs of Node's that the tests of interoperation run: Socket.IO servers, and Socket.IO's own parsers."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
MODULES = HERE.parents[3] / ".node" / "node_modules"
DEADLINE_S = 60.0

Start = Callable[..., Awaitable[int]]
Decode = Callable[[list[dict[str, Any]]], list[Any]]


@pytest.fixture(autouse=True, scope="session")
def modules() -> Path:
    """Leave these tests out where their modules are not installed; where everything is required they fail."""
    if not (MODULES / "socket.io").is_dir():
        leave = pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip
        leave("Node's modules are not installed: `make node` does it")
    return MODULES


@pytest.fixture(scope="session")
def node_environment(modules: Path) -> dict[str, str]:
    """Return the environment in which Node finds what was installed for the tests."""
    return {**os.environ, "NODE_PATH": str(modules)}


@pytest.fixture
async def node_server(node_environment: dict[str, str]) -> AsyncIterator[Start]:
    """Start servers of Node's: `port = await node_server(version=2)`."""
    started: list[asyncio.subprocess.Process] = []

    async def start(**options: Any) -> int:
        process = await asyncio.create_subprocess_exec(
            *("node", str(HERE / "server.js"), json.dumps(options)),
            env=node_environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            return int(await process.stdout.readline())

    yield start
    for process in started:
        assert process.stdin is not None
        process.stdin.close()  # the server's word to go
        async with asyncio.timeout(DEADLINE_S):
            await process.wait()


@pytest.fixture(scope="session")
def node_decodes(node_environment: dict[str, str]) -> Decode:
    """Return what asks Node's parsers about a list of packets and bodies."""

    def decode(asked: list[dict[str, Any]]) -> list[Any]:
        done = subprocess.run(
            ["node", str(HERE / "decode.js")],
            env=node_environment,
            input="".join(f"{json.dumps(each)}\n" for each in asked),
            capture_output=True,
            text=True,
            timeout=100,
            check=True,
        )
        answers = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
        assert len(answers) == len(asked)
        return answers

    return decode
