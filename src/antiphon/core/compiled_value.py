"""Values that carry what was compiled from them."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class CompiledValue(Struct, frozen=True, eq=False):
    """A value which is equal, hashed and shown by what was written, not by the callables that were made from it."""

    MADE: ClassVar[frozenset[str]] = frozenset()
    """The fields that hold what was made; each class names its own."""

    def _written(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__struct_fields__ if name not in self.MADE)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CompiledValue) or type(self) is not type(other):
            return NotImplemented
        return self._written() == other._written()

    def __hash__(self) -> int:
        return hash(self._written())

    def __repr__(self) -> str:
        names = (name for name in self.__struct_fields__ if name not in self.MADE)
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"
