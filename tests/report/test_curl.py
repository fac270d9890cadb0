from __future__ import annotations

import subprocess

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.history.entries import Call
from antiphon.report.curl import LONGEST_BODY, curl

URL = "http://127.0.0.1:3001/api/v1/messages/send"


def call(**fields: object) -> Call:
    return Call(**{"method": "POST", "template": "/messages/send", "url": URL, "user": "alice", **fields})  # type: ignore[arg-type]


def words(command: str, variables: str = "") -> list[str]:
    """Return what a shell hands to curl."""
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{variables}\n{command}\n"
    done = subprocess.run(["bash", "-u", "-c", script], capture_output=True, check=True, timeout=60)
    return done.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]


def test_a_call_is_repeated_with_its_headers_and_its_body_and_without_its_token() -> None:
    made = call(
        request_headers=(
            ("host", "127.0.0.1:3001"),
            ("authorization", "Bearer eyJhbGciOi.secret"),
            ("content-length", "19"),
            ("content-type", "application/json"),
        ),
        request_body=b'{"content":"it\'s"}',
    )
    command = curl(made)
    assert command == (
        f'curl -X POST {URL} -H "authorization: Bearer $ALICE_TOKEN"'
        " -H 'content-type: application/json' -d '{\"content\":\"it'\\''s\"}'"
    )
    assert words(command, "ALICE_TOKEN=t") == [
        "-X",
        "POST",
        URL,
        "-H",
        "authorization: Bearer t",
        "-H",
        "content-type: application/json",
        "-d",
        '{"content":"it\'s"}',
    ]


def test_a_redacted_token_without_its_scheme_is_a_bearer_token() -> None:
    made = call(request_headers=(("Authorization", "***0a1b2c3d"),))
    assert '-H "Authorization: Bearer $ALICE_TOKEN"' in curl(made)


def test_a_known_secret_has_its_own_variable_wherever_it_stands() -> None:
    made = call(
        request_headers=(("authorization", "Bearer bobs-token"), ("x-other", "a bobs-token b")),
        request_body=b'{"token":"bobs-token","name":"x"}',
    )
    command = curl(made, {"bobs-token": "BOB_TOKEN"})
    assert "bobs-token" not in command
    assert words(command, "BOB_TOKEN=bobs-token")[4:] == [
        "authorization: Bearer bobs-token",
        "-H",
        "x-other: a bobs-token b",
        "-d",
        '{"token":"bobs-token","name":"x"}',
    ]


def test_what_redaction_took_out_is_named_by_its_place() -> None:
    made = call(request_body=b'{"email":"a@b.c","password":"***0a1b2c3d","refreshToken":"***99887766"}', user="al-ice")
    told = words(curl(made), "AL_ICE_PASSWORD=p; AL_ICE_REFRESH_TOKEN=r")
    assert told[-1] == '{"email":"a@b.c","password":"p","refreshToken":"r"}'


def test_a_cookie_is_a_variable_whole() -> None:
    made = call(request_headers=(("cookie", "sid=abc; theme=dark"),))
    assert curl(made).endswith('-H "cookie: $ALICE_COOKIE"')


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        ("multipart/form-data; boundary=x", b"a" * 65536, "# body: 65536 bytes of multipart left out"),
        ("application/octet-stream", b"\x00\xff" * 10, "# body: 20 bytes of application/octet-stream left out"),
        ("", b"\xff\xfe", "# body: 2 bytes of binary data left out"),
        ("application/json", b"a" * (LONGEST_BODY + 1), "# body: 4097 bytes of application/json left out"),
    ],
)
def test_a_body_that_no_command_can_hold_is_described(kind: str, body: bytes, told: str) -> None:
    command = curl(call(request_headers=(("content-type", kind),), request_body=body))
    assert command.endswith(told)
    assert "-d" not in words(command)


def test_a_body_that_begins_with_an_at_sign_is_not_taken_for_a_file() -> None:
    assert words(curl(call(request_body=b"@/etc/passwd")))[-2:] == ["--data-raw", "@/etc/passwd"]


def test_a_head_request_does_not_wait_for_a_body() -> None:
    assert curl(call(method="HEAD")).startswith(f"curl -I {URL}")


def test_brackets_in_an_address_are_taken_as_they_are() -> None:
    assert words(curl(call(url=URL + "?ids[]=1"))) == ["-X", "POST", "-g", URL + "?ids[]=1"]


def test_no_control_character_reaches_the_terminal_and_none_is_lost() -> None:
    command = curl(call(request_body=b"a\x1b[2J\nb\tc\\'d"))
    assert "\x1b" not in command
    assert "\n" not in command
    assert words(command)[-1] == "a\x1b[2J\nb\tc\\'d"


@settings(max_examples=40, deadline=None)
@given(
    url=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
    value=st.text(st.characters(exclude_characters="\0*", exclude_categories=["Cs"]), max_size=30),
    body=st.text(st.characters(exclude_characters="\0*", exclude_categories=["Cs"]), min_size=1, max_size=60),
)
def test_a_shell_takes_every_address_header_and_body_literally(url: str, value: str, body: str) -> None:
    made = call(url="http://h/" + url.replace("*", ""), request_headers=(("x-v", value),), request_body=body.encode())
    told = [word for word in words(curl(made)) if word != "-g"]
    assert told[2] == made.url
    assert told[4] == f"x-v: {value}"
    assert told[-1] == body


def test_a_call_by_nobody_named_still_makes_a_command() -> None:
    made = msgspec.structs.replace(call(request_headers=(("authorization", "Bearer x"),)), user="")
    assert "$USER_TOKEN" in curl(made)
