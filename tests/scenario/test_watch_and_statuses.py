"""`watch … while`, and `statuses` beside `parallel`, as they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.scenario.step_model import CallStep, ParallelStep, RepeatStep, WatchStep

if TYPE_CHECKING:
    from conftest import Bench

WATCH = """\
  - watch: {bob: [{message_received: {}, times: 2}], alice: nothing}
    within: 2s
    wait: 9s
    while:
      - alice: POST /messages/send
      - alice: POST /messages/send
"""


def test_what_is_watched_spans_the_steps_below(bench: Bench) -> None:
    step = bench.step(WATCH)
    assert isinstance(step, WatchStep)
    assert (step.number, step.label) == ("1", "watch: bob, alice")
    assert [inner.number for inner in step.steps] == ["1.1", "1.2"]
    assert [hear.user for hear in step.hear] == ["bob", "alice"]
    assert (step.hear[0].items[0].within_s, step.hear[0].items[0].wait_s) == (2.0, 9.0)


def test_a_watch_in_a_fragment_is_numbered_below_the_step_that_uses_it(bench: Bench) -> None:
    fragment = "fragment: seen\ntakes: {alice: user, bob: user}\nsteps:\n" + WATCH
    step = bench.step("  - use: seen\n    with: {alice: alice, bob: bob}\n", fragment)
    (inner,) = step.fragment.steps  # type: ignore[attr-defined]
    assert [inner.number, *(one.number for one in inner.steps)] == ["1.1", "1.1.1", "1.1.2"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "  - watch: {bob: nothing}\n",
            ["4:5 `watch` needs `while` | the steps that are watched"],
        ),
        (
            "  - watch: {bob: nothing}\n    while: []\n",
            ["5:12 an empty list of steps | write `USER: VERB ...`, such as `alice: POST /path`"],
        ),
        (
            "  - watch: nothing\n    while: [{alice: POST /messages/send}]\n",
            ["4:12 `watch` is a text, but must be a map | write {name: value}"],
        ),
        (
            "  - watch: {}\n    while: [{alice: POST /messages/send}]\n",
            ["4:12 `hear` names nobody | write `hear: {bob: nothing}` or name an event"],
        ),
        (
            "  - watch: {dora: nothing}\n    while: [{alice: POST /messages/send}]\n",
            ["4:13 unknown user `dora` | known: alice, bob, carol"],
        ),
        (
            "  - watch: {bob: nothing}\n    hear: {bob: nothing}\n    while: [{alice: POST /messages/send}]\n",
            ["5:5 `hear` does not go with `watch` | keys of this step: name, if, within, wait, retry, must, while"],
        ),
        (
            "  - watch: {bob: nothing}\n    while: [{alice: POST /nowhere}]\n",
            [
                "5:21 unknown operation `POST /nowhere` | the profile's `operations` lists those of the target",
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_watch_is_told(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text) == told


def test_statuses_take_the_place_of_what_each_call_claims(bench: Bench) -> None:
    step = bench.step(
        "  - parallel:\n"
        "      - alice: POST /messages/send\n"
        "      - - repeat: 2\n"
        "          steps: [{alice: POST /messages/send}]\n"
        "    statuses: {201: 1, 4XX: 1.., 500: 0..2}\n"
    )
    assert isinstance(step, ParallelStep)
    assert step.statuses is not None
    assert [(one.status.text, one.low, one.high) for one in step.statuses.counts] == [
        ("201", 1, 1),
        ("4xx", 1, None),
        ("500", 0, 2),
    ]
    (call,), (repeat,) = step.branches
    assert isinstance(call, CallStep)
    assert isinstance(repeat, RepeatStep)
    (inner,) = repeat.steps
    assert isinstance(inner, CallStep)
    assert call.call.status.any
    assert inner.call.status.any


def test_without_statuses_each_call_claims_its_own(bench: Bench) -> None:
    step = bench.step("  - parallel: [{alice: POST /messages/send}]\n")
    assert isinstance(step, ParallelStep)
    (call,) = step.branches[0]
    assert isinstance(call, CallStep)
    assert not call.call.status.any


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        ("{}", ["5:15 `statuses` names none | write {201: 1, 409: 7}"]),
        (
            "[201]",
            ["5:15 `statuses` is a list, but must be a map | write {name: value}"],
        ),
        ("{ok: 1}", ["5:16 `ok` is not a status | write {201: 1, 409: 7}"]),
        ("{601: 1}", ["5:16 `601` is not a status | write {201: 1, 409: 7}"]),
        ("{201: many}", ["5:21 not a number of calls that answer 201 | write 7, 1..3 or 2.."]),
        ("{201: 3..1}", ["5:21 not a number of calls that answer 201 | write 7, 1..3 or 2.."]),
        ("{201: 0}", ["5:21 `201: 0` claims nothing more | leave it out: what is not named does not come"]),
    ],
)
def test_what_is_wrong_with_statuses_is_told(bench: Bench, statuses: str, told: list[str]) -> None:
    assert bench.wrong(f"  - parallel: [{{alice: POST /messages/send}}]\n    statuses: {statuses}\n") == told


def test_a_status_of_one_call_below_statuses_is_told(bench: Bench) -> None:
    assert bench.wrong("  - parallel: [{alice: POST /messages/send, status: 201}]\n    statuses: {201: 1}\n") == [
        (
            "4:53 `status` claims nothing below `statuses` | leave it out, or leave out `statuses`, "
            "which speaks of all calls of the block"
        )
    ]


def test_statuses_of_no_call_are_told(bench: Bench) -> None:
    assert bench.wrong("  - parallel: [{alice: emit sync}]\n    statuses: {201: 1}\n") == [
        "5:15 `statuses` counts calls, and there is none | its branches make calls"
    ]
