from __future__ import annotations

import asyncio
from typing import Any

import pytest
from picows import WSMsgType

from antiphon.net.address import websocket_address
from antiphon.net.websocket import WebSocket
from antiphon.net.websocket_owner import Ended
from antiphon.wire.errors import RemoteProtocolError


class _Owner:
    """Remembers what a WebSocket delivers."""

    def __init__(self, heard: Any) -> None:
        self.messages: list[tuple[str, bytes, float]] = []
        self.ended: list[Ended] = []
        self.heard = heard

    def on_text(self, payload: bytes, at_s: float) -> None:
        if payload == b"object":
            raise RemoteProtocolError(breach="nobody says `object` here")
        self.messages.append(("text", payload, at_s))
        self.heard.note(payload)

    def on_binary(self, payload: bytes, at_s: float) -> None:
        self.messages.append(("binary", payload, at_s))
        self.heard.note(payload)

    def on_sign(self, at_s: float, kind: str, payload: bytes) -> None:
        self.messages.append((kind, payload, at_s))
        self.heard.note(kind)

    def on_ended(self, ended: Ended) -> None:
        self.ended.append(ended)
        self.heard.note(ended)

    @property
    def said(self) -> list[tuple[str, bytes]]:
        return [(kind, payload) for kind, payload, _ in self.messages]


@pytest.fixture
def owner(heard: Any) -> _Owner:
    return _Owner(heard)


@pytest.fixture
def websocket(owner: _Owner, clock: Any) -> WebSocket:
    return WebSocket(owner, clock=clock, limit_bytes=200_000)


async def _connect(websocket: WebSocket, port: int, loopback: Any) -> None:
    address = websocket_address(f"http://127.0.0.1:{port}", path="/")
    async with asyncio.timeout(60):
        assert await websocket.connect(address, allow=loopback) is None


async def test_messages_of_every_size_come_whole_and_stamped(
    websocket: Any, owner: Any, serve_peer: Any, frames: Any, heard: Any, loopback: Any, clock: Any
) -> None:
    sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000]

    async def script(peer: Any) -> None:
        await peer.upgrade()
        for size in sizes:
            peer.send(frames.text(b"t" * size) + frames.binary(b"b" * size))
        await peer.until_gone()

    before_s = clock.now_s()
    await _connect(websocket, await serve_peer(script), loopback)
    await heard.until(lambda _: len(owner.messages) == 2 * len(sizes))
    assert owner.said == [(kind, kind[:1].encode() * size) for size in sizes for kind in ("text", "binary")]
    stamps = [at_s for _, _, at_s in owner.messages]
    assert stamps == sorted(stamps)
    assert before_s <= stamps[0] <= stamps[-1] <= clock.now_s()
    websocket.abort()
    await websocket.wait_gone(60)


async def test_fragments_are_joined_and_control_frames_may_come_between(
    websocket: Any, owner: Any, serve_peer: Any, frames: Any, heard: Any, loopback: Any
) -> None:
    async def script(peer: Any) -> None:
        await peer.upgrade()
        peer.send(frames.frame(b"a", 2, fin=False) + frames.frame(b"", 10) + frames.frame(b"b", 0, fin=False))
        peer.send(frames.frame(b"?", 9) + frames.frame(b"c", 0) + frames.text(b"", fin=False) + frames.frame(b"d", 0))
        await peer.until_gone()

    await _connect(websocket, await serve_peer(script), loopback)
    await heard.until(lambda _: len(owner.messages) == 4)
    assert owner.said == [("pong", b""), ("ping", b"?"), ("binary", b"abc"), ("text", b"d")]
    websocket.abort()
    await websocket.wait_gone(60)


async def test_what_is_sent_arrives_as_it_was(websocket: Any, serve_peer: Any, heard: Any, loopback: Any) -> None:
    got: list[tuple[int, bytes]] = []

    async def script(peer: Any) -> None:
        await peer.upgrade()
        for _ in range(3):
            got.append(await peer.read_frame())
            heard.note("got")
        await peer.until_gone()

    await _connect(websocket, await serve_peer(script), loopback)
    websocket.send_text("é".encode())
    websocket.send_binary(b"\x00" * 70_000)
    websocket.send_text(b"")
    await heard.until(lambda _: len(got) == 3)
    assert got == [(1, "é".encode()), (2, b"\x00" * 70_000), (1, b"")]
    websocket.abort()
    await websocket.wait_gone(60)


async def test_an_owner_that_objects_ends_the_connection_with_its_reason(
    websocket: Any, owner: Any, serve_peer: Any, frames: Any, loopback: Any
) -> None:
    async def script(peer: Any) -> None:
        await peer.upgrade(tail=frames.text(b"object") + frames.text(b"later"))
        await peer.read_close()

    await _connect(websocket, await serve_peer(script), loopback)
    await websocket.wait_gone(60)
    assert [(ended.by, ended.how, ended.code) for ended in owner.ended] == [("us", "protocol error", 1002)]
    assert owner.ended[0].detail == "nobody says `object` here"
    assert owner.said == []


