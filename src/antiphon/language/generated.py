"""Matchers as generated code: one function that says whether a value matches, and never how it differs.

For where one matcher is asked thousands of times: it takes a sixth of what the tests take that can tell a difference,
and an eighth where there are templates. It says yes exactly where they find no difference; what it says no to is asked
of them again, and they tell in words. The code is made of our own words alone: whatever an author wrote reaches it as a
value, by a name that we give.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from antiphon.language.checks import WORDS, equals
from antiphon.language.composites import of_data
from antiphon.language.matcher import Matcher
from antiphon.language.parts import Both, Each, Fields, Items, Part, Same, Unbound, Word
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING, Lazy, Scope

Holds = Callable[[object, Scope], bool]
_DEEPEST = 12
_LONGEST = 1_000  # lines; what is larger is rare, and takes long to compile
_SCALARS = frozenset({str, int, float, bool, type(None)})
_KINDS = {
    "string": "not isinstance({v}, str)",
    "integer": "type({v}) is not int and {t}({v}) is not None",
    "number": "type({v}) is not int and type({v}) is not float and {t}({v}) is not None",
    "boolean": "not isinstance({v}, bool)",
    "null": "{v} is not None",
    "absent": "{v} is not MISSING",
    "present": "{v} is MISSING",
}


def holds_of(matcher: Matcher) -> Holds:
    """Return what says whether a value matches in a scope."""
    if matcher.calls:  # what draws dice or reads the clock is asked once, by whoever tells the difference too
        return lambda value, scope: matcher(value, scope) is None
    writer = _Writer()
    writer.check(matcher.part, "v", 1, 0)
    if len(writer.lines) + len(writer.before) > _LONGEST:
        return lambda value, scope: matcher(value, scope) is None
    lines = ["def holds(v, scope):"]
    if not isinstance(matcher.part.plan, Fields):  # a map's own test does so
        lines.append(" if isinstance(v, Lazy): v = v.value()")
    if writer.before:  # every template is evaluated, whatever the value is
        lines += [" try:", *writer.before, " except (EvaluationRefused, Unbound): return False"]
    source = "\n".join([*lines, *writer.lines, " return True", ""])
    names = dict(writer.constants)
    exec(compile(source, "<matcher>", "exec"), names)  # noqa: S102 - our own words alone, see above
    made: Holds = names["holds"]  # type: ignore[assignment]
    return made


class _Writer:
    """Writes the lines of one matcher."""

    def __init__(self) -> None:
        self.count = 0
        self.before: list[str] = []
        self.lines: list[str] = []
        self.constants: dict[str, object] = {
            "EvaluationRefused": EvaluationRefused,
            "Unbound": Unbound,
            "MISSING": MISSING,
            "Lazy": Lazy,
            "SCALARS": _SCALARS,
            "equals": equals,
            "of_data": of_data,
        }

    def fresh(self, letter: str) -> str:
        """Return a name that nothing has so far."""
        self.count += 1
        return f"{letter}{self.count}"

    def kept(self, value: object) -> str:
        """Return the name by which the code calls a value."""
        name = self.fresh("k")
        self.constants[name] = value
        return name

    def no_if(self, condition: str, depth: int) -> None:
        """Write that a value does not match where a condition holds."""
        self.lines.append(f"{' ' * depth}if {condition}: return False")

    def check(self, part: Part, name: str, indent: int, depth: int) -> None:
        """Write what tells whether the value called `name` matches."""
        plan = part.plan
        if part.calls or depth > _DEEPEST:
            plan = None
        match plan:
            case None:
                self._ask(part, name, indent)
            case Same():
                self._same(part, plan.value, name, indent)
            case Word(word="any"):
                pass
            case Word(word=word):
                test = self.kept(WORDS[word])
                self.no_if(_KINDS.get(word, "{t}({v}) is not None").format(v=name, t=test), indent)
            case Both():
                for inner in plan.parts:
                    self.check(inner, name, indent, depth + 1)
            case Fields() | Items() | Each():
                self._inside(part, plan, name, indent, depth)
            case _:
                assert_never(plan)

    def _ask(self, part: Part, name: str, indent: int) -> None:
        """Ask the test that tells differences."""
        self.no_if(f"{self._test(part)}({name}) is not None", indent)

    def _test(self, part: Part) -> str:
        if part.test is not None:
            return self.kept(part.test)
        name = self.fresh("t")
        self.before.append(f"  {name} = {self.kept(part.bind)}(scope)")
        return name

    def _same(self, part: Part, value: object, name: str, indent: int) -> None:
        if part.test is None:
            self._same_as_given(part, name, indent)
        elif type(value) is str:
            self.no_if(f"not ({name} == {self.kept(value)} and isinstance({name}, str))", indent)
        elif value is None or type(value) is bool:
            self.no_if(f"{name} is not {value}", indent)
        elif type(value) is int or type(value) is float:
            other = f"{self.kept(part.test)}({name}) is not None"
            is_number = f"type({name}) is int or type({name}) is float"
            self.no_if(f"({name} != {self.kept(value)} if {is_number} else {other})", indent)
        else:
            self._ask(part, name, indent)

    def _same_as_given(self, part: Part, name: str, indent: int) -> None:
        get, given, test = self.kept(part.value), self.fresh("g"), self.fresh("t")
        self.before.append(f"  {given} = {get}(scope)")
        self.before.append(f"  {test} = None if type({given}) in SCALARS else of_data({given})")
        scalar = f"({name} != {given} if type({name}) is type({given}) else equals({given})({name}) is not None)"
        self.no_if(f"({scalar} if {test} is None else {test}({name}) is not None)", indent)

    def _inside(self, part: Part, plan: Fields | Items | Each, name: str, indent: int, depth: int) -> None:
        """Write the checks of what a map or list holds; what is neither is left to the test that tells differences."""
        space, kind = " " * indent, "dict" if isinstance(plan, Fields) else "list"
        whole = part.test if part.test is not None else lambda value, scope: part.bind(scope)(value)
        other = f"{self.kept(whole)}({name}{'' if part.test is not None else ', scope'}) is not None"
        self.lines.append(f"{space}if type({name}) is not {kind}:")
        self.no_if(other, indent + 1)
        self.lines.append(f"{space}else:")
        space += " "
        self.lines.append(f"{space}pass")
        match plan:
            case Fields():
                for key, inner in zip(plan.names, plan.parts, strict=True):
                    child = self.fresh("v")
                    self.lines.append(f"{space}{child} = {name}.get({self.kept(key)}, MISSING)")
                    self.check(inner, child, indent + 1, depth + 1)
                if plan.closed:
                    self.no_if(f"not {self.kept(frozenset(plan.names))}.issuperset({name})", indent + 1)
            case Items():
                self.no_if(f"len({name}) != {len(plan.parts)}", indent + 1)
                for position, inner in enumerate(plan.parts):
                    child = self.fresh("v")
                    self.lines.append(f"{space}{child} = {name}[{position}]")
                    self.check(inner, child, indent + 1, depth + 1)
            case Each():
                child = self.fresh("v")
                self.lines.append(f"{space}for {child} in {name}:")
                self.lines.append(f"{space} pass")
                self.check(plan.part, child, indent + 2, depth + 1)
            case _:
                assert_never(plan)
