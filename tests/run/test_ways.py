"""The ways that a profile names, made ready for a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from antiphon.core.redaction import Redactor
from antiphon.history.entries import Call
from antiphon.net.proxy import BadProxy, Proxy
from antiphon.net.tls import BadTlsFile
from antiphon.report.curl import curl
from antiphon.run.ways import is_insecure, ways_of
from antiphon.target.loader import load_target
from antiphon.target.model import Target

HEAD = "target: t\nbase_url: https://app.example.com/api\nenv: [WHO]\n"


def target_of(text: str) -> Target:
    """Return a profile, which must be without problems."""
    target, problems = load_target(HEAD + text, "target.yaml", environment={})
    assert [str(problem) for problem in problems] == []
    assert target is not None
    return target


def test_a_service_elsewhere_has_a_way_of_its_own_and_one_beside_the_root_has_the_root_s() -> None:
    target = target_of(
        "http: {proxy: 'http://proxy:1'}\nservices:\n"
        "  near: {base_url: /near, http: {cookies: true}}\n"
        "  like: {base_url: 'https://like.example.com'}\n"
        "  far: {base_url: 'https://far.example.com:8443/x', http: {proxy: 'http://other:2'}}\n"
    )
    ways = ways_of(target, Path(), {})
    proxies = [ways.to(host, port).proxy for host, port in (("app.example.com", 443), ("like.example.com", 443))]
    assert proxies == [Proxy(host="proxy", port=1)] * 2
    assert ways.to("far.example.com", 8443).proxy == Proxy(host="other", port=2)


def test_a_proxy_s_password_comes_from_the_environment_and_is_hidden() -> None:
    redactor = Redactor(b"key")
    ways = ways_of(
        target_of('http: {proxy: "http://{{ env.WHO }}@proxy:1"}\n'), Path(), {"WHO": "me:secret"}, redactor=redactor
    )
    proxy = ways.usual.proxy
    assert proxy is not None
    assert proxy.authorization == "Basic bWU6c2VjcmV0"
    assert "bWU6c2VjcmV0" not in redactor.text("Proxy-Authorization: Basic bWU6c2VjcmV0")


def test_what_cannot_be_used_is_told_with_its_place() -> None:
    with pytest.raises(BadProxy) as proxy:
        ways_of(target_of('http: {proxy: "http://{{ env.WHO }}:1"}\n'), Path(), {})
    with pytest.raises(BadTlsFile) as tls:
        ways_of(target_of("http: {tls: {cert: missing.pem}}\n"), Path("/nowhere"), {})
    assert [str(told.value.source) for told in (proxy, tls)] == ["target.yaml:4:15", "target.yaml:4:13"]


def test_curl_is_told_to_go_the_same_way(tmp_path: Path) -> None:
    text = (
        'http: {tls: {insecure: true}, proxy: "http://{{ env.WHO }}@[::1]:1"}\n'
        "services: {far: {base_url: 'http://far', http: {}}}\n"
    )
    ways = ways_of(target_of(text), tmp_path, {"WHO": "me:secret"})
    call = Call(method="GET", template="/a", url="https://app.example.com/api/a")
    call.curl = ways.curl_to(call.url)
    assert curl(call) == (
        "curl -X GET -k --proxy 'http://[::1]:1' --proxy-user \"$PROXY_USER\" https://app.example.com/api/a"
    )
    assert ways.curl_to("http://far/a") == ()


@pytest.mark.parametrize(
    ("text", "option", "insecure"),
    [
        ("", False, False),
        ("", True, True),
        ("http: {tls: {insecure: true}}\n", False, True),
        ("services: {far: {base_url: 'https://far', http: {tls: {insecure: true}}}}\n", False, True),
    ],
)
def test_a_run_is_insecure_if_anything_of_it_is(text: str, option: bool, insecure: bool) -> None:
    assert is_insecure(target_of(text), insecure=option) is insecure


def test_a_service_s_socket_goes_the_way_of_its_service_wherever_it_is() -> None:
    socket = "socket: {protocol: websocket, url: '{{ self.there }}'}"
    target = target_of(
        "http: {proxy: 'http://proxy:1'}\nservices:\n"
        f"  like: {{base_url: /like, {socket}}}\n"
        f"  far: {{base_url: 'https://far.example.com', http: {{proxy: 'http://other:2'}}, {socket}}}\n"
        f"  alone: {{http: {{}}, {socket}}}\n"
    )
    ways = ways_of(target, Path(), {})
    found = {name: ways.of(name).to("else.example.com", 443).proxy for name in ("", "like", "far", "alone")}
    assert found == {
        "": Proxy(host="proxy", port=1),
        "like": Proxy(host="proxy", port=1),
        "far": Proxy(host="other", port=2),
        "alone": None,
    }
