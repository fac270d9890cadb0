"""The compiler of one scenario's file: all its keys, its steps, and what is derived from them."""

from __future__ import annotations

from msgspec import Struct

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.language import plain_values as plain
from antiphon.language.keys import Fields, Key, Place, Reading, kept
from antiphon.language.nodes import Mapping
from antiphon.language.nodes import plain as plain_data
from antiphon.language.template import Value, compile_value
from antiphon.scenario.deriving import connects, derived_events, derived_listens, derived_operations, derived_type
from antiphon.scenario.examples import each_row, read_examples
from antiphon.scenario.groups import group_in
from antiphon.scenario.model import Priority, Row, Scenario, ScenarioType, UserSpec
from antiphon.scenario.names_check import NamesCheck, saved_names
from antiphon.scenario.reading import ScenarioReading
from antiphon.scenario.renumbering import every_step, own_steps
from antiphon.scenario.saving import fit_name, why_unfit
from antiphon.scenario.step_model import Actor, ConnectStep, Step
from antiphon.scenario.steps import Steps
from antiphon.scenario.users import read_users
from antiphon.scenario.uses import uses_in

_LONGEST_TIMEOUT_S = 300.0
_SHORTEST_TIMEOUT_S = 1.0
_NOTHING = Mapping((), NOWHERE)

TITLE = Key("scenario", ("text",), plain.text, "its title", required=True)
DESCRIPTION = Key("description", ("text",), plain.any_text, "more about it")
CATEGORY = Key("category", ("text",), plain.text, "where it belongs")
TYPE = Key("type", ("text",), plain.one_of("type", tuple(ScenarioType), fold=True), "derived; wrong if it differs")
PRIORITY = Key("priority", ("text",), plain.one_of("priority", tuple(Priority), fold=True), "how much it matters")
TAGS = Key("tags", ("list", "text"), plain.texts, "for filters")
COVERS = Key("covers", ("list", "text"), plain.texts, "the requirements that it covers")
NEEDS = Key("needs", ("list", "text"), plain.texts, "features of the profile; without one it is skipped")
TIMEOUT = Key(
    "timeout",
    ("text", "number"),
    plain.duration(low_s=_SHORTEST_TIMEOUT_S, high_s=_LONGEST_TIMEOUT_S),
    "how long it may take",
)
RETRIES = Key("retries", ("number",), plain.whole(0, 5), "how often it is tried again")
INPUTS = kept("inputs", ("map",), "values that a run may set")
VARS = kept("vars", ("map",), "values made once, when the users exist")
EXAMPLES = kept("examples", ("list", "text"), "rows for each of which it is played: a list, or the name of a CSV file")
USERS = kept("users", ("map",), "the people")
STEPS = kept("steps", ("list",), "a list of steps such as `alice: POST /path`", required=True)
CLEANUP = kept("cleanup", ("list",), "what is done at the end, come what may")

SCENARIO = Place[Reading](
    "a scenario",
    (
        *(TITLE, DESCRIPTION, CATEGORY, TYPE, PRIORITY, TAGS, COVERS, NEEDS, TIMEOUT, RETRIES),
        *(INPUTS, VARS, EXAMPLES, USERS, STEPS, CLEANUP),
    ),
)


class Compiled(Struct, frozen=True):
    """The steps of a file.

    Attributes:
        steps: Numbered from 1.
        cleanup: Numbered `c1`, `c2`, ….
    """

    steps: tuple[Step, ...]
    cleanup: tuple[Step, ...]


def compile_steps(fields: Fields, reading: ScenarioReading) -> Compiled:
    """Return the steps and the clean-up of a scenario or fragment."""
    compiler = Steps(reading)
    steps, cleanup = fields.get(STEPS), fields.get(CLEANUP)
    return Compiled(
        compiler.many(steps, "") if steps is not None else (),
        compiler.many(cleanup, "c") if cleanup is not None else (),
    )


