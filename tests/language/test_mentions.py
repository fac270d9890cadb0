"""Whether a value stands anywhere in what an event carries."""

from __future__ import annotations

import pytest

from antiphon.core.errors import Problems
from antiphon.language.checks import BadArgument
from antiphon.language.document import read
from antiphon.language.matcher import Matcher
from antiphon.language.mentions import compile_mentions, mentions
from antiphon.language.scope import Names


def matcher(text: str) -> Matcher:
    root = read(text, "mentions.yaml").root
    assert root is not None
    problems = Problems()
    found = compile_mentions(root, problems)
    assert not problems.found
    return found


@pytest.mark.parametrize(
    ("wanted", "args"),
    [
        ("m-7", ["m-7"]),
        ("m-7", [{"a": [{"b": "m-7"}]}]),
        ("m-7", [{}, {"link": "/messages/m-7/raw"}]),
        ("m-7", [{"m-7": True}]),
        ("17", [{"id": 17}]),
        (17, [{"id": 17}]),
        (17, [{"id": "17"}]),
        (1.5, [[1.5]]),
    ],
)
def test_what_stands_anywhere_is_mentioned(wanted: object, args: list[object]) -> None:
    assert mentions(wanted)(args) is None


@pytest.mark.parametrize(
    ("wanted", "args"),
    [
        ("m-7", []),
        ("m-7", [{"id": "m-8"}, None, True, 7]),
        (17, [{"id": 171}, "a17b"]),
        ("17", [{"id": 171}]),
        (1, [True]),
    ],
)
def test_what_stands_nowhere_is_not(wanted: object, args: list[object]) -> None:
    found = mentions(wanted)(args)
    assert found is not None
    assert found.sentence == f"nowhere mentions {wanted if not isinstance(wanted, str) else chr(34) + wanted + chr(34)}"


def test_a_deeply_nested_event_is_looked_through() -> None:
    nested: object = "m-7"
    for _ in range(5_000):
        nested = [nested]
    assert mentions("m-7")(nested) is None
    assert mentions("m-8")(nested) is not None


@pytest.mark.parametrize("wanted", ["", None, True, [], {}])
def test_what_everything_or_nothing_could_mention_is_refused(wanted: object) -> None:
    with pytest.raises(BadArgument, match="takes a text or a number"):
        mentions(wanted)


def test_a_template_is_looked_up_in_the_scope() -> None:
    wanted = matcher('"{{ message.id }}"')
    scope = Names({"message": {"id": "m-7"}})
    assert (wanted.roots, wanted.text) == (frozenset({"message"}), '"{{ message.id }}"')
    assert wanted([{"id": "m-7"}], scope) is None
    assert wanted([{"id": "m-8"}], scope) is not None


@pytest.mark.parametrize("value", [{}, {"message": {"id": None}}])
def test_a_template_without_a_usable_value_decides_nothing(value: dict[str, object]) -> None:
    found = matcher('"{{ message.id }}"')(["m-7"], Names(value))
    assert found is not None
    assert found.undecided
