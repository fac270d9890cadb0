"""The acknowledgements that users give to a target that asks, as the items of a step's `hear` say.

A target may wait for them before it answers the step itself, so they are given as soon as a question comes that an
item's matcher recognises; one whose matcher needs what the step saves is looked at again when that is known. What
no item answers stays unanswered, as with a client that has no handler for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from antiphon.core.errors import ScenarioError
from antiphon.engine.doing import Doing
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView
from antiphon.engine.socket_states import Question
from antiphon.engine.sockets import UserSocket
from antiphon.history.heard import Heard
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import Names, Scope
from antiphon.language.template import Value
from antiphon.scenario.claim_model import Hear, HearItem


class Answering:
    """What one step answers."""

    def __init__(self, frame: Frame, doing: Doing) -> None:
        self._frame = frame
        self._doing = doing
        self._items: list[tuple[UserSocket, Player, Sequence[HearItem]]] = []
        self._passed_over: list[Question] = []
        self._is_all_known = False
        self._problem: ScenarioError | None = None

    def add(self, player: Player, socket: UserSocket, items: Sequence[HearItem], *, looks_back: bool) -> None:
        """Answer what these items recognise on a socket, from now on or looking back."""
        self._items.append((socket, player, items))
        if not looks_back:
            self._passed_over += socket.questions

    def look(self) -> None:
        """Answer the open questions that an item recognises; called in the protocol's callback, too."""
        for socket, player, items in self._items:
            for question in [*socket.questions]:
                scope = self._scope(player, question.heard)
                item = next((one for one in items if _recognises(one, question.heard, scope)), None)
                if item is not None and item.answer is not None and question not in self._passed_over:
                    self._answer(socket, question, item.answer, scope)

    def _answer(self, socket: UserSocket, question: Question, answer: Value, scope: Scope) -> None:
        try:
            value = answer(scope)
            socket.answer(question, [value])
        except ScenarioError as problem:
            if self._is_all_known:  # before that, what the step saves may be all that is missing
                self._passed_over.append(question)
                self._problem = self._problem or problem

    def finish(self) -> None:
        """Look once more, now that the step's saves are known.

        Raises:
            ScenarioError: An answer cannot be made.
        """
        self._is_all_known = True
        self.look()
        if self._problem is not None:
            raise self._problem

    def _scope(self, player: Player, event: Heard) -> Scope:
        below = self._frame.scope(self._doing)
        return Names({"event": event.data, "args": event.args, "self": UserView(player)}, below)


@contextmanager
def answering(frame: Frame, doing: Doing, hears: Sequence[Hear], *, looks_back: bool) -> Iterator[Answering | None]:
    """Give the answers that these claims have while the step is played; None where they have none.

    Args:
        frame: Where the step stands.
        doing: The step.
        hears: Its claims.
        looks_back: Whether questions that came before are answered as well, as `hear` as a step of its own does;
            else they belong to an earlier step.
    """
    given = [(hear, [item for item in hear.positives if item.answer is not None]) for hear in hears]
    if not any(items for _, items in given):
        yield None
        return
    made = Answering(frame, doing)
    with ExitStack() as stack:
        for hear, items in given:
            for player in frame.users(hear.user) if items else ():
                if player.socket is not None:
                    made.add(player, player.socket, items, looks_back=looks_back)
                    player.socket.answerers.append(made.look)
                    stack.callback(player.socket.answerers.remove, made.look)
        yield made


def _recognises(item: HearItem, event: Heard, scope: Scope) -> bool:
    try:
        if item.mentions is not None:
            return item.mentions(event.args, scope) is None
        return item.event == event.name and (item.data is None or item.data(event.data, scope) is None)
    except EvaluationRefused:
        return False
