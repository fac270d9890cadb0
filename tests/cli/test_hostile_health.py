"""A target that misbehaves before the first scenario: the run ends with 3 and a sentence that names what it did."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from antiphon.testing.hostile import HTTP, HostileServer, Misbehaviour

if TYPE_CHECKING:
    from conftest import Here

LARGE = "64000000"
QUICK = [plays for plays in HTTP if plays.then != "stalls" and "JSON" not in plays.name and LARGE not in plays.ends_in]


@contextmanager
def misbehaving(plays: Misbehaviour) -> Iterator[str]:
    """Run a misbehaving server on a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = HostileServer(plays)
    asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(20)
    try:
        yield server.url
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.mark.parametrize("plays", QUICK, ids=str)
def test_a_run_against_it_ends_with_3_and_says_what_it_did(here: Here, plays: Misbehaviour) -> None:
    with misbehaving(plays) as url:
        here.suite(url, a=here.asks("never played", "/fine"))
        run = here.antiphon("run")
    assert run.code == 3, run.out + run.err
    assert "cannot reach the target: " in run.err
    assert plays.ends_in in run.err
    assert "0 passed" in run.out
