"""Claims about what is known, and about connections."""

from __future__ import annotations

from typing import Any

import pytest

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE, Source
from antiphon.judge.answers import About
from antiphon.judge.claims import claim_verdict, connect_verdict, missing_verdict, session_verdict, state_verdict
from antiphon.judge.timing import Measured
from antiphon.judge.verdicts import Kind, Outcome
from antiphon.language.document import read
from antiphon.language.matcher import Matcher, compile_claim, compile_matcher
from antiphon.language.scope import NO_NAMES, Names

BOB = About(step="3", user="bob", source=NOWHERE)


def matcher(text: str) -> Matcher:
    root = read(text, "step.yaml").root
    assert root is not None
    return compile_matcher(root, Problems())


def test_a_claim_that_holds_holds() -> None:
    assert claim_verdict((), BOB).outcome is Outcome.HELD


def test_a_claim_that_does_not_hold_tells_every_difference() -> None:
    root = read("{count: 3, name: bob}", "step.yaml").root
    assert root is not None
    differences = compile_claim(root, Problems())(Names({"count": 2, "name": "eve"}))
    found = claim_verdict(differences, BOB)
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.CLAIM)
    assert found.sentence == "the claim differs in `count`: 2 is not 3"
    assert found.details == ('and it differs in `name`: "eve" is not "bob"',)
    assert found.source.path == "step.yaml"


def test_a_save_that_finds_nothing_is_missing() -> None:
    here = Source("fanout.yaml", 7, 3)
    found = missing_verdict("room", "payload.room", BOB, source=here)
    assert (found.outcome, found.kind, found.source) == (Outcome.FAILED, Kind.MISSING, here)
    assert found.sentence == "nothing to save as `room`: there is no `payload.room`"


@pytest.mark.parametrize("by", ["unreachable", "timeout", "not socket.io"])
def test_not_to_be_reached_is_no_refusal(by: str) -> None:
    found = connect_verdict(BOB, refused=True, refused_by=by, detail="connection reset")
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.NOT_REFUSED)


def test_to_be_let_in_is_no_refusal() -> None:
    found = connect_verdict(BOB, refused=True)
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.NOT_REFUSED)
    assert found.sentence == "bob's connect was accepted, though it was to be refused"


def test_an_unexpected_refusal_fails_with_its_reason() -> None:
    found = connect_verdict(BOB, verb="reconnect", refused_by="connect_error", data={"message": "expired"})
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.REFUSED)
    assert found.sentence == "bob's reconnect was refused (connect_error: expired)"
    silent = connect_verdict(BOB, refused_by="timeout", detail="no answer to CONNECT")
    assert silent.sentence == "bob's connect was not answered (timeout: no answer to CONNECT)"


@pytest.mark.parametrize(
    ("took", "outcome"),
    [
        (Measured(measured_s=0.9), Outcome.HELD),
        (Measured(measured_s=1.2), Outcome.FAILED),
        (Measured(measured_s=1.2, lag_end_s=0.3), Outcome.VOID),
    ],
)
def test_connecting_may_have_a_limit(took: Measured, outcome: Outcome) -> None:
    assert connect_verdict(BOB, within_s=1.0, took=took).outcome is outcome


def test_a_session_that_was_to_be_refused() -> None:
    refused = session_verdict(BOB, "login", refused=True, status=401, problem={"code": "BAD_PASSWORD"})
    assert (refused.outcome, refused.sentence) == (Outcome.HELD, 'bob\'s login was refused with 401: "BAD_PASSWORD"')
    let_in = session_verdict(BOB, "login", refused=False, status=200)
    assert (let_in.outcome, let_in.kind) == (Outcome.FAILED, Kind.NOT_REFUSED)
    silent = session_verdict(BOB, "login", refused=False, status=None)
    assert silent.sentence == "bob's login was not answered, though it was to be refused"


def state(verb: Any, state: Any, **fields: Any) -> tuple[Outcome, str]:
    found = state_verdict(BOB, verb, state=state, scope=NO_NAMES, **fields)
    assert found.kind in (Kind.STATE, Kind.LATE)
    return found.outcome, found.sentence


ENDED = {"by": "target", "how": "disconnect packet", "code": 4001, "reason": "logged out"}


def test_connected_means_the_same_connection_as_before() -> None:
    assert state("connected", "same") == (Outcome.HELD, "bob was connected")
    assert state("connected", "replaced") == (
        Outcome.FAILED,
        "bob's connection was connected anew, not the same as before",
    )
    assert state("connected", "closed", closed=ENDED) == (
        Outcome.FAILED,
        'bob\'s connection was closed by the target with code 4001 ("logged out"), not the same as before',
    )
    assert state("connected", "never")[0] is Outcome.FAILED


def test_closed_means_closed() -> None:
    assert state("closed", "closed", closed=ENDED) == (
        Outcome.HELD,
        'bob\'s connection was closed by the target with code 4001 ("logged out")',
    )
    assert state("closed", "same", within_s=2.0) == (Outcome.FAILED, "bob's connection was not closed within 2s")
    assert state("closed", "replaced")[0] is Outcome.FAILED


def test_a_close_may_claim_its_code_and_reason() -> None:
    assert state("closed", "closed", closed=ENDED, code=matcher("4001"), reason=matcher('"#/out/"'))[0] is Outcome.HELD
    outcome, sentence = state("closed", "closed", closed=ENDED, code=matcher("1000"))
    assert outcome is Outcome.FAILED
    assert sentence.endswith("its code differs: 4001 is not 1000")
    assert state("closed", "closed", closed={"by": "network"}, reason=matcher('"#string"'))[0] is Outcome.FAILED


def test_who_was_never_connected_was_not_closed_either() -> None:
    assert state("closed", "never") == (Outcome.FAILED, "bob was never connected, so nothing was closed")
