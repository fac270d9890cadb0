"""`antiphon schema`: JSON on standard output, with the target's words where a profile is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Here, Small


@pytest.mark.parametrize("words", [[], ["scenario"], ["profile"]], ids=" ".join)
def test_a_schema_is_printed_as_json(here: Here, words: list[str]) -> None:
    said = here.antiphon("schema", *words)
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_with_a_target_the_schema_knows_its_roles(here: Here, small: Small) -> None:
    here.suite(small.url)
    made = json.loads(here.antiphon("schema", "--target", "target.yaml").out)
    assert made["$defs"]["user"]["properties"]["role"]["enum"] == ["MEMBER"]


def test_a_bad_profile_is_told_as_everywhere(here: Here) -> None:
    here.write("target.yaml", "target: t\nbse_url: x\n")
    said = here.antiphon("schema", "--target", "target.yaml")
    assert (said.code, said.out) == (2, "")
    assert "did you mean `base_url`?" in said.err


@pytest.mark.parametrize(
    ("words", "sentence", "hint"),
    [
        (["profil"], "there is no schema of `profil`", "did you mean `profile`?"),
        (["laws"], "there is no schema of `laws`", "write one of scenario, profile"),
        (["profile", "--target", "target.yaml"], "`--target` goes with the schema of scenarios", "leave it out"),
        (["--target", "nowhere.yaml"], "there is no file nowhere.yaml", "antiphon demo"),
    ],
)
def test_what_has_no_schema_is_bad_usage(here: Here, words: list[str], sentence: str, hint: str) -> None:
    said = here.antiphon("schema", *words)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
    assert hint in said.err
