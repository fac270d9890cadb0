"""The JSON Schema of profiles: it takes what the loader takes, refuses a wrong structure, and has every key."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from antiphon.language import document
from antiphon.language.nodes import plain
from antiphon.target import http_section, loader, socket_section, users_section
from antiphon.target.schema import profile_schema

SCHEMA = profile_schema()
HEAD = "target: t\nbase_url: http://127.0.0.1\n"


def valid(text: str) -> bool:
    """Return whether the schema takes a profile."""
    root = document.read(HEAD + text, "target.yaml").root
    assert root is not None
    return Draft202012Validator(SCHEMA).is_valid(plain(root))


def test_the_schema_is_one_of_the_dialect_that_it_names() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "text",
    [
        "health: GET /health",
        "health: [{call: GET /health, status: 204}]",
        "http: {token: [{cookie: sid, value: x}], timeouts: {total: 3s}}",
        "fence: none",
        "fence: {kind: alive, settle: 200ms}",
        "users: {make: {default: [{call: POST /a, save: {self.id: payload.id}}]}, login: POST /login}",
        "resources: {room: {from: [POST /a -> 201], key: payload.id}}\ncleanup: {room: 'DELETE /a/{{ key }}'}",
        "socket: {event_id: {'*': event.id, a: [event.b, event.c]}}",
        "events: {hear: [a], emit: b}",
        "process: {port: 3000}",
        "membership: {room: {granted: {by: POST /a, rooms: {}, who: caller}, joined: by grant}, session: {of: user}}",
        "laws: [{name: l, when: 5s after emit a unless connect, then: [a, b], to: caller}]",
        "laws: [{name: l, when: [connect, heard a], then: {a: {times: 1..2}, b: }, to: everyone, latest: true}]",
        "laws: [{name: l, then: {series: a, rises: event.n}}, {name: m, then: {any_of: [a, b]}}]",
        "laws: [{name: l, never: {event: {a: }, call: {status: [5xx, 404]}}}]",
        "known: [{law: l, because: b, until: 2099-12-31}]\nenvironment: shared",
        "services: {a: {socket: {protocol: websocket, name: op}, fence: {kind: alive}, recovery: {state: true}}}",
    ],
)
def test_what_the_loader_takes_is_valid(text: str) -> None:
    assert valid(text)


@pytest.mark.parametrize(
    "text",
    [
        "bse_url: x",
        "health: [FETCHED]",
        "http: {tokn: {header: a, value: b}}",
        "http: {token: {header: a}}",
        "http: {timeouts: {total: soon}}",
        "fence: {kind: ghost}",
        "fence: {emit: sync}",
        "fence: something",
        "services: {a: {socket: {protocl: websocket}}}",
        "services: {a: {fence: something}}",
        "users: {make: {default: [{cll: POST /a}]}}",
        "users: {login: {call: 3}}",
        "resources: {room: {from: POST /a}}",
        "process: {port: 0}",
        "socket: {protocol: carrier-pigeon}",
        "allow: {a: b}",
        "membership: {room: {joined: by hand}}",
        "membership: {room: {granted: [{by: nonsense, room: payload.id}]}}",
        "membership: {session: {revoked: [{token: old}]}}",
        "laws: {name: l}",
        "laws: [{when: connect}]",
        "laws: [{name: l, when: nonsense}]",
        "laws: [{name: l, then: {series: a, falls: event.n}}]",
        "laws: [{name: l, echo: some}]",
        "laws: [{name: l, never: {call: {statuses: 500}}}]",
        "known: [{law: l}]",
        "environment: mine",
    ],
)
def test_what_is_wrong_in_its_structure_is_not_valid(text: str) -> None:
    assert not valid(text)


def test_every_key_of_the_tables_is_in_the_schema_with_what_it_says() -> None:
    told: set[tuple[str, str]] = set()

    def look(part: Any) -> None:
        if isinstance(part, dict):
            for name, value in (part.get("properties") or {}).items():
                told.add((name, str(value.get("description"))))
            for value in part.values():
                look(value)
        elif isinstance(part, list):
            for value in part:
                look(value)

    look(SCHEMA)
    places = [loader.PROFILE, http_section.HTTP, socket_section.SOCKET, socket_section.FENCE, users_section.USERS]
    owed = {(key.name, key.about) for place in places for key in place.keys.values() if not key.later}
    assert owed - told == set()
