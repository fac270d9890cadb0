"""With what a run ends: every exit code of the design, and what is said with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine import steps
from antiphon.report import files

if TYPE_CHECKING:
    from antiphon.cli.application import Application
    from conftest import Here, Small

THING = "steps: [{alice: POST /things, status: 201}, {nobody: GET /fine}]"


@pytest.fixture
def two(here: Here, small: Small) -> Here:
    """Return a suite of two scenarios: one that makes a thing, and one that comes after it."""
    here.suite(
        small.url, a=here.scenario("makes a thing", "users: {alice: {}}", THING), b=here.asks("comes after it", "/fine")
    )
    return here


def test_a_failed_claim_ends_with_1(here: Here, small: Small) -> None:
    here.suite(small.url, wrong=here.asks("a wrong path", "/wrong"), fine=here.asks("a right one", "/fine"))
    said = here.antiphon("run")
    assert said.code == 1
    assert "failed  wrong:4  GET /wrong answered 404, not 200" in said.out
    assert f"nobody's call: curl -X GET {small.url}/wrong" in said.out
    assert f"look closer: antiphon show {said.run_id} wrong 1" in said.out


def test_a_scenario_whose_time_runs_out_ends_with_1(here: Here, small: Small) -> None:
    here.suite(small.url, slow=here.asks("a slow answer", "/slow", "timeout: 1s"))
    said = here.antiphon("run")
    assert said.code == 1
    assert "1 timeout" in said.out
    assert said.out.count("the scenario's time ran out in step 1 (nobody: GET /slow)") == 2


def test_a_missed_threshold_ends_with_1(two: Here) -> None:
    two.monkeypatch.setenv("API_RESPONSE_THRESHOLD", "0.001ms")
    said = two.antiphon("run")
    assert said.code == 1
    assert "failed  threshold" in said.out
    assert "2 passed  0 failed" in said.out


def test_a_recipe_that_goes_otherwise_ends_with_3_and_names_the_profiles_line(two: Here, small: Small) -> None:
    small.accounts = 401
    said = two.antiphon("run")
    assert said.code == 3
    assert "error: alice could not be made: POST /accounts answered 401, not 2xx" in said.out
    assert "--> target.yaml:8:15" in said.out
    assert "hint: the target refuses these credentials: are the recipe and its variables right?" in said.out
    assert "1 passed  0 failed  1 error  0 void" in said.out


def test_a_failure_weighs_more_than_an_error(two: Here, small: Small) -> None:
    small.accounts = 401
    two.write("scenarios/b.yaml", two.asks("wrong", "/wrong"))
    assert two.antiphon("run").code == 1


def test_the_same_refusal_is_told_once_and_counted(here: Here, small: Small) -> None:
    small.accounts = 403
    text = here.scenario("a user", "users: {alice: {}}", "steps: [{alice: GET /fine}]")
    here.suite(small.url, a=text, b=text, c=text)
    said = here.antiphon("run")
    assert said.code == 3
    assert said.out.count("error: alice could not be made") == 1
    assert "likewise in 2 more scenarios" in said.out


def void_suite(here: Here, application: Application) -> None:
    here.write(
        "target.yaml",
        f"""\
target: threadfilesharing
base_url: {application.url}/api/v1
health: [GET /health]
http:
  token: {{header: authorization, value: "Bearer {{{{ self.token }}}}"}}
  envelope: {{success: [{{where: {{status: success}}, payload: data}}]}}
socket: {{url: {application.url}, token: {{auth: token, value: "{{{{ self.token }}}}"}}, ready: authentication_success}}
fence: none
users:
  roles: [OWNER]
  make:
    OWNER:
      - call: POST /auth/register
        body:
          email: "{{{{ self.email }}}}"
          password: "{{{{ self.password }}}}"
          fullName: "{{{{ self.name }}}}"
          companyName: "{{{{ self.company_name }}}}"
        save: {{self.id: payload.user.id, self.token: payload.accessToken}}
resources:
  company: {{from: POST /auth/register -> 201, key: payload.company.id}}
cleanup:
  company: DELETE /companies/me
