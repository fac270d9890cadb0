"""The model of what a profile says of coverage: how much there must be, and what is left out with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from antiphon.core.source import Source
from antiphon.language.call import StatusSpec
from antiphon.language.route import Operation


class Part(StrEnum):
    """What is covered or not, part by part; each has rows and columns."""

    OPERATIONS = "operations"  # by documented statuses
    HEARD = "heard"  # events that users hear
    EMITS = "emits"  # events that users emit, by how they are answered
    LAWS = "laws"  # by what was to be heard, and what was not
    ROLES = "roles"  # operations by the role of who called them
    ACCESS = "access"  # the access matrix: operations and emits by who tried them
    SERVER_ERRORS = "server errors"  # operations by documented 5xx, which nobody can ask for


COUNTED = tuple(part for part in Part if part is not Part.SERVER_ERRORS)
"""The parts whose share is reckoned."""


class Excepted(Struct, frozen=True, kw_only=True):
    """Cells that are left out.

    Attributes:
        text: As it was written: `POST /files -> 413`.
        row: The operation, event, emit or law; empty: each.
        column: The emit's answer, the law's case, the role or the actor; empty: each.
        statuses: Of an operation; None: each.
        because: Why.
    """

    part: Part
    text: str
    because: str
    source: Source
    row: str = ""
    column: str = ""
    statuses: StatusSpec | None = None


class Least(Struct, frozen=True):
    """Which share must be reached at least, from 0 to 1, and where that is written."""

    share: float
    source: Source


class Provoked(Struct, frozen=True, kw_only=True):
    """Server errors that a setting or a fault makes, so that they count as any other status."""

    operation: Operation
    statuses: StatusSpec
    text: str
    source: Source


class CoverageProfile(Struct, frozen=True, kw_only=True):
    """What a profile says of coverage.

    Attributes:
        least: What each part must reach; under the empty name: every part not named.
    """

    least: Mapping[str, Least] = field(default_factory=dict)
    provoked: tuple[Provoked, ...] = ()
    excepted: tuple[Excepted, ...] = ()
