"""W1 in Locust, with python-socketio's plain client, as Locust's users write it; run by `locust -f`."""

from __future__ import annotations

import os
import threading
import time

import gevent
import socketio
from locust import User, constant, task
from locust.exception import StopUser

ROUNDS = int(os.environ["ROUNDS"])
PERIOD_S = float(os.environ["PERIOD_S"])
PORT = os.environ["PORT"]
USERS = int(os.environ["USERS"])
answered = [0]


class Echoer(User):
    """One user."""

    wait_time = constant(0)

    @task
    def echo(self) -> None:
        """Emit once a period, on time."""
        client = socketio.Client()
        client.connect(f"http://127.0.0.1:{PORT}", transports=["websocket"])
        done = threading.Event()
        self.back = 0

        def sent_at(began_s: float):
            def back(answer: dict[str, object]) -> None:
                if answer["ok"] is not True:
                    raise ValueError("not as claimed")
                self.last = answer["id"]
                self.environment.events.request.fire(
                    request_type="emit",
                    name="echo",
                    response_time=(time.perf_counter() - began_s) * 1000,
                    response_length=0,
                    exception=None,
                )
                self.back += 1
                answered[0] += 1
                if self.back == ROUNDS:
                    done.set()

            return back

        start_s = time.perf_counter()
        for number in range(ROUNDS):
            gevent.sleep(max(start_s + number * PERIOD_S - time.perf_counter(), 0))
            client.emit("echo", {"number": number}, callback=sent_at(time.perf_counter()))
        done.wait(30)
        client.disconnect()
        if answered[0] >= USERS * ROUNDS:
            print(f"{answered[0]} round trips", flush=True)
            self.environment.runner.quit()
        raise StopUser
