"""Reader of a profile's `paging`: how lists are given page by page, each way by a name."""

from __future__ import annotations

from collections.abc import Mapping as MappingType

from antiphon.language import plain_values as plain
from antiphon.language.address import Address, address_of
from antiphon.language.keys import Key, Place, Reading, fits
from antiphon.language.nodes import Mapping, Node
from antiphon.target.model import PagingRule
from antiphon.target.reading import ANSWER_ROOTS, ProfileReading


def _address(node: Node, reading: Reading) -> Address:
    return address_of(node, reading.problems)


ITEMS = Key("items", ("text",), _address, "where a page has its items", required=True)
NEXT = Key("next", ("text",), _address, "where it has the next page's cursor, or without `query` its URL")
MORE = Key("more", ("text",), _address, "where it says whether there are more")
QUERY = Key("query", ("text",), plain.text, "the parameter that takes the cursor, or the number of a page")
PAGING = Place[Reading]("a paging", (ITEMS, NEXT, MORE, QUERY))


def read_paging(node: Node, reading: ProfileReading) -> MappingType[str, PagingRule]:
    """Return the ways in which lists are paged, by their names."""
    found = {}
    for entry in plain.map_of(node):
        if not fits(entry.value, ("map",), "a paging", reading.problems) or not isinstance(entry.value, Mapping):
            continue
        fields = PAGING.read(entry.value, reading, reading.problems)
        items, onward, more = fields.get(ITEMS), fields.get(NEXT), fields.get(MORE)
        reading.check_addresses([one for one in (items, onward, more) if one is not None], ANSWER_ROOTS)
        if not (fields.has(NEXT) or (fields.has(MORE) and fields.has(QUERY))):
            hint = "write next: ADDRESS of a cursor or URL, or more: ADDRESS with query: PARAMETER for numbered pages"
            reading.problems.mistake("a paging without a way to the next page", entry.value.source, hint)
        if items is not None:
            found[entry.name] = PagingRule(
                name=entry.name,
                items=items,
                next=onward,
                more=more,
                query=fields.get(QUERY) or "",
                source=entry.value.source,
            )
    return found
