"""One connected socket, and what the server knows of it."""

import asyncio
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Session:
    """A socket that was let in.

    `hearing` are the rooms it is in, `muted` those that it left itself although its user is a member. Everything owed
    to it up to event `complete_from` may be missing, everything after was written; `written` is the newest lasting
    event written to it. While its token is `expired`, what it hears is `held`, and `held_mark` says since when.
    """

    sid: str
    wire_id: str
    user_id: str
    company_id: str
    family_id: str
    complete_from: int = 0
    written: int = 0
    hearing: set[str] = field(default_factory=set)
    muted: set[str] = field(default_factory=set)
    uploads: dict[str, str] = field(default_factory=dict)
    expired: bool = False
    held: list[tuple[str, int | None]] = field(default_factory=list)
    held_mark: int = 0
    timers: list[asyncio.TimerHandle] = field(default_factory=list)
    emits: deque[float] = field(default_factory=deque)
    syncs: deque[float] = field(default_factory=deque)
    open: bool = True

    def stop_timers(self) -> None:
        """Forget when the token expires."""
        for timer in self.timers:
            timer.cancel()
        self.timers.clear()

    def may_emit(self, now_s: float, limit: int, *, fence: bool) -> bool:
        """Return whether one more emit is within the limit, and count it if so.

        `sync` has a count of its own, of the same size: whoever was just limited can still ask whether anything is
        owed to it.
        """
        stamps = self.syncs if fence else self.emits
        while stamps and now_s - stamps[0] >= 1.0:
            stamps.popleft()
        if len(stamps) >= limit:
            return False
        stamps.append(now_s)
        return True
