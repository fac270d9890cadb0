"""What is heard and not heard: every form of `hear`, in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.scope import NO_NAMES
from antiphon.scenario.claim_model import Hear, HearItem
from antiphon.scenario.hearing import ITEM

if TYPE_CHECKING:
    from conftest import Bench


KNOWN = f"known keys: {', '.join(ITEM.known)}"

WRONG = [
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: notding\n"),
        ["6:12 unknown event `notding` | did you mean `nothing`?"],
        id="a misspelt nothing",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: nothings\n"),
        ["6:12 unknown event `nothings` | did you mean `nothing`?"],
        id="nothing with a letter more",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: no message_recieved\n"),
        ["6:12 unknown event `message_recieved` | did you mean `message_received`?"],
        id="an unknown event that must not be heard",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {message_recieved: {}}\n"),
        ["6:13 unknown event `message_recieved` | did you mean `message_received`?"],
        id="an unknown event",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {message_received: {a: 1}, withn: 3}\n"),
        ["6:39 unknown key `withn` in an item of `hear` | did you mean `within`?"],
        id="a misspelt key",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {message_received: , user_status_updated: }\n"),
        [
            (
                "6:33 one item names several events: `message_received` and `user_status_updated` | "
                "write a list: one item for each event"
            )
        ],
        id="two events in one item",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: [message_received, nothing]\n"),
        [
            (
                "6:31 `nothing` stands beside events that must be heard | `only: true` beside the "
                "items says that nothing else is heard"
            )
        ],
        id="nothing beside an event",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: [only: true]\n"),
        ["6:13 `only` without an event to hear | write `nothing` instead"],
        id="only without an event",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: [message_received, only: false]\n"),
        ["6:37 `only: false` claims nothing | leave it out"],
        id="only false",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: []\n"),
        ["6:12 an empty list claims nothing | write `nothing`, or name an event"],
        id="an empty list",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {}\n"),
        ["6:12 an item of `hear` names no event | write `EVENT: MATCHER`"],
        id="an empty map",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: 5\n"),
        [('6:12 what `bob` hears is a number, but must be a map, a list or a text | quote it to make it a text: "5"')],
        id="a number",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: [5]\n"),
        [('6:13 an item of `hear` is a number, but must be a map or a text | quote it to make it a text: "5"')],
        id="a number in a list",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {never: []}\n"),
        ["6:20 `never` is an empty list | name an event, or leave it out"],
        id="an empty never",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {in_order: []}\n"),
        ["6:23 `in_order` is an empty list | name an event, or leave it out"],
        id="an empty in_order",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {in_order: message_received}\n"),
        ["6:23 `in_order` is a text, but must be a list | write [one, two]"],
        id="in_order that is no list",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {never: [{message_received: {}, within: 1s}]}\n"),
        ["6:44 unknown key `within` in an item that must not be heard | known keys: event, data, frame"],
        id="a limit on what is never heard",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {no message_received: {a: 1}, times: 2}\n"),
        ["6:42 `times` does not go with `no message_received` | write it in an item of its own"],
        id="times on what is not heard",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {never: [5]}\n"),
        [('6:21 an item of `never` is a number, but must be a map or a text | quote it to make it a text: "5"')],
        id="a number that is never heard",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {in_order: [5]}\n"),
        [('6:24 an item of `in_order` is a number, but must be a map or a text | quote it to make it a text: "5"')],
        id="a number in order",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {event: message_received, data: {}, foo: 1}\n"),
        [f"6:48 unknown key `foo` in an item of `hear` | {KNOWN}"],
        id="an unknown key in the long form",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {event: message_received, user_status_updated: }\n"),
        [
            f"6:38 unknown key `user_status_updated` in an item of `hear` | {KNOWN}",
        ],
        id="an event beside the long form",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {within: 1s}\n"),
        ["6:12 an item of `hear` names no event | write `EVENT: MATCHER`"],
        id="limits without an event",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {message_received: {}, data: 3}\n"),
        [
            (
                "6:41 `data` stands beside an event in the short form | the matcher stands behind the "
                "event's name, or behind `data` beside `event: NAME`"
            )
        ],
        id="data beside the short form",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {message_received: {}, times: 0}\n"),
        ["6:42 `times: 0` claims nothing to wait for | write `no EVENT` instead"],
        id="times zero",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {message_received: {}, times: 3..1}\n"),
        ["6:42 `times` is impossible: 3 to 1 | write 2, 1..3 or 2.."],
        id="times that fall",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {message_received: {}, times: many}\n"),
        ["6:42 `times` is not a number of times | write 2, 1..3 or 2.."],
        id="times that are no number",
    ),
    pytest.param(
        (
            "  - alice: POST /messages/send\n"
            "    hear:\n"
            "      bob: {message_received: {}, within: 100ms of the requests}\n"
        ),
        [("6:43 `100ms of the requests` is not a duration | write 500ms, 5s or 2m; a plain number is milliseconds")],
        id="within of something else",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {message_received: {}, within: soon of the request}\n"),
        ["6:43 `soon` is not a duration | write `100ms of the request`"],
        id="within that is no duration, of the request",
    ),
    pytest.param(
        (
            "  - alice: POST /messages/send\n"
            "    hear:\n"
            "      bob: {message_received: {}, within: 100ms of the request, wait: 50ms}\n"
        ),
        [
            (
                "6:13 an impossible time for message_received: `wait` is shorter than `within` | "
                "`wait` is how long to go on listening; it cannot end before `within`"
            )
        ],
        id="a wait shorter than within",
    ),
    pytest.param(
        (
            "  - alice: POST /messages/send\n"
            "    hear:\n"
            "      bob: {message_received: {x: '{{ nope }}'}, save: {m: event.id, n: payload.x, o: nope.x}}\n"
        ),
        [
            ("6:39 nothing defines `nope` | define it by `save`, `vars` or `inputs`, or name it among the users"),
            ("6:87 nothing defines `nope` | define it by `save`, `vars` or `inputs`, or name it among the users"),
        ],
        id="a name that nothing defines",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear:\n      bob: {message_received: {x: '#nope'}}\n"),
        ["6:35 unknown matcher `#nope` | did you mean `#none`?"],
        id="a matcher that is none",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear: {bbo: nothing, carol: nothing, nobody: nothing}\n"),
        [
            "5:12 unknown user `bbo` | did you mean `bob`?",
            (
                "5:26 `carol` hears nothing: it is never connected | leave `connect: false` out, or "
                "let a step connect it"
            ),
            (
                "5:42 `nobody` hears nothing: it is never connected | leave `connect: false` out, or "
                "let a step connect it"
            ),
        ],
        id="an unknown user, and those who are never connected",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear: {}\n"),
        ["5:11 `hear` names nobody | write `hear: {bob: nothing}` or name an event"],
        id="nobody at all",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    hear: nothing\n"),
        ["5:11 `hear` is a text, but must be a map | write {name: value}"],
        id="hear that is a text",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    within: 3s\n    wait: 1s\n    hear: {bob: message_received}\n"),
        [
            (
                "7:17 an impossible time for message_received: `wait` is shorter than `within` | "
                "`wait` is how long to go on listening; it cannot end before `within`"
            )
        ],
        id="a step's wait shorter than its within",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_with_a_hear_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text) == told


def _heard(bench: Bench, written: str, more: str = "") -> Hear:
    return bench.step(f"  - alice: POST /messages/send\n{more}    hear:\n      bob: {written}\n").hear[0]


def _item(bench: Bench, written: str, more: str = "") -> HearItem:
    heard = _heard(bench, written, more)
    assert len(heard.items) == 1
    return heard.items[0]


def test_nothing_is_a_word_alone_or_in_a_list(bench: Bench) -> None:
    for written in ("nothing", "[nothing]", "[nothing, never: [error]]"):
        heard = _heard(bench, written)
        assert heard.nothing is not None
        assert heard.claims_absence
        assert heard.items == ()
    assert _heard(bench, "[nothing]").nothing.column == 13  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "written",
    [
        "{message_received: {content: hello}}",
        "[message_received: {content: hello}]",
        "{event: message_received, data: {content: hello}}",
        "[{event: message_received, data: {content: hello}}]",
    ],
)
def test_an_item_has_a_short_and_a_long_form(bench: Bench, written: str) -> None:
    item = _item(bench, written)
    assert item.event == "message_received"
    assert item.data is not None
    assert item.data({"content": "hello"}, NO_NAMES) is None
    assert item.data({"content": "hallo"}, NO_NAMES) is not None
    assert (item.times_low, item.times_high) == (1, 1)


@pytest.mark.parametrize("written", ["message_received", "{message_received: }", "[message_received]"])
def test_an_event_without_a_matcher_may_carry_anything(bench: Bench, written: str) -> None:
    assert _item(bench, written).data is None


def test_null_is_a_matcher_and_not_its_absence(bench: Bench) -> None:
    item = _item(bench, "{message_received: null}")
    assert item.data is not None
    assert item.data(None, NO_NAMES) is None
    assert item.data({}, NO_NAMES) is not None


def test_an_event_that_is_called_like_a_key_takes_the_long_form(free: Bench) -> None:
    item = _item(free, "{event: data, data: {a: 1}}")
    assert item.event == "data"


@pytest.mark.parametrize(
    ("written", "bounds"), [("2", (2, 2)), ("1..3", (1, 3)), ("2..", (2, None)), ("0..2", (0, 2)), ("'3'", None)]
)
def test_times_have_bounds(bench: Bench, written: str, bounds: tuple[int, int | None] | None) -> None:
    text = f"{{message_received: {{}}, times: {written}}}"
    if bounds is None:
        assert bench.wrong(f"  - {{alice: connect, hear: {{bob: {text}}}}}\n")
    else:
        item = _item(bench, text)
        assert (item.times_low, item.times_high) == bounds


@pytest.mark.parametrize(
    ("item", "step", "expected"),
    [
        ("", "", (None, False, 5.0)),
        (", within: 100ms", "", (0.1, False, 5.0)),
        (", within: 100", "", (0.1, False, 5.0)),
        (", within: 3s", "", (3.0, False, 6.0)),
        (", within: 100ms of the request", "", (0.1, True, 5.0)),
        (", wait: 2s", "", (None, False, 2.0)),
        ("", "    within: 4s\n", (4.0, False, 8.0)),
        ("", "    within: 1s of the request\n    wait: 9s\n", (1.0, True, 9.0)),
        (", within: 1s", "    within: 4s\n    wait: 2s\n", (1.0, False, 2.0)),
        (", wait: 6s", "    within: 4s\n    wait: 5s\n", (4.0, False, 6.0)),
    ],
)
def test_limits_come_from_the_item_then_the_step_then_the_default(
    bench: Bench, item: str, step: str, expected: tuple[float | None, bool, float]
) -> None:
    heard = _item(bench, f"{{message_received: {{}}{item}}}", step)
    assert (heard.within_s, heard.of_request, heard.wait_s) == expected


@pytest.mark.parametrize(
    "written",
    ["no message_received", "[no message_received]", "{no message_received: }", "[no message_received: {a: 1}]"],
)
def test_an_event_may_be_claimed_not_to_come(bench: Bench, written: str) -> None:
    heard = _heard(bench, written)
    assert [item.event for item in heard.no] == ["message_received"]
    assert heard.items == ()
    assert heard.claims_absence


@pytest.mark.parametrize(
    "written",
    [
        "{never: [message_received]}",
        "{never: message_received}",
        "{never: {message_received: {a: 1}}}",
        "[never: [{event: message_received, data: {a: 1}}]]",
    ],
)
def test_an_event_may_be_claimed_never_to_come(bench: Bench, written: str) -> None:
    heard = _heard(bench, written)
    assert [item.event for item in heard.never] == ["message_received"]
    assert heard.claims_absence


def test_a_list_mixes_all_forms(bench: Bench) -> None:
    heard = _heard(
        bench,
        "[message_received, {in_order: [error, {typing_indicator: {}, times: 2}]}, no user_status_updated,"
        " {never: [error]}, only: true]",
    )
    assert [item.event for item in heard.items] == ["message_received"]
    assert [[item.event for item in group] for group in heard.in_order] == [["error", "typing_indicator"]]
    assert heard.in_order[0][1].times_high == 2
    assert [item.event for item in heard.no] == ["user_status_updated"]
    assert [item.event for item in heard.never] == ["error"]
    assert heard.only is not None
    assert heard.nothing is None


def test_a_map_mixes_one_item_with_groups(bench: Bench) -> None:
    heard = _heard(bench, "{message_received: {}, times: 2, only: true, never: [error]}")
    assert [(item.event, item.times_high) for item in heard.items] == [("message_received", 2)]
    assert heard.only is not None
    assert [item.event for item in heard.never] == ["error"]


def test_several_users_are_heard_each_for_itself(bench: Bench) -> None:
    step = bench.step("  - alice: POST /messages/send\n    hear: {bob: message_received, alice: nothing}\n")
    assert [hear.user for hear in step.hear] == ["bob", "alice"]


def test_values_are_saved_from_what_is_heard(bench: Bench) -> None:
    first, second = bench.steps(
        "  - alice: POST /messages/send\n    hear: {bob: {message_received: {}, save: {got: event.id, all: args}}}\n"
        "  - alice: GET /chatrooms/{{ got }}\n"
    )
    assert [(save.name, save.address.text) for save in first.hear[0].items[0].save] == [
        ("got", "event.id"),
        ("all", "args"),
    ]
    assert second.number == "2"


def test_a_user_who_is_connected_later_may_hear(bench: Bench) -> None:
    bench.steps("  - carol: connect\n    hear: {carol: nothing}\n")
    bench.steps("  - repeat: {over: [carol], as: who}\n    steps: [{who: connect, hear: {carol: nothing}}]\n")


@pytest.mark.parametrize(("kind", "name"), [("pong", "frame pong"), ("ping", "frame ping"), ("text", "frame text")])
def test_a_raw_frame_is_heard_under_a_name_of_its_own(bench: Bench, kind: str, name: str) -> None:
    item = _item(bench, f"{{frame: {kind}, data: hello, within: 1s}}")
    assert (item.event, item.within_s, item.data is not None) == (name, 1.0, True)


def test_a_frame_is_no_event(bench: Bench) -> None:
    hear = "    hear:\n      bob: [{event: message_received, frame: pong}, {frame: pung}]\n"
    assert bench.wrong(f"  - alice: POST /messages/send\n{hear}") == [
        "6:21 both `event` and `frame` | a frame is no event: write the one or the other",
        "6:61 unknown kind of frame `pung` | did you mean `pong`?",
    ]
