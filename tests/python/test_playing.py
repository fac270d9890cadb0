"""What a scenario's function raises, and how long it takes: outcomes as those of scenarios in YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Stage


async def test_an_assertion_that_does_not_hold_fails_the_scenario_at_its_line(stage: Stage) -> None:
    seen = await stage.steps('answer = await alice.get("/echo")\nassert answer.status == 201\nawait bob.get("/echo")')
    assert seen.outcome == "failed"
    assert seen.bad == ["scenarios/scenario_a.py:7 the assertion does not hold: assert answer.status == 201"]
    assert seen.calls == ["alice GET /echo 200"]


async def test_code_that_breaks_by_itself_is_an_error_at_its_line(stage: Stage) -> None:
    seen = await stage.steps('answer = await alice.get("/echo")\nanswer.payload["nothing"]')
    assert seen.outcome == "error"
    assert seen.problem.startswith("7 the scenario's own code broke: KeyError: 'nothing' | what may be absent")


async def test_code_that_breaks_after_a_failed_expectation_is_no_error_but_the_rest_is_not_run(stage: Stage) -> None:
    seen = await stage.steps('answer = await alice.get("/nowhere")\nanswer.payload["id"]\nawait bob.get("/echo")')
    assert seen.outcome == "failed"
    assert seen.problem == ""
    assert [one.split(" ")[0] for one in seen.bad] == ["scenarios/scenario_a.py:6"]


async def test_what_was_not_heard_is_noted_and_the_scenario_goes_on(stage: Stage) -> None:
    seen = await stage.steps(
        """
        await alice.post("/do")
        heard = await bob.hears("news", wait="20ms")
        assert not heard.held
        await alice.get("/echo/after")
        """
    )
    assert seen.bad == ["scenarios/scenario_a.py:7 bob did not hear news"]
    assert seen.calls[-1] == "alice GET /echo/after 200"


async def test_what_was_heard_too_late_is_given_all_the_same(stage: Stage) -> None:
    seen = await stage.steps(
        """
        await alice.post("/do", {"events": [{"to": bob.id, "event": "news", "data": {"n": 7}, "after_ms": 60}]})
        heard = await bob.hears("news", within="1ms", wait="5s")
        assert heard.event == {"n": 7}
        """
    )
    (late,) = seen.bad
    assert late.startswith("scenarios/scenario_a.py:7 bob heard news ")
    assert late.endswith("after the answer, not within 1ms")


async def test_asking_for_what_was_not_heard_ends_the_scenario_as_failed(stage: Stage) -> None:
    seen = await stage.steps(
        """
        await alice.post("/do")
        heard = await bob.hears("news", wait="20ms")
        await alice.post("/echo", {"n": heard.event["n"]})
        """
    )
    assert seen.outcome == "failed"
    assert seen.calls == ["alice POST /do 200"]


async def test_a_scenario_has_its_time_and_no_more(stage: Stage) -> None:
    seen = await stage.play(
        """
        @scenario("too long", timeout="1s")
        async def played(alice: User, scene: Scene) -> None:
            scene.at_the_end(alice.delete("/echo/1"))
            try:
                await alice.post("/do", {"silent": True})
            finally:
                await alice.get("/echo/finally")
        """
    )
    assert seen.outcome == "timeout"
    assert [call for call in seen.calls if "/do" not in call] == ["alice DELETE /echo/1 200"]
