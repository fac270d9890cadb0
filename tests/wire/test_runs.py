"""Runs of plain events say of each what the packets of the long way say of it."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from antiphon.wire.payload import parse_list
from antiphon.wire.runs import LEAST, run_of
from antiphon.wire.socketio import Kind, decode, event_name

HEAD = b'42["'
PLAIN = [b'42["tick",{"n":1}]', b'42["tick",{"n":2}]', b'42["tick",1,"two",[3]]', b'42["tick","]"]', b'42["tick",]']
OTHERS = [
    *(b'42["tock",{"n":1}]', b'42["tick"]', b'42["tick" ,1]', b'427["tick",1]', b'42/room,["tick",1]'),
    *(b'451-["tick",{"_placeholder":true,"num":0}]', b'430[{"ok":true}]', b"2", b"", b"42", b'42["', b'42["tick'),
    *(b'42["tick",1] ', b'42["tick",1', b'42["ti\\u0063k",1]', b'42["",1]', '42["тик",1]'.encode(), b'42["\xff",1]'),
]
TEXTS = st.lists(st.sampled_from([*PLAIN * 4, *OTHERS]) | st.binary(max_size=12), min_size=1, max_size=12)


@given(texts=TEXTS, prefix=st.sampled_from([b"", b"/room,"]))
@example(texts=[b'42["",1]', b'42["",2]'], prefix=b"")
def test_a_run_says_what_its_packets_say(texts: list[bytes], prefix: bytes) -> None:
    texts = [text.replace(b"42[", b"42%b[" % prefix, 1) for text in texts]
    for start in range(len(texts)):
        run = run_of(texts, start, b'42%b["' % prefix)
        if run is None:
            continue
        name, args = run
        assert len(args) >= LEAST
        for text, found in zip(texts[start:], args, strict=False):
            packet = decode(text[1:])
            assert (packet.kind, packet.ack_id, packet.attachments) == (Kind.EVENT, None, ())
            assert packet.namespace == (prefix.rstrip(b",").decode() or "/")
            assert event_name(packet.raw) == name
            if text.endswith(b",]"):
                assert found == b"[]"
            else:
                assert parse_list(found) == parse_list(packet.raw)[1:]


def test_a_run_goes_on_for_as_long_as_the_name_is_the_same() -> None:
    texts = [b"2", *PLAIN[:3], b'42["tock",1]', *PLAIN[:2], b'42["tick",3']
    assert run_of(texts, 1, HEAD) == ("tick", [b'[{"n":1}]', b'[{"n":2}]', b'[1,"two",[3]]'])
    assert run_of(texts, 5, HEAD) == ("tick", [b'[{"n":1}]', b'[{"n":2}]'])


def test_a_single_event_and_an_event_with_nothing_to_say_are_no_run() -> None:
    assert run_of(PLAIN[:1], 0, HEAD) is None
    assert run_of([b'42["tick"]', b'42["tick"]'], 0, HEAD) is None
    assert run_of([b'42["ti\\u0063k",1]'] * 2, 0, HEAD) is None
