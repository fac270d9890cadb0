"""A fault of Antiphon itself is a sentence, and its traceback a file."""

from __future__ import annotations

from pathlib import Path

from antiphon.run.fault import fault_of, keep_traceback, traceback_text


def test_the_sentence_names_the_exception_and_obeys_none_of_its_text() -> None:
    fault = fault_of(ValueError("\x1b[31mred"), where="here/fault.txt")
    assert str(fault) == "a fault of Antiphon itself, not of the target: ValueError: \\x1b[31mred"
    assert fault.hint == "the traceback is in here/fault.txt; please report it with the command and the version"


def test_an_exception_without_a_text_is_named_by_its_kind() -> None:
    fault = fault_of(KeyError())
    assert str(fault).endswith(": KeyError")
    assert fault.hint == "please report it with the command and the version"


def test_every_traceback_is_kept_those_of_a_group_included(tmp_path: Path) -> None:
    path = tmp_path / "not" / "there" / "fault.txt"
    group = ExceptionGroup("two", [ValueError("first"), KeyError("second")])
    assert keep_traceback(path, traceback_text(group))
    assert keep_traceback(path, traceback_text(OSError("third")))
    text = path.read_text()
    assert all(word in text for word in ("first", "second", "third"))


def test_a_place_that_cannot_be_written_is_no_further_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not keep_traceback(tmp_path / "file" / "fault.txt", "text")
