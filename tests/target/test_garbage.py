"""Hostile profiles: problems, never an exception."""

from __future__ import annotations

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.target import (
    calls,
    catalogue,
    database_section,
    http_section,
    loader,
    process_section,
    resources,
    socket_section,
    users_section,
)
from antiphon.target.laws import known_section, law_keys, membership_section, session_section
from antiphon.target.loader import load_target

PLACES = (
    *(loader.PROFILE, process_section.PROCESS_KEYS, database_section.DATABASE_KEYS),
    *(http_section.HTTP, http_section.HTTP_WAY, http_section.ENVELOPE_KEYS),
    *(http_section.TIMEOUT_KEYS, socket_section.SOCKET, socket_section.FENCE, users_section.USERS),
    *(users_section.TOKEN_KEYS, catalogue.EVENTS, resources.RESOURCE),
    *(membership_section.ROOM, membership_section.GRANT, membership_section.JOIN, session_section.SESSION),
    *(law_keys.LAW, law_keys.SERIES_KEYS, law_keys.CHOICE, law_keys.NEVER_KEYS, known_section.KNOWN),
    *(resources.CLEANUP, resources.UPLOAD, calls.RECIPE, catalogue.SHAPE, socket_section.DROPPED),
)
WORDS = sorted(
    {
        *(name for place in PLACES for name in place.keys),
        *("default", "OWNER", "OWNER of company", "self.id", "payload.id", "data.id", "{{ self.id }}", "{{", "#uuid"),
        *("GET /x", "POST /x -> 201", "emit join -> ok", "heard x", "delivery", "alive", "none", "*", "http://h:1"),
        *("members of room data.id except caller", "resources.x[path.id].y", "5s after connect unless heard x", "1..3"),
        *("9" * 400 + "s", "9" * 400 + "MB", "jwt", "websocket", "10.0.0.0/8", "[::1]:1"),
    }
)
LEAVES = st.sampled_from(WORDS) | st.integers(-3, 70_000) | st.booleans() | st.none() | st.text(max_size=8)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=25,
)
RELAXED = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _loads(text: str, **environment: str) -> None:
    _, problems = load_target(text, "target.yaml", environment=environment)
    for problem in problems:
        assert problem.source is not None
        assert str(problem)
        assert problem.hint != ""


@RELAXED
@given(st.text(max_size=300))
def test_no_text_breaks_the_loader(text: str) -> None:
    _loads(text)
    _loads("base_url: " + text)


@RELAXED
@given(st.dictionaries(st.sampled_from(sorted(loader.PROFILE.keys)), TREES, max_size=8))
def test_no_tree_breaks_a_profile(data: dict[str, object]) -> None:
    _loads(orjson.dumps({"base_url": "http://h", **data}).decode())


@RELAXED
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_environment_breaks_the_loader(base_url: str, socket_url: str) -> None:
    _loads("target: t\nsocket: {}\n", API_BASE_URL=base_url, WEBSOCKET_URL=socket_url)


LAW_WORDS = st.lists(
    st.sampled_from(
        [
            *(
                "POST",
                "/x/:id",
                "->",
                "201",
                "[200,",
                "201]",
                "emit",
                "heard",
                "connect",
                "first",
                "5s",
                "after",
                "unless",
            ),
            *(
                "members",
                "of",
                "room",
                "data.id",
                "except",
                "caller",
                "caller's",
                "other",
                "connections",
                ",",
                "before",
            ),
            *(
                "user",
                "users",
                "with",
                "role",
                "resources.x[",
                "path.id",
                "].y",
                "|",
                "after(':')",
                "'",
                '"',
                "\u00b2",
                "(",
                "[",
            ),
        ]
    ),
    max_size=10,
).map(" ".join)


@RELAXED
@given(LAW_WORDS, LAW_WORDS, LAW_WORDS)
def test_no_words_break_a_law(when: str, to: str, address: str) -> None:
    law = {"name": "l", "when": when, "then": "x", "to": to, "agree": {address: address}, "order": {"as": address}}
    rooms = {"room": {"granted": [{"by": when, "room": address, "who": to}], "joined": [{"by": when, "room": address}]}}
    resources = {"x": {"from": "POST /x -> 201", "key": "payload.id"}}
    data = {"base_url": "http://h", "laws": [law], "membership": rooms, "resources": resources}
    _loads(orjson.dumps(data).decode())
