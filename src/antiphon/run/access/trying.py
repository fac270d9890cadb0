"""The steps that try a cell: the call or emit, what nobody may hear of it, and what must be as it was."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from antiphon.core.errors import Problems
from antiphon.core.source import Source
from antiphon.core.text import shortened
from antiphon.language.address import parse_address
from antiphon.language.call import CallSpec, StatusSpec, Token
from antiphon.run.access.matrix import Matrix, Needs, Read, Room, Row
from antiphon.run.access.plan import Prepared
from antiphon.run.access.unchanged import unchanged
from antiphon.scenario.claim_model import Hear, Save
from antiphon.scenario.step_model import Actor, CallStep, EmitStep, SessionStep, Step
from antiphon.target.access.model import NOBODY
from antiphon.target.access.section import refuses

_LONGEST_LABEL = 160


def call_steps(
    matrix: Matrix, row: Row, actor: str, status: StatusSpec, *, call: CallSpec | None = None, told: str = ""
) -> tuple[tuple[Step, ...], tuple[Prepared, ...], Needs]:
    """Return the steps that try a row by an actor, what they need before, and who must be there.

    Args:
        matrix: The whole.
        row: What is tried.
        actor: By whom.
        status: How it must be answered.
        call: The call in place of the row's own, with another token or path.
        told: How the actor is told of (`owner, with a garbage token`).
    """
    tried = replace(call or row.call, status=replace(status, written=True))
    needs = row.needs | _acting(actor)
    guarded = row.changes and refuses(status)
    step = CallStep(
        number="",
        label=_label(told or actor, row.call),
        source=row.source,
        actor=Actor(name=actor, source=row.source),
        call=tried,
        hear=nobody_hears(matrix, row.source) if guarded else (),
        must=guarded,
    )
    if not guarded:
        return (step,), (), needs
    before = tuple(_read_before(read) for read in row.reads)
    after = tuple(_read_after(read, since=f"{told or actor}: {row.operation}") for read in row.reads)
    return (step, *after), before, needs | Needs(acting=frozenset(read.by for read in row.reads))


def nobody_hears(matrix: Matrix, source: Source, *, but: str = "") -> tuple[Hear, ...]:
    """Return the claim that nobody who is connected hears anything, one actor left out."""
    if not matrix.listens:
        return ()
    hearers = (user.name for user in matrix.users if user.connect and user.name != but)
    return tuple(Hear(user=name, source=source, nothing=source) for name in hearers)


def emit_step(matrix: Matrix, room: Room, actor: str, *, refused: bool) -> EmitStep:
    """Return the step that tries an emit; who is refused is told so, and nobody else hears of it."""
    return EmitStep(
        number="",
        label=shortened(f"{actor}: emit {room.emit}", limit=_LONGEST_LABEL),
        source=room.source,
        actor=Actor(name=actor, source=room.source),
        event=room.emit,
        args=room.args,
        refused=refused,
        hear=nobody_hears(matrix, room.source, but=actor) if refused else (),
        must=refused,
    )


def heard_by_none(step: CallStep | EmitStep, refused: Iterable[str], source: Source) -> Step:
    """Return the step of somebody who may, of which those who were refused hear nothing."""
    return replace(step, hear=(*step.hear, *(Hear(user=name, source=source, nothing=source) for name in refused)))


def session_steps(actor: str, verbs: Iterable[str], source: Source, *, saves: str, part: str) -> tuple[Step, ...]:
    """Return steps such as `logout`, `login`; the first one keeps a part of the user, as it is then, under a name."""
    kept = Save(name=saves, address=parse_address(f"caller.{part}", source, Problems()), source=source)
    return tuple(
        SessionStep(
            number="",
            label=f"{actor}: {verb}",
            source=source,
            actor=Actor(name=actor, source=source),
            verb=verb,  # type: ignore[arg-type]  # one of the three, written by our own callers
            save=(kept,) if index == 0 else (),
            must=True,
        )
        for index, verb in enumerate(verbs)
    )


def with_token(call: CallSpec, token: Token) -> CallSpec:
    """Return the call with another token than its user's own."""
    return replace(call, token=token)


def _acting(actor: str) -> Needs:
    return Needs(acting=frozenset({actor} - {NOBODY}))


def _kept_under(read: Read) -> str:
    # A dot in a name would make it a part of a map.
    return f"{read.by} reads {read.call.path.text}".replace(".", "·")


def _read_before(read: Read) -> Prepared:
    name = _kept_under(read)
    saved = Save(name=name, address=parse_address("payload", read.source, Problems()), source=read.source)
    step = replace(_read_step(read, label="as it is before"), save=(saved,))
    return Prepared(key=name, steps=(step,), needs=_acting(read.by))


def _read_after(read: Read, *, since: str) -> CallStep:
    name = _kept_under(read)
    step = _read_step(read, label="as it was")
    return replace(step, call=replace(step.call, expect=unchanged(name, read.source, since=since)))


def _read_step(read: Read, *, label: str) -> CallStep:
    return CallStep(
        number="",
        label=_label(read.by, read.call, f" ({label})"),
        source=read.source,
        actor=Actor(name=read.by, source=read.source),
        call=read.call,
        must=True,
    )


def _label(who: str, call: CallSpec, behind: str = "") -> str:
    return shortened(f"{who}: {call.method} {call.path.text}{behind}", limit=_LONGEST_LABEL)
