"""A list that a target gives page by page, followed to its end: the payload is then the list of all items."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from antiphon.core.text import shortened, visible
from antiphon.language.scope import MISSING, Names
from antiphon.net.body import scalar_text
from antiphon.net.exchange import Request
from antiphon.target.model import PagingRule

MOST_PAGES: Final = 1000
MOST_ITEMS: Final = 100_000


class NoEnd(Exception):
    """The pages are not as the profile says, or come to no end; its text is a sentence part."""


class Pages(Struct, eq=False):
    """The pages of one list so far.

    Attributes:
        rule: How the list is paged.
        items: Those of all pages so far.
        count: How many pages came.
    """

    rule: PagingRule
    items: list[object] = field(default_factory=list)
    count: int = 0
    _given: dict[str, int] = field(default_factory=dict)

    def next(self, request: Request, facts: dict[str, object]) -> Request | None:
        """Take a page, and return the request for the next one; None after the last.

        Args:
            request: The page's.
            facts: What addresses that speak of its answer see.

        Raises:
            NoEnd: There is no list where it should be, or the pages come to no end.
        """
        rule, scope = self.rule, Names(facts)
        self.count += 1
        found = rule.items(scope)
        if not isinstance(found, list):
            raise NoEnd(f"has no list at `{rule.items.text}` on page {self.count}")
        self.items += found
        if len(self.items) > MOST_ITEMS:
            raise NoEnd(f"gives more than {MOST_ITEMS:,} items, on {self.count} pages")
        if rule.more is not None and rule.more(scope) in (False, None, MISSING):
            return None
        onward = self._onward(request, scope)
        if onward is not None and self.count >= MOST_PAGES:
            raise NoEnd(f"does not end within {MOST_PAGES:,} pages")
        return onward

    def _onward(self, request: Request, scope: Names) -> Request | None:
        rule = self.rule
        if rule.next is None:
            return _with_parameter(request, rule.query, str(_number(request, rule.query) + 1))
        cursor = rule.next(scope)
        if cursor is MISSING or cursor is None or cursor is False or cursor == "":  # 0 is a cursor like others
            return None
        if isinstance(cursor, dict | list):
            raise NoEnd(f"has no cursor at `{rule.next.text}` on page {self.count}, but a map or list")
        text = cursor if isinstance(cursor, str) else scalar_text(cursor)
        shown = f"`{shortened(visible(text), limit=80)}`"
        if text in self._given:
            before = self._given[text]
            raise NoEnd(f"repeats a cursor: page {self.count} gives {shown}, as page {before} did; it would never end")
        self._given[text] = self.count
        if rule.query:
            return _with_parameter(request, rule.query, text)
        return _at(request, text, shown)


def _number(request: Request, parameter: str) -> int:
    """Return the number of a page that is asked for; the first is 1 where it is not written."""
    given = dict(parse_qsl(urlsplit(request.url).query)).get(parameter, "1")
    if not (given.isascii() and given.isdigit()):
        raise NoEnd(f"is paged by number, and `{parameter}` is `{shortened(visible(given), limit=40)}`")
    return int(given[:9])


def _with_parameter(request: Request, name: str, value: str) -> Request:
    url, _, query = request.url.partition("?")
    pairs = [(key, given) for key, given in parse_qsl(query, keep_blank_values=True) if key != name]
    return replace(request, url=f"{url}?{urlencode([*pairs, (name, value)], errors='surrogatepass')}")


def _at(request: Request, place: str, shown: str) -> Request:
    """Return the request for a page whose URL an answer gives; it must be one of the same origin."""
    try:
        url = urljoin(request.url, place)
        is_here = urlsplit(url)[:2] == urlsplit(request.url)[:2]
    except ValueError:
        is_here = False
    if not is_here:
        raise NoEnd(f"gives {shown} as the next page, which is no place of this origin")
    return replace(request, url=url)
