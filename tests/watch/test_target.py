"""The target's waits between two moments."""

import asyncio
import os
from pathlib import Path

import pytest

from antiphon.ticking.real import RealClock
from antiphon.watch.target import TargetWatch


class Hand:
    """A clock that is moved by hand."""

    def __init__(self):
        self.at_s = 0.0

    def now_s(self):
        return self.at_s


@pytest.fixture
def process(tmp_path):
    folder = tmp_path / "7" / "task" / "7"
    folder.mkdir(parents=True)

    def waited(seconds):
        (folder / "schedstat").write_text(f"1 {int(seconds * 1e9)} 3\n")

    waited(1.0)
    waited.root = str(tmp_path)
    return waited


@pytest.fixture
def seen(process):
    """A watch with samples at 0, 10, 20 and 30 s, the waits being 0, 1, 1 and 4 s."""
    hand = Hand()
    watch = TargetWatch(7, hand, root=process.root)
    for at_s, waited_s in ((0, 1), (10, 2), (20, 2), (30, 5)):
        hand.at_s = at_s
        process(waited_s)
        watch.sample()
    yield watch
    watch.stop()


@pytest.mark.parametrize(
    ("start_s", "end_s", "waited_s"),
    [(1, 9, 1), (0, 10, 1), (11, 19, 0), (10, 20, 0), (12, 21, 3), (5, 25, 4), (-5, 5, 1), (22, 23, 3), (29, 30, 3)],
)
def test_the_growth_between_the_samples_around_two_moments_is_the_wait(seen, start_s, end_s, waited_s):
    assert seen.wait_between(start_s, end_s) == pytest.approx(waited_s)


def test_an_end_after_the_last_sample_takes_a_sample_now(seen, process):
    process(7)
    assert seen.wait_between(29, 31) == pytest.approx(5)


@pytest.mark.parametrize("pid", [None, 99])
def test_an_unknown_process_waits_for_nothing_and_says_that_it_is_unknown(pid, tmp_path):
    watch = TargetWatch(pid, Hand(), root=str(tmp_path))
    watch.sample()
    assert not watch.known
    assert watch.wait_between(0, 1) == 0
    watch.stop()


def test_a_process_that_ends_keeps_what_was_seen(seen, process, tmp_path):
    (tmp_path / "7" / "task" / "7" / "schedstat").unlink()
    (tmp_path / "7" / "task" / "7").rmdir()
    (tmp_path / "7" / "task").rmdir()
    seen.sample()
    assert not seen.known
    assert seen.wait_between(12, 21) == pytest.approx(3)
    assert seen.wait_between(29, 99) == pytest.approx(3)


async def test_started_it_samples_on_the_loop_until_it_is_stopped(process):
    clock = RealClock()
    watch = TargetWatch(7, clock, root=process.root)
    watch.start()
    assert watch.known
    process(3.0)
    begun_s = clock.now_s()
    async with asyncio.timeout(60):
        while len(watch._moments) < 4:  # noqa: ASYNC110 - the samples tell nobody
            await asyncio.sleep(0)
    assert watch.wait_between(begun_s - 1, begun_s) == pytest.approx(2.0)
    watch.stop()
    count = len(watch._moments)
    await asyncio.sleep(0)
    assert len(watch._moments) == count


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux")
def test_a_real_process_is_known():
    watch = TargetWatch(os.getppid(), RealClock())
    watch.sample()
    assert watch.known == os.access(f"/proc/{os.getppid()}/task", os.R_OK)
    assert watch.wait_between(0, 1) >= 0
    watch.stop()
