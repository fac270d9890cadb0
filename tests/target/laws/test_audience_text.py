"""Audiences: what each term says, and what is told of those that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.address import Address
from antiphon.language.scope import Names
from antiphon.target.laws.audiences import Audience, Term

if TYPE_CHECKING:
    from conftest import LawBench

FORMS = (
    "write members of ROOM id, user id, users with FIELD VALUE, caller, caller's other connections, colleagues of id, "
    "role NAME of ROOM id, everyone or nobody"
)


def audience(laws: LawBench, text: str) -> Audience:
    """Return the audience that a text says, over an emit."""
    found = laws.law(f'{{name: l, when: emit typing, then: typing, to: "{text}"}}').to
    assert found is not None
    return found


def shown(term: Term) -> tuple[str, str, str, str, str]:
    """Return what a term says."""
    at = term.at.text if term.at is not None else ""
    value = term.value.text if isinstance(term.value, Address) else f"'{term.value}'" if term.value else ""
    return term.kind, term.room, at, term.field, value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("members of club data.id", ("members", "club", "data.id", "", "")),
        (
            "members of club data.id | after(': ,')",
            ("members", "club", "data.id | after(': ,')", "", ""),
        ),
        (
            "members of club resources.note[data.items[0].id].club",
            ("members", "club", "resources.note[data.items[0].id].club", "", ""),
        ),
        ("user data.id", ("user", "", "data.id", "", "")),
        ("users with role GUEST", ("with", "", "", "role", "'GUEST'")),
        ("users with club caller.club", ("with", "", "", "club", "caller.club")),
        ("users with club 'caller.club'", ("with", "", "", "club", "'caller.club'")),
        ("users with club data", ("with", "", "", "club", "data")),
        ("caller", ("caller", "", "", "", "")),
        ("caller's other connections", ("others", "", "", "", "")),
        ("colleagues of caller.id", ("colleagues", "", "caller.id", "", "")),
        ("role OWNER of club data.id", ("role", "club", "data.id", "", "'OWNER'")),
        ("everyone", ("everyone", "", "", "", "")),
    ],
)
def test_each_term_says_who_is_meant(laws: LawBench, text: str, told: tuple[str, ...]) -> None:
    found = audience(laws, text)
    assert [shown(term) for term in found.terms] == [told]
    assert (found.but, found.when, found.text) == ((), "", text)


def test_terms_are_added_taken_away_and_dated(laws: LawBench) -> None:
    found = audience(laws, "members of club data.id, user data.who except caller, user data.x | default('a, b') before")
    assert [term.text for term in found.terms] == ["members of club data.id", "user data.who"]
    assert [term.text for term in found.but] == ["caller", "user data.x | default('a, b')"]
    assert found.when == "before"
    assert audience(laws, "everyone after").when == "after"
    assert audience(laws, "caller").when == ""


def test_a_term_knows_where_it_stands(laws: LawBench) -> None:
    found = audience(laws, "caller, user data.who except user data.x")
    first = found.source.column
    assert [term.source.column - first for term in (*found.terms, *found.but)] == [0, 8, 29]
    assert found.terms[1].at is not None
    assert found.terms[1].at.source.column - first == 13


def test_nobody_may_hear_of_what_has_an_identity(laws: LawBench) -> None:
    law = laws.law("{name: l, when: POST /notes -> 201, then: none, to: nobody}")
    assert law.to is not None
    assert [term.kind for term in law.to.terms] == ["nobody"]


def test_a_resources_field_is_found_by_its_key(laws: LawBench) -> None:
    law = laws.law(
        "{name: l, when: 'PUT /notes/:id -> 200', then: changed, to: 'members of club resources.note[path.id].club'}"
    )
    assert law.to is not None
    at = law.to.terms[0].at
    assert at is not None
    known = {"note": {"7": {"club": "c1"}}}
    assert at(Names({"path": {"id": "7"}, "resources": known})) == "c1"
    assert at(Names({"path": {"id": 7}, "resources": known})) == "c1"
    for scope in ({"path": {"id": "8"}, "resources": known}, {"path": {}, "resources": known}, {"path": {"id": "7"}}):
        assert not at(Names(scope))
    assert at.roots == {"resources", "path"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("member of room data.id", ["51 `member of room data.id` is no audience | did you mean `members`?"]),
        ("members of rom data.id", ["62 unknown room `rom` | did you mean `room`?"]),
        ("members of room", ["51 `members of room` is no audience | write members of ROOM id"]),
        ("members of room dta.id", ["67 `dta` means nothing here | did you mean `data`?"]),
        ("members of room payload.id", ["67 `payload` means nothing here | here stand ack, caller, data, resources"]),
        ("data.who", ["51 `data.who` is no audience | write user data.who"]),
        ("the caller", [f"51 `the caller` is no audience | {FORMS}"]),
        ("user", ["51 `user` is no audience | write user id"]),
        ("users with rol GUEST", ["62 no user has `rol`: no recipe saves it | did you mean `role`?"]),
        ("users with role GUST", ["67 unknown role `GUST` | did you mean `GUEST`?"]),
        ("users with club data.club.", ["76 ends where a key behind the dot should stand"]),
        ("colleagues", ["51 `colleagues` is no audience | write colleagues of id"]),
        ("caller, caller's other", ["59 `caller's other` is no audience | write caller's other connections"]),
        ("role GUST of room data.id", ["56 unknown role `GUST` | did you mean `GUEST`?"]),
        ("everyone but caller", [f"51 `everyone but caller` is no audience | {FORMS}"]),
        ("user caller.nmae", ["63 no user has `nmae`: no recipe saves it | did you mean `name`?"]),
        ("", [f"50 an audience without a name | {FORMS}"]),
        ("caller,", [f"58 an audience without a name | {FORMS}"]),
        ("except caller", [f"51 an audience without a name | {FORMS}"]),
        (
            "user resources.note.id",
            [
                (
                    "56 `resources.note.id` names no resource | write resources.NAME[ADDRESS].FIELD, such as "
                    "resources.message[path.id].chatroomId"
                )
            ],
        ),
        ("user resources.nte[data.id].by", ["66 unknown resource `nte` | did you mean `note`?"]),
        ("user resources.note[dta.id].by", ["71 `dta` means nothing here | did you mean `data`?"]),
        ("user resources.note[data.id].by | nofilter", ["85 unknown filter `nofilter` | did you mean `after`?"]),
    ],
)
def test_what_is_no_audience_is_told_with_its_column(laws: LawBench, text: str, told: list[str]) -> None:
    assert laws.wrong(f'{{name: l, when: emit typing, then: typing, to: "{text}"}}') == told
