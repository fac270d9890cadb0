"""Services and pagings of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Bench

WRONG = [
    pytest.param(
        "services: {http: {base_url: /a}, b: {}, c: {base_url: 'ftp://x'}, d: 1, e: {base_url: '{{ env.X }}'}}\n",
        [
            "3:12 `http` cannot name a service | a name has letters, digits, _ and -, and is no scheme: billing",
            "3:37 a service needs `base_url` or `socket` | base_url: where its paths are; or socket: where it is heard",
            (
                "3:55 `ftp://x` is no base URL: it does not begin with http:// or https:// | write "
                "http://HOST:PORT/PREFIX, or /PREFIX beside the target's own base_url"
            ),
            "3:70 a service is a number, but must be a map | write {name: value}",
        ],
        id="services that are none",
    ),
    pytest.param(
        "services:\n  a: {base_url: /a, fence: {kind: alive}, recovery: {state: true}}\n"
        "  b: {socket: {protocol: websocket, namespace: /x}, fence: {kind: delivery, emit: ask}}\n"
        "  c: {socket: {url: 'ftp://x', ready: 5}}\n",
        [
            (
                "4:28 `fence` of a service without `socket` | it speaks of the service's own socket, which is written "
                "as socket: {protocol, url}"
            ),
            (
                "4:53 `recovery` of a service without `socket` | it speaks of the service's own socket, which is "
                "written as socket: {protocol, url}"
            ),
            "5:48 `namespace` does not go with protocol: websocket | it is for Socket.IO",
            (
                "5:83 nothing acknowledges the fence's emit on this socket | name what answers, heard: {EVENT: "
                "MATCHER}, or the socket's `correlation`"
            ),
            (
                "6:21 `ftp://x` is not a socket's URL: it does not begin with http://, https://, ws:// or wss:// | "
                "write http://HOST:PORT"
            ),
            '6:39 `ready` is a number, but must be a text | quote it to make it a text: "5"',
        ],
        id="sockets of services that are none",
    ),
    pytest.param(
        "events: {hear: {said: , billing:paid: , shipping:sent: }, emit: [say, billing:watch]}\n"
        "expected_events: [billing:due]\n"
        "socket: {ready: paid, answers: {watch: {ok: said}}}\n"
        "services:\n  shipping: {base_url: /s}\n  billing:\n"
        "    socket: {protocol: websocket, ready: said, ambient: [paid, due, message],"
        " answers: {say: {ok: paid}, watch: {ok: paid}}}\n"
        "    fence: {kind: delivery, emit: say, heard: paid}\n"
        "resources: {bill: {from: heard billing:paint, key: event.id}, word: {from: heard paid, key: event.id}}\n"
        "membership: {account: {joined: [{by: emit billing:look -> ok, room: data.id}],"
        " left: [{by: emit say -> ok, room: data.id}]}}\n",
        [
            "5:17 unknown event `paid` | did you mean `said`?",
            "5:33 unknown event to emit `watch` | known: say",
            "9:42 unknown event `said` | did you mean `paid`?",
            "9:89 unknown event to emit `say` | known: watch",
            "10:35 unknown event to emit `say` | known: watch",
            "11:26 unknown event `paint` | did you mean `paid`?",
            "11:76 unknown event `paid` | did you mean `said`?",
            "12:14 `account` is joined and left on the sockets of several services | name two kinds of rooms",
            "12:43 unknown event to emit `look` | known: watch",
        ],
        id="words of the other socket",
    ),
    pytest.param(
        "paging: {a: {items: payload}, b: 1, c: {items: self.x, next: payload.n}, d: {items: x.y, more: payload.m}}\n",
        [
            (
                "3:13 a paging without a way to the next page | write next: ADDRESS of a cursor or URL, or more: "
                "ADDRESS with query: PARAMETER for numbered pages"
            ),
            "3:34 a paging is a number, but must be a map | write {name: value}",
        ],
        id="pagings that are none",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert [one for one in bench.wrong(text) if one in told] == told


def test_services_speak_as_the_target_does_unless_they_say_otherwise(bench: Bench) -> None:
    target = bench.target(
        "http: {redirects: 2}\nservices:\n  a: {base_url: /v2/}\n"
        "  b: {base_url: 'https://[::1]:8443/x', http: {cookies: true}}\n"
    )
    assert [(one.base_url, one.http.redirects, one.http.cookies) for one in target.services.values()] == [
        ("http://127.0.0.1:1/v2", 2, False),
        ("https://[::1]:8443/x", 0, True),
    ]
    assert target.root().base_url == "http://127.0.0.1:1/api"


def test_a_service_has_a_socket_a_fence_and_a_recovery_of_its_own(bench: Bench) -> None:
    target = bench.target(
        "settle: 70ms\nsocket: {}\nfence: {kind: connection, emit: sync}\nservices:\n"
        "  billing:\n    base_url: https://billing.example.com:8443/v2\n"
        "    socket: {protocol: websocket, url: /live}\n    fence: {kind: alive}\n"
        "    recovery: {reconnect: {first: 5ms}}\n"
        "  news: {socket: {url: 'https://news.example.com'}}\n"
        "  beside: {socket: {protocol: websocket, url: /beside}}\n"
        "  silent: {base_url: /silent}\n"
    )
    own, billing, news = (target.channel_of(name) for name in ("", "billing", "news"))
    assert own is not None
    assert billing is not None
    assert news is not None
    assert [one.socket.url for one in target.channels] == [
        "http://127.0.0.1:1",
        "https://billing.example.com:8443/live",
        "https://news.example.com",
        "http://127.0.0.1:1/beside",
    ]
    assert [one.fence.kind for one in target.channels] == ["connection", "alive", "none", "none"]
    assert (billing.fence.settle_s, billing.recovery.first_s, own.recovery.first_s) == (0.07, 0.005, 1.0)
    assert (own.service, billing.service, billing.key("socket"), own.key("fence")) == (
        *("", "billing"),
        *("services.billing.socket", "fence"),
    )
    assert target.channel_of("silent") is None
    assert target.vocabulary.services == ("billing", "silent")
    assert [name for name, _ in target.vocabulary.sockets] == ["billing", "news", "beside"]
    words = target.vocabulary.on("billing")
    assert (words.plain, words.fence, target.vocabulary.plain, target.vocabulary.fence) == (
        *(True, "alive"),
        *(False, "connection"),
    )


def test_the_environment_s_url_is_that_of_the_target_s_own_socket(bench: Bench) -> None:
    services = "services: {news: {socket: {url: 'http://news.example.com'}}}\n"
    target = bench.target(f"socket: {{}}\n{services}", WEBSOCKET_URL="http://env:3")
    assert [one.socket.url for one in target.channels] == ["http://env:3", "http://news.example.com"]
    assert bench.target(services, WEBSOCKET_URL="http://env:3").channel is None


def test_events_are_declared_of_the_socket_that_their_name_begins_with(bench: Bench) -> None:
    words = bench.target(
        "events: {hear: [said, billing:paid], emit: [say, billing:watch]}\nexpected_events: [billing:due]\n"
        "socket: {}\nservices: {billing: {socket: {protocol: websocket}}, news: {socket: {}}}\n"
    ).vocabulary
    assert (words.events_heard, words.events_emitted) == ({"said"}, {"say"})
    billing = words.on("billing")
    assert (billing.events_heard, billing.events_emitted) == (
        *({"paid", "due", "message", "text", "binary"},),
        *({"watch"},),
    )
    assert words.on("news").knows_event("anything"), "a service that declares nothing"
    assert words.on(None).knows_event("anything"), "a socket that is not known may be that one"
