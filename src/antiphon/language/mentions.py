"""The matcher behind `any_event: {mentions: VALUE}`: whether a value stands anywhere in what an event carries."""

from __future__ import annotations

from collections.abc import Mapping

from antiphon.core.errors import Problems
from antiphon.language.checks import BadArgument, Test
from antiphon.language.difference import Difference, Words, shown
from antiphon.language.jsontext import text_of
from antiphon.language.matcher import Matcher
from antiphon.language.nodes import Node, plain
from antiphon.language.parts import Part
from antiphon.language.refusals import EvaluationRefused, ValueRefused
from antiphon.language.scope import Scope
from antiphon.language.template import compile_value

_HINT = 'name an id or a text, such as {mentions: "{{ message.id }}"}'


def mentions(wanted: object) -> Test:
    """Return the test for data in which a text or number stands somewhere.

    A text is found inside longer ones and among the keys of maps as well (a link mentions what it leads to); a number
    is only found as a whole value, as a number or as text.

    Raises:
        BadArgument: It is neither, or empty.
    """
    if isinstance(wanted, bool) or not isinstance(wanted, str | int | float) or wanted == "":
        raise BadArgument(f"`mentions` takes a text or a number, this is {shown(wanted)}")
    text, inside = text_of(wanted), isinstance(wanted, str)

    def is_mentioned(value: object) -> Difference | None:
        waiting = [value]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Mapping):
                waiting += part.keys()
                waiting += part.values()
            elif isinstance(part, list | tuple):
                waiting += part
            elif isinstance(part, str):
                if text == part or (inside and text in part):
                    return None
            elif isinstance(part, int | float) and not isinstance(part, bool) and text_of(part) == text:
                return None
        return Difference((), value, Words(f"a mention of {shown(wanted)}"), f"nowhere mentions {shown(wanted)}")

    return is_mentioned


def compile_mentions(node: Node, problems: Problems, *, body: str = "body") -> Matcher:
    """Return the matcher that holds for a list of arguments in which the value of `node` stands somewhere.

    Args:
        node: The value: a text, a number or a template.
        problems: Collects what is wrong.
        body: The name under which the scope holds what `$` means.
    """
    value = compile_value(node, problems, body=body)
    test: Test | None = None
    if value.is_constant:
        try:
            test = mentions(value.constant)
        except BadArgument as problem:
            problems.mistake(str(problem), node.source, _HINT)
        except EvaluationRefused as refused:
            problems.mistake(str(refused), refused.source or node.source, refused.hint)

    def bind(scope: Scope) -> Test:
        try:
            return mentions(value.get(scope))
        except BadArgument as problem:
            raise ValueRefused(sentence=str(problem), source=node.source, advice=_HINT) from None

    part = Part(test=test) if test is not None else Part(bind=bind, roots=value.roots, calls=value.calls)
    return Matcher(node.source, shown(plain(node)), part)
