"""Accounts that the target has already, read from a file or from the profile itself."""

from __future__ import annotations

import pytest

from antiphon.core.errors import Mistake
from antiphon.target.accounts import with_accounts
from antiphon.target.loader import load_target
from antiphon.target.model import GivenAccount

PROFILE = (
    "target: t\nbase_url: http://127.0.0.1:1\nenv: [SHARED, UNSET]\nusers: {roles: [OWNER, MEMBER], given: GIVEN}\n"
)
ENVIRONMENT = {"SHARED": "the same for all", "HOME": "/root"}


def read(given: str, **files: str | bytes) -> tuple[tuple[GivenAccount, ...], list[str]]:
    """Return the accounts and what is wrong with them; `a_yaml` is `a.yaml`."""
    texts = {name.replace("_", "."): text for name, text in files.items()}

    def file(name: str) -> bytes:
        if name not in texts:
            raise Mistake(sentence=f"there is no file `{name}` in the suite's folder")
        text = texts[name]
        return text.encode() if isinstance(text, str) else text

    target, problems = load_target(PROFILE.replace("GIVEN", given), "target.yaml", environment={})
    assert [str(problem) for problem in problems] == []
    assert target is not None
    found, wrong = with_accounts(target, file, ENVIRONMENT)
    return found.users.given, [f"{one.source}: {one}" + (f" | {one.hint}" if one.hint else "") for one in wrong]


YAML = """
- {name: dave, role: OWNER, email: dave@example.com, password: "pa,ss"}
- {email: eve@example.com, role: MEMBER, token: "{{ env.SHARED }}"}
- {token: "{{ env.SHARED }}"}
"""
CSV = """name,role,email,password,token
dave,OWNER,dave@example.com,"pa,ss",

,MEMBER,eve@example.com,,{{ env.SHARED }}
"""


def test_accounts_stand_in_a_yaml_file() -> None:
    accounts, problems = read("a.yaml", a_yaml=YAML)
    assert problems == []
    assert [(one.name, one.role) for one in accounts] == [
        ("dave", "OWNER"),
        ("eve@example.com", "MEMBER"),
        ("account 3", None),
    ]
    assert accounts[0].values == {
        "name": "dave",
        "role": "OWNER",
        "email": "dave@example.com",
        "password": "pa,ss",
    }
    assert [one.values["token"] for one in accounts[1:]] == ["the same for all"] * 2


def test_accounts_stand_in_a_csv_file_whose_empty_cells_say_nothing() -> None:
    accounts, problems = read("a.csv", a_csv=CSV)
    assert problems == []
    assert [(one.name, one.role) for one in accounts] == [("dave", "OWNER"), ("eve@example.com", "MEMBER")]
    assert accounts[0].values["password"] == "pa,ss"
    assert "token" not in accounts[0].values
    assert accounts[1].values["token"] == "the same for all"


def test_accounts_stand_in_the_profile_itself() -> None:
    accounts, problems = read('[{name: dave, token: "{{ env.SHARED }}"}]')
    assert (problems, [one.values["token"] for one in accounts]) == ([], ["the same for all"])


WRONG = [
    pytest.param("b.yaml", {}, ["target.yaml:4:40: there is no file `b.yaml` in the suite's folder | `given` names"]),
    pytest.param("a.yaml", {"a_yaml": b"\xff"}, ["target.yaml:4:40: `a.yaml` is no UTF-8 | save the file as UTF-8"]),
    pytest.param(
        "a.yaml", {"a_yaml": "a: 1\n"}, ["a.yaml:1:1: accounts are a list, this is a map | write - {name: …}"]
    ),
    pytest.param("a.yaml", {"a_yaml": "[]\n"}, ["target.yaml:4:40: there is no account | write - {name: dave, email"]),
    pytest.param(
        "a.yaml", {"a_yaml": "- 5\n- {}\n"}, ["a.yaml:1:3: an account is a number", "a.yaml:2:3: an account w"]
    ),
    pytest.param(
        "a.yaml",
        {"a_yaml": "- {name: a, role: GUEST}\n- {name: a}\n- {name: b, 'x y': 1}\n"},
        [
            "a.yaml:1:19: unknown role `GUEST` | known: MEMBER, OWNER",
            "a.yaml:2:3: two accounts are named `a` | give each account a `name` of its own",
            "a.yaml:3:13: `x y` cannot name a part of an account | letters, digits",
        ],
    ),
    pytest.param(
        "a.yaml",
        {
            "a_yaml": "- {name: a, token: '{{ env.UNSET }}'}\n"
            "- {name: b, token: '{{ env.HOME }}'}\n- {b: '{{ self.a }}'}\n"
        },
        [
            "a.yaml:1:20: `env.UNSET` has no value here: the variable is not set | set it where",
            "a.yaml:2:24: the profile lists no environment variable `HOME` | add it to `env`",
            "a.yaml:3:11: `self` means nothing here | here stand env",
            "a.yaml:3:3: an account without anything",
        ],
    ),
    pytest.param(
        "a.csv", {"a_csv": "name,role\na\n"}, ["a.csv:2:1: this line has 1 cells | the first line names 2 colu"]
    ),
    pytest.param(
        "a.csv", {"a_csv": 'name\n"a"b\n'}, ["a.csv:2:1: this is no CSV: ',' expected after '\"' | cells are"]
    ),
]


@pytest.mark.parametrize(("given", "files", "told"), WRONG)
def test_what_is_wrong_with_accounts_is_told_with_its_place(
    given: str, files: dict[str, str | bytes], told: list[str]
) -> None:
    _, problems = read(given, **files)
    assert [problem[: len(line)] for problem, line in zip(sorted(problems), sorted(told), strict=True)] == sorted(told)
