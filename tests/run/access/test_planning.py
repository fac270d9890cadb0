"""The plan of a matrix: which cells there are, who shares users with whom, and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.run.access.playing import group_play
from antiphon.scenario.step_model import CallStep

if TYPE_CHECKING:
    from antiphon.run.access.plan import Plan
    from conftest import Matrices

PUT = "  rows:\n    PUT /rooms/:id: {owner: 200, member: 403, stranger: 404}\n".replace(":id", "{{ room.id }}")
KINDS = ("none", "garbage", "foreign_key", "alg_none", "expired", "refresh", "logged_out", "spent")
ALL = f"{{{', '.join(f'{kind}: 401' for kind in KINDS)}}}"


def cells(plan: Plan) -> dict[str, list[str]]:
    return {
        group.id: [f"{one.cell.who} {one.cell.operation} {one.cell.expected}" for one in group.cells]
        for group in plan.groups
    }


def test_who_may_change_something_has_users_of_its_own_and_those_refused_share_theirs(matrices: Matrices) -> None:
    assert cells(matrices.plan(PUT)) == {
        "access/refusals/refused-1": ["member PUT /rooms/:id 403", "stranger PUT /rooms/:id 404"],
        "access/put-rooms-id/owner": ["owner PUT /rooms/:id 200"],
    }


def test_readers_share_their_users(matrices: Matrices) -> None:
    plan = matrices.plan("  rows: {'GET /rooms/{{ room.id }}': {owner: 200, member: 200, nobody: 401}}\n")
    assert list(cells(plan)) == ["access/reads/read-1"]
    assert len(cells(plan)["access/reads/read-1"]) == 3


def test_a_refused_change_is_read_back_by_who_may_and_heard_by_nobody(matrices: Matrices) -> None:
    matrix = matrices.matrix(PUT)
    (read,) = matrix.rows[0].reads
    assert (read.by, read.call.method, read.call.template) == ("owner", "GET", "/rooms/:id")
    play = group_play(matrix, matrices.plan(PUT).groups[0])
    labels = [step.label for step in play.scenario.steps]
    assert labels == [
        "owner: POST /rooms",
        "owner: GET /rooms/{{ room.id }} (as it is before)",
        "member: PUT /rooms/{{ room.id }}",
        "owner: GET /rooms/{{ room.id }} (as it was)",
        "stranger: PUT /rooms/{{ room.id }}",
        "owner: GET /rooms/{{ room.id }} (as it was)",
    ]
    refused = play.scenario.steps[2]
    assert [hear.user for hear in refused.hear if hear.nothing] == ["owner", "member", "stranger"]
    assert refused.must
    assert all(user.connect for user in play.scenario.users)


def test_who_may_read_back_is_asked_for_in_the_row_of_that_operation(matrices: Matrices) -> None:
    both = PUT + "    'GET /rooms/{{ room.id }}': {owner: 403, member: 200}\n"
    assert matrices.matrix(both).rows[0].reads[0].by == "member"


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ("POST /rooms: {member: 403}", "/rooms"),
        ("'PUT /rooms/{{ room.id }}/members/{{ member.id }}': {member: 403}", "/rooms/:id"),
        ("DELETE /sessions: {nobody: 401}", None),
        ("DELETE /sessions: {nobody: 401, read: GET /rooms}", "/rooms"),
        ("POST /rooms: {member: 403, read: none}", None),
    ],
)
def test_the_nearest_get_reads_back_or_what_the_row_names(matrices: Matrices, row: str, read: str | None) -> None:
    matrix = matrices.matrix(f"  rows: {{{row}}}\n")
    found = [one.call.template for one in matrix.rows[0].reads]
    assert found == ([read] if read else [])
    unread = matrices.plan(f"  rows: {{{row}}}\n").unread
    assert bool(unread) == (read is None)


def test_every_kind_of_token_is_tried_on_every_operation_that_is_not_public(matrices: Matrices) -> None:
    plan = matrices.plan(PUT + f"    GET /rooms: {{owner: 200}}\n  public: [GET /rooms]\n  tokens: {ALL}\n")
    found = cells(plan)
    assert [one.split()[0] for one in found["access/tokens/token-1"]] == list(KINDS)
    assert all("PUT /rooms/:id" in one for one in found["access/tokens/token-1"])
    assert len(found["access/tokens/connect"]) == 8
    assert found["access/tokens/refresh"] == ["spent PUT /sessions 401"]


def test_an_expired_token_is_untried_where_the_secret_is_not_known(matrices: Matrices) -> None:
    plan = matrices.plan(PUT + "  tokens: {expired: 401}\n", can_sign=False)
    assert "access/tokens/token-1" not in cells(plan)
    assert any(one.who == "token: expired" and "secret" in one.why for one in plan.untried)


def test_ids_are_tried_in_each_place_of_a_path(matrices: Matrices) -> None:
    row = "  rows: {'PUT /rooms/{{ room.id }}/members/{{ member.id }}': {owner: 200}}\n"
    plan = matrices.plan(row + "  ids: {unknown: 404, malformed: 400, deleted: 404}\n")
    assert [one.rpartition(" PUT")[0] for one in cells(plan)["access/refusals/refused-1"]] == [
        *("unknown :id", "unknown :userId", "malformed :id", "malformed :userId")
    ]
    assert [one.why for one in plan.untried if one.who.startswith("id: deleted")] == [
        "no row deletes /rooms/:id",
        "no row deletes /rooms/:id/members/:userId",
    ]


def test_what_was_deleted_is_deleted_first_by_who_may(matrices: Matrices) -> None:
    rows = PUT + "    'DELETE /rooms/{{ room.id }}': {owner: 204}\n  ids: {deleted: 404}\n"
    matrix = matrices.matrix(rows)
    group = next(one for one in matrices.plan(rows).groups if one.id == "access/deleted/rooms-id")
    assert [step.label for step in group_play(matrix, group).scenario.steps] == [
        "owner: POST /rooms",
        "owner: DELETE /rooms/{{ room.id }}",
        "owner, with a deleted :id: PUT /rooms/{{ room.id }}",
        "owner, with a deleted :id: DELETE /rooms/{{ room.id }}",
    ]


def test_emits_are_tried_by_those_who_may_and_by_all_others(matrices: Matrices) -> None:
    plan = matrices.plan(
        "  rooms: {join: {data: {id: '{{ room.id }}'}, may: [owner, member], then: {owner: POST /rooms}}}\n"
    )
    assert cells(plan) == {
        "access/emit-join/refused": ["stranger emit join refused"],
        "access/emit-join/accepted": ["owner emit join accepted", "member emit join accepted"],
    }
    (then, about), *_ = plan.groups[0].afterwards
    assert isinstance(then, CallStep)
    assert [hear.user for hear in then.hear] == ["stranger"]
    assert about == (0,)


def test_what_is_left_out_is_listed(matrices: Matrices) -> None:
    plan = matrices.plan("  rows: {'PUT /rooms/{{ room.id }}': {owner: 200, member: 403}}\n")
    left = {(one.operation, one.who): one.why for one in plan.untried}
    assert left["GET /rooms", ""] == "no row"
    assert left["PUT /rooms/:id", "stranger"] == "no status"
    assert left["emit join", ""] == "not among `rooms`"


def test_nobody_is_made_who_is_not_needed(matrices: Matrices) -> None:
    matrix = matrices.matrix(PUT)
    allowed = matrices.plan(PUT).groups[1]
    users = {user.name: user for user in group_play(matrix, allowed).scenario.users}
    assert set(users) == {"owner", "member"}
    assert (users["owner"].login, users["owner"].connect) == (True, False)
    assert (users["member"].login, users["member"].connect) == (False, False)


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        (
            "  rows: {'PUT /rooms/{{ rom.id }}': {owner: 200}}\n",
            "31 nothing defines `rom` | did you mean `room`?",
        ),
        (
            "  rows: {POST /rooms: {body: {by: '{{ payload.id }}'}, owner: 201}}\n",
            (
                "31 `payload` speaks of a step's own answer, and there is none here |"
                " for later steps write save: {NAME: payload} in that step"
            ),
        ),
        (
            "  rows: {POST /rooms: {owner: 201, with: [{boss: POST /rooms}]}}\n",
            "31 unknown user `boss` | known: member, owner, stranger",
        ),
        (
            "  rooms: {join: {may: owner, then: {owner: logout}}}\n",
            "31 `then` is one call or one emit | write a call or an emit, such as `owner: POST /messages`",
        ),
    ],
)
def test_names_and_steps_are_checked_before_the_target_is_touched(
    matrices: Matrices, section: str, problem: str
) -> None:
    assert matrices.wrong(section) == [problem]


def test_a_cell_may_speak_of_itself_and_of_what_its_row_has_made(matrices: Matrices) -> None:
    matrices.matrix(
        "  rows:\n"
        "    POST /rooms:\n"
        "      with: [{owner: POST /rooms, save: {second: payload}}]\n"
        "      body: {near: '{{ room.id }}', after: '{{ second.id }}', by: '{{ self.id }}', who: '{{ caller.id }}'}\n"
        "      owner: 201\n"
    )
