from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import msgspec
import pytest

from antiphon.judge.verdicts import Outcome
from antiphon.report.html import html_report

VOID = frozenset({"meta", "br", "hr", "img", "link", "input"})


class Page(HTMLParser):
    """Reads a page: its tags, attributes and visible words, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and data.strip():
            self.words.append(" ".join(data.split()))


@pytest.fixture
def page(run) -> Page:
    return Page(html_report(run.summary, run.results, run.entries, run.texts))


def test_what_a_reader_sees_is_as_it_was(page, snapshot) -> None:
    assert "\n".join(page.words) == snapshot


def test_every_tag_is_closed(page) -> None:
    assert page.unbalanced == []
    assert page.open == []


@pytest.mark.parametrize("which", ["run", "hostile_run"])
def test_the_page_has_no_script_and_asks_for_nothing(request, which) -> None:
    made = request.getfixturevalue(which)
    text = html_report(made.summary, made.results, made.entries, made.texts)
    page = Page(text)
    assert page.unbalanced == []
    allowed = {"xmlns": "http://www.w3.org/2000/svg"}
    for tag, attributes in page.tags:
        assert tag not in {"script", "iframe", "img", "link", "object", "embed", "form", "base", "image", "use"}
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in {"src", "srcset", "action", "style", "xlink:href", "data"}
            if name == "href":
                assert re.fullmatch(r"#scenario-\d+", value or "")
            elif name != "content":
                assert "//" not in (value or "") or value == allowed.get(name)
    assert "url(" not in text
    assert "@import" not in text


def test_the_policy_allows_the_one_style_and_nothing_else(run) -> None:
    text = html_report(run.summary, run.results, run.entries)
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(attributes["content"] for tag, attributes in Page(text).tags if "http-equiv" in attributes)
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_every_link_leads_somewhere(page) -> None:
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert len(links) == 13
    assert {(link or "")[1:] for link in links} <= ids


def test_ids_are_unique(page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_each_failed_scenario_has_its_drawing_and_passed_ones_are_folded(page) -> None:
    drawings = [tag for tag, attributes in page.tags if attributes.get("class") == "sequence"]
    assert len(drawings) == 4
    folded = [attributes for tag, attributes in page.tags if tag == "details" and "open" in attributes]
    assert folded == []


def test_the_page_names_no_secret_and_tells_how_to_repeat(page) -> None:
    words = " ".join(page.words)
    assert "$ALICE_TOKEN" in words
    assert "a1b2c3d4" not in words
    assert "antiphon run --seed 8f31c2" in words


def test_what_did_not_pass_is_listed_first(run) -> None:
    page = html_report(run.summary, sorted(run.results, key=lambda result: result.outcome != "passed"), run.entries)
    states = re.findall(r'<td class="state"><span class="([a-z-]+)">', page.partition("</table>")[0])
    held = [state in ("passed", "flaky") for state in states]
    assert not held[0]
    assert held == sorted(held)


def test_a_clean_run_says_so(run) -> None:
    results = [run.result("auth/login")]
    text = html_report(msgspec.structs.replace(run.summary, outcomes={"passed": 1}), results, ())
    assert "every scenario passed" in text
    assert "What did not hold" not in text


@pytest.mark.parametrize(
    ("outcome", "told"), [(Outcome.FAILED, "1 threshold missed"), (Outcome.VOID, "1 threshold not judgeable")]
)
def test_a_run_whose_scenarios_passed_is_not_called_clean_beside_a_threshold_that_was_not_kept(
    run, outcome: Outcome, told: str
) -> None:
    threshold = msgspec.structs.replace(run.summary.thresholds[0], outcome=outcome)
    summary = msgspec.structs.replace(run.summary, outcomes={"passed": 1}, thresholds=(threshold,))
    assert f"every scenario passed, {told}</h1>" in html_report(summary, [run.result("auth/login")], ())


def test_a_run_of_nothing_makes_a_page(run) -> None:
    text = html_report(msgspec.structs.replace(run.summary, outcomes={}, thresholds=()), (), ())
    assert "no scenario was played" in text
    assert Page(text).unbalanced == []


def test_a_run_that_is_not_finished_says_so(run) -> None:
    text = html_report(msgspec.structs.replace(run.summary, finished=False, exit_code=None), run.results, ())
    assert "did not come to its end" in text
    assert "none yet" in text


def test_an_unknown_wait_of_the_target_is_said(run) -> None:
    text = html_report(msgspec.structs.replace(run.summary, target_wait_known=False), run.results, ())
    assert "the target's waits are unknown" in text.replace("&#39;", "'")


def test_a_distribution_with_enough_values_is_drawn(run, make_call) -> None:
    calls = [make_call("auth/login", "1", "a", 500 + n, 1.0, 1.0 + n / 1000, path="/x") for n in range(1, 30)]
    text = html_report(run.summary, run.results, calls)
    assert 'class="histogram"' in text
