"""An application that can be stopped and started: a keeper, and the server that it keeps.

The keeper takes a free port, notes its own number, and lets `control.py` stop and start the server by signals.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Counted(BaseHTTPRequestHandler):
    """Says how often the server was started."""

    protocol_version = "HTTP/1.1"
    starts = 0

    def do_GET(self) -> None:
        """Answer with the count."""
        body = json.dumps({"starts": self.starts}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def start(port: int) -> ThreadingHTTPServer:
    """Start the server."""
    Counted.starts += 1
    server = ThreadingHTTPServer(("127.0.0.1", port), Counted)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def stop(server: ThreadingHTTPServer) -> None:
    """Stop the server; requests find nobody at its port."""
    server.shutdown()
    server.server_close()


def main() -> None:
    """Keep the server until the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    wanted = {signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    beside = Path(tempfile.gettempdir()) / f"restarted-{port}.pid"
    server: ThreadingHTTPServer | None = start(port)
    beside.write_text(str(os.getpid()))
    try:
        sys.stdout.write(f"ready at http://127.0.0.1:{port}\n")
        sys.stdout.flush()
        while (number := signal.sigwait(wanted)) in (signal.SIGUSR1, signal.SIGUSR2):
            if number == signal.SIGUSR1 and server is not None:
                stop(server)
                server = None
            elif number == signal.SIGUSR2 and server is None:
                server = start(port)
    finally:
        beside.unlink()


if __name__ == "__main__":
    main()
