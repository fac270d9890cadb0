"""Processes of this machine, found."""

import asyncio
import os
import sys

import pytest

from antiphon.watch.process import find_process

LISTENING = """
import socket
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
input()
"""


@pytest.fixture
async def other():
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        LISTENING,
        "a-name-that-nobody-else-has",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    port = int(await process.stdout.readline())
    yield process.pid, port
    process.stdin.close()
    await process.wait()


async def test_a_process_is_found_by_the_port_that_it_listens_on(other):
    pid, port = other
    assert find_process(port=port) == pid


async def test_a_process_is_found_by_name_and_by_number(other):
    pid, _ = other
    assert find_process(name="a-name-that-nobody-else-has") == pid
    assert find_process(pid=pid) == pid


async def test_antiphon_never_finds_itself():
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    assert find_process(port=server.sockets[0].getsockname()[1]) is None
    assert find_process(pid=os.getpid()) is None
    server.close()
    await server.wait_closed()


def test_what_is_not_there_is_not_found():
    assert find_process(pid=2**22 + 1) is None
    assert find_process(name="no-process-is-called-this") is None
    assert find_process() is None
