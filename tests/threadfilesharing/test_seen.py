"""What the tests of this folder see together: everything that the documents promise.

Each test tells what must have been seen; whether it was is known when all tests have run (`tests/tools/gathering.py`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.tools.gathering import Fact

from threadfilesharing.contract.events import EMITTED, HEARD

HERE = Path(__file__).parent
Promised = Callable[[str], set[Fact]]


@pytest.fixture
def whole_folder(request: pytest.FixtureRequest) -> None:
    """Go on only if every module of this folder is run."""
    run = {item.path.name for item in request.session.items if item.path.parent == HERE}
    if not {path.name for path in HERE.glob("test_*.py")} <= run:
        pytest.skip("says something only when all tests of the folder are run")


@pytest.mark.usefixtures("whole_folder")
async def test_every_documented_status_of_every_operation_is_seen(world: Any, promised: Promised) -> None:
    documented = {
        (method.upper(), path, int(status))
        for path, operations in world.contract.openapi["paths"].items()
        for method, operation in operations.items()
        for status in operation["responses"]
    }
    assert documented
    promised("statuses").update(documented)


@pytest.mark.usefixtures("whole_folder")
async def test_every_documented_event_is_heard_and_every_emit_is_done_and_refused(promised: Promised) -> None:
    promised("events").update((name,) for name in (*HEARD, "connect_error"))
    promised("acknowledged").update((name, ok) for name in EMITTED for ok in (True, False))
