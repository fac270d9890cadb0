"""The environment's variables as settings, and `.env` beside the profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from antiphon.run.environment import (
    BadVariable,
    UnreadableVariables,
    Variables,
    override_note,
    read_environment,
    variables,
)


def test_nothing_set_means_the_defaults() -> None:
    assert variables({}) == Variables()
    assert variables({"TEST_TIMEOUT": " ", "API_BASE_URL": ""}) == Variables()


def test_each_variable_is_a_setting_with_its_unit() -> None:
    found = variables(
        {
            "API_BASE_URL": "http://127.0.0.1:1",
            "WEBSOCKET_URL": "http://127.0.0.1:2",
            "TEST_TIMEOUT": "1500",
            "TEST_RETRY_COUNT": "5",
            "API_RESPONSE_THRESHOLD": "250",
            "WEBSOCKET_DELIVERY_THRESHOLD": "1s",
            "CLEANUP_AFTER_TESTS": "No",
            "USE_FIXTURES": "false",
            "GENERATE_DYNAMIC_DATA": "off",
            "CONCURRENT_USERS_THRESHOLD": "100",
            "CONNECTION_RECOVERY_THRESHOLD": "30000",
            "MEMORY_USAGE_THRESHOLD": "50",
        }
    )
    assert found == Variables(
        base_url="http://127.0.0.1:1",
        socket_url="http://127.0.0.1:2",
        timeout_s=1.5,
        retries=5,
        api_limit_s=0.25,
        delivery_limit_s=1.0,
        clean_up=False,
        use_fixtures=False,
        generate=False,
        unexercised={
            "CONCURRENT_USERS_THRESHOLD": "at least 100 users at once",
            "CONNECTION_RECOVERY_THRESHOLD": "restored within 30 s",
            "MEMORY_USAGE_THRESHOLD": "at most 50 MB more",
        },
    )


@pytest.mark.parametrize("value", ["6", "-1", "1.0", "²", "٣", "9" * 5000])
def test_a_count_is_a_plain_number_in_its_bounds(value: str) -> None:
    with pytest.raises(BadVariable, match="a whole number from 0 to 5"):
        variables({"TEST_RETRY_COUNT": value})


def test_the_process_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("API_BASE_URL=http://file\nSECRET='a$b${c}'\nEMPTY=\n# a comment\n")
    monkeypatch.setenv("API_BASE_URL", "http://process")
    monkeypatch.delenv("EMPTY", raising=False)
    found = read_environment(tmp_path)
    assert found["API_BASE_URL"] == "http://process"
    assert found["SECRET"] == "a$b${c}"
    assert "EMPTY" not in found


def test_a_file_that_is_no_text_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff")
    with pytest.raises(UnreadableVariables, match=r"\.env cannot be read"):
        read_environment(tmp_path)


def test_the_note_says_whether_the_variable_wins() -> None:
    assert override_note("base_url", "API_BASE_URL", None) == "base_url (API_BASE_URL is not set)"
    assert override_note("base_url", "API_BASE_URL", "http://x") == "base_url (API_BASE_URL is set, and wins: http://x)"
