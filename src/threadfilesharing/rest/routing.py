"""What all routes share: who is calling, and how a route says what it answers."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response

from threadfilesharing.contract.views import Refusal, Success
from threadfilesharing.problems import Code
from threadfilesharing.services.tokens import Caller, Tokens, unauthorized

Identify = Callable[[Request], Awaitable[Caller]]


def identify_by(tokens: Tokens) -> Identify:
    """Return the dependency that tells who is calling."""

    async def identify(request: Request) -> Caller:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise unauthorized(Code.UNAUTHORIZED, "a bearer token is needed")
        return await tokens.caller(token.strip(), channel="rest")

    return identify


def answers(success: dict[int, Any], *refusals: int, public: bool = False) -> dict[str, Any]:
    """Return what a route's decorator needs so that the contract is complete.

    Args:
        success: The data of each status that succeeds; None where nothing is sent.
        refusals: The statuses that refuse.
        public: Whether the route takes no token; all others can answer 401.
    """
    statuses = dict.fromkeys([*refusals, *(() if public else (401,)), 500])
    documented: dict[int | str, dict[str, Any]] = {
        status: {"model": Refusal, "description": "refused"} for status in sorted(statuses)
    }
    for status, data in success.items():
        documented[status] = (
            {"description": "done"}
            if data is None
            else {"model": Success.__class_getitem__(data), "description": "done"}
        )
    return {
        "status_code": next(iter(success)),
        "responses": documented,
        "response_class": Response,
        "response_model": None,
        "openapi_extra": {} if public else {"security": [{"bearer": []}]},
    }
