"""The pytest plugin, tried by pytest itself in processes of its own, against a scripted target."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from antiphon.testing.scripted_target import ScriptedTarget
from antiphon.testing.threaded import threaded
from antiphon.ticking.real import RealClock

pytest_plugins = ["pytester"]

PROFILE = """
target: scripted
base_url: {url}
health: [GET /health]
http:
  token: {{header: authorization, value: "Bearer {{{{ self.token }}}}"}}
  envelope: {{success: [{{where: {{status: success}}, payload: data}}], error: {{code: code, message: message}}}}
socket: {{url: {url}, token: {{auth: token, value: "{{{{ self.token }}}}"}}, ready: ready, ambient: [ready]}}
fence: {{kind: delivery, emit: sync}}
users:
  roles: [MEMBER, OWNER]
  make:
    default:
      - call: POST /users
        body: {{email: "{{{{ self.email }}}}", password: "{{{{ self.password }}}}"}}
        save: {{self.id: payload.id}}
  login:
    - call: POST /login
      body: {{email: "{{{{ self.email }}}}", password: "{{{{ self.password }}}}"}}
      save: {{self.token: payload.token}}
resources:
  thing: {{from: POST /things -> 201, key: payload.id}}
cleanup:
  thing: "DELETE /things/{{{{ key }}}}"
