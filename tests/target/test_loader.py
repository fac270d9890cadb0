"""A profile as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.target.loader import PROFILE, load_target

if TYPE_CHECKING:
    from conftest import Bench


WRONG = [
    pytest.param("", ["1:1 the file is empty | write into it, or remove it"], id="an empty file"),
    pytest.param(
        "5\n",
        [
            (
                "1:1 a profile is a map, this is a number | a profile begins with `target: NAME` and "
                "`base_url: http://...`"
            )
        ],
        id="a number",
    ),
    pytest.param(
        "target: t\n",
        [("1:1 the profile has no `base_url` | add base_url: http://127.0.0.1:3001/api/v1, or set API_BASE_URL")],
        id="no base URL",
    ),
    pytest.param(
        "base_url: ftp://x\n",
        [("1:11 `ftp://x` is no base URL: it does not begin with http:// or https:// | write http://HOST:PORT/PREFIX")],
        id="another scheme",
    ),
    pytest.param(
        "base_url: 'http://u:p@h'\n",
        [
            (
                "1:11 `http://u:p@h` is no base URL: it holds a user or password, which every report "
                "would show | write http://HOST:PORT/PREFIX"
            )
        ],
        id="a password in the URL",
    ),
    pytest.param(
        "base_url: http://h:99999\n",
        ["1:11 `http://h:99999` is no base URL: Port out of range 0-65535 | write http://HOST:PORT/PREFIX"],
        id="an impossible port",
    ),
    pytest.param(
        "base_url: http:///x\n",
        ["1:11 `http:///x` is no base URL: it names no host | write http://HOST:PORT/PREFIX"],
        id="no host",
    ),
    pytest.param(
        "base_url: http://h/x?y=1\n",
        [("1:11 `http://h/x?y=1` is no base URL: it holds a query or fragment | write http://HOST:PORT/PREFIX")],
        id="a query",
    ),
    pytest.param(
        "base_url: 5\n",
        ['1:11 `base_url` is a number, but must be a text | quote it to make it a text: "5"'],
        id="a number as URL",
    ),
    pytest.param(
        ("target: t\nbase_url: http://127.0.0.1:1/api\nmonitor: {}\ndependencies: {}\n"),
        [
            "3:1 `monitor` is known, but this version does not play it yet",
            "4:1 `dependencies` is known, but this version does not play it yet",
        ],
        id="keys of later versions",
    ),
    pytest.param(
        (
            "target: t\n"
            "base_url: http://127.0.0.1:1/api\n"
            "env: [A, 'b c', A]\n"
            "features: [x, x]\n"
            "process: {pid: 0, port: 70000}\n"
            "allow: [a.b, 'http://x', 10.0.0.0/8, '[::1]:80', 'a b']\n"
            "processs: {}\n"
        ),
        [
            "3:10 `b c` cannot name an environment variable | letters, digits and `_`, such as API_SECRET",
            "4:15 `x` is listed twice | leave one of them out",
            "5:10 a process is named in one way | write one of pid, port and name",
            "5:16 `0` is not a whole number from 1 to 2147483647 | the least is 1",
            "5:25 `70000` is not a whole number from 1 to 65535 | the most is 65535",
            "6:14 `http://x` is no host | write a host, an address or a network, with or without :port",
            "6:50 `a b` is no host | write a host, an address or a network, with or without :port",
            "7:1 unknown key `processs` in a profile | did you mean `process`?",
        ],
        id="lists of wrong things, and a misspelt key",
    ),
    pytest.param(
        ("target: t\nbase_url: http://127.0.0.1:1/api\nprocess: {}\n"),
        ["3:10 a process is named in one way | write one of pid, port and name, or stop and start"],
        id="no process",
    ),
    pytest.param(
        (
            "target: t\n"
            "base_url: http://127.0.0.1:1/api\n"
            "health: [GET /h, {call: GET /x, status: 200, expect: {}}, 5, GET /:id, 'GET /{{ self.id }}"
            "', {call: GET /x, save: {}}]\n"
        ),
        [
            '3:59 a health call is a number, but must be a map or a text | quote it to make it a text: "5"',
            (
                "3:62 `:id` means nothing here | a path parameter of a profile's call is a template, "
                "such as {{ self.id }}"
            ),
            "3:81 `self` means nothing here | here stand env, fake, now, range, run",
            (
                "3:109 unknown key `save` in a health call | known keys: call, body, form, multipart, "
                "raw, query, headers, token, status, expect, expect_body, expect_headers"
            ),
        ],
        id="health that is none",
    ),
    pytest.param(
        ("target: t\nbase_url: http://127.0.0.1:1/api\nsettle: 0\n"),
        ["3:9 `0` is an impossible time | it must be above 0"],
        id="settling that takes no time",
    ),
    pytest.param(
        ("target: t\nbase_url: http://127.0.0.1:1/api\noperations: [GET /a]\nhealth: GET /b\n"),
        ["4:9 unknown operation `GET /b` | did you mean `GET /a`?"],
        id="unknown operations",
    ),
    pytest.param(
        (
            "target: t\n"
            "base_url: http://127.0.0.1:1/api\n"
            "env: [A]\n"
            "env: [B]\n"
            "health: [{call: GET /x, body: {a: {{ x }}}}]\n"
        ),
        [
            "4:1 duplicate key `env` | the first one stands at target.yaml:3:1; a map has each key once",
            "5:35 `x` means nothing here | here stand env, fake, now, range, run",
            (
                '5:36 bare braces | quote the template: "{{ name }}"; in a path write :name for a '
                "path parameter (`:chatroomId` is `{{ chatroomId }}`)"
            ),
        ],
        id="a key twice, and braces",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.told(text) == told


EXAMPLE = """
target: threadfilesharing
base_url: http://127.0.0.1:3001/api/v1
http:
  token: {header: authorization, value: "Bearer {{ self.token }}"}
  envelope:
    success: [{where: {status: success}, payload: data}]
    error: {code: code, message: message, details: details}
