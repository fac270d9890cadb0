"""GET /health: whether the application lives, and whether each of its parts does."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Response

from threadfilesharing import answers as say
from threadfilesharing.contract import views
from threadfilesharing.problems import Code, Problem
from threadfilesharing.rest.routing import answers

Check = Callable[[], Awaitable[bool]]


def health_routes(checks: Mapping[str, Check]) -> APIRouter:
    """Return the routes of /health.

    Args:
        checks: What to ask each part.
    """
    router = APIRouter(prefix="/health", tags=["health"])

    async def state() -> Response:
        parts = {name: {"state": "up" if await check() else "down"} for name, check in checks.items()}
        if any(part["state"] == "down" for part in parts.values()):
            raise Problem(503, Code.NOT_READY, "not every part is up", {"parts": parts})
        return say.success({"state": "up", "parts": parts})

    @router.get("", **answers({200: views.Health}, 503, public=True))
    async def health() -> Response:
        """Return the state of each part."""
        return await state()

    @router.get("/ready", **answers({200: views.Health}, 503, public=True))
    async def ready() -> Response:
        """Return whether requests can be served."""
        return await state()

    return router
