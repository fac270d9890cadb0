"""The laws of the reference application: complete, and able to fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.target.laws.model import Law

if TYPE_CHECKING:
    from conftest import Packaged

WITHOUT_A_CAUSE = {"error"}
"""Also answers frames that are no emits, and tokens that expire: no cause of a law names those."""


def owed(law: Law) -> set[str]:
    """Return the events that a law owes to somebody."""
    return {one.event for one in law.then} if law.to is not None else set()


def test_every_event_that_the_application_sends_is_owed_by_a_law(packaged: Packaged) -> None:
    target = packaged.target

    by_law = set().union(*map(owed, target.laws.laws))

    assert set(target.vocabulary.events_heard) - by_law == WITHOUT_A_CAUSE


def test_every_room_that_an_emit_can_join_is_granted(packaged: Packaged) -> None:
    rooms = packaged.target.membership.rooms

    assert {name for name, room in rooms.items() if not room.granted} == set()


def test_what_is_owed_for_certain_is_owed_in_time_and_agrees_with_its_cause(packaged: Packaged) -> None:
    certain = [law for law in packaged.target.laws.laws if any(one.least for one in law.then)]
    greeting = {"connection_established", "authentication_success", "room_joined"}

    assert [law.name for law in certain if not law.agree] == []
    assert [law.name for law in certain if law.within_s is None and not owed(law) & greeting] == []
