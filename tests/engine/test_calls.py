"""Calls as they are played: what is sent, what is claimed of the answer, what is kept of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from antiphon.testing.board import SECRET
from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage

ANSWER = "{id: 7, name: box, code: 'NO', message: never}"


@pytest.mark.parametrize(
    ("status", "claims", "bad"),
    [
        (200, (), []),
        (404, (), ["1 failed status alice"]),
        (404, ("status: 404",), []),
        (404, ("status: 400",), ["1 failed status alice"]),
        (404, ("status: [400, 404]",), []),
        (404, ("status: 4xx",), []),
        (500, ("status: 4xx",), ["1 failed status alice"]),
        (500, ("status: any",), []),
        (200, ("expect: {id: 7}",), []),
        (200, ("expect: {id: '#string'}",), ["1 failed answer alice"]),
        (200, ("expect: {'#exact': {id: 7}}",), ["1 failed answer alice"]),
        (200, ("expect: {gone: '#absent'}",), []),
        (200, ("expect_body: {status: success, data: {name: box}}",), []),
        (200, ("expect_body: {data: {name: bag}}",), ["1 failed answer alice"]),
        (404, ("status: 404", "expect: {code: 'NO', message: never}"), []),
        (404, ("status: 404", "expect: {code: 'YES'}"), ["1 failed answer alice"]),
        (404, ("expect: {id: 7}",), ["1 failed status alice"]),
        (200, ("expect_headers: {content-type: '#/json/'}",), []),
        (200, ("expect_headers: {content-type: text/plain}",), ["1 failed answer alice"]),
    ],
)
async def test_an_answer_is_judged_by_what_the_step_claims(
    stage: Stage, status: int, claims: tuple[str, ...], bad: list[str]
) -> None:
    written = "\n".join(f"  {claim}" for claim in claims)
    seen = await stage.steps(f"- alice: POST /do\n  body: {{status: {status}, answer: {ANSWER}}}\n{written}\n")
    assert seen.bad == bad
    assert seen.outcome == ("failed" if bad else "passed")


async def test_what_follows_a_wrong_status_is_not_judged(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: POST /do
          body: {status: 500, answer: {code: 'NO', message: never}}
          expect: {id: 1}
          expect_headers: {x: y}
        """
    )
    assert (seen.bad, seen.not_run) == (["1 failed status alice"], ["1 not run answer alice"] * 2)


async def test_a_json_answer_that_fits_no_envelope_is_a_failure(stage: Stage, target: ScriptedTarget) -> None:
    bare = "- alice: POST /do\n  body: {text: '[1]'}\n"
    seen = await stage.steps(bare)
    assert seen.bad == ["1 failed profile alice"]


async def test_an_answer_that_is_no_json_at_all_fails_what_was_expected_of_it(stage: Stage) -> None:
    seen = await stage.steps("- alice: POST /do\n  body: {text: '{\"a\": '}\n  expect: {a: 1}\n")
    assert seen.outcome == "failed"
    assert "1 failed answer alice" in seen.bad


@pytest.mark.parametrize(
    ("keys", "sent"),
    [
        ("body: {a: [1, null, true]}", {"json": {"a": [1, None, True]}}),
        ("body: {name: '{{ alice.email }}'}", {"json": {"name": "EMAIL"}}),
        ("form: {a: b c, n: 1}", {"body": "a=b+c&n=1"}),
        ("raw: as it stands", {"body": "as it stands"}),
        ("raw: {file: notes.txt}", {"body": "from the suite"}),
        ("query: {q: a b, n: [1, 2]}", {"query": {"q": "a b", "n": "2"}}),
        ("headers: {x-odd: '{{ run.id }}'}", {"header x-odd": "run1"}),
        ("headers: {x-house: '{{ env.HOUSE }}'}", {"header x-house": "glass"}),
    ],
)
async def test_a_request_is_sent_as_it_is_written(stage: Stage, keys: str, sent: dict[str, object]) -> None:
    stage.files["notes.txt"] = b"from the suite"
    stage.changes["read_file"] = stage.files.__getitem__
    seen = await stage.steps(f"- alice: POST /echo\n  {keys}\n  save: {{came: payload}}\n", exists="notes.txt")
    came = seen.known("came")
    assert isinstance(came, dict)
    found = {**came, **{f"header {name}": value for name, value in came["headers"].items()}}
    email = str(seen.played.play.players["alice"].facts["email"])
    assert {name: found[name] for name in sent} == json.loads(json.dumps(sent).replace("EMAIL", email))


async def test_parts_of_a_multipart_body_are_fields_and_files(stage: Stage) -> None:
    stage.files["photo.png"] = b"PNG"
    seen = await stage.steps(
        """
        - alice: POST /echo
          multipart:
            title: a photo
            photo: {file: photo.png, type: image/png}
            made: {file: made.bin, content: 12}
          save: {came: payload.body}
        """,
        exists="photo.png",
    )
    came = str(seen.known("came"))
    assert 'name="title"\r\n\r\na photo' in came
    assert 'name="photo"; filename="photo.png"\r\nContent-Type: image/png\r\n\r\nPNG' in came
    assert 'filename="made.bin"\r\nContent-Type: application/octet-stream\r\n\r\n12' in came


