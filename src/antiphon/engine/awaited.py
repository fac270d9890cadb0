"""Emits whose acknowledgement is an event: which event answers which of them.

The first event that answers an emit is its answer, and answers no other: the oldest that it can answer. An emit and
an event that both name a correlation belong together only if it is the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from antiphon.engine.patterns import first_match
from antiphon.history.heard import Heard
from antiphon.language.scope import MISSING, Names, Scope
from antiphon.target.socket_model import AnswerRule
from antiphon.wire.heard import Acknowledged

Outcome = Literal["ok", "refused"]
Judge = Callable[[Heard], Outcome | None]
_MOST = 10_000


class Answered(Struct, frozen=True):
    """The event that answered an emit, and what it says about it."""

    outcome: Outcome
    event: Heard


class AwaitedAnswers:
    """The unanswered emits of one connection, the oldest first."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[tuple[Judge, str | None, asyncio.Future[Answered]]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, judge: Judge, correlation: str | None) -> asyncio.Future[Answered]:
        """Return what will be the answer of an emit that has just left."""
        future: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self._waiting.append((judge, correlation, future))
        if len(self._waiting) > _MOST:  # nobody waits that long: the oldest were given up
            del self._waiting[0]
        return future

    def take(self, heard: Heard, correlation: str | None) -> None:
        """Let an event answer the oldest emit that it can answer, if there is one."""
        for index, (judge, asked, future) in enumerate(self._waiting):
            if asked is not None and correlation is not None and asked != correlation:
                continue
            outcome = judge(heard)
            if outcome is not None:
                del self._waiting[index]
                if not future.done():
                    future.set_result(Answered(outcome, heard))
                return

    def remove(self, answer: asyncio.Future[Answered]) -> None:
        """Forget an emit that needs no answer any more."""
        self._waiting = [waiting for waiting in self._waiting if waiting[2] is not answer]
        answer.cancel()

    def cancel(self) -> None:
        """Let nobody wait for what cannot come."""
        for _, _, future in self._waiting:
            future.cancel()
        self._waiting.clear()


def judge_of(rule: AnswerRule, args: Sequence[object], scope: Scope) -> Judge:
    """Return what says whether an event answers this emit, by the profile's rule."""
    names = Names({"data": args[0] if args else MISSING}, scope)

    def judge(heard: Heard) -> Outcome | None:
        if first_match(rule.ok, heard, names) is not None:
            return "ok"
        return "refused" if first_match(rule.refused, heard, names) is not None else None

    return judge


def answers_text(rule: AnswerRule) -> str:
    """Return in words what the profile lets an emit wait for."""
    ok = list(dict.fromkeys(pattern.name for pattern in rule.ok))
    refused = [name for name in dict.fromkeys(pattern.name for pattern in rule.refused) if name not in ok]
    told = " or ".join(f"`{name}`" for name in ok)
    return f"{told}, or {' or '.join(f'`{name}`' for name in refused)} in its place" if refused else told


def settle(future: asyncio.Future[Acknowledged], ack: Acknowledged | None) -> None:
    """Hand an acknowledgement to whoever awaits it, or let nobody wait for one that cannot come."""
    if future.done():
        return
    if ack is None:
        future.cancel()
    else:
        future.set_result(ack)
