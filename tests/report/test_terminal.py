from __future__ import annotations

import io

from antiphon.report.painting import Ink, painted
from antiphon.report.terminal import Terminal


class Tty(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Latin(Tty):
    """A terminal that knows 256 characters."""

    encoding = "latin-1"  # type: ignore[assignment]


BAD = painted(("failed", Ink.BAD), " · done")


def test_results_go_to_stdout_and_everything_else_to_stderr() -> None:
    out, err = io.StringIO(), io.StringIO()
    terminal = Terminal(out, err)
    terminal.say(BAD)
    terminal.tell("starting")
    assert out.getvalue() == "failed · done\n"
    assert err.getvalue() == "starting\n"


def test_a_terminal_has_inks_and_the_same_words() -> None:
    out = Tty()
    Terminal(out, io.StringIO()).say(BAD)
    assert out.getvalue() == "\x1b[1;31mfailed\x1b[0m · done\n"


def test_inks_are_left_out_where_the_environment_or_the_user_wants_none() -> None:
    for terminal_of in (
        lambda out: Terminal(out, io.StringIO(), environment={"NO_COLOR": "1"}),
        lambda out: Terminal(out, io.StringIO(), environment={"TERM": "dumb"}),
        lambda out: Terminal(out, io.StringIO(), color="never"),
    ):
        out = Tty()
        terminal_of(out).say(BAD)
        assert out.getvalue() == "failed · done\n"


def test_inks_are_there_in_a_pipe_if_they_are_asked_for() -> None:
    out = io.StringIO()
    Terminal(out, io.StringIO(), color="always", environment={"NO_COLOR": "1"}).say(BAD)
    assert "\x1b[1;31m" in out.getvalue()


def test_a_progress_line_gives_way_to_a_result_and_comes_back() -> None:
    both = Tty()
    terminal = Terminal(both, both, color="never")
    terminal.transient("[1/2] a")
    terminal.say("passed")
    terminal.transient("")
    clear = "\r\x1b[2K"
    assert both.getvalue() == f"{clear}[1/2] a{clear}passed\n[1/2] a{clear}"


def test_an_unchanged_progress_line_is_not_written_again() -> None:
    err = Tty()
    terminal = Terminal(io.StringIO(), err)
    terminal.transient("a")
    once = err.getvalue()
    terminal.transient("a")
    assert err.getvalue() == once


def test_there_is_no_progress_line_in_a_pipe() -> None:
    err = io.StringIO()
    terminal = Terminal(io.StringIO(), err)
    terminal.transient("a")
    assert not terminal.rewrites
    assert err.getvalue() == ""


def test_a_terminal_that_lacks_a_character_gets_another_one() -> None:
    out = Latin()
    Terminal(out, io.StringIO()).say("a ◀══╪ 你")
    assert out.getvalue() == "a <==+ \\u4f60\n"


def test_no_line_is_a_command_to_a_build_server() -> None:
    out = io.StringIO()
    Terminal(out, io.StringIO()).say("::error::x")
    assert out.getvalue() == "\\x3a:error::x\n"


def test_long_lines_and_brackets_come_out_as_they_went_in() -> None:
    out = Tty()
    line = "[bold]x[/bold] :smile: " + "word " * 100
    Terminal(out, io.StringIO(), color="always").say(line)
    assert out.getvalue() == line + "\n"
