"""Tables of keys: what stands in them is read, all else is told."""

from __future__ import annotations

from antiphon.core.errors import NotYetPlayed, UnknownKey
from antiphon.language.document import read
from antiphon.language.keys import Key, Kind, Place, Reading, fits, kept, kind, later
from antiphon.language.nodes import Mapping, Node
from antiphon.language.plain_values import text, whole

NAME = Key("name", ("text",), text, "what it is called", required=True)
COUNT = Key("count", ("number",), whole(1, 5), "how many")
REST = kept("rest", ("map", "list"), "anything else")
PLACE: Place[Reading] = Place("a thing", (NAME, COUNT, REST, later("colour")))


def node_of(written: str) -> Mapping:
    root = read(written, "f.yaml").root
    assert isinstance(root, Mapping)
    return root


def told(written: str, *, besides: tuple[str, ...] = ()) -> list[str]:
    reading = Reading()
    PLACE.read(node_of(written), reading, reading.problems, besides=besides)
    return [f"{problem.source}: {problem} | {problem.hint}" for problem in reading.problems.in_order()]


def test_values_are_read_by_their_keys() -> None:
    reading = Reading()
    fields = PLACE.read(node_of("name: x\ncount: 3\nrest: [1]\n"), reading, reading.problems)
    assert not reading.problems
    assert fields.get(NAME) == "x"
    assert fields.get(COUNT) == 3
    rest = fields.get(REST)
    assert rest is not None
    assert rest is fields.node(REST)
    assert str(fields.at(COUNT)) == "f.yaml:2:8"
    assert list(fields) == ["name", "count", "rest"]


def test_what_is_not_written_is_none_and_stands_where_the_map_does() -> None:
    reading = Reading()
    fields = PLACE.read(node_of("name: x\n"), reading, reading.problems)
    assert not fields.has(COUNT)
    assert fields.get(COUNT) is None
    assert fields.node(COUNT) is None
    assert str(fields.at(COUNT)) == "f.yaml:1:1"


def test_what_is_wrong_was_written_all_the_same() -> None:
    reading = Reading()
    fields = PLACE.read(node_of("name: x\ncount: lots\n"), reading, reading.problems)
    assert fields.has(COUNT)
    assert fields.get(COUNT) is None


def test_every_mistake_of_a_map_is_told_at_once() -> None:
    assert told("nmae: x\ncount: 9\nrest: 5\nzzz: 1\n") == [
        "f.yaml:1:1: unknown key `nmae` in a thing | did you mean `name`?",
        "f.yaml:1:1: a thing needs `name` | what it is called",
        "f.yaml:2:8: `9` is not a whole number from 1 to 5 | the most is 5",
        "f.yaml:3:7: `rest` is a number, but must be a map or a list | write {name: value}",
        "f.yaml:4:1: unknown key `zzz` in a thing | known keys: name, count, rest",
    ]


def test_keys_of_others_are_left_alone() -> None:
    assert told("name: x\nalice: 1\n", besides=("alice",)) == []


def test_later_keys_are_refused_by_name_and_never_suggested() -> None:
    reading = Reading()
    PLACE.read(node_of("name: x\ncolour: red\ncolor: red\n"), reading, reading.problems)
    later_key, misspelt = reading.problems.in_order()
    assert isinstance(later_key, NotYetPlayed)
    assert later_key.word == "colour"
    assert isinstance(misspelt, UnknownKey)
    assert PLACE.known == ("name", "count", "rest")
    assert misspelt.hint == "known keys: name, count, rest"


def test_each_kind_has_a_name() -> None:
    root = node_of("a: {}\nb: []\nc: x\nd: 1.5\ne: true\nf:\ng: '5'\n")
    kinds = [kind(entry.value) for entry in root]
    assert kinds == ["map", "list", "text", "number", "boolean", "empty", "text"]


def test_wrong_types_are_told_in_words() -> None:
    def words(value: str, kinds: tuple[Kind, ...]) -> str:
        reading = Reading()
        node: Node | None = node_of(f"a: {value}\n").get("a")
        assert node is not None
        assert not fits(node, kinds, "`a`", reading.problems)
        return f"{reading.problems.found[0]} | {reading.problems.found[0].hint}"

    assert words("5", ("text",)) == '`a` is a number, but must be a text | quote it to make it a text: "5"'
    assert words("true", ("map", "text")) == (
        '`a` is a boolean, but must be a map or a text | quote it to make it a text: "true"'
    )
    assert (
        words("{}", ("text", "number", "boolean"))
        == "`a` is a map, but must be a text, a number, or true or false | write a text, in quotes"
    )
    assert words("", ("map", "list")) == "`a` is empty, but must be a map or a list | write {name: value}"
