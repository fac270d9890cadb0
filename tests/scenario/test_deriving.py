"""What is derived from a scenario's steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.scenario.model import ScenarioType

if TYPE_CHECKING:
    from conftest import Bench


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("{alice: GET /chatrooms/1}", ScenarioType.API_ONLY),
        ("{alice: login}", ScenarioType.API_ONLY),
        ("{alice: upload x, size: 1KB}", ScenarioType.API_ONLY),
        ("{assert: {alice.id: '#string'}}", ScenarioType.API_ONLY),
        ("{alice: emit sync}", ScenarioType.WEBSOCKET_ONLY),
        ("{alice: connected}", ScenarioType.WEBSOCKET_ONLY),
        ("{alice: join chatroom 5}", ScenarioType.WEBSOCKET_ONLY),
        ("{hear: {alice: nothing}}", ScenarioType.WEBSOCKET_ONLY),
        ("{alice: GET /chatrooms/1, hear: {bob: nothing}}", ScenarioType.INTEGRATION),
        ("{repeat: 2, steps: [{alice: emit sync}, {alice: GET /chatrooms/1}]}", ScenarioType.INTEGRATION),
        ("{parallel: [{alice: emit sync}, [{alice: GET /chatrooms/1}]]}", ScenarioType.INTEGRATION),
        ("{until: {do: {alice: GET /chatrooms/1}}, hear: {bob: error}}", ScenarioType.INTEGRATION),
    ],
)
def test_the_type_is_that_of_the_channels_used(bench: Bench, steps: str, expected: ScenarioType) -> None:
    text = f"scenario: a\nusers: {{alice: {{}}, bob: {{}}}}\nsteps: [{steps}]\n"
    assert bench.scenario(text).type is expected


def test_operations_and_events_are_listed_once_each_in_the_order_written(bench: Bench) -> None:
    scenario = bench.scenario("""
scenario: a
users: {alice: {}, bob: {}}
steps:
  - alice: emit sync
  - repeat: 2
    steps:
      - alice: GET /chatrooms/{{ alice.id }}
        hear: {bob: [message_received, no error, never: [typing_indicator]]}
  - alice: GET /chatrooms/7
    hear: {bob: {in_order: [error, user_status_updated]}}
cleanup:
  - alice: PUT /users/status
""")
    assert scenario.operations == ("GET /chatrooms/:id", "PUT /users/status")
    assert scenario.events == ("sync", "message_received", "error", "typing_indicator", "user_status_updated")


@pytest.mark.parametrize(
    ("users", "steps", "listens"),
    [
        ("{}", "{nobody: GET /chatrooms/1}", False),
        ("{alice: {}}", "{alice: GET /chatrooms/1}", True),
        ("{alice: {connect: false}}", "{alice: GET /chatrooms/1}", False),
        ("{alice: {login: false}}", "{alice: GET /chatrooms/1}", False),
        ("{alice: {connect: false}}", "{alice: connect}", True),
        ("{alice: {connect: false}}", "{parallel: [[{alice: reconnect}]]}", True),
        ("{alice: {connect: false}}", "{alice: disconnect}", False),
    ],
)
def test_a_scenario_listens_if_anybody_has_a_socket(bench: Bench, users: str, steps: str, listens: bool) -> None:
    assert bench.scenario(f"scenario: a\nusers: {users}\nsteps: [{steps}]\n").listens is listens
