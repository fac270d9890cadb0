"""Python files as parts of a suite: what they declare, in which order, and every mistake with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Stage


async def test_what_a_scenario_says_of_itself_is_read_as_in_yaml(stage: Stage) -> None:
    scenarios, problems = stage.collected(
        '''
        @scenario("the second in the alphabet", users={"bob": {"role": "MEMBER", "connect": False}}, covers=["FR-001"],
                  tags=["a"], category="c", priority="high", needs=["x"], timeout="5s", retries=2, inputs={"n": 1})
        async def zeta(bob: User) -> None:
            """More about it."""

        @scenario("the first in the alphabet")
        async def alpha(alice: User, scene: Scene) -> None: ...
        '''
    )
    assert problems == []
    zeta, alpha = scenarios
    assert (zeta.id, alpha.id) == ("scenario_a/zeta", "scenario_a/alpha")
    assert (zeta.title, zeta.description, zeta.source.line) == ("the second in the alphabet", "More about it.", 5)
    assert (zeta.covers, zeta.tags, zeta.category, zeta.priority.value) == (("FR-001",), ("a",), "c", "high")
    assert (zeta.needs, zeta.timeout_s, zeta.retries, zeta.inputs) == (("x",), 5.0, 2, {"n": 1})
    assert (zeta.type.value, zeta.listens, alpha.type.value, alpha.listens) == ("api_only", False, "integration", True)
    assert [user.name for user in alpha.users] == ["alice"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["1 this file declares no scenario | `@scenario(TITLE)` before an `async def` makes one"]),
        (
            "1 / 0",
            ["4 this file cannot be loaded: ZeroDivisionError: division by zero | it is run once when it is read"],
        ),
        ("import sys; sys.exit(3)", ["4 this file cannot be loaded: SystemExit: 3 | it is run once when it is read"]),
        ("def (", ["4 no Python: invalid syntax | None"]),
        (
            '@scenario("t", users={"bob": {}})\nasync def f(bb: User) -> None: ...',
            ["4 `f` does not ask for its user `bob` | did you mean `bb`?"],
        ),
        (
            '@scenario("t", users={"bob": {"rle": "MEMBER"}})\nasync def f(bob: User) -> None: ...',
            ["4 unknown key `rle` in a user | did you mean `role`?"],
        ),
        (
            '@scenario("t", covrs=["a"])\nasync def f(bob: User) -> None: ...',
            ["4 unknown key `covrs` in a scenario in Python"],
        ),
        ('@scenario("t", timeout="soon")\nasync def f(bob: User) -> None: ...', ["4 `soon` is not a duration"]),
        (
            '@scenario("t", users={"bob": {"role": "KING"}})\nasync def f(bob: User) -> None: ...',
            ["4 unknown role `KING`"],
        ),
        ('@scenario("t")\nasync def f(repeat: User) -> None: ...', ["4 `repeat` cannot name a user"]),
        ('@scenario("t")\ndef f(bob: User) -> None: ...', ["4 `f` is no `async def`"]),
    ],
)
async def test_every_mistake_is_told_with_its_line(stage: Stage, text: str, told: list[str]) -> None:
    _, problems = stage.collected(text)
    assert len(problems) == len(told)
    assert all(problem.startswith(one) for problem, one in zip(problems, told, strict=True)), problems


async def test_what_a_file_imports_from_another_one_is_not_its_own(stage: Stage) -> None:
    (stage.root / "shared.py").write_text(
        'from antiphon.python import scenario\n\n@scenario("elsewhere")\nasync def elsewhere() -> None: ...\n'
    )
    scenarios, problems = stage.collected(
        'from shared import elsewhere\n\n@scenario("here")\nasync def here() -> None: ...\n'
    )
    assert problems == []
    assert [scenario.title for scenario in scenarios] == ["here"]
