"""What an item of `hear` may claim besides its event, as it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.scenario.claim_model import HearItem

if TYPE_CHECKING:
    from conftest import Bench


def _item(bench: Bench, written: str) -> HearItem:
    (item,) = bench.step(f"  - alice: POST /messages/send\n    hear:\n      bob: {written}\n").hear[0].items
    return item


def _wrong(bench: Bench, written: str) -> list[str]:
    return bench.wrong(f"  - alice: POST /messages/send\n    hear:\n      bob: {written}\n")


@pytest.mark.parametrize(
    ("written", "after_s", "of_request", "wait_s"),
    [
        ("{message_received: {}, after: 1s}", 1.0, False, 5.0),
        ("{message_received: {}, after: 250}", 0.25, False, 5.0),
        ("{message_received: {}, after: 1s of the request}", 1.0, True, 5.0),
        ("{message_received: {}, after: 4s}", 4.0, False, 8.0),
        ("{message_received: {}, after: 4s, within: 6s}", 4.0, False, 12.0),
        ("{message_received: {}, after: 4s, wait: 4s}", 4.0, False, 4.0),
        ("{message_received: {}}", None, False, 5.0),
    ],
)
def test_a_time_before_which_nothing_is_to_come(
    bench: Bench, written: str, after_s: float | None, of_request: bool, wait_s: float
) -> None:
    item = _item(bench, written)
    assert (item.after_s, item.after_of_request, item.wait_s) == (after_s, of_request, wait_s)


def test_a_series_rises_or_falls_along_an_address(bench: Bench) -> None:
    rising = _item(bench, "{message_received: {}, times: 2.., rising: event.n}").series
    falling = _item(bench, "{message_received: {}, times: 2, falling: 'args[1]'}").series
    assert rising is not None
    assert rising.along is not None
    assert falling is not None
    assert falling.along is not None
    assert (rising.along.text, rising.falling) == ("event.n", False)
    assert (falling.along.text, falling.falling) == ("args[1]", True)


def test_a_series_may_say_how_it_begins_and_how_it_ends(bench: Bench) -> None:
    series = _item(bench, "{message_received: {}, times: 2.., first: {n: 0}, last: {n: 100}}").series
    assert series is not None
    assert (series.along, series.first and series.first.text, series.last and series.last.text) == (
        None,
        '{"n":0}',
        '{"n":100}',
    )


def test_an_item_without_a_series_has_none(bench: Bench) -> None:
    assert _item(bench, "{message_received: {}, times: 2}").series is None


def test_any_event_is_asked_for_by_what_it_mentions(bench: Bench) -> None:
    item = _item(bench, '{any_event: {mentions: "{{ alice.id }}"}, times: 0..1}')
    assert item.mentions is not None
    assert (item.event, item.data, item.told) == (
        "any_event",
        None,
        'any event that mentions "{{ alice.id }}"',
    )


def test_an_event_that_is_itself_called_any_event_is_written_in_the_long_form(free: Bench) -> None:
    item = _item(free, "{event: any_event, data: {n: 1}}")
    assert (item.mentions, item.told) == (None, "any_event")


@pytest.mark.parametrize("form", ["[no any_event: {mentions: x}]", "{never: [{any_event: {mentions: x}}]}"])
def test_any_event_may_be_what_is_not_to_be_heard(bench: Bench, form: str) -> None:
    hear = bench.step(f"  - alice: POST /messages/send\n    hear:\n      bob: {form}\n").hear[0]
    (item,) = (*hear.no, *hear.never)
    assert item.mentions is not None


def test_any_event_is_no_event_of_the_target(bench: Bench) -> None:
    scenario = bench.scenario(
        "scenario: a title\nusers: {alice: {}, bob: {}}\nsteps:\n"
        "  - alice: POST /messages/send\n    hear: {bob: [{any_event: {mentions: x}}, no error]}\n"
    )
    assert scenario.events == ("error",)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "{message_received: {}, after: soon}",
            ["6:42 `soon` is not a duration | write 500ms, 5s or 2m; a plain number is milliseconds"],
        ),
        (
            "{message_received: {}, after: 2s, wait: 1s}",
            [
                (
                    "6:13 an impossible time for message_received: `wait` is shorter than `after`"
                    " | `wait` is how long to go on listening; it cannot end before `after`"
                )
            ],
        ),
        (
            "{message_received: {}, after: 2s, within: 1s}",
            [
                (
                    "6:42 an impossible time for message_received: `after` is not shorter than `within`"
                    " | it is heard after the one and within the other"
                )
            ],
        ),
        (
            "{message_received: {}, rising: event.n}",
            ["6:43 one event alone is never not `rising` | add `times`, such as `times: 2..`"],
        ),
        (
            "{message_received: {}, times: 2, rising: event.n, falling: event.m}",
            ["6:71 what is `rising` is not `falling` as well | keep one of them"],
        ),
        (
            "{message_received: {}, times: 2, rising: 3}",
            ['6:53 `rising` is a number, but must be a text | quote it to make it a text: "3"'],
        ),
        (
            "{message_received: {}, times: 2, rising: nowhere.n}",
            ["6:53 nothing defines `nowhere` | define it by `save`, `vars` or `inputs`, or name it among the users"],
        ),
        (
            "{message_received: {}, first: {n: '#nmber'}}",
            ["6:46 unknown matcher `#nmber` | did you mean `#number`?"],
        ),
        (
            "any_event",
            ['6:12 `any_event` does not say what it mentions | write any_event: {mentions: "{{ message.id }}"}'],
        ),
        (
            "{any_event: {}}",
            ["6:24 `any_event` needs `mentions` | a text or number that stands anywhere in it"],
        ),
        (
            "{any_event: {mentions: ''}}",
            [
                (
                    '6:35 `mentions` takes a text or a number, this is ""'
                    ' | name an id or a text, such as {mentions: "{{ message.id }}"}'
                )
            ],
        ),
        (
            "{any_event: {mentions: x, names: y}}",
            ["6:38 unknown key `names` in `any_event` | known keys: mentions"],
        ),
        (
            "{message_received: {}, answer: '{{ nowhere }}'}",
            ["6:47 nothing defines `nowhere` | define it by `save`, `vars` or `inputs`, or name it among the users"],
        ),
        (
            "{never: [{message_received: {}, answer: 1}]}",
            ["6:44 unknown key `answer` in an item that must not be heard | known keys: event, data, frame"],
        ),
        (
            "{never: [{message_received: {}, after: 1s}]}",
            ["6:44 unknown key `after` in an item that must not be heard | known keys: event, data, frame"],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(bench: Bench, written: str, told: list[str]) -> None:
    assert _wrong(bench, written) == told
