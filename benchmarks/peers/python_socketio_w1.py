"""W1 with python-socketio."""

from __future__ import annotations

import asyncio
import sys

import socketio


async def user(port: int, rounds: int, period_s: float) -> None:
    """Emit once a period, on time, and await nothing but the end."""
    client = socketio.AsyncClient()
    await client.connect(f"http://127.0.0.1:{port}", transports=["websocket"])
    done = asyncio.get_running_loop().create_future()
    back = 0
    last = None

    def answered(answer: dict[str, object]) -> None:
        nonlocal back, last
        if answer["ok"] is not True:
            raise ValueError("not as claimed")
        last = answer["id"]
        back += 1
        if back == rounds:
            done.set_result(None)

    loop = asyncio.get_running_loop()
    start_s = loop.time()
    for number in range(rounds):
        await asyncio.sleep(max(start_s + number * period_s - loop.time(), 0))
        await client.emit("echo", {"number": number}, callback=answered)
    await done
    await client.disconnect()


async def play(port: int, users: int, rounds: int, period_s: float) -> None:
    """Let all users emit."""
    await asyncio.gather(*(user(port, rounds, period_s) for _ in range(users)))
    sys.stdout.write(f"{users * rounds} round trips\n")


if __name__ == "__main__":
    asyncio.run(play(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
