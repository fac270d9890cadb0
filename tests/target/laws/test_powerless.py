"""Laws that nothing could break are refused, and those that are like them but can be broken are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import LawBench

CALL = "when: POST /notes -> 201"
PINNED = f"{CALL}, then: pinned, to: everyone"
UNATTRIBUTED = (
    "nothing attributes an event to the cause, so that none could break `then: none` | add agree: {event.FIELD: "
    "ADDRESS}, or name what the call makes under `resources`"
)
NOBODY = "the events are owed to nobody | write then: none for what nobody may hear"
BY_ITSELF = "`no 5xx` forbids all of it already | `no 5xx` stands by itself: leave this one out"


@pytest.mark.parametrize(
    ("law", "told"),
    [
        ("{name: l, when: PUT /notes/:id -> 200, then: none}", [f"48 {UNATTRIBUTED}"]),
        ("{name: l, when: emit typing, then: {none: typing}}", [f"38 {UNATTRIBUTED}"]),
        (f"{{name: l, {CALL}, then: pinned, to: nobody}}", [f"57 {NOBODY}"]),
        (f"{{name: l, {CALL}, then: pinned, to: caller except caller}}", [f"57 {NOBODY}"]),
        (f"{{name: l, {CALL}, then: pinned, to: caller except everyone}}", [f"57 {NOBODY}"]),
        (
            f"{{name: l, {CALL}, then: {{pinned: {{times: 0}}}}, to: everyone}}",
            ["62 `times: 0` owes nothing | write then: {none: [EVENT]}, with what attributes it"],
        ),
        (
            f"{{name: l, {CALL}, then: {{pinned: {{times: 0..}}}}, to: everyone}}",
            ["62 `times: 0..` allows everything | write 1.. if it is owed, 0..3 if it is limited"],
        ),
        (
            f"{{name: l, {CALL}, then: {{pinned: {{times: 0..2}}}}, to: everyone, order: {{as: sent}}}}",
            ["91 an order of events that are never owed | write times: 1 or more"],
        ),
        (
            f"{{name: l, {PINNED}, agree: {{}}}}",
            ["74 `agree` compares nothing | write {event.id: payload.id}"],
        ),
        (
            f"{{name: l, {PINNED}, agree: {{event.id: event.id}}}}",
            ["85 `event.id` is compared with itself | on the right stands a place of the cause, such as payload.id"],
        ),
        (
            f"{{name: l, {PINNED}, by: everyone}}",
            ["71 everybody may cause it: `by` says nothing | leave it out"],
        ),
        (
            "{name: l, when: connect, then: pinned, to: everyone, refused: open, answer: {caller.id: 1}}",
            [
                "65 no cause of the law can be refused | name a call or an emit",
                "79 no cause of the law is answered | name a call or an emit",
            ],
        ),
        (
            f"{{name: l, {CALL}, answer: {{payload.id: '#any'}}}}",
            ['47 every answer is as it says | write what must be there: "#present"'],
        ),
        (
            "{name: l, then: {series: pinned}}",
            [
                (
                    "19 nothing is claimed of the series, so that it could not fail | write rises: event.FIELD, "
                    "never_falls, starts or ends"
                )
            ],
        ),
        (
            f"{{name: l, {PINNED}, echo: all}}",
            [
                (
                    "73 `echo` without an emit | after a call all of the caller's connections hear what the caller "
                    "does; `to` says who"
                )
            ],
        ),
        (
            "{name: l, when: heard pinned, then: changed, to: everyone}",
            ["19 no other law owes `pinned` | a law that owes pinned says when it is heard"],
        ),
        (
            "{name: l, when: 1s after connect unless heard pinned, then: pinned, to: everyone}",
            ["43 no other law owes `pinned` | a law that owes pinned says when it is heard"],
        ),
        (
            f"{{name: l, {PINNED}, per: join}}",
            ["72 no join has a name | name joins: joined: [{by: CAUSE, room: ADDRESS, as: ADDRESS}]"],
        ),
        (
            f"{{name: l, {CALL}, then: pinned, to: members of locked payload.id}}",
            ["57 nobody is ever granted `locked` | add membership.locked.granted"],
        ),
        (
            f"{{name: l, {CALL}, then: pinned, to: role GUEST of lonely payload.id}}",
            [
                (
                    "57 no connection is ever in `lonely` | add membership.lonely.joined: by grant, or [{by: emit "
                    "NAME -> ok, room: data.id}]"
                )
            ],
        ),
        ("{name: l, never: {call: {status: 503}}}", [f"20 {BY_ITSELF}"]),
        ("{name: l, never: {call: {status: 5xx, operation: POST /notes}}}", [f"20 {BY_ITSELF}"]),
        (
            "{name: a, never: {event: {pinned: }}}\n- {name: b, never: {event: {pinned: {a: 1}}}}",
            ["20 `a` forbids all of it already | leave it out"],
        ),
        (
            f"{{name: a, {PINNED}}}\n- {{name: a, {CALL}, then: changed, to: everyone}}",
            ["10 two laws are called `a` | the first stands at target.yaml:24:3"],
        ),
        (
            f"{{name: a, {PINNED}}}\n- {{{PINNED}, name: b}}",
            ["64 `b` asks for nothing that `a` does not ask for | leave it out"],
        ),
        (
            f"{{name: a, {PINNED}}}\n- {{name: b, {PINNED}, within: 1s, agree: {{event.id: payload.id}}}}",
            ["10 `a` asks for nothing that `b` does not ask for | leave it out"],
        ),
    ],
)
def test_a_law_that_cannot_fail_is_refused_with_what_would_make_it_able(
    laws: LawBench, law: str, told: list[str]
) -> None:
    assert laws.wrong(law) == told


@pytest.mark.parametrize(
    "law",
    [
        f"{{name: l, {CALL}, then: none}}",  # a note has an identity
        "{name: l, when: emit typing, then: {none: typing}, agree: {event.by: data.by}}",
        f"{{name: l, {CALL}, then: pinned, to: everyone except caller}}",
        f"{{name: l, {CALL}, then: pinned, to: members of verbs payload.id}}",  # open to all who join
        f"{{name: l, {CALL}, then: {{pinned: {{times: 0..2}}}}, to: everyone}}",
        f"{{name: l, {PINNED}, by: everyone except caller}}",
        f"{{name: l, {PINNED}, by: members of lonely payload.id}}",
        f"{{name: l, {CALL}, answer: {{payload.id: '#any', payload.n: 1}}}}",
        "{name: l, when: [connect, emit typing], then: pinned, to: everyone, echo: all, refused: open}",
        f"{{name: l, {CALL}, then: pinned, to: colleagues of caller.id}}",
        "{name: l, never: {call: {status: [404, 500]}}}",
        "{name: no 5xx, never: {call: {status: [500, 501]}}}",
        "{name: l, never: {ack: {error: x}, call: {status: 500}}}",
        "{name: a, never: {event: {pinned: {a: 1}}}}\n- {name: b, never: {event: {pinned: }}}",
        f"{{name: a, {PINNED}, if: {{payload.x: 1}}}}\n- {{name: b, {PINNED}}}",
        f"{{name: a, {PINNED}}}\n- {{name: b, when: heard pinned, then: changed, to: everyone}}",
        "{name: a, then: {series: pinned, rises: event.n}}\n- {name: b, when: heard pinned, then: changed, to: caller}",
    ],
)
def test_a_law_that_can_fail_is_taken(laws: LawBench, law: str) -> None:
    assert laws.wrong(law) == []


def test_colleagues_need_an_outer_room_that_is_granted(laws: LawBench) -> None:
    from antiphon.target.loader import load_target

    text = (
        "base_url: http://h\nmembership: {room: {joined: [{by: emit j, room: data.id}]}}\n"
        "laws: [{name: l, when: emit say, then: said, to: colleagues of caller.id}]\n"
    )
    _, problems = load_target(text, "target.yaml", environment={})
    assert [(str(one.source), str(one), one.hint) for one in problems] == [
        (
            "target.yaml:3:50",
            "nobody has colleagues: no outer room is ever granted",
            "add to `membership` the outer room that colleagues share, with granted",
        )
    ]
