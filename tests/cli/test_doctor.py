"""`antiphon doctor`: whether this machine and the target are ready for a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon import __version__

if TYPE_CHECKING:
    from conftest import Here, Small


def test_a_healthy_target_is_found_healthy(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("good", "/fine"))
    said = here.antiphon("doctor")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"antiphon {__version__}, Python 3.")
    assert "libraries: uvloop " in said.out
    assert "open files: " in said.out
    assert f"target: small at {small.url}, no socket; fence: none" in said.out
    assert "suite: 1 scenario, no problems" in said.out
    assert said.out.endswith("health: the target answers\n")
    assert not (here.folder / ".antiphon").exists()


def test_a_target_that_does_not_answer_ends_with_3_and_names_the_line(here: Here) -> None:
    here.suite("http://127.0.0.1:9", a=here.asks("good", "/fine"))
    said = here.antiphon("doctor")
    assert said.code == 3
    assert "cannot reach the target: connection refused at 127.0.0.1:9" in said.out
    assert "--> target.yaml:2:11  base_url (API_BASE_URL is not set)" in said.out


def test_a_bad_suite_is_told_whole_and_ends_with_2(here: Here, small: Small) -> None:
    here.suite(small.url, a="scenario: bad\nstps: []\n")
    said = here.antiphon("doctor")
    assert said.code == 2
    assert "did you mean `steps`?" in said.out


def test_without_a_profile_the_machine_is_looked_at_all_the_same(here: Here) -> None:
    said = here.antiphon("doctor")
    assert said.code == 2
    assert "open files: " in said.out
    assert "there is no target.yaml here" in said.out


def test_few_open_files_are_warned_of(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("good", "/fine"))
    here.monkeypatch.setattr("resource.getrlimit", lambda _: (256, 4096))
    assert "open files: 256 of at most 4096 (few: `ulimit -n 4096` raises it)" in here.antiphon("doctor").out


def test_sockets_of_services_are_told_with_their_fences(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("good", "/fine"))
    profile = (here.folder / "target.yaml").read_text()
    here.write(
        "target.yaml",
        f"{profile}services:\n  billing: {{base_url: /v2}}\n"
        "  live: {socket: {protocol: websocket, url: /live}, fence: {kind: alive}}\n"
        "  both: {base_url: /both, socket: {url: '{{ self.there }}'}}\n",
    )
    said = here.antiphon("doctor")
    assert said.code == 0
    root = small.url.removesuffix("/api")
    assert f"service: billing, at {root}/v2\n" in said.out
    assert f"service: live, socket at {root}/live; fence: alive\n" in said.out
    assert (
        f"service: both, at {root}/both, socket at a URL that is known when somebody connects; fence: none\n"
        in said.out
    )
