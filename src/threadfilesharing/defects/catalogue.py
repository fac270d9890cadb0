"""Every planted defect, with what must find it.

`found_by` names the scenario of the suite and the claim in it that must fail; `may_also_fail` the other scenarios that
the defect may break. Whoever renames a scenario changes it in these entries, and only there.
"""

from threadfilesharing.defects.ajar import AJAR
from threadfilesharing.defects.entry import Defect, Finder, Found, Kind, NotYet
from threadfilesharing.defects.guarded import ACCESS, CONTRACT, ERRORS, RESOURCES
from threadfilesharing.defects.heard import DOUBLED, LATE, LOST, REORDERED
from threadfilesharing.defects.kept import RECOVERY, STALE, UPLOAD
from threadfilesharing.defects.told import DISAGREEING, LEAKED

__all__ = ("CATALOGUE", "Defect", "Finder", "Found", "Kind", "NotYet")

CATALOGUE: tuple[Defect, ...] = (
    *LOST,
    *DOUBLED,
    *LATE,
    *REORDERED,
    *LEAKED,
    *DISAGREEING,
    *STALE,
    *UPLOAD,
    *RECOVERY,
    *ACCESS,
    *AJAR,
    *ERRORS,
    *CONTRACT,
    *RESOURCES,
)
"""All of them, by kind."""
