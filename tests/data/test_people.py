"""People that a target accepts and nobody else has."""

import re

import pytest
from email_validator import validate_email

from antiphon.data.names import FAMILY_NAMES, FIRST_NAMES
from antiphon.data.people import company_name, email_of, password, person, unique
from antiphon.ticking.real import SeededDice


def test_the_same_dice_make_the_same_person_and_other_dice_another():
    assert person(SeededDice("a"), "r1") == person(SeededDice("a"), "r1")
    assert person(SeededDice("a"), "r1") != person(SeededDice("b"), "r1")


def test_another_run_makes_the_same_choices_under_another_name():
    one, two = person(SeededDice("a"), "aaaa1111"), person(SeededDice("a"), "bbbb2222")
    assert one.name.replace("aaaa1111", "") == two.name.replace("bbbb2222", "")
    assert one.email.replace("aaaa1111", "") == two.email.replace("bbbb2222", "")
    assert one.email != two.email
    assert one.password == two.password


def test_everything_that_is_named_carries_the_run():
    made = person(SeededDice("a"), "3f2a91bc")
    assert "3f2a91bc" in made.email
    assert made.name.endswith(" 3f2a91bc")
    assert "3f2a91bc" in company_name(SeededDice("a"), "3f2a91bc")
    assert unique("room", "3f2a") == "room 3f2a"
    assert unique("room", "") == "room"


def test_addresses_are_unique_and_pass_the_usual_check():
    dice = SeededDice("a")
    made = [person(dice, "3f2a91bc").email for _ in range(2_000)]
    assert len(set(made)) == 2_000
    for address in made[:300]:
        assert validate_email(address, check_deliverability=False).normalized == address
        assert address == address.lower()


def test_every_name_of_the_tables_gives_a_valid_address():
    dice = SeededDice("a")
    for first in FIRST_NAMES:
        validate_email(email_of(f"{first} X", dice, "r"), check_deliverability=False)
    for family in FAMILY_NAMES:
        address = email_of(f"X {family}", dice, "r")
        assert re.fullmatch(r"x\.[a-z.]+\.r\.[0-9a-f]{12}@example\.com", address), address


@pytest.mark.parametrize(
    "name", ["", "李雷", "O'Neill-van der Something-Extraordinarily-Long the Third", "...", "a" * 200]
)
def test_any_name_gives_a_valid_address(name):
    address = email_of(name, SeededDice("a"), "3f2a91bc")
    validate_email(address, check_deliverability=False)
    assert len(address.partition("@")[0]) <= 64


def test_passwords_have_one_of_each_sort():
    dice = SeededDice("a")
    for _ in range(500):
        made = password(dice)
        assert len(made) == 14
        assert re.search("[a-z]", made)
        assert re.search("[A-Z]", made)
        assert re.search("[0-9]", made)
        assert re.search("[^A-Za-z0-9]", made)
        assert made[0].isalpha()
        assert made[-1].isalpha()
