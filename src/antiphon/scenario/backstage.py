"""The steps that go past all users: a look into the target's database, and the target stopped and started.

They are no evidence of what users see: one tells whether what was answered and heard is what was kept, the other is
done to the target, and users tell how it bears it.
"""

from __future__ import annotations

from antiphon.core.errors import UnknownKey
from antiphon.core.text import listed, shortened
from antiphon.language import plain_values as plain
from antiphon.language.call_compiler import matcher
from antiphon.language.keys import ANYTHING, Fields, Key, Place, Reading, fits, kept
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.language.sqltext import SqlText, UnfitSql, read_sql
from antiphon.language.template import Value, compile_value
from antiphon.scenario.found import Found, StepCompiler, common
from antiphon.scenario.model import Scenario
from antiphon.scenario.reading import ScenarioReading, note_nodes
from antiphon.scenario.renumbering import every_step
from antiphon.scenario.step_model import ProbeStep, TargetStep


def _sql(node: Node, reading: Reading) -> SqlText | None:
    text = plain.text(node, reading)
    if text is None:
        return None
    read = read_sql(text)
    if isinstance(read, UnfitSql):
        reading.problems.mistake(read.sentence, node.source, read.hint)
        return None
    return read


SQL = Key("sql", ("text",), _sql, "one statement that reads; `:name` stands for a value of `with`", required=True)
BOUND = kept("with", ("map",), "the values of its names")
EXPECT_ROWS = Key("expect", ANYTHING, matcher, "what the list of rows must match, each a map of its columns")
CHANGES = ("restart", "stop", "start")
TARGET_VERB = plain.one_of("change of the target", CHANGES)
PROBE = Place[Reading]("`probe`", (SQL, BOUND, EXPECT_ROWS))


def make_probe(found: Found, fields: Fields, number: str, compiler: StepCompiler) -> ProbeStep | None:
    """Return the step of a `probe`, or note what is wrong with it."""
    reading = compiler.reading
    if not fits(found.line, ("map",), "`probe`", reading.problems):
        return None
    options = PROBE.read(plain.map_of(found.line), reading, reading.problems)
    sql = options.get(SQL)
    label = shortened(f"probe: {' '.join(sql.text.split()) if sql is not None else ''}", limit=160)
    step = common(found, fields, number, reading, label, body="rows")
    if not reading.vocabulary.probes:
        hint = "add `database: {url_env: DATABASE_URL}` to the profile"
        reading.problems.mistake("`probe` needs a database, and the profile names none", found.node.source, hint)
    if sql is None:
        return None
    values = _values(options, sql, number, reading)
    expected = options.node(EXPECT_ROWS)
    if expected is not None:
        note_nodes(reading.begin(number).answered, (expected,))
    return ProbeStep(sql=sql, values=values, expect=options.get(EXPECT_ROWS), **step)


def _values(options: Fields, sql: SqlText, number: str, reading: ScenarioReading) -> dict[str, Value]:
    given = plain.map_of(options.get(BOUND) or Mapping((), options.source))
    values: dict[str, Value] = {}
    for entry in given:
        if entry.name not in sql.names:
            where = "the SQL's names"
            reading.problems.add(
                UnknownKey(key=entry.name, source=entry.key.source, known=tuple(dict.fromkeys(sql.names)), where=where)
            )
            continue
        note_nodes(reading.begin(number).before, (entry.value,))
        values[entry.name] = compile_value(entry.value, reading.problems)
    lacking = [name for name in dict.fromkeys(sql.names) if name not in given]
    if lacking:
        names = listed(f":{name}" for name in lacking)
        hint = f"write with: {{{', '.join(f'{name}: ...' for name in lacking)}}}"
        reading.problems.mistake(f"the SQL has names without a value: {names}", options.at(SQL), hint)
    return values


def make_target(found: Found, fields: Fields, number: str, compiler: StepCompiler) -> TargetStep | None:
    """Return the step of a `target`, or note what is wrong with it."""
    reading = compiler.reading
    node = found.line
    if not fits(node, ("text",), "`target`", reading.problems) or not isinstance(node, Scalar):
        return None
    verb = TARGET_VERB(node, reading)
    step = common(found, fields, number, reading, f"target: {node.value}")
    if not reading.vocabulary.restarts:
        hint = "add `process: {stop: COMMAND, start: COMMAND}` to the profile"
        reading.problems.mistake("`target` needs commands, and the profile names none", found.node.source, hint)
    match verb:
        case "restart" | "stop" | "start":
            return TargetStep(verb=verb, **step)
        case _:
            return None


def changes_target(scenario: Scenario) -> bool:
    """Return whether a scenario stops or starts the target, so that nobody else can be played meanwhile."""
    return any(isinstance(step, TargetStep) for step in every_step((*scenario.steps, *scenario.cleanup)))
