"""The JSON Schema of a profile, made from the tables that the loader reads it by."""

from __future__ import annotations

from typing import Any

from antiphon.language import call_compiler as call
from antiphon.language.keys import Key
from antiphon.language.shapes import (
    DIALECT,
    Schema,
    Shape,
    Shapes,
    claim,
    each,
    either,
    kinds,
    listed,
    matcher,
    of,
    text,
    word,
)
from antiphon.target import (
    answers_section,
    calls,
    canary,
    catalogue,
    channel_section,
    coverage_section,
    database_section,
    http_section,
    loader,
    paging_section,
    plain_section,
    process_section,
    rate_section,
    recovery_section,
    resources,
    services_section,
    socket_section,
    users_section,
)
from antiphon.target.access import keys as access_keys
from antiphon.target.access import shapes as access_shapes
from antiphon.target.contracts import section as contracts
from antiphon.target.laws import known_section, law_keys, law_shapes

_LINE = text(r"^\s*[A-Z]+ +\S")
_SAVES: Shape = each(text())
_SHARE = text(r"^\s*\d{1,3}(\.\d{1,6})?\s*%\s*$")
_EVENT: Shape = either(text(), each(either(matcher, kinds("empty"))))
"""An event by its name, or names with what their data must match."""


def profile_schema() -> Schema:
    """Return the schema of `target.yaml`."""
    shapes = Shapes(_inside())
    whole = shapes.place(loader.PROFILE)
    return {"$schema": DIALECT, "title": "a target's profile of Antiphon", **whole, "$defs": shapes.definitions}


def _inside() -> list[tuple[Key[Any, Any], Shape]]:
    return [*_of_calls(), *_of_channels(), *_of_users(), *_of_words(), *_of_laws(), *_of_access()]


def _of_calls() -> list[tuple[Key[Any, Any], Shape]]:
    return [
        (calls.CALL, _LINE),
        (calls.SAVE, _SAVES),
        (call.EXPECT, matcher),
        (call.EXPECT_BODY, matcher),
        (call.EXPECT_HEADERS, lambda shapes: {"type": "object", "additionalProperties": matcher(shapes)}),
        (call.TOKEN_KEY, either(text(), of(call.TOKEN))),
        (call.RAW, either(kinds("text"), of(call.RAW_FILE))),
        (loader.HEALTH, _some(calls.HEALTH)),
        (loader.UPLOAD, of(resources.UPLOAD)),
        *((key, either(_LINE, of(calls.UPLOAD_CALL))) for key in _UPLOAD_CALLS),
        (loader.RESOURCES, each(of(resources.RESOURCE))),
        (resources.GONE, either(_LINE, of(resources.GONE_CALL))),
        (loader.CLEANUP, each(either(_LINE, of(resources.CLEANUP)))),
    ]


def _of_channels() -> list[tuple[Key[Any, Any], Shape]]:
    return [
        (loader.BASE_URL, text("^https?://")),
        (loader.HTTP, of(http_section.HTTP)),
        (http_section.TOKEN, _one_or_more(of(http_section.HTTP_WAY))),
        (http_section.ENVELOPE, of(http_section.ENVELOPE_KEYS)),
        (http_section.SUCCESS, _one_or_more(of(http_section.SUCCESS_SHAPE))),
        (http_section.ERROR, of(http_section.ERROR_SHAPE)),
        (http_section.WHERE, claim),
        (http_section.TIMEOUTS, of(http_section.TIMEOUT_KEYS)),
        (channel_section.SOCKET, of(socket_section.SOCKET)),
        (socket_section.TOKEN, _one_or_more(of(http_section.SOCKET_WAY))),
        (socket_section.REFUSED, _one_or_more(either(text(), of(socket_section.DROPPED)))),
        (socket_section.EVENT_ID, either(text(), listed(text()), each(either(text(), listed(text()))))),
        (channel_section.FENCE, either(word("none"), of(socket_section.FENCE))),
        (socket_section.CANARY, of(canary.CANARY)),
        (canary.STEP, either(_LINE, of(canary.CANARY_CALL))),
        (socket_section.HEARD, _EVENT),
        (socket_section.ANSWERS, each(of(answers_section.ANSWER))),
        (answers_section.OK, _EVENT),
        (answers_section.REFUSED, _EVENT),
        (plain_section.CORRELATION, either(text(), of(plain_section.CORRELATION_KEYS))),
        (plain_section.HANDSHAKE, _one_or_more(of(plain_section.GREETING))),
        (plain_section.KEEPALIVE, _one_or_more(of(plain_section.KEEPALIVE_KEYS))),
        (plain_section.HEARD, _EVENT),
        (plain_section.REFUSED, _EVENT),
        (plain_section.ANSWER, _EVENT),
        (http_section.TLS, of(http_section.TLS_KEYS)),
        (http_section.RATE, of(rate_section.RATE_LIMIT)),
        (rate_section.BUDGET, of(rate_section.BUDGET_KEYS)),
        (loader.SERVICES, each(of(services_section.SERVICE))),
        (services_section.HTTP, of(http_section.HTTP)),
        (channel_section.RECOVERY, of(recovery_section.RECOVERY)),
        (recovery_section.RECONNECT, of(recovery_section.POLICY)),
        (loader.PAGING, each(of(paging_section.PAGING))),
        (loader.DATABASE, of(database_section.DATABASE_KEYS)),
        (loader.THRESHOLDS, _one_or_more(text("<"))),
    ]


