"""Connections that were turned away, and how that was claimed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from antiphon.core.errors import Problems
from antiphon.core.source import Source
from antiphon.judge.answers import About
from antiphon.judge.refusals import data_verdict, refusal_verdict
from antiphon.judge.verdicts import Kind, Outcome
from antiphon.language import document
from antiphon.language.matcher import Matcher, compile_matcher
from antiphon.language.scope import MISSING, Names
from antiphon.scenario.claim_model import Refusal

BOB = About(user="bob")
HERE = Source("played.yaml", 4, 9)
SCOPE = Names({})


@dataclass(frozen=True)
class Came:
    """A refusal as it came."""

    by: str
    detail: str = ""
    data: object = None
    status: int | None = None
    code: int | None = None
    event: str = ""


ERROR = Came("connect_error", "{…}", {"message": "no token", "code": "UNAUTHORIZED"})
HTTP = Came("http", "answered 403", {"code": "NO"}, status=403)
DROP = Came("dropped", "close frame", "not you", code=4401)
EVENT = Came("event", "denied", {"code": "BANNED"}, event="denied")


def matcher(text: str) -> Matcher:
    """Return a matcher as a step would have it."""
    read = document.read(text, "m.yaml")
    assert read.root is not None
    return compile_matcher(read.root, Problems())


@pytest.mark.parametrize(
    ("came", "why"),
    [
        (ERROR, "connect_error: UNAUTHORIZED: no token"),
        (HTTP, "http: NO"),
        (DROP, "dropped: not you"),
        (EVENT, "denied: BANNED"),
    ],
)
def test_every_way_meets_a_claim_that_names_none_and_is_named(came: Came, why: str) -> None:
    found = refusal_verdict(BOB, Refusal(source=HERE), came, SCOPE)
    assert (found.outcome, found.kind) == (Outcome.HELD, Kind.REFUSED)
    assert found.sentence == f"bob's connect was refused ({why})"


@pytest.mark.parametrize(
    ("by", "came", "outcome"),
    [
        ("connect_error", ERROR, Outcome.HELD),
        ("connect_error", HTTP, Outcome.FAILED),
        ("http", HTTP, Outcome.HELD),
        ("dropped", DROP, Outcome.HELD),
        ("dropped", EVENT, Outcome.FAILED),
        ("denied", EVENT, Outcome.HELD),
        ("denied", DROP, Outcome.FAILED),
        ("banned", EVENT, Outcome.FAILED),
    ],
)
def test_a_way_that_is_named_must_be_the_one(by: str, came: Came, outcome: Outcome) -> None:
    assert refusal_verdict(BOB, Refusal(source=HERE, by=by), came, SCOPE).outcome is outcome


def test_another_way_is_told_with_the_one_that_was_claimed() -> None:
    found = refusal_verdict(BOB, Refusal(source=HERE, by="http"), DROP, SCOPE)
    assert found.sentence == "bob's connect was refused (dropped: not you), not with http"
    assert (found.source, found.details) == (HERE, ("close frame",))


def test_a_way_that_the_profile_does_not_name_fails_a_claim_that_names_none() -> None:
    found = refusal_verdict(BOB, Refusal(source=HERE), HTTP, SCOPE, ways=("connect_error", "dropped"))
    assert found.outcome is Outcome.FAILED
    assert found.sentence == (
        "bob's connect was refused (http: NO), and the profile says that the target refuses with connect_error, dropped"
    )
    assert refusal_verdict(BOB, Refusal(source=HERE, by="http"), HTTP, SCOPE, ways=("dropped",)).outcome is Outcome.HELD


@pytest.mark.parametrize(
    ("came", "text"),
    [
        (ERROR, "{code: UNAUTHORIZED}"),
        (HTTP, "{status: 403, body: {code: 'NO'}}"),
        (DROP, "{code: 4401, reason: not you}"),
        (EVENT, "{code: BANNED}"),
    ],
)
def test_what_came_with_a_refusal_is_matched(came: Came, text: str) -> None:
    held = refusal_verdict(BOB, Refusal(source=HERE, data=matcher(text)), came, SCOPE)
    assert held.outcome is Outcome.HELD
    missed = refusal_verdict(BOB, Refusal(source=HERE, data=matcher("{code: 7}")), came, SCOPE)
    assert missed.outcome is Outcome.FAILED
    assert missed.sentence.startswith("bob's connect was refused, and what came with it ")


def test_a_refusal_with_nothing_has_no_data() -> None:
    found = data_verdict(BOB, matcher('"#present"'), MISSING, SCOPE, name="bob's login")
    assert (found.outcome, found.details) == (Outcome.FAILED, ("nothing came with it",))
