"""A contract made of documents written in a test, and the entries that are held against it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from antiphon.history.entries import Call, Emit, Event
from antiphon.judge.contracts.checker import ContractChecker
from antiphon.judge.contracts.contract import contract_of
from antiphon.target.contracts.reading import with_contracts
from antiphon.target.loader import load_target

BASE = "http://127.0.0.1:3001/api"


class Held:
    """A target's promise, and what is found of what it does."""

    def __init__(self, profile: str, documents: dict[str, Any]) -> None:
        files = {
            name: said if isinstance(said, bytes) else orjson.dumps(said, option=orjson.OPT_NON_STR_KEYS)
            for name, said in documents.items()
        }
        target, problems = load_target(f"target: t\nbase_url: {BASE}\n{profile}", "target.yaml", environment={})
        assert target is not None
        assert [str(problem) for problem in problems] == []
        self.target, problems = with_contracts(target, files.__getitem__)
        assert [str(problem) for problem in problems] == []
        contract = contract_of(self.target)
        assert contract is not None
        self.checker = ContractChecker(contract)

    def call(self, line: str, status: int, body: Any = None, **facts: Any) -> list[str]:
        """Return what is found of an answer."""
        method, _, path = line.partition(" ")
        text = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        headers = (("content-type", "application/json; charset=utf-8"),) if body is not None else ()
        entry = Call(
            seq=7,
            play="chat",
            user="alice",
            method=method,
            template=facts.pop("template", path),
            url=f"{BASE}{path}",
            status=status,
            response_headers=facts.pop("headers", headers),
            response_body=text,
            **facts,
        )
        return told(self.checker.feed(entry))

    def event(self, name: str, *args: Any) -> list[str]:
        """Return what is found of an event."""
        return told(self.checker.feed(Event(seq=8, play="chat", user="bob", name=name, args=orjson.dumps(args))))

    def ack(self, name: str, *args: Any) -> list[str]:
        """Return what is found of an acknowledgement."""
        return told(self.checker.feed(Emit(seq=9, play="chat", user="bob", name=name, ack=orjson.dumps(args))))


def told(findings: list[Any]) -> list[str]:
    """Return findings as their kinds and sentences."""
    return [f"{finding.kind}: {finding.sentence}" for finding in findings]


@pytest.fixture
def held() -> Callable[..., Held]:
    """Make a promise of a profile's lines and its documents."""
    return Held
