"""What a step gave, as Python values: the answer to a call, an acknowledgement, an event that was heard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from antiphon.engine.doing import Doing
from antiphon.engine.sockets import UserSocket
from antiphon.engine.stops import StopPlay
from antiphon.history.heard import Heard as Event
from antiphon.judge.verdicts import Kind
from antiphon.language.scope import MISSING, Lazy

_HEARD = (Kind.HEARD, Kind.LATE, Kind.EARLY, Kind.DOUBLED)


class Step:
    """What became of a step."""

    def __init__(self, doing: Doing) -> None:
        self._doing = doing

    @property
    def held(self) -> bool:
        """Whether nothing that was claimed by now, and could be judged at once, has failed."""
        return not self._doing.failed

    def _fact(self, name: str) -> Any:
        """Return something that the step was answered; without it the rest of the scenario is not run."""
        found = self._doing.facts.get(name, MISSING)
        found = found.value() if isinstance(found, Lazy) else found
        if found is MISSING:
            self._doing.note = self._doing.note or f"`{name}` was asked for, and there is none"
            raise StopPlay(f"step {self._doing.number} has no `{name}`")
        return found


class Answer(Step):
    """The answer to a call. Where there is none, asking for its parts ends the scenario: the rest is not run."""

    @property
    def status(self) -> int:
        """The status."""
        return int(self._fact("status"))

    @property
    def payload(self) -> Any:
        """The body without the profile's envelope."""
        return self._fact("payload")

    @property
    def problem(self) -> Any:
        """A refusal's code, message and details."""
        return self._fact("problem")

    @property
    def body(self) -> Any:
        """The whole body."""
        return self._fact("response")

    @property
    def headers(self) -> Mapping[str, Any]:
        """The headers, their names in lower case."""
        found: Mapping[str, Any] = self._fact("headers")
        return found


class Acknowledged(Step):
    """What an emit was acknowledged with."""

    @property
    def ack(self) -> Any:
        """The acknowledgement's first argument."""
        return self._fact("ack")


class Heard(Step):
    """What was to be heard. Where it was not, asking for it ends the scenario: the rest is not run."""

    def __init__(self, doing: Doing, sockets: Iterable[UserSocket]) -> None:
        super().__init__(doing)
        self._sockets = sockets

    @property
    def event(self) -> Any:
        """The first argument of the (first) event."""
        args = self.args
        return args[0] if args else None

    @property
    def args(self) -> Sequence[Any]:
        """All of its arguments."""
        for found in self._events():
            return list(found.args)
        raise StopPlay(f"what step {self._doing.number} was to hear was not heard")

    def _events(self) -> Iterator[Event]:
        """Yield the events that fulfil the claim, be it too late or too often."""
        named = {seq for verdict in self._doing.verdicts if verdict.kind in _HEARD for seq in verdict.evidence}
        return (event for socket in self._sockets for event in socket.inbox if event.seq in named)
