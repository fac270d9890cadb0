"""The access matrix as a profile says it: what is read, and what is told of mistakes, with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.target.access.section import allows, refuses

if TYPE_CHECKING:
    from conftest import Bench

HEAD = "access:\n  actors: {owner: {}, member: {}}\n"
SOCKET = "socket: {}\nevents: {emit: [join]}\n"


def test_rows_keep_their_call_and_how_each_actor_is_answered(bench: Bench) -> None:
    access = bench.target(
        HEAD + "  rows:\n"
        "    PUT /rooms/:id: {body: {name: x}, owner: 200, member: [403, 404]}\n"
        "    POST /rooms:\n"
        "      - {owner: 201, read: GET /rooms}\n"
        "      - {member: 4xx, nobody: 401, others: 403, read: none, ids: {unknown: 404, deleted: none}}\n"
    ).access
    assert access is not None
    put, first, second = access.rows
    assert (put.call.method, put.call.body is not None) == ("PUT", True)
    assert [(one.actor, one.status.text) for one in put.statuses] == [("owner", "200"), ("member", "[403, 404]")]
    assert put.reads is None
    assert first.reads is not None
    assert [read.call.path.text for read in first.reads] == ["/rooms"]
    assert second.reads == ()
    assert [(kind, status.text if status else None) for kind, status in second.ids] == [
        ("unknown", "404"),
        ("deleted", None),
    ]
    assert [row.source.line for row in access.rows] == [6, 8, 9]


def test_tokens_ids_and_what_is_public_are_kept(bench: Bench) -> None:
    access = bench.target(
        HEAD + "  public: [GET /health]\n  tokens: {none: 401, spent: [401, 403]}\n  ids: {unknown: 404}\n"
    ).access
    assert access is not None
    assert [str(one) for one in access.public] == ["GET /health"]
    assert [(kind, status.text) for kind, status in access.tokens] == [("none", "401"), ("spent", "[401, 403]")]
    assert [(kind, status.text) for kind, status in access.ids] == [("unknown", "404")]


def test_rooms_keep_who_may(bench: Bench) -> None:
    text = SOCKET + HEAD + "  rooms: {join: [{data: {id: 1}, may: owner}, {args: [1, 2], may: [owner, member]}]}\n"
    access = bench.target(text).access
    assert access is not None
    assert [(room.emit, room.may) for room in access.rooms] == [("join", ("owner",)), ("join", ("owner", "member"))]


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        (
            "  rows: {GET /a: {}}\n",
            "5:18 the row `GET /a` tries nobody | write how actors are answered, such as owner: 200",
        ),
        ("  rows: {GET /a: {onwer: 200}}\n", "5:19 unknown key `onwer` in a row of `access` | did you mean `owner`?"),
        ("  rows: {GET /a: {owner: often}}\n", "5:26 `often` is not a status | write 201, [200, 204], 2xx or any"),
        (
            "  rows: {GET /a: {owner: any}}\n",
            "5:26 `any` is no status that a cell could miss | write 403, [403, 404] or 2xx",
        ),
        (
            "  rows: {GET /a: {owner: [200, 403]}}\n",
            "5:26 `[200, 403]` both allows and refuses | a cell is allowed (below 400) or refused",
        ),
        (
            "  rows: {FETCH /a: {owner: 200}}\n",
            "5:10 `FETCH` is no method | methods: GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
        ),
        (
            "  rows: {PUT /a: {owner: 200, read: POST /a}}\n",
            "5:37 POST may change something | what reads back is a GET",
        ),
        (
            "  rows: {PUT /a: {owner: 200, read: {call: GET /a, by: me}}}\n",
            "5:56 unknown actor `me` | known: member, owner",
        ),
        ("  tokens: {none: 200}\n", "5:18 `none: 200` is no refusal | write 401, [400, 404] or 4xx"),
        ("  tokens: {nome: 401}\n", "5:12 unknown key `nome` in `tokens` | did you mean `none`?"),
        ("  ids: {unknown: 2xx}\n", "5:18 `unknown: 2xx` is no refusal | write 401, [400, 404] or 4xx"),
        ("  public: [GET health]\n", "5:12 a path begins with `/`, not `health` | write GET /..."),
        (
            "  rooms: {join: {may: owner}}\n",
            "5:11 `rooms` needs a socket, and the profile describes none | add `socket`",
        ),
    ],
)
def test_what_no_cell_can_be_made_of_is_told_with_its_place(bench: Bench, rest: str, told: str) -> None:
    assert bench.wrong(HEAD + rest) == [told]


def test_an_actor_cannot_have_a_name_that_means_something_in_rows(bench: Bench) -> None:
    assert bench.wrong("access: {actors: {others: {}, body: {}}}\n") == [
        "3:19 `others` cannot name an actor | it has a meaning of its own in rows; take another name",
        "3:31 `body` cannot name an actor | it has a meaning of its own in rows; take another name",
    ]


def test_unknown_operations_and_emits_are_told(bench: Bench) -> None:
    text = SOCKET + "operations: [GET /rooms]\n" + HEAD
    assert bench.wrong(text + "  rows: {GET /room: {owner: 200}}\n") == [
        "8:10 unknown operation `GET /room` | did you mean `GET /rooms`?"
    ]
    assert bench.wrong(text + "  public: [GET /room]\n") == [
        "8:12 unknown operation `GET /room` | did you mean `GET /rooms`?"
    ]
    assert bench.wrong(text + "  rooms: {joyn: {may: [owner]}}\n") == [
        "8:11 unknown event to emit `joyn` | did you mean `join`?"
    ]


def test_without_actors_there_is_no_matrix(bench: Bench) -> None:
    assert bench.wrong("access: {rows: {}}\n") == [
        "3:9 `access` needs `actors` | who acts, by name, with the keys of a scenario's users"
    ]


def test_a_status_allows_below_400_and_refuses_from_there_on(bench: Bench) -> None:
    access = bench.target(HEAD + "  rows: {GET /a: {owner: [200, 3xx], member: 4xx}}\n").access
    assert access is not None
    owner, member = (one.status for one in access.rows[0].statuses)
    assert (allows(owner), refuses(owner)) == (True, False)
    assert (allows(member), refuses(member)) == (False, True)
