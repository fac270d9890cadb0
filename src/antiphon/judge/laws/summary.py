"""What became of each law in a run."""

from __future__ import annotations

import msgspec

from antiphon.judge.laws.plans import Tally


class LawSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one law.

    Attributes:
        law: Its name.
        tally: How often it was asked, and what was found.
        findings: How many findings it has.
    """

    law: str
    tally: Tally
    findings: int = 0

    @property
    def warning(self) -> str:
        """Why nothing is said by this law though it was asked; empty if something is."""
        tally = self.tally
        if not tally.triggered or tally.judged or self.findings:
            return ""
        why = f": {tally.why}" if tally.why else ""
        return f"never had an audience{why}" if tally.no_audience else f"was never judged{why}"
