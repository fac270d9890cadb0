"""The envelope that every REST answer wears."""

from typing import Any

import orjson
from starlette.responses import Response

from threadfilesharing.moment import iso
from threadfilesharing.problems import Problem


def success(data: Any, status: int = 200) -> Response:
    """Return a successful answer with its data."""
    body = orjson.dumps({"status": "success", "data": data, "timestamp": iso()})
    return Response(body, status_code=status, media_type="application/json")


def nothing() -> Response:
    """Return the answer that has nothing to say: 204."""
    return Response(status_code=204)


def refusal(problem: Problem) -> Response:
    """Return the answer to a refused request."""
    body = orjson.dumps(
        {
            "status": "error",
            "message": problem.message,
            "code": problem.code,
            "details": problem.details,
            "timestamp": iso(),
        }
    )
    return Response(body, status_code=problem.status, media_type="application/json", headers=problem.headers)