socket:
  {protocol: socketio, url: http://127.0.0.1:3001, token: {auth: token, value: "{{ self.token }}"},
   ready: connection_established}
fence: {kind: delivery, emit: sync}
users:
  roles: [OWNER, ADMIN, MEMBER, GUEST]
  make:
    OWNER:
      - call: POST /auth/register          # a step of the language; `self` is the user being made
        body: {email: "{{ self.email }}", password: "{{ self.password }}", fullName: "{{ self.name }}",
               companyName: "{{ self.company_name }}"}
        save: {self.id: payload.user.id}
    default:                               # every other role
      - call: POST /companies/members/add
        by: OWNER of company               # made unseen if the scenario names none
        body: {email: "{{ self.email }}", fullName: "{{ self.name }}", password: "{{ self.password }}",
               role: "{{ self.role }}"}
        save: {self.id: payload.id}
  login:
    - call: POST /auth/login
      body: {email: "{{ self.email }}", password: "{{ self.password }}"}
      save: {self.token: payload.accessToken, self.refresh_token: payload.refreshToken}
"""


def test_the_documented_profile_has_no_problems() -> None:
    target, problems = load_target(EXAMPLE, "target.yaml", environment={})
    assert problems == ()
    assert target is not None
    assert (target.name, target.base_url) == ("threadfilesharing", "http://127.0.0.1:3001/api/v1")
    assert str(target.base_url_source) == "target.yaml:3:11"
    assert target.text == EXAMPLE
    assert target.vocabulary.roles == ("OWNER", "ADMIN", "MEMBER", "GUEST")
    assert target.vocabulary.fence == "delivery"
    assert target.users.default[0].by == "OWNER"
    assert target.users.default[0].of_company
    assert [save.name for save in target.users.login[0].call.save] == ["self.token", "self.refresh_token"]


def test_every_key_of_the_table_is_one_of_the_profile() -> None:
    now = {name for name, key in PROFILE.keys.items() if not key.later}
    assert now == {
        *("target", "base_url", "health", "http", "socket", "fence", "settle", "users", "resources", "cleanup"),
        *("upload", "paging", "services", "env", "features", "operations", "events", "membership", "process", "allow"),
        *("expected_events", "thresholds", "database", "recovery", "laws", "known", "environment"),
        *("openapi", "asyncapi", "coverage", "access"),
    }


def test_a_base_url_is_a_complete_profile(bench: Bench) -> None:
    target = bench.target("")
    assert target.channel is None
    assert not target.vocabulary.speaks
    assert bench.target("socket: {}\n").vocabulary.speaks
    assert target.vocabulary.fence == "none"
    assert target.http.timeouts.first_byte_s == 30.0
    assert (target.health, target.users.roles, target.rooms, target.upload, target.process) == ((), (), {}, None, None)


def test_the_base_url_loses_its_last_slash() -> None:
    target, _ = load_target("base_url: http://h/api/\n", "target.yaml", environment={})
    assert target is not None
    assert target.base_url == "http://h/api"


@pytest.mark.parametrize(
    ("environment", "argument", "expected"),
    [
        ({}, None, "http://file"),
        ({"API_BASE_URL": "http://env/"}, None, "http://env"),
        ({"API_BASE_URL": ""}, None, "http://file"),
        ({"API_BASE_URL": "http://env"}, "http://argument", "http://argument"),
    ],
)
def test_the_environment_and_the_caller_override_the_base_url(
    environment: dict[str, str], argument: str | None, expected: str
) -> None:
    target, problems = load_target("base_url: http://file\n", "target.yaml", environment=environment, base_url=argument)
    assert problems == ()
    assert target is not None
    assert target.base_url == expected


def test_a_base_url_of_the_environment_needs_none_in_the_file() -> None:
    target, problems = load_target("target: t\n", "target.yaml", environment={"API_BASE_URL": "http://env"})
    assert problems == ()
    assert target is not None


def test_the_environments_urls_are_told_by_their_variable(bench: Bench) -> None:
    hint = "look at {} in the environment, in .env or on the command line"
    api, socket = bench.wrong("", API_BASE_URL="nonsense"), bench.wrong("socket: {}\n", WEBSOCKET_URL="h:2")
    sentence = "1:1 `nonsense` is no URL of a target: it does not begin with http:// or https://"
    assert api == [f"{sentence} | {hint.format('API_BASE_URL')}"]
    sentence = "1:1 `h:2` is no URL of a target: it does not begin with http://, https://, ws:// or wss://"
    assert socket == [f"{sentence} | {hint.format('WEBSOCKET_URL')}"]


def test_lists_and_the_process_are_kept(bench: Bench) -> None:
    target = bench.target(
        "env: [A_B, c1]\nfeatures: chat\nprocess: {port: 3001}\nallow: [example.test, '10.0.0.0/8', '[::1]:80', h:90]\n"
        "settle: 300ms\nhealth: [GET /health, {call: GET /ready, status: [200, 503]}]\n"
    )
    assert target.env == ("A_B", "c1")
    assert target.features == ("chat",)
    assert target.process is not None
    assert target.process.port == 3001
    assert target.allow == ("example.test", "10.0.0.0/8", "[::1]:80", "h:90")
    assert target.settle_s == bench.channel("settle: 300ms\n").fence.settle_s == 0.3
    assert [call.operation for call in target.health] == ["GET /health", "GET /ready"]
    assert target.health[1].status.accepts(503)


def test_later_words_have_a_hint() -> None:
    _, problems = load_target("base_url: http://h\nmonitor: {}\n", "target.yaml", environment={})
    assert [problem.hint for problem in problems] == [
        "leave it out; `antiphon --version` tells this version, the changelog what each one plays"
    ]