def _of_users() -> list[tuple[Key[Any, Any], Shape]]:
    return [
        (loader.USERS, of(users_section.USERS)),
        (users_section.MAKE, each(_some(calls.RECIPE))),
        (users_section.LOGIN, _some(calls.RECIPE)),
        (users_section.REFRESH, _some(calls.RECIPE)),
        (users_section.LOGOUT, _some(calls.RECIPE)),
        (users_section.TOKENS, of(users_section.TOKEN_KEYS)),
        (users_section.POOL, of(users_section.POOL_KEYS)),
        (users_section.GIVEN, either(text(), listed(each(kinds("text", "number", "boolean", "list", "map"))))),
    ]


def _of_words() -> list[tuple[Key[Any, Any], Shape]]:
    return [
        (loader.OPERATIONS, either(_one_or_more(_LINE), each(either(of(catalogue.SHAPE), kinds("empty"))))),
        (catalogue.BODY, matcher),
        (catalogue.ANSWER, matcher),
        (loader.EVENTS, of(catalogue.EVENTS)),
        (contracts.ASYNCAPI, either(text(), of(contracts.ASYNCAPI_KEYS))),
        (catalogue.HEAR, either(_one_or_more(text()), each(either(matcher, kinds("empty"))))),
        (catalogue.EMIT, either(_one_or_more(text()), each(either(matcher, kinds("empty"))))),
        (loader.PROCESS, of(process_section.PROCESS_KEYS)),
        (process_section.STOP, _one_or_more(text())),
        (process_section.START, _one_or_more(text())),
        (loader.DATABASE, of(database_section.DATABASE_KEYS)),
        *_of_coverage(),
    ]


def _of_coverage() -> list[tuple[Key[Any, Any], Shape]]:
    names = (coverage_section.ROLE, coverage_section.EMIT, coverage_section.EVENT, coverage_section.LAW)
    return [
        (loader.COVERAGE, of(coverage_section.COVERAGE)),
        (coverage_section.MIN, either(_SHARE, each(_SHARE))),
        (coverage_section.PROVOKED, _one_or_more(_LINE)),
        (coverage_section.EXCEPT, _one_or_more(of(coverage_section.EXCEPTION))),
        (coverage_section.OPERATION, _one_or_more(_LINE)),
        *((key, _one_or_more(text())) for key in (*names, coverage_section.ACTOR)),
    ]


_UPLOAD_CALLS = (resources.START, resources.CHUNK, resources.FINISH, resources.RECEIVED)


def _of_laws() -> list[tuple[Key[Any, Any], Shape]]:
    return [
        (loader.MEMBERSHIP, law_shapes.membership),
        (loader.LAWS, listed(of(law_keys.LAW))),
        (loader.KNOWN, listed(of(known_section.KNOWN))),
        *law_shapes.inside(),
    ]


def _of_access() -> list[tuple[Key[Any, Any], Shape]]:
    return [(loader.ACCESS, of(access_keys.ACCESS)), *access_shapes.inside(_LINE)]


def _one_or_more(shape: Shape) -> Shape:
    return either(shape, listed(shape))


def _some(place: Any) -> Shape:
    """Return calls of a table: one or a list, each a line or a map."""
    return _one_or_more(either(_LINE, of(place)))
