"""A run that contract documents judge: what keeps them, what breaks them, and documents that are at the target."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon.testing.manners import Manners
from antiphon.testing.scripted_target import ScriptedTarget
from antiphon.testing.threaded import threaded
from antiphon.ticking.real import RealClock

if TYPE_CHECKING:
    from conftest import Here

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "contracts"
SCENARIO = """\
scenario: news
users: {{alice: {{}}, bob: {{}}}}
steps:
  - alice: POST /do
    body: {{events: [{{to: "{{{{ bob.id }}}}", event: {event}, data: {data}}}]}}
    hear: {{bob: {event}}}
"""


@pytest.fixture
def documented(here: Here) -> Iterator[Here]:
    """Return a folder with the example's profile and documents, and a target that does what it is told."""
    shutil.copytree(EXAMPLE, here.folder, dirs_exist_ok=True)
    with threaded(ScriptedTarget(RealClock(), Manners(fence="event"))) as target:
        here.monkeypatch.setenv("API_BASE_URL", target.url)
        here.monkeypatch.setenv("WEBSOCKET_URL", target.url)
        yield here


def told(here: Here, event: str, data: str, head: str = "") -> None:
    """Write the scenario in which bob hears this."""
    for path in (here.folder / "scenarios").iterdir():
        path.unlink()
    here.write("scenarios/news.yaml", head + SCENARIO.format(event=event, data=data))


def test_what_is_as_the_documents_say_is_no_finding(documented: Here) -> None:
    told(documented, "news", "{text: hello}")
    said = documented.antiphon("run")
    assert said.code == 0, said.out + said.err
    assert "findings" not in said.out


def test_a_field_of_another_kind_is_a_finding_though_every_claim_holds(documented: Here) -> None:
    told(documented, "news", "{text: 7}")
    said = documented.antiphon("run")
    assert said.code == 1, said.out + said.err
    assert "1 passed  0 failed" in said.out
    assert "findings: 1" in said.out
    (found,) = documented.summary(said.run_id)["findings"]
    assert found["first"]["event"] == "news"
    folder = documented.folder / ".antiphon" / "runs" / said.run_id
    assert len(json.loads((folder / "report.json").read_text())["run"]["findings"]) == 1
    assert 'failures="1"' in (folder / "junit.xml").read_text()


def test_a_kept_run_is_held_against_the_documents_again(documented: Here) -> None:
    told(documented, "news", "{text: 7}")
    found = documented.antiphon("run")
    again = documented.antiphon("judge")
    assert again.code == 1, again.out + again.err
    assert "findings: 1" in again.out
    line = next(line for line in found.out.splitlines() if line.startswith("contract: the event news was heard"))
    assert line in again.out
    told(documented, "news", "{text: hello}")
    documented.antiphon("run")
    again = documented.antiphon("judge")
    assert again.code == 0, again.out + again.err
    assert "findings" not in again.out


def test_an_event_of_no_document_is_a_finding(documented: Here) -> None:
    text = (documented.folder / "asyncapi.yaml").read_text()
    told(documented, "news", "{text: hello}")
    assert documented.antiphon("run").code == 0
    without = "\n".join(line for line in text.splitlines() if "news: {" not in line)
    documented.write("asyncapi.yaml", without.replace(', {$ref: "#/channels/main/messages/news"}', ""))
    scenario = SCENARIO.format(event="news", data="{text: hello}")
    documented.write(
        "scenarios/news.yaml", scenario.replace("hear: {bob: news}", "hear: {bob: {any_event: {mentions: hello}}}")
    )
    said = documented.antiphon("run")
    assert said.code == 1, said.out + said.err
    assert "1 passed  0 failed" in said.out
    assert "undocumented: " in said.out
    assert "news" in said.out
    assert "findings: 1" in said.out


def test_a_scenario_that_is_tried_again_keeps_the_findings_of_its_first_try(documented: Here) -> None:
    told(documented, "news", "{text: 7}", "retries: 2\n")
    documented.write(
        "scenarios/news.yaml",
        (documented.folder / "scenarios" / "news.yaml").read_text() + "  - alice: GET /me\n    status: 201\n",
    )
    said = documented.antiphon("run")
    assert said.code == 1, said.out + said.err
    (found,) = documented.summary(said.run_id)["findings"]
    assert found["count"] == 3


def test_a_finding_that_is_known_fails_no_run(documented: Here) -> None:
    told(documented, "news", "{text: 7}")
    profile = (documented.folder / "target.yaml").read_text()
    documented.write("target.yaml", f"{profile}known:\n  - {{event: news, because: it was a number once}}\n")
    said = documented.antiphon("run")
    assert said.code == 0, said.out + said.err
    assert "findings: 0 · known: 1" in said.out
    report = documented.folder / ".antiphon" / "runs" / said.run_id / "report.md"
    assert "known: it was a number once" in report.read_text()


@pytest.fixture
def shelf(documented: Here) -> Iterator[tuple[Here, str]]:
    """Return a folder whose documents are at a URL."""
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(EXAMPLE)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield documented, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_documents_at_a_url_are_fetched_and_judge_as_files_do(shelf: tuple[Here, str]) -> None:
    here, url = shelf
    profile = (here.folder / "target.yaml").read_text()
    profile = profile.replace("openapi: openapi.yaml", f"openapi: {url}/openapi.yaml")
    here.write("target.yaml", profile.replace("document: asyncapi.yaml", f"document: {url}/asyncapi.yaml"))
    (here.folder / "asyncapi.yaml").unlink()
    told(here, "news", "{text: hello}")
    assert here.antiphon("run").code == 0
    told(here, "news", "{text: 7}")
    said = here.antiphon("run")
    assert said.code == 1, said.out + said.err
    assert "findings: 1" in said.out


def test_a_document_that_is_not_there_ends_before_the_first_call(shelf: tuple[Here, str]) -> None:
    here, url = shelf
    profile = (here.folder / "target.yaml").read_text()
    here.write("target.yaml", profile.replace("openapi: openapi.yaml", f"openapi: {url}/gone.yaml"))
    said = here.antiphon("run")
    assert said.code == 3, said.out + said.err
    assert f"the contract document at {url}/gone.yaml cannot be read: it answered 404" in said.err
    assert "target.yaml:" in said.err
