"""Work that goes on after its call was answered, and that `sync` waits for."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Jobs:
    """The tasks under way, by company."""

    def __init__(self) -> None:
        self._tasks: dict[str, set[asyncio.Task[None]]] = {}

    def start(self, company_id: str, job: Coroutine[Any, Any, None]) -> None:
        """Begin a job on behalf of a company."""
        tasks = self._tasks.setdefault(company_id, set())
        task = asyncio.get_running_loop().create_task(job)
        tasks.add(task)
        task.add_done_callback(lambda done: self._finished(company_id, done))

    def _finished(self, company_id: str, task: asyncio.Task[None]) -> None:
        tasks = self._tasks.get(company_id, set())
        tasks.discard(task)
        if not tasks:
            self._tasks.pop(company_id, None)

    async def settled(self, company_id: str, *, within_s: float = 30.0) -> None:
        """Wait until the jobs that are under way now have ended."""
        tasks = self._tasks.get(company_id)
        if tasks:
            await asyncio.wait(set(tasks), timeout=within_s)

    async def stop(self) -> None:
        """Cancel everything under way and wait for its end."""
        tasks = [task for tasks in self._tasks.values() for task in tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
