"""Plain values of files: texts, flags, numbers, durations, sizes, names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from antiphon.language import plain_values as plain
from antiphon.language.document import read
from antiphon.language.keys import Reading
from antiphon.language.nodes import Mapping, Node

SMALLER = "a plain number is megabytes; write 64KiB, 300KB or 65536B; at most 1GB"


def node_of(written: str) -> Node:
    root = read(f"a: {written}\n", "f.yaml").root
    assert isinstance(root, Mapping)
    found = root.get("a")
    assert found is not None
    return found


def parsed(parse: Callable[[Node, Reading], object], written: str) -> tuple[object, list[str]]:
    reading = Reading()
    value = parse(node_of(written), reading)
    return value, [f"{problem} | {problem.hint}" if problem.hint else str(problem) for problem in reading.problems]


@pytest.mark.parametrize(
    ("written", "seconds"), [("500ms", 0.5), ("5s", 5.0), ("2m", 120.0), ("250", 0.25), ("1.5s", 1.5), ("300s", 300.0)]
)
def test_durations_are_seconds(written: str, seconds: float) -> None:
    assert parsed(plain.duration(), written) == (seconds, [])


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("soon", "`soon` is not a duration | write 500ms, 5s or 2m; a plain number is milliseconds"),
        ("{}", "a map is not a duration | write 500ms, 5s or 2m; a plain number is milliseconds"),
        ("[]", "a list is not a duration | write 500ms, 5s or 2m; a plain number is milliseconds"),
        ("", "an empty value is not a duration | write 500ms, 5s or 2m; a plain number is milliseconds"),
        ("0", "`0` is an impossible time | it must be above 0"),
        ("-1s", "`-1s` is an impossible time | it must be above 0"),
        ("301s", "`301s` is an impossible time | at most 5 min"),
        ("9" * 400 + "s", f"`{'9' * 60}` is an impossible time | at most 5 min"),
    ],
)
def test_impossible_times_are_told(written: str, told: str) -> None:
    assert parsed(plain.duration(), written) == (None, [told])


def test_a_duration_may_have_a_least() -> None:
    told = ["`10ms` is an impossible time | it must be at least 1 s"]
    assert parsed(plain.duration(low_s=1.0), "10ms") == (None, told)
    assert parsed(plain.duration(low_s=1.0), "1s") == (1.0, [])


def test_lives_may_be_negative_but_not_endless() -> None:
    assert parsed(plain.signed_duration, "-1s") == (-1.0, [])
    hint = "write -1s, 500ms, 5s or 2m"
    assert parsed(plain.signed_duration, "now") == (None, [f"`now` is not a duration | {hint}"])
    assert parsed(plain.signed_duration, "9" * 400 + "s")[0] is None


@pytest.mark.parametrize(
    ("written", "size"), [("300KB", 300_000), ("64KiB", 65_536), ("5", 5_000_000), ("65536B", 65_536), ("1GB", 10**9)]
)
def test_sizes_are_bytes(written: str, size: int) -> None:
    assert parsed(plain.size, written) == (size, [])


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("big", "`big` is not a size | write 64KiB, 300KB or 5MB; a plain number is megabytes"),
        ("9" * 400, f"`{'9' * 20}…` is too large a number"),
        (
            "65536",
            "`65536` is 65,536 MB, too large | a plain number is megabytes; write 64KiB, 300KB or 65536B; at most 1GB",
        ),
        (
            "2GB",
            "`2GB` is 2,000 MB, too large | a plain number is megabytes; write 64KiB, 300KB or 65536B; at most 1GB",
        ),
    ],
)
def test_sizes_that_are_none_are_told(written: str, told: str) -> None:
    value, problems = parsed(plain.size, written)
    assert value is None
    if not told.endswith("too large a number"):  # that one is told when the file is read
        assert problems == [told]


@pytest.mark.parametrize(("written", "value"), [("0", 0), ("5", 5)])
def test_whole_numbers_lie_between_their_bounds(written: str, value: int) -> None:
    assert parsed(plain.whole(0, 5), written) == (value, [])


@pytest.mark.parametrize("written", ["6", "-1", "1.5", "true", "x", "'5'"])
def test_other_numbers_are_told(written: str) -> None:
    value, problems = parsed(plain.whole(0, 5), written)
    assert value is None
    hint = {"6": "the most is 5", "-1": "the least is 0"}.get(written, "write a number without quotes or point")
    assert len(problems) == 1
    assert problems[0].startswith(f"`{written.strip(chr(39))}` is not a whole number from 0 to 5 | {hint}")


def test_texts_are_not_blank_unless_they_may_be() -> None:
    assert parsed(plain.text, "hello") == ("hello", [])
    assert parsed(plain.text, "' '") == (None, ["an empty text | write something, or leave the key out"])
    assert parsed(plain.any_text, "' '") == (" ", [])
    assert parsed(plain.any_text, "") == ("", [])


def test_flags_are_true_or_false() -> None:
    assert parsed(plain.flag, "true") == (True, [])
    assert parsed(plain.flag, "false") == (False, [])
    assert parsed(plain.flag, "yes") == (None, [])  # a text in YAML 1.2; the table tells its type


@pytest.mark.parametrize("written", ["alice", "_x", "a-b_c9"])
def test_names_begin_with_a_letter(written: str) -> None:
    assert parsed(plain.name, written) == (written, [])
    assert plain.is_name(written)


@pytest.mark.parametrize("written", ["9a", "a b", "a.b", "é", "-a", "'{{ x }}'"])
def test_other_names_are_told(written: str) -> None:
    value, problems = parsed(plain.name, written)
    assert value is None
    assert problems[0].endswith("is not a name | letters, digits, `_` and `-`; it begins with a letter")


def test_words_come_from_a_list() -> None:
    assert parsed(plain.one_of("colour", ("red", "blue")), "red") == ("red", [])
    assert parsed(plain.one_of("colour", ("red", "blue"), fold=True), "RED") == ("red", [])
    assert parsed(plain.one_of("colour", ("red", "blue")), "RED") == (
        None,
        ["unknown colour `RED` | did you mean `red`?"],
    )


def test_lists_of_texts_may_be_one_text_and_have_each_once() -> None:
    assert parsed(plain.texts, "a") == (("a",), [])
    assert parsed(plain.texts, "[a, b]") == (("a", "b"), [])
    assert parsed(plain.texts, "[a, a, 5, {}, '']") == (
        ("a",),
        [
            "`a` is listed twice | leave one of them out",
            '`5` is not a text | quote it: "5"',
            "a map is not a text",
            "`` is not a text",
        ],
    )
