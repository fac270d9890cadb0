from __future__ import annotations

from antiphon.report.progress import Progress


class Screen:
    """Keeps what it is told to show."""

    def __init__(self, *, rewrites: bool = True) -> None:
        self.rewrites = rewrites
        self.shown: list[str] = []

    def transient(self, line: str) -> None:
        self.shown.append(line)


def test_the_line_tells_which_scenario_which_step_and_what_is_waited_for() -> None:
    screen = Screen()
    progress = Progress(screen, total=27, columns=lambda: 120)
    for number in range(13):
        progress.began(f"other/{number}")
        progress.ended(f"other/{number}")
    progress.began("messaging/fanout", steps=2)
    progress.step("messaging/fanout", 2)
    progress.waiting("messaging/fanout", "bob", "message_received", waited_s=0.4, limit_s=5.0)
    assert screen.shown[-1] == (
        "[14/27] messaging/fanout · step 2 of 2 · bob: waiting for message_received, 0.4 of 5 s"
    )


def test_the_line_is_taken_away_when_nothing_is_played() -> None:
    screen = Screen()
    progress = Progress(screen, total=1, columns=lambda: 80)
    progress.began("a/b")
    progress.ended("a/b")
    assert screen.shown[-1] == ""
    progress.began("a/c")
    progress.close()
    assert screen.shown[-1] == ""


def test_of_several_at_once_the_one_that_moved_last_is_told() -> None:
    progress = Progress(Screen(), total=9, columns=lambda: 80)
    progress.began("a/one", steps=3)
    progress.began("a/two", steps=3)
    progress.step("a/one", 2, doing="alice: POST /x")
    assert progress.line == "[1/9] a/one · step 2 of 3 · alice: POST /x · 1 more at once"


def test_a_pipe_is_told_nothing() -> None:
    screen = Screen(rewrites=False)
    progress = Progress(screen, total=1)
    progress.began("a/b")
    progress.close()
    assert screen.shown == []


def test_the_line_is_never_wider_than_the_terminal() -> None:
    progress = Progress(Screen(), total=1, columns=lambda: 30)
    progress.began("a/" + "long" * 40, steps=1)
    assert len(progress.line) <= 29
    wide = Progress(Screen(), total=1, columns=lambda: 60)
    wide.began("广" * 70)
    from rich.cells import cell_len

    assert cell_len(wide.line) <= 59


def test_what_a_target_named_cannot_move_the_cursor() -> None:
    progress = Progress(Screen(), total=1, columns=lambda: 200)
    progress.began("a/b", steps=1)
    progress.waiting("a/b", "bob", "x\x1b[2K\r\n", waited_s=1.0, limit_s=2.0)
    assert "\x1b" not in progress.line
    assert "\n" not in progress.line


def test_a_scenario_that_never_began_changes_nothing() -> None:
    progress = Progress(Screen(), total=1, columns=lambda: 80)
    progress.step("a/b", 1)
    progress.doing("a/b", "cleaning up")
    progress.ended("a/b")
    assert progress.line == ""