async def test_texts_of_one_read_bear_one_stamp_and_come_before_what_follows_them(
    websocket: Any, owner: Any, serve_peer: Any, frames: Any, heard: Any, loopback: Any
) -> None:
    async def script(peer: Any) -> None:
        texts = b"".join(frames.text(b"%d" % number) for number in range(20))
        await peer.upgrade(tail=texts + frames.frame(b"?", 9) + frames.text(b"last"))
        await peer.until_gone()

    await _connect(websocket, await serve_peer(script), loopback)
    await heard.until(lambda _: len(owner.messages) == 22)
    assert [payload for _, payload in owner.said] == [*(b"%d" % number for number in range(20)), b"?", b"last"]
    assert len({at_s for _, _, at_s in owner.messages[:20]}) == 1
    stamps = [at_s for _, _, at_s in owner.messages]
    assert stamps == sorted(stamps)
    websocket.abort()
    await websocket.wait_gone(60)


async def test_of_one_read_all_is_delivered_that_came_before_what_the_owner_objects_to(
    websocket: Any, owner: Any, serve_peer: Any, frames: Any, loopback: Any
) -> None:
    async def script(peer: Any) -> None:
        texts = (b"one", b"two", b"object", b"later")
        await peer.upgrade(tail=b"".join(map(frames.text, texts)) + frames.frame(b"?", 9))
        await peer.read_close()

    await _connect(websocket, await serve_peer(script), loopback)
    await websocket.wait_gone(60)
    assert [payload for _, payload in owner.said] == [b"one", b"two"]
    assert [(ended.by, ended.how, ended.code) for ended in owner.ended] == [("us", "protocol error", 1002)]


async def test_texts_before_a_goodbye_are_delivered_before_it(
    websocket: Any, owner: Any, serve_peer: Any, frames: Any, heard: Any, loopback: Any
) -> None:
    async def script(peer: Any) -> None:
        await peer.upgrade(tail=frames.text(b"one") + frames.text(b"two") + frames.close(1001))
        await peer.until_gone()

    await _connect(websocket, await serve_peer(script), loopback)
    await heard.until(lambda _: owner.ended)
    assert [payload for _, payload in owner.said] == [b"one", b"two"]
    assert [(ended.by, ended.code) for ended in owner.ended] == [("target", 1001)]
    await websocket.wait_gone(60)


class _Frame:
    """A whole text that is not marked as the last of its read."""

    msg_type = WSMsgType.TEXT
    fin = 1
    rsv1 = last_in_buffer = 0

    def get_payload_as_bytes(self) -> bytes:
        return b"unmarked"


class _Transport:
    is_close_frame_sent = False


def test_texts_that_nothing_marked_as_the_last_are_delivered_at_the_end(websocket: Any, owner: Any) -> None:
    websocket.on_ws_frame(_Transport(), _Frame())
    assert owner.said == []
    websocket.on_ws_disconnected(_Transport())
    assert owner.said == [("text", b"unmarked")]
    assert [(ended.by, ended.how) for ended in owner.ended] == [("network", "cut")]


async def test_an_abort_is_ours(websocket: Any, owner: Any, serve_peer: Any, loopback: Any) -> None:
    async def script(peer: Any) -> None:
        await peer.upgrade()
        await peer.until_gone()

    await _connect(websocket, await serve_peer(script), loopback)
    websocket.abort()
    await websocket.wait_gone(60)
    assert [(ended.by, ended.how) for ended in owner.ended] == [("us", "cut")]
    assert owner.ended[0].detail == "we ended it without a close frame"


async def test_several_may_wait_for_the_end(websocket: Any, owner: Any, serve_peer: Any, loopback: Any) -> None:
    async def script(peer: Any) -> None:
        await peer.upgrade()
        await peer.until_gone()

    await _connect(websocket, await serve_peer(script), loopback)
    async with asyncio.timeout(60):
        await asyncio.gather(websocket.wait_gone(4), websocket.wait_gone(0.05), websocket.wait_gone(4))
    assert len(owner.ended) == 1


async def test_what_was_never_connected_has_nothing_to_wait_for(websocket: Any) -> None:
    websocket.close()
    websocket.abort()
    await websocket.wait_gone(0)
    assert websocket.unsent_bytes == 0
    assert websocket.progress == 0


async def test_progress_tells_how_far_connecting_came(
    websocket: Any, serve_peer: Any, heard: Any, loopback: Any
) -> None:
    async def script(peer: Any) -> None:
        await peer.read_request()
        heard.note("asked")
        await peer.until_gone()

    port = await serve_peer(script)
    address = websocket_address(f"http://127.0.0.1:{port}", path="/")
    connecting = asyncio.ensure_future(websocket.connect(address, allow=loopback))
    await heard.until(lambda h: h.order)
    assert websocket.progress == 1
    connecting.cancel()
    await asyncio.gather(connecting, return_exceptions=True)
