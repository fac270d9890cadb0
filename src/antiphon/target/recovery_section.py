"""Reader of a profile's `recovery`: how a client comes back when its connection was lost."""

from __future__ import annotations

from antiphon.language import plain_values as plain
from antiphon.language.keys import Key, Place, Reading, kept, later
from antiphon.language.nodes import Node
from antiphon.target.reading import ProfileReading
from antiphon.target.socket_model import RecoveryProfile

STATE = Key("state", ("boolean",), plain.flag, "whether `reconnect` asks for the state of the lost connection")
RECONNECT = kept("reconnect", ("map",), "how long `reconnect` waits between attempts")
RECOVERY = Place[Reading]("`recovery`", (STATE, RECONNECT, later("resync")))

FIRST = Key("first", ("text", "number"), plain.duration(), "the wait after the first attempt")
FACTOR = Key("factor", ("number",), plain.number(1, 100), "how many times longer each further wait is")
LONGEST = Key("longest", ("text", "number"), plain.duration(), "the longest wait")
JITTER = Key("jitter", ("number",), plain.number(0, 1), "which part of a wait is left to chance")
POLICY = Place[Reading]("`reconnect`", (FIRST, FACTOR, LONGEST, JITTER))


def read_recovery(node: Node, reading: ProfileReading) -> RecoveryProfile:
    """Return how a client comes back."""
    fields = RECOVERY.read(plain.map_of(node), reading, reading.problems)
    policy = fields.get(RECONNECT)
    usual = RecoveryProfile(state=bool(fields.get(STATE)))
    if policy is None:
        return usual
    waits = POLICY.read(plain.map_of(policy), reading, reading.problems)
    first_s, longest_s = waits.get(FIRST), waits.get(LONGEST)
    factor, jitter = waits.get(FACTOR), waits.get(JITTER)
    return RecoveryProfile(
        state=usual.state,
        first_s=usual.first_s if first_s is None else first_s,
        factor=usual.factor if factor is None else factor,
        longest_s=usual.longest_s if longest_s is None else longest_s,
        jitter=usual.jitter if jitter is None else jitter,
    )
