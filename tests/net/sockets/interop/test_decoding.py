"""What python-socketio and Node decode, we decode alike: generated packets and bodies, three decoders.

20,000 packets in each run; `make differential` takes 100,000 (`DIFFERENTIAL_PACKETS`).
"""

from __future__ import annotations

import base64
import json
import os
from typing import Any

import engineio.packet
import engineio.payload
import pytest
import socketio.packet

from antiphon.ticking.real import SeededDice
from antiphon.wire import engineio as ours_engine
from antiphon.wire.errors import RemoteProtocolError
from antiphon.wire.polling import Message, decode_body, encode_body
from antiphon.wire.socketio import Decoder, Kind, Packet, acknowledgement, encode, event

pytestmark = [pytest.mark.needs("node", "npm")]

PACKETS = int(os.environ.get("DIFFERENTIAL_PACKETS", "20000"))
BATCH = 20_000
# None has a query: python-socketio cuts it off, as Socket.IO 2 did; Node keeps it, and so do we.
NAMESPACES = ("/", "/chat", "/a/b", "/é", "/ ", "/0")
TEXTS = ("", "a", "message_received", "é😀", "\u2028", '"quoted"', "back\\slash", "\x00", "[1]", "5-", "/x,", "line\n")
NUMBERS = (0, 1, -1, 2**31, 2**53 - 1, 0.5, -0.25, 1e21, 1e-7)
Nested = Any


def _value(dice: Any, depth: int) -> Nested:
    match dice.integer(0, 8 if depth else 6):
        case 0:
            return dice.choice(TEXTS)
        case 1:
            return dice.choice(NUMBERS)
        case 2:
            return dice.choice((None, True, False))
        case 3:
            return dice.bytes(dice.integer(0, 20))
        case 4 | 5:
            return dice.choice(TEXTS) + str(dice.integer(0, 10**6))
        case 6:
            return dice.integer(-(10**9), 10**9)
        case 7:
            return [_value(dice, depth - 1) for _ in range(dice.integer(0, 4))]
        case _:
            return {dice.choice(TEXTS[1:]): _value(dice, depth - 1) for _ in range(dice.integer(0, 4))}


def _packet(dice: Any) -> Packet:
    namespace = dice.choice(NAMESPACES)
    args = [_value(dice, 3) for _ in range(dice.integer(0, 4))]
    match dice.integer(0, 7):
        case 0:
            return Packet(Kind.CONNECT, namespace, raw=dice.choice((b'{"sid":"x"}', b'{"token":"t"}', b"")))
        case 1:
            return Packet(Kind.DISCONNECT, namespace)
        case 2:
            return Packet(Kind.CONNECT_ERROR, namespace, raw=dice.choice((b'{"message":"no"}', b'"not you"')))
        case 3 | 4:
            return acknowledgement(dice.integer(0, 2**40), args, namespace=namespace)
        case _:
            name = dice.choice(TEXTS[1:]) + str(dice.integer(0, 99))
            return event(name, args, namespace=namespace, ack_id=dice.choice((None, 0, dice.integer(1, 2**40))))


def _bent(dice: Any, text: str) -> str:
    """Return a packet's text with something changed in it: some are packets still, most are not."""
    at = dice.integer(0, max(len(text) - 1, 0))
    match dice.integer(0, 3):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + dice.choice(('"', "[", "]", "-", ",", "/", "0", "7", " ", "{")) + text[at:]
        case 2:
            return text[:at]
        case _:
            return text[:at] + text[at:][::-1]


def _plain(value: Nested) -> Nested:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return {key: _plain(part) for key, part in value.items()} if isinstance(value, dict) else value


Read = dict[str, Any] | None


def _ours(text: str, attachments: tuple[bytes, ...]) -> Read:
    decoder = Decoder(limit_bytes=1 << 24)
    try:
        found = decoder.text(text.encode(), now_s=0.0)
        for attachment in attachments:
            found = decoder.binary(attachment)
        data = None if found is None else found.data
    except RemoteProtocolError:
        return None
    if found is None:
        return None
    return {"type": int(found.kind), "nsp": found.namespace, "id": found.ack_id, "data": _plain(data)}


