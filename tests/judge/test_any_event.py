"""Items that any event fulfils which mentions a value, if nothing else explains it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from antiphon.core.errors import Problems
from antiphon.judge.aftermath import aftermath
from antiphon.judge.hearing import satisfied, verdicts
from antiphon.judge.verdicts import Kind, Outcome
from antiphon.language.document import read
from antiphon.language.mentions import compile_mentions
from antiphon.scenario.claim_model import HearItem


def anything(make: SimpleNamespace, wanted: str = "r-1", **fields: Any) -> HearItem:
    root = read(wanted, "any.yaml").root
    assert root is not None
    found: HearItem = make.item("any_event", mentions=compile_mentions(root, Problems()), **fields)
    return found


def test_an_event_of_any_name_fulfils_it(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(anything(make)), [make.heard(1, 5, "room_created", {"room": {"id": "r-1"}})])
    assert satisfied(facts)
    (found,) = verdicts(facts)
    assert (found.outcome, found.event) == (Outcome.HELD, "room_created")
    assert found.sentence == 'bob heard any event that mentions "r-1" (room_created) 5 ms after the answer'


def test_without_a_mention_it_is_lost(make: SimpleNamespace) -> None:
    facts = make.facts(make.hear(anything(make)), [make.heard(1, 5, "room_created", {"id": "r-2"})])
    assert not satisfied(facts)
    (found,) = verdicts(facts)
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.LOST)
    assert found.sentence == 'bob did not hear any event that mentions "r-1"'
    assert found.details[0] == "heard in that time: room_created"


@pytest.mark.parametrize("name", ["message_received", "weather"])
def test_what_something_else_explains_does_not_count(make: SimpleNamespace, name: str) -> None:
    events = [make.heard(1, 5, name, {"id": "r-1"})]
    claims = make.hear(make.item(times_low=0), anything(make))
    found = verdicts(make.facts(claims, events, ambient=frozenset({"weather"})))
    assert [(one.outcome, one.kind) for one in found] == [(Outcome.HELD, Kind.HEARD), (Outcome.FAILED, Kind.LOST)]


def test_of_its_own_it_allows_one(make: SimpleNamespace) -> None:
    events = [make.heard(1, 5, "a", {"id": "r-1"}), make.heard(2, 6, "b", {"id": "r-1"})]
    found = verdicts(make.facts(make.hear(anything(make)), events, fence=make.fence()))
    assert [(one.outcome, one.kind) for one in found] == [(Outcome.HELD, Kind.HEARD), (Outcome.FAILED, Kind.DOUBLED)]
    assert found[1].sentence == 'bob heard any event that mentions "r-1" 2 times, not once'


@pytest.mark.parametrize("where", ["no", "never"])
def test_a_mention_that_was_not_to_be_heard_is_a_leak(make: SimpleNamespace, where: str) -> None:
    claims = make.hear(make.item(), **{where: (anything(make),)})
    leak = make.heard(2, 6, "room_created", {"link": "/rooms/r-1"})
    found = verdicts(make.facts(claims, [make.heard(1, 5), leak], fence=make.fence()))
    assert (found[-1].outcome, found[-1].kind, found[-1].evidence) == (Outcome.FAILED, Kind.LEAKED, (2,))
    assert found[-1].sentence.startswith("bob heard room_created, though bob was ")


def test_what_another_item_explains_is_no_leak(make: SimpleNamespace) -> None:
    claims = make.hear(make.item(), no=(anything(make, "hello"),))
    found = verdicts(make.facts(claims, [make.heard(1, 5)], fence=make.fence()))
    assert [one.outcome for one in found] == [Outcome.HELD, Outcome.HELD]
    assert found[1].claim == 'bob does not hear any event that mentions "hello"'


def test_never_looks_until_the_scenario_s_end(make: SimpleNamespace) -> None:
    claims = make.hear(never=(anything(make),))
    facts = make.facts(claims, [make.heard(1, 900, "late", {"id": "r-1"})], fence=make.fence(), judged_s=10.1)
    assert verdicts(facts) == ()
    (found,) = aftermath(facts, make.fence(1000))
    assert (found.outcome, found.kind) == (Outcome.FAILED, Kind.LEAKED)


def test_a_mention_that_has_no_value_here_makes_an_absence_void(make: SimpleNamespace) -> None:
    claims = make.hear(no=(anything(make, '"{{ nothing.id }}"'),))
    (found,) = verdicts(make.facts(claims, [make.heard(1, 5)], fence=make.fence()))
    assert (found.outcome, found.kind) == (Outcome.VOID, Kind.ABSENT)
