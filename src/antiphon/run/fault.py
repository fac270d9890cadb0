"""A fault of Antiphon itself: told in a sentence, its traceback kept in a file, what was found before kept as well."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

from antiphon.core.errors import AntiphonError
from antiphon.core.text import shortened, visible

FAULT = "fault.txt"


@dataclass(eq=False, kw_only=True)
class AntiphonFault(AntiphonError):
    """Antiphon met something that it was not written for (exit 70)."""

    what: str
    where: str = ""

    def __str__(self) -> str:
        return f"a fault of Antiphon itself, not of the target: {self.what}"

    @property
    def hint(self) -> str:
        """What to do next."""
        told = f"the traceback is in {self.where}; " if self.where else ""
        return f"{told}please report it with the command and the version"


def fault_of(error: BaseException, *, where: str = "") -> AntiphonFault:
    """Return an unexpected exception as a fault.

    Args:
        error: What was raised.
        where: The file that its traceback was written to.
    """
    said = shortened(visible(str(error)), limit=200)
    return AntiphonFault(what=f"{type(error).__name__}: {said}" if said else type(error).__name__, where=where)


def traceback_text(error: BaseException) -> str:
    """Return the traceback, the exceptions of a group included."""
    return "".join(traceback.format_exception(error))


def keep_traceback(path: Path, text: str) -> bool:
    """Append a traceback to a file; return whether it could be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text + "\n")
    except OSError:
        return False
    return True
