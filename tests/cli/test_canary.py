"""No password, token or signing secret of a whole run is in anything that the run leaves or says."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from antiphon.cli import application
from antiphon.engine import calls
from antiphon.history.record import decode

if TYPE_CHECKING:
    import pytest

    from conftest import Here

_SECRET_KEYS = ("password", "accessToken", "refreshToken")
_PIECE = 8


def test_no_secret_of_a_run_is_in_anything_that_it_leaves(here: Here) -> None:
    secrets = overheard(here.monkeypatch)
    said = here.antiphon(
        "demo", "--defect", "bad-input-answers-500", "--defect", "lost-to-one-member", "--parallel", "8", "--verbose",
        "--report", "reports",
    )  # fmt: skip
    assert said.code == 1
    assert "_TOKEN" in said.out  # curl lines, which name secrets by their variable
    run = here.folder / ".antiphon" / "runs" / said.run_id
    entries, damage = decode((run / "history").read_bytes())
    assert damage is None
    told = {"console": (said.out + said.err).encode(), "history, unpacked": unpacked(entries)}
    told |= {str(path): path.read_bytes() for path in here.folder.rglob("*") if path.is_file()}
    for words in (["show"], ["show", "last", "messaging/fanout"], ["show", "last", "auth/logout"]):
        shown = here.antiphon(*words)
        told[" ".join(words)] = (shown.out + shown.err).encode()
    assert len(secrets) > 200
    assert set(secrets.values()) == {*_SECRET_KEYS, "TFS_SECRET"}
    kinds = {form: kind for secret, kind in secrets.items() for form in forms(secret)}
    assert [(place, kinds[form], form) for place, content in told.items() for form in within(content, kinds)] == []


def test_the_search_of_this_test_finds_each_of_many_wherever_it_stands() -> None:
    words = [f"{number:03d}-{'x' * (number % 7)}-{number * 7919:08d}".encode() for number in range(200)]
    for lead in range(20):
        content = b"." * lead + b"|".join(words[:100]) + words[150][:-1]
        assert sorted(within(content, words)) == words[:100]


def overheard(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return a list that fills with every secret as it passes the wire, before anybody could hide it."""
    secrets: dict[str, str] = {}
    entry = calls.call_entry
    new_key = application.new_key

    def call_entry(done: Any, **more: Any) -> Any:
        call = entry(done, **more)
        makes_a_user = call.purpose == "recipe"
        for body in (call.request_body if makes_a_user else b"", call.response_body):
            secrets.update({str(value): key for key, value in values(body) if key in _SECRET_KEYS and value})
        return call

    def key() -> bytes:
        made = new_key()
        secrets[made.hex()] = "TFS_SECRET"
        return made

    monkeypatch.setattr(calls, "call_entry", call_entry)
    monkeypatch.setattr(application, "new_key", key)
    return secrets


def values(body: bytes) -> Iterator[tuple[str, object]]:
    """Give every key and value of a JSON body, however deep."""
    try:
        waiting = [json.loads(body)] if body else []
    except ValueError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from value.items()
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def forms(secret: str) -> set[bytes]:
    """Return a secret as it could be written: plain, in a URL, in JSON, in base64 at any offset."""
    plain = secret.encode()
    found = {plain, quote(secret, safe="").encode(), json.dumps(secret)[1:-1].encode()}
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + plain)
        # The first and last characters hold bits of what stands beside the secret.
        found.add(coded[4 if offset else 0 : -4])
    return found


def within(content: bytes, words: Collection[bytes]) -> list[bytes]:
    """Return the words that stand in a content: thousands in megabytes, for which a search for each takes minutes.

    Of each word the last pieces are known by heart, as many as lie between two looks into the content: wherever
    the word stands, one look meets one of them.
    """
    every = min(map(len, words), default=_PIECE) - _PIECE + 1
    assert every > 0
    ends: dict[bytes, set[bytes]] = {}
    for word in words:
        for end in range(len(word) - every + 1, len(word) + 1):
            ends.setdefault(word[end - _PIECE : end], set()).add(word)
    met = {content[at : at + _PIECE] for at in range(0, len(content), every)} & ends.keys()
    return [word for word in set().union(*(ends[piece] for piece in met)) if word in content]


def unpacked(entries: Any) -> bytes:
    """Return a history's entries with no compression between us and what they hold."""
    return b"\n".join(msgspec.msgpack.encode(entry) for entry in entries)
