"""Each fuzzed codec and loader on its seeds and on changed seeds; and that a broken one is noticed."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from fuzz.target import Broken, must
from fuzz.targets import TARGETS

from antiphon.wire import engineio
from fuzz import wire_checks

_CHANGES = 40


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_its_seeds_and_for_nothing(name: str) -> None:
    target = TARGETS[name]
    for data in (b"", *target.seeds()):
        target.check(data)


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_changed_seeds(name: str) -> None:
    target = TARGETS[name]
    dice = random.Random(f"changes of {name}")
    for data in _changed(list(target.seeds()), dice):
        target.check(data[: target.longest])


def test_a_codec_that_forgets_a_byte_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = engineio.encode
    monkeypatch.setattr(engineio, "encode", lambda packet: whole(packet)[:-1])
    with pytest.raises(Broken, match="changes when it is said again"):
        wire_checks.engineio_packet(b"4hello")


def test_what_does_not_hold_is_told_with_the_values() -> None:
    must(True, "nothing")
    with pytest.raises(Broken, match=r"two sizes differ: 1, 2"):
        must(False, "two sizes differ", 1, 2)


def _changed(seeds: list[bytes], dice: random.Random) -> Iterator[bytes]:
    for _ in range(_CHANGES):
        data = bytearray(dice.choice(seeds)[:3_000])
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(data) + 1)
            match dice.randrange(4):
                case 0:
                    data[at:at] = bytes([dice.randrange(256)])
                case 1:
                    del data[at : at + dice.randint(1, 9)]
                case 2:
                    other = dice.choice(seeds)
                    data[at:at] = other[dice.randrange(len(other) + 1) :][:30]
                case _:
                    data[at : at + 1] = b"{}[]'\"#:\n\x00\x1e,"[dice.randrange(12) :][:1]
        yield bytes(data)
