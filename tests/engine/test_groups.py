"""Groups: many users named once; what one of them does, each does, and what each, or any, must hear."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from antiphon.history.entries import Call
from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage

USERS = "users: {alice: {}, crowd: {count: 4, role: MEMBER}}\n"


async def test_a_step_by_a_group_is_done_by_each_and_all_are_written_before_any_is_answered(
    stage: Stage, target: ScriptedTarget
) -> None:
    seen = await stage.play(
        f"""
        {USERS.strip()}
        steps:
          - crowd: POST /do
            body: {{barrier: 4}}
          - crowd: emit do
            data: {{barrier: 4}}
        """
    )
    assert (seen.outcome, seen.bad, target.most_waiting) == ("passed", [], 4)
    assert sorted(seen.calls()) == [f"crowd[{index}] POST /do 200" for index in range(4)]
    assert seen.steps == ["1", "1[0]", "1[1]", "1[2]", "1[3]", "2", "2[0]", "2[1]", "2[2]", "2[3]"]


async def test_what_fails_for_one_member_names_it_and_its_step(stage: Stage) -> None:
    seen = await stage.play(
        f"""
        {USERS.strip()}
        vars: {{third: "{{{{ crowd[2].id }}}}"}}
        steps:
          - crowd: GET /me
            save: {{mine: payload.id}}
          - crowd: GET /me
            expect: {{id: {{"#not": "{{{{ third }}}}"}}}}
        """
    )
    assert (seen.outcome, seen.bad) == ("failed", ["2[2] failed answer crowd[2]"])


async def test_what_a_member_saves_is_its_own_in_the_steps_of_its_group(stage: Stage) -> None:
    seen = await stage.play(
        f"""
        {USERS.strip()}
        steps:
          - crowd: GET /me
            save: {{mine: payload.id}}
            append: {{all: payload.id}}
          - crowd: GET /me
            expect: {{id: "{{{{ mine }}}}"}}
          - assert: {{all: {{"#unordered": ["{{{{ crowd[0].id }}}}", "{{{{ crowd[1].id }}}}",
                     "{{{{ crowd[2].id }}}}", "{{{{ crowd[3].id }}}}"]}}}}
          - assert: {{mine: "#string"}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_one_member_acts_by_its_number_and_by_a_template(stage: Stage) -> None:
    seen = await stage.play(
        f"""
        {USERS.strip()}
        steps:
          - crowd[2]: GET /me
          - by: "{{{{ crowd[1] }}}}"
            do: GET /me
          - by: "{{{{ crowd }}}}"
            do: GET /me
          - alice: GET /me
            token: {{of: "crowd[3]"}}
            expect: {{id: "{{{{ crowd[3].id }}}}"}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    first, second, *rest = seen.calls()
    assert (first, second, len(rest)) == ("crowd[2] GET /me 200", "crowd[1] GET /me 200", 5)


async def test_a_group_that_a_fragment_takes_acts_as_a_group(stage: Stage) -> None:
    seen = await stage.play(
        f"""
        {USERS.strip()}
        steps:
          - use: greet
            with: {{us: crowd, one: "crowd[3]"}}
        """,
        """
        fragment: greet
        takes: {us: users, one: user}
        steps:
          - us: GET /me
          - one: GET /me
            expect: {id: "{{ us[3].id }}"}
        """,
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert len(seen.calls()) == 5


async def test_each_of_a_group_must_hear_and_who_does_not_is_named(stage: Stage) -> None:
    seen = await stage.play(
        f"""
        {USERS.strip()}
        steps:
          - alice: POST /do
            body:
              events:
                - to: ["{{{{ crowd[0].id }}}}", "{{{{ crowd[1].id }}}}", "{{{{ crowd[3].id }}}}"]
                  event: news
                  data: {{n: 1}}
            hear:
              crowd:
                - news: {{n: 1}}
                  wait: 100ms
              each crowd:
                - news: {{n: 1}}
                  wait: 100ms
        """
    )
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed lost crowd[2]", "1 failed lost crowd[2]"])


async def test_of_any_of_a_group_one_who_hears_is_enough(stage: Stage) -> None:
    seen = await stage.play(
        f"""
        {USERS.strip()}
        steps:
          - alice: POST /do
            body: {{events: [{{to: "{{{{ crowd[2].id }}}}", event: news, data: {{n: 1}}}}]}}
            hear:
              any crowd:
                - news: {{n: 1}}
                  save: {{heard: event.n}}
              crowd[0]: nothing
          - assert: {{heard: 1}}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert "1 held heard crowd[2]" in seen.held


async def test_of_any_of_a_group_nobody_who_hears_is_one_failure_that_tells_of_each(stage: Stage) -> None:
    seen = await stage.play(
        f"""
        {USERS.strip()}
        steps:
          - alice: POST /do
            body: {{events: [{{to: "{{{{ crowd[2].id }}}}", event: news, data: {{n: 2}}}}]}}
            hear:
              any crowd:
                - news: {{n: 1}}
                  wait: 50ms
        """
    )
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed lost crowd"])
    assert seen.sentences == ["none of the 4 users of crowd heard what any of them must hear"]
    (failed,) = [verdict for verdict in seen.played.verdicts if verdict.outcome.value == "failed"]
    assert [detail.split(" did")[0] for detail in failed.details[:2]] == ["crowd[0]", "crowd[1]"]


async def test_that_a_group_hears_nothing_is_asked_on_every_connection(stage: Stage) -> None:
    seen = await stage.play(
        f"""
        {USERS.strip()}
        steps:
          - alice: POST /do
            body: {{events: [{{to: "{{{{ crowd[1].id }}}}", event: news, data: {{n: 2}}}}]}}
            hear: {{crowd: nothing}}
        """
    )
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed leaked crowd[1]"])
    assert seen.proofs.count("proven") == 3


async def test_a_whole_group_is_tried_again_when_one_of_it_fails(stage: Stage) -> None:
    seen = await stage.play(
        f"""
        {USERS.strip()}
        steps:
          - crowd: GET /count
            expect: {{n: {{"#range": [5, 8]}}}}
            retry: 1
        """
    )
    assert (seen.outcome, seen.bad, len(seen.calls())) == ("flaky", [], 8)


async def test_a_large_group_is_made_several_at_a_time(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.play("users: {crowd: {count: 40}}\nsteps:\n  - crowd: GET /me\n")
    assert (seen.outcome, len(seen.calls())) == ("passed", 40)
    logins = [entry for entry in seen.entries if isinstance(entry, Call) and entry.template == "/login"]
    assert len(logins) == 41  # the founder, whom nobody named, among them
    spans = sorted((entry.sent_s or 0.0, entry.at_s) for entry in logins)
    assert any(later[0] < earlier[1] for earlier, later in pairwise(spans))
