"""Laws: what each key says, and what is told of mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.scope import Names
from antiphon.target.laws.model import Law, Order, Owed

if TYPE_CHECKING:
    from conftest import LawBench

CALL = "when: POST /notes -> 201"
TO = "to: everyone"
PINNED = f"{CALL}, then: pinned, {TO}"
EVENT_ROOTS = "here stand args, event"
CALL_ROOTS = "here stand caller, path, payload, problem, query, request, resources, response"


def owed(law: Law) -> list[tuple[str, int, int | None]]:
    """Return the events that a law owes, with how often."""
    return [(one.event, one.least, one.most) for one in law.then]


def test_a_law_without_more_than_it_needs(laws: LawBench) -> None:
    law = laws.law(f"{{name: ' a note is heard ', {PINNED}}}")
    assert (law.name, law.kind, owed(law)) == ("a note is heard", "all", [("pinned", 1, 1)])
    assert (law.condition, law.by, law.within_s, law.agree, law.order) == (None, None, None, (), None)
    assert (law.series, law.answer, law.never, law.each, law.after_recovery) == (None, None, None, None, "open")
    assert (law.replay_at_least_once, law.echo, law.per, law.latest, law.refused_open) == (
        *(False, None, "connection", False),
        False,
    )
    assert law.source.column == 3


def test_a_law_with_every_key(laws: LawBench) -> None:
    target = laws.target("""
laws:
  - name: all of it
    when: emit typing -> ok
    if: {data.n: {"#range": [1, null]}, caller.club: "#present"}
    by: members of club data.club
    then: {typing: {times: 1..3}, pinned: }
    to: members of club data.club except caller
    within: 100ms
    agree: {event.by: caller.id, "args[1]": item}
    order: {by: event.club, as: total}
    after_recovery: owed
    replay: at least once
    echo: none
    per: user
    latest: true
    each: data.items
    refused: open
    answer: {ack.ok: true}
