"""A shop whose orders come page by page, whose billing is a root of its own, and which takes few calls at a time."""

from __future__ import annotations

import json
import sys
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from urllib.parse import parse_qs, urlsplit

ORDERS = [{"number": number} for number in range(1, 8)]
MOST, PER_S = 4, 0.2
times: deque[float] = deque(maxlen=MOST)


class Shop(BaseHTTPRequestHandler):
    """Answers, and refuses what comes too fast."""

    protocol_version = "HTTP/1.1"
    busy = True

    def do_GET(self) -> None:
        """Answer a call."""
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path.startswith("/shop/"):
            now = monotonic()
            if len(times) == MOST and now - times[0] < PER_S:
                self._answer(429, {"code": "TOO_MANY"})
                return
            times.append(now)
        if path == "/shop/orders":
            first = int(query.get("after", ["0"])[0])
            page = ORDERS[first : first + 3]
            more = first + 3 < len(ORDERS)
            self._answer(200, {"orders": page, "more": more, **({"cursor": first + 3} if more else {})})
        elif path == "/shop/stock":
            Shop.busy, busy = not Shop.busy, Shop.busy
            self._answer(*((503, {"code": "BUSY"}, ("retry-after", "0")) if busy else (200, {"left": 3})))
        elif path.startswith("/billing/invoices/"):
            self._answer(200, {"data": {"number": int(path.rpartition("/")[2])}})
        else:
            self._answer(200, {"ok": True})

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


with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
    sys.stdout.write(f"ready at http://127.0.0.1:{server.server_port}/shop\n")
    sys.stdout.flush()
    server.serve_forever()