def compile_scenario(
    path: str, text: str, root: Mapping, reading: ScenarioReading, env: frozenset[str] | None
) -> tuple[Scenario, ...]:
    """Return the scenario of a file, with `examples` once for each row; nothing if it has no title.

    Args:
        path: The file's.
        text: All of it.
        root: What it holds.
        reading: Where problems go, and what the whole suite knows.
        env: The environment variables that templates may read; None: not known.
    """
    problems = reading.problems
    fields = SCENARIO.read(root, reading, problems)
    check = NamesCheck(reading, env=env)
    users_node = fields.get(USERS)
    users = read_users(users_node, reading) if users_node is not None else ()
    for user in users:
        reading.acting.add(user.name)
        if user.count is not None:
            reading.several.add(user.name)
        check.user(user)
    inputs = read_inputs(fields, check, reading)
    rows = _rows(fields, check, reading)
    values = _vars(fields, check, reading)
    compiled = compile_steps(fields, reading)
    check.all_saved = dict(saved_names((*compiled.steps, *compiled.cleanup)))
    check.steps(compiled.steps)
    check.steps(compiled.cleanup)
    _heard_without_socket(users, compiled, problems)
    derived = derived_type(compiled.steps)
    written = fields.get(TYPE)
    if written is not None and written != derived:
        hint = f"leave it out, or write {derived}"
        problems.mistake(f"the type is {derived} by its steps, not {written}", fields.at(TYPE), hint)
    title = fields.get(TITLE)
    if title is None:
        return ()
    everything = (*compiled.steps, *compiled.cleanup)
    scenario = Scenario(
        id=scenario_id(path),
        title=title,
        path=path,
        source=root.source,
        text=text,
        description=(fields.get(DESCRIPTION) or "").strip(),
        type=derived,
        category=fields.get(CATEGORY) or "",
        priority=Priority(fields.get(PRIORITY) or Priority.MEDIUM),
        tags=fields.get(TAGS) or (),
        covers=fields.get(COVERS) or (),
        needs=fields.get(NEEDS) or (),
        timeout_s=fields.get(TIMEOUT),
        retries=fields.get(RETRIES),
        inputs=inputs,
        vars=values,
        users=users,
        steps=compiled.steps,
        cleanup=compiled.cleanup,
        operations=derived_operations(everything),
        events=derived_events(everything),
        listens=derived_listens(users, everything),
    )
    return each_row(scenario, rows) if fields.has(EXAMPLES) else (scenario,)


def scenario_id(path: str) -> str:
    """Return a scenario's id: its path below `scenarios/`, without the ending."""
    below = path.replace("\\", "/").removeprefix("./")
    head, found, tail = below.rpartition("scenarios/")
    if found and (not head or head.endswith("/")):
        below = tail
    return below.removesuffix(".yaml").removesuffix(".yml")


def read_inputs(fields: Fields, check: NamesCheck, reading: ScenarioReading) -> dict[str, object]:
    """Return the inputs that a scenario names, with their defaults."""
    inputs: dict[str, object] = {}
    for entry in plain.map_of(fields.get(INPUTS) or _NOTHING):
        if not fit_name(entry.name):
            hint = why_unfit(entry.name)
            reading.problems.mistake(f"`{entry.name}` cannot name an input", entry.key.source, hint)
            continue
        for use in uses_in(entry.value):
            hint = "an input is a value that a run may set; `vars` take templates"
            reading.problems.mistake(f"a template in the input `{entry.name}`", use.source, hint)
            break
        check.define(entry.name, "value", entry.key.source)
        inputs[entry.name] = plain_data(entry.value)
    return inputs


def _rows(fields: Fields, check: NamesCheck, reading: ScenarioReading) -> tuple[Row, ...]:
    check.columns = () if fields.has(EXAMPLES) else None
    node = fields.get(EXAMPLES)
    if node is None:
        return ()
    rows, uses = read_examples(node, reading)
    check.uses(uses)
    check.columns = rows[0].columns if rows else ()
    return rows


def _vars(fields: Fields, check: NamesCheck, reading: ScenarioReading) -> tuple[tuple[str, Value], ...]:
    values = []
    for entry in plain.map_of(fields.get(VARS) or _NOTHING):
        if not fit_name(entry.name):
            hint = why_unfit(entry.name)
            reading.problems.mistake(f"`{entry.name}` cannot name a variable", entry.key.source, hint)
            continue
        check.uses(uses_in(entry.value))
        check.define(entry.name, "value", entry.key.source)
        values.append((entry.name, compile_value(entry.value, reading.problems)))
    return tuple(values)


def _heard_without_socket(users: tuple[UserSpec, ...], compiled: Compiled, problems: Problems) -> None:
    """Note whoever is to hear something and is never connected."""
    everything = list(every_step((*compiled.steps, *compiled.cleanup)))
    openers = [_opener(step.actor) for step in everything if isinstance(step, ConnectStep) and connects(step)]
    own = {user.name for user in users}
    deaf = {user.name for user in users if not user.connect} | {"nobody"}
    if any(name not in own and name != "nobody" for name in openers):
        return  # who stands behind a taken, round's or templated name is known when it is played
    deaf -= {name for name in openers if isinstance(name, str)}
    for step in own_steps((*compiled.steps, *compiled.cleanup)):
        for hear in step.hear:
            if group_in(hear.user) in deaf:
                hint = "leave `connect: false` out, or let a step connect it"
                problems.mistake(f"`{hear.user}` hears nothing: it is never connected", hear.source, hint)


def _opener(actor: Actor) -> object:
    """Return who connects, as `users` names it: for a member its group."""
    return group_in(actor.name) if isinstance(actor.name, str) else actor.name
