"""The id that a failed call carried stands wherever somebody reads of the failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Here, Small


def test_a_failure_names_the_id_that_its_call_carried_in_every_output(here: Here, small: Small) -> None:
    here.suite(small.url, a=here.asks("bad", "/fine", status=404))
    profile = here.folder / "target.yaml"
    profile.write_text(profile.read_text() + "http: {trace_header: x-request-id}\n")
    run = here.antiphon("run", "--report", "reports")
    assert run.code == 1
    trace = f"{run.run_id}-000001"
    assert f"in the target's log: {trace}" in run.out
    assert f"x-request-id: {trace}" in run.out  # the command that repeats the call
    outputs = {path.name: path.read_text() for path in (here.folder / "reports").iterdir()}
    outputs["show"] = here.antiphon("show", "last", "a").out
    assert [name for name, text in outputs.items() if trace not in text] == []