"""
HOLDS = "scenario: it holds\ntags: [quick, two-words]\nsteps:\n  - nobody: GET /echo/holds\n"
FAILS = "scenario: it fails\ntags: [slow]\nsteps:\n  - nobody: GET /echo/fails\n    expect: {path: /else}\n"
VOID = "scenario: it is void\nusers: {alice: {}}\nsteps:\n  - alice: POST /do\n    hear: {alice: nothing}\n"
NEEDS = "scenario: it needs more\nneeds: [telepathy]\nsteps:\n  - nobody: GET /echo\n"
PYTHON = (
    "from antiphon.python import User, scenario\n\n"
    '@scenario("in Python", users={"alice": {"connect": False}})\n'
    "async def first(alice: User) -> None:\n    await alice.get('/echo/python')\n\n"
    '@scenario("in Python, and wrong", users={"alice": {"connect": False}})\n'
    "async def second(alice: User) -> None:\n    assert (await alice.get('/echo')).status == 500\n"
)


@pytest.fixture
def target() -> Iterator[ScriptedTarget]:
    """A target that does as it is told."""
    with threaded(ScriptedTarget(RealClock())) as scripted:
        yield scripted


class Bench:
    """A folder with a suite, in which pytest is called."""

    def __init__(self, pytester: pytest.Pytester, target: ScriptedTarget) -> None:
        self.pytester = pytester
        self.target = target
        self.write("target.yaml", PROFILE.format(url=target.url))

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def suite(self, **scenarios: str) -> None:
        """Write scenarios."""
        for name, text in scenarios.items():
            self.write(f"scenarios/{name.replace('__', '/')}.yaml", text)

    def pytest(self, *words: str, target: bool = True, process: bool = False) -> pytest.RunResult:
        """Call pytest with this plugin and no other; in a `process` of its own where that matters."""
        profile = ["--target", "target.yaml"] if target else []
        given = ["-p", "no:cacheprovider", "-p", "antiphon.pytest_plugin", *words, *profile]
        if process:
            return self.pytester.runpytest_subprocess(*given, timeout=60)
        return self.pytester.runpytest_inprocess(*given)

    @property
    def asked(self) -> list[str]:
        """What was asked of the target besides its health and its users."""
        paths = [request.path for request in self.target.requests]
        return [path for path in paths if path not in ("/health", "/users", "/login")]


@pytest.fixture
def bench(pytester: pytest.Pytester, target: ScriptedTarget, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A folder with a profile."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return Bench(pytester, target)


def test_each_scenario_is_an_item_and_a_failure_is_antiphons_own_text(bench: Bench) -> None:
    bench.suite(a__holds=HOLDS, b__fails=FAILS)
    result = bench.pytest("scenarios/", "-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "scenarios/a/holds.yaml::holds PASSED*",
            "scenarios/b/fails.yaml::fails FAILED*",
            "*failed: * differs in `path`*",
            "*--> scenarios/b/fails.yaml:5:13",
            "*5 |     expect: {path: /else}",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert bench.asked == ["/echo/holds", "/echo/fails"]


def test_one_run_is_kept_and_told_for_the_whole_session(bench: Bench) -> None:
    bench.suite(a=HOLDS, b=FAILS)
    result = bench.pytest("scenarios", "--antiphon-seed", "c0ffee", "--antiphon-report", "reports")
    (run,) = (bench.pytester.path / ".antiphon" / "runs").iterdir()
    summary = json.loads((run / "run.json").read_text())
    assert (summary["seed"], summary["finished"]) == ("c0ffee", True)
    assert (run / "report.html").is_file()
    assert (bench.pytester.path / "reports" / "junit.xml").is_file()
    result.stdout.fnmatch_lines(["*= Antiphon =*", "1 passed  1 failed*", "report reports/report.html*"])


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["-k", "holds"], ["/echo/holds"]),
        (["-k", "two-words"], ["/echo/holds"]),
        (["-m", "slow"], ["/echo/fails"]),
        (["-x"], ["/echo/fails"]),
        (["scenarios/b_holds.yaml::b_holds"], ["/echo/holds"]),
        (["--collect-only"], []),
    ],
    ids=" ".join,
)
def test_items_are_chosen_as_pytest_chooses(bench: Bench, words: list[str], asked: list[str]) -> None:
    bench.suite(a_fails=FAILS, b_holds=HOLDS)
    bench.pytest("--strict-markers", *words)
    assert bench.asked == asked


def test_what_failed_last_is_played_again(bench: Bench) -> None:
    bench.suite(a=HOLDS, b=FAILS)
    bench.pytest("scenarios", "-p", "cacheprovider")
    bench.target.requests.clear()
    bench.pytest("scenarios", "-p", "cacheprovider", "--lf").assert_outcomes(failed=1)
    assert bench.asked == ["/echo/fails"]


def test_what_cannot_be_played_is_an_error(bench: Bench) -> None:
    bench.target.manners.login_refused = True
    bench.suite(a="scenario: nobody logs in\nusers: {alice: {}}\nsteps: [{alice: GET /echo}]\n")
    result = bench.pytest("scenarios")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ERROR at setup of a*", "*login*"])


def test_what_cannot_be_judged_is_skipped_with_the_reason(bench: Bench) -> None:
    bench.write("target.yaml", PROFILE.format(url=bench.target.url).replace("{kind: delivery, emit: sync}", "none"))
    bench.suite(a=VOID, b=NEEDS)
    result = bench.pytest("scenarios", "-rs")
    result.assert_outcomes(skipped=2)
    result.stdout.fnmatch_lines(["*alice*fence*", "*it needs telepathy, which this target does not have*"])


def test_scenarios_in_python_are_items_of_their_file(bench: Bench) -> None:
    bench.write("scenarios/scenario_two.py", PYTHON)
    result = bench.pytest("scenarios", "-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "scenarios/scenario_two.py::first PASSED*",
            "scenarios/scenario_two.py::second FAILED*",
            "*the assertion does not hold: assert (await alice.get('/echo')).status == 500",
            "*--> scenarios/scenario_two.py:9:*",
        ]
    )


def test_problems_of_the_suite_are_told_as_by_check_and_nothing_is_played(bench: Bench) -> None:
    bench.suite(a=HOLDS, b="scenario: bad\nstps: []\n")
    result = bench.pytest("scenarios")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*unknown key `stps`*", "*scenarios/b.yaml:2:1*", "*did you mean `steps`?*"])
    assert bench.asked == []


@pytest.mark.parametrize("words", [["--target", "nowhere.yaml"], ["--antiphon-target=nowhere.yaml"]], ids=" ".join)
def test_a_profile_that_is_not_there_is_bad_usage(bench: Bench, words: list[str]) -> None:
    bench.suite(a=HOLDS)
    result = bench.pytest("scenarios", *words, target=False)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no file nowhere.yaml*"])


def test_a_target_that_is_not_there_is_told_once_and_ends_the_session(bench: Bench) -> None:
    bench.suite(a=HOLDS, b=HOLDS)
    bench.write("target.yaml", PROFILE.format(url="http://127.0.0.1:9"))
    result = bench.pytest("scenarios")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (result.stdout.str() + result.stderr.str()).count("cannot reach the target") == 1


def test_users_of_the_target_serve_ordinary_tests(bench: Bench) -> None:
    bench.write(
        "test_it.py",
        """
def test_holds(users, antiphon):
    alice, bob = users(alice={"role": "OWNER"}, bob={})
    made = alice.post("/things", {"n": 1}, status=201)
    assert made.payload["n"] == 1
    alice.post("/do", {"events": [{"to": bob.id, "event": "news", "data": {"n": 1}}]})
    assert bob.hears("news", {"n": "#integer"}).event == {"n": 1}
    alice.hears_nothing()
    assert antiphon.target == "scripted" and antiphon.run_id and antiphon.base_url.startswith("http")

