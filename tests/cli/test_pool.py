"""People who play one scenario after the other, in whole runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Here, Small


def scenario(title: str, category: str) -> str:
    return f"scenario: {title}\ncategory: {category}\nusers: {{alice: {{}}}}\nsteps: [{{alice: GET /fine/1}}]\n"


@pytest.mark.parametrize(("reuse", "made"), [("never", 4), ("category", 2), ("run", 1)])
def test_people_are_made_as_often_as_the_pool_says(here: Here, small: Small, reuse: str, made: int) -> None:
    texts = {f"{category}__{name}": scenario(f"{category} {name}", category) for category in "ab" for name in "xy"}
    here.suite(small.url, **texts)
    profile = (here.folder / "target.yaml").read_text()
    profile = profile.replace("  make:", f"  pool: {{reuse: {reuse}}}\n  make:")
    profile = profile.replace("resources:\n", "resources:\n  account: {from: POST /accounts, key: payload.id}\n")
    here.write("target.yaml", profile.replace("cleanup:\n", "cleanup:\n  account: DELETE /things/{{ key }}\n"))
    said = here.antiphon("run")
    assert said.code == 0
    assert small.asked_for("POST", "/accounts") == made
    removed = {path for method, path, _ in small.asked if method == "DELETE"}
    assert len(removed) == made
