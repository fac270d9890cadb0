"""What items of `hear` claim besides their event, played: earliest times, series, any event that mentions a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Stage

BOB = 'to: "{{ bob.id }}"'


def progress(*values: int, after_ms: int = 0) -> str:
    """Return a script of events that bob hears."""
    events = ", ".join(f"{{{BOB}, event: progress, data: {{n: {n}}}, after_ms: {after_ms}}}" for n in values)
    return f"events: [{events}]"


async def bad(stage: Stage, script: str, hear: str) -> list[str]:
    """Play one call of alice's with a script, and return what did not hold of what bob was to hear."""
    return (await stage.steps(f"- alice: POST /do\n  body: {{{script}}}\n  hear: {{bob: {hear}}}\n")).bad


@pytest.mark.parametrize(
    ("after_ms", "hear", "told"),
    [
        (60, "{progress: {}, after: 30ms}", []),
        (0, "{progress: {}, after: 30ms, wait: 60ms}", ["1 failed early bob"]),
        (60, "{progress: {}, after: 2s of the request}", ["1 failed early bob"]),
    ],
)
async def test_an_event_may_have_to_keep_off(stage: Stage, after_ms: int, hear: str, told: list[str]) -> None:
    hear = hear.replace("2s of the request}", "2s of the request, wait: 2s}")
    assert await bad(stage, progress(7, after_ms=after_ms), f"[{hear}]") == told


@pytest.mark.parametrize(
    ("values", "claims", "told"),
    [
        ((0, 50, 100), "times: 3, rising: event.n, first: {n: 0}, last: {n: 100}", []),
        ((0, 100, 50), "times: 3, rising: event.n", ["1 failed reordered bob"]),
        ((9, 5, 1), "times: 3, falling: event.n", []),
        ((9, 9, 1), "times: 3, falling: event.n", ["1 failed reordered bob"]),
        ((1, 2), "times: 2, first: {n: 0}", ["1 failed differs bob"]),
        ((0, 50), "times: 2.., last: {n: 100}, wait: 50ms", ["1 failed differs bob"]),
    ],
)
async def test_events_may_have_to_be_a_series(
    stage: Stage, values: tuple[int, ...], claims: str, told: list[str]
) -> None:
    assert await bad(stage, progress(*values), f"[{{progress: {{}}, {claims}}}]") == told


async def test_the_last_of_a_series_is_waited_for_however_many_came_before(stage: Stage) -> None:
    first = progress(1).removesuffix("]")
    last = progress(100, after_ms=60).removeprefix("events: [")
    assert await bad(stage, f"{first}, {last}", "[{progress: {}, times: 1.., last: {n: 100}}]") == []


async def test_a_series_is_broken_by_what_comes_after_its_step(stage: Stage) -> None:
    seen = await stage.steps(
        f"""
        - alice: POST /do
          body: {{events: [{{{BOB}, event: a, data: {{n: 2}}}}, {{{BOB}, event: a, data: {{n: 1}}, after_ms: 60}}]}}
          hear: {{bob: [{{a: {{}}, times: 1.., rising: event.n}}]}}
        - pause: 100ms
          because: the second event comes later
        """
    )
    assert seen.bad == ["1 failed reordered bob"]


@pytest.mark.parametrize(
    ("script", "hear", "told"),
    [
        ("data: {room: {id: thing-7}}", "[{any_event: {mentions: thing-7}}]", []),
        ("data: {room: {id: thing-8}}", "[{any_event: {mentions: thing-7}, wait: 50ms}]", ["1 failed lost bob"]),
        ("data: {link: /things/thing-7}", "[no any_event: {mentions: thing-7}]", ["1 failed leaked bob"]),
        ("data: {link: /things/thing-7}", "[{news: {}}, no any_event: {mentions: thing-7}]", []),
        ("data: {id: thing-8}", "[never: [any_event: {mentions: thing-7}]]", []),
        ("data: {id: thing-7}", "[never: [any_event: {mentions: '{{ alice.id }}'}]]", []),
    ],
)
async def test_any_event_counts_that_mentions_a_thing(stage: Stage, script: str, hear: str, told: list[str]) -> None:
    assert await bad(stage, f"events: [{{{BOB}, event: news, {script}}}]", hear) == told
