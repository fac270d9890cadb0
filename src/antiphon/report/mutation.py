"""What came of mutants, for a terminal: the score, a table by operator, the survivors with what would catch them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from antiphon.report.painting import Ink, Painted, lines, painted
from antiphon.report.safe import shown
from antiphon.report.words import counted
from antiphon.run.mutate.campaign import Campaign
from antiphon.run.mutate.model import Fate, Mutant, Operator, Outcome

_MOST_SURVIVORS = 30
_MOST_NAMED = 5
COLUMNS = (Fate.CAUGHT, Fate.SURVIVED, Fate.UNDECIDED, Fate.EQUIVALENT)


class Survivors(Struct, frozen=True, kw_only=True):
    """Survivors that are one gap: the same falsification in several scenarios."""

    first: Outcome
    scenarios: tuple[str, ...]


def percent(score: float) -> str:
    """Return a score as people read it, never rounded up to what it is not: `97.9 %`."""
    return f"{int(score * 1000) / 10:g} %"


def mutation_text(campaign: Campaign) -> Painted:
    """Return all that is told of a campaign at its end."""
    told = [
        *_survivors_lines(campaign),
        *table_lines(campaign),
        *_notes(campaign),
        score_line(campaign),
    ]
    return lines(told)


def score_line(campaign: Campaign) -> Painted:
    """Return the score, and over what it was taken."""
    score = campaign.score
    told = "no mutant to judge" if score is None else percent(score)
    ink = Ink.PLAIN if score is None else Ink.GOOD if score == 1 else Ink.BAD
    judged = len(campaign.outcomes)
    of = counted(judged, "mutant")
    if judged < campaign.planned:
        of = f"a sample of {judged:,} of {campaign.planned:,} mutants"
    equivalent = campaign.count(Fate.EQUIVALENT)
    but = f", {equivalent:,} of them equivalent" if equivalent else ""
    played = sum(one.played for one in campaign.outcomes)
    how = f" · {played:,} played, {judged - played:,} judged in the record" if judged else ""
    return painted(("mutation score ", Ink.STRONG), (told, ink), f" over {of}{but}{how}")


def table_lines(campaign: Campaign) -> Iterator[Painted]:
    """Yield the counts by operator, a line each."""
    width = max(len(operator) for operator in Operator)
    yield painted((f"{'':<{width}}  " + "  ".join(f"{name:>10}" for name in COLUMNS), Ink.FAINT))
    for operator in Operator:
        row = [one for one in campaign.outcomes if one.mutant.operator is operator]
        if row:
            counts = "  ".join(f"{sum(one.fate is fate for one in row):>10,}" for fate in COLUMNS)
            yield painted(f"{operator:<{width}}  {counts}")


def survivors(outcomes: Sequence[Outcome]) -> list[Survivors]:
    """Return the survivors, by operation or event, field and operator; the same one of many scenarios once."""
    groups: dict[tuple[str, str, str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.fate is Fate.SURVIVED:
            mutant = outcome.mutant
            key = (mutant.subject, mutant.field, mutant.operator.value, mutant.place.value)
            groups.setdefault(key, []).append(outcome)
    return [
        Survivors(first=group[0], scenarios=tuple(dict.fromkeys(one.mutant.scenario for one in group)))
        for _, group in sorted(groups.items())
    ]


def where(mutant: Mutant) -> str:
    """Return where a mutant was: the scenario and its step."""
    return f"{mutant.scenario}, step {mutant.step}" if mutant.step else mutant.scenario


def _survivors_lines(campaign: Campaign) -> Iterator[Painted]:
    found = survivors(campaign.outcomes)
    for one in found[:_MOST_SURVIVORS]:
        yield from _survivor(one)
    if len(found) > _MOST_SURVIVORS:
        yield painted(f"and {len(found) - _MOST_SURVIVORS:,} more gaps: the reports list them all")
    if found:
        yield painted("")


def _survivor(one: Survivors) -> Iterator[Painted]:
    outcome = one.first
    yield painted(("survived ", Ink.BAD), shown(outcome.mutant.told, limit=200))
    more = len(one.scenarios) - 1
    others = f", and in {counted(more, 'more scenario')}" if more else ""
    yield painted(f"  --> {shown(where(outcome.mutant), limit=200)}{others}")
    if outcome.advice:
        yield painted(("   expect: ", Ink.HINT), shown(outcome.advice))
    if outcome.law:
        yield painted(("      law: ", Ink.HINT), shown(outcome.law))


def _notes(campaign: Campaign) -> Iterator[Painted]:
    by: dict[str, int] = {}
    for one in campaign.outcomes:
        if one.by is not None:
            by[one.by] = by.get(one.by, 0) + 1
    if by:
        yield painted("caught by " + ", ".join(f"{name} {count:,}" for name, count in sorted(by.items())))
    yield from (painted(("warning: ", Ink.DOUBT), line) for line in warnings(campaign))


def warnings(campaign: Campaign) -> Iterator[str]:
    """Yield what every report of a campaign must say besides its figures."""
    if campaign.ended == "interrupted":
        yield "interrupted: the score is that of the mutants judged until then"
    elif campaign.ended == "budget":
        yield "the budget was used up: an even sample was judged, of each operator as large a part as of all others"
    if campaign.left_out:
        names = [f"{shown(name, limit=80)} ({how})" for name, how in campaign.left_out.items()]
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        yield f"left out, for they did not pass unchanged: {', '.join(names[:_MOST_NAMED])}{more}"
    if campaign.leftovers:
        named = ", ".join(shown(one, limit=120) for one in campaign.leftovers[:_MOST_NAMED])
        more = f" and {len(campaign.leftovers) - _MOST_NAMED} more" if len(campaign.leftovers) > _MOST_NAMED else ""
        yield f"left at the target by mutants that were played: {named}{more}"
    reasons: dict[str, int] = {}
    for one in campaign.outcomes:
        if one.fate is Fate.UNDECIDED:
            reasons[one.sentence] = reasons.get(one.sentence, 0) + 1
    for reason, count in sorted(reasons.items()):
        yield f"{counted(count, 'mutant')} undecided, and not counted as caught: {shown(reason, limit=200)}"
