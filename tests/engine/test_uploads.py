"""Uploads: a file made or taken from the suite, in chunks, dropped and resumed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage


@pytest.mark.parametrize(
    ("size", "chunks"), [("size: 2500B", 3), ("size: 1000B", 1), ("size: 1B", 1), ("chunks: 4", 4)]
)
async def test_a_made_file_is_sent_in_chunks(stage: Stage, target: ScriptedTarget, size: str, chunks: int) -> None:
    seen = await stage.steps(
        f"""
        - alice: upload report.bin
          {size}
          with: {{room: "{{{{ bob.id }}}}"}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    (upload,) = target.board.uploads.values()
    assert len(upload.chunks) == chunks
    assert target.requests[-1 - chunks - 1].json()["with"] == {"room": seen.played.play.players["bob"].facts["id"]}


async def test_a_drawn_sample_is_sent_by_its_name(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.play(
        'users: {alice: {}}\nvars: {paper: "{{ fake.sample() }}"}\nsteps:\n'
        "  - alice: upload {{ paper.name }}\n    save: {whole: payload}\n"
    )
    (upload,) = target.board.uploads.values()
    paper = seen.known("paper")
    assert isinstance(paper, dict)
    assert (upload.sha256, upload.size) == (paper["sha256"], paper["size"])
    assert seen.outcome == "passed"


async def test_a_file_of_the_suite_is_sent_as_it_is(stage: Stage, target: ScriptedTarget) -> None:
    stage.files["notes.txt"] = b"the notes" * 200
    seen = await stage.steps("- alice: upload notes.txt\n  save: {whole: payload}\n", exists="notes.txt")
    (upload,) = target.board.uploads.values()
    assert upload.sha256 == hashlib.sha256(stage.files["notes.txt"]).hexdigest()
    assert seen.known("whole") == {"size": 1800, "chunks": 2}


async def test_a_dropped_upload_is_resumed_with_what_is_missing(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        """
        - alice: upload big.bin
          chunks: 5
          drop_at: 2
        - alice: upload big.bin
          resume: true
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.notes == ["dropped before chunk 2 of 5, its connection cut"]
    sent = [request.path.rpartition("/")[2] for request in target.requests if request.method == "PUT"]
    assert sent == ["0", "1", "2", "3", "4"]


async def test_nothing_can_be_resumed_that_was_not_dropped(stage: Stage) -> None:
    seen = await stage.steps("- alice: upload big.bin\n  resume: true\n")
    assert seen.bad == ["1 failed missing"]
    assert seen.sentences[0].endswith("alice has no dropped upload to resume")


async def test_a_file_too_large_to_be_made_fails_the_step(stage: Stage) -> None:
    stage.edits["chunk_size: 1000B"] = "chunk_size: 1GB"
    seen = await stage.steps("- alice: upload big.bin\n  chunks: 9000\n")
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed missing"])


async def test_a_call_of_an_upload_that_fails_ends_it(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits["POST /uploads/{{ upload.id }}/finish"] = "POST /uploads/{{ upload.id }}/gone"
    seen = await stage.steps("- alice: upload a.bin\n  size: 10B\n- alice: GET /me\n")
    assert (seen.bad, seen.steps) == (["1 failed status alice"], ["1", "2"])


async def test_an_upload_whose_start_gives_no_id_is_never_a_pass(stage: Stage, target: ScriptedTarget) -> None:
    target.manners.uploads_forget = True
    seen = await stage.steps("- alice: upload a.bin\n  size: 10B\n")
    assert (seen.outcome, seen.problem) == ("error", "`payload.id` finds nothing in the answer to POST /uploads")


async def test_an_upload_s_hear_counts_from_its_last_answer(stage: Stage) -> None:
    seen = await stage.steps("- alice: upload a.bin\n  chunks: 2\n  hear: {bob: nothing}\n")
    assert (seen.outcome, seen.proofs) == ("passed", ["proven"])


async def test_without_words_for_it_an_upload_is_a_problem_of_the_profile(stage: Stage) -> None:
    stage.without = "upload"
    seen = await stage.steps("- alice: upload a.bin\n  size: 10B\n")
    assert (seen.outcome, seen.problem) == ("error", "the profile does not say how a file is uploaded")
