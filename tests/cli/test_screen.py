"""What a command knows of the terminal it speaks to."""

from __future__ import annotations

import io

import pytest

from antiphon.cli.screen import drawing_width


@pytest.mark.parametrize(("columns", "width"), [(20, 60), (80, 80), (120, 120), (300, 140), (0, 100)])
def test_a_drawing_is_as_wide_as_the_terminal_within_reason(columns: int, width: int) -> None:
    assert drawing_width(columns) == width


def test_a_drawing_in_a_pipe_has_a_usual_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert drawing_width() == 100
