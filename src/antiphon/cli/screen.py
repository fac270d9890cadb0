"""The terminal that commands speak to, as the environment and `--color` want it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from antiphon.core.errors import Mistake
from antiphon.report.terminal import Color, Terminal

_COLORS: Mapping[str, Color] = {"auto": "auto", "always": "always", "never": "never"}
_chosen: Color = "auto"


def choose_color(color: str) -> None:
    """Set what `--color` said, for everything that is said from now on."""
    global _chosen
    if color not in _COLORS:
        raise Mistake(sentence=f"`--color {color}` is none of {', '.join(_COLORS)}")
    _chosen = _COLORS[color]


def terminal() -> Terminal:
    """Return standard output and standard error as one place."""
    return Terminal(color=_chosen, environment=os.environ)
