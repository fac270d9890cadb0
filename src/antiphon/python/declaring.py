"""`@scenario(...)`: what a scenario in Python says of itself, kept until its file is collected."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Unpack

from msgspec import Struct

from antiphon.python.keys import HeadKeys
from antiphon.python.places import here

Function = Callable[..., Coroutine[Any, Any, None]]


class Declared(Struct, frozen=True):
    """A function that is a scenario.

    Attributes:
        title: A sentence that is true when it passes.
        head: The keys of a scenario's head, as they were written.
        function: What plays it.
        file: Where its code is.
        line: Where it is declared there.
        parameters: The names that it asks for.
    """

    title: str
    head: Mapping[str, Any]
    function: Function
    file: str
    line: int
    parameters: Sequence[str] = ()

    @property
    def name(self) -> str:
        """The function's name."""
        return str(getattr(self.function, "__name__", "scenario"))


def scenario(title: str, **head: Unpack[HeadKeys]) -> Callable[[Function], Declared]:
    """Declare an `async def` as a scenario.

    Each parameter is a user of that name; `scene` is the play itself. Users who are not named under `users` are as
    the profile makes them.

    Args:
        title: A sentence that is true when the scenario passes.
        head: What else a scenario says of itself, with the words of YAML: `users`, `covers`, `tags` and so on.
    """
    line = here().line

    def declare(function: Function) -> Declared:
        parameters = tuple(inspect.signature(function).parameters)
        described = inspect.getdoc(function)
        said: dict[str, Any] = {**({"description": described} if described else {}), **head}
        return Declared(title, said, function, function.__code__.co_filename, line, parameters)

    return declare
