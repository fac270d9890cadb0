"""No entry leaves with a secret in it."""

from __future__ import annotations

import msgspec
import pytest

from antiphon.core.redaction import Redactor
from antiphon.history.entries import (
    Answer,
    AnyEntry,
    Beat,
    Call,
    Connection,
    Emit,
    Event,
    Mark,
    Probe,
    Sample,
    Tick,
    User,
)
from antiphon.history.redaction import redacted, redacted_all

SECRET = "canary-secret-0123456789"
RAW = SECRET.encode()
BODY = b'{"note":"' + RAW + b'"}'


@pytest.fixture
def redactor() -> Redactor:
    found = Redactor(b"key")
    found.register(SECRET, "ALICE_TOKEN")
    return found


FULL: tuple[AnyEntry, ...] = (
    Call(
        method="GET",
        template="/x",
        url=f"http://h/x?key={SECRET}",
        request_headers=(("authorization", f"Bearer {SECRET}"), ("x-note", SECRET)),
        request_body=BODY,
        response_headers=(("set-cookie", f"sid={SECRET}; Path=/"), ("location", f"/a#{SECRET}")),
        response_body=BODY,
        failure_detail=f"no {SECRET}",
    ),
    Emit(name="auth", args=b"[" + BODY + b"]", ack=b"[" + BODY + b"]", failure=SECRET),
    Event(name="session", args=b"[" + BODY + b"]", attachments=(RAW,)),
    Emit(name="file", attachments=(RAW,), ack_attachments=(RAW,)),
    Answer(name="who", event=3, args=b"[" + BODY + b"]", attachments=(RAW,)),
    Connection(what="refused", reason=SECRET, data=BODY),
    Beat(what="fence", answer=BODY),
    Probe(sql=f"SELECT '{SECRET}'", values=BODY, rows=b"[" + BODY + b"]", failure=SECRET),
    Mark(what="step", edge="began", note=f"alice: GET /{SECRET}"),
)


@pytest.mark.parametrize("entry", FULL, ids=lambda entry: type(entry).__name__)
def test_a_registered_secret_leaves_every_field(entry: AnyEntry, redactor: Redactor) -> None:
    clean = redacted(entry, redactor)
    packed = msgspec.msgpack.encode(clean)
    assert RAW not in packed
    assert redactor.mark(RAW) in packed
    assert RAW in msgspec.msgpack.encode(entry), "the entry itself is left as it is"


def test_secrets_that_nobody_registered_are_hidden_by_their_place() -> None:
    entry = Call(
        method="POST",
        template="/auth/login",
        url="http://h/x?access_token=zzz9",
        request_headers=(("Authorization", "Bearer unknown-1"), ("Cookie", "sid=unknown-2")),
        request_body=b'{"email":"a@b.c","password":"short"}',
        response_body=b'{"data":{"accessToken":"unknown-3","refreshToken":"unknown-4","user":{"id":"7"}}}',
    )
    clean = redacted(entry, Redactor(b"key"))
    packed = msgspec.msgpack.encode(clean)
    for secret in (b"zzz9", b"unknown", b"short"):
        assert secret not in packed
    assert b"a@b.c" in packed
    assert b'"id":"7"' in packed


@pytest.mark.parametrize(
    "entry",
    [
        Event(name="message", args=b'[{"content":"hello"}]'),
        User(what="made", id="7"),
        Sample(name="own_lag", value=0.1, unit="s"),
        Tick(at_s=1.0),
    ],
    ids=lambda entry: type(entry).__name__,
)
def test_an_entry_without_secrets_is_handed_on_as_it_is(entry: AnyEntry, redactor: Redactor) -> None:
    assert redacted(entry, redactor) is entry


def test_what_was_and_was_not_there_stays_so(redactor: Redactor) -> None:
    clean = redacted(Emit(name="x", args=BODY, ack=None), redactor)
    assert isinstance(clean, Emit)
    assert clean.ack is None


def test_entries_are_redacted_together_as_each_alone(redactor: Redactor) -> None:
    plain: list[AnyEntry] = [Event(name="x", args=b"[%d]" % number) for number in range(5)]
    odd: list[AnyEntry] = [Emit(name="x", args=b"\x00\x1e\x00\x1f\x00"), Event(name="y", attachments=(b"", RAW, b""))]
    entries = [
        *plain,
        *FULL,
        *odd,
        *FULL,
        Call(method="GET", template="/x", url="", response_headers=(("Cookie", ""),)),
    ]
    together = redacted_all(entries, redactor)
    assert together == [redacted(entry, redactor) for entry in entries]
    assert together[:5] == plain


def test_only_what_holds_a_secret_is_made_anew(redactor: Redactor) -> None:
    entries: list[AnyEntry] = [Event(name="x", args=b"[1]"), Event(name="x", args=BODY), Event(name="x", args=b"[2]")]
    first, second, third = redacted_all(entries, redactor)
    assert (first is entries[0], second is entries[1], third is entries[2]) == (True, False, True)