def _pythons(text: str, attachments: tuple[bytes, ...]) -> Read:
    try:
        packet = socketio.packet.Packet(encoded_packet=text)
        complete = not packet.attachment_count
        for attachment in attachments:
            complete = packet.add_attachment(attachment)
    except Exception:  # noqa: BLE001 - whatever it raises, it did not decode
        return None
    if not complete:
        return None
    return {"type": packet.packet_type, "nsp": packet.namespace or "/", "id": packet.id, "data": _plain(packet.data)}


def _nodes(answer: dict[str, Any]) -> Read:
    return None if "error" in answer else answer


def _same(first: Read, second: Read) -> bool:
    return json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True) or first == second


def _asked(text: str, attachments: tuple[bytes, ...]) -> dict[str, Any]:
    return {"packet": [text, *(base64.b64encode(attachment).decode() for attachment in attachments)]}


# Both take the kind of a binary packet for that of a plain one once its attachments have come.
_PLAIN_KIND = {5: 2, 6: 3}


def _kind_aside(read: Read) -> Read:
    return None if read is None else {**read, "type": _PLAIN_KIND.get(read["type"], read["type"])}


def test_packets_are_decoded_as_python_socketio_and_node_decode_them(node_decodes: Any) -> None:
    dice = SeededDice("packets")
    for start in range(0, PACKETS, BATCH):
        made = [_packet(dice) for _ in range(min(BATCH, PACKETS - start))]
        texts = [encode(packet).decode() for packet in made]
        answers = node_decodes([_asked(text, packet.attachments) for text, packet in zip(texts, made, strict=True)])
        for text, packet, answer in zip(texts, made, answers, strict=True):
            ours = _ours(text, packet.attachments)
            assert ours is not None, text
            assert _same(_kind_aside(ours), _nodes(answer)), (text, ours, answer)
            pythons = _pythons(text, packet.attachments)
            assert _same(_kind_aside(ours), _kind_aside(pythons)), (text, ours, pythons)


def test_bent_packets_that_both_decode_we_decode_alike(node_decodes: Any) -> None:
    dice = SeededDice("bent packets")
    made = [_packet(dice) for _ in range(PACKETS // 4)]
    texts = [_bent(dice, encode(packet).decode()) for packet in made]
    answers = node_decodes([_asked(text, packet.attachments) for text, packet in zip(texts, made, strict=True)])
    agreed = 0
    for text, packet, answer in zip(texts, made, answers, strict=True):
        pythons, nodes = _pythons(text, packet.attachments), _nodes(answer)
        if pythons is None or nodes is None or not _same(_kind_aside(pythons), _kind_aside(nodes)):
            continue
        agreed += 1
        ours = _ours(text, packet.attachments)
        if nodes["type"] not in (0, 1, 4) and nodes["data"] is None:
            assert ours is None, "an event without a name is none, though both hand it on"
            continue
        assert _same(_kind_aside(ours), _kind_aside(nodes)), (text, ours, nodes)
    assert agreed > PACKETS // 100, "too few of them are packets still for this to say anything"


def test_bodies_of_polling_are_decoded_as_python_engineio_and_node_decode_them(node_decodes: Any) -> None:
    dice = SeededDice("bodies")
    made = [[_message(dice) for _ in range(dice.integer(1, 6))] for _ in range(PACKETS // 10)]
    bodies = [encode_body(messages).decode() for messages in made]
    for messages, body, answer in zip(made, bodies, node_decodes([{"body": body} for body in bodies]), strict=True):
        assert decode_body(body.encode()) == messages
        read = [ours_engine.decode(message.payload, binary=message.binary) for message in messages]
        assert [[_TYPES[packet.kind], _said(packet)] for packet in read] == answer
        pythons = engineio.payload.Payload(encoded_payload=body).packets
        assert [packet.encode() for packet in pythons] == [
            message.payload if message.binary else message.payload.decode() for message in messages
        ]


_TYPES = ("open", "close", "ping", "pong", "message", "upgrade", "noop")


def _message(dice: Any) -> Message:
    if dice.integer(0, 3) == 0:
        return Message(dice.bytes(dice.integer(0, 30)), binary=True)
    packet = _packet(dice)
    text = dice.choice((b"2", b"3probe", b"6", b"4" + encode(packet), b"4"))
    return Message(text if b"\x1e" not in text else b"2")


def _said(packet: ours_engine.Packet) -> Nested:
    if packet.binary:
        return _plain(packet.data)
    return packet.data.decode() if packet.data else None
