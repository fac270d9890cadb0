"""What is known of a light call's answer: payload and problem at once, all else when an address asks for it."""

from __future__ import annotations

from collections.abc import Callable

from antiphon.engine.calls import answer_facts, call_entry
from antiphon.engine.exchanging import Leg
from antiphon.engine.made import note_answer
from antiphon.engine.play import Play
from antiphon.engine.players import Player, UserView
from antiphon.history.entries import Call
from antiphon.judge.envelope import Opened, opened
from antiphon.language.call import CallSpec
from antiphon.net.exchange import Exchange

Noted = tuple[Call, Opened | None, dict[str, object]]


class LaterFacts(dict[str, object]):
    """Facts of which most are made only when one of them is asked for."""

    __slots__ = ("_make",)

    def __init__(self, known: dict[str, object], make: Callable[[], dict[str, object]]) -> None:
        super().__init__(known)
        self._make: Callable[[], dict[str, object]] | None = make

    def get(self, name: str, default: object = None) -> object:
        """Return a fact."""
        found = super().get(name, _ABSENT)
        if found is not _ABSENT:
            return found
        if self._make is not None and name in _LATER:
            make, self._make = self._make, None
            self.update(make())
            return super().get(name, default)
        return default


_ABSENT = object()
_LATER = frozenset({"request", "response", "body", "status", "headers", "path", "query"})


def noted_answer(
    play: Play, player: Player, spec: CallSpec, done: Exchange, sent_data: object, *, step: str, view: UserView | None
) -> Noted:
    """Note a call of one exchange in the history; return its entry, its answer and what addresses see of it."""
    call = call_entry(Leg(done=done), template=spec.template, step=step, purpose="step", play=play.name)
    call.user = player.name
    call.curl = play.setting.ways.curl_to(call.url)
    play.calls += 1
    play.setting.recorder.write(call)
    target = play.setting.target
    known: dict[str, object] = {"caller": view}
    unwrapped = None
    if call.status is not None and not call.failure:
        unwrapped = opened(
            target.http.envelope, status=call.status, headers=call.response_headers, body=call.response_body
        )
        known["payload"], known["problem"] = unwrapped.payload, unwrapped.problem
    facts = LaterFacts(known, lambda: answer_facts(call, spec, sent_data, target.base_url, asked=call.url))
    if target.resources:
        facts.get("status")
        note_answer(play, player, call, facts)
    return call, unwrapped, facts
