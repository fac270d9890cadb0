"""Lists that are given page by page: all of their items, and every way in which they can fail to end."""

from __future__ import annotations

from typing import Any

import pytest

from antiphon.history.entries import Call

ALL = "steps: [{nobody: GET /list?size=2, pages: list, expect: [1, 2, 3], save: {all: payload}}]\n"


def _page(*items: object, **more: object) -> Any:
    return 200, {}, {"items": list(items), **more}


async def test_cursors_are_followed_to_the_end(web: Any, web_stage: Any) -> None:
    web.routes = {
        "/api/list?size=2": _page(1, next="a b"),
        "/api/list?size=2&after=a+b": _page(2, next=7),
        "/api/list?size=2&after=7": _page(3, next=None),
    }
    web_stage.more = "paging: {list: {items: payload.items, next: payload.next, query: after}}\n"
    seen = await web_stage.play(ALL)
    assert (seen.outcome, seen.known("all")) == ("passed", [1, 2, 3])
    assert [entry.led_to for entry in seen.entries if isinstance(entry, Call)] == ["page", "page", ""]


async def test_more_ends_them_though_there_is_a_cursor(web: Any, web_stage: Any) -> None:
    web.routes = {
        "/api/list?size=2": _page(1, 2, next="x", more=True),
        "/api/list?size=2&after=x": _page(3, next="y", more=False),
    }
    web_stage.more = "paging: {list: {items: payload.items, next: payload.next, more: payload.more, query: after}}\n"
    assert (await web_stage.play(ALL)).outcome == "passed"


async def test_pages_may_be_numbered(web: Any, web_stage: Any) -> None:
    web.routes = {
        "/api/list?size=2": _page(1, 2, more=True),
        "/api/list?size=2&page=2": _page(more=True),
        "/api/list?size=2&page=3": _page(3, more=False),
    }
    web_stage.more = "paging: {list: {items: payload.items, more: payload.more, query: page}}\n"
    assert (await web_stage.play(ALL)).outcome == "passed"


async def test_the_next_page_may_be_a_url(web: Any, web_stage: Any) -> None:
    web.routes = {
        "/api/list?size=2": _page(1, 2, next="/api/more/2"),
        "/api/more/2": _page(3, next=f"{web.url}/api/more/3"),
        "/api/more/3": _page(next=""),
    }
    web_stage.more = "paging: {list: {items: payload.items, next: payload.next}}\n"
    assert (await web_stage.play(ALL)).outcome == "passed"


ENDLESS = [
    (
        {"/api/list?size=2": _page(1, next="a"), "/api/list?size=2&after=a": _page(2, next="a")},
        "repeats a cursor: page 2 gives `a`, as page 1 did; it would never end",
    ),
    ({"/api/list?size=2": (200, {}, {"items": {}})}, "has no list at `payload.items` on page 1"),
    ({"/api/list?size=2": _page(1, next={"a": 1})}, "has no cursor at `payload.next` on page 1, but a map or list"),
]


@pytest.mark.parametrize(("routes", "sentence"), ENDLESS)
async def test_pages_that_are_not_as_the_profile_says_fail_the_step(
    web: Any, web_stage: Any, routes: dict[str, Any], sentence: str
) -> None:
    web.routes = routes
    web_stage.more = "paging: {list: {items: payload.items, next: payload.next, query: after}}\n"
    seen = await web_stage.play("steps: [{nobody: GET /list?size=2, pages: list, expect: [1]}]\n")
    assert (seen.outcome, seen.sentences) == ("failed", [f"GET /list {sentence}"])


@pytest.mark.parametrize("place", ["http://127.0.0.1:1/api/more", "//127.0.0.1:1/", "http://[::1"])
async def test_a_next_page_elsewhere_is_not_asked_for(web: Any, web_stage: Any, place: str) -> None:
    web.routes = {"/api/list?size=2": _page(1, next=place)}
    web_stage.more = "paging: {list: {items: payload.items, next: payload.next}}\n"
    seen = await web_stage.play("steps: [{nobody: GET /list?size=2, pages: list}]\n")
    assert seen.sentences == [f"GET /list gives `{place}` as the next page, which is no place of this origin"]


async def test_pages_without_end_are_left_after_a_thousand(
    web: Any, web_stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.engine.paging.MOST_PAGES", 5)
    count = iter(range(100))
    web.routes = {"/api/list?size=2": _page(0, next=-1)}
    web.answer = lambda asked: _page(1, next=next(count))
    web_stage.more = "paging: {list: {items: payload.items, next: payload.next, query: after}}\n"
    seen = await web_stage.play("steps: [{nobody: GET /list, pages: list}]\n")
    assert (seen.sentences, len(web.asked)) == (["GET /list does not end within 5 pages"], 5)


async def test_a_page_that_is_refused_is_the_answer(web: Any, web_stage: Any) -> None:
    web.routes = {"/api/list?size=2": _page(1, next="a")}
    web_stage.more = "paging: {list: {items: payload.items, next: payload.next, query: after}}\n"
    seen = await web_stage.play("steps: [{nobody: GET /list?size=2, pages: list}]\n")
    failed = next(verdict for verdict in seen.played.verdicts if verdict.sentence == "GET /list answered 404, not 2xx")
    assert "that is page 2" in failed.details
