"""How users come to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.scope import Names

if TYPE_CHECKING:
    from conftest import Bench


WRONG = [
    pytest.param(
        (
            "users:\n"
            "  roles: [A, B]\n"
            "  given: x\n"
            "  pool: {}\n"
            "  identity: id\n"
            "  tokens: {kind: opaque, life: 1s, secret_env: 'a b'}\n"
            "  make: {C: [], A: 5, default: [{by: X of company, call: POST /x, save: {id: payload.id, s"
            "elf.x: nope.y}}, {call: GET, by: alice}, {body: {}}]}\n"
            "  login: {call: POST /l, body: {a: '{{ slef.email }}', b: '{{ env.X }}'}, expect: {}, toke"
            "n: {of: bob}}\n"
        ),
        [
            "6:9 `pool` needs `reuse` | never, category or run",
            "7:13 `id` is no part of `self` | write self.id",
            "8:18 unknown kind of token `opaque` | known: jwt",
            "8:48 `a b` cannot name an environment variable | letters, digits and `_`, such as API_SECRET",
            "9:10 unknown role `C` | known: A, B, default",
            '9:20 a recipe\'s call is a number, but must be a map or a text | quote it to make it a text: "5"',
            "9:38 unknown role `X` | known: A, B",
            "9:74 `id` is not kept here | write self.id",
            (
                "9:98 `nope` means nothing here | here stand body, env, fake, headers, now, path, "
                "payload, problem, query, range, request, response, run, self, status"
            ),
            "9:115 a path begins with `/`, not `` | write GET /...",
            "9:124 `alice` is nobody in a recipe | write self, nobody, company_of, or ROLE of company",
            "9:132 a recipe's call needs `call` | METHOD /path",
            "10:40 `slef` means nothing here | did you mean `self`?",
            (
                "10:63 the profile lists no environment variable `X` | add it to `env`, which lists "
                "what templates may read"
            ),
            "10:99 `token: {of: ...}` names a user of a scenario | a recipe's call is made by `by`",
        ],
        id="recipes that cannot be played",
    ),
    pytest.param(
        "users: {login: [POST /login/:id], refresh: 5}\n",
        [
            (
                "3:17 `:id` means nothing here | a path parameter of a profile's call is a template, "
                "such as {{ self.id }}"
            ),
            ('3:44 `refresh` is a number, but must be a list, a map or a text | quote it to make it a text: "5"'),
        ],
        id="paths that mean nothing",
    ),
    pytest.param(
        "users: {roles: [A, A, 5], lgin: [], pool: {reuse: sometimes}}\n",
        [
            "3:20 `A` is listed twice | leave one of them out",
            '3:23 `5` is not a text | quote it: "5"',
            "3:27 unknown key `lgin` in `users` | did you mean `login`?",
            "3:51 unknown reuse `sometimes` | known: category, never, run",
        ],
        id="roles that are none",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text) == told


def test_recipes_are_lists_of_calls(bench: Bench) -> None:
    users = bench.target("""
env: [SECRET]
users:
  roles: [OWNER, MEMBER]
  make:
    OWNER: {call: POST /register, by: nobody, body: {key: "{{ env.SECRET }}"}, save: {self.id: payload.id}}
    default:
      - {call: POST /members, by: OWNER of company}
      - {call: POST /welcome, by: company_of}
  login: POST /login
  refresh: [{call: POST /refresh, token: none, body: {t: "{{ self.refresh_token }}"}}]
  logout: [{call: POST /logout, status: 204}]
  identity: self.user.id
  pool: {reuse: category}
  tokens: {kind: jwt, secret_env: SECRET, life: 15m}
""").users
    assert users.roles == ("OWNER", "MEMBER")
    assert users.pool == "category"
    assert [(call.by, call.of_company) for call in users.make["OWNER"]] == [("nobody", False)]
    assert [(call.by, call.of_company) for call in users.default] == [("OWNER", True), ("company_of", False)]
    assert [(call.by, call.call.operation) for call in users.login] == [("self", "POST /login")]
    assert users.refresh[0].call.token is not None
    assert users.logout[0].call.status.accepts(204)
    assert not users.logout[0].call.status.accepts(200)
    assert users.identity is not None
    assert users.identity(Names({"self": {"user": {"id": 3}}})) == 3
    assert (users.tokens.secret_env, users.tokens.life_s) == ("SECRET", 900.0)
