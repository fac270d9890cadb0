"""Other ids of the same form: what nothing has, what is none, and that of another call's path."""

from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.language.call import CallSpec
from antiphon.language.route import parse_verb_line
from antiphon.language.scope import Names
from antiphon.run.access.ids import (
    MALFORMED,
    parameters,
    unknown_like,
    with_malformed,
    with_that_of,
    with_unknown,
)


def call(line: str, template: str) -> CallSpec:
    route = parse_verb_line(line, NOWHERE, Problems())
    assert route is not None
    return CallSpec(method=route.method, path=route.path, template=template, source=NOWHERE)


@given(st.uuids())
def test_of_a_uuid_another_uuid_of_the_same_version_is_made(known: uuid.UUID) -> None:
    made = unknown_like(str(known))
    assert made != str(known)
    assert (uuid.UUID(made).version, uuid.UUID(made).variant) == (known.version, known.variant)


@pytest.mark.parametrize(
    ("known", "form"),
    [
        ("7", r"[1-9]{9}"),
        ("123456789012", r"[1-9]{12}"),
        ("room-17", r"room-[1-9]{9}"),
        ("msg_01AB", r"msg_[0-9A-F]{4}"),
        ("507f1f77bcf86cd799439011", r"[0-9a-f]{24}"),
        ("Zebra!", r"[A-Z][a-z]{4}!"),
    ],
)
def test_what_is_made_has_the_form_of_the_right_one(known: str, form: str) -> None:
    made = unknown_like(known)
    assert re.fullmatch(form, made)
    assert made != known


@given(st.text(max_size=60))
def test_any_text_gives_the_same_other_text_each_time(known: str) -> None:
    assert unknown_like(known) == unknown_like(known)


def test_only_the_places_of_ids_are_parameters() -> None:
    found = parameters(call("PUT /rooms/:room/members/{{ bob.id }}", "/rooms/:id/members/:userId"))
    assert found == ((2, ":id"), (4, ":userId"))


def test_one_id_of_a_path_is_put_in_place_of_the_right_one() -> None:
    scope = Names({"room": "room-1", "bob": {"id": "user-2"}})
    put = call("PUT /rooms/:room/members/{{ bob.id }}?x=1", "/rooms/:id/members/:userId")
    assert with_malformed(put, 2).path.get(scope) == f"/rooms/{MALFORMED}/members/user-2?x=1"
    assert re.fullmatch(r"/rooms/room-1/members/user-[1-9]{9}\?x=1", str(with_unknown(put, 4).path.get(scope)))
    other = call("DELETE /rooms/{{ gone }}", "/rooms/:id")
    deleted = with_that_of(put, 2, other).path.get(Names({"gone": "room-9"}, scope))
    assert deleted == "/rooms/room-9/members/user-2?x=1"
