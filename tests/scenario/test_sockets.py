"""The further sockets of a user, as they are read."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.compiler import SuiteFile, compile_suite
from antiphon.scenario.model import Scenario
from antiphon.scenario.step_model import EmitStep

NO_WORDS = Vocabulary()


def _compiled(
    users: str, steps: str, vocabulary: Vocabulary = NO_WORDS, *fragments: str
) -> tuple[Scenario | None, list[str]]:
    text = f"scenario: sockets\nusers: {users}\nsteps:\n{steps}"
    suite = compile_suite(
        [SuiteFile(f"scenarios/{name}.yaml", one) for name, one in zip("abc", (text, *fragments), strict=False)],
        vocabulary,
    )
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


SERVED = Vocabulary(
    events_heard=frozenset({"said"}),
    events_emitted=frozenset({"say"}),
    rooms=frozenset({"room"}),
    sockets=(
        (
            "billing",
            Vocabulary(
                events_heard=frozenset({"paid", "text"}),
                events_emitted=frozenset({"watch", "pay"}),
                acknowledges=False,
                answered=frozenset({"pay"}),
                plain=True,
            ),
        ),
    ),
)
BILLS = "{bob: {sockets: {bills: {service: billing}, phone: }}}"


def test_each_socket_is_held_to_the_words_of_its_service() -> None:
    steps = """
  - bob: emit watch
    socket: bills
    hear:
      bob: said
      bob.phone: said
      bob.bills: [{paid: 1}, no text, {frame: text}]
  - bob.bills: emit pay
    ack: {ok: true}
  - bob: emit say
    ack: {ok: true}
  - use: there
    with: {member: bob}
"""
    fragment = (
        "fragment: there\ntakes: {member: user}\nsteps:\n"
        "  - member: emit watch\n    socket: bills\n    hear: {member: said}\n"
    )
    scenario, told = _compiled(BILLS, steps.strip("\n") + "\n", SERVED, fragment)
    assert told == []
    assert scenario is not None
    assert [(socket.name, socket.service) for socket in scenario.users[0].sockets] == [
        ("bills", "billing"),
        ("phone", ""),
    ]
    assert scenario.services == {"bob.bills": "billing"}


@pytest.mark.parametrize(
    ("users", "step", "told"),
    [
        (BILLS, "{bob: emit watch}", ["4:11 unknown event to emit `watch` | "]),
        (BILLS, "{bob: emit say, socket: bills}", ["4:11 unknown event to emit `say` | did you mean `pay`?"]),
        (BILLS, "{bob: emit say, hear: {bob: paid}}", ["4:33 unknown event `paid` | did you mean `said`?"]),
        (BILLS, "{bob: emit say, hear: {bob.bills: said}}", ["4:39 unknown event `said` | did you mean `paid`?"]),
        (
            BILLS,
            "{bob: emit billing:watch}",
            [
                (
                    "4:11 `billing:watch` names a service, which in a scenario the socket does | write `emit watch`, "
                    "and `socket` names one of the user's"
                )
            ],
        ),
        (
            BILLS,
            "{bob: emit say, hear: {bob: no billing:paid}}",
            [
                (
                    "4:33 `billing:paid` names a service, which in a scenario the socket does | hear `paid` on a "
                    "user's socket there: bob.SOCKET"
                )
            ],
        ),
        (
            BILLS,
            "{bob: emit watch, socket: bills, ack: {ok: true}}",
            [
                (
                    "4:43 nothing acknowledges an emit on this target's socket | name the socket's `correlation` or "
                    "`answers: {watch: ...}` in the profile, or use `hear`"
                )
            ],
        ),
        (
            BILLS,
            "{bob: emit say, hear: {bob.bills: {event: paid, answer: 1}}}",
            ["4:61 a plain WebSocket asks for no acknowledgement | "],
        ),
        (
            "{bob: {sockets: {bills: {service: biling}}}}",
            "{bob: emit say}",
            ["2:42 unknown service with a socket `biling` | did you mean `billing`?"],
        ),
        (
            "{bob: {sockets: {bills: {service: billing, namespace: /x}}}}",
            "{bob: emit say}",
            ["2:25 a plain WebSocket has no namespaces | connect it where it belongs: "],
        ),
    ],
)
def test_a_word_of_the_other_socket_is_wrong(users: str, step: str, told: list[str]) -> None:
    found = _compiled(users, f"  - {step}\n", SERVED)[1]
    assert [line[: len(wanted)] for line, wanted in zip(found, told, strict=True)] == told


def test_where_the_target_has_no_socket_of_its_own_a_step_names_one() -> None:
    silent = replace(SERVED, speaks=False)
    steps = "  - bob: emit pay\n  - bob: connect\n    socket: bills\n    hear: {bob: text, bob.bills: text}\n"
    found = _compiled("{bob: {sockets: {bills: {service: billing}}}}", steps, silent)[1]
    assert [told for told in found if "of its own" in told] == [
        (
            "4:10 `emit` needs a socket, and the target has none of its own | name a socket of the user that belongs "
            "to a service: socket: NAME"
        ),
        (
            "7:12 the target has no socket of its own to hear on | name a socket of the user that belongs to a "
            "service: bob.SOCKET"
        ),
    ]
