"""What a user hears on a Socket.IO connection: events, and answers to emits.

Both keep the raw bytes and parse them when asked (measured: some 200 bytes an event, 500 parsed).
They are structs, not dataclasses: one is made for each frame (0.2 against 1.1 microseconds).
"""

from __future__ import annotations

import msgspec

from antiphon.wire.errors import excerpt
from antiphon.wire.payload import parse_list


class Received(msgspec.Struct, frozen=True, gc=False):
    """An event, as it came.

    Attributes:
        at_s: When its last frame came.
        first_s: When its first frame came; earlier than `at_s` only if it has attachments.
        namespace: Where it was sent, `/` unless the target says otherwise.
        name: Its name.
        raw: The JSON list, name first.
        attachments: The binary values, in the order of their placeholders.
        ack_id: What an acknowledgement must carry; None if the target asks for none.
        correlation: What it says that it answers; None if nothing.
    """

    at_s: float
    first_s: float
    namespace: str
    name: str
    raw: bytes
    attachments: tuple[bytes, ...] = ()
    ack_id: int | None = None
    correlation: str | None = None

    @property
    def args(self) -> list[object]:
        """All arguments after the name, parsed anew at each asking.

        Raises:
            RemoteProtocolError: What came is no JSON list.
        """
        return parse_list(self.raw, self.attachments)[1:]

    def __str__(self) -> str:
        return f"event {excerpt(self.raw)}"


class Acknowledged(msgspec.Struct, frozen=True, gc=False):
    """The target's answer to an emit.

    Attributes:
        at_s: When its last frame came.
        ack_id: The number that the emit carried.
        raw: The JSON list of its arguments.
        attachments: The binary values, in the order of their placeholders.
    """

    at_s: float
    ack_id: int
    raw: bytes
    attachments: tuple[bytes, ...] = ()

    @property
    def args(self) -> list[object]:
        """All arguments, parsed anew at each asking.

        Raises:
            RemoteProtocolError: What came is no JSON list.
        """
        return parse_list(self.raw, self.attachments)

    def __str__(self) -> str:
        return f"acknowledgement {self.ack_id} {excerpt(self.raw)}"
