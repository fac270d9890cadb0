"""Names: used where they are defined, defined once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Bench


WRONG = [
    pytest.param(
        (
            "  - alice: POST /messages/send\n"
            "    body: {a: '{{ room.id }}'}\n"
            "  - alice: POST /messages/send\n"
            "    save: {room: payload}\n"
            "  - alice: POST /messages/send\n"
            "    save: {room: payload, alice: payload}\n"
            "    append: {bob: payload, ids: payload.id}\n"
            "  - alice: POST /messages/send\n"
            "    append: {ids: payload.id, room: payload}\n"
        ),
        [
            (
                "5:19 `room` is used before anything defines it | it is defined at "
                "scenarios/1.yaml:7:12, which comes later"
            ),
            (
                "9:12 a second definition of `room` | it is defined at scenarios/1.yaml:7:12 already; "
                "users, inputs, vars and saved names share one name space"
            ),
            (
                "9:27 a second definition of `alice` | it is defined at scenarios/1.yaml:2:9 already; "
                "users, inputs, vars and saved names share one name space"
            ),
            "10:14 `bob` is no list that grows | append to another name",
        ],
        id="used before it is defined, and defined twice",
    ),
    pytest.param(
        (
            "  - parallel:\n"
            "      - - {alice: POST /messages/send, save: {x: payload}}\n"
            "        - {alice: POST /messages/send, body: '{{ x }}'}\n"
            "      - {bob: POST /messages/send, body: '{{ x }}', append: {l: payload}}\n"
            "      - {bob: POST /messages/send, append: {l: payload}, save: {x: payload}}\n"
            "  - {alice: POST /messages/send, body: ['{{ x }}', '{{ l }}']}\n"
        ),
        [
            ("7:46 `x` is used before anything defines it | it is defined at scenarios/1.yaml:5:47, which comes later"),
            (
                "8:65 a second definition of `x` | it is defined at scenarios/1.yaml:5:47 already; "
                "users, inputs, vars and saved names share one name space"
            ),
        ],
        id="branches that see one another's names",
    ),
    pytest.param(
        (
            "  - repeat: {over: [1, 2], as: n}\n"
            "    steps: [{alice: POST /messages/send, body: '{{ n }}', save: {m: payload}}]\n"
            "  - {alice: POST /messages/send, body: ['{{ n }}', '{{ m }}']}\n"
            "  - repeat: {over: [alice, bob], as: n}\n"
            "    steps: [{n: POST /messages/send, hear: {n: nothing}}]\n"
            "  - n: POST /messages/send\n"
        ),
        [
            "6:45 nothing defines `n` | define it by `save`, `vars` or `inputs`, or name it among the users",
            "9:5 unknown user `n` | known: alice, bob, carol",
        ],
        id="a round's name after its rounds",
    ),
    pytest.param(
        (
            "  - alice: POST /messages/send\n"
            "    body: '{{ payload }}'\n"
            "    expect: {a: '{{ request.a }}', b: '{{ event.x }}', c: '{{ data }}'}\n"
            "    save: {q: $.x, r: data.x}\n"
            "  - alice: emit sync\n"
            "    save: {s: ack.x, t: payload.y, u: $.x}\n"
            "    append: {v: '$'}\n"
            "  - alice: connect\n"
            "    save: {w: $.x}\n"
        ),
        [
            (
                "5:15 `payload` speaks of a step's own answer, and there is none here | for later "
                "steps write save: {NAME: payload} in that step"
            ),
            "6:43 `event` speaks of an event, and there is none here | it stands in the items of `hear`",
            (
                "6:63 `data` speaks of a step's own answer, and there is none here | for later steps "
                "write save: {NAME: data} in that step"
            ),
            (
                "7:23 `data` speaks of a step's own answer, and there is none here | for later steps "
                "write save: {NAME: data} in that step"
            ),
            (
                "9:25 `payload` speaks of a step's own answer, and there is none here | for later "
                "steps write save: {NAME: payload} in that step"
            ),
            (
                "12:15 `$` speaks of a step's own answer, and there is none here | for later steps "
                "write save: {NAME: response} in that step"
            ),
        ],
        id="an answer before it came, and answers of another kind",
    ),
    pytest.param(
        (
            "  - alice: GET /chatrooms/:room\n"
            "  - alice: join chatroom {{ nope }}\n"
            "  - alice: upload {{ nope }} x\n"
            "    size: 1KB\n"
            "    save: {f: upload.file}\n"
            "    with: {a: '{{ upload.x }}'}\n"
        ),
        [
            ("4:12 nothing defines `room` | define it by `save`, `vars` or `inputs`, or name it among the users"),
            ("5:29 nothing defines `nope` | define it by `save`, `vars` or `inputs`, or name it among the users"),
            ("6:22 nothing defines `nope` | define it by `save`, `vars` or `inputs`, or name it among the users"),
            (
                "9:19 `upload` speaks of a step's own answer, and there is none here | for later "
                "steps write save: {NAME: upload} in that step"
            ),
        ],
        id="names in paths, ids and files",
    ),
    pytest.param(
        ("  - {alice: POST /messages/send, save: {v: payload}}\n  - v: POST /messages/send\n    hear: {v: nothing}\n"),
        [
            '5:5 `v` is a value, no user | write by: "{{ v }}" where a value stands for a user',
            "6:12 `v` is a value, no user | only users hear; name one of `users`",
        ],
        id="a value as a user",
    ),
    pytest.param(
        (
            "  - alice: POST /messages/send\n"
            "    body: {a: '{{ env.API_KYE }}', b: '{{ env.API_KEY | upper }}', c: '{{ env.OTHER }}'}\n"
        ),
        [
            "5:19 the profile lists no environment variable `API_KYE` | did you mean `API_KEY`?",
            (
                "5:75 the profile lists no environment variable `OTHER` | the profile's `env` lists "
                "those that templates may read"
            ),
        ],
        id="an environment variable that the profile does not list",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    body: '{{ alice.id | default(nope) }}'\n"),
        [("5:15 nothing defines `nope` | define it by `save`, `vars` or `inputs`, or name it among the users")],
        id="filters' arguments",
    ),
    pytest.param(
        (
            "  - alice: POST /messages/send\n"
            "    body: '{{ got }}'\n"
            "    hear: {bob: {message_received: {}, save: {got: event.id}}}\n"
        ),
        [("5:15 `got` is used before anything defines it | it is defined at scenarios/1.yaml:6:47, which comes later")],
        id="what is heard, before it is heard",
    ),
    pytest.param(
        (
            "  - alice: POST /messages/send\n"
            "    hear: {bob: {message_received: {}, times: 2, rising: data.n}}\n"
            "  - alice: POST /messages/send\n"
            "    hear: {bob: {message_received: {}, save: {got: payload.id}}}\n"
        ),
        [
            (
                "5:58 `data` speaks of a step's own answer, and there is none here | what the event "
                "carries is `event`, its first argument: `event.n`"
            ),
        ],
        id="what is heard, called as what is sent",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_names_that_mean_nothing_are_told_with_their_place(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text) == told


def test_names_are_known_from_their_definition_on(bench: Bench) -> None:
    bench.scenario("""
