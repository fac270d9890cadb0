"""What a failed claim and a refused file look like: the sentence, the place, the line, the facts, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from antiphon.core.errors import AntiphonError, FilesRefused, ScenarioError
from antiphon.core.source import NOWHERE, Source
from antiphon.history.entries import AnyEntry, Call, Emit
from antiphon.judge.verdicts import Outcome, Verdict
from antiphon.report.curl import curl
from antiphon.report.painting import Ink, Painted, lines, painted
from antiphon.report.safe import shown, shown_bytes
from antiphon.report.words import counted, headline, look_closer, numbers
from antiphon.run.results import Trouble

_LONGEST_DETAIL = 600
_MOST_DETAILS = 20
_LONGEST_LINE = 300
_LONGEST_COMMAND = 8192


def failure_text(
    verdict: Verdict,
    source_lines: Sequence[str] = (),
    *,
    cause: AnyEntry | None = None,
    names: Mapping[str, str] | None = None,
    run: str = "",
    scenario: str = "",
) -> Painted:
    """Return a verdict that failed or is void as people read it, over several lines.

    Args:
        verdict: What was judged.
        source_lines: The file in which its claim was written, where the verdict does not carry the line.
        cause: The call or emit that caused what was claimed; a call is shown as a command that repeats it.
        names: Secrets that may still stand in it, each with its variable's name.
        run: The run's id; with `scenario` it makes the hint, if the verdict has none of its own.
        scenario: The scenario's name as `antiphon show` takes it.
    """
    ink = Ink.DOUBT if verdict.outcome is Outcome.VOID else Ink.BAD
    details = [shown(detail, limit=_LONGEST_DETAIL) for detail in verdict.details[:_MOST_DETAILS]]
    if len(verdict.details) > _MOST_DETAILS:
        details.append(f"… {len(verdict.details) - _MOST_DETAILS} more")
    if verdict.outcome is Outcome.VOID and not any("own lag" in detail for detail in details):
        details += [figures] if (figures := numbers(verdict)) else []
    if not any("curl -" in detail for detail in details):
        details += _cause(cause, names)
    hint = shown(verdict.hint)
    if not hint and run and scenario:
        hint = f"`{look_closer(run, scenario, verdict.step)}` draws everything that was said and heard"
    head = painted((f"{verdict.outcome}: ", ink), (headline(verdict), Ink.STRONG))
    return lines([head, *_placed(verdict.source, source_lines, details), *_hinted(hint)])


def trouble_text(trouble: Trouble, *, head: str = "error", ink: Ink = Ink.BAD) -> Painted:
    """Return why something could not be played, as people read it."""
    first = painted((f"{head}: ", ink), (shown(trouble.sentence), Ink.STRONG))
    details = [shown(detail, limit=_LONGEST_DETAIL) for detail in trouble.details[:_MOST_DETAILS]]
    if trouble.source is None:
        placed = [painted(("  | ", Ink.FAINT), detail) for detail in details]
    else:
        placed = _placed(trouble.source, (), details)
    return lines([first, *placed, *_hinted(shown(trouble.hint))])


def error_text(error: AntiphonError) -> Painted:
    """Return an error as people read it: what happened, where it was written, what to do.

    An error may have a `note`: a few words about the place, shown behind it
    (`target.yaml:2:11  base_url (API_BASE_URL is not set)`). Many problems are told one by one in
    the order of their places, and counted at the end.
    """
    if isinstance(error, FilesRefused):
        return problems_text(error.problems, str(error))
    shown_lines = [painted((shown(str(error)), Ink.STRONG))]
    if error.source is not None:
        note = getattr(error, "note", "")
        if note:
            shown_lines.append(_place(error.source, 1, shown(str(note))))
        elif isinstance(error, ScenarioError) and error.source.text:
            shown_lines += _pointed(error.source)
        else:
            shown_lines.append(_place(error.source, 1))
    return lines([*shown_lines, *_hinted(shown(error.hint or ""))])


def problems_text(problems: Sequence[AntiphonError], count: str = "") -> Painted:
    """Return every problem of some files with a blank line behind each, and how many there are."""
    parts = [part for problem in problems for part in (error_text(problem), painted(""))]
    files = len({problem.source.path for problem in problems if problem.source is not None})
    told = count or counted(len(problems), "problem")
    return lines([*parts, painted((f"{told}, in {counted(files, 'file')}" if files else told, Ink.BAD))])


def _cause(cause: AnyEntry | None, names: Mapping[str, str] | None) -> list[str]:
    match cause:
        case Call():
            traced = [shown(f"in the target's log: {cause.trace}")] if cause.trace else []
            return [shown(f"{_whose(cause)} call: {curl(cause, names)}", limit=_LONGEST_COMMAND), *traced]
        case Emit():
            return [shown(f"{_whose(cause)} emit: {cause.name} ") + shown_bytes(cause.args, limit=_LONGEST_DETAIL)]
        case _:
            return []


def _whose(cause: AnyEntry) -> str:
    return f"{cause.user}'s" if cause.user else "the"


def _placed(source: Source, source_lines: Sequence[str], details: Sequence[str]) -> list[Painted]:
    if source == NOWHERE:
        return [painted(("  | ", Ink.FAINT), detail) for detail in details]
    line = source.text or (source_lines[source.line - 1] if 0 < source.line <= len(source_lines) else "")
    gutter = len(str(source.line))
    told = [_place(source, gutter)]
    if line:
        told.append(painted((f"{source.line} | ", Ink.FAINT), shown(line.rstrip(), limit=_LONGEST_LINE)))
    told += [painted((f"{' ' * gutter} |     ", Ink.FAINT), detail) for detail in details]
    return told


def _pointed(source: Source) -> list[Painted]:
    gutter = len(str(source.line))
    line = shown(source.text.rstrip(), limit=_LONGEST_LINE)
    told = [_place(source, gutter), painted((f"{source.line} | ", Ink.FAINT), line)]
    if line == source.text.rstrip() and 1 <= source.column <= len(line) + 1:
        told.append(painted((f"{' ' * gutter} | ", Ink.FAINT), " " * (source.column - 1), ("^", Ink.BAD)))
    return told


def _place(source: Source, gutter: int, note: str = "") -> Painted:
    place = shown(str(source)) if source.column else shown(f"{source.path}:{source.line}")
    return painted((f"{' ' * max(gutter, 2)}--> ", Ink.FAINT), place, f"  {note}" if note else "")


def _hinted(hint: str) -> list[Painted]:
    return [painted(("hint: ", Ink.HINT), hint)] if hint else []
