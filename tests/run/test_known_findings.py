"""Accepted findings are gone when what they speak of was played and they did not occur."""

from __future__ import annotations

import pytest
from tests.judge.laws.histories import Script

from antiphon.run.known_findings import Exercised
from antiphon.target.laws.model import Known


def known(**fields: str) -> Known:
    return Known(because="b", **fields)  # type: ignore[arg-type]  # only texts


def gone(*of: Known, met: tuple[Known, ...] = (), judged: tuple[str, ...] = ()) -> list[str]:
    """Return what is gone after alice sent a message that bob heard, in the scenario `p`."""
    script = Script().users("alice", "bob").send("alice", 10, 20).message("bob", 15)
    script.emit("bob", "ack", 30, 40).call("bob", "DELETE /rooms/:id", 50, 60, purpose="cleanup").end(90)
    exercised = Exercised(of)
    exercised.read(script.entries)
    return exercised.warnings(met, judged)


@pytest.mark.parametrize(
    ("one", "named"),
    [
        (known(operation="POST /messages"), "POST /messages"),
        (known(operation="emit ack"), "emit ack"),
        (known(operation="POST /messages", event="message", scenario="p"), "POST /messages · message · p"),
        (known(event="message"), "message"),
        (known(event="news:message"), "news:message"),
        (known(scenario="p"), "p"),
        (known(scenario="p", event="never seen again"), "never seen again · p"),
        (known(law="l"), "l"),
        (known(never="l"), "l"),
        (known(law="l", operation="POST /messages", event="message"), "l · message"),
    ],
)
def test_what_was_played_and_did_not_occur_is_gone(one: Known, named: str) -> None:
    assert gone(one, judged=("l",)) == [f"known finding `{named}` is gone: take it out of `known`"]
    assert gone(one, judged=("l",), met=(one,)) == []


@pytest.mark.parametrize(
    "one",
    [
        known(operation="POST /others"),
        known(operation="DELETE /rooms/:id"),
        known(operation="POST /messages", scenario="q"),
        known(event="other"),
        known(scenario="q"),
        known(law="unjudged"),
        known(law="l", scenario="q"),
        known(law="l", operation="POST /others"),
    ],
)
def test_of_what_was_not_played_nothing_is_said(one: Known) -> None:
    assert gone(one, judged=("l",)) == []