def test_claims(users):
    people = users(alice={"connect": False})
    people.alice.get("/echo", expect={"path": "/else"})
    people.scene.claim(3, {"#range": [5, 9]})

def test_parallel(users):
    people = users(alice={}, bob={})
    first, second = people.scene.parallel(people.alice.later.get("/echo/1"), people.bob.later.get("/echo/2"))
    assert (first.payload["path"], second.payload["path"]) == ("/echo/1", "/echo/2")

def test_stops(users):
    (alice,) = users(alice={"connect": False})
    alice.get("/echo", status=500, must=True)

def test_own_assertion(users):
    (alice,) = users(alice={"connect": False})
    assert alice.get("/echo").status == 201
""",
    )
    result = bench.pytest("test_it.py")
    result.assert_outcomes(passed=2, failed=3)
    out = result.stdout.str()
    assert "--> test_it.py:13:5" in out
    assert "differs in `path`" in out
    assert "the claim differs in `value`" in out
    assert "assert 200 == 201" in out
    deleted = {request.path for request in bench.target.requests if request.method == "DELETE"}
    assert len(deleted) == 1
    assert re.search(r"^2 passed  3 failed", out, re.MULTILINE)


def test_a_threshold_that_is_missed_fails_the_session_though_every_item_passed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_RESPONSE_THRESHOLD", "1ms")
    bench.suite(
        a="scenario: slow\nusers: {alice: {connect: false}}\nsteps:\n  - alice: POST /do\n    body: {hold_ms: 1000}\n"
    )
    result = bench.pytest("scenarios")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["failed  threshold*"])


def test_users_that_cannot_be_made_fail_the_test_with_the_reason(bench: Bench) -> None:
    bench.target.manners.login_refused = True
    bench.write("test_it.py", "def test_it(users):\n    users(alice={})\n")
    result = bench.pytest("test_it.py")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["error: alice could not log in: POST /login answered 401, not 2xx"])
    assert "During handling" not in result.stdout.str()


def test_a_test_can_play_a_scenario_of_the_suite(bench: Bench) -> None:
    bench.suite(a=HOLDS, b=FAILS)
    bench.write(
        "test_it.py",
        "def test_it(antiphon):\n    assert antiphon.play('a').kind == 'passed'\n"
        "    assert 'differs' in antiphon.play('b').text\n",
    )
    bench.pytest("test_it.py").assert_outcomes(passed=1)


def test_without_a_profile_the_plugin_does_nothing_and_imports_nothing(bench: Bench) -> None:
    bench.suite(a=HOLDS)
    bench.write(
        "test_it.py",
        "import sys\n\ndef test_it():\n"
        "    ours = [name for name in sys.modules if name.startswith('antiphon.')]\n"
        "    assert ours in ([], ['antiphon.pytest_plugin'])\n\n"
        "def test_fixture(users):\n    pass\n",
    )
    result = bench.pytest("scenarios", "test_it.py", target=False, process=True)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*the fixtures of Antiphon need a profile: pytest --target target.yaml*"])
    assert not (bench.pytester.path / ".antiphon").exists()


def test_a_target_option_of_somebody_else_stays_theirs(bench: Bench) -> None:
    bench.write("conftest.py", "def pytest_addoption(parser):\n    parser.addoption('--target', default='none')\n")
    bench.write("test_it.py", "def test_it(pytestconfig):\n    assert pytestconfig.getoption('--target') == 'moon'\n")
    bench.pytest("--target", "moon", target=False).assert_outcomes(passed=1)


def test_the_profile_may_stand_in_the_ini_file(bench: Bench) -> None:
    bench.suite(a=HOLDS)
    bench.write("pytest.ini", "[pytest]\nantiphon_target = target.yaml\n")
    bench.pytest("scenarios", target=False).assert_outcomes(passed=1)


def test_ctrl_c_breaks_off_what_is_played_and_cleans_up(bench: Bench) -> None:
    bench.suite(
        a="scenario: it takes long\nusers: {alice: {connect: false}}\nsteps:\n"
        "  - alice: POST /things\n    body: {}\n  - alice: POST /do\n    body: {silent: true}\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "antiphon.pytest_plugin", "scenarios", "--target", "target.yaml"]
    process = bench.pytester.popen(command, stdin=None)
    while not any(request.path == "/do" for request in list(bench.target.requests)):
        assert process.poll() is None
    process.send_signal(2)
    process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert any(request.method == "DELETE" for request in bench.target.requests)
