"""The access matrix of the reference application: nothing is left out of it, it holds, and it notices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.tools.demos import Ran, demo

from antiphon.run.access.compiling import compile_matrix
from antiphon.run.access.plan import Plan
from antiphon.run.access.planning import plan_matrix

CELLS = 1039
WHOLE_WITHIN_S = 900  # some 25 s of CPU, of which a busy machine gives little
UNTRIED = {
    # Taking part in a room or thread ends by a DELETE of the relation, not of the person or of the room.
    ("PUT /users/:id/role", "id: deleted :id"),
    ("POST /chatrooms/:id/members/:userId", "id: deleted :userId"),
    ("DELETE /chatrooms/:id/members/:userId", "id: deleted :userId"),
    ("POST /threads/:id/participants/:userId", "id: deleted :userId"),
    ("DELETE /threads/:id/participants/:userId", "id: deleted :userId"),
}
READ_BY_NOTHING = ("POST /auth/login", "POST /auth/refresh", "POST /files/upload/initiate")


@pytest.fixture(scope="module")
def plan(packaged: Any) -> Plan:
    """Return what is played of the packaged profile's matrix."""
    matrix, problems = compile_matrix(packaged.target, packaged.suite.fragments, lambda _name: None)
    assert [str(problem) for problem in problems] == []
    assert matrix is not None
    return plan_matrix(matrix, can_sign=True)


def cells(ran: Ran) -> dict[str, int]:
    """Return how many cells came out how."""
    return dict(json.loads((ran.folder / "run.json").read_text())["access"]["cells"])


def test_every_operation_and_every_emit_is_tried(packaged: Any, plan: Plan) -> None:
    tried = {cell.cell.operation for group in plan.groups for cell in group.cells}
    vocabulary = packaged.target.vocabulary
    assert {str(operation) for operation in vocabulary.operations} - tried == set()
    assert {f"emit {name}" for name in vocabulary.events_emitted} - tried == set()


def test_what_is_left_out_is_known_one_by_one(plan: Plan) -> None:
    assert {(one.operation, one.who) for one in plan.untried} == UNTRIED
    assert plan.unread == READ_BY_NOTHING
    assert plan.cells == CELLS


def test_every_actor_is_tried_on_every_operation_that_is_not_public(packaged: Any, plan: Plan) -> None:
    access = packaged.target.access
    public = {str(operation) for operation in access.public}
    tried = {
        (cell.cell.operation, cell.cell.who)
        for group in plan.groups
        for cell in group.cells
        if cell.cell.kind == "actor"
    }
    for operation in packaged.target.vocabulary.operations:
        for actor in access.names if str(operation) not in public else ():
            assert (str(operation), actor) in tried


def test_the_matrix_holds(tmp_path: Path) -> None:
    ran = demo(tmp_path / "demo", "--access", "--only", "access", deadline_s=WHOLE_WITHIN_S)
    assert ran.code == 0, ran.out + ran.err
    assert ran.out.count("\nfailed") == 0, ran.out
    found = cells(ran)
    assert found.pop("held") >= CELLS - found.pop("void", 0)
    assert found == {}
    assert "left at the target" not in ran.out


@pytest.mark.parametrize(
    ("defect", "only", "told"),
    [
        ("revoked-token-accepted-over-rest", "access/tokens", "answered 200, not 401"),
        ("refresh-token-usable-twice", "access/tokens/refresh", "POST /auth/refresh answered 200, not 401"),
        (
            "expired-token-accepted-on-socket",
            "access/tokens/connect",
            "connect was accepted, though it was to be refused",
        ),
        ("unsigned-token-believed", "access/tokens", "answered 200, not 401"),
        ("former-members-see-threads", "access/reads", "GET /threads answered 200, not 403"),
        ("join-unchecked", "access/emit-join-chatroom", "emit join_chatroom was accepted, though it was to be refused"),
    ],
)
def test_a_door_that_stands_open_is_found_by_the_matrix_alone(
    tmp_path: Path, defect: str, only: str, told: str
) -> None:
    ran = demo(tmp_path / "demo", "--defect", defect, "--access", "--only", only)
    assert ran.code == 1, ran.out + ran.err
    assert told in ran.out
    assert cells(ran)["failed"] >= 1
