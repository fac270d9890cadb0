"""Small parts that the tests of hearing are built of."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from antiphon.core.errors import Problems
from antiphon.core.source import Source
from antiphon.history.heard import Heard
from antiphon.judge.facts import Facts, Window
from antiphon.judge.fences import FenceAnswer, FenceKind, FenceOutcome
from antiphon.language.document import read
from antiphon.language.matcher import Matcher, compile_matcher
from antiphon.language.scope import NO_NAMES
from antiphon.scenario.claim_model import Hear, HearItem

HERE = Source("fanout.yaml", 21, 9, "- message_received: {content: hello}")
OPENED_S = 10.0
ANSWERED_S = 10.02


def matcher(text: str) -> Matcher:
    """Return the matcher that a line of YAML says."""
    problems = Problems()
    document = read(text, "matcher.yaml")
    assert document.root is not None
    found = compile_matcher(document.root, problems)
    assert not problems.found
    return found


def item(event: str = "message_received", data: str | None = None, **fields: Any) -> HearItem:
    return HearItem(event=event, source=HERE, data=matcher(data) if data is not None else None, **fields)


def heard(seq: int, after_answer_ms: float, name: str = "message_received", data: Any = None) -> Heard:
    """Return an event that came so long after the answer."""
    raw = orjson.dumps([data if data is not None else {"content": "hello"}])
    return Heard(seq=seq, at_s=ANSWERED_S + after_answer_ms / 1000, name=name, raw=raw)


def hear(*items: HearItem, user: str = "bob", **fields: Any) -> Hear:
    return Hear(user=user, source=HERE, items=items, **fields)


def facts(claims: Hear, events: Sequence[Heard] = (), **fields: Any) -> Facts:
    settings: dict[str, Any] = {
        "hear": claims,
        "hearer": claims.user,
        "connection": claims.user,
        "window": Window(opened_s=OPENED_S, answered_s=ANSWERED_S),
        "events": tuple(events),
        "scope_for": lambda _event: NO_NAMES,
        "step": "2",
        "label": "alice: POST /messages/send",
        "cause_seq": 1,
    }
    return Facts(**{**settings, **fields})


def fence(
    after_answer_ms: float | None = 50,
    outcome: FenceOutcome = FenceOutcome.PROVEN,
    *,
    kind: FenceKind = "delivery",
    why: str = "the fence was answered after 3 ms",
) -> FenceAnswer:
    answered_s = None if after_answer_ms is None else ANSWERED_S + after_answer_ms / 1000
    return FenceAnswer(kind=kind, outcome=outcome, asked_s=ANSWERED_S, answered_s=answered_s, why=why)


@pytest.fixture
def make() -> SimpleNamespace:
    """The builders, by name."""
    return SimpleNamespace(item=item, heard=heard, hear=hear, facts=facts, fence=fence, matcher=matcher, source=HERE)
