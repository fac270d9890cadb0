"""What must be as it was: a difference in either direction is told."""

from __future__ import annotations

import pytest

from antiphon.core.source import NOWHERE
from antiphon.language.scope import MISSING, Names
from antiphon.run.access.unchanged import unchanged

BEFORE = {"name": "a", "members": [1, 2], "deep": {"x": None}}


def told(after: object) -> str | None:
    found = unchanged("kept", NOWHERE, since="a cell")(after, Names({"kept": BEFORE}))
    return str(found) if found is not None else None


@pytest.mark.parametrize(
    ("after", "difference"),
    [
        (BEFORE, None),
        ({**BEFORE, "name": "b"}, 'differs in `name`: "b" is not "a"'),
        ({"name": "a", "members": [1, 2]}, "differs in `deep`: absent, not a map"),
        ({**BEFORE, "members": [1, 2, 3]}, "differs in `members`: has 3 items, not 2"),
        ({**BEFORE, "more": 1}, "differs in `more`: 1 was not there before"),
        ({**BEFORE, "deep": {"x": None, "y": 1}}, "differs in `deep.y`: 1 was not there before"),
        (MISSING, "differs: absent, not a map"),
    ],
)
def test_what_became_otherwise_is_named(after: object, difference: str | None) -> None:
    assert told(after) == difference


def test_where_nothing_was_there_nothing_may_be_there() -> None:
    test = unchanged("kept", NOWHERE, since="a cell")
    assert test(MISSING, Names({})) is None
    assert test({}, Names({})) is not None
