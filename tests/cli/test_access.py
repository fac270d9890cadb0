"""`antiphon run --access` against the example: its application as it is, and with one fault planted at a time."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Here, Said

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "access"
SECRET = "a secret of at least thirty-two bytes"
ALL = "access: 88 of 88 cells as the profile says · 10 operations · 4 actors · 7 untried · 1 row not read back"


@contextmanager
def serving(here: Here, before: str = "", after: str = "") -> Iterator[None]:
    """Start the application, in which `before` is `after`."""
    shutil.copytree(EXAMPLE, here.folder, dirs_exist_ok=True)
    program = here.folder / "application.py"
    text = program.read_text()
    assert before in text
    program.write_text(text.replace(before, after) if before else text)
    here.monkeypatch.setenv("NOTEBOOKS_SECRET", SECRET)
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


def played(here: Here, *words: str) -> Said:
    return here.antiphon("run", "--access", "--allow-void", *words)


def test_a_matrix_that_holds_is_told_in_one_line(here: Here) -> None:
    with serving(here):
        said = played(here)
    assert said.code == 0, said.out + said.err
    assert ALL in said.out
    assert "failed" not in said.out.replace("0 failed", "")
    assert re.search(r"\d+ passed", said.out)


def test_the_matrix_alone_and_parts_of_it_can_be_chosen(here: Here) -> None:
    with serving(here):
        said = played(here, "--category", "access", "--only", "access/reads")
        assert said.code == 0, said.out + said.err
        assert "access: 9 of 9 cells" in said.out
        summary = json.loads((here.folder / ".antiphon" / "runs" / said.run_id / "report.json").read_text())
    left = [one for one in summary["run"]["access"]["untried"] if one["why"] == "not chosen"]
    assert len(left) == 79


def test_the_plays_of_a_matrix_are_listed_without_the_target(here: Here) -> None:
    shutil.copytree(EXAMPLE, here.folder, dirs_exist_ok=True)
    said = here.antiphon("run", "--access", "--list")
    assert said.code == 0
    assert re.search(r"access/put-books-id/keeper +keeper may PUT /books/:id", said.out)
    assert "access/" not in here.antiphon("run", "--list").out


def test_a_profile_without_a_matrix_is_told_so(here: Here) -> None:
    here.suite("http://127.0.0.1:1")
    said = here.antiphon("run", "--access")
    assert said.code == 2
    assert "the profile has no `access`: nothing says who may do what" in said.err


def test_mistakes_in_a_matrix_are_told_with_their_place_before_anything_is_played(here: Here) -> None:
    shutil.copytree(EXAMPLE, here.folder, dirs_exist_ok=True)
    profile = here.folder / "target.yaml"
    profile.write_text(profile.read_text().replace("GET /books/{{ book.id }}:", "GET /books/{{ bok.id }}:"))
    said = here.antiphon("check")
    assert said.code == 2
    assert "nothing defines `bok`" in said.err
    assert re.search(r"target\.yaml:\d+:\d+", said.err)
    assert "did you mean `book`?" in said.err


def test_a_cell_that_is_known_to_differ_is_accepted_until_its_day(here: Here) -> None:
    known = "known:\n" + "".join(
        f"  - {{operation: {verb} /books/:id, because: not mended yet, until: DAY}}\n" for verb in ("PUT", "DELETE")
    )
    with serving(here, KEEPS, KEEPS.replace("(keeps or ", "(")):
        profile = here.folder / "target.yaml"
        text = profile.read_text()
        profile.write_text(text + known.replace("DAY", "2999-12-31"))
        said = played(here, "--only", "access/refusals")
        assert said.code == 0, said.out + said.err
        assert "findings: 0 · known: 2" in said.out
        assert "2 differ" in said.out
        profile.write_text(text + known.replace("DAY", "2020-01-01"))
        assert played(here, "--only", "access/refusals").code == 1


KEEPS = 'if person["id"] != book["keeper"] and (keeps or person["id"] not in book["readers"]):'
REVOKED = 'and claims["session"] in open_sessions else None'


@pytest.mark.parametrize(
    ("before", "after", "told", "differing"),
    [
        pytest.param(
            KEEPS,
            'if person["id"] != book["keeper"] and person["id"] not in book["readers"]:',
            "PUT /books/:id answered 200, not 403",
            {("reader", "PUT /books/:id"), ("reader", "DELETE /books/:id")},
            id="a reader may change what it may only read",
        ),
        pytest.param(
            KEEPS,
            KEEPS.replace("(keeps or ", "(").replace("if ", "if not keeps and "),
            "DELETE /books/:id answered 204, not 403",
            {(who, f"{verb} /books/:id") for who in ("reader", "neighbour") for verb in ("PUT", "DELETE")},
            id="everybody in the house may change",
        ),
        pytest.param(
            'book["house"] != person["house"]',
            "False",
            "GET /books/:id answered 403, not 404",
            {("stranger", f"{verb} /books/:id") for verb in ("GET", "PUT", "DELETE")},
            id="a stranger learns that there is one",
        ),
        pytest.param(
            'claims["kind"] == kind ',
            "claims ",
            "GET /books/:id answered 200, not 401",
            {(who, one) for who in ("refresh",) for one in ("*",)},
            id="a refresh token opens what an access token does",
        ),
        pytest.param(
            REVOKED,
            "else None",
            "answered 200, not 401",
            {("logged_out", "*")},
            id="a token lives on when its user has logged out",
        ),
        pytest.param(
            "        raise web.HTTPUnauthorized\n    fresh.discard(renewal)",
            "        raise web.HTTPUnauthorized",
            "PUT /sessions answered 200, not 401",
            {("spent", "PUT /sessions")},
            id="a refresh token can be used twice",
        ),
        pytest.param(
            'claims = jwt.decode(token, SECRET, algorithms=["HS256"])',
            'claims = jwt.decode(token, options={"verify_signature": False, "verify_exp": True})',
            "answered 200, not 401",
            {("foreign_key", "*"), ("alg_none", "*")},
            id="no signature is looked at",
        ),
        pytest.param(
            'claims = jwt.decode(token, SECRET, algorithms=["HS256"])',
            'claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_exp": False})',
            "answered 200, not 401",
            {("expired", "*")},
            id="nobody looks when a token expires",
        ),
        pytest.param(
            "    if claims is None:\n        return False\n",
            "    if claims is None:\n        return True\n",
            "keeper's connect was accepted, though it was to be refused",
            {(kind, "connect") for kind in ("none", "garbage", "foreign_key", "alg_none", "expired")},
            id="the socket opens without a token",
        ),
        pytest.param(
            'return found is not None and sockets[sid] in (found["keeper"], *found["readers"])',
            "return found is not None",
            "neighbour's emit look_on was accepted, though it was to be refused",
            {(who, f"emit {emit}") for who in ("neighbour", "stranger") for emit in ("look_on", "turn")},
            id="whoever asks is let in",
        ),
        pytest.param(
            '        return {"ok": False}\n    await sio.enter_room(sid, data["book"])',
            '        await sio.enter_room(sid, data["book"])\n        return {"ok": False}\n'
            '    await sio.enter_room(sid, data["book"])',
            "heard turned",
            {("neighbour", "emit look_on"), ("stranger", "emit look_on")},
            id="whoever is refused hears all the same",
        ),
        pytest.param(
            "    book = book_of(request, keeps=True)\n    book[",
            "    book = books.get(request.match_info['id'], {})\n"
            "    book['title'] = (await request.json())['title']\n"
            "    book = book_of(request, keeps=True)\n    book[",
            "the answer's payload differs in `title`",
            {(who, "PUT /books/:id") for who in ("reader", "neighbour", "stranger", "none", "garbage")},
            id="a change is refused and made all the same",
        ),
        pytest.param(
            "        raise web.HTTPForbidden\n    return book",
            "        for sid in [sid for sid, one in sockets.items() if one == book['keeper']]:\n"
            "            told = sio.emit('renamed', {'book': book['id']}, room=sid)\n"
            "            asyncio.get_running_loop().create_task(told)\n"
            "        raise web.HTTPForbidden\n    return book",
            "heard renamed",
            {("reader", "PUT /books/:id")},
            id="a refused change is told to somebody",
        ),
        pytest.param(
            "        raise web.HTTPBadRequest\n    book =",
            "        raise RuntimeError\n    book =",
            "answered 500, not 400",
            {("malformed", "GET /books/:id"), ("malformed", "PUT /books/:id"), ("malformed", "DELETE /books/:id")},
            id="an id that is none breaks the server",
        ),
        pytest.param(
            '    del books[book_of(request, keeps=True)["id"]]\n',
            "    book_of(request, keeps=True)\n",
            "GET /books/:id answered 200, not 404",
            {("deleted", f"{verb} /books/:id") for verb in ("GET", "PUT", "DELETE")},
            id="what was deleted is still there",
        ),
    ],
)
def test_each_fault_of_access_is_found_in_its_cells(
    here: Here, before: str, after: str, told: str, differing: set[tuple[str, str]]
) -> None:
    with serving(here, before, after):
        said = played(here, "--category", "access")
    assert said.code == 1, said.out + said.err
    assert told in said.out, said.out
    assert "hint: `antiphon show" in said.out
    report = json.loads((here.folder / ".antiphon" / "runs" / said.run_id / "report.json").read_text())
    found = {
        (cell["who"].partition(" ")[0], cell["operation"])
        for cell in report["run"]["access"]["cells"]
        if cell["outcome"] == "failed"
    }
    for who, operation in differing:
        assert any(who == one and operation in ("*", other) for one, other in found), (who, operation, found)


def test_coverage_counts_the_cells_that_were_tried_and_can_be_demanded(here: Here) -> None:
    some = ("--category", "access", "--only", "access/reads")
    with serving(here):
        said = played(here, *some, "--coverage-min", "access=8%")
        assert said.code == 0, said.out + said.err
        folder = here.folder / ".antiphon" / "runs" / said.run_id
        parts = json.loads((folder / "report.json").read_text())["run"]["coverage"]["parts"]
        (matrix,) = (part for part in parts if part["name"] == "access")
        covered = [cell for cell in matrix["cells"] if cell["state"] == "covered"]
        assert len(covered) == matrix["covered"] == 9
        (play,) = {name for cell in covered for name in cell["scenarios"]}
        assert play.startswith("access/reads/")
        assert {cell["state"] for cell in matrix["cells"]} == {"covered", "not exercised"}
        missed = played(here, *some, "--coverage-min", "access=30%")
        assert missed.code == 1
        assert re.search(r"coverage of access is \d.* % \(9 of \d+\), not 30 %", missed.out)
        refused = here.antiphon("run", "--coverage-min", "access=1%")
        assert refused.code == 2
        assert "a least share of access, and nothing is known of them" in refused.err
