"""What keeps a connection alive by the profile's words: pings that are answered at once, and those sent by the clock.

What answers a ping is sent in the callback that heard it, as a protocol's own pong would be; neither is an event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from antiphon.core.errors import ScenarioError
from antiphon.engine.patterns import first_match
from antiphon.history.heard import Heard
from antiphon.language.scope import Names, Scope
from antiphon.net.drivers import Driver
from antiphon.net.socket_facts import NotConnected
from antiphon.target.socket_model import KeepaliveRule
from antiphon.wire.errors import LocalProtocolError


class Keepalive:
    """Keeps one connection alive: answers from `begin` on, sends from `start` on, until `stop`."""

    __slots__ = ("_driver", "_rules", "_scope", "_timers")

    def __init__(self, rules: Sequence[KeepaliveRule], scope: Scope) -> None:
        self._rules = rules
        self._scope = scope
        self._driver: Driver | None = None
        self._timers: dict[int, asyncio.TimerHandle] = {}

    def begin(self, driver: Driver) -> None:
        """Answer on this connection from now on."""
        self._driver = driver

    def start(self) -> None:
        """Send by the clock from now on, what its data is now.

        Raises:
            ScenarioError: A template of the data finds nothing.
        """
        for index, rule in enumerate(self._rules):
            if rule.every_s is not None:
                self._send_later(index, rule, _args(rule, self._scope), rule.every_s)

    def stop(self) -> None:
        """Send nothing more by the clock."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def answered(self, heard: Heard) -> bool:
        """Return whether this was a ping, which is answered now; what cannot be answered is an event like others."""
        for rule in self._rules:
            if rule.heard is None or first_match((rule.heard,), heard, self._scope) is None:
                continue
            try:
                self._send(rule, _args(rule, Names({"event": heard.data}, self._scope)))
            except (ScenarioError, LocalProtocolError, NotConnected):
                return False
            return True
        return False

    def _send_later(self, index: int, rule: KeepaliveRule, args: Sequence[object], every_s: float) -> None:
        loop = asyncio.get_running_loop()
        self._timers[index] = loop.call_later(every_s, self._beat, index, rule, args, every_s)

    def _beat(self, index: int, rule: KeepaliveRule, args: Sequence[object], every_s: float) -> None:
        try:
            self._send(rule, args)
        except NotConnected:
            self.stop()
            return
        self._send_later(index, rule, args, every_s)

    def _send(self, rule: KeepaliveRule, args: Sequence[object]) -> None:
        if self._driver is None:
            raise NotConnected
        if rule.emit is None:
            self._driver.send_frame("text", (rule.text or "").encode(errors="replace"))
        else:
            self._driver.emit(rule.emit, args, ack=False)


def _args(rule: KeepaliveRule, scope: Scope) -> Sequence[object]:
    return [rule.data(scope)] if rule.data is not None else []
