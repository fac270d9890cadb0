"""What a play asked of its history, kept so that another history can be asked the same.

A claim is a query over what was recorded: whoever has the question can ask it of a recording that was changed
meanwhile, and need not play anything again. Nothing is kept unless the setting says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from antiphon.engine.calls import Answer
from antiphon.engine.doing import Doing
from antiphon.engine.emits import Emitted
from antiphon.engine.listeners import Listener
from antiphon.engine.players import Player
from antiphon.engine.scopes import NameSpace
from antiphon.judge.facts import Facts
from antiphon.judge.fences import FenceAnswer
from antiphon.judge.verdicts import Verdict
from antiphon.language.call import CallSpec
from antiphon.language.matcher import Matcher


class AskedHear(Struct, eq=False, kw_only=True):
    """One `hear`, as it was judged.

    Attributes:
        everything: The facts of each of its listeners.
        listeners: Whose inboxes it looked at, in the same order.
        doing: The step that claims.
        sent: The step whose window it is.
        told: What was said of it at its step.
    """

    everything: Sequence[Facts]
    listeners: Sequence[Listener]
    doing: Doing
    sent: Doing
    told: tuple[Verdict, ...] = ()


class AskedAtTheEnd(Struct, eq=False, kw_only=True):
    """The same of one listener, as it was looked at once more when the scenario ended.

    Attributes:
        facts: With all that was heard until then.
        fence: The last one of the connection.
        until_s: Until when it was heard.
        told: What was said of it then.
    """

    facts: Facts
    listener: Listener
    doing: Doing
    fence: FenceAnswer | None
    until_s: float
    told: tuple[Verdict, ...] = ()


class AskedAnswer(Struct, eq=False, kw_only=True):
    """One call's answer, as it was judged.

    Attributes:
        names: What names meant then.
        told: What was said of it.
    """

    spec: CallSpec
    answer: Answer
    player: Player
    doing: Doing
    names: NameSpace
    told: tuple[Verdict, ...] = ()


class AskedAck(Struct, eq=False, kw_only=True):
    """One emit's acknowledgement, as it was judged.

    Attributes:
        matcher: What it must match; None matches anything.
        refused: Whether it was to be a refusal.
        names: What names meant then.
        told: What was said of it.
    """

    emitted: Emitted
    player: Player
    doing: Doing
    names: NameSpace
    matcher: Matcher | None
    refused: bool
    wait_s: float
    told: tuple[Verdict, ...] = ()


class Asked(Struct, eq=False, kw_only=True):
    """All that one play asked."""

    hears: list[AskedHear] = field(default_factory=list)
    ends: list[AskedAtTheEnd] = field(default_factory=list)
    answers: list[AskedAnswer] = field(default_factory=list)
    acks: list[AskedAck] = field(default_factory=list)
