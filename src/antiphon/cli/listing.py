"""What `--list` and `--dry-run` show: the chosen scenarios, and the steps that they were compiled to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from antiphon.core.durations import duration_text
from antiphon.core.text import visible
from antiphon.report.requirements import natural
from antiphon.scenario.claim_model import Hear, HearItem
from antiphon.scenario.model import Scenario
from antiphon.scenario.renumbering import inside
from antiphon.scenario.step_model import Step, UseStep


def scenarios_text(scenarios: Sequence[Scenario]) -> str:
    """Return a line for each scenario: its id, its type and title, what it covers."""
    if not scenarios:
        return "no scenario is chosen"
    width = max(len(scenario.id) for scenario in scenarios)
    lines = [
        f"{scenario.id:<{width}}  {visible(scenario.title)}"
        + (f"  [{', '.join(scenario.covers)}]" if scenario.covers else "")
        for scenario in scenarios
    ]
    count = len(scenarios)
    return "\n".join([*lines, f"{count} scenario{'s' if count != 1 else ''}", *_requirements(scenarios)])


def _requirements(scenarios: Sequence[Scenario]) -> Iterator[str]:
    """Yield a line for each requirement: how many scenarios cover it, and which."""
    covering: dict[str, list[str]] = {}
    for scenario in scenarios:
        for name in dict.fromkeys(scenario.covers):
            covering.setdefault(name, []).append(scenario.id)
    for name in sorted(covering, key=natural):
        yield f"{visible(name)}  {len(covering[name])}: {', '.join(covering[name])}"


def plan_text(scenarios: Sequence[Scenario]) -> str:
    """Return every scenario as it was compiled: its users, its steps, and what each claims to be heard."""
    return "\n".join(line for scenario in scenarios for line in _plan(scenario)) or "no scenario is chosen"


def _plan(scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.id} · {visible(scenario.title)} · {scenario.type.value}"
    for user in scenario.users:
        traits = ["" if user.count is None else f"a group of {user.count}", user.role or ""]
        traits += [f"device of {user.device_of}" if user.device_of else ""]
        traits += [f"company of {user.company_of}" if user.company_of else "", "" if user.connect else "not connected"]
        yield f"  {user.name}: {', '.join(trait for trait in traits if trait) or 'as the profile makes users'}"
    if scenario.script is not None:
        yield "  written in Python: its steps are known when they are played"
    for step in scenario.steps:
        yield from _step(step, "  ")
    for step in scenario.cleanup:
        yield from _step(step, "  clean-up ")


def _step(step: Step, indent: str) -> Iterator[str]:
    name = f"  ({visible(step.name)})" if step.name else ""
    yield f"{indent}{step.number}  {visible(step.label)}{name}"
    for claim in step.hear:
        yield from (f"{indent}     {line}" for line in _hear(claim))
    for inner in _inside(step):
        yield from _step(inner, f"{indent}  ")


def _inside(step: Step) -> Sequence[Step]:
    return step.fragment.steps if isinstance(step, UseStep) else inside(step)


def _hear(claim: Hear) -> Iterator[str]:
    for item in claim.items:
        yield f"{claim.user} hears {_item(item)}"
    for group in claim.in_order:
        yield f"{claim.user} hears in order {', then '.join(_item(item) for item in group)}"
    if claim.nothing is not None:
        yield f"{claim.user} hears nothing"
    for item in claim.no:
        yield f"{claim.user} hears no {item.told}"
    for item in claim.never:
        yield f"{claim.user} never hears {item.told}"
    if claim.only is not None:
        yield f"{claim.user} hears nothing else"


def _item(item: HearItem) -> str:
    within = f" within {duration_text(item.within_s)}" if item.within_s is not None else ""
    low, high = item.times_low, item.times_high
    times = "" if low == high == 1 else f" {low}..{'' if high is None else high} times"
    after = f" not before {duration_text(item.after_s)}" if item.after_s is not None else ""
    return f"{item.told}{times}{after}{within}, waited for {duration_text(item.wait_s)}"
