"""Steps that hold steps: parallel, repeat, until, use; and the keys that any step may have: if, retry, must."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage

COUNT = "GET /count\n    expect: {n: %s}"


# -- parallel ------------------------------------------------------------------------------------


async def test_all_branches_are_written_before_any_is_answered(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        """
        - parallel:
            - alice: POST /do
              body: {barrier: 4}
            - alice: POST /do
              body: {barrier: 4}
            - bob: POST /do
              body: {barrier: 4}
            - bob: emit do
              data: {barrier: 4}
        """
    )
    assert (seen.outcome, seen.bad, target.most_waiting) == ("passed", [], 4)


async def test_a_repeated_branch_is_written_as_often_before_any_is_answered(
    stage: Stage, target: ScriptedTarget
) -> None:
    seen = await stage.steps(
        """
        - parallel: {repeat: 8}
          steps:
            - alice: POST /do
              body: {barrier: 8}
            - alice: GET /me
        """
    )
    assert (seen.outcome, seen.bad, target.most_waiting) == ("passed", [], 8)
    assert len(seen.calls()) == 16


async def test_a_branch_that_sends_nothing_holds_nobody_up(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - parallel:
            - alice: POST /do
              body: {barrier: 2}
            - assert: {alice.id: "#present"}
            - if: {alice.id: nobody's}
              alice: GET /me
            - - bob: POST /do
                body: {barrier: 2}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_a_branch_that_fails_to_be_played_holds_nobody_up_and_ends_the_scenario(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - parallel:
            - alice: POST /do
              body: {who: "{{ alice.gone }}"}
            - bob: POST /do
        - alice: GET /me
        """
    )
    assert (seen.outcome, seen.bad) == ("failed", ["1.1 failed missing"])
    assert seen.calls() == ["bob POST /do 200"]


