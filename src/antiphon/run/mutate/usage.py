"""Whether a play would have gone on otherwise with a mutant: then it is played, for its record says nothing of that.

Read from the files, and on the careful side: where it is in doubt whether something later looks at what is changed, it
counts as looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from antiphon.engine.asked import AskedAck, AskedAnswer
from antiphon.engine.doing import Doing
from antiphon.engine.players import UserView
from antiphon.history.entries import Call, Emit, Event
from antiphon.history.heard import Heard
from antiphon.language.address import Address
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING, Names, Scope
from antiphon.run.mutate.answers import ack_facts, answered, asked_of, call_facts
from antiphon.run.mutate.change import Change
from antiphon.run.mutate.model import Mutant, Operator
from antiphon.run.mutate.recorded import Recorded, is_tried_anew
from antiphon.scenario.claim_model import Save
from antiphon.scenario.step_model import CallStep, EmitStep, ParallelStep, RoomStep

_OF_AN_ANSWER = re.compile(r"\{\{[^}]*\b(?:payload|response|problem|body|headers|status|ack)\b")
_RECORDED = (CallStep, EmitStep, RoomStep)
_SILENT = (Operator.DROP, Operator.DELAY, Operator.SWAP)
_STEP = re.compile(r"^(\s*)- ")


class Usage:
    """Looks for uses in a suite's files.

    Args:
        texts: The files, by path.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def why_played(self, play: Recorded, mutant: Mutant, change: Change) -> str:
        """Return why a mutant must be played; empty if its record says all."""
        if play.scenario.script is not None:
            return "the scenario is written in Python, which may look at anything"
        if change.answer is not None:
            return self._of_answer(play, mutant)
        return self._of_event(play, mutant, change)

    def _of_event(self, play: Recorded, mutant: Mutant, change: Change) -> str:
        if mutant.seq in play.needed and (mutant.operator in _SILENT or mutant.field):
            return "the event answers an emit"
        if mutant.field and mutant.seq in play.saved:
            before, after = play.entry(mutant.seq), change.events[0]
            if isinstance(before, Event) and _differs(play.saved[mutant.seq], before, after):
                return "a later step uses what was saved of the event"
        return ""

    def _of_answer(self, play: Recorded, mutant: Mutant) -> str:
        entry = play.entry(mutant.seq)
        assert isinstance(entry, Call | Emit)  # noqa: S101 - it is a mutant of an answer
        asked = asked_of(play, entry)
        doing = asked.doing
        if not isinstance(doing.step, _RECORDED):
            return "the step itself uses the answer"
        if is_tried_anew(doing):
            return "the step is tried again until it holds"
        if mutant.operator is Operator.STATUS and _is_counted(doing):
            return "the statuses of the block are counted"
        if isinstance(asked, AskedAnswer) and (asked.spec.pages or asked.answer.first is not asked.answer.call):
            return "other calls follow from the answer"
        if self._is_heard_of(doing):
            return "what is heard is compared with the answer"
        for save in (*doing.step.save, *doing.step.append):
            if self._is_changed(play, asked, save, mutant) and self._is_used(play, save, mutant):
                return f"a later step uses `{save.name}`"
        return ""

    def _is_heard_of(self, doing: Doing) -> bool:
        """Return whether what is heard of a step, or of a block around it, is compared with its answer."""
        one: Doing | None = doing
        while one is not None:
            if one.step.hear and _OF_AN_ANSWER.search(self._step_text(one)):
                return True
            one = one.block
        return False

    def _step_text(self, doing: Doing) -> str:
        """Return a step as its file has it."""
        source = doing.step.source
        lines = self._texts.get(source.path, "").splitlines()[source.line - 1 :]
        indent = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
        end = next(
            (
                number
                for number, line in enumerate(lines[1:], 1)
                if line.strip() and (len(line) - len(line.lstrip()) < indent or _begins(line, indent))
            ),
            len(lines),
        )
        return "\n".join(lines[:end])

    @staticmethod
    def _is_changed(play: Recorded, asked: AskedAnswer | AskedAck, save: Save, mutant: Mutant) -> bool:
        entry = answered(play, mutant)
        before, after = _scopes(play, asked, entry)
        return _value(save.address, before) != _value(save.address, after)

    def _is_used(self, play: Recorded, save: Save, mutant: Mutant) -> bool:
        """Return whether somebody may look at what is changed of a saved value."""
        text = "\n".join(self._texts.values() if play.scenario.path not in self._texts else self._of(play))
        name = re.escape(save.name.split(".")[0])
        key = next((part for part in reversed(mutant.exactly) if isinstance(part, str)), "")
        uses = re.findall(rf"(?<![\w.]){name}\b[\w.\[\]-]*", text)
        whole = [use for use in uses if "." not in use and "[" not in use]
        deep = [use for use in uses if key and re.search(rf"\.{re.escape(key)}\b", use)]
        # Once it is named where it is saved. Where all of it is handed on, any of its fields may be looked at.
        return bool(deep) or len(whole) > 1 or mutant.operator is Operator.REPEAT

    def _of(self, play: Recorded) -> Sequence[str]:
        paths = {play.scenario.path, *(doing.step.source.path for doing in play.play.doings)}
        return [self._texts[path] for path in sorted(paths) if path in self._texts]


def _begins(line: str, indent: int) -> bool:
    found = _STEP.match(line)
    return found is not None and len(found[1]) == indent


def _is_counted(doing: Doing) -> bool:
    one = doing.block
    while one is not None:
        if isinstance(one.step, ParallelStep) and one.step.statuses is not None:
            return True
        one = one.block
    return False


def _scopes(play: Recorded, asked: AskedAnswer | AskedAck, entry: Call | Emit) -> tuple[Scope, Scope]:
    view = {"self": UserView(asked.player)}
    if isinstance(asked, AskedAnswer):
        assert isinstance(entry, Call)  # noqa: S101 - a call's answer
        facts, _ = call_facts(play, asked, entry)
        return Names({**asked.answer.facts, **view}, asked.names), Names({**facts, **view}, asked.names)
    assert isinstance(entry, Emit)  # noqa: S101 - an emit's acknowledgement
    return (
        Names({**asked.emitted.facts, **view}, asked.names),
        Names({**ack_facts(asked, entry), **view}, asked.names),
    )


def _value(address: Address, scope: Scope) -> object:
    try:
        return address(scope)
    except EvaluationRefused:
        return MISSING


def _differs(addresses: Sequence[Address], before: Event, after: Event) -> bool:
    one, two = Heard.of(before), Heard.of(after)
    scopes = [Names({"event": heard.data, "args": heard.args}) for heard in (one, two)]
    return any(_value(address, scopes[0]) != _value(address, scopes[1]) for address in addresses)
