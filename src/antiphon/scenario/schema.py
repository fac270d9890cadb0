"""The JSON Schema of scenario and fragment files, made from the tables that the loader reads them by.

It knows the target's words where there are some. It says less than the loader: that a step has exactly one verb
and that names are defined is told by `antiphon check` alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from antiphon.language import call_compiler as call
from antiphon.language.keys import Key
from antiphon.language.route import METHODS, Operation
from antiphon.language.shapes import DIALECT, Schema, Shape, Shapes, claim, each, either, kinds, listed, matcher, of
from antiphon.language.shapes import text as text_like
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario import backstage, fragments, hearing, item_claims, users
from antiphon.scenario import file_compiler as file
from antiphon.scenario import step_keys as keys
from antiphon.scenario.item_claims import ANY, ANY_EVENT
from antiphon.scenario.refusals import REFUSED_WITH
from antiphon.scenario.sockets import SOCKET as USER_SOCKET
from antiphon.scenario.sockets import SOCKETS
from antiphon.scenario.verb_words import BLOCK_VERB_WORDS, USER_VERB_WORDS

_NAME = "^[A-Za-z_][A-Za-z0-9_-]*$"
_ADDRESS = text_like()
_SAVES: Shape = each(_ADDRESS)
_TEMPLATE = r"\{\{.*\}\}"

_RESTS = {
    "emit": r" +\S.*",
    "send": "( .*)?",
    "join": r" +\S+ +\S.*",
    "leave": r" +\S+ +\S.*",
    "upload": r" +\S.*",
}
"""What stands behind a verb; behind all others of users nothing."""


def scenario_schema(vocabulary: Vocabulary | None = None) -> Schema:
    """Return the schema of a file that holds one scenario or one fragment.

    Args:
        vocabulary: The target's words; None, or a kind of word that is empty: every word is taken.
    """
    return _Maker(vocabulary or Vocabulary()).whole()


class _Maker:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self.words = vocabulary.on(None)
        self.shapes = Shapes(self._inside())

    def whole(self) -> Schema:
        scenario, fragment = self.shapes.place(file.SCENARIO), self.shapes.place(fragments.FRAGMENT)
        return {
            "$schema": DIALECT,
            "title": "a scenario or a fragment of Antiphon",
            "type": "object",
            "if": {"required": [fragments.FRAGMENT_NAME.name]},
            "then": fragment,
            "else": scenario,
            "$defs": self.shapes.definitions,
        }

    def _inside(self) -> list[tuple[Key[Any, Any], Shape]]:
        steps = listed(self._step)
        user = either(of(users.USER), kinds("empty"))
        return [
            (file.EXAMPLES, either(text_like(), listed(each(_anything, names=_NAME)))),
            (file.USERS, each(user, names=_NAME)),
            (file.INPUTS, each(kinds("map", "list", "text", "number", "boolean", "empty"), names=_NAME)),
            (file.VARS, each(kinds("map", "list", "text", "number", "boolean", "empty"), names=_NAME)),
            (file.STEPS, lambda shapes: {**steps(shapes), "minItems": 1}),
            (file.CLEANUP, steps),
            (users.ROLE, self._role),
            (SOCKETS, either(_names, each(either(of(USER_SOCKET), kinds("empty"))))),
            (fragments.TAKES, each(either(_taken, of(fragments.TAKEN)), names=_NAME)),
            (keys.STEPS, lambda shapes: {**steps(shapes), "minItems": 1}),
            (keys.ROUNDS, either(_rounds, text_like(_TEMPLATE))),
            (keys.WHILE, lambda shapes: {**steps(shapes), "minItems": 1}),
            (keys.STATUSES, each(either(_times, text_like(r"\.\.")), names="^[1-5]([0-9]{2}|[xX]{2})$")),
            (keys.DO, self._step),
            (keys.HEAR, self._hear),
            (keys.SAVE, _SAVES),
            (keys.APPEND, _SAVES),
            (hearing.ITEM_SAVE, _SAVES),
            (keys.IF, claim),
            (keys.CLAIM, claim),
            (keys.ACK, matcher),
            (keys.TURNED_AWAY, either(kinds("boolean"), of(REFUSED_WITH))),
            (call.MULTIPART, each(either(kinds("text", "number", "boolean"), of(call.PART), of(call.PART_MADE)))),
            (keys.CODE, matcher),
            (keys.REASON, matcher),
            (hearing.DATA, matcher),
            (item_claims.FIRST, matcher),
            (item_claims.LAST, matcher),
            (hearing.NEVER, either(self._part, listed(self._part))),
            (hearing.IN_ORDER, listed(self._part)),
            (call.EXPECT, matcher),
            (backstage.EXPECT_ROWS, matcher),
            (call.EXPECT_BODY, matcher),
            (call.EXPECT_HEADERS, lambda shapes: {"type": "object", "additionalProperties": matcher(shapes)}),
            (call.STATUS, either(_status, listed(_status))),
            (call.TOKEN_KEY, either(text_like(), of(call.TOKEN))),
            (call.RAW, either(kinds("text"), of(call.RAW_FILE))),
        ]

    # -- steps -----------------------------------------------------------------------------------

    def _step(self, shapes: Shapes) -> Schema:
        return shapes.define("step", self._any_step)

    def _any_step(self, shapes: Shapes) -> Schema:
        users_verbs = [verb for verb in keys.USER_VERBS if verb not in keys.LATER_USER_VERBS and verb not in METHODS]
        some = [self._user_step(shapes, "call", METHODS)]
        some += [self._user_step(shapes, verb, (verb,)) for verb in users_verbs]
        some += [self._block_step(shapes, verb) for verb in keys.BLOCK_VERBS if verb not in keys.LATER_BLOCK_VERBS]
        return {"type": "object", "anyOf": some}

    def _user_step(self, shapes: Shapes, name: str, verbs: tuple[str, ...]) -> Schema:
        """Return a step of one of these verbs, in its short or its long form."""

        def make(shapes: Shapes) -> Schema:
            said = shapes.map_of(keys.PLACES[verbs[0]].keys.values())
            line = self._line(verbs)
            own = {"by": {"type": "string", "description": "who does it"}, "do": line}
            known = sorted({*keys.STEP_KEYS})
            return {
                "type": "object",
                "properties": {**said["properties"], **own},
                "additionalProperties": line,
                "anyOf": [{"required": ["by", "do"]}, {"not": {"propertyNames": {"enum": known}}}],
            }

        return shapes.define(f"step_{name}", make)

    def _line(self, verbs: tuple[str, ...]) -> Schema:
        means = USER_VERB_WORDS.get(verbs[0], "")
        if verbs == METHODS:
            return {"type": "string", "description": means, "pattern": self._calls()}
        (verb,) = verbs
        rest = _RESTS.get(verb, "")
        known = {"emit": self.words.events_emitted, "join": self.words.rooms, "leave": self.words.rooms}.get(verb)
        if known:
            tail = "" if verb == "emit" else r" +\S.*"
            rest = f" +({'|'.join(re.escape(word) for word in sorted(known))}){tail}"
        return {"type": "string", "description": means, "pattern": rf"^\s*{verb}{rest}\s*$"}

    def _calls(self) -> str:
        operations = self.words.operations
        if not operations:
            return rf"^\s*({'|'.join(METHODS)}) +\S"
        known = "|".join(_operation_pattern(operation) for operation in operations)
        return rf"^\s*({known}|({'|'.join(METHODS)}) +{_TEMPLATE}.*)\s*$"

    def _block_step(self, shapes: Shapes, verb: str) -> Schema:
        def make(shapes: Shapes) -> Schema:
            said = shapes.map_of(keys.PLACES[verb].keys.values())
            shape = self._blocks().get(verb)
            value = {"description": BLOCK_VERB_WORDS.get(verb, ""), **(shape(shapes) if shape is not None else {})}
            said["properties"] = {verb: value, **said["properties"]}
            said["required"] = [verb, *said.get("required", ())]
            return said

        return shapes.define(f"step_{verb}", make)

    def _blocks(self) -> dict[str, Shape]:
        """Return what the values of verbs without a user may be; where nothing is said, anything."""
        branch = either(self._step, listed(self._step))
        return {
            "hear": self._hear,
            "watch": self._hear,
            "parallel": either(listed(branch), of(keys.PARALLEL_REPEAT)),
            "repeat": either(_rounds, text_like(_TEMPLATE), of(keys.REPEAT_OVER)),
            "until": of(keys.UNTIL),
            "probe": of(backstage.PROBE),
            "target": lambda _shapes: {"enum": list(backstage.CHANGES)},
            "assert": claim,
            "pause": lambda shapes: shapes.key(keys.WAIT),
            "use": text_like(),
        }

    # -- hear ------------------------------------------------------------------------------------

    def _hear(self, shapes: Shapes) -> Schema:
        return shapes.define("hear", self._heard_by_users)

    def _heard_by_users(self, shapes: Shapes) -> Schema:
        part = self._part(shapes)
        value: Schema = {"anyOf": [part, {"type": "array", "items": part, "minItems": 1}]}
        return {"type": "object", "additionalProperties": value, "minProperties": 1}

    def _part(self, shapes: Shapes) -> Schema:
        return shapes.define("heard", self._one_part)

    def _one_part(self, shapes: Shapes) -> Schema:
        known = [*hearing.ITEM.keys.values(), *hearing.GROUPS.keys.values()]
        said = shapes.map_of({key.name: key for key in known}.values())
        said["properties"][ANY_EVENT] = {"description": "an event of any name", **shapes.place(ANY)}
        said["additionalProperties"] = {"anyOf": [matcher(shapes), {"type": "null"}]}
        words: Schema = {"type": "string", "pattern": r"\S"}
        if self.words.events_heard:
            events = sorted({*self.words.events_heard, item_claims.ANY_EVENT})
            names = [*(key.name for key in known if not key.later), ANY_EVENT]
            said["propertyNames"] = {"pattern": f"^({_alternatives([*names, *events])}|no +({_alternatives(events)}))$"}
            words = {"type": "string", "pattern": f"^((no +)?({_alternatives(events)})|nothing)$"}
        return {"anyOf": [words, {"minProperties": 1, **said}]}

    def _role(self, shapes: Shapes) -> Schema:
        del shapes
        return {"enum": list(self.words.roles)} if self.words.roles else {"type": "string"}


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in names)


def _operation_pattern(operation: Operation) -> str:
    """Return the pattern of a verb line that calls an operation: templates and parameters in place of its own."""
    parts = []
    for segment in operation.path.split("/"):
        varies = segment.startswith((":", "{"))
        parts.append(r"((\{\{.*?\}\})|[^/?{])+" if varies else re.escape(segment))
    return rf"{operation.method} +{'/'.join(parts)}(\?.*)?"


def _taken(shapes: Shapes) -> Schema:
    del shapes
    return {"enum": ["user", "users", "value"]}


def _names(shapes: Shapes) -> Schema:
    del shapes
    return {"type": ["string", "array"], "items": {"type": "string", "pattern": _NAME}}


def _status(shapes: Shapes) -> Schema:
    del shapes
    return {
        "anyOf": [
            {"type": "integer", "minimum": 100, "maximum": 599},
            {"enum": ["any"]},
            {"pattern": r"^[1-5][xX]{2}$|\{\{.*\}\}", "type": "string"},
        ]
    }


def _anything(shapes: Shapes) -> Schema:
    del shapes
    return {}


def _times(shapes: Shapes) -> Schema:
    del shapes
    return {"type": "integer", "minimum": 1}


def _rounds(shapes: Shapes) -> Schema:
    del shapes
    return {"type": "integer", "minimum": 1, "maximum": keys.MOST_ROUNDS}
