"""After all other tests of this folder: everything that the documents promise was really seen."""

from pathlib import Path
from typing import Any

import pytest

from threadfilesharing.contract.events import EMITTED, HEARD

HERE = Path(__file__).parent


@pytest.fixture
def whole_folder(request: pytest.FixtureRequest) -> None:
    """Go on only if every module of this folder was run."""
    run = {item.path.name for item in request.session.items if item.path.parent == HERE}
    if not {path.name for path in HERE.glob("test_*.py")} <= run:
        pytest.skip("says something only after all tests of the folder have passed")


@pytest.mark.usefixtures("whole_folder")
async def test_every_documented_status_of_every_operation_was_seen(world: Any) -> None:
    documented = {
        (method.upper(), path, int(status))
        for path, operations in world.contract.openapi["paths"].items()
        for method, operation in operations.items()
        for status in operation["responses"]
    }
    assert sorted(documented - world.contract.seen) == []


@pytest.mark.usefixtures("whole_folder")
async def test_every_documented_event_was_heard_and_every_emit_was_done_and_refused(world: Any) -> None:
    assert sorted({*HEARD, "connect_error"} - world.contract.events) == []
    expected = {(name, ok) for name in EMITTED for ok in (True, False)}
    assert sorted(expected - world.contract.acknowledged) == []