async def test_parallel_inside_parallel_waits_for_nobody_twice(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps(
        """
        - parallel:
            - - parallel:
                  - alice: POST /do
                    body: {barrier: 2}
                  - bob: POST /do
                    body: {barrier: 2}
            - alice: GET /me
        """
    )
    assert (seen.outcome, seen.bad, target.most_waiting) == ("passed", [], 2)


async def test_the_hear_of_a_branch_speaks_of_that_branch(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - parallel:
            - alice: POST /do
              body: {events: [{to: "{{ bob.id }}", event: one}]}
              hear: {bob: {one: "#any"}}
            - bob: POST /do
              body: {hold_ms: 40, events: [{to: "{{ alice.id }}", event: two}]}
              hear: {alice: {two: "#any"}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_the_target_s_end_in_one_branch_ends_the_play(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - parallel:
            - alice: POST /do
              body: {die: true}
            - bob: POST /do
              body: {silent: true}
        """
    )
    assert seen.outcome == "error"
    assert seen.problem.startswith("the target no longer answers")


# -- repeat --------------------------------------------------------------------------------------


async def test_rounds_are_played_one_after_another_and_numbered(stage: Stage) -> None:
    seen = await stage.steps("- repeat: 3\n  steps:\n    - alice: GET /count\n      append: {all: payload.n}\n")
    assert seen.known("all") == [1, 2, 3]
    assert seen.steps == ["1", "1.1[1]", "1.1[2]", "1.1[3]"]


async def test_a_repeat_runs_over_values_and_over_users(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - repeat: {over: [one, two], as: word}
          steps:
            - alice: POST /echo
              body: {said: "{{ word }}"}
              append: {words: payload.json.said}
        - repeat: {over: [alice, bob], as: who}
          steps:
            - who: GET /me
              expect: {id: "{{ who.id }}"}
              append: {ids: payload.id}
        - repeat: {over: "{{ words }}", as: again}
          steps:
            - assert: {again: {"#any_of": [one, two]}}
        """
    )
    assert (seen.outcome, seen.known("words")) == ("passed", ["one", "two"])
    players = seen.played.play.players
    assert seen.known("ids") == [players["alice"].facts["id"], players["bob"].facts["id"]]


async def test_the_number_of_rounds_may_be_known_only_when_it_is_played(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: POST /do
          body: {answer: {n: 2, words: none}}
          save: {found: payload}
        - repeat: "{{ found.n }}"
          steps: [{alice: GET /count}]
        - repeat: "{{ found.words }}"
          steps: [{alice: GET /count}]
        """
    )
    assert (len(seen.calls()), seen.bad) == (3, ["3 failed missing"])


# -- until ---------------------------------------------------------------------------------------


async def test_until_tries_again_until_its_claim_holds(stage: Stage) -> None:
    seen = await stage.steps(
        "- until: {do: {alice: GET /count}, claim: {payload.n: 4}, every: 1ms, wait: 5s}\n  save: {n: payload.n}\n"
    )
    assert (seen.outcome, seen.known("n"), len(seen.calls())) == ("passed", 4, 4)


async def test_until_without_a_claim_goes_by_the_step_s_own_expectations(stage: Stage) -> None:
    seen = await stage.steps("- until: {do: {alice: GET /count, expect: {n: 3}}, every: 1ms}\n")
    assert (seen.outcome, seen.bad, len(seen.calls())) == ("passed", [], 3)


@pytest.mark.parametrize(
    ("until", "bad"),
    [
        ("{do: {alice: GET /count}, claim: {payload.n: none}, every: 10ms, wait: 50ms}", ["1 failed claim"]),
        ("{do: {alice: GET /count, expect: {n: none}}, every: 10ms, wait: 50ms}", ["1.1 failed answer alice"]),
    ],
)
async def test_until_fails_when_its_wait_is_over_and_only_the_last_try_counts(
    stage: Stage, until: str, bad: list[str]
) -> None:
    seen = await stage.steps(f"- until: {until}\n")
    assert (seen.outcome, seen.bad) == ("failed", bad)


async def test_until_goes_on_while_a_save_finds_nothing_yet(stage: Stage) -> None:
    answers = "{do: {alice: POST /do, body: {answer: {}}, save: {id: payload.id}}, every: 10ms, wait: 400ms}"
    seen = await stage.steps(f"- until: {answers}\n- alice: GET /me\n")
    assert (seen.outcome, seen.bad, seen.steps) == ("failed", ["1.1 failed missing"], ["1", "1.1"])
    assert len(seen.calls()) > 2


@pytest.mark.parametrize(("event", "bad"), [("news", []), ("other", ["1.1 failed lost bob"])])
async def test_until_is_judged_by_what_is_heard_as_well(stage: Stage, event: str, bad: list[str]) -> None:
    seen = await stage.steps(
        f"""
        - until:
            do:
              alice: POST /do
              body: {{events: [{{to: "{{{{ bob.id }}}}", event: news, after_ms: 30}}]}}
              hear: {{bob: [{{{event}: "#any", times: 1.., wait: 10ms}}]}}
            every: 1ms
            wait: 80ms
        """
    )
    assert seen.bad == bad


# -- use -----------------------------------------------------------------------------------------

GREET = """
fragment: greet
takes: {who: user, crowd: users, word: value, tone: {default: soft}}
gives: [said, tones]
steps:
  - who: POST /echo
    body: {said: "{{ word }}", tone: "{{ tone }}", by: "{{ who.id }}"}
    expect: {json: {by: "{{ who.id }}"}}
    save: {said: payload.json.said, tones: payload.json.tone}
  - repeat: {over: "{{ crowd }}", as: one}
    steps:
      - one: GET /me
"""


async def test_a_fragment_takes_users_and_values_and_gives_what_it_made(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - use: greet
          with: {who: alice, crowd: [alice, bob], word: hello}
          gives: [said]
        - use: greet
          with: {who: bob, crowd: [bob], word: "{{ said }} again", tone: loud}
          gives: {said: second, tones: tone}
        - assert: {said: hello, second: hello again, tone: loud}
        """,
        GREET,
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert [call.split()[0] for call in seen.calls()] == ["alice", "alice", "bob", "bob", "bob"]


@pytest.mark.parametrize(
    "steps",
    [
        "- who: GET /me\n    status: 500",
        "- repeat: 1\n    steps:\n      - who: GET /me\n        status: 500",
        "- parallel:\n      - who: GET /me\n        status: 500",
        "- who: POST /do\n    body: {events: [{to: '{{ who.id }}', event: leak}]}\n    hear: {who: nothing}",
        "- repeat: 1\n    steps:\n    - {who: POST /do, body: {events: [{event: leak}]}, hear: {who: nothing}}",
    ],
)
async def test_a_fragment_that_fails_stops_the_scenario_however_deep_it_failed(stage: Stage, steps: str) -> None:
    fragment = f"fragment: wrong\ntakes: {{who: user}}\nsteps:\n  {steps}\n"
    seen = await stage.steps("- use: wrong\n  with: {who: alice}\n- alice: GET /count\n", fragment)
    assert (seen.outcome, seen.played.stopped) == ("failed", "`use wrong` failed")
    assert "alice GET /count 200" not in seen.calls()


async def test_a_fragment_s_clean_up_is_played_after_the_scenario_s_steps(stage: Stage) -> None:
    fragment = """
    fragment: tidy
    takes: {who: user}
    steps: [{who: GET /me}]
    cleanup: [{who: POST /echo/tidied}]
    """
    seen = await stage.steps("- use: tidy\n  with: {who: alice}\n- alice: GET /count\n", fragment)
    assert seen.calls() == ["alice GET /me 200", "alice GET /count 200", "alice POST /echo/tidied 200"]


async def test_a_fragment_can_be_given_nobody(stage: Stage) -> None:
    fragment = "fragment: peep\ntakes: {who: user}\nsteps: [{who: GET /me, status: 401}]\n"
    seen = await stage.steps("- use: peep\n  with: {who: nobody}\n", fragment)
    assert (seen.outcome, seen.calls()) == ("passed", ["nobody GET /me 401"])


async def test_a_fragment_that_takes_a_user_refuses_anything_else(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: GET /me
          save: {thing: payload}
        - use: tidy
          with: {who: "{{ thing }}"}
        """,
        "fragment: tidy\ntakes: {who: user}\nsteps: [{who: GET /me}]\n",
    )
    assert seen.bad == ["2 failed missing"]
    assert seen.sentences[0].endswith("`tidy` takes a user, and gets something else")


# -- the keys of any step ------------------------------------------------------------------------


async def test_a_step_whose_condition_does_not_hold_is_skipped_and_says_why(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: GET /count
          if: {alice.id: nobody's}
        - alice: GET /count
          if: {alice.id: "#present"}
          expect: {n: 1}
        """
    )
    assert (seen.outcome, seen.steps) == ("passed", ["2"])
    assert seen.notes[0].startswith("skipped: its condition does not hold, it differs in `alice.id`")


async def test_a_retried_step_that_holds_at_last_makes_the_scenario_flaky(stage: Stage) -> None:
    seen = await stage.steps("- alice: GET /count\n  expect: {n: 3}\n  retry: 5\n")
    assert (seen.outcome, seen.bad, len(seen.calls())) == ("flaky", [], 3)
    assert [verdict.kind.value for verdict in seen.played.play.earlier] == ["answer", "answer"]


async def test_a_retried_step_that_never_holds_fails(stage: Stage) -> None:
    seen = await stage.steps("- alice: GET /count\n  expect: {n: none}\n  retry: 2\n")
    assert (seen.outcome, seen.bad, len(seen.calls())) == ("failed", ["1 failed answer alice"], 3)


async def test_a_retry_waits_for_what_is_to_be_heard(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: POST /do
          body: {events: [{to: "{{ bob.id }}", event: late, after_ms: 60}]}
          hear: {bob: [{late: "#any", wait: 10ms}]}
          retry: 1
        """
    )
    assert seen.outcome in ("flaky", "failed")
    assert [verdict.kind.value for verdict in seen.played.play.earlier] == ["lost"]


async def test_a_retried_block_is_judged_by_what_is_inside_it(stage: Stage) -> None:
    seen = await stage.steps(
        "- repeat: 1\n  steps:\n    - alice: GET /count\n      expect: {n: 3}\n  retry: 4\n- alice: GET /me\n"
    )
    assert (seen.outcome, seen.bad) == ("flaky", [])
    assert [verdict.step for verdict in seen.played.play.earlier] == ["1.1[1]", "1.1[1]"]


async def test_must_on_a_block_stops_the_scenario_for_what_is_inside_it(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - repeat: 1
          steps:
            - alice: POST /do
              body: {events: [{to: "{{ bob.id }}", event: leak}]}
              hear: {bob: nothing}
          must: true
        - alice: GET /me
        """
    )
    assert (seen.outcome, seen.bad) == ("failed", ["1.1[1] failed leaked bob"])
    assert seen.played.stopped == "step 1 must hold, and did not"


async def test_a_retry_in_one_branch_forgets_nothing_of_another(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - parallel:
            - - alice: GET /count
                expect: {n: none}
                retry: 1
            - - bob: POST /do
                body: {hold_ms: 40, status: 500, answer: {code: 'NO', message: never}}
            - - until: {do: {bob: GET /me, expect: {id: none}}, every: 20ms, wait: 90ms}
        """
    )
    assert sorted(seen.bad) == ["1.1.1 failed answer alice", "1.2.1 failed status bob", "1.3.1.1 failed answer bob"]


@pytest.mark.parametrize(("claim", "bad"), [("{alice.id: '#present'}", []), ("{alice.id: 7}", ["1 failed claim"])])
async def test_an_assertion_holds_or_fails(stage: Stage, claim: str, bad: list[str]) -> None:
    seen = await stage.steps(f"- assert: {claim}\n- alice: GET /me\n")
    assert (seen.bad, seen.steps) == (bad, ["1", "2"])


async def test_a_pause_lasts_and_says_why(stage: Stage) -> None:
    seen = await stage.steps("- pause: 30ms\n  because: something is to come\n")
    (doing,) = seen.played.play.doings
    assert doing.ended_s is not None
    assert doing.ended_s - doing.began_s >= 0.03
    assert seen.notes == ["something is to come"]


async def test_vars_and_inputs_are_known_to_every_step(stage: Stage) -> None:
    stage.changes["inputs"] = {"size": 9}
    seen = await stage.play(
        """
        inputs: {size: 3, colour: red}
        vars: {who: "{{ alice.id }}", both: "{{ who }} {{ colour }}", fixed: "{{ fake.text(5) }}"}
        users: {alice: {}}
        steps:
          - assert: {size: 9, colour: red, who: "{{ alice.id }}", both: "{{ alice.id }} red", fixed: "{{ fixed }}"}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


@pytest.mark.parametrize("value", ["{{ fake.text(-1) }}", "{{ alice.email | int }}", "{{ alice.gone }}"])
async def test_a_var_that_cannot_be_made_is_an_error_with_its_reason(stage: Stage, value: str) -> None:
    seen = await stage.play(f"users: {{alice: {{}}}}\nvars: {{bad: '{value}'}}\nsteps: [{{alice: GET /me}}]\n")
    assert (seen.outcome, seen.steps) == ("error", [])
    assert seen.problem
