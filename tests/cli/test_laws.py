"""A run that laws judge, by the example's application as it is, and with a defect planted."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Here

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "laws"
PIN = '    await sio.emit("note_pinned", {**note, "by": caller(request)["id"]}, room=room["id"])\n'
TO_ONE = (
    '    pinned = {**note, "by": caller(request)["id"]}\n'
    '    for sid, _ in list(sio.manager.get_participants("/", room["id"]))[:1]:\n'
    '        await sio.emit("note_pinned", pinned, to=sid)\n'
)
SCENARIO = """\
scenario: a note
users: {fred: {role: FOUNDER}, rita: {role: READER}}
steps:
  - fred: POST /rooms
    body: {members: ["{{ rita.id }}"], private: true}
    save: {room: payload.id}
  - rita: POST /rooms/{{ room }}/notes
    body: {text: chapter one}
    status: 201
"""


@contextmanager
def playing(here: Here, before: str = "", after: str = "") -> Iterator[None]:
    """Start the application, in which `before` is `after`."""
    shutil.copytree(EXAMPLE, here.folder, dirs_exist_ok=True)
    here.write("scenarios/club.yaml", SCENARIO)
    program = here.folder / "application.py"
    text = program.read_text()
    assert before in text
    program.write_text(text.replace(before, after) if before else text)
    process = here.running(sys.executable, str(program))
    try:
        assert process.stdout is not None
        found = re.search(r"ready at (\S+)", process.stdout.readline())
        assert found is not None
        here.monkeypatch.setenv("API_BASE_URL", found[1])
        here.monkeypatch.setenv("WEBSOCKET_URL", found[1])
        yield
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def integration(folder: Path) -> dict[str, Any]:
    """Return what a run has kept of the one note that was pinned, as it was told last."""
    lines = (folder / "integration.jsonl").read_text().splitlines()
    every = {event["id"]: event for event in map(json.loads, lines)}.values()
    (pinned,) = (event for event in every if event["eventType"] == "note_pinned")
    return pinned


def test_a_message_that_one_member_does_not_hear_is_found_by_the_law_alone(here: Here) -> None:
    with playing(here, PIN, TO_ONE):
        said = here.antiphon("run")
        assert said.code == 1, said.out + said.err
        lost = r"lost +club  \w+ did not hear note_pinned within 5 s of rita's POST /rooms/:id/notes · law: a note that"
        assert re.search(lost, said.out)
        assert "rita's call: curl -X POST" in said.out
        proof = re.search(r"proven by what the history has:\n((?:   \|       .+\n)+)", said.out)
        assert proof is not None
        assert "fred → POST /rooms" in proof[1]
        assert "findings: 1\n1 passed  0 failed" in said.out
        assert here.results(said.run_id)["club"]["findings"] == 1
        folder = here.folder / ".antiphon" / "runs" / said.run_id
        told = json.loads((folder / "report.json").read_text())
        assert [one["kind"] for one in told["run"]["findings"]] == ["lost"]
        assert [one["findings"] for one in told["results"]] == [1]
        assert 'failures="1"' in (folder / "junit.xml").read_text()
        assert "### Findings" in (folder / "report.md").read_text()
        page = (folder / "report.html").read_text()
        assert "reading-club: 1 finding, every scenario passed</h1>" in page
        assert page.index("<h2>Findings</h2>") < page.index("<h2>Scenarios</h2>")
        drawing = page[page.index("<h2>Findings</h2>") : page.index("<h2>Scenarios</h2>")]
        assert "POST /rooms/:id/notes" in drawing[drawing.index("<svg") :]
        assert "missing" in drawing[drawing.index("<svg") :]
        shown = here.antiphon("show", said.run_id, "club")
        assert "did not hear note_pinned within 5 s" in shown.out
        assert re.search(r"note_pinned .*missing", shown.out)
        event = integration(folder)
        assert (event["eventType"], event["status"], event["isProcessed"]) == ("note_pinned", "FAILED", False)
        assert "did not hear note_pinned" in event["errorMessage"]
        again = here.antiphon("judge", said.run_id)
        assert again.code == 1
        assert "did not hear note_pinned within 5 s of rita's POST /rooms/:id/notes" in again.out
        assert "findings: 1" in again.out
        assert proof[0] in again.out


def test_a_target_that_keeps_its_laws_is_found_to(here: Here) -> None:
    with playing(here):
        said = here.antiphon("run")
        assert said.code == 0, said.out + said.err
        assert "findings" not in said.out
        assert "laws: 11 declared, 3 judged" in said.out
        event = integration(here.folder / ".antiphon" / "runs" / said.run_id)
        assert (event["source"], event["target"], event["cause"]) == ("API", "WEBSOCKET", "POST /rooms/:id/notes")
        assert (event["status"], event["isProcessed"], event["heardBy"], event["retryCount"]) == (
            "PROCESSED",
            True,
            2,
            0,
        )
        assert (event["resourceType"], event["resourceId"]) == ("note", event["eventData"]["id"])
        assert event["eventData"]["text"] == "chapter one"
        assert event["processingTime"] >= 0
        assert event["errorMessage"] is None
        again = here.antiphon("judge")
        assert again.code == 0, again.out + again.err
        assert "laws: 11 declared, 3 judged" in again.out


def test_of_a_damaged_history_what_is_whole_is_judged_and_the_rest_is_told(here: Here) -> None:
    with playing(here, PIN, TO_ONE):
        said = here.antiphon("run")
    history = here.folder / ".antiphon" / "runs" / said.run_id / "history"
    whole = history.read_bytes()
    history.write_bytes(whole[:-3])
    again = here.antiphon("judge")
    assert again.code == 1
    assert "did not hear note_pinned" in again.out
    assert "warning: the history cannot be read from byte" in again.out
    history.unlink()
    assert here.antiphon("judge").code == 2


def test_a_run_is_judged_by_a_profile_that_has_laws(here: Here) -> None:
    with playing(here):
        here.antiphon("run")
        here.write("bare.yaml", "target: bare\nbase_url: http://127.0.0.1:1\n")
        said = here.antiphon("judge", "--target", "bare.yaml")
        assert said.code == 2
        assert "bare.yaml has no laws to judge by" in said.err


def test_a_wrong_field_in_a_declaration_of_membership_shows_as_no_audience(here: Here) -> None:
    with playing(here):
        profile = (here.folder / "target.yaml").read_text()
        wrong = profile.replace("who: [caller, request.members], facts", "who: request.membres, facts")
        wrong = wrong.replace(
            "room: payload.id, who: [caller, request.members]}", "room: payload.id, who: request.membres}"
        )
        here.write(
            "target.yaml",
            wrong.replace("      - {by: POST /clubs -> 201, rooms: {}, who: payload.id, partly: true}\n", ""),
        )
        said = here.antiphon("run")
        name = "a note that is pinned is heard in its room"
        assert f"no audience: {name}" in said.out
        assert f"warning: law `{name}` never had an audience: `path.id` leads to no known room" in said.out
        assert said.code == 0, said.out
