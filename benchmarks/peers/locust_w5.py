"""W5 as a Locust user would write it: python-socketio's client, one greenlet a user."""

from __future__ import annotations

import os

import socketio
from locust import User, task

EVENTS = int(os.environ["ROUNDS"])
USERS = int(os.environ["USERS"])


class Hearer(User):
    """Asks for the flood once everybody is there, and looks at each event."""

    done = 0
    here = 0

    def on_start(self) -> None:
        """Connect."""
        self.client = socketio.Client()
        self.heard = 0
        self.last = 0
        self.client.on("tick", self.tick)
        self.client.connect(f"http://127.0.0.1:{os.environ['PORT']}", transports=["websocket"])

    def tick(self, data: dict[str, object]) -> None:
        """Look at an event."""
        number = data["number"]
        assert data["text"] == "hello"  # noqa: S101 - what a user of Locust would write
        assert isinstance(number, int)  # noqa: S101 - as above
        assert number > self.last  # noqa: S101 - as above
        self.last = number
        self.heard += 1
        if self.heard == EVENTS:
            type(self).done += 1
            if type(self).done == USERS:
                print(f"{USERS * EVENTS} events", flush=True)
                self.environment.runner.quit()

    @task
    def flood(self) -> None:
        """Ask for it once."""
        if self.heard == 0 and not getattr(self, "asked", False):
            self.asked = True
            self.client.emit("flood", {"events": EVENTS})
        self.client.sleep(0.5)
