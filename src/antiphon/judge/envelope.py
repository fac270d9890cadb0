"""What an answer carries, without the envelope that the profile describes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import orjson
from msgspec import Struct

from antiphon.language.address import Address
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING, Names, Scope
from antiphon.target.http_model import Envelope

FIRST_ERROR_STATUS = 400
_CONTENT_TYPE_LENGTH = len("content-type")


class Opened(Struct, frozen=True, kw_only=True):
    """An answer without its envelope.

    Attributes:
        body: JSON data; a text where it is none; bytes where it is no text either; `MISSING` without a body.
        payload: What a success carries; `MISSING` if the answer has none.
        problem: What an error says (`code`, `message`, `details`); `MISSING` below status 400.
        is_json: Whether the body is JSON by its own account, and can be read as that.
        fits: Whether the profile's envelopes describe it; answers that are not JSON are not held against it.
    """

    body: object
    payload: object
    problem: object
    is_json: bool
    fits: bool


def opened(envelope: Envelope, *, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Opened:
    """Return what the answer carries.

    Args:
        envelope: The profile's shapes; where it has none of a kind the body itself is carried.
        status: The answer's.
        headers: As they came.
        body: After chunks and compression were taken off.
    """
    data, is_json = _read(headers, body)
    if not is_json:
        is_error = status >= FIRST_ERROR_STATUS
        return Opened(body=data, payload=data, problem=data if is_error else MISSING, is_json=False, fits=True)
    if not envelope.success and envelope.code is None and envelope.message is None:  # as the body is, so is the payload
        problem = data if status >= FIRST_ERROR_STATUS else MISSING
        return Opened(body=data, payload=data, problem=problem, is_json=True, fits=True)
    scope = body_scope(data)
    payload = _payload(envelope, scope) if envelope.success else data
    problem, is_error = _problem(envelope, scope)
    if status < FIRST_ERROR_STATUS:
        return Opened(
            body=data, payload=payload, problem=MISSING, is_json=True, fits=payload is not MISSING or is_error
        )
    if envelope.code is None and envelope.message is None:
        # Without a declared shape of errors nothing can be demanded of one.
        return Opened(body=data, payload=payload, problem=data, is_json=True, fits=True)
    fits = is_error or (bool(envelope.success) and payload is not MISSING)
    return Opened(body=data, payload=payload, problem=problem, is_json=True, fits=fits)


def body_scope(data: object) -> Scope:
    """Return the scope of addresses into a body: its keys are names, and `$` is the whole."""
    names: dict[str, object] = {"body": data}
    if isinstance(data, Mapping):
        names.update((key, value) for key, value in data.items() if isinstance(key, str))
    names["$"] = data
    return Names(names)


def problem_text(problem: object) -> str:
    """Return an error's code and message in one line; empty if it says neither."""
    if not isinstance(problem, Mapping):
        return problem if isinstance(problem, str) else ""
    parts = [problem.get("code"), problem.get("message")]
    return ": ".join(str(part) for part in parts if isinstance(part, str | int) and str(part))


def _read(headers: Iterable[tuple[str, str]], body: bytes) -> tuple[object, bool]:
    if not body:
        return MISSING, False
    kind = _kind_of(headers)
    if not kind or _is_json(kind):
        try:
            return orjson.loads(body), True
        except orjson.JSONDecodeError:
            pass
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return body, False


def _kind_of(headers: Iterable[tuple[str, str]]) -> str:
    for name, value in headers:
        if len(name) == _CONTENT_TYPE_LENGTH and name.lower() == "content-type":
            return _kind_in(value)
    return ""


@lru_cache(maxsize=256)
def _kind_in(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _is_json(kind: str) -> bool:
    return kind == "application/json" or kind.endswith("+json")


def json_flaw(headers: Iterable[tuple[str, str]], body: bytes) -> str:
    """Return what is wrong with a body that calls itself JSON, as a sentence; empty if it is, or does not."""
    kind = _kind_of(headers)
    if not body or not _is_json(kind):
        return ""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return f"the answer calls itself {kind} and is none: {error}"
    return ""


def _payload(envelope: Envelope, scope: Scope) -> object:
    for shape in envelope.success:
        if not shape.where(scope):
            found = _at(shape.payload, scope)
            # A success that carries nothing is one all the same.
            return None if found is MISSING else found
    return MISSING


def _problem(envelope: Envelope, scope: Scope) -> tuple[object, bool]:
    """Return what an error says, and whether its code and message are where the profile says they are."""
    wanted = {"code": envelope.code, "message": envelope.message, "details": envelope.details}
    found = {name: _at(address, scope) for name, address in wanted.items() if address is not None}
    fits = bool(found) and all(found.get(name) is not MISSING for name in ("code", "message"))
    said = {name: value for name, value in found.items() if value is not MISSING}
    return said or MISSING, fits


def _at(address: Address, scope: Scope) -> object:
    try:
        return address(scope)
    except EvaluationRefused:
        return MISSING
