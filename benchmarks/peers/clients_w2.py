"""W2 with Python's HTTP clients: `clients_w2.py NAME PORT USERS ROUNDS`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

Post = Callable[[int], Awaitable[tuple[int, object]]]


async def by_aiohttp(url: str, play: Callable[[Post], Awaitable[None]]) -> None:
    """One session for each user, as each user is somebody else."""
    import aiohttp

    async with aiohttp.ClientSession() as session:

        async def post(number: int) -> tuple[int, object]:
            async with session.post(url, json={"number": number, "text": "hello"}) as answer:
                return answer.status, await answer.json()

        await play(post)


async def by_httpx(url: str, play: Callable[[Post], Awaitable[None]]) -> None:
    """The same with httpx."""
    import httpx

    async with httpx.AsyncClient() as session:

        async def post(number: int) -> tuple[int, object]:
            answer = await session.post(url, json={"number": number, "text": "hello"})
            return answer.status_code, answer.json()

        await play(post)


async def by_niquests(url: str, play: Callable[[Post], Awaitable[None]]) -> None:
    """The same with niquests."""
    import niquests

    async with niquests.AsyncSession() as session:

        async def post(number: int) -> tuple[int, object]:
            answer = await session.post(url, json={"number": number, "text": "hello"})
            return answer.status_code or 0, answer.json()

        await play(post)


async def by_pyreqwest(url: str, play: Callable[[Post], Awaitable[None]]) -> None:
    """The same with pyreqwest."""
    from pyreqwest.client import ClientBuilder

    async with ClientBuilder().build() as session:

        async def post(number: int) -> tuple[int, object]:
            answer = await session.post(url).body_json({"number": number, "text": "hello"}).build().send()
            return answer.status, await answer.json()

        await play(post)


CLIENTS = {"aiohttp": by_aiohttp, "httpx": by_httpx, "niquests": by_niquests, "pyreqwest": by_pyreqwest}


async def main(name: str, port: int, users: int, rounds: int) -> None:
    """Let every user send its requests, each as soon as the last is answered."""

    async def user(post: Post) -> None:
        for number in range(rounds):
            status, answer = await post(number)
            if status != 201:
                raise ValueError("not as claimed")
            _last = answer["id"]  # type: ignore[index]

    async with asyncio.TaskGroup() as group:
        for _ in range(users):
            group.create_task(CLIENTS[name](f"http://127.0.0.1:{port}/messages", user))
    sys.stdout.write(f"{users * rounds} requests\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
