"""How a client comes back, as a profile says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.target.socket_model import RecoveryProfile

if TYPE_CHECKING:
    from conftest import Bench


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("{}", RecoveryProfile()),
        ("{state: true}", RecoveryProfile(state=True)),
        ("{reconnect: {first: 100ms, longest: 2s}}", RecoveryProfile(first_s=0.1, longest_s=2.0)),
        (
            "{state: true, reconnect: {first: 5, factor: 1, longest: 500, jitter: 0}}",
            RecoveryProfile(state=True, first_s=0.005, factor=1.0, longest_s=0.5, jitter=0.0),
        ),
    ],
)
def test_what_is_said_is_kept_and_the_rest_is_as_usual(bench: Bench, written: str, kept: RecoveryProfile) -> None:
    assert bench.channel(f"recovery: {written}\n").recovery == kept


def test_without_a_word_no_state_is_asked_for(bench: Bench) -> None:
    assert bench.channel("settle: 50ms\n").recovery == RecoveryProfile(state=False)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{reconnect: {factor: 0}}", "3:32 not a number from 1 to 100 | write 1.5"),
        ("{reconnect: {jitter: 2}}", "3:32 not a number from 0 to 1 | write 0.5"),
        ("{resync: {emit: x}}", "3:12 `resync` is known, but this version does not play it yet"),
    ],
)
def test_what_makes_no_policy_is_told(bench: Bench, written: str, told: str) -> None:
    assert bench.wrong(f"recovery: {written}\n") == [told]
