"""When garbage is searched for."""

from __future__ import annotations

import gc

import pytest

from antiphon.cli.collecting_later import collecting_later


def test_nothing_is_searched_in_the_block_and_what_it_made_is_left_alone_behind_it() -> None:
    with collecting_later():
        assert not gc.isenabled()
        made: list[object] = [[] for _ in range(100)]
    try:
        assert gc.isenabled()
        tracked = gc.get_objects()
        assert all(one is not made for one in tracked)
    finally:
        gc.unfreeze()


def test_an_error_in_the_block_leaves_the_search_on() -> None:
    with pytest.raises(ValueError, match="wrong"), collecting_later():
        raise ValueError("wrong")
    try:
        assert gc.isenabled()
    finally:
        gc.unfreeze()
