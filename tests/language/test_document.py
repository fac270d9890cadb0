"""A file becomes a tree with positions, and all its problems are told at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tools.growth import grows_evenly

from antiphon.language.document import DEEPEST, MOST_CHARACTERS, Document, read
from antiphon.language.nodes import Mapping, Scalar, Sequence, kind_of, plain


def problems_of(text: str) -> list[tuple[str, str, str | None]]:
    found = read(text, "f.yaml").problems
    return [
        (f"{problem.source.line}:{problem.source.column}", str(problem), problem.hint)
        for problem in found
        if problem.source
    ]


def value_of(text: str) -> object:
    document = read(text, "f.yaml")
    assert document.problems == ()
    assert document.root is not None
    return plain(document.root)


def test_every_node_remembers_where_it_was_written() -> None:
    root = read("a: 1\nb:\n  - x\n  - {c: 'd'}\n", "dir/f.yaml").root
    assert isinstance(root, Mapping)
    items = root.get("b")
    assert isinstance(items, Sequence)
    assert not items.flow
    assert str(items.items[0].source) == "dir/f.yaml:3:5"
    last = items.items[1]
    assert isinstance(last, Mapping)
    assert last.flow
    assert last.entries[0].key.source.column == 6
    assert last.entries[0].value.source.column == 9
    assert last.source.text == "  - {c: 'd'}"


def test_words_that_older_yaml_took_for_booleans_and_times_are_texts() -> None:
    assert value_of("{a: yes, b: no, c: on, d: off, e: '1', f: 12:30:00, g: 2024-01-01, h: 1_000}") == {
        "a": "yes",
        "b": "no",
        "c": "on",
        "d": "off",
        "e": "1",
        "f": "12:30:00",
        "g": "2024-01-01",
        "h": "1_000",
    }


def test_the_key_on_is_a_text() -> None:
    assert value_of("on: 1") == {"on": 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-7", -7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("+", "+"),
        ("1.2.3", "1.2.3"),
        ("0b1", "0b1"),
        ("tRue", "tRue"),
        ("18446744073709551615", 2**64 - 1),
    ],
)
def test_bare_words_are_read_as_yaml_1_2_reads_them(text: str, value: object) -> None:
    read_value = value_of(f"a: {text}")
    assert read_value == {"a": value}
    assert isinstance(read_value, dict)
    assert type(read_value["a"]) is type(value)


@pytest.mark.parametrize("text", [".nan", ".inf", "-.INF", "18446744073709551616", "1e999", "9" * 5000])
def test_numbers_that_json_cannot_carry_are_refused(text: str) -> None:
    (place, sentence, hint) = problems_of(f"a: {text}")[0]
    assert place == "1:4"
    assert "number" in sentence or "64 bits" in sentence
    assert hint is not None
    assert "quote it" in hint


def test_block_texts_keep_their_lines() -> None:
    assert value_of("a: |\n  x\n  y\nb: >-\n  x\n  y\n") == {"a": "x\ny\n", "b": "x y"}


def test_whole_numbers_as_keys_are_texts_as_in_json() -> None:
    assert value_of("statuses: {201: 1, 409: 7}") == {"statuses": {"201": 1, "409": 7}}


@pytest.mark.parametrize("key", ["true", "1.5", "null", "~"])
def test_other_keys_that_are_not_texts_are_problems(key: str) -> None:
    assert problems_of(f"a: 1\n{key}: 1") == [("2:1", f"`{key}` is not a text, as a key must be", f'quote it: "{key}"')]


def test_a_duplicate_key_names_both_places() -> None:
    assert problems_of("a: 1\nb: 2\na: 3\n") == [
        ("3:1", "duplicate key `a`", "the first one stands at f.yaml:1:1; a map has each key once")
    ]


def test_all_problems_are_told_at_once() -> None:
    text = "a: #string\nb: {id: {{ x }}}\nb: !tag 1\nc: *gone\ntrue: 1\nd: [1\n"
    assert [place for place, _, _ in problems_of(text)] == ["1:4", "2:10", "3:1", "3:4", "4:4", "5:1", "7:1"]


@pytest.mark.parametrize(
    "text",
    [
        "a: #string",
        "a: #string\nb: 1",
        "a:\n  #uuid\nb: 1",
        "- #any",
        "- 1\n- #null\n",
        "a: #/regex/",
        "a: ##escaped",
        "a: #strng\nb: 1",
        "a:\n  b: #uuidd\n",
        "- #nul\n- 1",
        "a: {b: #uuid\n  }",
        "a: [1, #uuid\n  2]",
        "a: [#uuid\n  ]",
        "a: {b: #string, c: 1}",
        "{a: 1,\n b: #each\n}",
    ],
)
def test_a_matcher_without_quotes_is_caught(text: str) -> None:
    hints = [hint for _, _, hint in problems_of(text)]
    assert 'quote the matcher: "#string"; without quotes it is a YAML comment' in hints


@pytest.mark.parametrize(
    "text",
    [
        "a: # a comment\nb: 1",
        "a: 1 #string",
        "a: '#string'",
        "a: #the usual\n",
        "a:\n  b: 1 #uuid\n",
        "#string\na: 1",
        "a: #strings are\n",
    ],
)
def test_an_ordinary_comment_is_none(text: str) -> None:
    assert problems_of(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: {id: {{ x }}}", "1:10"),
        ("a: {{ x }}", "1:5"),
        ("a: [{{ x }}]", "1:6"),
        ("a: {{ x }} b", "1:5"),
        ("a: {p: /x/{{ id }}}", "1:11"),
        ("a: {id: {{ items[0].id }}}", "1:17"),
        ("a: {id: {{ x | default('y') }}}", "1:10"),
    ],
)
def test_bare_braces_are_caught(text: str, place: str) -> None:
    found = problems_of(text)
    assert found[0][0] == place
    assert found[0][2] is not None
    assert found[0][2].startswith("quote the template")


def test_bare_braces_are_told_once_and_are_the_template_that_was_meant() -> None:
    document = read("a: {id: {{ room.id }}, n: 2}", "f.yaml")
    assert [str(problem) for problem in document.problems] == ["bare braces"]
    assert document.root is not None
    assert plain(document.root) == {"a": {"id": "{{ room.id }}", "n": 2}}


def test_what_is_never_closed_is_told_with_the_place_where_it_was_opened() -> None:
    assert problems_of('steps:\n  - a: {id: "{{ x }}, n: 2}\n    b: {"#length": 5}\n  - c: 1\n') == [
        (
            "4:3",
            "not YAML: expected ',' or '}', but got '-'",
            (
                "what is opened in line 2, column 8, is not closed before this: "
                "a brace, a bracket or a quote is missing there"
            ),
        )
    ]


def test_a_matcher_without_quotes_is_told_where_it_stands() -> None:
    place, _, hint = problems_of("steps:\n  - {a: {b: 'x', role: #string}}\n  - c: 1\n")[0]
    assert place == "2:24"
    assert hint is not None
    assert hint.startswith("quote the matcher")


def test_a_path_with_braces_inside_braces_says_how_parameters_are_written() -> None:
    assert problems_of("a: {GET: /x/{id}}")[0][2] == "write :name for a path parameter, or quote the whole text"


def test_a_name_alone_in_braces_is_no_value() -> None:
    assert problems_of("a: {id}") == [
        (
            "1:5",
            "`id` in braces has no value",
            'write "{{ id }}" for a template, :id in a path, `id: null` for an empty value',
        )
    ]
    assert value_of("a: {id: , b: 1}") == {"a": {"id": None, "b": 1}}


@pytest.mark.parametrize(
    "text",
    ["a: {items[0]: 3}", "save: {x: payload.items[0].id}", "assert: {n: 1, items[-1].id: 3}", "a: {x.y[0].z: 1}"],
)
def test_an_address_with_brackets_inside_braces_is_caught(text: str) -> None:
    found = problems_of(text)
    assert len(found) == 1
    assert found[0][2] is not None
    assert found[0][2].startswith("quote the address")


def test_such_an_address_in_quotes_or_outside_braces_is_read() -> None:
    assert value_of('a: {"items[0]": 3}') == {"a": {"items[0]": 3}}
    assert value_of("a:\n  items[0]: 3") == {"a": {"items[0]": 3}}


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("\ta: 1", "1:1", "indent with spaces; YAML allows no tabs there"),
        ("a:\n\tb: 1", "2:1", "indent with spaces; YAML allows no tabs there"),
        ("a: hi: there", "1:6", 'quote a text that contains ": "'),
        ("a: @x", "1:4", "quote a text that begins with @, ` or %"),
        ("a: 'x", "1:6", "a quote was opened and never closed"),
        ("a: {b: 1", "1:9", "a brace or bracket was opened and never closed"),
        ("a: 1\n---\nb: 2\n", "2:1", "one file holds one scenario or fragment"),
        ("%YAML 1.1\n---\na: 1\n", "1:1", "leave it out; files are read as YAML 1.2"),
        (
            "a: !!python/object:os.system x",
            "1:4",
            "leave it out: values are texts, numbers, booleans, null, lists and maps",
        ),
        ("a: !x [1]", "1:4", "leave it out: values are texts, numbers, booleans, null, lists and maps"),
        ("a: &b {c: 1}\nd:\n  <<: *b\n", "3:3", "write the keys out, or use a fragment"),
        ("? [1]\n: 2", "1:3", "a key is a text"),
        ('a: "\\ud800"', "1:4", "use `raw` with bytes"),
        ("a: x\x1b", "1:5", 'write it as an escape in double quotes, such as "\\u2028" or "\\x1b"'),
        ("a: x\u2028y", "1:5", 'write it as an escape in double quotes, such as "\\u2028" or "\\x1b"'),
        ("a: \ufeff", "1:4", 'write it as an escape in double quotes, such as "\\u2028" or "\\x1b"'),
    ],
)
def test_what_yaml_cannot_say_here_is_told_with_its_place_and_hint(text: str, place: str, hint: str) -> None:
    assert [(found[0], found[2]) for found in problems_of(text)] == [(place, hint)]


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n# nothing\n..."])
def test_an_empty_file_holds_nothing(text: str) -> None:
    document = read(text, "f.yaml")
    assert document.root is None or plain(document.root) is None


def test_a_byte_order_mark_at_the_beginning_is_ignored() -> None:
    assert value_of("\ufeffa: 1") == {"a": 1}


def test_windows_line_ends_count_as_one() -> None:
    document = read("a: 1\r\nb: 2\r\n", "f.yaml")
    assert document.lines == ("a: 1", "b: 2", "")
    assert isinstance(document.root, Mapping)
    assert document.root.entries[1].key.source.line == 2


def test_anchors_repeat_a_value() -> None:
    assert value_of("a: &x {b: [1, 2]}\nc: *x\n") == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: *x", "`*x` has no anchor"),
        ("a: &x [1, *x]", "`*x` stands inside itself"),
        ("a: &x {b: *x}", "`*x` stands inside itself"),
    ],
)
def test_an_alias_without_a_finished_anchor_is_a_problem(text: str, sentence: str) -> None:
    assert [found[1] for found in problems_of(text)] == [sentence]


def test_an_alias_bomb_is_refused_at_once() -> None:
    text = "a0: &a0 [1, 1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    # Unfolded it has 2**60 items: whoever tries ends by the time that a test has.
    assert "the aliases unfold to more than" in problems_of(text)[0][1]


def test_aliases_cannot_make_a_tree_too_deep() -> None:
    text = "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 100))
    assert "the aliases unfold to more than" in problems_of(text)[0][1]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "{{"])
def test_too_deep_nesting_is_refused_and_costs_as_much_as_it_is_long(opening: str) -> None:
    assert f"nested more than {DEEPEST} levels deep" in [found[1] for found in problems_of(opening * 50_000)]
    assert grows_evenly(lambda openings: read(opening * openings, "f.yaml"), size=6_000)


def test_too_deep_nesting_by_indentation_is_refused() -> None:
    text = "".join(" " * n + "a:\n" for n in range(300))
    assert f"nested more than {DEEPEST} levels deep" in [found[1] for found in problems_of(text)]


def test_too_large_a_file_is_refused() -> None:
    document = read("a" * (MOST_CHARACTERS + 1), "f.yaml")
    assert document.root is None
    assert "more than 256,000 characters" in str(document.problems[0])


def test_too_many_values_are_refused() -> None:
    assert "more than 40,000 values" in problems_of("[" + "1, " * 41_000 + "]")[0][1]


def test_a_text_knows_the_place_of_each_of_its_characters() -> None:
    root = read("a: 'x {{ y }}'\nb: \"\\n{{ y }}\"\n", "f.yaml").root
    assert isinstance(root, Mapping)
    quoted, escaped = root.entries[0].value, root.entries[1].value
    assert isinstance(quoted, Scalar)
    assert isinstance(escaped, Scalar)
    assert quoted.at(2).column == 7
    assert escaped.at(1) == escaped.source


def test_kinds_are_named_for_people() -> None:
    root = read("[a, 1, true, null, [], {}]", "f").root
    assert isinstance(root, Sequence)
    assert [kind_of(item) for item in root] == ["a text", "a number", "a boolean", "empty", "a list", "a map"]


def test_a_map_is_asked_by_key() -> None:
    root = read("a: 1\nb: 2", "f").root
    assert isinstance(root, Mapping)
    assert root.keys() == ("a", "b")
    assert "a" in root
    assert "c" not in root
    assert root.get("c") is None
    assert len(root) == 2
    assert [entry.name for entry in root] == ["a", "b"]


PIECES = st.sampled_from(
    [
        *"ab:{}[],#'\"\\|>!?%\t1~\n",
        ": ",
        "- ",
        "\n  ",
        "#string",
        "&a",
        "*a",
        "{{ x }}",
        "---",
        "\u2028",
        "\U0001f600",
        "<<",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join)))
def test_garbage_gives_a_tree_or_problems_and_nothing_else(text: str) -> None:
    document = read(text, "f.yaml")
    assert isinstance(document, Document)
    assert document.root is not None or document.problems
    for problem in document.problems:
        assert problem.source is not None
        assert problem.source.line <= len(document.lines)
        assert str(problem)
    if document.root is not None:
        plain(document.root)
