"""Which event answers which emit."""

from __future__ import annotations

import asyncio

import pytest

from antiphon.core.errors import Problems
from antiphon.engine.awaited import AwaitedAnswers, answers_text, judge_of
from antiphon.history.heard import Heard
from antiphon.language import document
from antiphon.language.matcher import compile_matcher
from antiphon.language.scope import Names
from antiphon.target.socket_model import AnswerRule, EventPattern


def pattern(name: str, data: str = "") -> EventPattern:
    if not data:
        return EventPattern(name=name)
    root = document.read(data, "target.yaml").root
    assert root is not None
    return EventPattern(name=name, data=compile_matcher(root, Problems()))


RULE = AnswerRule(
    ok=(pattern("joined", '{room: "{{ data.room }}", who: "{{ self.id }}"}'),), refused=(pattern("join_error"),)
)


class Inbox:
    """Emits that wait, and the events that come."""

    def __init__(self) -> None:
        self.awaited = AwaitedAnswers()
        self.seq = 0

    def asks(self, room: str, correlation: str | None = None) -> asyncio.Future[object]:
        judge = judge_of(RULE, [{"room": room}], Names({"self": {"id": "alice"}}))
        return self.awaited.add(judge, correlation)  # type: ignore[return-value]

    def hears(self, name: str, raw: bytes = b"[{}]", correlation: str | None = None) -> None:
        self.seq += 1
        self.awaited.take(Heard(seq=self.seq, at_s=0.0, name=name, raw=raw), correlation)


def said(future: asyncio.Future[object]) -> object:
    return (future.result().outcome, future.result().event.seq) if future.done() else None  # type: ignore[attr-defined]


@pytest.fixture
async def inbox() -> Inbox:
    return Inbox()


async def test_an_event_answers_the_emit_that_it_fits(inbox: Inbox) -> None:
    first, second = inbox.asks("a"), inbox.asks("b")
    inbox.hears("joined", b'[{"room":"b","who":"alice"}]')
    inbox.hears("joined", b'[{"room":"a","who":"bob"}]')
    inbox.hears("other")
    assert (said(first), said(second)) == (None, ("ok", 1))
    assert len(inbox.awaited) == 1


async def test_a_refusal_without_a_reference_is_the_oldest_s(inbox: Inbox) -> None:
    first, second = inbox.asks("a"), inbox.asks("b")
    inbox.hears("join_error")
    assert (said(first), said(second)) == (("refused", 1), None)
    inbox.hears("join_error")
    inbox.hears("join_error")
    assert said(second) == ("refused", 2)


async def test_an_event_answers_one_emit_only(inbox: Inbox) -> None:
    first, second = inbox.asks("a"), inbox.asks("a")
    inbox.hears("joined", b'[{"room":"a","who":"alice"}]')
    assert (said(first), said(second)) == (("ok", 1), None)


async def test_correlations_that_differ_do_not_belong_together(inbox: Inbox) -> None:
    first, second, third = inbox.asks("a", "1"), inbox.asks("a", "2"), inbox.asks("a")
    inbox.hears("join_error", correlation="2")
    inbox.hears("join_error", correlation="7")
    inbox.hears("join_error")
    assert (said(first), said(second), said(third)) == (("refused", 3), ("refused", 1), ("refused", 2))


async def test_what_counts_as_answered_takes_nothing_any_more(inbox: Inbox) -> None:
    first, second = inbox.asks("a"), inbox.asks("b")
    inbox.awaited.remove(first)  # type: ignore[arg-type]
    inbox.hears("join_error")
    assert first.cancelled()
    assert said(second) == ("refused", 1)


async def test_the_end_of_a_connection_answers_nobody(inbox: Inbox) -> None:
    first = inbox.asks("a")
    inbox.awaited.cancel()
    inbox.hears("join_error")
    assert first.cancelled()


async def test_an_answer_nobody_awaits_any_more_is_taken_all_the_same(inbox: Inbox) -> None:
    first, second = inbox.asks("a"), inbox.asks("b")
    first.cancel()
    inbox.hears("join_error")
    assert said(second) is None


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (RULE, "`joined`, or `join_error` in its place"),
        (AnswerRule(ok=(pattern("a"), pattern("b"), pattern("a"))), "`a` or `b`"),
        (AnswerRule(ok=(pattern("a", "{ok: true}"),), refused=(pattern("a", "{ok: false}"),)), "`a`"),
    ],
)
def test_what_is_awaited_is_told_in_words(rule: AnswerRule, text: str) -> None:
    assert answers_text(rule) == text
