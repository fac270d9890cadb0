"""What whoever reads a run must know of its profile: what was not looked at, and what took its time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from antiphon.core.durations import duration_text
from antiphon.core.text import listed
from antiphon.engine.setting import Setting


def cautions(setting: Setting, *, unheard: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each.

    Args:
        setting: In which all was played.
        unheard: Events that ought to exist, and were heard by nobody.
    """
    if not setting.target.health:
        yield "the profile names no `health` call: the target counts as living while its port can be reached"
    fences = (channel.fence for channel in setting.target.channels)
    if any(fence.kind == "alive" and fence.emit is None for fence in fences):
        yield (
            "the fence is `alive` and asks nothing: each absence waits for the server's next sign of life"
            " (Socket.IO's default: up to 25 s); an `emit` that the server answers makes it quick"
        )
    if unheard:
        yield f"expected events that nobody heard: {listed(unheard)}"
    if setting.pacer.held_s:
        yield (
            f"calls were held back for {duration_text(setting.pacer.held_s)} in all, as `rate_limit` of the profile"
            " asks; that counts neither as latency nor against a scenario's time"
        )
