"""In which cases a law can be put to the proof: who must hear did, somebody else listened, its cause was refused."""

from __future__ import annotations

from antiphon.target.laws.causes import CallCause, Cause, EmitCause
from antiphon.target.laws.model import Law

HEARD = "heard"
JUDGED = "judged"
MUST_NOT_HEAR = "must not hear"
REFUSED = "refused"
AFTER_RECOVERY = "after recovery"
_GIVEN_WHEN_DONE = frozenset({"payload", "ack"})


def cases_of(law: Law) -> tuple[str, ...]:
    """Return the cases of a law; none of one that speaks of all that is ever seen."""
    match law.kind:
        case "never":
            return ()
        case "answer" | "none":
            return (JUDGED,)
        case "series" | "any_event":
            return (HEARD,)
        case _:
            pass
    found = [HEARD]
    if law.to is not None and law.to.text.strip() != "everyone":
        found.append(MUST_NOT_HEAR)
    if not law.refused_open and _tells_when_refused(law) and any(_can_be_refused(cause) for cause in law.when):
        found.append(REFUSED)
    if law.after_recovery == "owed":
        found.append(AFTER_RECOVERY)
    return tuple(found)


def _tells_when_refused(law: Law) -> bool:
    """Return whether an event can be tied to a cause that was refused: not by what only a good answer carries."""
    if law.each is not None and law.each.root in _GIVEN_WHEN_DONE:
        return False
    return not law.agree or any(one.cause.root not in _GIVEN_WHEN_DONE for one in law.agree)


def _can_be_refused(cause: Cause) -> bool:
    match cause:
        case CallCause():
            return True
        case EmitCause():
            return cause.outcome != "sent"
        case _:
            return False
