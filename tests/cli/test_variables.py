"""The environment variables, and `.env`: each works as it is named, and a bad value is found before the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.data.supply import fixtures
from antiphon.ticking.real import SeededDice

if TYPE_CHECKING:
    from conftest import Here, Small

PEOPLE = """\
scenario: many people
users: {crowd: {count: COUNT, connect: false}}
vars: {words: "{{ fake.message() }}", who: "{{ fake.name() }}", at: "{{ fake.email() }}", file: "{{ fake.sample() }}"}
steps:
  - by: "{{ crowd[0] }}"
    do: POST /things
    body: {words: "{{ words }}", who: "{{ who }}", at: "{{ at }}", file: "{{ file.name }}", sum: "{{ file.sha256 }}"}
    status: 201
"""


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
        ("USE_FIXTURES", "perhaps", "true or false"),
        ("GENERATE_DYNAMIC_DATA", "2", "true or false"),
        ("CONCURRENT_USERS_THRESHOLD", "many", "a whole number from 0 to"),
        ("CONNECTION_RECOVERY_THRESHOLD", "soon", "a duration"),
        ("MEMORY_USAGE_THRESHOLD", "much", "a size"),
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


@pytest.mark.parametrize(
    ("name", "value", "limit"),
    [
        ("CONCURRENT_USERS_THRESHOLD", "100", "at least 100 users at once"),
        ("CONNECTION_RECOVERY_THRESHOLD", "30000", "restored within 30 s"),
        ("MEMORY_USAGE_THRESHOLD", "50", "at most 50 MB more"),
    ],
)
def test_a_threshold_that_is_not_put_to_the_test_is_told_of(one: Here, name: str, value: str, limit: str) -> None:
    one.monkeypatch.setenv(name, value)
    said = one.antiphon("run")
    assert said.code == 0
    assert f"warning: {name} ({limit}): not exercised by this run" in said.out


def made(small: Small) -> tuple[list[str], dict[str, str]]:
    """Return the names of the people that were made, several at a time, and what the thing was made of."""
    names = [body["name"] for method, path, body in small.asked if (method, path) == ("POST", "/accounts")]
    (thing,) = [body for method, path, body in small.asked if (method, path) == ("POST", "/things")]
    small.asked.clear()
    return sorted(names), thing


def test_a_seed_repeats_everything_but_the_runs_id(one: Here, small: Small) -> None:
    one.write("scenarios/a.yaml", PEOPLE.replace("COUNT", "25"))
    seen = []
    for seed in ("one", "one", "two"):
        said = one.antiphon("run", "--seed", seed)
        assert said.code == 0, said.out
        names, thing = made(small)
        assert all(name.endswith(said.run_id) for name in names)
        seen.append([text.replace(said.run_id, "RUN") for text in (*names, *thing.values())])
    assert seen[0] == seen[1] != seen[2]
    assert len(set(seen[0][:20])) == 20


@pytest.mark.parametrize("value", ["true", "false"])
def test_messages_come_from_the_fixtures_unless_they_are_switched_off(one: Here, small: Small, value: str) -> None:
    one.write("scenarios/a.yaml", PEOPLE.replace("COUNT", "1"))
    one.monkeypatch.setenv("USE_FIXTURES", value)
    assert one.antiphon("run", "--seed", "one").code == 0
    pool = fixtures(SeededDice("one").child("fixtures"))
    names, thing = made(small)
    assert (thing["words"] in pool.messages) is (value == "true")
    assert (names[0].rpartition(" ")[0] in pool.names) is (value == "true")


def test_without_generation_a_scenario_has_the_pool_and_no_more(one: Here) -> None:
    one.monkeypatch.setenv("GENERATE_DYNAMIC_DATA", "false")
    one.write("scenarios/a.yaml", PEOPLE.replace("COUNT", "19"))
    assert one.antiphon("run").code == 0
    one.write("scenarios/a.yaml", PEOPLE.replace("COUNT", "21"))
    said = one.antiphon("run")
    assert said.code == 3
    assert "the fixtures hold 20 people for a scenario, and it asks for more" in said.out
    assert "set GENERATE_DYNAMIC_DATA=true" in said.out


def test_a_file_that_is_no_text_is_bad_usage(one: Here) -> None:
    (one.folder / ".env").write_bytes(b"A=\xff\xfe\x00")
    said = one.antiphon("run")
    assert said.code == 2
    assert ".env cannot be read" in said.err
