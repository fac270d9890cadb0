"""What all routes share: who is calling, and how a route says what it answers."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response

from threadfilesharing.contract.views import Refusal, Success
from threadfilesharing.problems import Code
from threadfilesharing.services.tokens import Caller, Tokens, unauthorized

ANSWERS = "x-answers"
"""Where a route says, until the document is made, which model each of its answers is."""

MODELS: dict[str, Any] = {}
"""The models that answers are made of, by name."""

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
    answered = dict.fromkeys([*success, *sorted({*refusals, 500, *(() if public else (401,))})])
    described = {status: ("done" if status in success else "refused") for status in answered}
    return {
        "status_code": next(iter(success)),
        "responses": {status: {"description": text} for status, text in described.items()},
        "response_class": Response,
        "response_model": None,
        "openapi_extra": {
            **({} if public else {"security": [{"bearer": []}]}),
            ANSWERS: {str(status): _remember(success.get(status, Refusal)) for status in answered if status != 204},
        },
    }


def _remember(data: Any) -> str:
    # Models are named here and looked up when the document is made: FastAPI would build a validator for each of them at
    # the start, two hundred in all, and use none.
    model = data if data in (Refusal, None) else Success.__class_getitem__(data)
    name = "" if model is None else str(model.__name__)
    if model is not None:
        MODELS[name] = model
    return name
