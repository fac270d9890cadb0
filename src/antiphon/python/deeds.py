"""A step of a scenario in Python: written when its method is called, played when it is awaited."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from antiphon.core.source import Source
from antiphon.engine.doing import Doing
from antiphon.language.nodes import Mapping as MapNode
from antiphon.python.literals import Literals

if TYPE_CHECKING:
    from antiphon.python.scene import Scene

T = TypeVar("T")
Gives = Callable[[Doing, dict[str, object]], T]


class Deed(Generic[T]):
    """A step that waits to be played: `await` it, or hand it to `scene.parallel` or `scene.until`.

    One that is never played fails its scenario: a claim that nobody asked would always hold.
    """

    def __init__(
        self,
        scene: Scene,
        source: Source,
        write: Callable[[Literals], MapNode],
        gives: Gives[T],
        names: dict[str, object],
    ) -> None:
        self.scene = scene
        self.source = source
        self.write = write
        self.gives = gives
        self.names = names
        self.is_played = False
        scene.owed.append(self)

    def __await__(self) -> Generator[Any, Any, T]:
        return self._played().__await__()

    async def _played(self) -> T:
        return await self.scene.play(self)
