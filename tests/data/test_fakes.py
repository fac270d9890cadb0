"""What templates call as `fake.NAME`."""

import hashlib
import uuid

import pytest

from antiphon.data.fakes import fakes
from antiphon.data.supply import Supply, fixtures
from antiphon.ticking.real import SeededDice


def test_the_same_dice_give_the_same_values_for_every_name():
    def everything():
        made = fakes(SeededDice("a"), "3f2a")
        return {name: made[name](40) if name == "text" else made[name]() for name in made}

    assert everything() == everything()
    assert set(everything()) == {
        "name", "email", "password", "company", "word", "sentence", "text", "uuid", "number", "file", "sample",
        "message", "plain", "unicode", "rtl", "emoji", "long", "html", "mention",
    }  # fmt: skip


def test_names_messages_and_samples_are_drawn_from_a_supply_first():
    pool = fixtures(SeededDice("run"))
    made = fakes(SeededDice("a"), "3f2a", Supply(pool, SeededDice("a"), "3f2a"))
    assert {made["name"]().removesuffix(" 3f2a") for _ in range(20)} == set(pool.names)
    assert {made["message"]() for _ in range(50)} == set(pool.messages)
    assert {made["sample"]()["name"].replace("-3f2a", "") for _ in range(15)} == {name for name, _ in pool.files}


def test_a_sample_is_told_with_its_size_and_digest():
    sample = fakes(SeededDice("a"), "3f2a")["sample"]()
    assert sample["size"] == len(sample["bytes"])
    assert sample["sha256"] == hashlib.sha256(sample["bytes"]).hexdigest()
    assert "/" in sample["type"]


def test_names_and_addresses_carry_the_run():
    made = fakes(SeededDice("a"), "3f2a")
    for name in ("name", "email", "company"):
        assert "3f2a" in made[name]()


def test_a_uuid_is_one_of_version_4():
    for seed in range(50):
        made = uuid.UUID(fakes(SeededDice(str(seed)))["uuid"]())
        assert (made.version, made.variant) == (4, uuid.RFC_4122)


def test_numbers_lie_between_their_bounds():
    number = fakes(SeededDice("a"))["number"]
    assert {number(1, 3) for _ in range(100)} == {1, 2, 3}
    assert 0 <= number() <= 999_999


@pytest.mark.parametrize("bounds", [(3, 1), ("1", 3), (1.5, 2), (True, 2)])
def test_bounds_that_make_no_sense_are_refused(bounds):
    with pytest.raises(ValueError, match="`number` takes"):
        fakes(SeededDice("a"))["number"](*bounds)


def test_arguments_reach_their_maker():
    made = fakes(SeededDice("a"))
    assert len(made["text"](10_000)) == 10_000
    assert len(made["long"](300)) == 300
    assert made["mention"]("bob").startswith("@bob ")
    assert len(made["sentence"](3).split()) == 3


def test_a_file_has_the_bytes_of_its_type_and_size():
    file = fakes(SeededDice("a"))["file"]
    assert file("photo.png", 5000)[:8] == b"\x89PNG\r\n\x1a\n"
    assert (len(file("photo.png", 5000)), len(file("notes.txt", 7))) == (5000, 7)
    with pytest.raises(ValueError, match=r"\.png has at least"):
        file("photo.png", 3)
