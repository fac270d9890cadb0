"""Compares checker and model on many histories: `python -m tests.judge.laws.model --histories 100000 --seed 1`."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.judge.laws.model import seeds
from tests.judge.laws.model.asking import Comparison, compared
from tests.judge.laws.model.telling import told

_BATCH = 500


def _batch(first: int, count: int) -> tuple[Counter[str], list[Comparison]]:
    counts: Counter[str] = Counter()
    failing = []
    for seed in range(first, first + count):
        one = compared(seed)
        counts[f"changed: {one.changed or 'nothing'}"] += 1
        counts[f"open: {one.open}" if one.open else "judged"] += 1
        counts.update(f"found: {kind}" for kind in one.kinds)
        if one.differences:
            failing.append(one)
    return counts, failing


def main() -> int:
    """Play the histories, print what came of them, and keep the seeds that fail."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1, help="the first of them")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--shown", type=int, default=10, help="how many failures are printed")
    parser.add_argument("--forget", action="store_true", help="keep no failing seeds")
    parser.add_argument("--tell", action="store_true", help="tell the whole history of the first seed")
    asked = parser.parse_args()
    if asked.tell:
        print("\n".join(told(asked.seed)))
        return 0
    began = time.perf_counter()
    counts: Counter[str] = Counter()
    failing: list[Comparison] = []
    firsts = range(asked.seed, asked.seed + asked.histories, _BATCH)
    sizes = [min(_BATCH, asked.seed + asked.histories - first) for first in firsts]
    with ProcessPoolExecutor(asked.jobs) as pool:
        for some, failed in pool.map(_batch, firsts, sizes) if asked.jobs > 1 else map(_batch, firsts, sizes):
            counts.update(some)
            failing += failed
    for what, times in sorted(counts.items()):
        print(f"{times:8}  {what}")
    print(f"{len(failing):8}  differ    ({asked.histories} histories in {time.perf_counter() - began:.1f} s)")
    for one in failing[: asked.shown]:
        print(f"seed {one.seed}, changed: {one.changed or 'nothing'}")
        for line in one.differences:
            print(f"    {line}")
    if failing and not asked.forget:
        seeds.keep(one.seed for one in failing)
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main())
