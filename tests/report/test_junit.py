from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from antiphon.report.junit import junit_report

SUITE = {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package"}
CASE_CHILDREN = {"failure", "error", "skipped", "system-out", "system-err"}


def tree(run) -> ET.Element:
    return ET.fromstring(junit_report(run.summary, run.results, run.entries, run.texts))


def test_the_document_is_as_it_was(run, snapshot) -> None:
    assert junit_report(run.summary, run.results, run.entries, run.texts) == snapshot


@pytest.mark.parametrize("which", ["run", "hostile_run"])
def test_the_document_keeps_the_common_schema(request, which) -> None:
    root = tree(request.getfixturevalue(which))
    assert root.tag == "testsuites"
    assert set(root.attrib) == {"name", "tests", "failures", "errors", "time"}
    for suite in root:
        assert suite.tag == "testsuite"
        assert set(suite.attrib) == SUITE
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp", ""))
        assert suite[0].tag == "properties"
        assert all(set(child.attrib) == {"name", "value"} for child in suite[0])
        for case in suite[1:]:
            assert case.tag == "testcase"
            assert set(case.attrib) == {"name", "classname", "time", "file", "line"}
            assert len(case) <= 1
            for child in case:
                assert child.tag in CASE_CHILDREN
                assert set(child.attrib) <= {"message", "type"}


def test_counts_agree_with_the_cases(run) -> None:
    root = tree(run)
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        assert element.get("tests") == str(len(cases))
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            told = element.get(count)
            assert told == str(sum(case.find(tag) is not None for case in cases)) or element is root
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("13", "5", "1")
    assert sum(int(suite.get("skipped", "0")) for suite in root) == 4


def test_a_void_scenario_is_skipped_with_the_numbers_that_left_it_open(run) -> None:
    case = next(case for case in tree(run).iter("testcase") if "status/online" in case.get("name", ""))
    skipped = case.find("skipped")
    assert skipped is not None
    assert skipped.get("message") == (
        "void: cannot tell whether bob heard user_status_updated within 95ms: measured 98 ms"
        " (own lag 0 ms before and 4.2 ms after): truly between 92.5 ms and 98 ms, limit 95ms"
    )


def test_seed_and_target_are_properties_of_every_suite(run) -> None:
    for suite in tree(run):
        properties = {child.get("name"): child.get("value") for child in suite[0]}
        assert properties["seed"] == "8f31c2"
        assert properties["target"] == "threadfilesharing"


def test_a_scenario_without_a_category_stands_with_its_folder(run) -> None:
    import msgspec

    bare = [msgspec.structs.replace(result, category="") for result in run.results]
    top = msgspec.structs.replace(bare[0], id="alone")
    root = ET.fromstring(junit_report(run.summary, [*bare, top]))
    assert [suite.get("name") for suite in root][:2] == ["auth", "chatrooms"]
    assert root[-1].get("name") == "scenarios"


def test_characters_that_xml_cannot_hold_are_replaced(run) -> None:
    import msgspec

    odd = msgspec.structs.replace(run.results[0], title="a\x00b\x1b\ufffe\ud800c🙂")
    root = ET.fromstring(junit_report(run.summary, [odd]))
    assert next(root.iter("testcase")).get("name") == "auth/login: a\\x00b\\x1b\\ufffe\\ud800c🙂"
