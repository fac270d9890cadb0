"""The contract of every driver: what the engine asks of a connection, whatever it speaks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.language.address import parse_address
from antiphon.net.allow import AllowList
from antiphon.net.drivers import AnyEndpoint, Driver, driver_for
from antiphon.net.errors import NotAllowed
from antiphon.net.socket_facts import Endpoint, NotConnected, Opened, PlainEndpoint, Refused
from antiphon.wire.errors import LocalProtocolError
from antiphon.wire.plain import Dialect

DEADLINE_S = 60.0


def _address(text: str) -> Any:
    return parse_address(text, NOWHERE, Problems())


DIALECT = Dialect(
    name=_address("event"),
    data=_address("data"),
    correlation=_address("id"),
    emit_name=("event",),
    emit_data=("data",),
    emit_correlation=("id",),
)


class Kind:
    """One protocol: how a peer lets a client in, and how it says things."""

    def __init__(self, name: str, frames: Any) -> None:
        self.name = name
        self.frames = frames

    def endpoint(self, port: int, **more: Any) -> AnyEndpoint:
        if self.name == "plain":
            return PlainEndpoint(url=f"ws://127.0.0.1:{port}/ws", dialect=DIALECT, correlation_prefix="c-", **more)
        return Endpoint(url=f"http://127.0.0.1:{port}", **more)

    async def admit(self, peer: Any, *, tail: bytes = b"") -> None:
        await (peer.upgrade(tail=tail) if self.name == "plain" else peer.greet(tail=tail))

    def event(self, name: str, data: object) -> bytes:
        said: object = {"event": name, "data": data} if self.name == "plain" else [name, data]
        text = json.dumps(said, separators=(",", ":"))
        return bytes(self.frames.text(text.encode() if self.name == "plain" else f"42{text}".encode()))

    def answer(self, asked: bytes, data: object) -> bytes:
        if self.name == "plain":
            text = json.dumps({"id": json.loads(asked)["id"], "data": data})
        else:
            text = f"43{asked[2 : asked.index(b'[')].decode()}[{json.dumps(data)}]"
        return bytes(self.frames.text(text.encode()))

    def named(self, text: bytes) -> str:
        if self.name == "plain":
            return str(json.loads(text)["event"])
        return str(json.loads(text[text.index(b"[") :])[0])


@pytest.fixture(params=["socketio", "plain"])
def kind(request: pytest.FixtureRequest, frames: Any) -> Kind:
    return Kind(request.param, frames)


class Stage:
    """A driver in front of a scripted peer."""

    def __init__(self, kind: Kind, serve_peer: Any, heard: Any, loopback: Any, clock: Any) -> None:
        self.kind, self.serve_peer, self.heard, self.loopback, self.clock = kind, serve_peer, heard, loopback, clock

    def made(self, endpoint: AnyEndpoint, **more: Any) -> tuple[Driver, Any]:
        given = {"clock": self.clock, "allow": self.loopback, "connect_timeout_s": DEADLINE_S, **more}
        return driver_for(endpoint, self.heard, **given)

    async def refused(self, script: Callable[[Any], Awaitable[object]], **more: Any) -> Refused:
        driver, opening = self.made(self.kind.endpoint(await self.serve_peer(script)), **more)
        outcome = await opening
        assert isinstance(outcome, Refused), outcome
        assert (driver.is_open, driver.closed) == (False, None)
        assert self.heard.closes == []
        return outcome

    async def opened(self, script: Callable[[Any], Awaitable[object]]) -> Driver:
        driver, opening = self.made(self.kind.endpoint(await self.serve_peer(script)))
        outcome = await opening
        assert isinstance(outcome, Opened), outcome
        assert outcome.started_s <= outcome.at_s <= self.clock.now_s()
        return driver


@pytest.fixture
def stage(kind: Kind, serve_peer: Any, heard: Any, loopback: Any, clock: Any) -> Stage:
    return Stage(kind, serve_peer, heard, loopback, clock)


async def _ended(driver: Driver) -> None:
    driver.close()
    await driver.wait_closed(0.05)


async def test_what_comes_with_the_admission_is_heard(stage: Stage, kind: Kind, heard: Any) -> None:
    async def script(peer: Any) -> None:
        await kind.admit(peer, tail=kind.event("early", {"n": 1}) + kind.event("second", None))
        await peer.until_gone()

    driver = await stage.opened(script)
    await heard.until(lambda h: len(h.events) == 2)
    assert [(event.name, event.args) for event in heard.events] == [("early", [{"n": 1}]), ("second", [None])]
    await _ended(driver)


async def test_an_emit_is_answered_by_what_carries_its_number(stage: Stage, kind: Kind, heard: Any) -> None:
    asked = []

    async def script(peer: Any) -> None:
        await kind.admit(peer)
        first, second = await peer.read_text(), await peer.read_text()
        asked.extend([kind.named(first), kind.named(second)])
        peer.send(kind.answer(second, {"n": 2}) + kind.answer(first, {"n": 1}))
        await peer.until_gone()

    driver = await stage.opened(script)
    sent = [driver.emit(name, [{"a": 1}], ack=True) for name in ("one", "two")]
    await heard.until(lambda h: len(h.acks) == 2)
    assert asked == ["one", "two"]
    assert [ack.ack_id for ack in heard.acks] == [sent[1].ack_id, sent[0].ack_id]
    assert [ack.args for ack in heard.acks] == [[{"n": 2}], [{"n": 1}]]
    assert sent[0].at_s <= sent[1].at_s <= heard.acks[0].at_s
    await _ended(driver)


async def test_an_emit_that_asks_for_nothing_is_owed_nothing(stage: Stage, kind: Kind) -> None:
    async def script(peer: Any) -> None:
        await kind.admit(peer)
        await peer.until_gone()

    driver = await stage.opened(script)
    assert driver.emit("said", [{}], ack=False).ack_id is None
    await _ended(driver)


async def test_what_is_no_json_is_not_sent(stage: Stage, kind: Kind) -> None:
    async def script(peer: Any) -> None:
        await kind.admit(peer)
        await peer.until_gone()

    driver = await stage.opened(script)
    with pytest.raises(LocalProtocolError, match="cannot be sent as JSON"):
        driver.emit("said", [{"what": object()}], ack=False)
    await _ended(driver)


async def test_nothing_is_sent_before_it_is_open_or_after_it_is_closed(stage: Stage, kind: Kind, heard: Any) -> None:
    async def script(peer: Any) -> None:
        await kind.admit(peer)
        await peer.until_gone()

    driver, opening = stage.made(kind.endpoint(await stage.serve_peer(script)))
    with pytest.raises(NotConnected):
        driver.emit("said", [], ack=False)
    with pytest.raises(NotConnected):
        driver.send_frame("ping")
    await opening
    await _ended(driver)
    for send in (lambda: driver.emit("said", [], ack=True), lambda: driver.send_frame("text", b"x")):
        with pytest.raises(NotConnected, match="the socket is closed"):
            send()
    assert len(heard.closes) == 1


async def test_a_polite_end_is_ours_and_told_once(stage: Stage, kind: Kind, heard: Any) -> None:
    async def script(peer: Any) -> None:
        await kind.admit(peer)
        code = await peer.read_close()
        peer.send(kind.frames.close(code))

    driver = await stage.opened(script)
    driver.close()
    driver.close()
    closed = await driver.wait_closed(DEADLINE_S)
    assert (closed.by, driver.is_open, driver.closed) == ("us", False, closed)
    assert heard.closes == [closed]


async def test_a_target_s_close_frame_is_told_with_its_words(stage: Stage, kind: Kind, heard: Any) -> None:
    async def script(peer: Any) -> None:
        await kind.admit(peer)
        await peer.read_text()
        peer.send(kind.event("last", {}) + kind.frames.close(4001, "go away"))
        await peer.read_close()

    driver = await stage.opened(script)
    driver.emit("bye", [{}], ack=False)
    closed = await driver.wait_closed(DEADLINE_S)
    assert (closed.by, closed.how, closed.code, closed.reason) == ("target", "close frame", 4001, "go away")
    assert heard.closes == [closed]
    assert [event.name for event in heard.events] == ["last"]


async def test_a_cut_is_nobody_s_word(stage: Stage, kind: Kind, heard: Any) -> None:
    async def script(peer: Any) -> None:
        await kind.admit(peer)
        await peer.read_text()
        peer.cut()

    driver = await stage.opened(script)
    driver.emit("bye", [{}], ack=False)
    await heard.until(lambda h: h.closes)
    assert (heard.closes[0].by, heard.closes[0].how) == ("network", "cut")
    await driver.wait_closed(DEADLINE_S)


async def test_an_http_answer_in_place_of_the_upgrade_is_a_refusal(stage: Stage) -> None:
    async def script(peer: Any) -> None:
        await peer.read_request()
        peer.send(b'HTTP/1.1 403 Forbidden\r\nContent-Length: 13\r\n\r\n{"why":"not"}')

    refused = await stage.refused(script)
    assert (refused.by, refused.status, refused.data) == ("http", 403, {"why": "not"})


async def test_an_end_before_the_admission_is_a_refusal(stage: Stage) -> None:
    async def script(peer: Any) -> None:
        await peer.read_request()
        peer.cut()

    assert (await stage.refused(script)).by == "dropped"


async def test_silence_before_the_admission_names_what_did_not_come(stage: Stage) -> None:
    async def script(peer: Any) -> None:
        await peer.read_request()
        await peer.until_gone()

    refused = await stage.refused(script, connect_timeout_s=0.5)
    assert (refused.by, refused.detail) == ("timeout", "the WebSocket upgrade did not come within 0.5 s")


async def test_nobody_there_is_no_refusal_of_the_target_s(stage: Stage, kind: Kind) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    _, opening = stage.made(kind.endpoint(port))
    outcome = await opening
    assert isinstance(outcome, Refused)
    assert (outcome.by, outcome.detail) == ("unreachable", f"connection refused at 127.0.0.1:{port}")


async def test_what_is_not_allowed_is_never_connected_to(stage: Stage, kind: Kind) -> None:
    url = {"url": "ws://192.0.2.1:9"} if kind.name == "socketio" else {}
    endpoint = kind.endpoint(9, **url) if not url else Endpoint(url="ws://192.0.2.1:9")
    if kind.name == "plain":
        endpoint = PlainEndpoint(url="ws://192.0.2.1:9/ws")
    _, opening = stage.made(endpoint, allow=AllowList(()))
    with pytest.raises(NotAllowed):
        await opening


async def test_a_connection_is_opened_once(stage: Stage, kind: Kind) -> None:
    async def script(peer: Any) -> None:
        await kind.admit(peer)
        await peer.until_gone()

    endpoint = kind.endpoint(await stage.serve_peer(script))
    driver, opening = stage.made(endpoint)
    await opening
    with pytest.raises(LocalProtocolError, match="opened once"):
        await driver.open(endpoint)  # type: ignore[attr-defined]  # each driver takes its own kind of endpoint
    await _ended(driver)


async def test_raw_frames_go_as_they_are_and_come_back_as_signs(stage: Stage, kind: Kind, heard: Any) -> None:
    came = []

    async def script(peer: Any) -> None:
        await kind.admit(peer)
        came.extend([await peer.read_frame() for _ in range(4)])
        peer.send(kind.frames.frame(b"there", 10) + kind.frames.frame(b"and you", 9))
        came.append(await peer.read_frame())
        await peer.until_gone()

    driver = await stage.opened(script)
    stamps = [
        driver.send_frame("ping", b"there"),
        driver.send_frame("pong"),
        driver.send_frame("text", b"42[]"),
        driver.send_frame("binary", b"\x00\x01"),
    ]
    await heard.until(lambda h: len(h.frames) == 2)
    assert heard.frames == [("pong", b"there"), ("ping", b"and you")]
    await _ended(driver)
    assert came == [(9, b"there"), (10, b""), (1, b"42[]"), (2, b"\x00\x01"), (10, b"and you")]
    assert stamps == sorted(stamps)


async def test_a_raw_close_frame_ends_the_connection_with_its_code(stage: Stage, kind: Kind, heard: Any) -> None:
    came = []

    async def script(peer: Any) -> None:
        await kind.admit(peer)
        came.append(await peer.read_frame())
        peer.send(kind.frames.close(4999))

    driver = await stage.opened(script)
    driver.send_frame("close", b"enough", code=4999)
    closed = await driver.wait_closed(DEADLINE_S)
    assert came == [(8, b"\x13\x87enough")]
    assert (closed.by, closed.code, heard.closes) == ("us", 4999, [closed])
