"""What calls make, how it is removed, and uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.scope import Names

if TYPE_CHECKING:
    from conftest import Bench


WRONG = [
    pytest.param(
        (
            "resources: {a: {from: POST /x -> 201, key: payload.id}, b: {from: [heard X, POST /x -> 2xx"
            ", POST /y, POST /z -> ok, nonsense], key: self.id}, c: 5, d: {}}\n"
            "cleanup: {a: 'DELETE /x/{{ kye }}', q: DELETE /x, b: {call: 'DELETE /y/{{ key }}', clean: "
            "[404, 9]}, c: {clean: 404}}\n"
        ),
        [
            (
                "3:67 a resource is made by calls or told by events | name two resources: "
                "the key of an answer and that of an event stand in different places"
            ),
            "3:102 `POST /z -> ok` is no call with a status | write POST /things -> 201",
            "3:117 `nonsense` is no method | methods: GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
            (
                "3:133 `self` means nothing here | here stand body, headers, path, payload, problem, "
                "query, request, response, status"
            ),
            "3:146 the resource `c` is a number, but must be a map | write {name: value}",
            "3:152 a resource needs `from` | METHOD /path -> STATUS, or heard EVENT",
            "3:152 a resource needs `key` | where the new one's key is in the answer",
            "4:28 `kye` means nothing here | did you mean `key`?",
            "4:37 unknown resource `q` | known: a, b, c, d",
            "4:97 `9` is not a whole number from 100 to 599 | the least is 100",
            "4:105 a clean-up needs `call` | METHOD /path",
        ],
        id="resources and clean-ups that are none",
    ),
    pytest.param(
        (
            "events: {hear: [made]}\n"
            "resources: {a: {from: heard maed, key: payload.id}, b: {from: emit x -> ok, key: data.id}}\n"
            "cleanup: {a: {call: DELETE /x, gone: {call: GET /x, save: {}}, expect: {}}}\n"
        ),
        [
            "4:23 unknown event `maed` | did you mean `made`?",
            "4:40 `payload` means nothing here | here stand args, event",
            "4:63 `emit x -> ok`: an emit makes nothing that is known | write heard EVENT",
            (
                "4:82 `data` means nothing here | here stand body, headers, path, payload, problem, "
                "query, request, response, status"
            ),
            (
                "5:53 unknown key `save` in `gone` | known keys: call, body, form, multipart, raw, query, "
                "headers, token, status, expect, expect_body, expect_headers"
            ),
            (
                "5:64 unknown key `expect` in a clean-up | known keys: call, clean, gone, body, form, multipart, raw, "
                "query, headers, token"
            ),
        ],
        id="events and emits that tell of nothing",
    ),
    pytest.param(
        (
            "operations: [POST /q]\n"
            "resources: {r: {from: POST /p -> 201, key: payload.id}}\n"
            "cleanup: {r: 'DELETE /q/{{ key }}'}\n"
        ),
        [
            "4:23 unknown operation `POST /p` | did you mean `POST /q`?",
            "5:15 unknown operation `DELETE /q/:…` | the profile's `operations` lists those of the target",
        ],
        id="a call that is not declared",
    ),
    pytest.param(
        (
            "upload: {start: POST /a, chunk: {call: POST /b, multipart: {c: {file: p, content: "
            "'{{ chunk.bytes }}'}}}, finish: {call: POST /c, save: {self.x: payload, upload.y: "
            "payload}}, chunk_size: x}\n"
        ),
        [
            "3:138 `self.x` is not kept here | write upload.x",
            "3:188 `x` is not a size | write 64KiB, 300KB or 5MB; a plain number is megabytes",
        ],
        id="an upload with wrong saves",
    ),
    pytest.param(
        "upload: {start: {call: POST /a, body: '{{ upload.id }}'}}\n",
        [
            "3:9 `upload` needs `chunk` | the call that sends a chunk",
            "3:9 `upload` needs `finish` | the call that ends it",
            "3:43 `upload` means nothing here | here stand env, fake, file, now, range, run, self, with",
        ],
        id="an upload without all calls",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text) == told


def test_what_a_call_made_is_removed(bench: Bench) -> None:
    rules = bench.target("""
resources:
  room: {from: [POST /rooms -> 201, "PUT /rooms/:id -> 2xx"], key: payload.id}
  file: {from: POST /files, key: $.id}
  kept: {from: POST /kept -> 201, key: payload.id}
cleanup:
  room: DELETE /rooms/{{ key }}
  file: {call: "DELETE /files/{{ key }}", clean: [400, 404], body: {by: "{{ self.id }}"}}
""").resources
    post, put, file, kept = rules
    assert (post.name, post.method, post.template) == ("room", "POST", "/rooms")
    assert (post.statuses, post.clean) == ((201,), (404,))
    assert put.statuses == tuple(range(200, 300))
    assert post.cleanup is not None
    assert post.cleanup.path(Names({"key": "r 1"})) == "/rooms/r%201"
    assert file.clean == (400, 404)
    assert file.key(Names({"body": {"id": 4}})) == 4
    assert kept.cleanup is None


def test_what_an_event_tells_of_is_removed(bench: Bench) -> None:
    (rule,) = bench.target("""
resources: {room: {from: heard room_made, key: event.id}}
cleanup: {room: "DELETE /rooms/{{ key }}"}
""").resources
    assert (rule.event, rule.method) == ("room_made", "")
    assert rule.key(Names({"event": {"id": 7}})) == 7
    assert (rule.gone, rule.read_back) == (None, None)


def test_what_tells_that_a_thing_is_gone_is_named_or_found_in_the_catalogue(bench: Bench) -> None:
    room, file = bench.target("""
operations: [POST /rooms, "DELETE /rooms/:id", "GET /rooms/:id", POST /files, "DELETE /files/:id"]
resources:
  room: {from: POST /rooms, key: payload.id}
  file: {from: POST /files, key: payload.id}
cleanup:
  room: {call: "DELETE /rooms/{{ key }}", headers: {x-a: b}, body: {sure: true}}
  file: {call: "DELETE /files/{{ key }}", gone: {call: "GET /rooms/{{ key }}", status: 404, expect: {code: GONE}}}
""").resources
    assert room.read_back is not None
    assert (room.read_back.operation, room.read_back.body) == ("GET /rooms/:id", None)
    assert room.read_back.headers is not None
    assert (room.gone, file.read_back) == (None, None)
    assert file.gone is not None
    assert (file.gone.operation, file.gone.status.text) == ("GET /rooms/:id", "404")


def test_an_upload_has_its_calls(bench: Bench) -> None:
    upload = bench.target("""
upload:
  start: {call: POST /start, body: {n: "{{ file.name }}", r: "{{ with.room }}"}, save: {upload.id: payload.id}}
  chunk: {call: POST /chunk, multipart: {i: "{{ chunk.index }}", c: {file: part, content: "{{ chunk.bytes }}"}}}
  finish: {call: "POST /finish/{{ upload.id }}", status: 201, expect: {id: "#uuid"}}
  received: GET /session/{{ upload.id }}
  chunk_size: 64KiB
""").upload
    assert upload is not None
    assert [save.name for save in upload.start.save] == ["upload.id"]
    assert upload.finish.expect is not None
    assert upload.received is not None
    assert upload.chunk_bytes == 65536
