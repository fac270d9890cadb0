"""TLS from the command line: a CA that the profile names, certificates that nobody checks, and files that are wrong."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Here

pytestmark = pytest.mark.needs("openssl")

LOUD = "INSECURE: TLS certificates are not checked"
WARNING = "TLS certificates are not checked: whoever stands on the way can read and change what is sent"


class _Fine(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a self-signed certificate for localhost, with its key in the same file."""
    folder = tmp_path_factory.mktemp("tls")
    words = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout key -out cert"
    )
    command = ["openssl", *words.split(), "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "cert").read_text() + (folder / "key").read_text())
    return both


@pytest.fixture
def secure(certificate: Path) -> Iterator[str]:
    """Run a small target over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HTTPServer(("127.0.0.1", 0), _Fine) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"https://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


def _suite(here: Here, url: str, http: str = "") -> None:
    here.write("target.yaml", f"target: secure\nbase_url: {url}\nhealth: [GET /health]\n{http}")
    here.write("scenarios/a.yaml", here.asks("good", "/fine"))


def test_a_certificate_that_is_not_trusted_stops_the_run_and_says_what_to_do(here: Here, secure: str) -> None:
    _suite(here, secure)
    run = here.antiphon("run")
    assert run.code == 3
    assert "cannot reach the target: the certificate of localhost is not trusted (self" in run.err
    assert "hint: name its CA's file in `http.tls.ca`, or play with --insecure, which checks no certificate" in run.err
    assert LOUD not in run.out


def test_insecure_is_said_at_the_beginning_at_the_end_and_in_every_report(here: Here, secure: str) -> None:
    _suite(here, secure)
    run = here.antiphon("run", "--insecure", "--report", "reports")
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines()[0].endswith(LOUD)
    assert f"warning: {WARNING}" in run.out
    for report in ("report.json", "report.md", "report.html"):
        assert WARNING in (here.folder / "reports" / report).read_text(), report
    assert "TLS certificates were not checked" in (here.folder / "reports" / "junit.xml").read_text()


def test_a_profile_that_checks_no_certificate_is_as_loud(here: Here, secure: str) -> None:
    _suite(here, secure, "http: {tls: {insecure: true}}\n")
    run = here.antiphon("run")
    assert (run.code, run.out.splitlines()[0].endswith(LOUD), WARNING in run.out) == (0, True, True)
    assert LOUD.split(":")[0] in here.antiphon("doctor").out


def test_a_ca_is_named_relative_to_the_profile(here: Here, secure: str, certificate: Path) -> None:
    _suite(here, secure, "http: {tls: {ca: trusted/ca.pem}}\n")
    here.write("trusted/ca.pem", certificate.read_text())
    run = here.antiphon("run", "--target", "../here/target.yaml")
    assert (run.code, "INSECURE" in run.out) == (0, False)
    assert here.antiphon("doctor").code == 0


@pytest.mark.parametrize("command", ["run", "check", "doctor"])
def test_a_file_that_is_missing_is_found_before_the_target_is_touched(here: Here, command: str) -> None:
    _suite(here, "https://localhost:9", "http: {tls: {ca: missing.pem}}\n")
    said = here.antiphon(command)
    told = said.out + said.err
    assert said.code == 2
    assert "`http.tls.ca` cannot be used: " in told
    assert "missing.pem is not there" in told
    assert "--> target.yaml:4:13" in told


@pytest.mark.parametrize("command", ["run", "check", "doctor"])
def test_a_proxy_without_its_variable_is_found_before_the_target_is_touched(here: Here, command: str) -> None:
    _suite(here, "https://localhost:9", 'env: [PROXY_HOST]\nhttp: {proxy: "http://{{ env.PROXY_HOST }}:3128"}\n')
    said = here.antiphon(command)
    assert said.code == 2
    assert "`http.proxy` names no proxy: " in said.out + said.err


def test_a_target_is_played_through_a_proxy_that_cannot_be_reached(here: Here, secure: str) -> None:
    _suite(here, secure, "http: {proxy: 'http://127.0.0.1:9', tls: {insecure: true}}\n")
    run = here.antiphon("run")
    assert run.code == 3
    assert "cannot reach the target: the proxy 127.0.0.1:9 cannot be reached: connection refused" in run.err
