"""Makers of the steps without a user: blocks of other steps, fragments, looks back, claims and pauses."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingType

from antiphon.core.durations import duration_text
from antiphon.core.errors import Mistake, ScenarioError, UnknownKey
from antiphon.core.source import Source
from antiphon.core.text import listed, shortened
from antiphon.language import plain_values as plain
from antiphon.language.keys import Fields, fits
from antiphon.language.nodes import Entry, Mapping, Node, Scalar, Sequence
from antiphon.language.template import Value, compile_value, template_of
from antiphon.scenario import step_keys as keys
from antiphon.scenario.backstage import make_probe, make_target
from antiphon.scenario.claim_model import DEFAULT_WAIT_S
from antiphon.scenario.found import Found, StepCompiler, common, note_claim
from antiphon.scenario.groups import group_in
from antiphon.scenario.reading import ScenarioReading, note_nodes
from antiphon.scenario.renumbering import below, every_step
from antiphon.scenario.saving import fit_name, why_unfit
from antiphon.scenario.statuses import counted_together
from antiphon.scenario.step_model import (
    Actor,
    AnyStep,
    AssertStep,
    Fragment,
    HearStep,
    ParallelStep,
    PauseStep,
    RepeatStep,
    UntilStep,
    UseStep,
    WatchStep,
)

Maker = Callable[[Found, Fields, str, StepCompiler], AnyStep | None]

_DEFAULT_EVERY_S = 0.1


def _hear(found: Found, fields: Fields, number: str, compiler: StepCompiler) -> HearStep:
    names = plain.map_of(fields.node(keys.HEAR) or found.node).keys()
    label = shortened(f"hear: {listed(names)}", limit=160)
    return HearStep(since=fields.get(keys.SINCE), **common(found, fields, number, compiler.reading, label))


def _watch(found: Found, fields: Fields, number: str, compiler: StepCompiler) -> WatchStep | None:
    if not fits(found.line, ("map",), "`watch`", compiler.reading.problems):
        return None
    label = shortened(f"watch: {listed(plain.map_of(found.line).keys())}", limit=160)
    step = common(found, fields, number, compiler.reading, label, heard=found.line)
    steps = fields.get(keys.WHILE)
    return WatchStep(steps=compiler.many(steps, f"{number}.") if steps is not None else (), **step)


def _assert(found: Found, fields: Fields, number: str, compiler: StepCompiler) -> AssertStep | None:
    if not fits(found.line, ("map",), "`assert`", compiler.reading.problems):
        return None
    claim = keys.claim(found.line, compiler.reading)
    label = shortened(f"assert {listed(plain.map_of(found.line).keys())}", limit=160)
    step = AssertStep(claim=claim, **common(found, fields, number, compiler.reading, label))
    note_claim(compiler.reading.begin(number).before, found.line)
    return step


def _pause(found: Found, fields: Fields, number: str, compiler: StepCompiler) -> PauseStep | None:
    problems = compiler.reading.problems
    if not fits(found.line, ("text", "number"), "`pause`", problems):
        return None
    duration_s = plain.duration()(found.line, compiler.reading)
    label = f"pause {duration_text(duration_s)}" if duration_s is not None else "pause"
    step = common(found, fields, number, compiler.reading, label)
    because = fields.get(keys.BECAUSE)
    if duration_s is None or because is None:
        return None
    return PauseStep(duration_s=duration_s, because=because, **step)


def _parallel(found: Found, fields: Fields, number: str, compiler: StepCompiler) -> ParallelStep | None:
    problems, node = compiler.reading.problems, found.line
    if not fits(node, ("list", "map"), "`parallel`", problems):
        return None
    if isinstance(node, Sequence):
        if fields.has(keys.STEPS):
            hint = "branches stand in the list, or `steps` beside {repeat: N}"
            problems.mistake("`steps` beside a list of branches", fields.at(keys.STEPS), hint)
        label = f"parallel: {len(node.items)} branches"
        if not node.items:
            problems.mistake("`parallel` has no branches", node.source, "write a list of steps")
        branches = tuple(_branch(item, f"{number}.{i}", compiler) for i, item in enumerate(node.items, 1))
        step = common(found, fields, number, compiler.reading, label)
        return counted_together(ParallelStep(branches=branches, statuses=fields.get(keys.STATUSES), **step), problems)
    options = keys.PARALLEL_REPEAT.read(plain.map_of(node), compiler.reading, problems)
    repeat = _rounds(options.get(keys.ROUNDS), number, compiler.reading)
    label = f"parallel: {_raw(options.get(keys.ROUNDS))} at once"
    step = common(found, fields, number, compiler.reading, label)
    inner = _inner(found, fields, number, compiler)
    if repeat is None:
        if not options.has(keys.ROUNDS):
            problems.mistake("`parallel` says neither branches nor `repeat`", node.source, "write {repeat: 8}")
        return None
    statuses = fields.get(keys.STATUSES)
    return counted_together(ParallelStep(branches=(inner,), repeat=repeat, statuses=statuses, **step), problems)


def _branch(node: Node, number: str, compiler: StepCompiler) -> tuple[AnyStep, ...]:
    if isinstance(node, Sequence):
        return compiler.many(node, f"{number}.")
    step = compiler.one(node, number)
    return (step,) if step is not None else ()


def _inner(found: Found, fields: Fields, number: str, compiler: StepCompiler) -> tuple[AnyStep, ...]:
    node = fields.get(keys.STEPS)
    if node is None:
        if not fields.has(keys.STEPS):
            compiler.reading.problems.mistake(
                f"`{found.verb}` has no `steps`", found.node.source, "add steps: [...] beside it"
            )
        return ()
    return compiler.many(node, f"{number}.")


def _rounds(node: Node | None, number: str, reading: ScenarioReading) -> Value | None:
    """Return how many rounds there are: a whole number, or one template."""
    if not isinstance(node, Scalar):
        return None
    if isinstance(node.value, str) and "{{" in node.value:
        note_nodes(reading.begin(number).before, (node,))
    elif plain.whole(1, keys.MOST_ROUNDS)(node, reading) is None:
        return None
    return compile_value(node, reading.problems)


def _repeat(found: Found, fields: Fields, number: str, compiler: StepCompiler) -> RepeatStep | None:
    reading, node = compiler.reading, found.line
    if not fits(node, ("number", "text", "map"), "`repeat`", reading.problems):
        return None
    if not isinstance(node, Mapping):
        times = _rounds(node, number, reading)
        step = common(found, fields, number, reading, f"repeat {_raw(node)} times")
        inner = _inner(found, fields, number, compiler)
        return RepeatStep(steps=inner, times=times, **step) if times is not None else None
    options = keys.REPEAT_OVER.read(node, reading, reading.problems)
    over, name = options.get(keys.OVER), options.get(keys.AS)
    if name is not None and not fit_name(name):
        reading.problems.mistake(f"`{name}` cannot name a value", options.at(keys.AS), why_unfit(name))
    paced = f", pace {_raw(options.node(keys.PACE))}" if options.has(keys.PACE) else ""
    step = common(found, fields, number, reading, f"repeat over {_raw(over)} as {name}{paced}")
    if name is not None:
        reading.acting.add(name)
    inner = _inner(found, fields, number, compiler)
    if over is None or name is None:
        return None
    over = _users_as_values(over, reading)
    if isinstance(over, Scalar) and "{{" not in str(over.value):
        hint = 'write a list, or one template such as "{{ rooms }}"'
        reading.problems.mistake("`over` is not a list", over.source, hint)
    note_nodes(reading.begin(number).before, (over,))
    pace = options.get(keys.PACE)
    return RepeatStep(steps=inner, over=compile_value(over, reading.problems), item_name=name, pace=pace, **step)


def _users_as_values(over: Node, reading: ScenarioReading) -> Node:
    """Return users' names as the users themselves, a group's name as its list; any other node as it is."""
    if isinstance(over, Scalar) and over.value in reading.several:
        return _as_template(over)
    if not isinstance(over, Sequence) or not over.items:
        return over
    if not all(isinstance(item, Scalar) and group_in(str(item.value)) in reading.acting for item in over.items):
        return over
    return Sequence(tuple(_as_template(item) for item in over.items), over.source, over.flow)


def _as_template(item: Node) -> Node:
    name = str(item.value) if isinstance(item, Scalar) else ""
    text = f"{{{{ {name} }}}}"
    return Scalar(text, item.source, quoted=True, raw=text)


def _until(found: Found, fields: Fields, number: str, compiler: StepCompiler) -> UntilStep | None:
    reading = compiler.reading
    if not fits(found.line, ("map",), "`until`", reading.problems):
        return None
    options = keys.UNTIL.read(plain.map_of(found.line), reading, reading.problems)
    do = options.get(keys.DO)
    inner = compiler.one(do, f"{number}.1") if do is not None else None
    label = shortened(f"until: {inner.label if inner is not None else ''}", limit=160)
    step = common(found, fields, number, reading, label)
    note_claim(reading.begin(number).answered, options.node(keys.CLAIM))
    every_s, wait_s = options.get(keys.EVERY), options.get(keys.UNTIL_WAIT)
    wait_s = wait_s if wait_s is not None else DEFAULT_WAIT_S
    every_s = every_s if every_s is not None else min(_DEFAULT_EVERY_S, wait_s)
    if every_s > wait_s:
        hint = f"it would be tried once: `wait` is {duration_text(wait_s)}"
        reading.problems.mistake("an impossible time: `every` is longer than `wait`", options.at(keys.EVERY), hint)
    if inner is None:
        return None
    return UntilStep(step=inner, claim=options.get(keys.CLAIM), every_s=every_s, wait_s=wait_s, **step)


def _use(found: Found, fields: Fields, number: str, compiler: StepCompiler) -> UseStep | None:
    reading, problems = compiler.reading, compiler.reading.problems
    if not fits(found.line, ("text",), "`use`", problems) or not isinstance(found.line, Scalar):
        return None
    name = str(found.line.value)
    step = common(found, fields, number, reading, f"use {name}")
    fragment = reading.fragment(name, found.line.source)
    if fragment is None:
        return None
    users, values = _given(fields, fragment, found, number, reading)
    gives = _gives(fields, fragment, reading)
    if not reading.has_room(sum(1 for _ in every_step((*fragment.steps, *fragment.cleanup))), found.line.source):
        return None
    return UseStep(fragment=below(fragment, number), users=users, values=values, gives=gives, **step)


def _given(
    fields: Fields, fragment: Fragment, found: Found, number: str, reading: ScenarioReading
) -> tuple[dict[str, Actor | tuple[Actor, ...]], dict[str, Value]]:
    given = plain.map_of(fields.get(keys.WITH) or Mapping((), found.node.source))
    users: dict[str, Actor | tuple[Actor, ...]] = {}
    values: dict[str, Value] = {}
    where = f"what `{fragment.name}` takes"
    for entry in given:
        kind = fragment.takes.get(entry.name)
        if kind is None:
            reading.problems.add(_not_there(entry.name, entry.key.source, tuple(fragment.takes), where))
        elif kind == "value":
            note_nodes(reading.begin(number).before, (entry.value,))
            values[entry.name] = compile_value(entry.value, reading.problems)
        else:
            taken = _taken_users(entry, number, reading, several=kind == "users")
            if taken is not None:
                users[entry.name] = taken
    lacking = [name for name in fragment.takes if name not in given and name not in fragment.defaults]
    if lacking:
        names = listed(f"`{name}`" for name in lacking)
        hint = f"write with: {{{', '.join(f'{name}: ...' for name in lacking)}}}"
        reading.problems.mistake(f"`{fragment.name}` is not given {names}", found.line.source, hint)
    return users, values


def _taken_users(
    entry: Entry, number: str, reading: ScenarioReading, *, several: bool
) -> Actor | tuple[Actor, ...] | None:
    what = f"`{entry.name}`"
    if not fits(entry.value, ("list", "text") if several else ("text",), what, reading.problems):
        return None
    note_nodes(reading.begin(number).before, (entry.value,))
    actors = []
    for item in plain.items_of(entry.value):
        if not fits(item, ("text",), f"a user of {what}", reading.problems) or not isinstance(item, Scalar):
            continue
        text = str(item.value)
        name = template_of(item, reading.problems) if "{{" in text else text
        actors.append(Actor(name=name, source=item.source))
    one = actors[0] if len(actors) == 1 and isinstance(entry.value, Scalar) else None
    if one is not None and (not several or not isinstance(one.name, str) or one.name in reading.several):
        return one  # one user, or a name or template that stands for the whole list
    return tuple(actors) if several else None


def _gives(fields: Fields, fragment: Fragment, reading: ScenarioReading) -> dict[str, str]:
    node = fields.get(keys.GIVES)
    if node is None:
        return {}
    names: dict[str, str] = {}
    pairs: list[tuple[str, Source, Node]]
    if isinstance(node, Mapping):
        pairs = [(entry.name, entry.key.source, entry.value) for entry in node]
    else:
        pairs = [(str(item.value), item.source, item) for item in plain.items_of(node) if isinstance(item, Scalar)]
    for given, source, target in pairs:
        if given not in fragment.gives:
            where = f"what `{fragment.name}` gives"
            reading.problems.add(_not_there(given, source, fragment.gives, where))
            continue
        name = plain.name(target, reading)
        if name is not None and not fit_name(name):
            reading.problems.mistake(f"`{name}` cannot name a value", target.source, why_unfit(name))
        elif name is not None:
            names[given] = name
    return names


def _not_there(name: str, source: Source, known: tuple[str, ...], where: str) -> ScenarioError:
    if known:
        return UnknownKey(key=name, source=source, known=known, where=where)
    return Mistake(sentence=f"`{name}` is not in {where}, which is nothing", source=source, advice="leave it out")


def _raw(node: Node | None) -> str:
    if isinstance(node, Sequence):
        return f"[{', '.join(_raw(item) for item in node.items)}]"
    return node.raw if isinstance(node, Scalar) else "..."


BLOCK_MAKERS: MappingType[str, Maker] = {
    "hear": _hear,
    "watch": _watch,
    "parallel": _parallel,
    "repeat": _repeat,
    "until": _until,
    "probe": make_probe,
    "target": make_target,
    "assert": _assert,
    "pause": _pause,
    "use": _use,
}
