"""What a run says of calls that it held back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Here, Small


def test_a_run_says_for_how_long_it_held_calls_back(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("one", "/fine"), b=here.asks("another", "/fine"))
    profile = here.folder / "target.yaml"
    profile.write_text(profile.read_text() + "http: {rate_limit: {budget: {calls: 1, per: 2s}}}\n")
    run = here.antiphon("run", "--report", "reports", "--parallel", "2")
    assert (run.code, small.asked_for("GET", "/fine")) == (0, 2)
    assert re.search(r"warning: calls were held back for [\d.]+ m?s in all, as `rate_limit`", run.out)
    assert "(held back " in here.antiphon("show", "last", "b").out + here.antiphon("show", "last", "a").out
    assert '"heldBack": ' in (here.folder / "reports" / "report.json").read_text()
