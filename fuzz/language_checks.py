"""YAML, templates, matchers, addresses, scenarios, profiles: problems with a place and a hint, never an exception."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from antiphon.core.errors import Problems, ScenarioError
from antiphon.core.source import NOWHERE
from antiphon.language import document
from antiphon.language.address import parse_address
from antiphon.language.bodyquery import BadQuery, compile_query
from antiphon.language.csvtext import read_csv
from antiphon.language.matcher import compile_matcher
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import Names
from antiphon.language.template import compile_template
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.compiler import SuiteFile, compile_suite
from antiphon.target.loader import load_target
from fuzz.target import Target, must, suite_files

_PLACE = "fuzzed.yaml"
_DATA = {"a": [1, "two", None, {"b": True}], "id": "0b2f", "n": 3.5, "t": "2026-01-02T03:04:05.678Z", "é": {"": []}}
_SCOPE = Names({"payload": _DATA, "body": _DATA, "alice": {"id": "7", "email": "a@example.com"}, "x": "y" * 40})


def yaml_document(data: bytes) -> None:
    """Every problem has a place in the text; the quick parser and the exact one read the same, at the same places."""
    text = data.decode(errors="replace")
    read = document.read(text, _PLACE)
    _placed(read.problems)
    exactly = document.read(text, _PLACE, exactly=True)
    must(read.root == exactly.root, "two parsers read two things", text, read.root, exactly.root)
    must(list(map(_told, read.problems)) == list(map(_told, exactly.problems)), "problems depend on the parser", text)


def _told(problem: ScenarioError) -> tuple[str, str]:
    return str(problem), str(problem.source)


def scenario_file(data: bytes) -> None:
    """A scenario's problems have places and hints."""
    files = [SuiteFile("a.yaml", data.decode(errors="replace")), SuiteFile("b.yaml", _FRAGMENT)]
    _placed(compile_suite(files, Vocabulary(speaks=bool(len(data) % 2))).problems, hinted=True)


def profile_file(data: bytes) -> None:
    """A profile's problems have places and hints."""
    _, problems = load_target(data.decode(errors="replace"), "target.yaml", environment={})
    _placed(problems, hinted=True)


def csv_text(data: bytes) -> None:
    """A CSV file gives rows that all have its columns, or problems with places and hints, never both."""
    problems = Problems()
    rows = read_csv(data.decode(errors="replace"), _PLACE, problems)
    _placed(problems, hinted=True)
    must(bool(rows) != bool(problems), "neither rows nor problems, or both", len(rows), len(problems))
    must(len({tuple(row.values) for row in rows}) <= 1, "rows with different columns", rows)


def template_text(data: bytes) -> None:
    """A template is refused where it is read, or gives a value or an error that says why not."""
    problems = Problems()
    template = compile_template(data.decode(errors="replace"), NOWHERE, problems)
    if problems or template.calls:
        return
    try:
        template(_SCOPE)
    except EvaluationRefused as error:
        must(bool(str(error)), "a refusal says nothing", error)


def address_text(data: bytes) -> None:
    """An address is refused where it is read, or gives a value, none, or an error that says why not."""
    problems = Problems()
    address = parse_address(data.decode(errors="replace"), NOWHERE, problems)
    if problems:
        return
    try:
        address(_SCOPE)
    except EvaluationRefused as error:
        must(bool(str(error)), "a refusal says nothing", error)


def body_query(data: bytes) -> None:
    """A JSONPath is refused or gives a value."""
    try:
        find = compile_query(data.decode(errors="replace"))
    except BadQuery as error:
        must(bool(str(error)), "a refusal says nothing", error)
        return
    try:
        find(_DATA)
    except EvaluationRefused as error:
        must(bool(str(error)), "a refusal says nothing", error)


def matcher_value(data: bytes) -> None:
    """A matcher and a value, parted by 0x1e: a match or a difference that can be told."""
    said, _, value = data.partition(b"\x1e")
    read = document.read(said.decode(errors="replace"), _PLACE)
    if read.root is None:
        return
    problems = Problems()
    matcher = compile_matcher(read.root, problems)
    if problems:
        _placed(list(problems))
        return
    try:
        given: object = orjson.loads(value)
    except orjson.JSONDecodeError:
        given = value.decode(errors="replace")
    difference = matcher(given, _SCOPE)
    if difference is not None:
        must(bool(str(difference)), "a difference says nothing", difference)
    every = matcher.differences(given, _SCOPE)
    must(bool(every) == (difference is not None), "one difference and all of them disagree", difference, every)


