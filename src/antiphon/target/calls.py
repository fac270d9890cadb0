"""Readers of the calls that a profile holds: recipes, health, clean-up, uploads."""

from __future__ import annotations

import re
from typing import Any

from antiphon.core.errors import UnknownName
from antiphon.language import plain_values as plain
from antiphon.language.address import parse_save
from antiphon.language.call import CallSpec, SaveSpec
from antiphon.language.call_compiler import ANSWER_KEYS, PAGES, REQUEST_KEYS, compile_call
from antiphon.language.keys import Fields, Key, Place, Reading, fits, kept
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.target.model import RecipeCall
from antiphon.target.reading import ANSWER_ROOTS, SELF_ROOTS, ProfileReading

_OF_COMPANY = re.compile(r"(\S+)\s+of\s+company")

CALL = kept("call", ("text",), "METHOD /path", required=True)
BY = Key("by", ("text",), plain.text, "self, nobody, company_of, or ROLE of company")
SAVE = kept("save", ("map",), "what is kept of the answer")

_PLAYED: tuple[Key[Any, Any], ...] = (CALL, *REQUEST_KEYS, *ANSWER_KEYS)
RECIPE = Place[Reading]("a recipe's call", (*_PLAYED, PAGES, BY, SAVE))
HEALTH = Place[Reading]("a health call", _PLAYED)
UPLOAD_CALL = Place[Reading]("a call of an upload", (CALL, *REQUEST_KEYS, *ANSWER_KEYS, SAVE, PAGES))


def read_recipe(node: Node, reading: ProfileReading) -> tuple[RecipeCall, ...]:
    """Return the calls of a recipe: a list of them, or a single one."""
    calls = []
    for item in plain.items_of(node):
        read = _fields(item, RECIPE, reading)
        if read is None:
            continue
        fields, line = read
        by, of_company = _by(fields, reading)
        save = saves(fields, "self", reading)
        call = _call(line, fields, reading, SELF_ROOTS, save)
        if call is not None:
            calls.append(RecipeCall(call=call, source=line.source, by=by, of_company=of_company))
    return tuple(calls)


def read_health(node: Node, reading: ProfileReading) -> tuple[CallSpec, ...]:
    """Return the health calls: a list of them, or a single one."""
    return tuple(
        call for item in plain.items_of(node) if (call := read_call(item, HEALTH, SELF_ROOTS - {"self"}, reading))
    )


def read_call(
    node: Node, place: Place[Reading], allowed: frozenset[str], reading: ProfileReading, *, saves_into: str = ""
) -> CallSpec | None:
    """Return one call, written as a text (`GET /health`) or as a map.

    Args:
        node: What stands in the profile.
        place: Its table, which has `CALL`.
        allowed: The names that its templates may use.
        reading: The profile's reading.
        saves_into: The map whose parts its `save` may set.
    """
    read = _fields(node, place, reading)
    if read is None:
        return None
    fields, line = read
    return _call(line, fields, reading, allowed, saves(fields, saves_into, reading, allowed))


def _fields(node: Node, place: Place[Reading], reading: ProfileReading) -> tuple[Fields, Scalar] | None:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return Fields(node.source), node
    if not fits(node, ("map", "text"), place.name, reading.problems) or not isinstance(node, Mapping):
        return None
    fields = place.read(node, reading, reading.problems)
    line = fields.get(CALL)
    return (fields, line) if isinstance(line, Scalar) else None


def _call(
    line: Scalar, fields: Fields, reading: ProfileReading, allowed: frozenset[str], save: tuple[SaveSpec, ...]
) -> CallSpec | None:
    text = str(line.value).strip()
    for key in REQUEST_KEYS:
        reading.check_node(fields.node(key), allowed)
    for key in ANSWER_KEYS:
        reading.check_node(fields.node(key), allowed | ANSWER_ROOTS)
    call = compile_call(line, text, fields, reading, reading.vocabulary, save=save)
    if call is None:
        return None
    reading.check_node(line, allowed)
    for root in sorted(call.path.roots - allowed):
        if f":{root}" in text:
            hint = "a path parameter of a profile's call is a template, such as {{ self.id }}"
            reading.problems.mistake(f"`:{root}` means nothing here", line.source, hint)
    if call.token is not None and call.token.kind == "of":
        hint = "a recipe's call is made by `by`"
        reading.problems.mistake("`token: {of: ...}` names a user of a scenario", call.token.source, hint)
    return call


def _by(fields: Fields, reading: ProfileReading) -> tuple[str, bool]:
    """Return who makes a recipe's call, and whether that is a role of the company."""
    word = fields.get(BY)
    if word is None:
        return "self", False
    found = _OF_COMPANY.fullmatch(word.strip())
    if found:
        roles = reading.vocabulary.roles
        if roles and found[1] not in roles:
            reading.problems.add(UnknownName(kind="role", name=found[1], source=fields.at(BY), known=roles))
        return found[1], True
    if word not in ("self", "nobody", "company_of"):
        hint = "write self, nobody, company_of, or ROLE of company"
        reading.problems.mistake(f"`{word}` is nobody in a recipe", fields.at(BY), hint)
    return word, False


def saves(
    fields: Fields, into: str, reading: ProfileReading, allowed: frozenset[str] = SELF_ROOTS
) -> tuple[SaveSpec, ...]:
    """Return what a call keeps of its answer; the names are parts of `into` (`self.token`)."""
    node = fields.get(SAVE)
    if node is None:
        return ()
    found = []
    for key, address in parse_save(node, reading.problems):
        name = str(key.value)
        parts = name.split(".")
        if parts[0] != into or len(parts) < 2 or not all(plain.is_name(part) for part in parts[1:]):
            hint = f"write {into}.{parts[-1] or 'id'}"
            reading.problems.mistake(f"`{name}` is not kept here", key.source, hint)
            continue
        reading.check_addresses((address,), allowed | ANSWER_ROOTS)
        found.append(SaveSpec(name=name, address=address, source=key.source))
    return tuple(found)
