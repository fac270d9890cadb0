from __future__ import annotations

import signal

import pytest

from antiphon.cli.interrupts import held


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_waits_for_the_end_of_the_block_and_takes_effect_then(number: signal.Signals) -> None:
    reached = []

    def interrupted() -> None:
        with held():
            signal.raise_signal(number)
            reached.append(True)

    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert reached
    assert signal.getsignal(number) is before


def test_without_one_nothing_happens() -> None:
    with held():
        pass
