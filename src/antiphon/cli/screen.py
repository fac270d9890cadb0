"""The terminal that commands speak to, as the environment and `--color` want it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Final

from antiphon.core.errors import Mistake
from antiphon.report.terminal import Color, Terminal

_COLORS: Mapping[str, Color] = {"auto": "auto", "always": "always", "never": "never"}
_chosen: Color = "auto"
_WIDEST: Final = 140
_NARROWEST: Final = 60
_WITHOUT_TERMINAL: Final = 100


def drawing_width(columns: int | None = None) -> int:
    """Return how wide to draw: as the terminal is, but no line is read well when it is much longer than others.

    Args:
        columns: The terminal's; None asks standard output, and what is no terminal gets a usual width.
    """
    if columns is None:
        try:
            columns = os.get_terminal_size(sys.stdout.fileno()).columns
        except (OSError, ValueError):
            columns = 0
    return min(max(columns, _NARROWEST), _WIDEST) if columns else _WITHOUT_TERMINAL


def choose_color(color: str) -> None:
    """Set what `--color` said, for everything that is said from now on."""
    global _chosen
    if color not in _COLORS:
        raise Mistake(sentence=f"`--color {color}` is none of {', '.join(_COLORS)}")
    _chosen = _COLORS[color]


def terminal() -> Terminal:
    """Return standard output and standard error as one place."""
    return Terminal(color=_chosen, environment=os.environ)
