from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from antiphon.report.json_report import SCHEMA, json_report


def document(run) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json_report(run.summary, run.results, run.entries))
    return made


def result(run, scenario: str) -> dict[str, Any]:
    return next(made for made in document(run)["results"] if made["scenarioId"] == scenario)


def test_a_failed_result_is_as_it_was(run, snapshot) -> None:
    assert json.dumps(result(run, "messaging/fanout"), indent=1, ensure_ascii=False) == snapshot


def test_the_run_is_as_it_was(run, snapshot) -> None:
    assert json.dumps(document(run)["run"], indent=1, ensure_ascii=False) == snapshot


def test_the_document_names_its_schema(run) -> None:
    assert document(run)["schema"] == SCHEMA == "antiphon.report/1"


@pytest.mark.parametrize(
    ("scenario", "status", "kind"),
    [
        ("auth/login", "PASSED", None),
        ("auth/refresh", "PASSED", None),
        ("messaging/fanout", "FAILED", "differs"),
        ("messaging/slow", "FAILED", "late"),
        ("files/huge", "FAILED", "timeout"),
        ("roles/promote", "ERROR", "error"),
        ("status/online", "ERROR", "void"),
        ("files/quota", "SKIPPED", None),
        ("status/away", "SKIPPED", None),
        ("threads/nested", "SKIPPED", None),
    ],
)
def test_each_outcome_has_its_status_and_its_error(run, scenario: str, status: str, kind: str | None) -> None:
    made = result(run, scenario)
    assert made["status"] == status
    assert (made["errorDetails"] or {}).get("kind") == kind


def test_results_keep_the_rules_of_the_entity(run) -> None:
    for made in document(run)["results"]:
        if made["status"] == "SKIPPED":
            assert made["duration"] is None
            assert made["startTime"] is None
        else:
            assert made["duration"] > 0
            assert made["startTime"] <= made["endTime"]
        assert (made["errorDetails"] is not None) == (made["status"] in ("FAILED", "ERROR"))
        for metric in made["performanceMetrics"]:
            assert metric["value"] >= 0
            assert metric["threshold"] is None or metric["threshold"] > 0
            assert metric["isWithinThreshold"] == (metric["value"] <= metric["threshold"])


def test_a_flaky_result_says_so_and_keeps_what_failed_before(run) -> None:
    made = result(run, "auth/refresh")
    assert made["flaky"] is True
    assert made["attempts"] == 2
    assert made["logs"] == ["earlier attempt: POST /auth/refresh answered 503, not 2xx"]


def test_moments_are_wall_time_counted_from_the_runs_beginning(run) -> None:
    assert result(run, "messaging/fanout")["startTime"] == "2026-03-01T09:30:01.150000Z"
    odd = msgspec.structs.replace(run.summary, started="yesterday")
    assert json.loads(json_report(odd, run.results))["run"]["startTime"] is None


def test_keys_are_camel_case(run) -> None:
    def keys(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [key for key in value if key != "not run"]
            return [*own, *(key for inner in value.values() for key in keys(inner))]
        if isinstance(value, list):
            return [key for inner in value for key in keys(inner)]
        return []

    assert all("_" not in key and key[:1].islower() for key in keys(document(run)))


def test_hostile_text_keeps_its_value_and_acts_nowhere(hostile_run, hostile) -> None:
    raw = json_report(hostile_run.summary, hostile_run.results, hostile_run.entries).decode()
    for character in ("\x1b", "\x9b", "\u202e", "##["):
        assert character not in raw
    assert not any(line.lstrip().startswith("::") for line in raw.splitlines())
    title = json.loads(raw)["results"][0]["name"]
    assert title == hostile.replace("\ud800", "\\ud800")
