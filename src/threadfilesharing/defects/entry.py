"""What the catalogue says of a planted defect."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from threadfilesharing.defects.seams import Seams

Acts = Callable[[], bool]
"""Says of each occasion whether the defect acts this time."""
Install = Callable[[Seams, Acts], None]


class Kind(StrEnum):
    """What sort of fault a defect is."""

    LOST = "lost"
    DOUBLED = "doubled"
    LATE = "late"
    REORDERED = "reordered"
    LEAKED = "leaked"
    DISAGREEING = "disagreeing"
    STALE = "stale"
    UPLOAD = "upload"
    RECOVERY = "recovery"
    ACCESS = "access"
    ERRORS = "errors"
    CONTRACT = "contract"
    RESOURCES = "resources"


class Finder(StrEnum):
    """What notices a defect in a plain run: a claim of a scenario, a law, the contract; or what no such run can."""

    SCENARIO = "scenario"
    LAW = "law"
    CONTRACT = "contract"
    LOAD = "load"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Found:
    """The scenario that must fail, and which claim in it; or in which a law or the contract must find it, and what."""

    scenario: str
    claim: str
    by: Finder = Finder.SCENARIO

    def __str__(self) -> str:
        by = "" if self.by is Finder.SCENARIO else f"the {self.by.value} in "
        return f"{by}{self.scenario}: {self.claim}"


@dataclass(frozen=True, slots=True)
class NotYet:
    """What must notice a defect that no plain run can show: measurements under load, or the access matrix."""

    by: Finder
    claim: str
    scenario: str = ""

    def __str__(self) -> str:
        return f"{self.by.value} (not by the suite yet): {self.claim}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One planted defect.

    `breaks` are the requirements that it violates, `suffers` is who has the trouble, `may_also_fail` the scenarios
    that may fail beside the one that must. `law` is the law of the packaged profile that finds it as well.
    """

    name: str
    kind: Kind
    summary: str
    suffers: str
    breaks: tuple[str, ...]
    found_by: Found | NotYet
    may_also_fail: tuple[str, ...] = ()
    law: str = ""
    since: str = "0.1.0"
    install: Install


WHERE_MESSAGES_ARE_HEARD = (
    "messaging/*",
    "chatrooms/made_private.yaml",
    "chatrooms/muted.yaml",
    "chatrooms/removed_member.yaml",
    "chatrooms/removed_while_away.yaml",
    "collaboration/*",
    "companies/demoted_to_guest.yaml",
    "consistency/*",
    "errors/malformed_emits.yaml",
    "errors/oversize_frame.yaml",
    "errors/several_at_once.yaml",
    "errors/too_large.yaml",
    "errors/too_many_emits.yaml",
    "files/upload_progress.yaml",
    "permissions/*",
    "security/injection.yaml",
    "threads/*",
)
WHERE_MESSAGES_ARE_LISTED = (
    "messaging/*",
    "collaboration/*",
    "consistency/*",
    "errors/several_at_once.yaml",
    "permissions/*",
    "security/injection.yaml",
    "threads/*",
)
WHERE_STATUSES_ARE_HEARD = (
    "auth/*",
    "collaboration/*",
    "errors/raw_frames.yaml",
    "messaging/missed_while_away.yaml",
    "permissions/*",
    "status/*",
)
WHERE_THREADS_ARE = (
    "threads/*",
    "collaboration/workday.yaml",
    "consistency/*",
    "files/in_a_thread.yaml",
    "permissions/*",
)
WHERE_FILES_ARE = (
    "files/*",
    "threads/taken_back.yaml",
    "collaboration/*",
    "consistency/*",
    "permissions/*",
    "security/*",
)
WHERE_ROOMS_ARE = ("chatrooms/*", "companies/*", "collaboration/*", "consistency/*", "messaging/*", "permissions/*")
WHERE_SOMEBODY_RETURNS = (
    "chatrooms/removed_while_away.yaml",
    "messaging/missed_many.yaml",
    "messaging/missed_while_away.yaml",
    "messaging/one_device_missed.yaml",
    "status/changed_while_away.yaml",
)
