"""Steps inside steps: how to walk through them, and how to put a fragment's below the step that uses it.

They are then numbered `4.1`, `4.2`, … in place of `1`, `2`, ….
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from msgspec.structs import replace

from antiphon.scenario.step_model import Fragment, ParallelStep, RepeatStep, Step, UntilStep, UseStep, WatchStep

S = TypeVar("S", bound=Step)


def below(fragment: Fragment, number: str) -> Fragment:
    """Return the fragment with its steps numbered below the step of this number."""
    return replace(
        fragment,
        steps=tuple(_below(step, number) for step in fragment.steps),
        cleanup=tuple(_below(step, number) for step in fragment.cleanup),
    )


def _below(step: S, number: str) -> S:
    own = replace(changed_inside(step, lambda inner: _below(inner, number)), number=f"{number}.{step.number}")
    return replace(own, fragment=below(own.fragment, number)) if isinstance(own, UseStep) else own


def changed_inside(step: S, change: Callable[[Step], Step]) -> S:
    """Return a block with every step that stands in it changed; any other step, and one that uses a fragment, as it is.

    Steps further inside are for `change` to reach.
    """
    match step:
        case ParallelStep():
            return replace(step, branches=tuple(tuple(change(inner) for inner in branch) for branch in step.branches))
        case RepeatStep() | WatchStep():
            return replace(step, steps=tuple(change(inner) for inner in step.steps))
        case UntilStep():
            return replace(step, step=change(step.step))
        case _:
            return step


def inside(step: Step) -> tuple[Step, ...]:
    """Return the steps that stand in a block, in the order written; those of a fragment are not among them."""
    match step:
        case ParallelStep():
            return tuple(inner for branch in step.branches for inner in branch)
        case RepeatStep() | WatchStep():
            return step.steps
        case UntilStep():
            return (step.step,)
        case _:
            return ()


def own_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield steps and all that stand inside their blocks, in the order written; not those of fragments."""
    for step in steps:
        yield step
        yield from own_steps(inside(step))


def every_step(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield steps and all that stand inside them, those of fragments and their clean-up too."""
    for step in own_steps(steps):
        yield step
        if isinstance(step, UseStep):
            yield from every_step((*step.fragment.steps, *step.fragment.cleanup))