""",
    )
    here.write(
        "scenarios/quiet.yaml",
        here.scenario(
            "nothing is heard, and nothing proves it",
            "users: {alice: {}}",
            "steps: [{alice: GET /users/profile, hear: {alice: nothing}}]",
        ),
    )


def test_what_cannot_be_judged_ends_with_4(here: Here, demo_application: Application) -> None:
    void_suite(here, demo_application)
    said = here.antiphon("run")
    assert said.code == 4
    assert "0 passed  0 failed  1 void" in said.out
    assert "void    quiet" in said.out


def test_allow_void_makes_that_0(here: Here, demo_application: Application) -> None:
    void_suite(here, demo_application)
    assert here.antiphon("run", "--allow-void").code == 0


def test_flaky_ends_with_0_or_on_demand_with_1(here: Here, small: Small) -> None:
    here.suite(small.url, once=here.asks("at the second try", "/once/1"))
    assert here.antiphon("run", "--retries", "1").code == 0
    here.suite(small.url, once=here.asks("at the second try", "/once/2"))
    assert here.antiphon("run", "--retries", "1", "--fail-on-flaky").code == 1


def test_an_option_that_does_not_exist_ends_with_2(two: Here) -> None:
    assert two.antiphon("run", "--nope").code == 2
    assert two.antiphon("run", "--parallel", "0").code == 2
    assert two.antiphon("run", "--retries", "6").code == 2


def test_a_fault_of_antiphon_ends_with_70_and_loses_nothing(two: Here, small: Small) -> None:
    async def falls_over(*_: Any, **__: Any) -> None:
        raise RuntimeError("a table has no leg \x1b[31m for sw0rdfish!")

    two.monkeypatch.setenv("THE_PASSWORD", "sw0rdfish!")
    two.write("target.yaml", (two.folder / "target.yaml").read_text() + "env: [THE_PASSWORD]\n")
    two.write(
        "scenarios/aa.yaml",
        two.scenario("falls over", "users: {alice: {}}", "steps: [{alice: POST /things}, {nobody: GET /boom}]"),
    )
    answered = steps.play_step

    async def play_step(frame: Any, step: Any) -> Any:
        if "/boom" in step.label:
            await falls_over()
        return await answered(frame, step)

    two.monkeypatch.setattr("antiphon.engine.plays.play_step", play_step)
    said = two.antiphon("run")
    assert said.code == 70
    assert "a fault of Antiphon itself, not of the target: RuntimeError: a table has no leg \\x1b[31m for" in said.out
    fault = two.folder / ".antiphon" / "runs" / said.run_id / "fault.txt"
    assert f"the traceback is in .antiphon/runs/{said.run_id}/fault.txt" in said.out
    assert "in falls_over" in fault.read_text()
    assert "sw0rdfish!" not in fault.read_text()
    results = two.results(said.run_id)
    assert [results[name]["outcome"] for name in ("a", "aa", "b")] == ["passed", "error", "not run"]
    # What the broken scenario had made is gone all the same.
    assert small.asked_for("DELETE", "/things/thing-2") == 2  # removed, and found gone
    assert "1 passed" in said.out
    assert two.summary(said.run_id)["exit_code"] == 70


def test_a_fault_in_a_report_leaves_the_summary_and_the_other_reports(two: Here) -> None:
    def falls_over(*_: Any) -> str:
        raise ZeroDivisionError

    two.monkeypatch.setattr(files, "markdown_report", falls_over)
    said = two.antiphon("run")
    assert said.code == 70
    assert "a fault of Antiphon itself, not of the target: ZeroDivisionError" in said.err
    assert "2 passed" in said.out
    assert (two.folder / ".antiphon" / "runs" / said.run_id / "report.html").is_file()


def test_a_fault_before_any_run_is_told_in_a_sentence(two: Here) -> None:
    def falls_over(*_: Any, **__: Any) -> None:
        raise KeyError("x")

    two.monkeypatch.setattr("antiphon.cli.loading.load", falls_over)
    said = two.antiphon("check")
    assert said.code == 70
    assert said.err == (
        "a fault of Antiphon itself, not of the target: KeyError: 'x'\n"
        "hint: the traceback is in .antiphon/fault.txt; please report it with the command and the version\n"
    )
    assert "in falls_over" in (two.folder / ".antiphon" / "fault.txt").read_text()


def test_what_clean_up_cannot_remove_is_listed_and_changes_no_outcome(two: Here, small: Small) -> None:
    small.deletes = 500
    said = two.antiphon("run")
    assert said.code == 0
    assert "left at the target: 1 thing" in said.out
    assert "  a: thing thing-1: DELETE /things/" in said.out
    assert "answered 500" in said.out
