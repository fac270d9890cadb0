from __future__ import annotations

import re

import pytest

from antiphon.report.markdown import block, code, markdown_report, md


def test_the_summary_is_as_it_was(run, snapshot) -> None:
    assert markdown_report(run.summary, run.results, run.entries, run.texts) == snapshot


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("a|b", "a&#124;b"),
        ("`a`", "&#96;a&#96;"),
        ("**bold** _it_ ~~s~~", "\\*\\*bold\\*\\* \\_it\\_ \\~\\~s\\~\\~"),
        ("@someone", "@&#8203;someone"),
        ("https://evil.example", "https&#8203;://evil.example"),
        ("www.evil.example", "www&#8203;.evil.example"),
        ("# heading", "&#35; heading"),
        ("- bullet", "\\- bullet"),
        ("a - b", "a - b"),
        ("$x$", "&#36;x&#36;"),
    ],
)
def test_markup_in_a_text_is_shown_and_not_meant(text: str, told: str) -> None:
    assert md(text) == told


def test_no_backtick_ends_a_code_span_or_block() -> None:
    assert code("a``b") == "```a``b```"
    assert code("`a`") == "`` `a` ``"
    assert code("") == "` `"
    assert block("x ```` y")[0] == "`````text"


def test_hostile_text_stays_in_its_cell_and_its_block(hostile_run) -> None:
    text = markdown_report(hostile_run.summary, hostile_run.results, hostile_run.entries, hostile_run.texts)
    rows = [line for line in text.splitlines() if line.startswith(("| ❌", "| ⚠️"))]
    assert len(rows) == 4
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}
    outside = re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", text)
    spanless = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", outside)
    assert "<script" not in spanless
    assert "](javascript" not in spanless.replace("\\](", "")


def test_an_interrupted_run_and_a_killed_one_say_so(run) -> None:
    import msgspec

    assert "**Interrupted**" in markdown_report(msgspec.structs.replace(run.summary, interrupted=True), run.results)
    killed = msgspec.structs.replace(run.summary, finished=False)
    assert "did not come to its end" in markdown_report(killed, run.results)


def test_hundreds_of_failures_are_told_in_part(run) -> None:
    text = markdown_report(run.summary, [run.result("messaging/fanout")] * 600)
    assert "… 570 more, all of them in the HTML report." in text
    assert "… 100 more" in text
    assert len(text) < 200_000
