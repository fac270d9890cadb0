"""Steps without a user: blocks, fragments' uses, looks back, claims and pauses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.scope import Names
from antiphon.scenario.step_model import (
    AssertStep,
    CallStep,
    HearStep,
    ParallelStep,
    PauseStep,
    RepeatStep,
    UntilStep,
    UseStep,
)

if TYPE_CHECKING:
    from conftest import Bench


ROOM = (
    "fragment: room\n"
    "takes: {creator: user, members: users, private: {default: false}, name: value}\n"
    "gives: [room]\n"
    "steps:\n"
    "  - creator: POST /chatrooms/create\n"
    "    body: {name: '{{ name }}', p: '{{ private }}'}\n"
    "    save: {room: payload}\n"
)

WRONG_BLOCKS = [
    pytest.param("  - parallel: []\n", ["4:15 `parallel` has no branches | write a list of steps"], id="no branches"),
    pytest.param(
        "  - parallel: x\n",
        ["4:15 `parallel` is a text, but must be a list or a map | write [one, two]"],
        id="branches that are a text",
    ),
    pytest.param(
        ("  - parallel: {}\n    steps: [{alice: POST /messages/send}]\n"),
        ["4:15 `parallel` says neither branches nor `repeat` | write {repeat: 8}"],
        id="neither branches nor repeat",
    ),
    pytest.param(
        "  - parallel: {repeat: 0}\n",
        [
            "4:5 `parallel` has no `steps` | add steps: [...] beside it",
            "4:24 `0` is not a whole number from 1 to 100000 | the least is 1",
        ],
        id="no rounds at once, and no steps",
    ),
    pytest.param(
        ("  - parallel: {repeet: 3}\n    steps: [{alice: POST /messages/send}]\n"),
        [
            "4:15 `parallel` says neither branches nor `repeat` | write {repeat: 8}",
            "4:16 unknown key `repeet` in `parallel` | did you mean `repeat`?",
        ],
        id="a misspelt repeat",
    ),
    pytest.param(
        ("  - parallel: [{alice: POST /messages/send}]\n    steps: [{alice: POST /messages/send}]\n"),
        [("5:12 `steps` beside a list of branches | branches stand in the list, or `steps` beside {repeat: N}")],
        id="steps beside branches",
    ),
    pytest.param(
        "  - repeat: 2\n", ["4:5 `repeat` has no `steps` | add steps: [...] beside it"], id="rounds without steps"
    ),
    pytest.param(
        ("  - repeat: lots\n    steps: [{alice: POST /messages/send}]\n"),
        ["4:13 `lots` is not a whole number from 1 to 100000 | write a number without quotes or point, such as 1"],
        id="rounds that are no number",
    ),
    pytest.param(
        ("  - repeat: 100001\n    steps: [{alice: POST /messages/send}]\n"),
        ["4:13 `100001` is not a whole number from 1 to 100000 | the most is 100000"],
        id="too many rounds",
    ),
    pytest.param(
        ("  - repeat: {over: ['{{ alice }}']}\n    steps: [{alice: POST /messages/send}]\n"),
        ["4:13 `repeat` needs `as` | the name of each round's item"],
        id="a list without a name",
    ),
    pytest.param(
        ("  - repeat: {over: [bob, alice], as: bob}\n    steps: [{alice: POST /messages/send}]\n"),
        [
            (
                "4:5 a second definition of `bob` | it is defined at scenarios/1.yaml:2:20 already; "
                "users, inputs, vars and saved names share one name space"
            )
        ],
        id="a round that is called like a user",
    ),
    pytest.param(
        ("  - repeat: {over: x, as: payload}\n    steps: [{alice: POST /messages/send}]\n"),
        [
            '4:20 `over` is not a list | write a list, or one template such as "{{ rooms }}"',
            "4:27 `payload` cannot name a value | `payload` is a word of the language; take another name",
        ],
        id="rounds over a text, called like a word of the language",
    ),
    pytest.param(
        "  - until: {do: {alice: GET /chatrooms/1}, claim: {payload.x: 1}, every: 1s, wait: 100ms, foo: 1}\n",
        [
            ("4:74 an impossible time: `every` is longer than `wait` | it would be tried once: `wait` is 100 ms"),
            "4:91 unknown key `foo` in `until` | known keys: do, claim, every, wait",
        ],
        id="an impossible until",
    ),
    pytest.param(
        "  - until: {claim: {payload.x: 1}}\n",
        ["4:12 `until` needs `do` | the step that is done each time"],
        id="until nothing",
    ),
    pytest.param(
        "  - until: [1]\n",
        ["4:12 `until` is a list, but must be a map | write {name: value}"],
        id="until that is a list",
    ),
    pytest.param(
        "  - assert: {}\n", ["4:13 an empty claim, which could not fail | write ADDRESS: MATCHER"], id="an empty claim"
    ),
    pytest.param(
        "  - assert: [1]\n",
        ["4:13 `assert` is a list, but must be a map | write {name: value}"],
        id="a claim that is a list",
    ),
    pytest.param(
        ("  - assert: {payload.x: 1, event.x: 1, nope: 1, alice.id: '#uuid'}\n    hear: {bob: nothing}\n"),
        [
            (
                "4:14 `payload` speaks of a step's own answer, and there is none here | for later "
                "steps write save: {NAME: payload} in that step"
            ),
            "4:28 `event` speaks of an event, and there is none here | it stands in the items of `hear`",
            ("4:40 nothing defines `nope` | define it by `save`, `vars` or `inputs`, or name it among the users"),
            "5:5 `hear` does not go with `assert` | keys of this step: name, if, save, append, must",
        ],
        id="a claim over what is not there",
    ),
    pytest.param(
        "  - pause: 7s\n",
        ["4:5 `pause` needs `because` | why it is needed; say what it waits for"],
        id="a pause without a reason",
    ),
    pytest.param(
        ("  - pause: 301s\n    because: of that\n"),
        ["4:12 `301s` is an impossible time | at most 5 min"],
        id="a pause that is too long",
    ),
    pytest.param(
        ("  - pause: {}\n    because: of that\n"),
        ["4:12 `pause` is a map, but must be a text or a number | write a text, in quotes"],
        id="a pause that is a map",
    ),
    pytest.param(
        ("  - hear: {bob: nothing}\n    since: yesterday\n    retry: 2\n"),
        [
            "4:5 unknown step `yesterday` | known: start",
            (
                "6:5 `retry` does not go with `hear` | keys of this step: name, if, save, append, "
                "hear, within, wait, must, since"
            ),
        ],
        id="a hear since an unknown step",
    ),
    pytest.param(
        ("  - {name: a, alice: connect}\n  - {name: a, alice: connect}\n  - hear: {bob: nothing}\n    since: a\n"),
        ["6:5 2 steps before are named `a` | give one of them another name"],
        id="a hear since one of two steps",
    ),
]

WRONG_USES = [
    pytest.param("  - use: roon\n", ["4:10 unknown fragment `roon` | did you mean `room`?"], id="an unknown fragment"),
    pytest.param(
        "  - use: room\n",
        [
            (
                "4:10 `room` is not given `creator`, `members`, `name` | write with: {creator: ..., "
                "members: ..., name: ...}"
            )
        ],
        id="a fragment that is given nothing",
    ),
    pytest.param(
        (
            "  - use: room\n"
            "    with: {creator: alic, members: [bob, carl], name: x, private: true, foo: 1}\n"
            "    gives: [rom]\n"
        ),
        [
            "5:21 unknown user `alic` | did you mean `alice`?",
            "5:42 unknown user `carl` | did you mean `carol`?",
            "5:73 unknown key `foo` in what `room` takes | known keys: creator, members, private, name",
            "6:13 unknown key `rom` in what `room` gives | did you mean `room`?",
        ],
        id="unknown users, values and gifts",
    ),
    pytest.param(
        ("  - use: room\n    with: {creator: [alice], members: {}, name: x}\n    gives: {room: payload}\n"),
        [
            "5:21 `creator` is a list, but must be a text | write a text, in quotes",
            "5:39 `members` is a map, but must be a list or a text | write [one, two]",
            "6:19 `payload` cannot name a value | `payload` is a word of the language; take another name",
        ],
        id="users of wrong types, and a gift that is a word of the language",
    ),
    pytest.param(
        (
            "  - use: room\n"
            "    with: {creator: alice, members: [bob], name: x}\n"
            "    gives: [room]\n"
            "  - use: room\n"
            "    with: {creator: alice, members: [bob], name: x}\n"
            "    gives: [room]\n"
        ),
        [
            (
                "7:5 a second definition of `room` | it is defined at scenarios/1.yaml:4:5 already; "
                "users, inputs, vars and saved names share one name space"
            )
        ],
        id="a gift given twice",
    ),
    pytest.param(
        ("  - use: room\n    with: {creator: alice, members: bob, name: '{{ later }}'}\n    gives: {room: later}\n"),
        [
            (
                "5:52 `later` is used before anything defines it | it is defined at "
                "scenarios/1.yaml:4:5, which comes later"
            )
        ],
        id="a value that comes later",
    ),
    pytest.param(
        "  - use: 5\n",
        ['4:10 `use` is a number, but must be a text | quote it to make it a text: "5"'],
        id="a number as a fragment",
    ),
    pytest.param(
        ("  - use: room\n    with: {creator: 5, members: [5], name: x}\n"),
        [
            '5:21 `creator` is a number, but must be a text | quote it to make it a text: "5"',
            '5:34 a user of `members` is a number, but must be a text | quote it to make it a text: "5"',
        ],
        id="numbers as users",
    ),
    pytest.param(
        (
            "  - alice: POST /messages/send\n"
            "    save: {m: payload}\n"
            "  - use: room\n"
            "    with: {creator: m, members: [m], name: x}\n"
        ),
        [
            '7:21 `m` is a value, no user | write by: "{{ m }}" where a value stands for a user',
            '7:34 `m` is a value, no user | write by: "{{ m }}" where a value stands for a user',
        ],
        id="a value as a user",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG_BLOCKS)
def test_what_is_wrong_with_a_block_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text) == told


@pytest.mark.parametrize(("text", "told"), WRONG_USES)
def test_what_is_wrong_with_a_use_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text, ROOM) == told


def test_a_fragment_that_takes_and_gives_nothing_says_so(bench: Bench) -> None:
    told = bench.wrong(
        "  - use: x\n    with: {a: 1}\n    gives: [b]\n", "fragment: x\nsteps: [{nobody: GET /chatrooms/1}]\n"
    )
    assert told == [
        "5:12 `a` is not in what `x` takes, which is nothing | leave it out",
        "6:13 `b` is not in what `x` gives, which is nothing | leave it out",
    ]


def test_branches_are_steps_or_lists_of_steps(bench: Bench) -> None:
    step = bench.step(
        "  - parallel:\n      - alice: GET /chatrooms/1\n"
        "      - - bob: GET /chatrooms/1\n        - bob: GET /chatrooms/2\n"
        "    hear: {bob: nothing}\n"
    )
    assert isinstance(step, ParallelStep)
    assert [len(branch) for branch in step.branches] == [1, 2]
    assert step.repeat is None
    assert step.hear[0].nothing is not None
    assert step.label == "parallel: 2 branches"


@pytest.mark.parametrize(("written", "times"), [("8", 8), ("'{{ n }}'", 3)])
def test_one_branch_may_be_played_many_times_at_once(bench: Bench, written: str, times: int) -> None:
    scenario = bench.scenario(
        f"scenario: a\nusers: {{alice: {{}}}}\ninputs: {{n: 3}}\nsteps:\n  - parallel: {{repeat: {written}}}\n"
        "    steps: [{alice: GET /chatrooms/1}, {alice: GET /chatrooms/2}]\n"
    )
    step = scenario.steps[0]
    assert isinstance(step, ParallelStep)
    assert step.repeat is not None
    assert step.repeat(Names({"n": 3})) == times
    assert [inner.number for inner in step.branches[0]] == ["1.1", "1.2"]


@pytest.mark.parametrize(("written", "times"), [("5", 5), ("'{{ alice.n }}'", 4)])
def test_rounds_are_counted(bench: Bench, written: str, times: int) -> None:
    step = bench.step(f"  - repeat: {written}\n    steps: [{{alice: GET /chatrooms/1}}]\n")
    assert isinstance(step, RepeatStep)
    assert step.times is not None
    assert step.times(Names({"alice": {"n": 4}})) == times
    assert step.steps[0].number == "1.1"


def test_rounds_run_over_a_list_of_values(bench: Bench) -> None:
    step = bench.step(
        "  - repeat: {over: [1, '{{ alice.n }}'], as: item}\n    steps: [{alice: GET /chatrooms/:item}]\n"
    )
    assert isinstance(step, RepeatStep)
    assert step.over is not None
    assert step.over(Names({"alice": {"n": 4}})) == [1, 4]
    assert step.item_name == "item"


def test_rounds_over_users_names_run_over_the_users_themselves(bench: Bench) -> None:
    step = bench.step(
        "  - repeat: {over: [alice, bob], as: who}\n    steps: [{who: GET /chatrooms/1, hear: {who: nothing}}]\n"
    )
    assert isinstance(step, RepeatStep)
    assert step.over is not None
    assert step.over(Names({"alice": {"id": 1}, "bob": {"id": 2}})) == [{"id": 1}, {"id": 2}]
    inner = step.steps[0]
    assert isinstance(inner, CallStep)
    assert inner.actor.name == "who"


def test_until_has_a_claim_and_limits_of_its_own(bench: Bench) -> None:
    full, bare = bench.steps(
        "  - until: {do: {alice: GET /chatrooms/1}, claim: {payload.state: ready}, every: 50ms, wait: 2s}\n"
        "  - until: {do: {alice: GET /chatrooms/1, expect: {state: ready}}}\n"
    )
    assert isinstance(full, UntilStep)
    assert (full.every_s, full.wait_s) == (0.05, 2.0)
    assert full.claim is not None
    assert full.claim(Names({"payload": {"state": "ready"}})) == ()
    assert full.step.number == "1.1"
    assert full.label == "until: alice: GET /chatrooms/1"
    assert isinstance(bare, UntilStep)
    assert bare.claim is None
    assert (bare.every_s, bare.wait_s) == (0.1, 5.0)


def test_a_claim_and_a_pause_stand_alone(bench: Bench) -> None:
    claim, pause = bench.steps("  - assert: {alice.id: '#string'}\n  - pause: 2s\n    because: typing ends by itself\n")
    assert isinstance(claim, AssertStep)
    assert len(claim.claim(Names({"alice": {"id": 5}}))) == 1
    assert isinstance(pause, PauseStep)
    assert (pause.duration_s, pause.because, pause.label) == (2.0, "typing ends by itself", "pause 2 s")


@pytest.mark.parametrize(("since", "expected"), [("", None), ("    since: start\n", "start"), ("    since: a\n", "a")])
def test_a_hear_alone_looks_back(bench: Bench, since: str, expected: str | None) -> None:
    step = bench.step("  - {alice: POST /messages/send, name: a}\n  - hear: {bob: nothing}\n" + since)
    assert isinstance(step, HearStep)
    assert step.since == expected
    assert step.hear[0].user == "bob"


def test_a_use_hands_over_users_and_values_and_takes_what_is_given(bench: Bench) -> None:
    step = bench.step(
        "  - use: room\n    with: {creator: alice, members: [bob, '{{ carol }}'], name: 'x {{ alice.id }}'}\n"
        "    gives: {room: first}\n",
        ROOM,
    )
    assert isinstance(step, UseStep)
    creator, members = step.users["creator"], step.users["members"]
    assert not isinstance(creator, tuple)
    assert creator.name == "alice"
    assert isinstance(members, tuple)
    assert members[0].name == "bob"
    assert step.values["name"](Names({"alice": {"id": 7}})) == "x 7"
    assert step.gives == {"room": "first"}
    assert set(step.fragment.defaults) == {"private"}
    assert [inner.number for inner in step.fragment.steps] == ["1.1"]


def test_one_user_is_handed_over_as_a_list_of_one_and_a_list_as_itself(bench: Bench) -> None:
    outer = (
        "fragment: outer\ntakes: {all: users}\nsteps:\n"
        "  - use: room\n    with: {creator: nobody, members: all, name: x}\n"
        "  - use: room\n    with: {creator: nobody, members: '{{ all }}', name: x}\n"
    )
    one, nested = bench.steps(
        "  - use: room\n    with: {creator: alice, members: bob, name: x}\n  - use: outer\n    with: {all: [bob]}\n",
        ROOM,
        outer,
    )
    assert isinstance(one, UseStep)
    assert isinstance(one.users["members"], tuple)
    assert isinstance(nested, UseStep)
    for inner in nested.fragment.steps:
        assert isinstance(inner, UseStep)
        assert not isinstance(inner.users["members"], tuple)
    assert [inner.number for inner in nested.fragment.steps] == ["2.1", "2.2"]
