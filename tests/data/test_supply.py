"""What scenarios draw from, and in which order."""

import pytest

from antiphon.data.supply import Fixtures, NothingToDraw, Supply, fixtures
from antiphon.ticking.real import SeededDice


@pytest.fixture(scope="module")
def pool():
    return fixtures(SeededDice("run"))


def supply(pool, seed="scenario", run_id="3f2a", **options):
    return Supply(pool, SeededDice(seed), run_id, **options)


def test_the_pool_holds_20_people_50_messages_and_15_files_of_every_kind(pool):
    assert (len(pool.names), len(pool.messages), len(pool.files)) == (20, 50, 15)
    assert len(set(pool.names)) == 20
    endings = {name.rpartition(".")[2] for name, _ in pool.files}
    assert endings == {"txt", "csv", "json", "png", "jpg", "pdf", "zip", "bin"}
    assert any(name.startswith("broken") for name, _ in pool.files)
    assert pool == fixtures(SeededDice("run"))


def test_the_pool_comes_first_and_each_of_it_once(pool):
    drawn = supply(pool)
    assert {drawn.message() for _ in range(50)} == set(pool.messages)
    assert drawn.message() not in pool.messages
    names = [drawn.person().name for _ in range(21)]
    assert {name.removesuffix(" 3f2a") for name in names[:20]} == set(pool.names)
    assert {drawn.file().name.replace("-3f2a", "") for _ in range(15)} == {name for name, _ in pool.files}


def test_what_a_scenario_draws_depends_on_nothing_that_others_drew(pool):
    first, second, again = supply(pool), supply(pool, "another"), supply(pool)
    one = [(first.person(), second.person(), first.message(), second.file())[::2] for _ in range(25)]
    assert one == [(again.person(), again.message()) for _ in range(25)]


def test_two_scenarios_never_have_the_same_address(pool):
    one, two = supply(pool, "one"), supply(pool, "two")
    addresses = [who.person().email for _ in range(40) for who in (one, two)]
    assert len(set(addresses)) == 80


def test_another_run_draws_the_same_under_another_name(pool):
    one, two = supply(pool, run_id="aaaa"), supply(pool, run_id="bbbb")
    for _ in range(25):
        assert one.person().name.replace("aaaa", "") == two.person().name.replace("bbbb", "")
        here, there = one.file(), two.file()
        assert here.name.replace("aaaa", "") == there.name.replace("bbbb", "")
        assert here.data == there.data


def test_without_fixtures_everything_is_made(pool):
    drawn = supply(pool, use_fixtures=False)
    assert drawn.message() not in pool.messages
    assert len({drawn.file().name for _ in range(30)}) == 30


def test_without_generation_the_pool_ends_and_says_which_variable_helps(pool):
    drawn = supply(pool, generate=False)
    for _ in range(20):
        drawn.person()
    with pytest.raises(NothingToDraw) as caught:
        drawn.person()
    assert str(caught.value) == "the fixtures hold 20 people for a scenario, and it asks for more"
    assert "GENERATE_DYNAMIC_DATA" in caught.value.hint


def test_with_neither_there_is_nothing():
    drawn = supply(Fixtures((), (), ()), generate=False)
    for draw in (drawn.person, drawn.message, drawn.file):
        with pytest.raises(NothingToDraw, match="hold 0"):
            draw()
