"""Writes ticks into a run's history, so that laws know what is settled while the run goes on."""

from __future__ import annotations

import asyncio

from antiphon.core.clock import Clock
from antiphon.engine.flight import Flight
from antiphon.engine.recorder import Recorder
from antiphon.history.entries import Tick

PERIOD_S = 0.1


class LawTicks:
    """A timer on the loop of a run."""

    def __init__(self, clock: Clock, recorder: Recorder, flight: Flight) -> None:
        self._clock = clock
        self._recorder = recorder
        self._flight = flight
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to tick on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._again(self._loop)

    def stop(self) -> None:
        """Cease."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._loop = None

    def _again(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = loop.call_later(PERIOD_S, self._tick)

    def _tick(self) -> None:
        self._recorder.write(Tick(at_s=self._clock.now_s(), in_flight=self._flight.in_flight()))
        if self._loop is not None:
            self._again(self._loop)