environment: shared
""")
    law = target.laws.laws[-1]
    assert law.condition is not None
    assert law.condition.holds(Names({"data": {"n": 2}, "caller": {"club": "c"}}))
    assert not law.condition.holds(Names({"data": {"n": 0}, "caller": {"club": "c"}}))
    assert law.by is not None
    assert law.to is not None
    assert (law.by.text, law.to.text) == ("members of club data.club", "members of club data.club except caller")
    assert owed(law) == [("typing", 1, 3), ("pinned", 1, 1)]
    assert law.within_s == 0.1
    assert [(one.event.text, one.cause.text) for one in law.agree] == [("event.by", "caller.id"), ("args[1]", "item")]
    assert law.order is not None
    assert law.order.by is not None
    assert (law.order.by.text, law.order.as_) == ("event.club", "total")
    assert (law.after_recovery, law.replay_at_least_once, law.echo, law.per) == ("owed", True, "none", "user")
    assert (law.latest, law.refused_open) == (True, True)
    assert law.each is not None
    assert law.each(Names({"data": {"items": [1, 2]}})) == [1, 2]
    assert law.answer is not None
    assert law.answer.holds(Names({"ack": {"ok": True}}))
    assert target.laws.shared


@pytest.mark.parametrize(
    ("written", "kind", "events"),
    [
        ("pinned", "all", [("pinned", 1, 1)]),
        ("[pinned, changed]", "all", [("pinned", 1, 1), ("changed", 1, 1)]),
        ("{pinned: {times: 2}, changed: {times: 0..3}, typing: {times: 1..}}", "all", None),
        ("{any_of: [pinned, changed]}", "any_of", [("pinned", 1, 1), ("changed", 1, 1)]),
        ("{any_of: {pinned: {times: 2}, changed: }}", "any_of", [("pinned", 2, 2), ("changed", 1, 1)]),
        ("any_event", "any_event", [("", 1, 1)]),
        ("{any_event: }", "any_event", [("", 1, 1)]),
        ("{any_event: {times: 1..2}}", "any_event", [("", 1, 2)]),
        ("none", "none", []),
        ("{none: pinned}", "none", [("pinned", 1, 1)]),
        ("{none: [pinned, changed]}", "none", [("pinned", 1, 1), ("changed", 1, 1)]),
    ],
)
def test_then_names_what_is_owed(
    laws: LawBench, written: str, kind: str, events: list[tuple[str, int, int | None]] | None
) -> None:
    law = laws.law(f"{{name: l, {CALL}, then: {written}, {TO}}}")
    assert law.kind == kind
    wanted = [("pinned", 2, 2), ("changed", 0, 3), ("typing", 1, None)] if events is None else events
    assert owed(law) == wanted


def test_a_series_says_what_rises(laws: LawBench) -> None:
    law = laws.law(
        "{name: l, then: {series: pinned, each: event.id, rises: event.n, starts: {event.n: 0}, ends: {event.n: 9}, "
        "owed: true, steps_at_most: 2.5}}"
    )
    series = law.series
    assert (law.kind, law.when, law.then) == ("series", (), ())
    assert series is not None
    assert series.each is not None
    assert series.field is not None
    assert series.starts is not None
    assert series.ends is not None
    assert (series.event, series.each.text, series.field.text, series.strictly) == (
        *("pinned", "event.id", "event.n"),
        True,
    )
    assert (series.owed, series.steps_at_most) == (True, 2.5)
    assert series.starts.holds(Names({"event": {"n": 0}}))
    assert series.ends.holds(Names({"event": {"n": 9}}))
    falling = laws.law("{name: l, then: {series: pinned, never_falls: event.n}}").series
    assert falling is not None
    assert (falling.strictly, falling.each, falling.owed) == (False, None, False)


@pytest.mark.parametrize(
    ("when", "order", "told"),
    [
        ("POST /notes -> 201", "{}", ("answered", "", "")),
        ("emit typing", "{by: event.club}", ("sent", "event.club", "")),
        ("5s after emit typing", "{}", ("sent", "", "")),
        ("[emit typing, POST /notes -> 201]", "{}", ("answered", "", "")),
        ("emit typing", "{as: answered}", ("answered", "", "")),
        ("POST /notes -> 201", "{as: event.n | int rising}", ("rising", "", "event.n | int")),
    ],
)
def test_an_order_follows_answers_or_for_emits_what_was_sent(
    laws: LawBench, when: str, order: str, told: tuple[str, str, str]
) -> None:
    found = laws.law(f"{{name: l, when: {when}, then: pinned, {TO}, order: {order}}}").order
    assert isinstance(found, Order)
    by = found.by.text if found.by is not None else ""
    assert (found.as_, by, found.rising.text if found.rising is not None else "") == told


def test_an_answer_may_be_judged_alone(laws: LawBench) -> None:
    law = laws.law(f'{{name: l, {CALL}, answer: {{payload.text: "{{{{ request.text }}}}", response.status: 201}}}}')
    assert (law.kind, law.to, law.then) == ("answer", None, ())
    assert law.answer is not None
    said = {"request": {"text": "a"}, "payload": {"text": "a"}, "response": {"status": 201, "headers": {}}}
    assert law.answer.holds(Names(said))
    assert not law.answer.holds(Names({**said, "payload": {"text": "b"}}))


def test_never_forbids_calls_events_and_acknowledgements(laws: LawBench) -> None:
    law = laws.law(
        "{name: l, never: {call: {operation: PUT /notes/:id, status: [404, 410], body: {trace: '#string'}}, "
        "event: {pinned: , changed: {by: x}}, ack: {error: y}}}"
    )
    never = law.never
    assert law.kind == "never"
    assert never is not None
    assert never.call is not None
    assert never.call.statuses is not None
    assert never.call.body is not None
    assert str(never.call.operation) == "PUT /notes/:id"
    assert [never.call.statuses.accepts(status) for status in (404, 410, 200)] == [True, True, False]
    assert never.call.body({"trace": "t"}, Names({})) is None
    assert [name for name, _ in never.events] == ["pinned", "changed"]
    assert never.events[0][1] is None
    assert never.events[1][1] is not None
    assert never.ack is not None


def test_no_5xx_stands_by_itself_where_there_are_laws(laws: LawBench) -> None:
    (only,) = laws.target("laws: []\n").laws.laws
    assert (only.name, only.kind) == ("no 5xx", "never")
    assert only.never is not None
    assert only.never.call is not None
    assert only.never.call.statuses is not None
    assert [only.never.call.statuses.accepts(status) for status in (500, 599, 499)] == [True, True, False]
    assert laws.target("").laws.laws == ()
    (own,) = laws.target("laws: [{name: no 5xx, never: {call: {status: 500}}}]\n").laws.laws
    assert own.never is not None
    assert own.never.call is not None
    assert own.never.call.statuses is not None
    assert not own.never.call.statuses.accepts(503)


def test_what_a_cause_heard_is_another_event_than_the_laws(laws: LawBench) -> None:
    law = laws.target(
        f"laws:\n- {{name: a, {PINNED}}}\n"
        f"- {{name: b, when: heard pinned, then: changed, {TO}, agree: {{event.id: event.id}}}}\n"
    ).laws.laws[-1]
    assert [(one.event.text, one.cause.text) for one in law.agree] == [("event.id", "event.id")]


def test_owed_events_know_where_they_stand(laws: LawBench) -> None:
    (first, second) = laws.law(f"{{name: l, {CALL}, then: [pinned, changed], {TO}}}").then
    assert isinstance(first, Owed)
    assert second.source.column - first.source.column == len("pinned, ")


OWES = "the law owes nothing | add then: EVENT with to: AUDIENCE, answer: {ADDRESS: MATCHER}, or never"
EVERYTHING = "say what of it is forbidden; an event that may never come stands without a matcher"


@pytest.mark.parametrize(
    ("law", "told"),
    [
        ("5", ["3 a law is a number, but must be a map | write {name: value}"]),
        ("{}", ["3 a law needs `name` | as people say it", f"3 {OWES}"]),
        (f"{{name: l, {CALL}}}", [f"3 {OWES}"]),
        (f"{{name: l, then: pinned, {TO}}}", ["3 the law has no cause | add when: METHOD /path -> STATUS"]),
        (
            f"{{name: l, {CALL}, then: pinned}}",
            ["3 nobody is said to hear it | add to: members of ROOM ADDRESS, user ADDRESS, caller, or everyone"],
        ),
        (
            f"{{name: l, {CALL}, then: pind, to: evryone}}",
            [
                "45 unknown event `pind` | did you mean `pinned`?",
                "55 `evryone` is no audience | did you mean `everyone`?",
            ],
        ),
        (
            f"{{name: l, {CALL}, then: [], {TO}}}",
            ["45 no event is named | write EVENT, {EVENT: {times: 2}}, or none"],
        ),
        (
            f"{{name: l, {CALL}, then: [pinned, pinned], {TO}}}",
            ["54 `pinned` is owed twice | leave one of them out, or write times: 2"],
        ),
        (
            f"{{name: l, {CALL}, then: {{pinned: 2}}, {TO}}}",
            ["54 `pinned` is a number, but must be a map | write {name: value}"],
        ),
        (
            f"{{name: l, {CALL}, then: {{pinned: {{times: often}}}}, {TO}}}",
            ["62 `times` is not a number of times | write 2, 1..3 or 2.."],
        ),
        (
            f"{{name: l, {CALL}, then: {{pinned: {{times: 3..1}}}}, {TO}}}",
            ["62 `times` is impossible: 3 to 1 | write 2, 1..3 or 2.."],
        ),
        (f"{{name: l, {CALL}, then: {{any_of: [pinned]}}, {TO}}}", ["54 one event is no choice | write then: pinned"]),
        (
            f"{{name: l, {CALL}, then: {{any_of: [pinned, changed], none: typing}}, {TO}}}",
            ["45 `then` says one thing | write one of any_of, any_event, none and series"],
        ),
        ("{name: l, then: {series: pind, rises: event.n}}", ["28 unknown event `pind` | did you mean `pinned`?"]),
        (
            "{name: l, then: {series: pinned, rises: event.n, never_falls: event.m}}",
            ["65 both `rises` and `never_falls` | what rises never falls: write one of them"],
        ),
        (
            "{name: l, then: {series: pinned, starts: {event.n: 1}, owed: true, steps_at_most: 2}}",
            [
                "64 an end is owed, but none is told | write ends: {event.FIELD: 100}",
                "85 `steps_at_most` of nothing | write rises: event.FIELD beside it",
            ],
        ),
        (
            "{name: l, then: {series: pinned, rises: payload.n, ends: {}}}",
            [
                f"43 `payload` means nothing here | {EVENT_ROOTS}",
                "60 `ends` is empty: it claims nothing | write ADDRESS: MATCHER",
            ],
        ),
        (
            "{name: l, then: {series: pinned, rises: event.n}, if: {caller.id: 1}, to: caller}",
            ["57 `if` without a cause | add when: CAUSE", "77 `to` without a cause | add when: CAUSE"],
        ),
        (
            "{name: l, then: {series: pinned, rises: event.n, steps_at_most: 0}}",
            ["67 not a number from 0.001 to 1e+09 | write 0.501"],
        ),
        (f"{{name: l, {PINNED}, if: {{}}}}", ["71 `if` is empty: it claims nothing | write ADDRESS: MATCHER"]),
        (
            f"{{name: l, {PINNED}, if: {{payload.x: '#nothing', data.x: 1, caller.clb: '{{{{ data.y }}}}'}}}}",
            [
                "83 unknown matcher `#nothing` | did you mean `#string`?",
                f"95 `data` means nothing here | {CALL_ROOTS}",
                "113 no user has `clb`: no recipe saves it | did you mean `club`?",
                "122 `data` means nothing here | here stand caller, path, payload, problem, query, request, response",
            ],
        ),
        (
            f"{{name: l, {PINNED}, agree: {{payload.id: event.id, event.id: path.id, event.b: response.body}}}}",
            [
                f"75 `payload` means nothing here | {EVENT_ROOTS}",
                f"87 `event` means nothing here | {CALL_ROOTS}",
                "112 the path has no parameter `id`",
                (
                    "134 `response` has no `body` | response has status and headers; its body is payload, that of an "
                    "error problem"
                ),
            ],
        ),
        (
            f"{{name: l, {PINNED}, agree: {{event.id: 5}}}}",
            ['85 `event.id` is a number, but must be a text | quote it to make it a text: "5"'],
        ),
        (
            "{name: l, when: PUT /notes/:id -> 200, then: changed, to: user path.ids}",
            ["71 the path has no parameter `ids` | did you mean `id`?"],
        ),
        (
            f"{{name: l, {PINNED}, order: {{as: quick}}}}",
            ["79 `quick` is no order | write answered, sent, total, or event.FIELD rising"],
        ),
        (
            f"{{name: l, {PINNED}, order: {{by: payload.x, as: payload.n rising}}}}",
            [
                f"79 `payload` means nothing here | {EVENT_ROOTS}",
                f"94 `payload` means nothing here | {EVENT_ROOTS}",
            ],
        ),
        (
            (
                f"{{name: l, {PINNED}, after_recovery: maybe, replay: often, per: room, latest: 1, refused: no, "
                "within: soon}"
            ),
            [
                "83 unknown after_recovery `maybe` | known: open, owed",
                "98 unknown replay `often` | known: at least once",
                "110 unknown per `room` | known: connection, join, user",
                "124 `latest` is a number, but must be true or false | write true or false",
                "136 unknown refused `no` | known: open",
                "148 `soon` is not a duration | write 500ms, 5s or 2m; a plain number is milliseconds",
            ],
        ),
        (
            f"{{name: l, {CALL}, then: pinned, to: user item}}",
            [f"62 `item` means nothing here | {CALL_ROOTS}"],
        ),
        (
            f"{{name: l, {CALL}, then: none, agree: {{event.id: payload.id}}, order: {{as: sent}}, within: 1s}}",
            [
                "82 `order` says nothing beside `then: none` | leave it out",
                "101 `within` says nothing beside `then: none` | leave it out",
            ],
        ),
        (
            f"{{name: l, {CALL}, answer: {{payload.id: 1}}, to: caller}}",
            ["64 `to` says nothing beside `answer alone` | leave it out"],
        ),
        ("{name: l, never: {event: pinned}, when: connect}", ["37 `when` says nothing beside `never` | leave it out"]),
        (
            "{name: l, never: {}}",
            ["20 `never` forbids nothing | write {call: {status: 5xx}}, {event: NAME} or {ack: …}"],
        ),
        (
            "{name: l, never: {call: {}}}",
            ["27 every call is forbidden | write {status: 5xx}, or {operation: METHOD /path, body: MATCHER}"],
        ),
        (
            "{name: l, never: {call: {status: any}, event: [], ack: '#any'}}",
            [
                "36 `any` is no status that never comes | write 5xx or [500, 502]",
                "49 no event is named | write EVENT, or {EVENT: MATCHER}",
                f"58 the matcher takes every acknowledgement | {EVERYTHING}",
            ],
        ),
        (
            "{name: l, never: {call: {operation: POST /note, body: {}}, event: {pind: {a: '#any'}}}}",
            [
                "39 unknown operation `POST /note` | did you mean `POST /notes`?",
                f"57 the matcher takes every body | {EVERYTHING}",
                "70 unknown event `pind` | did you mean `pinned`?",
                f"76 the matcher takes every `pind` | {EVERYTHING}",
            ],
        ),
        (
            "{name: l, never: {event: {pinned: {a: '{{ caller.id }}'}}}}",
            ["45 `caller` means nothing here | write the value itself: no name is known here"],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_column_and_a_hint(laws: LawBench, law: str, told: list[str]) -> None:
    assert laws.wrong(law) == told


def test_an_environment_is_own_or_shared(laws: LawBench) -> None:
    assert laws.told("environment: mine\n") == ["1:14 unknown environment `mine` | known: own, shared"]
    assert not laws.target("laws: []\nenvironment: own\n").laws.shared
