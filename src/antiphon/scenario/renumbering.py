"""A fragment's steps put below the step that uses it: numbered `4.1`, `4.2`, … in place of `1`, `2`, …."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from antiphon.scenario.model import Fragment, ParallelStep, RepeatStep, Step, UntilStep, UseStep

S = TypeVar("S", bound=Step)


def below(fragment: Fragment, number: str) -> Fragment:
    """Return the fragment with its steps numbered below the step of this number."""
    return replace(
        fragment,
        steps=tuple(_below(step, number) for step in fragment.steps),
        cleanup=tuple(_below(step, number) for step in fragment.cleanup),
    )


def _below(step: S, number: str) -> S:
    own = f"{number}.{step.number}"
    match step:
        case ParallelStep():
            branches = tuple(tuple(_below(inner, number) for inner in branch) for branch in step.branches)
            return replace(step, number=own, branches=branches)
        case RepeatStep():
            return replace(step, number=own, steps=tuple(_below(inner, number) for inner in step.steps))
        case UntilStep():
            return replace(step, number=own, step=_below(step.step, number))
        case UseStep():
            return replace(step, number=own, fragment=below(step.fragment, number))
        case _:
            return replace(step, number=own)


def own_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield steps and all that stand inside their blocks, in the order written; not those of fragments."""
    for step in steps:
        yield step
        match step:
            case ParallelStep():
                yield from own_steps(inner for branch in step.branches for inner in branch)
            case RepeatStep():
                yield from own_steps(step.steps)
            case UntilStep():
                yield from own_steps((step.step,))
            case _:
                pass


def every_step(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield steps and all that stand inside them, those of fragments and their clean-up too."""
    for step in own_steps(steps):
        yield step
        if isinstance(step, UseStep):
            yield from every_step((*step.fragment.steps, *step.fragment.cleanup))
