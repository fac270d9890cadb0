"""What a profile looks at: a change of anything else its laws cannot notice, and need not be asked about."""

from __future__ import annotations

import re

from antiphon.run.mutate.model import Mutant
from antiphon.target.model import Target

_WORD = re.compile(r"[A-Za-z_][\w-]*")


class Sight:
    """The words of a profile: a field of which none is part of its name is compared with nothing.

    On the careful side: any word will do, wherever it stands, and what looks at whole values sees everything.
    """

    def __init__(self, target: Target) -> None:
        self._words = frozenset(_WORD.findall(target.text))
        whole = any("." not in side.text for law in target.laws.laws for one in law.agree for side in (one.event,))
        self._all = whole or "$" in target.text or any(law.kind == "any_event" for law in target.laws.laws)

    def sees(self, mutant: Mutant) -> bool:
        """Return whether laws may notice a mutant."""
        if not mutant.field or self._all:
            return True
        return any(isinstance(part, str) and part in self._words for part in mutant.exactly[-1:]) or bool(
            mutant.exactly and isinstance(mutant.exactly[-1], int)
        )
