"""Defects of what is answered: stale lists, wrong progress, nothing replayed, tokens and errors."""

from collections.abc import Callable
from typing import Any

from threadfilesharing.defects.seams import Listing, Progress, Seams, TokenSeen
from threadfilesharing.live.acts import Tell
from threadfilesharing.live.sessions import Session
from threadfilesharing.problems import Code, Problem

Acts = Callable[[], bool]


def list_lacks_newest_message(seams: Seams, acts: Acts) -> None:
    """The list of messages does not show the newest one."""

    def bend(items: list[dict[str, Any]], about: Listing) -> list[dict[str, Any]]:
        return items[1:] if about.of == "messages" and about.first_page and acts() else items

    seams.listed.plant(bend)


def progress_falls_back(seams: Seams, acts: Acts) -> None:
    """Every second chunk but the last tells a third of the true progress."""

    def bend(progress: int, about: Progress) -> int:
        falls = about.received_chunks % 2 == 0 and about.received_chunks < about.total_chunks
        return progress // 3 if falls and acts() else progress

    seams.progress.plant(bend)


def nothing_replayed(seams: Seams, acts: Acts) -> None:
    """Nothing that was missed is sent on reconnection."""

    def bend(missed: list[Tell], _session: Session) -> list[Tell]:
        return [] if acts() else missed

    seams.missed.plant(bend)


def revoked_token_accepted_over_rest(seams: Seams, acts: Acts) -> None:
    """A token that was revoked is still accepted over REST, though not on the socket."""

    def bend(revoked: bool, about: TokenSeen) -> bool:
        return revoked and not (about.channel == "rest" and acts())

    seams.revoked.plant(bend)


def bad_input_answers_500(seams: Seams, acts: Acts) -> None:
    """What should be answered with 400 over REST is answered with 500."""

    def bend(problem: Problem, channel: str) -> Problem:
        if channel != "rest" or problem.status != 400 or not acts():
            return problem
        return Problem(500, Code.INTERNAL_ERROR, "something went wrong here")

    seams.problem.plant(bend)
