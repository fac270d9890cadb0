"""Causes: what each form says, and what is told of those that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.route import Operation
from antiphon.target.laws.causes import CallCause, Cause, ConnectionCause, EmitCause, HeardCause, TimeCause
from antiphon.target.loader import load_target

if TYPE_CHECKING:
    from conftest import LawBench

FORMS = (
    "write METHOD /path -> STATUS, emit NAME -> ok, connect, disconnect, reconnect, refused, heard NAME, or 5s after "
    "CAUSE unless CAUSE"
)


def cause(laws: LawBench, text: str) -> Cause:
    """Return the cause that a text says."""
    (found,) = laws.law(f"{{name: l, when: '{text}', then: pinned, to: everyone}}").when
    return found


@pytest.mark.parametrize(
    ("text", "accepted", "refused"),
    [
        ("POST /notes -> 201", [201], [200, 400]),
        ("POST /notes->4xx", [400, 404], [201, 500]),
        ("PUT /notes/:id -> [200, 204]", [200, 204], [201]),
        ("PUT /notes/:id", [200, 299], [300, 404]),
    ],
)
def test_a_call_is_done_with_the_statuses_behind_the_arrow(
    laws: LawBench, text: str, accepted: list[int], refused: list[int]
) -> None:
    found = cause(laws, text)
    assert isinstance(found, CallCause)
    assert (found.text, found.service) == (text, "")
    assert [found.statuses.accepts(status) for status in accepted] == [True] * len(accepted)
    assert [found.statuses.accepts(status) for status in refused] == [False] * len(refused)


def test_a_call_may_be_of_a_service(laws: LawBench) -> None:
    text = "services: {billing: {base_url: /billing}}\nbase_url: http://h\nlaws:\n"
    law = "- {name: l, when: 'POST billing:/bills/:id -> 201', answer: {payload.id: '#uuid'}}\n"
    from antiphon.target.loader import load_target

    target, problems = load_target(text + law, "target.yaml", environment={})
    assert problems == ()
    assert target is not None
    (found,) = target.laws.laws[-1].when
    assert isinstance(found, CallCause)
    assert (found.operation, found.service) == (Operation("POST", "billing:/bills/:id"), "billing")


@pytest.mark.parametrize(
    ("text", "name", "outcome"),
    [
        ("emit typing", "typing", "ok"),
        ("emit typing -> ok", "typing", "ok"),
        ("emit typing -> refused", "typing", "refused"),
        ("emit typing  ->  sent", "typing", "sent"),
    ],
)
def test_an_emit_has_an_outcome(laws: LawBench, text: str, name: str, outcome: str) -> None:
    found = cause(laws, text)
    assert isinstance(found, EmitCause)
    assert (found.name, found.outcome) == (name, outcome)


@pytest.mark.parametrize(
    ("text", "what", "only"),
    [
        ("connect", "connect", ""),
        ("connect first", "connect", "first"),
        ("disconnect", "disconnect", ""),
        ("disconnect last", "disconnect", "last"),
        ("reconnect", "reconnect", ""),
        ("refused", "refused", ""),
    ],
)
def test_connections_come_and_go(laws: LawBench, text: str, what: str, only: str) -> None:
    found = cause(laws, text)
    assert isinstance(found, ConnectionCause)
    assert (found.what, found.only) == (what, only)


def test_time_is_counted_from_a_cause_unless_another_comes_in_between(laws: LawBench) -> None:
    found = cause(laws, "500ms after emit typing -> ok unless disconnect last")
    assert isinstance(found, TimeCause)
    assert found.after_s == 0.5
    assert isinstance(found.cause, EmitCause)
    assert isinstance(found.unless, ConnectionCause)
    assert (found.cause.text, found.unless.text) == ("emit typing -> ok", "disconnect last")
    alone = cause(laws, "5s after connect")
    assert isinstance(alone, TimeCause)
    assert alone.unless is None


def test_an_event_that_another_law_owes_is_a_cause(laws: LawBench) -> None:
    found = laws.target(
        "laws:\n- {name: a, when: POST /notes -> 201, then: pinned, to: everyone}\n"
        "- {name: b, when: heard pinned, then: changed, to: everyone, agree: {event.id: event.id}}\n"
    ).laws.laws[-1]
    assert isinstance(found.when[0], HeardCause)
    assert found.when[0].name == "pinned"


def test_a_law_has_several_causes(laws: LawBench) -> None:
    law = laws.law("{name: l, when: [POST /notes -> 201, emit typing -> ok], then: pinned, to: everyone}")
    assert [one.text for one in law.when] == ["POST /notes -> 201", "emit typing -> ok"]
    assert str(law.when[1].source).endswith(":40")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("send it", [f"19 `send it` is no cause | {FORMS}"]),
        ("conect", ["19 `conect` is no cause | did you mean `connect`?"]),
        ("PUT /notes", ["19 unknown operation `PUT /notes` | did you mean `POST /notes`?"]),
        ("post /notes", ["19 `post` is no method | write POST"]),
        ("PUT notes", ["19 a path begins with `/`, not `notes` | write PUT /..."]),
        ("POST /notes -> 2000", ["34 `2000` is no status | write 201, 2xx or [200, 201]"]),
        ("POST /notes -> any", ["34 `any` is no status | write 201, 2xx or [200, 201]"]),
        ("POST /notes ->", ["33 the arrow leads to no status | write 201, 2xx or [200, 201]"]),
        ("POST /notes -> 200", ["34 `POST /notes` is not documented to answer 200 | documented: [201, 4xx]"]),
        (
            "'POST /notes -> [200, 404, 5xx]'",
            ["35 `POST /notes` is not documented to answer 200, 5xx | documented: [201, 4xx]"],
        ),
        ("GET nowhere:/x", ["19 unknown service `nowhere` | known: billing"]),
        ("emit", ["19 `emit` names no event | write emit NAME -> ok"]),
        ("emit jion -> ok", ["24 unknown event to emit `jion` | did you mean `join`?"]),
        ("emit join -> maybe", ["32 unknown outcome of an emit `maybe` | known: ok, refused, sent"]),
        ("heard", ["19 `heard` names no event | write heard NAME"]),
        ("heard pind", ["25 unknown event `pind` | did you mean `pinned`?"]),
        ("connect last", ["19 `connect last` is no cause | write connect, or connect first"]),
        ("disconnect first", ["19 `disconnect first` is no cause | write disconnect, or disconnect last"]),
        ("reconnect now", ["19 `reconnect now` is no cause | write reconnect"]),
        ("5x after connect", ["19 `5x` is no time to wait | write 500ms, 5s or 2m; at most 1h"]),
        ("2h after connect", ["19 `2h` is no time to wait | write 500ms, 5s or 2m; at most 1h"]),
        ("5s after 3s after connect", ["28 a time after a time | count it from the first cause"]),
        ("5s after connect unless refuse", ["43 `refuse` is no cause | did you mean `refused`?"]),
        ("7", ['19 `when` is a number, but must be a text or a list | quote it to make it a text: "7"']),
        ("[]", ["19 no cause is named | write when: METHOD /path -> STATUS"]),
        ("[connect, connect]", ["29 `connect` is named twice | leave one of them out"]),
        ("[connect, 5]", ['29 a cause is a number, but must be a text | quote it to make it a text: "5"']),
    ],
)
def test_what_is_no_cause_is_told_with_its_column(laws: LawBench, text: str, told: list[str]) -> None:
    assert laws.wrong(f"{{name: l, when: {text}, then: pinned, to: everyone}}") == told


SERVICE = """\
target: t
base_url: http://h
socket: {}
services: {billing: {socket: {protocol: websocket, name: op}, fence: {kind: alive}}}
events: {hear: [said, billing:paid], emit: [say, billing:pay]}
membership:
  account: {joined: [{by: emit billing:pay -> ok, room: data.id}], left: [{by: emit billing:pay -> ok, room: data}]}
laws:
"""


def test_events_on_the_sockets_of_services_are_named_with_them() -> None:
    text = SERVICE + "- {name: l, when: emit billing:pay -> ok, then: billing:paid, to: everyone}\n"
    target, problems = load_target(text, "target.yaml", environment={})
    assert target is not None
    assert problems == ()
    cause, owed = target.laws.laws[-1].when[0], target.laws.laws[-1].then[0]
    assert isinstance(cause, EmitCause)
    assert (cause.service, cause.name, owed.event) == ("billing", "pay", "billing:paid")
    assert owed.service == "billing"
    words = target.rooms["account"]
    assert (words.service, words.join, words.join_address, words.leave) == ("billing", "pay", ("id",), "pay")


def test_events_of_another_socket_are_unknown() -> None:
    text = SERVICE + "- {name: l, when: emit billing:say -> ok, then: paid, to: everyone}\n"
    told = [str(problem) for problem in load_target(text, "target.yaml", environment={})[1]]
    assert told == ["unknown event to emit `say`", "unknown event `paid`"]
