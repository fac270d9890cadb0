"""`antiphon check`, and every command that reads a suite: all problems at once, each with its place and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from conftest import Here, Small

PROFILE = """\
target: ugly
base_url: ftp://127.0.0.1
bse_url: twice
health: [FETCH /health]
socket: {url: http://127.0.0.1, protocol: carrier-pigeon, recovery: 3}
fence: {kind: delivery}
users:
  roles: MEMBER
  make: {MEMBER: [{call: POST /accounts, sav: {self.id: payload.id}}]}
dependencies: {}
allow: ["not a host!"]
events: {hear: [message_received], emit: [sync]}
"""

UGLY = """\
scenario: everything that can be wrong
covrs: [FR-001]
priority: urgent
timeout: 20 minutes
retries: 9
users: {alice: {role: MEMBER}, repeat: {}, bob: {device_of: nobody_here}}
steps:
  - carol: GET /things/:id
  - alice: GET /things
    hear:
      bob:
        - mesage_received: {text: hi}
          within: 10s
          wait: 2s
  - use: no_such_fragment
  - alice: upload ../../etc/passwd
  - alice: upload missing.png
  - alice: GET /a
    emit: sync
  - pause: 1s
  - fault: slow
"""

UNQUOTED = """\
scenario: what YAML takes for something else
users: {alice: {}}
steps:
  - alice: POST /things
    body: {name: {{ run.id }}}
"""

COMMENT = """\
scenario: a matcher that is a comment
users: {alice: {}}
steps:
  - alice: GET /things
    expect:
      id: #uuid
"""

BOMB = "scenario: a bomb\nvars:\n  v0: &v0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  v{n}: &v{n} [{', '.join([f'*v{n - 1}'] * 9)}]\n" for n in range(1, 12)
)

TWICE = """\
scenario: the same twice
users: {alice: {}}
steps:
  - alice: GET /a
    status: 200
    status: 201
  - alice: GET /b
\tbroken: by a tab
"""


@pytest.fixture
def ugly(here: Here) -> Here:
    """Return a suite in which every sort of problem is found."""
    here.write("target.yaml", PROFILE.replace("ftp://", "http://").replace("bse_url: twice\n", ""))
    here.write("scenarios/a_ugly.yaml", UGLY)
    here.write("scenarios/b_bomb.yaml", BOMB + "steps: [{nobody: GET /a}]\n")
    here.write("scenarios/b_comment.yaml", COMMENT)
    here.write("scenarios/b_unquoted.yaml", UNQUOTED)
    here.write("scenarios/c_twice.yaml", TWICE)
    here.write("scenarios/d_list.yaml", "- neither\n- a scenario\n")
    here.write("scenarios/e_empty.yaml", "")
    (here.folder / "scenarios" / "f_latin.yaml").write_bytes(
        "scenario: caf\xe9\nsteps: [{nobody: GET /a}]\n".encode("latin-1")
    )
    (here.folder / "scenarios" / "g_link.yaml").symlink_to("/etc/hostname")
    return here


def test_every_problem_of_a_suite_is_told_at_once(ugly: Here, snapshot: SnapshotAssertion) -> None:
    said = ugly.antiphon("check")
    assert (said.code, said.out) == (2, "")
    assert said.err == snapshot


def test_every_problem_of_a_profile_is_told_at_once(here: Here, snapshot: SnapshotAssertion) -> None:
    here.write("target.yaml", PROFILE)
    said = here.antiphon("check")
    assert (said.code, said.out) == (2, "")
    assert said.err == snapshot


@pytest.mark.parametrize("command", [["run"], ["run", "--list"], ["run", "--dry-run"], ["check"]], ids=" ".join)
def test_nothing_is_played_and_nothing_kept_of_a_bad_suite(here: Here, small: Small, command: list[str]) -> None:
    here.suite(small.url, a=here.asks("good", "/fine"), b="scenario: bad\nstps: []\n")
    said = here.antiphon(*command)
    assert said.code == 2
    assert "unknown key `stps`" in said.err
    assert "did you mean `steps`?" in said.err
    assert "scenarios/b.yaml:2:1" in said.err
    assert small.asked == []
    assert not (here.folder / ".antiphon").exists()


def test_a_problem_beside_the_chosen_file_is_told_all_the_same(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("good", "/fine"), b="scenario: bad\nstps: []\n")
    assert here.antiphon("run", "scenarios/a.yaml").code == 2


def test_a_good_suite_is_counted(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("good", "/fine"))
    here.write("fragments/f.yaml", "fragment: f\nsteps: [{nobody: GET /fine}]\n")
    said = here.antiphon("check")
    assert (said.code, said.err) == (0, "")
    assert said.out == f"target.yaml: small at {small.url}\n1 scenario, 1 fragment: no problems\n"
    assert small.asked == []


def test_a_suite_without_scenarios_is_told_where_they_would_be(here: Here, small: Small) -> None:
    here.suite(small.url)
    said = here.antiphon("check")
    assert said.code == 0
    assert "nothing would be tested: scenarios are read from scenarios/" in said.out


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../outside.png", "`../outside.png` leaves the suite's folder"),
        ("{outside}", "leaves the suite's folder"),
        ("linked.png", "`linked.png` leaves the suite's folder"),
        ("linked/outside.png", "`linked/outside.png` leaves the suite's folder"),
        ("missing.png", "there is no file `missing.png` in the suite's folder"),
    ],
    ids=["above", "absolute", "a link", "a linked folder", "missing"],
)
def test_a_file_outside_the_suites_folder_is_refused_by_name(here: Here, small: Small, name: str, why: str) -> None:
    outside = here.folder.parent / "outside.png"
    outside.write_bytes(b"not yours")
    (here.folder / "linked.png").symlink_to(outside)
    (here.folder / "linked").symlink_to(here.folder.parent)
    text = here.scenario(
        "sends a file",
        "steps:",
        "  - nobody: POST /things",
        f"    multipart: {{part: {{file: {name.replace('{outside}', str(outside))}}}}}",
        "    status: 201",
    )
    here.suite(small.url, a=text)
    said = here.antiphon("run")
    assert said.code == 2
    assert why in said.err
    assert "scenarios/a.yaml:4:" in said.err
    assert small.asked == []


def test_a_file_of_the_suite_is_sent(here: Here, small: Small) -> None:
    here.write("files/mine.txt", '{"mine": 1}')
    here.suite(
        small.url,
        a=here.scenario(
            "sends a file", "steps:", "  - nobody: POST /things", "    raw: {file: files/mine.txt}", "    status: 201"
        ),
    )
    said = here.antiphon("run")
    if "raw" in said.err:
        pytest.fail(said.err)
    assert said.code == 0


@pytest.mark.parametrize("path", ["../elsewhere.yaml", "{absolute}", "scenarios/link.yaml"])
def test_a_scenario_outside_the_suites_folder_is_not_read(here: Here, small: Small, path: str) -> None:
    here.suite(small.url, a=here.asks("good", "/fine"))
    outside = here.folder.parent / "elsewhere.yaml"
    outside.write_text("root:x:0:0:secret\n")
    if path.endswith("link.yaml"):
        (here.folder / path).symlink_to(outside)
    said = here.antiphon("run", path.replace("{absolute}", str(outside)))
    assert said.code == 2
    assert "secret" not in said.err + said.out
    assert "outside" in said.err or "leaves the suite's folder" in said.err


def test_a_profile_that_is_a_link_out_of_its_folder_must_be_named(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("good", "/fine"))
    (here.folder / "target.yaml").rename(here.folder.parent / "elsewhere.yaml")
    (here.folder / "target.yaml").symlink_to(here.folder.parent / "elsewhere.yaml")
    said = here.antiphon("run")
    assert said.code == 2
    assert "target.yaml is a link that leaves its folder" in said.err
    assert here.antiphon("run", "--target", "target.yaml").code == 0


def test_links_within_the_suite_are_followed(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("good", "/fine"))
    (here.folder / "scenarios" / "again.yaml").symlink_to(here.folder / "scenarios" / "a.yaml")
    said = here.antiphon("run", "--list")
    assert said.code == 0
    assert "2 scenarios" in said.out


def test_problems_of_scenarios_are_told_with_those_of_a_profile_without_a_usable_base_url(here: Here) -> None:
    here.suite("http://127.0.0.1:1", a="scenario: a\nretries: 9\n")
    (here.folder / "target.yaml").write_text("target: t\nbase_url: nope\n")
    said = here.antiphon("check")
    assert said.code == 2
    assert "`nope` is no base URL" in said.err
    assert "`9` is not a whole number from 0 to 5" in said.err


def test_a_scenario_that_needs_more_accounts_than_there_are_is_told_before_the_target_is_touched(here: Here) -> None:
    here.suite(
        "http://127.0.0.1:9",
        many="scenario: many\nusers: {crowd: {count: 12, given: true}}\nsteps: [{crowd: GET /a}]\n",
    )
    profile = (here.folder / "target.yaml").read_text()
    here.write("target.yaml", profile.replace("  make:", "  given: accounts.csv\n  make:"))
    here.write("accounts.csv", "name,role\n" + "".join(f"owner{number},MEMBER\n" for number in range(8)))
    for command in ("check", "run"):
        said = here.antiphon(command)
        assert said.code == 2
        assert "scenarios/many.yaml:2:9" in said.err
        assert "many needs 12 MEMBER, and the profile's accounts have 8" in said.err
    here.write("accounts.csv", "name,role\nowner,ADMIN\n")
    said = here.antiphon("check")
    assert (said.code, "accounts.csv:2:1" in said.err, "unknown role `ADMIN`" in said.err) == (2, True, True)
    here.write("target.yaml", profile.replace("  make:", "  given: ../accounts.csv\n  make:"))
    said = here.antiphon("check")
    assert (said.code, "`../accounts.csv` leaves the suite's folder" in said.err) == (2, True)
