"""The packaged suite: it can be read, it covers what it must, and it stays small."""

from __future__ import annotations

from typing import Any

import pytest

from antiphon.scenario.model import ScenarioType

FOLDERS = {
    *("auth", "status", "companies", "chatrooms", "messaging", "threads", "files", "permissions", "errors"),
    *("collaboration", "consistency", "security"),
}
WITHOUT_LOAD = {f"FR-{number:03}" for number in range(1, 16)} - {"FR-009"}


def test_the_packaged_profile_and_suite_have_no_problem(packaged: Any) -> None:
    assert packaged.target.name == "threadfilesharing"
    assert packaged.suite.problems == ()


def test_there_are_at_least_sixty_scenarios_in_all_twelve_folders(packaged: Any) -> None:
    scenarios = packaged.suite.scenarios
    assert len(scenarios) >= 60
    assert {scenario.id.split("/")[0] for scenario in scenarios} == FOLDERS


def test_every_scenario_covers_a_requirement_and_stands_in_its_category(packaged: Any) -> None:
    for scenario in packaged.suite.scenarios:
        assert scenario.covers, scenario.id
        assert scenario.category == scenario.id.split("/")[0], scenario.id


def test_every_requirement_that_needs_no_load_is_covered_and_no_other(packaged: Any) -> None:
    assert {each for scenario in packaged.suite.scenarios for each in scenario.covers} == WITHOUT_LOAD


@pytest.mark.parametrize("requirement", sorted(WITHOUT_LOAD))
def test_each_of_them_is_proven_on_both_channels(packaged: Any, requirement: str) -> None:
    covering = [scenario for scenario in packaged.suite.scenarios if requirement in scenario.covers]
    assert any(scenario.type is ScenarioType.INTEGRATION for scenario in covering)


def test_no_two_scenarios_have_one_title(packaged: Any) -> None:
    titles = [scenario.title for scenario in packaged.suite.scenarios]
    assert len(titles) == len(set(titles))


def test_every_scenario_stays_short_and_small(packaged: Any) -> None:
    for scenario in packaged.suite.scenarios:
        assert len(scenario.steps) <= 13, scenario.id
        assert len(scenario.users) <= 6, scenario.id


def test_every_declared_event_is_heard_or_denied_somewhere(packaged: Any) -> None:
    named = {event for scenario in packaged.suite.scenarios for event in scenario.events}
    assert packaged.target.vocabulary.events_heard - named == set()


def test_every_declared_operation_is_called_somewhere(packaged: Any) -> None:
    users = packaged.target.users
    called = {recipe.call.operation for recipe in (*users.login, *users.refresh, *users.logout)}
    called |= {operation for scenario in packaged.suite.scenarios for operation in scenario.operations}
    declared = {str(operation) for operation in packaged.target.vocabulary.operations}
    assert declared - called == set()
