"""A target that is not there, is another thing than the profile says, or may not be tested."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon.cli.application import suite_folder

if TYPE_CHECKING:
    from antiphon.cli.application import Application
    from conftest import Here, Small


@pytest.fixture
def closed_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def demo_suite(here: Here, application: Application) -> Path:
    """Write the packaged suite for an application that is running, and return its profile."""
    shutil.copytree(suite_folder(), here.folder, dirs_exist_ok=True)
    here.monkeypatch.setenv("API_BASE_URL", f"{application.url}/api/v1")
    here.monkeypatch.setenv("WEBSOCKET_URL", application.url)
    here.monkeypatch.setenv("TFS_SECRET", application.secret)
    return here.folder / "target.yaml"


def line_of(profile: Path, text: str) -> int:
    """Return the number of the first line that has this text in it."""
    return next(number for number, line in enumerate(profile.read_text().splitlines(), 1) if text in line)


def test_an_unreachable_target_names_the_profiles_line_and_the_variable(here: Here, closed_port: int) -> None:
    here.suite(f"http://127.0.0.1:{closed_port}", a=here.asks("never asked", "/fine"))
    said = here.antiphon("run")
    assert said.code == 3
    assert said.err == (
        f"cannot reach the target: connection refused at 127.0.0.1:{closed_port}\n"
        "  --> target.yaml:2:11  base_url (API_BASE_URL is not set)\n"
        "hint: is it running? `antiphon demo` starts one to try\n"
    )
    assert "0 passed  0 failed  0 void  1 not run" in said.out
    assert here.summary(said.run_id)["stopped_because"]["sentence"].startswith("cannot reach the target")


@pytest.mark.parametrize(("fence", "told"), [("{kind: alive}", True), ("{kind: alive, emit: sync}", False)])
def test_a_fence_that_asks_nothing_is_said_to_be_slow(here: Here, closed_port: int, fence: str, told: bool) -> None:
    url = f"http://127.0.0.1:{closed_port}"
    here.suite(url, a=here.asks("never asked", "/fine"))
    here.write("target.yaml", f"target: slow\nbase_url: {url}\nsocket: {{url: {url}}}\nfence: {fence}\n")
    assert ("waits for the server's next sign of life" in here.antiphon("run").out) is told


def test_the_variable_is_named_where_it_wins(here: Here, small: Small, closed_port: int) -> None:
    here.suite(small.url, a=here.asks("never asked", "/fine"))
    here.monkeypatch.setenv("API_BASE_URL", f"http://127.0.0.1:{closed_port}")
    said = here.antiphon("run")
    assert said.code == 3
    assert f"base_url (API_BASE_URL is set, and wins: http://127.0.0.1:{closed_port})" in said.err
    assert small.asked == []


def test_a_target_that_is_not_healthy_says_what_it_answered(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("never asked", "/fine"))
    here.write("target.yaml", (here.folder / "target.yaml").read_text().replace("GET /health", "GET /sick"))
    said = here.antiphon("run")
    assert said.code == 3
    assert f"the target is not healthy: GET {small.url}/sick answered 404" in said.err


def test_a_target_that_is_not_on_the_allow_list_is_not_touched(here: Here) -> None:
    here.suite("http://192.0.2.7:80", a=here.asks("never asked", "/fine"))
    said = here.antiphon("run")
    assert said.code == 3
    assert "cannot reach the target: 192.0.2.7:80 is not on the allow-list" in said.err
    assert "--> target.yaml:2:11" in said.err
    assert "add `192.0.2.7` to the profile's `allow`, or confirm with --yes-this-target" in said.err


def test_a_socket_that_is_not_on_the_allow_list_stops_the_run_before_the_first_call(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("never asked", "/fine"))
    here.write("target.yaml", (here.folder / "target.yaml").read_text() + "socket: {url: http://192.0.2.7}\n")
    said = here.antiphon("run")
    assert said.code == 3
    assert "the target's socket may not be connected to: 192.0.2.7:80 is not on the allow-list" in said.err
    assert "--> target.yaml:15:15  socket.url (WEBSOCKET_URL is not set)" in said.err
    assert small.asked == []
    here.monkeypatch.setenv("WEBSOCKET_URL", small.url)
    assert here.antiphon("run").code == 0


def test_so_does_a_service_s_socket(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("never asked", "/fine"))
    profile = (here.folder / "target.yaml").read_text()
    here.write("target.yaml", f"{profile}services: {{billing: {{socket: {{url: http://192.0.2.7}}}}}}\n")
    said = here.antiphon("run")
    assert said.code == 3
    assert "the socket of `billing` may not be connected to: 192.0.2.7:80 is not on the allow-list" in said.err
    assert "--> target.yaml:15:36\n" in said.err
    assert small.asked == []
    assert "planned for 192.0.2.7: at least" in here.antiphon("run", "--yes-this-target").out


def test_a_target_elsewhere_can_be_confirmed(here: Here) -> None:
    here.suite("http://192.0.2.7:80", a=here.asks("never asked", "/fine"))
    said = here.antiphon("run", "--yes-this-target")
    assert said.code == 3
    assert "allow-list" not in said.err
    assert "planned for 192.0.2.7:80: at least 0 users, 0 rooms joined, 1 request, 0 emits" in said.out


def test_a_metadata_address_is_refused_whatever_is_confirmed(here: Here) -> None:
    here.suite("http://169.254.169.254", a=here.asks("never asked", "/fine"))
    said = here.antiphon("run", "--yes-this-target")
    assert said.code == 3
    assert "is a link-local address, which Antiphon never connects to" in said.err


def test_a_recipe_that_the_target_refuses_names_its_line(here: Here, demo_application: Application) -> None:
    profile = demo_suite(here, demo_application)
    profile.write_text(profile.read_text().replace('password: "{{ self.password }}"', "password: short", 1))
    said = here.antiphon("run", "--only", "messaging/fanout")
    assert said.code == 3
    line = line_of(profile, "call: POST /auth/register")
    assert f"--> target.yaml:{line}:" in said.out
    assert "POST /auth/register answered 400, not 2xx" in said.out


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("http://127.0.0.1:3001  ", "{small}  "), "http (HTTP 404)"),
        (("protocol: socketio", "protocol: socketio\n  path: /elsewhere/"), "http (HTTP 40"),
        (('token: {auth: token, value: "{{ self.token }}"}', 'token: {auth: token, value: "wrong"}'), "connect_error"),
        (("http://127.0.0.1:3001  ", "http://127.0.0.1:{closed}  "), "unreachable"),
    ],
    ids=["plain HTTP", "wrong path", "wrong token", "nobody there"],
)
def test_scenarios_that_need_the_socket_are_errors_and_the_others_are_played(
    here: Here,
    small: Small,
    closed_port: int,
    demo_application: Application,
    change: tuple[str, str],
    says: str,
) -> None:
    profile = demo_suite(here, demo_application)
    here.monkeypatch.delenv("WEBSOCKET_URL")
    old, new = change[0], change[1].replace("{small}", small.url).replace("{closed}", str(closed_port))
    text = profile.read_text()
    assert text.count(old) >= 1
    before, _, after = text.partition("socket:\n")
    profile.write_text(
        before + "socket:\n" + after.replace(old, new, 1).replace("http://127.0.0.1:3001", demo_application.url)
    )
    here.write(
        "scenarios/alone.yaml",
        here.scenario("without a socket", "users: {alice: {role: OWNER}}", "steps: [{alice: GET /users/profile}]"),
    )
    said = here.antiphon("run", "--only", "status/profile", "--only", "alone")
    assert said.code == 3
    results = here.results(said.run_id)
    assert results["alone"]["outcome"] == "passed"
    assert results["status/profile"]["outcome"] == "error"
    assert f"socket does not come up: {says}" in said.out
    assert "--> target.yaml:" in said.out


def test_a_call_to_another_host_is_no_way_around_the_allow_list(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("goes elsewhere", "http://192.0.2.7/fine"))
    said = here.antiphon("run")
    assert said.code in (2, 3)
    assert "192.0.2.7" in said.err + said.out
