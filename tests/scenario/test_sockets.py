"""The further sockets of a user, as they are read."""

from __future__ import annotations

import pytest

from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.compiler import SuiteFile, compile_suite
from antiphon.scenario.model import Scenario
from antiphon.scenario.step_model import EmitStep


def _compiled(users: str, steps: str) -> tuple[Scenario | None, list[str]]:
    text = f"scenario: sockets\nusers: {users}\nsteps:\n{steps}"
    suite = compile_suite([SuiteFile("scenarios/a.yaml", text)], Vocabulary())
    told = [f"{problem.source.line}:{problem.source.column} {problem} | {problem.hint}" for problem in suite.problems]  # type: ignore[union-attr]
    return (suite.scenarios[0] if suite.scenarios else None), told


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("[phone, tablet]", [("phone", None), ("tablet", None)]),
        ("phone", [("phone", None)]),
        ("{phone: {}, admin: {namespace: /admin}}", [("phone", None), ("admin", "/admin")]),
        ("{phone: }", [("phone", None)]),
    ],
)
def test_sockets_are_kept_with_their_namespaces(written: str, kept: list[tuple[str, str | None]]) -> None:
    first = kept[0][0]
    step = f"  - bob: emit x\n    socket: {first}\n    hear: {{bob.{first}: y}}\n"
    scenario, told = _compiled(f"{{bob: {{sockets: {written}}}}}", step)
    assert told == []
    assert scenario is not None
    assert [(socket.name, socket.namespace) for socket in scenario.users[0].sockets] == kept
    (made,) = scenario.steps
    assert isinstance(made, EmitStep)
    assert (made.actor.socket, made.hear[0].user) == (first, f"bob.{first}")


@pytest.mark.parametrize(
    ("users", "step", "told"),
    [
        (
            "{bob: {sockets: [phone]}}",
            "{bob: emit x, socket: phon}",
            ["4:27 unknown socket `phon` | did you mean `phone`?"],
        ),
        (
            "{bob: {sockets: [phone]}}",
            "{bob: emit x, hear: {bob.tablet: y}}",
            ["4:26 unknown user `bob.tablet` | known: bob, bob.phone"],
        ),
        (
            "{bob: {sockets: [phone, phone]}}",
            "{bob: emit x}",
            ["2:32 a second socket `phone` | give it another name"],
        ),
        (
            "{bob: {sockets: []}}",
            "{bob: emit x}",
            ["2:24 `sockets` names none | write sockets: [phone], or leave it out"],
        ),
        (
            "{bob: {sockets: {admin: {namespace: admin}}}}",
            "{bob: emit x}",
            ["2:44 `admin` is no namespace | it begins with `/` and has no comma"],
        ),
        (
            "{crowd: {count: 2, sockets: [phone]}}",
            "{crowd: emit x}",
            ["2:36 `sockets` beside `count` of `crowd` | a user of a group has one socket; name single users"],
        ),
        (
            "{bob: {sockets: [phone]}}",
            "{bob: login, socket: phone}",
            ["4:18 `socket` does not go with `login` | keys of this step: "],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(users: str, step: str, told: list[str]) -> None:
    found = _compiled(users, f"  - {step}\n")[1]
    assert [line[: len(wanted)] for line, wanted in zip(found, told, strict=True)] == told
