"""W2 in Locust with its FastHttpUser; run by `locust -f`."""

from __future__ import annotations

import os

from locust import FastHttpUser, constant, task
from locust.exception import StopUser

ROUNDS = int(os.environ["ROUNDS"])
USERS = int(os.environ["USERS"])
done = [0]


class Poster(FastHttpUser):
    """One user."""

    host = f"http://127.0.0.1:{os.environ['PORT']}"
    wait_time = constant(0)

    def on_start(self) -> None:
        """Begin to count."""
        self.number = 0

    @task
    def post(self) -> None:
        """Send one message."""
        with self.client.post(
            "/messages", json={"number": self.number, "text": "hello"}, catch_response=True
        ) as answer:
            if answer.status_code != 201:
                answer.failure("not as claimed")
            self.last = answer.json()["id"]
        self.number += 1
        done[0] += 1
        if done[0] == USERS * ROUNDS:
            print(f"{done[0]} requests", flush=True)
            self.environment.runner.quit()
        if self.number == ROUNDS:
            raise StopUser