def _placed(problems: Iterable[ScenarioError], *, hinted: bool = False) -> None:
    for problem in problems:
        must(problem.source is not None and problem.source.line >= 1, "a problem without a place", str(problem))
        must(bool(str(problem)), "a problem that says nothing", problem)
        must(not hinted or problem.hint != "", "an empty hint", str(problem))


_FRAGMENT = "fragment: room\ntakes: {u: user, v: {default: 1}}\ngives: [u]\nsteps: [{u: GET /x}]\n"


def _yaml() -> Iterator[bytes]:
    yield from (
        b"a: &x [1, {b: *x}]\n",
        b"? a\n: |-\n  text\n",
        b"a: 'x''y'\nb: \"\\u00e9\\n\"\n",
        b"- - -\n",
        b"{a: 1, a: 2}",
    )
    yield from (
        b"%YAML 1.2\n---\na: >+\n  b\n\n...\n",
        b"a: #string\n",
        b"\xef\xbb\xbfa: !!str 1\n",
        b"a: [\n",
        b"\ta: 1",
        b"%YAML 1.3\n---\na: 1\n",
    )
    yield from suite_files("*.yaml")


def _scenarios() -> Iterator[bytes]:
    yield from (one for one in suite_files("*.yaml") if b"scenario:" in one or b"fragment:" in one)


def _profiles() -> Iterator[bytes]:
    yield from suite_files("target.yaml")
    yield b"target: t\nbase_url: http://127.0.0.1:1\nusers: {given: a.csv}\n"


def _templates() -> Iterator[bytes]:
    yield from (b"{{ alice.id }}", b"room {{ payload.a[3].b | string | upper }}", b"{{ x | sha256 | base64 }}", b"{{")
    yield from (
        b"{{ '$.a[?@.b==true]' }}",
        b"{{ range(3) }}",
        b"{{ now }}",
        b"{{ fake.text(5) }}",
        b"{{ payload | merge({a: 1}) }}",
    )
    yield from (b"{{ payload.$['a'][0] }}", b"{{ x | after(':') | default(1) }}", b"{{ payload.n | int }}", b"{{ {} }}")


def _addresses() -> Iterator[bytes]:
    yield from (
        b"payload.a[0]",
        b"payload.a[-1].b",
        b"$.a[0]",
        b"payload.id | after(':')",
        b"headers.x-y",
        b"a..b",
        b"",
    )


def _queries() -> Iterator[bytes]:
    yield from (
        b"$.a[0]",
        b"$..b",
        b"$.a[?@.b]",
        b"$.a[1:3:-1]",
        b"$['a','n']",
        b"$[?match(@.t, '2.*')]",
        b"$[?length(@)>2]",
        b"$",
    )


def _matchers() -> Iterator[bytes]:
    yield b'{id: "#string", n: {"#range": [1, 4]}, a: {"#contains": two}}\x1e' + orjson.dumps(_DATA)
    yield b'{"#any_of": [1, "#/^a+$/", {"#not": "#null"}]}\x1e"aaa"'
    yield b'{"#all_of": [{"#length": [1, 3]}, {"#each": "#integer"}, {"#unique": "$"}]}\x1e[1,2,3]'
    yield b'{"#unordered": [1, "#any"]}\x1e[2,1]'
    yield b'{"#near": ["2026-01-02T03:04:05Z", 1s]}\x1e"2026-01-02T03:04:05.678Z"'
    yield b'{"#exact": {a: "#present"}}\x1e{"a":1,"b":2}'
    yield b'{"$.a[0]": 1, "b": "#absent"}\x1e{"a":[1]}'


def _csvs() -> Iterator[bytes]:
    yield b'name,word,n\na,hello,1\n"b, c","say ""hi""",\r\n'
    yield b"\xef\xbb\xbfa\n1\n\n2\n"
    yield b'a,b\n1,"two\nlines"\n3\n'
    yield b"a;b\n1;2\n"
    yield b'a,a,x y\n"open'


TARGETS = (
    Target("yaml", "problems have places, and two parsers read the same", yaml_document, _yaml),
    Target("scenario", "a scenario's problems have places and hints", scenario_file, _scenarios, 8192),
    Target("profile", "a profile's problems have places and hints", profile_file, _profiles, 16384),
    Target("csv", "a CSV file gives rows, or problems with places", csv_text, _csvs, 4096),
    Target("template", "a template is refused, or gives a value or says why not", template_text, _templates, 300),
    Target("address", "an address is refused, or gives a value or says why not", address_text, _addresses, 200),
    Target("query", "a JSONPath is refused or gives a value", body_query, _queries, 300),
    Target("matcher", "a matcher matches or tells a difference", matcher_value, _matchers, 1000),
)
