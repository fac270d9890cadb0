"""An application that is its own proxy: it serves what is asked of it in absolute form, and nothing else."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Proxy(BaseHTTPRequestHandler):
    """Answers as a proxy would."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Say what was asked for, to those who know that a proxy is before them."""
        absolute = self.path.startswith("http://")
        body = json.dumps({"asked": self.path, "authorized": bool(self.headers["proxy-authorization"])}).encode()
        self.send_response(200 if absolute else 400)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
    sys.stdout.write(f"ready at http://127.0.0.1:{server.server_port}/api\n")
    sys.stdout.flush()
    server.serve_forever()
