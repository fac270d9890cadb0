"""The environment variables, and `.env`: each works as it is named, and a bad value is found before the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Here, Small

LATER = (
    "CONCURRENT_USERS_THRESHOLD",
    "CONNECTION_RECOVERY_THRESHOLD",
    "MEMORY_USAGE_THRESHOLD",
    "USE_FIXTURES",
    "GENERATE_DYNAMIC_DATA",
)


@pytest.fixture
def one(here: Here, small: Small) -> Here:
    """Return a suite of one scenario that makes a thing."""
    here.suite(
        "http://127.0.0.1:9",
        a=here.scenario("makes a thing", "users: {alice: {}}", "steps: [{alice: POST /things, status: 201}]"),
    )
    here.monkeypatch.setenv("API_BASE_URL", small.url)
    return here


@pytest.mark.parametrize("way", ["environment", ".env"])
def test_the_base_url_is_overridden(one: Here, small: Small, way: str) -> None:
    if way == ".env":
        one.monkeypatch.delenv("API_BASE_URL")
        one.write(".env", f"# where it runs\nexport API_BASE_URL='{small.url}'\n")
    said = one.antiphon("run")
    assert said.code == 0
    assert f"small at {small.url}" in said.out


def test_the_environment_wins_over_the_file(one: Here, small: Small) -> None:
    one.write(".env", "API_BASE_URL=http://127.0.0.1:9\n")
    assert f"at {small.url}" in one.antiphon("run").out


def test_the_file_is_looked_for_beside_the_profile(one: Here, small: Small) -> None:
    one.monkeypatch.delenv("API_BASE_URL")
    one.write(".env", f"API_BASE_URL={small.url}\n")
    (one.folder / "below").mkdir()
    one.monkeypatch.chdir(one.folder / "below")
    assert one.antiphon("run", "--target", "../target.yaml").code == 0


def test_a_scenarios_time_is_limited(one: Here) -> None:
    one.write("scenarios/a.yaml", one.asks("waits", "/slow"))
    one.monkeypatch.setenv("TEST_TIMEOUT", "300")
    said = one.antiphon("run")
    assert said.code == 1
    assert "the scenario's time ran out" in said.out


def test_a_scenarios_own_time_wins(one: Here) -> None:
    one.write("scenarios/a.yaml", one.asks("is quick", "/fine", "timeout: 30s"))
    one.monkeypatch.setenv("TEST_TIMEOUT", "0.001ms")
    assert one.antiphon("run").code == 0


def test_failed_scenarios_are_tried_again(one: Here) -> None:
    one.write("scenarios/a.yaml", one.asks("at the second try", "/once"))
    one.monkeypatch.setenv("TEST_RETRY_COUNT", "1")
    said = one.antiphon("run")
    assert (said.code, "1 flaky" in said.out) == (0, True)


def test_the_option_wins_over_the_variable(one: Here) -> None:
    one.write("scenarios/a.yaml", one.asks("at the second try", "/once"))
    one.monkeypatch.setenv("TEST_RETRY_COUNT", "1")
    assert one.antiphon("run", "--retries", "0").code == 1


def test_the_average_answer_has_a_limit(one: Here) -> None:
    one.monkeypatch.setenv("API_RESPONSE_THRESHOLD", "0.001")
    said = one.antiphon("run")
    assert said.code == 1
    assert "failed  threshold" in said.out


def test_the_average_delivery_has_a_limit(here: Here) -> None:
    here.monkeypatch.setenv("WEBSOCKET_DELIVERY_THRESHOLD", "80ms")
    said = here.antiphon("demo", "--only", "messaging/fanout", "--retries", "2")
    assert "(limit 80 ms)" in said.out
    assert here.summary(said.run_id)["delivery_limit_s"] == 0.08


@pytest.mark.parametrize("value", ["false", "0", "no", "OFF"])
def test_clean_up_can_be_switched_off(one: Here, small: Small, value: str) -> None:
    one.monkeypatch.setenv("CLEANUP_AFTER_TESTS", value)
    said = one.antiphon("run")
    assert said.code == 0
    assert small.asked_for("DELETE", "/things/thing-1") == 0
    assert one.results(said.run_id)["a"]["kept"] == 1
    one.monkeypatch.setenv("CLEANUP_AFTER_TESTS", "true")
    assert one.antiphon("run").code == 0
    assert small.asked_for("DELETE", "/things/thing-2") == 2  # removed, and found gone


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("TEST_TIMEOUT", "soon", "a duration of more than 0 and at most 300 s"),
        ("TEST_TIMEOUT", "301s", "a duration of more than 0 and at most 300 s"),
        ("TEST_TIMEOUT", "0", "a duration"),
        ("TEST_RETRY_COUNT", "6", "a whole number from 0 to 5"),
        ("TEST_RETRY_COUNT", "-1", "a whole number from 0 to 5"),
        ("TEST_RETRY_COUNT", "²", "a whole number from 0 to 5"),
        ("API_RESPONSE_THRESHOLD", "fast", "a duration"),
        ("WEBSOCKET_DELIVERY_THRESHOLD", "nan", "a duration"),
        ("CLEANUP_AFTER_TESTS", "perhaps", "true or false"),
    ],
)
def test_a_bad_value_is_bad_usage(one: Here, small: Small, name: str, value: str, wanted: str) -> None:
    one.monkeypatch.setenv(name, value)
    said = one.antiphon("run")
    assert said.code == 2
    assert f"{name} is `{value}`, and must be {wanted}" in said.err
    assert "hint: correct it where it is set" in said.err
    assert small.asked == []


@pytest.mark.parametrize(("name", "scheme"), [("API_BASE_URL", "ftp"), ("WEBSOCKET_URL", "gopher")])
def test_a_url_that_is_none_is_bad_usage_and_names_the_variable(one: Here, name: str, scheme: str) -> None:
    one.write("target.yaml", (one.folder / "target.yaml").read_text() + "socket: {url: http://127.0.0.1:9}\n")
    one.monkeypatch.setenv(name, f"{scheme}://127.0.0.1")
    said = one.antiphon("run")
    assert said.code == 2
    assert f"<{name}>" in said.err
    assert f"look at {name} in the environment, in .env or on the command line" in said.err


@pytest.mark.parametrize("name", LATER)
def test_a_variable_of_a_later_version_is_warned_of(one: Here, name: str) -> None:
    one.monkeypatch.setenv(name, "1")
    said = one.antiphon("run")
    assert said.code == 0
    assert f"warning: {name} is set, but this version does not use it yet" in said.out


def test_a_file_that_is_no_text_is_bad_usage(one: Here) -> None:
    (one.folder / ".env").write_bytes(b"A=\xff\xfe\x00")
    said = one.antiphon("run")
    assert said.code == 2
    assert ".env cannot be read" in said.err
