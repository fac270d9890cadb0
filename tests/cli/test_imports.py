"""What a command does not import: each of these was once a part of every start, up to a tenth of a second."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Here, Small

# They stand for what they bring: pydantic for a command line that converts with it, jwt for an HTTP client.
NEVER_BEFORE_A_NEED = (
    *("pydantic", "typer", "rich", "ruamel.yaml", "jsonpath", "jwt", "email.utils", "http.client", "urllib.request"),
    *("sqlite3", "asyncpg", "dotenv", "pytest", "importlib.metadata", "antiphon.python.collecting", "antiphon.testing"),
    *("antiphon.scenario.schema", "antiphon.target.schema", "antiphon.report.show", "antiphon.pytest_session"),
)
ONLY_FOR_A_PLAY = (
    *("uvloop", "picows", "httptools", "psutil", "jinja2", "xml", "zstandard", "antiphon.report.html"),
    *("antiphon.engine.play", "antiphon.run.runner", "antiphon.net.websocket", "antiphon.judge.claiming"),
)


@pytest.mark.parametrize(
    ("words", "left_out"),
    [
        (["run"], NEVER_BEFORE_A_NEED),
        (["check"], (*NEVER_BEFORE_A_NEED, *ONLY_FOR_A_PLAY)),
    ],
    ids=["run", "check"],
)
def test_a_command_imports_nothing_that_it_does_not_need(
    here: Here, small: Small, words: list[str], left_out: tuple[str, ...]
) -> None:
    here.suite(small.url, fine=here.asks("a call", "/fine"))
    program = (
        "import sys\n"
        "from antiphon.cli.main import main\n"
        f"sys.argv = ['antiphon', *{words!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        f"print('too early:', *sorted(sys.modules.keys() & {set(left_out)!r}))\n"
    )
    said = here.ended(here.running(sys.executable, "-c", program))
    assert said.code == 0, said.err
    assert said.out.splitlines()[-1] == "too early:"
