"""The scene of a scenario in Python: steps at once, claims, fragments, the end; and what may not be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Stage


async def test_parallel_writes_all_before_any_is_awaited_and_gives_every_answer(stage: Stage) -> None:
    seen = await stage.steps(
        """
        first, second = await scene.parallel(
            alice.post("/do", {"barrier": 2, "answer": {"n": 1}}), bob.post("/do", {"barrier": 2, "answer": {"n": 2}})
        )
        assert (first.payload["n"], second.payload["n"]) == (1, 2)
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert stage.target.most_waiting == 2
    assert seen.steps == ["1 parallel: 2 branches", "1.1 alice: POST /do", "1.2 bob: POST /do"]


async def test_until_repeats_a_step_until_its_claim_holds(stage: Stage) -> None:
    seen = await stage.steps(
        """
        counted = await scene.until(alice.get("/count"), claim={"payload.n": 3}, every="1ms", wait="5s")
        assert counted.payload["n"] == 3
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])


async def test_a_fragment_is_used_with_users_and_values_and_gives_python_values(stage: Stage) -> None:
    made = "fragment: made\ntakes: {who: user, others: users, size: value}\ngives: [thing]\nsteps:\n"
    step = "  - who: POST /things\n    body: {size: '{{ size }}'}\n    status: 201\n    save: {thing: payload}\n"
    stage.fragments = (made + step,)
    seen = await stage.steps(
        """
        given = await scene.use("made", who=alice, others=[bob], size=3, gives=["thing"])
        assert given["thing"]["size"] == 3
        """
    )
    assert (seen.outcome, seen.bad, seen.problem) == ("passed", [], "")


async def test_a_claim_tells_the_difference_at_its_line(stage: Stage) -> None:
    seen = await stage.steps(
        """
        await scene.claim({"a": [1, 2]}, {"a": {"#contains": 2}})
        await scene.claim({"a": [1, 2]}, {"a": [1, 3]})
        await scene.claim("#string", value("#string"))
        """
    )
    assert seen.bad == ["scenarios/scenario_a.py:7 the claim differs in `value.a[1]`: 2 is not 3"]


async def test_any_step_of_the_language_can_be_written_as_a_map(stage: Stage) -> None:
    seen = await stage.steps(
        """
        await scene.step({"repeat": 2, "steps": [{"alice": "GET /count", "save": {"last": "payload.n"}}]})
        await scene.pause("1ms", because="it shows a pause")
        """
    )
    assert (seen.outcome, seen.calls) == ("passed", ["alice GET /count 200"] * 2)


async def test_what_is_done_at_the_end_is_done_whatever_happened(stage: Stage) -> None:
    seen = await stage.steps(
        """
        scene.at_the_end(alice.delete("/echo/1"), bob.delete("/echo/2"))
        assert False, "it ends here"
        """
    )
    assert seen.bad == ["scenarios/scenario_a.py:7 the assertion does not hold: it ends here"]
    assert seen.calls == ["bob DELETE /echo/2 200", "alice DELETE /echo/1 200"]


async def test_inputs_names_and_made_up_values_are_those_of_the_run(stage: Stage) -> None:
    seen = await stage.play(
        """
        @scenario("with inputs", inputs={"words": "written"})
        async def played(alice: User, scene: Scene) -> None:
            assert scene.inputs == {"words": "set by the run"}
            assert scene.run_id == "run1"
            assert len(scene.fake("text", 12)) == 12
            scene.fake("nonsense")
        """,
        inputs={"words": "set by the run"},
    )
    assert seen.problem.startswith("10 nothing makes up `nonsense`")


async def test_a_step_that_is_never_played_is_told(stage: Stage) -> None:
    seen = await stage.steps('await alice.get("/echo")\nbob.hears_nothing()')
    assert seen.outcome == "error"
    assert seen.problem == "7 a step was written here and never played | put `await` before it"


async def test_a_step_is_played_once(stage: Stage) -> None:
    seen = await stage.steps('step = alice.get("/echo")\nawait step\nawait step')
    assert seen.problem.startswith("6 a step is awaited twice")


async def test_steps_at_once_need_parallel(stage: Stage) -> None:
    seen = await stage.steps('import asyncio\nawait asyncio.gather(alice.get("/echo"), bob.get("/echo"))')
    assert "a step begins while another one is played" in seen.problem
    assert "scene.parallel" in seen.problem


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ('await alice.get("/echo", status="fine")', "`fine` is not a status"),
        ('await alice.get("/echo", within="1s")', "`within` stands without `hear`"),
        ('await alice.post("/echo", object())', "is no value of a step | write texts"),
        ('await alice.post("/echo", {"who": bob})', "is no value of a step"),
        ('await alice.get("/echo/{{ bob.id }}")', "cannot stand in a step | f-strings fill in values"),
        ('await scene.use("nothing_like_it")', "unknown fragment `nothing_like_it`"),
        ('await bob.hears("it", within="5s", wait="1s")', "an impossible time"),
    ],
)
async def test_a_step_that_is_wrong_is_told_with_its_line_as_in_yaml(stage: Stage, step: str, says: str) -> None:
    seen = await stage.steps(step)
    assert seen.outcome in ("error", "failed")
    assert seen.problem.startswith("6 ")
    assert says in seen.problem


async def test_after_a_stop_nothing_more_is_played_though_the_code_goes_on(stage: Stage) -> None:
    seen = await stage.steps(
        """
        try:
            await alice.get("/echo", status=500, must=True)
        except Exception:
            pass
        await alice.get("/echo/after")
        """
    )
    assert seen.outcome == "failed"
    assert seen.calls == ["alice GET /echo 200"]