scenario: a
users: {alice: {}, bob: {}}
inputs: {count: 3}
vars:
  first: "{{ alice.id }} {{ count }} {{ run.id }} {{ env.API_KEY }}"
  second: "{{ first | upper }} {{ fake.email }} {{ now }}"
steps:
  - alice: POST /messages/send
    body: {a: "{{ second }}", who: "{{ caller.id }}"}
    expect: {a: "{{ request.a }}", b: "{{ $.data.b }}"}
    save: {message: payload, whole: $.data, code: status, type: headers.content-type}
    append: {all: payload.id}
    hear:
      bob: {message_received: {id: "{{ message.id }}", me: "{{ self.id }}", a: "{{ request.a }}"}}
  - bob: emit sync
    data: "{{ all }}"
    ack: {since: "{{ data }}"}
    save: {answer: ack.ok}
    append: {all: ack.id}
  - if: {answer: true}
    until: {do: {alice: GET /chatrooms/:code, save: {state: payload}}, claim: {payload.a: "{{ state.a }}"}}
  - parallel:
      - {alice: POST /messages/send, append: {both: payload}}
      - {bob: POST /messages/send, append: {both: payload}}
  - assert: {both: {"#length": 2}, state.a: 1}
cleanup:
  - alice: POST /messages/send
    body: {a: "{{ both }}"}
""")


def test_a_round_may_be_called_like_an_earlier_one(bench: Bench) -> None:
    bench.steps(
        "  - repeat: {over: [1], as: n}\n    steps: [{alice: GET /chatrooms/:n}]\n"
        "  - repeat: {over: [2], as: n}\n    steps: [{alice: GET /chatrooms/:n}]\n"
    )


def test_a_fragment_sees_only_what_it_takes(bench: Bench) -> None:
    told = bench.told(
        "scenario: a\nusers: {alice: {}}\nvars: {x: 1}\nsteps: [{use: f}]\n",
        "fragment: f\nsteps:\n  - alice: POST /messages/send\n    body: '{{ x }}'\n",
    )
    assert told == [
        "3:5 unknown user `alice` | there is none: name it under `users`, in a fragment under `takes`",
        "4:15 nothing defines `x` | define it by `save`, `vars` or `inputs`, or name it among the users",
    ]
