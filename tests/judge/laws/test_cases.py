"""Which cases a law has: none in which nothing could be seen."""

from __future__ import annotations

from typing import Any

import pytest
from tests.judge.laws.histories import at, law

from antiphon.judge.laws.cases import cases_of
from antiphon.target.laws.model import Law


def heard(when: str = "POST /rooms -> 201", to: str = "caller", **more: Any) -> Law:
    """Return a law that somebody hears something."""
    return law("l", when, "made", to, **more)


@pytest.mark.parametrize(
    ("of", "cases"),
    [
        (heard(), ["heard", "must not hear", "refused"]),
        (heard(to="everyone"), ["heard", "refused"]),
        (heard(to="everyone except caller"), ["heard", "must not hear", "refused"]),
        (heard(refused_open=True), ["heard", "must not hear"]),
        (heard(after_recovery="owed"), ["heard", "must not hear", "refused", "after recovery"]),
        (heard("emit say -> ok"), ["heard", "must not hear", "refused"]),
        (heard("emit say -> sent"), ["heard", "must not hear"]),
        (heard("connect"), ["heard", "must not hear"]),
        (heard("heard done"), ["heard", "must not hear"]),
        (heard("5s after POST /rooms -> 201"), ["heard", "must not hear"]),
        (heard(agree={"event.id": "payload.id"}), ["heard", "must not hear"]),
        (heard("emit say -> ok", agree={"event.id": "ack.id"}), ["heard", "must not hear"]),
        (heard(agree={"event.id": "payload.id", "event.by": "caller.id"}), ["heard", "must not hear", "refused"]),
        (heard(each=at("payload.members")), ["heard", "must not hear"]),
        (heard(each=at("request.members")), ["heard", "must not hear", "refused"]),
        (heard(kind="any_of"), ["heard", "must not hear", "refused"]),
        (heard(kind="any_event"), ["heard"]),
        (heard(kind="series"), ["heard"]),
        (heard(kind="none"), ["judged"]),
        (heard(kind="answer"), ["judged"]),
        (heard(kind="never"), []),
    ],
)
def test_a_law_has_the_cases_in_which_something_could_be_seen(of: Law, cases: list[str]) -> None:
    assert list(cases_of(of)) == cases
