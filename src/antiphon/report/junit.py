"""The results of a run as JUnit XML, as build servers read it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from antiphon.history.entries import AnyEntry
from antiphon.judge.verdicts import PlayOutcome
from antiphon.report.failure import failure_text, trouble_text
from antiphon.report.findings import finding_text
from antiphon.report.safe import shown, unobeyed
from antiphon.report.words import line_of, open_question, reason
from antiphon.run.results import RunSummary, ScenarioResult

# XML 1.0, section 2.2: all but what may stand in a document (the other way round it takes 5 ms to compile).
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FAILURES = frozenset({PlayOutcome.FAILED, PlayOutcome.TIMEOUT})
_SKIPS = frozenset({PlayOutcome.VOID, PlayOutcome.SKIPPED, PlayOutcome.CANCELLED, PlayOutcome.NOT_RUN})


def junit_report(
    summary: RunSummary,
    results: Sequence[ScenarioResult],
    entries: Sequence[AnyEntry] = (),
    texts: Mapping[str, str] | None = None,
) -> str:
    """Return the document: a suite for each category or folder, a case for each scenario.

    A void scenario is `skipped`, with the numbers that left it open. A flaky one passes, and says so in its output.
    """
    root = ET.Element("testsuites", _counts(results, name=f"antiphon {summary.target}"))
    del root.attrib["skipped"]  # which the schema has for a suite alone
    suites: dict[str, list[ScenarioResult]] = {}
    for result in results:
        suites.setdefault(_suite_name(result), []).append(result)
    causes = _causes(results, entries)
    for number, (name, members) in enumerate(suites.items()):
        suite = ET.SubElement(root, "testsuite", _counts(members, name=name))
        # The stricter readers ask for these.
        suite.set("id", str(number))
        suite.set("package", "antiphon")
        suite.set("hostname", "localhost")
        suite.set("timestamp", _legal(summary.started[:19]))
        properties = ET.SubElement(suite, "properties")
        for key, value in _properties(summary):
            ET.SubElement(properties, "property", {"name": key, "value": _legal(value)})
        for member in members:
            _case(suite, name, member, causes, texts or {})
    if summary.findings:
        _findings(root, summary)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _findings(root: ET.Element, summary: RunSummary) -> None:
    """Add a suite with a case for each finding: what is accepted is skipped."""
    accepted = sum(one.is_accepted for one in summary.findings)
    failures, number = len(summary.findings) - accepted, len(summary.findings)
    counts = {"tests": str(number), "failures": str(failures), "errors": "0", "skipped": str(accepted), "time": "0"}
    suite = ET.SubElement(root, "testsuite", {"name": "findings", **counts})
    for key, value in (("id", str(len(root) - 1)), ("package", "antiphon"), ("hostname", "localhost")):
        suite.set(key, value)
    suite.set("timestamp", _legal(summary.started[:19]))
    for key in ("tests", "failures"):
        root.set(key, str(int(root.get(key, "0")) + int(counts[key])))
    for one in summary.findings:
        name = _legal(f"{one.first.by}: {one.first.kind} {one.first.event}".rstrip())
        case = ET.SubElement(suite, "testcase", {"name": name, "classname": "findings", "time": "0"})
        message = _legal(shown(one.first.sentence))
        if one.is_accepted:
            ET.SubElement(case, "skipped", {"message": _legal(f"known: {shown(one.known)}")})
            continue
        failure = ET.SubElement(case, "failure", {"message": message, "type": str(one.first.kind)})
        failure.text = _legal_block(finding_text(one, run=summary.id).plain)


def _suite_name(result: ScenarioResult) -> str:
    return result.category or (result.id.rpartition("/")[0] or "scenarios")


def _counts(results: Sequence[ScenarioResult], *, name: str) -> dict[str, str]:
    return {
        "name": _legal(name),
        "tests": str(len(results)),
        "failures": str(sum(result.outcome in _FAILURES for result in results)),
        "errors": str(sum(result.outcome is PlayOutcome.ERROR for result in results)),
        "skipped": str(sum(result.outcome in _SKIPS for result in results)),
        "time": f"{sum(result.duration_s for result in results):.6f}",
    }


def _properties(summary: RunSummary) -> list[tuple[str, str]]:
    return [
        ("run", summary.id),
        ("seed", summary.seed),
        ("target", summary.target),
        ("baseUrl", summary.base_url),
        ("antiphon", summary.version),
        *((("insecure", "TLS certificates were not checked"),) if summary.insecure else ()),
    ]


def _causes(results: Sequence[ScenarioResult], entries: Sequence[AnyEntry]) -> dict[int, AnyEntry]:
    wanted = {verdict.cause_seq for result in results for verdict in result.failures if verdict.cause_seq}
    return {entry.seq: entry for entry in entries if entry.seq in wanted}


def _case(
    suite: ET.Element,
    suite_name: str,
    result: ScenarioResult,
    causes: Mapping[int, AnyEntry],
    texts: Mapping[str, str],
) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "name": _legal(f"{result.id}: {result.title}"),
            "classname": _legal(suite_name),
            "time": f"{result.duration_s:.6f}",
            "file": _legal(result.path),
            "line": str(line_of(result)),
        },
    )
    told = _legal(reason(result) or str(result.outcome))
    if result.outcome in _FAILURES:
        kind = str(result.failures[0].kind) if result.failures else str(result.outcome)
        failure = ET.SubElement(case, "failure", {"message": told, "type": kind})
        failure.text = _legal_block(_failure_block(result, causes, texts))
    elif result.outcome is PlayOutcome.ERROR:
        error = ET.SubElement(case, "error", {"message": told, "type": "error"})
        error.text = _legal_block(_failure_block(result, causes, texts))
    elif result.outcome in _SKIPS:
        message = _legal(_void_message(result)) if result.outcome is PlayOutcome.VOID else told
        ET.SubElement(case, "skipped", {"message": message})
    if result.outcome is PlayOutcome.FLAKY:
        ET.SubElement(case, "system-out").text = _legal_block(_flaky_block(result))


def _failure_block(result: ScenarioResult, causes: Mapping[int, AnyEntry], texts: Mapping[str, str]) -> str:
    parts = [f"{result.path}:{line_of(result)}"]
    for verdict in result.failures:
        lines_of_file = texts.get(verdict.source.path, "").splitlines()
        parts.append(failure_text(verdict, lines_of_file, cause=causes.get(verdict.cause_seq)).plain)
    if result.trouble is not None:
        parts.append(trouble_text(result.trouble, head=str(result.outcome)).plain)
    return "\n".join(parts)


def _void_message(result: ScenarioResult) -> str:
    told = [open_question(verdict) for verdict in result.voids[:20]]
    return f"void: {'; '.join(told)}" if told else "void"


def _flaky_block(result: ScenarioResult) -> str:
    failed = [failure_text(verdict).plain for verdict in result.earlier]
    return "\n".join([f"flaky: held at attempt {max(len(result.plays), 2)}", *failed])


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", shown(text, limit=2000))


def _legal_block(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", unobeyed("\n".join(shown(line, limit=8192) for line in text.split("\n"))))
