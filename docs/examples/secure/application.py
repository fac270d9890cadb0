"""An application behind TLS that serves those alone who show a certificate of its CA."""

from __future__ import annotations

import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CERTIFICATES = Path(__file__).resolve().parent / "certificates"


class Notes(BaseHTTPRequestHandler):
    """Says to whom it speaks."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with the name in the client's certificate."""
        shown = self.connection.getpeercert() if isinstance(self.connection, ssl.SSLSocket) else None
        subject = dict(pair[0] for pair in (shown or {}).get("subject", ()))  # type: ignore[misc]
        body = json.dumps({"certificate": subject.get("commonName")}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(wanted: ssl.VerifyMode = ssl.CERT_REQUIRED) -> None:
    """Serve on a free port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "server.pem")
    context.load_verify_locations(CERTIFICATES / "ca.pem")
    context.verify_mode = wanted
    with ThreadingHTTPServer(("127.0.0.1", 0), Notes) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        sys.stdout.write(f"ready at https://localhost:{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
