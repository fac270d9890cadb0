"""What a profile says of coverage, and what is told of mistakes, with their places."""

from __future__ import annotations

import pytest

from antiphon.core.errors import ScenarioError
from antiphon.target.coverage_model import Part
from antiphon.target.coverage_section import share_of
from antiphon.target.loader import load_target
from antiphon.target.model import Target

WORDS = """\
target: t
base_url: http://127.0.0.1:1/api
socket: {}
users: {roles: [OWNER, GUEST]}
operations: {POST /notes: {statuses: [201, 4xx, 503]}, GET /notes: }
events: {hear: [pinned], emit: [typing]}
laws: [{name: l, when: POST /notes -> 201, then: pinned, to: everyone}]
"""
LINES = WORDS.count("\n")
_NOTHING = (
    "1:21 an exception that leaves nothing out"
    " | name an operation, a status, a role, an emit, an event, a law or an actor"
)
_ONE_THING = (
    "1:21 `event` and `law` do not go together"
    " | one exception speaks of one thing; beside `operation` may stand status, role or actor"
)


def told(text: str) -> list[str]:
    """Return what is wrong with a section that begins in line 1."""
    return [_words(problem) for problem in load_target(WORDS + text, "target.yaml", environment={})[1]]


def target(text: str) -> Target:
    """Return a profile, which must be without problems."""
    assert told(text) == []
    found, _ = load_target(WORDS + text, "target.yaml", environment={})
    assert found is not None
    return found


def _words(problem: ScenarioError) -> str:
    source = problem.source
    place = f"{source.line - LINES}:{source.column}" if source is not None else "?"
    return f"{place} {problem}" + (f" | {problem.hint}" if problem.hint else "")


def test_a_share_is_a_percentage_up_to_all() -> None:
    assert [share_of(text) for text in ("90%", " 100 % ", "0%", "99.5%", "5 %")] == [0.9, 1.0, 0.0, 0.995, 0.05]
    assert {share_of(text) for text in ("101%", "90", "-1%", "ninety%", "", "1e1%", "%", "٣%")} == {None}


def test_one_least_share_is_of_every_part_and_a_map_of_its_parts() -> None:
    said = target("coverage: {min: 90%}\n").coverage
    assert {part: one.share for part, one in said.least.items()} == {"": 0.9}
    said = target("coverage:\n  min: {operations: 100%, roles: 50%}\n").coverage
    assert {part: one.share for part, one in said.least.items()} == {"operations": 1.0, "roles": 0.5}
    assert [one.source.line - LINES for one in said.least.values()] == [2, 2]


def test_exceptions_keep_what_they_name_where_and_why() -> None:
    said = target(
        "coverage:\n"
        "  provoked: [POST /notes -> 503]\n"
        "  except:\n"
        "    - {operation: [POST /notes -> 4xx, GET /notes], because: a}\n"
        "    - {role: [OWNER, GUEST], operation: GET /notes, because: b}\n"
        "    - {actor: outsider, emit: typing, because: c}\n"
    ).coverage
    assert [(one.part, one.text, one.because, one.source.line - LINES) for one in said.excepted] == [
        (Part.OPERATIONS, "POST /notes -> 4xx", "a", 4),
        (Part.OPERATIONS, "GET /notes", "a", 4),
        (Part.ROLES, "GET /notes -> OWNER", "b", 5),
        (Part.ROLES, "GET /notes -> GUEST", "b", 5),
        (Part.ACCESS, "emit typing -> outsider", "c", 6),
    ]
    assert [(str(one.operation), one.text) for one in said.provoked] == [("POST /notes", "POST /notes -> 503")]


@pytest.mark.parametrize(
    ("coverage", "wrong"),
    [
        ("5", ["1:11 `coverage` is a number, but must be a map | write {name: value}"]),
        ("{mim: 90%}", ["1:12 unknown key `mim` in `coverage` | did you mean `min`?"]),
        ("{min: 90}", ['1:17 `min` is a number, but must be a text or a map | quote it to make it a text: "90"']),
        ("{min: 190%}", ["1:17 `190%` is no share | write 90%, from 0% to 100%"]),
        ("{min: {operation: 90%}}", ["1:18 unknown part of coverage `operation` | did you mean `operations`?"]),
        ("{min: {laws: most}}", ["1:24 `most` is no share | write 90%, from 0% to 100%"]),
        ("{provoked: POST /notes}", ["1:22 `POST /notes` names no server error | write METHOD /path -> 503"]),
        (
            "{provoked: [POST /notes -> 404]}",
            ["1:23 `POST /notes -> 404` names no server error | write METHOD /path -> 503"],
        ),
        ("{provoked: [notes]}", ["1:23 `notes` is no operation | write METHOD /path -> STATUS"]),
        (
            "{except: [{because: x}]}",
            [
                _NOTHING,
            ],
        ),
        ("{except: [{event: pinned}]}", ["1:21 an exception of coverage needs `because` | why it is left out"]),
        ("{except: [{event: pind, because: x}]}", ["1:29 unknown event `pind` | did you mean `pinned`?"]),
        ("{except: [{emit: tping, because: x}]}", ["1:28 unknown event to emit `tping` | did you mean `typing`?"]),
        (
            "{except: [{emit: typing -> no, because: x}]}",
            ["1:38 unknown answer to an emit `no` | known: ok, refused, sent"],
        ),
        (
            "{except: [{operation: POST /note -> 404, because: x}]}",
            ["1:33 unknown operation `POST /note` | did you mean `POST /notes`?"],
        ),
        (
            "{except: [{operation: POST /notes -> x, because: x}]}",
            ["1:48 `x` is no status | write 201, 2xx or [200, 201]"],
        ),
        ("{except: [{role: GEST, because: x}]}", ["1:28 unknown role `GEST` | did you mean `GUEST`?"]),
        ("{except: [{law: m, because: x}]}", ["1:27 unknown law `m` | known: l"]),
        (
            "{except: [{law: l, case: hear, because: x}]}",
            ["1:36 unknown case of a law `hear` | did you mean `heard`?"],
        ),
        ("{except: [{event: pinned, case: heard, because: x}]}", ["1:43 `case` without `law` | name the law"]),
        (
            "{except: [{event: pinned, law: l, because: x}]}",
            [
                _ONE_THING,
            ],
        ),
        (
            "{except: [{role: GUEST, operation: POST /notes -> 201, because: x}]}",
            ["1:46 an arrow to a status stands here for nothing | leave it out"],
        ),
        (
            "{except: [{status: 404, operation: POST /notes -> 201, because: x}]}",
            ["1:46 an arrow to a status stands here for nothing | leave it out"],
        ),
        (
            "{except: [{actor: a, emit: typing -> ok, because: x}]}",
            ["1:48 an arrow to an answer stands here for nothing | leave it out"],
        ),
        ('{except: [{status: "{{ run.id }}", because: x}]}', ["1:34 `run` means nothing here"]),
        ("{except: [x]}", ["1:21 an exception of coverage is a text, but must be a map | write {name: value}"]),
    ],
)
def test_what_is_wrong_is_told_with_its_column_and_a_hint(coverage: str, wrong: list[str]) -> None:
    assert [one.partition(" | write the value itself")[0] for one in told(f"coverage: {coverage}\n")] == wrong
