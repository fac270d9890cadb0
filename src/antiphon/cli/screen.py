"""The terminal that commands speak to, as the environment and `--color` want it."""

from __future__ import annotations

import os

from antiphon.report.terminal import Color, Terminal

_chosen: Color = "auto"


def choose_color(color: str) -> None:
    """Set what `--color` said, for everything that is said from now on."""
    global _chosen
    if color in ("auto", "always", "never"):
        _chosen = color


def terminal() -> Terminal:
    """Return standard output and standard error as one place."""
    return Terminal(color=_chosen, environment=os.environ)
