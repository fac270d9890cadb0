"""An application of pages: a login by form that sets a cookie and leads on, and a visit that is counted."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

NAMES: dict[str, str] = {}


class Pages(BaseHTTPRequestHandler):
    """Knows its visitors by their cookies."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Let somebody in."""
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        session = f"session-{len(NAMES) + 1:08}"
        NAMES[session] = form["name"][0]
        self._answer(303, {}, ("Location", "/pages/me"), ("Set-Cookie", f"session={session}; Path=/pages; HttpOnly"))

    def do_GET(self) -> None:
        """Say who asks."""
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        name = NAMES.get({name: value for name, _, value in pairs}.get("session", ""))
        self._answer(200 if name else 401, {"name": name, "request": self.headers["x-request-id"]})

    def _answer(self, status: int, body: object, *headers: tuple[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (("content-type", "application/json"), *headers):
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
    sys.stdout.write(f"ready at http://127.0.0.1:{server.server_port}/pages\n")
    sys.stdout.flush()
    server.serve_forever()