@pytest.mark.parametrize(
    ("token", "status", "sent"),
    [
        (None, 200, "own"),
        ("none", 401, "nothing"),
        ("garbage", 401, "another"),
        ("'{{ bob.token }}'", 200, "bob's"),
        ("{of: bob}", 200, "bob's"),
        ("{expires_in: -1s}", 401, "another"),
        ("{expires_in: 1h}", 200, "another"),
        ("{kind: refresh}", 401, "alice's refresh token"),
        ("{key: wrong}", 401, "another"),
    ],
)
async def test_a_token_takes_every_form(
    stage: Stage, target: ScriptedTarget, token: str | None, status: int, sent: str
) -> None:
    written = f"  token: {token}\n" if token else ""
    seen = await stage.steps(f"- alice: GET /me\n{written}  status: {status}\n")
    assert seen.bad == []
    came = target.requests[-1].headers.get("authorization", "").removeprefix("Bearer ")
    players = seen.played.play.players
    known = {"": "nothing", players["alice"].facts["token"]: "own", players["bob"].facts["token"]: "bob's"}
    known[players["alice"].facts["refresh_token"]] = "alice's refresh token"
    assert known.get(came, "another") == sent


async def test_a_token_with_another_life_needs_the_target_s_secret(stage: Stage) -> None:
    stage.changes["environment"] = {}
    seen = await stage.steps("- alice: GET /me\n  token: {expires_in: -1s}\n")
    assert seen.outcome == "error"
    assert seen.problem == "a token with another life cannot be made: the target's secret is not known"
    assert SECRET not in seen.problem


async def test_nobody_sends_no_credentials(stage: Stage) -> None:
    seen = await stage.steps("- nobody: GET /me\n  status: 401\n")
    assert (seen.bad, seen.calls()) == ([], ["nobody GET /me 401"])


async def test_what_is_saved_is_known_later_and_what_is_appended_makes_a_list(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: POST /things
          body: {n: 1}
          save: {thing: payload, key: payload.id}
          append: {keys: payload.id}
        - alice: POST /things
          body: {before: "{{ thing.id }}"}
          append: {keys: payload.id}
          expect: {before: "{{ key }}"}
        - assert: {keys: {"#length": 2}, "keys[0]": "{{ key }}"}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_a_save_that_finds_nothing_stops_the_scenario(stage: Stage) -> None:
    seen = await stage.steps("- alice: GET /me\n  save: {gone: payload.gone}\n- alice: GET /me\n")
    assert seen.bad == ["1 failed missing"]
    assert (seen.steps, seen.played.stopped) == (["1"], "`save` found nothing at `payload.gone`")


async def test_a_failed_expectation_is_noted_and_the_scenario_goes_on(stage: Stage) -> None:
    seen = await stage.steps("- alice: GET /me\n  status: 500\n- alice: GET /me\n")
    assert (seen.bad, seen.steps) == (["1 failed status alice"], ["1", "2"])


async def test_must_stops_the_scenario_when_its_step_fails(stage: Stage) -> None:
    seen = await stage.steps("- alice: GET /me\n  status: 500\n  must: true\n- alice: GET /me\n")
    assert (seen.bad, seen.steps) == (["1 failed status alice"], ["1"])


async def test_a_cut_connection_is_no_answer_while_the_target_lives(stage: Stage) -> None:
    seen = await stage.steps("- alice: POST /do\n  body: {cut: true}\n  expect: {id: 1}\n- alice: GET /me\n")
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed no answer alice"])
    assert seen.calls() == ["alice POST /do cut", "alice GET /me 200"]


async def test_silence_is_no_answer_when_the_first_byte_is_overdue(stage: Stage) -> None:
    stage.first_byte = "80ms"
    seen = await stage.steps("- alice: POST /do\n  body: {silent: true}\n")
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed no answer alice"])


async def test_a_slow_answer_is_waited_for(stage: Stage) -> None:
    seen = await stage.steps("- alice: POST /do\n  body: {hold_ms: 60, answer: {id: 1}}\n  expect: {id: 1}\n")
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_a_target_that_no_longer_answers_its_health_ends_the_play(stage: Stage) -> None:
    seen = await stage.steps(
        "- alice: POST /things\n  body: {}\n- alice: POST /do\n  body: {die: true}\n- alice: GET /me\n"
    )
    assert seen.outcome == "error"
    assert seen.problem.startswith("the target no longer answers: cannot reach the target")
    assert (type(seen.played.problem).__name__, seen.steps) == ("TargetGone", ["1", "2"])
    assert seen.leftovers == ["thing #: not removed"]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("body: {a: '{{ alice.gone }}'}", "step 1 could not be played: `alice.gone` has no value here"),
        ("body: {a: '{{ fake.text(-1) }}'}", "step 1 could not be played"),
        ("body: {a: '{{ alice.email | int }}'}", "step 1 could not be played"),
        ("body: {a: '{{ range(2000000) }}'}", "step 1 could not be played"),
        ("headers: {x: \"{{ 'a\\nb' }}\"}", "step 1 could not be played"),
        ("save: {a: payload.email | int}", "step 1 could not be played"),
    ],
)
async def test_a_step_that_cannot_be_played_fails_with_its_reason_and_ends_the_scenario(
    stage: Stage, step: str, said: str
) -> None:
    seen = await stage.steps(f"- alice: GET /me\n  {step}\n- alice: GET /me\n")
    assert (seen.outcome, seen.bad, seen.steps) == ("failed", ["1 failed missing"], ["1"])
    assert seen.sentences[0].startswith(said)
