"""What defects of answers are made of: over REST, and to emits."""

import re
from collections.abc import Callable
from typing import Any

from threadfilesharing.defects.entry import Acts, Install
from threadfilesharing.defects.seams import Asked, Emitted, Reply, Seams
from threadfilesharing.problems import Problem

Change = Callable[[Any, Asked], Any]


def answered(call: str, change: Change, *, status: int | None = None) -> Install:
    """Return a defect: a call that succeeds is answered with other data.

    Args:
        call: `METHOD /path`, a pattern for the whole.
        change: Makes the data that are sent.
        status: Answered in place of the true one.
    """
    pattern = re.compile(call)

    def install(seams: Seams, acts: Acts) -> None:
        def bend(reply: Reply, asked: Asked) -> Reply:
            meant = reply.body.get("status") == "success" and pattern.fullmatch(f"{asked.method} {asked.path}")
            if not meant or not acts():
                return reply
            return Reply(status or reply.status, {**reply.body, "data": change(reply.body["data"], asked)})

        seams.replied.plant(bend)

    return install


def remembering(learn: str, tell: str, key: str) -> Install:
    """Return a defect: a list goes on showing a field of its items as an earlier answer had it.

    Args:
        learn: The call whose answer is remembered, a pattern as in `answered`.
        tell: The call that answers with the list.
        key: The field.
    """
    learned, told = re.compile(learn), re.compile(tell)

    def install(seams: Seams, acts: Acts) -> None:
        known: dict[str, Any] = {}

        def bend(reply: Reply, asked: Asked) -> Reply:
            if reply.body.get("status") != "success":
                return reply
            call, data = f"{asked.method} {asked.path}", reply.body["data"]
            if learned.fullmatch(call):
                known.setdefault(data["id"], data[key])
            if not told.fullmatch(call) or not acts():
                return reply
            items = [{**item, key: known.get(item["id"], item[key])} for item in data["items"]]
            return Reply(reply.status, {**reply.body, "data": {**data, "items": items}})

        seams.replied.plant(bend)

    return install


def refused_otherwise(channel: str, change: Callable[[Problem], Problem], *statuses: int) -> Install:
    """Return a defect: refusals of a channel, those with these statuses, are told otherwise."""

    def install(seams: Seams, acts: Acts) -> None:
        def bend(problem: Problem, on: str) -> Problem:
            meant = channel in (on, "both") and problem.status in statuses
            return change(problem) if meant and acts() else problem

        seams.problem.plant(bend)

    return install


def refusal_body(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Install:
    """Return a defect: the body of each refusal over REST is another."""

    def install(seams: Seams, acts: Acts) -> None:
        def bend(reply: Reply, _asked: Asked) -> Reply:
            refused = reply.body.get("status") == "error" and acts()
            return Reply(reply.status, change(reply.body)) if refused else reply

        seams.replied.plant(bend)

    return install


def acknowledged(
    which: Callable[[Emitted], bool], change: Callable[[dict[str, Any]], dict[str, Any] | None]
) -> Install:
    """Return a defect: such emits are acknowledged otherwise, or not at all."""

    def install(seams: Seams, acts: Acts) -> None:
        def bend(answer: dict[str, Any] | None, about: Emitted) -> dict[str, Any] | None:
            return change(answer) if answer is not None and which(about) and acts() else answer

        seams.acknowledged.plant(bend)

    return install


def closed_for(*statuses: int) -> Install:
    """Return a defect: an emit that is refused with one of these costs the socket."""

    def install(seams: Seams, acts: Acts) -> None:
        def bend(survives: bool, about: Emitted) -> bool:
            dies = about.problem is not None and about.problem.status in statuses
            return survives and not (dies and acts())

        seams.survives.plant(bend)

    return install
