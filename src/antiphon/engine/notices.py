"""What the plays of a run noticed about the target that changes no outcome, and that every report must say."""

from __future__ import annotations

from msgspec import Struct, field

from antiphon.net.socket_facts import Refused
from antiphon.target.socket_model import Channel


class Notices(Struct, eq=False, kw_only=True):
    """Notes of a whole run, made by its plays.

    Attributes:
        silent: The sockets that nobody needed and that were waited for in vain, by their services; they are not
            waited for again.
    """

    silent: set[str] = field(default_factory=set)
    _socket: str = ""
    _unproven: dict[str, str] = field(default_factory=dict)

    def removal_is_not_proven(self, resource: str, why: str) -> None:
        """Note that nothing tells whether things of a kind are gone once they were removed."""
        self._unproven.setdefault(resource, why)

    def is_silent(self, channel: Channel) -> bool:
        """Return whether one of the target's sockets was waited for in vain before."""
        return channel.service in self.silent

    def socket_did_not_come_up(self, refused: Refused, *, user: str, channel: Channel) -> None:
        """Note that the socket of a user did not come up, in a scenario that can be played without one."""
        if refused.by == "timeout":
            self.silent.add(channel.service)
        self._socket = self._socket or f"{refused.by}, {refused.detail}; first seen of {user}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was noticed, as sentences."""
        found = [
            f"clean-up of `{resource}` is not proven: {why}; name a call that tells, `gone`"
            for resource, why in self._unproven.items()
        ]
        if self._socket:
            found.insert(0, f"scenarios without events were played though the socket did not come up ({self._socket})")
        return tuple(found)
