"""A gate before which the branches of a `parallel` wait, so that all requests are written before any is awaited."""

from __future__ import annotations

import asyncio


class Gate:
    """Opens when every branch has either arrived or ended; each branch passes it once."""

    def __init__(self, branches: int) -> None:
        self._missing = branches
        self._opened = asyncio.Event()
        self._passed: set[int] = set()

    async def arrive(self, branch: int) -> None:
        """Wait until all others have arrived; only the first arrival of a branch waits."""
        if branch in self._passed:
            return
        self.leave(branch)
        await self._opened.wait()

    def leave(self, branch: int) -> None:
        """Count a branch that will not arrive any more, or has."""
        if branch in self._passed:
            return
        self._passed.add(branch)
        self._missing -= 1
        if self._missing <= 0:
            self._opened.set()


class BranchGate:
    """A gate as one branch sees it; what is inside the branch passes without waiting after the first time."""

    def __init__(self, gate: Gate, branch: int) -> None:
        self._gate = gate
        self._branch = branch

    async def arrive(self) -> None:
        """Wait until every branch is ready to send."""
        await self._gate.arrive(self._branch)

    def leave(self) -> None:
        """Let the others go on without this branch."""
        self._gate.leave(self._branch)
