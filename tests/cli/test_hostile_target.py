"""What a hostile target says is shown as text by every output of a whole run."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import orjson
import pytest

if TYPE_CHECKING:
    from conftest import Here

PROFILE = """\
target: hostile
base_url: {url}
health: [GET /health]
socket: {{url: {url}, token: {{auth: token, value: "{{{{ self.token }}}}"}}, ready: greeting}}
fence: {{kind: alive, settle: 50ms, emit: sync, data: {{}}}}
users:
  roles: [MEMBER]
  make:
    default: [{{call: POST /accounts, save: {{self.id: payload.id, self.token: payload.token}}}}]
"""

EVIL = """\
scenario: hears and reads what it must not obey
users: {alice: {}, bob: {}}
steps:
  - alice: GET /evil
    expect: {message: fine}
    expect_headers: {x-hostile: fine}
  - alice: POST /say
    hear:
      bob:
        - said: {text: hello}
          wait: 300ms
      alice: nothing
"""

REFUSED = """\
scenario: is refused with hostile words
users: {alice: {connect: false}}
steps:
  - alice: connect
    token: refused
"""

COMMANDS = re.compile(r"^\s*(::|##(vso|teamcity)?\[)", re.MULTILINE)


@dataclass
class Outputs:
    """Everything that a run against the hostile target said and wrote."""

    texts: dict[str, str]
    folder: Path


class Elements(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag, each handler, and each address that is no plain one."""
        self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on"):
                self.found.append(f"{tag} {name}")
            if name in ("href", "src", "xlink:href") and not (value or "").startswith("#"):
                self.found.append(f"{tag} {name}={value}")


@pytest.fixture
def hostile() -> Iterator[str]:
    """Run the hostile target."""
    with subprocess.Popen(
        [sys.executable, Path(__file__).with_name("hostile_target.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
            process.communicate(timeout=60)
        finally:
            process.kill()


@pytest.fixture
def outputs(here: Here, hostile: str) -> Outputs:
    """Return every output of a run."""
    here.write("target.yaml", PROFILE.format(url=hostile))
    here.write("scenarios/evil.yaml", EVIL)
    here.write("scenarios/refused.yaml", REFUSED)
    run = here.antiphon("run", "--verbose", "--report", "reports", "--strict-absence")
    assert run.code == 1, run.out + run.err
    results = here.results(run.run_id)
    assert {results["evil"]["outcome"], results["refused"]["outcome"]} == {"failed"}
    shows = [["show"], ["show", "last", "evil"], ["show", "last", "evil", "2"], ["show", "last", "refused"]]
    texts = {"console": run.out + run.err}
    for words in shows:
        said = here.antiphon(*words)
        assert said.code == 0
        texts[" ".join(words)] = said.out + said.err
    reports = here.folder / "reports"
    texts |= {path.name: path.read_text(encoding="utf-8") for path in reports.iterdir()}
    return Outputs(texts, reports)


def test_what_a_hostile_target_says_is_text_in_every_output(outputs: Outputs) -> None:
    assert len(outputs.texts) == 9
    for name, text in outputs.texts.items():
        controls = {
            hex(ord(each)) for each in text if unicodedata.category(each) in ("Cc", "Cf") and each not in "\n\t"
        }
        assert controls == set(), name
        if name not in ("report.html", "junit.xml"):
            assert not COMMANDS.search(text), name
    # It is there, though, for whoever wants to know what was said.
    assert "\\x1b[31mred" in outputs.texts["console"]
    assert "\\x1b[31mred" in outputs.texts["show last evil 2"]
    assert orjson.loads(outputs.texts["report.json"])
    assert ET.fromstring(outputs.texts["junit.xml"]).iter("failure")


def test_a_browser_finds_no_element_of_the_targets_in_the_report(outputs: Outputs) -> None:
    page = Elements()
    page.feed(outputs.texts["report.html"])
    assert not {"script", "img", "iframe", "object", "link"} & set(page.found)
    assert [each for each in page.found if " " in each] == []
    assert "&lt;script&gt;alert(1)" in outputs.texts["report.html"]


def test_markdown_renders_none_of_it(outputs: Outputs) -> None:
    text = outputs.texts["report.md"]
    outside_blocks = re.sub(r"^(`{3,}).*?^\1`*$", "", text, flags=re.DOTALL | re.MULTILINE)
    outside_code = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", outside_blocks)
    assert len(outside_code) > 100
    assert not re.search(r"<(script|img)\b", outside_code)
    assert not re.search(r"(?<!\\)\]\(javascript:", outside_code)
