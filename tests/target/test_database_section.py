"""The profile's `database`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Bench


def test_the_variable_with_the_url_is_named_and_probes_are_known(bench: Bench) -> None:
    target = bench.target("database: {url_env: SHOP_DATABASE}\n")
    assert target.database is not None
    assert target.database.url_env == "SHOP_DATABASE"
    assert target.vocabulary.probes
    assert not bench.target("").vocabulary.probes


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "database: sqlite:///x\n",
            "3:11 `database` is a text, but must be a map | write {name: value}",
        ),
        ("database: {}\n", "3:11 `database` needs `url_env`"),
        ("database: {url: 'sqlite:///x'}\n", "unknown key `url` in `database`"),
        ("database: {url_env: not a name}\n", "3:21 `not a name` cannot name an environment variable"),
    ],
)
def test_a_url_never_stands_in_the_profile(bench: Bench, text: str, told: str) -> None:
    assert any(told in problem for problem in bench.wrong(text)), bench.wrong(text)
