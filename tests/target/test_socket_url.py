"""Where a socket is: a URL, a path, a template; and what a variable puts in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.scope import Names
from antiphon.target.socket_url import joined, origin_of

if TYPE_CHECKING:
    from conftest import Bench

BASE = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("section", "override", "url", "origin"),
    [
        ("{protocol: websocket}", None, BASE, BASE),
        ("{protocol: websocket, url: /ws?v=2}", None, f"{BASE}/ws?v=2", BASE),
        ("{protocol: websocket, url: 'ws://h:9/ws?v=2'}", None, "ws://h:9/ws?v=2", "ws://h:9"),
        ("{protocol: websocket, url: 'ws://h:9/ws'}", "ws://o:2", "ws://o:2/ws", "ws://o:2"),
        ("{protocol: websocket, url: /ws}", "ws://o:2", "ws://o:2/ws", "ws://o:2"),
        ("{protocol: websocket, url: /ws}", "ws://o:2/own", "ws://o:2/own", "ws://o:2"),
        ("{url: 'http://h:9/'}", None, "http://h:9", "http://h:9"),
        ("{url: 'http://h:9'}", "http://o:2", "http://o:2", "http://o:2"),
        ("{}", None, BASE, BASE),
    ],
)
def test_a_socket_is_where_its_url_says(
    bench: Bench, section: str, override: str | None, url: str, origin: str
) -> None:
    environment = {"WEBSOCKET_URL": override} if override else {}
    socket = bench.channel(f"socket: {section}\n", **environment).socket
    assert (socket.url, socket.origin, socket.url_template) == (url, origin, None)


@pytest.mark.parametrize(
    ("url", "override", "at"),
    [
        ("/kernels/{{ self.kernel }}/ws", None, f"{BASE}/kernels/k/ws"),
        ("/kernels/{{ self.kernel }}/ws", "ws://o:2", "ws://o:2/kernels/k/ws"),
        ("{{ self.socket }}", None, "ws://s:7/own"),
    ],
)
def test_a_template_leads_where_it_says_when_somebody_connects(
    bench: Bench, url: str, override: str | None, at: str
) -> None:
    environment = {"WEBSOCKET_URL": override} if override else {}
    socket = bench.channel(f"socket: {{protocol: websocket, url: '{url}'}}\n", **environment).socket
    assert socket.url == ""
    assert socket.url_template is not None
    found = socket.url_template(Names({"self": {"kernel": "k", "socket": "ws://s:7/own"}}))
    assert joined(socket.origin, str(found)) == at


@pytest.mark.parametrize(
    ("section", "told"),
    [
        (
            "{protocol: websocket, url: ws}",
            (
                "3:36 `ws` is not a socket's URL: it does not begin with http://, https://, ws:// or wss:// "
                "| write ws://HOST:PORT/PATH, or /PATH"
            ),
        ),
        (
            "{url: /ws}",
            (
                "3:15 `/ws` is not a socket's URL: it does not begin with http://, https://, ws:// or wss:// "
                "| write http://HOST:PORT"
            ),
        ),
        (
            "{protocol: websocket, url: '/{{ kernel.id }}'}",
            "3:41 `kernel` means nothing here | here stand env, fake, now, range, run, self",
        ),
    ],
)
def test_what_is_no_url_is_told_with_its_place_and_a_hint(bench: Bench, section: str, told: str) -> None:
    assert bench.wrong(f"socket: {section}\n") == [told]


@pytest.mark.parametrize(("url", "origin"), [("ws://h:1/p?q", "ws://h:1"), ("wss://h?q", "wss://h"), ("", "")])
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin
