"""The compiler of steps: finds a step's one verb, reads its keys by that verb's table, and makes the model of it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from antiphon.core.errors import NotYetPlayed, UnknownKey
from antiphon.core.text import did_you_mean, listed, nearest, shortened
from antiphon.language.keys import fits
from antiphon.language.nodes import Entry, Mapping, Node, Scalar, Sequence
from antiphon.language.template import template_of
from antiphon.scenario import step_keys as keys
from antiphon.scenario.block_verbs import BLOCK_MAKERS
from antiphon.scenario.found import Found
from antiphon.scenario.groups import group_in
from antiphon.scenario.reading import ScenarioReading
from antiphon.scenario.step_model import Actor, AnyStep
from antiphon.scenario.user_verbs import make_user_step

_DEEPEST = 16
_SHORT_FORM = "write `USER: VERB ...`, such as `alice: POST /path`"


class Steps(Struct, frozen=True):
    """Compiles the steps of one file."""

    reading: ScenarioReading

    def many(self, node: Node, prefix: str, *, first: int = 1) -> tuple[AnyStep, ...]:
        """Return the steps of a list, numbered `prefix` + 1, 2, …; those that cannot be read are left out."""
        if not fits(node, ("list",), "`steps`", self.reading.problems) or not isinstance(node, Sequence):
            return ()
        if not node.items:
            self.reading.problems.mistake("an empty list of steps", node.source, _SHORT_FORM)
        steps = (self.one(item, f"{prefix}{index}") for index, item in enumerate(node.items, first))
        return tuple(step for step in steps if step is not None)

    def one(self, node: Node, number: str) -> AnyStep | None:
        """Return the step of a map, or None if it cannot be read."""
        reading = self.reading
        if not reading.has_room(1, node.source):
            return None
        if number.count(".") > _DEEPEST:
            reading.problems.mistake(
                f"steps stand more than {_DEEPEST} deep", node.source, "a fragment keeps them flat"
            )
            return None
        if not isinstance(node, Mapping):
            reading.problems.mistake("a step is a map", node.source, _SHORT_FORM)
            return None
        found = self._verb(node)
        if found is None:
            return None
        self._foreign_keys(node, found)
        self._silent(node, found)
        fields = keys.PLACES[found.verb].read(
            node, reading, reading.problems, besides=(*found.keys, *self._foreign(node, found))
        )
        maker = BLOCK_MAKERS.get(found.verb)
        if maker is not None:
            return maker(found, fields, number, self)
        return make_user_step(found, fields, number, self)

    def _silent(self, node: Mapping, found: Found) -> None:
        """Note a step that needs a socket where the target has none."""
        vocabulary = self.reading.vocabulary
        if vocabulary.on(None).speaks:
            return
        entry = node.entry("hear")
        word = "hear" if entry is not None else found.verb
        if entry is not None or found.verb in keys.SOCKET_WORDS:
            source = entry.key.source if entry is not None else node.source
            hint = "add `socket` to the profile"
            self.reading.problems.mistake(f"`{word}` needs a socket, and the profile describes none", source, hint)

    def _verb(self, node: Mapping) -> Found | None:
        """Return the step's one verb; more or fewer are noted."""
        problems = self.reading.problems
        later = [entry for entry in node if entry.name in keys.LATER_BLOCK_VERBS]
        for entry in later:
            problems.add(NotYetPlayed(word=entry.name, source=entry.key.source))
        blocks = [entry for entry in node if entry.name in keys.BLOCK_VERBS and entry.name != "hear"]
        actors = [entry for entry in node if self._acts(entry)]
        by, do = node.entry("by"), node.entry("do")
        found = [entry.name for entry in blocks] + [f"{e.name}: {_shown(e.value)}" for e in actors]
        if do is not None:
            found.append(f"do: {_shown(do.value)}")
        elif by is not None:
            found.append("by")
        if not found and "hear" in node:
            return Found("hear", "", node, None, Scalar(None, node.source), ()) if not later else None
        if later and not found:
            return None
        if len(found) != 1 or later:
            self._not_one(node, found)
            return None
        if blocks:
            return Found(blocks[0].name, "", node, None, blocks[0].value, (blocks[0].name,))
        if actors:
            return self._short(node, actors[0])
        return self._long(node, by, do)

    def _not_one(self, node: Mapping, found: list[str]) -> None:
        problems = self.reading.problems
        if found:
            shown = " and ".join(f"`{one}`" for one in found)
            hint = "each verb is a step of its own; `parallel` does several at once"
            problems.mistake(f"a step has exactly one verb, found {shown}", node.source, hint)
            return
        unknown = [entry for entry in node if entry.name not in keys.STEP_KEYS]
        for entry in unknown:
            problems.add(UnknownKey(key=entry.name, source=entry.key.source, known=_BEGINNINGS, where="a step"))
        if not unknown:
            problems.mistake("a step has exactly one verb, this one has none", node.source, _SHORT_FORM)

    def _acts(self, entry: Entry) -> bool:
        """Return whether a key of a step is a user who does something."""
        name, value = entry.name, entry.value
        if name in keys.STEP_KEYS:
            return False
        if group_in(name) in self.reading.acting or name == "nobody":
            return True
        return _first_word(value) in keys.USER_VERBS or (
            nearest(name, keys.STEP_KEYS) is None and nearest(_first_word(value), keys.USER_VERBS) is not None
        )

    def _short(self, node: Mapping, entry: Entry) -> Found | None:
        actor = Actor(name=entry.name, source=entry.key.source)
        return self._line(node, entry.value, actor, (entry.name,))

    def _long(self, node: Mapping, by: Entry | None, do: Entry | None) -> Found | None:
        problems = self.reading.problems
        if by is None or do is None:
            have, lack = ("do", "by") if by is None else ("by", "do")
            problems.mistake(f"`{have}` stands without `{lack}`", node.source, "write by: USER and do: VERB ...")
            return None
        if not fits(by.value, ("text",), "`by`", problems) or not isinstance(by.value, Scalar):
            return None
        text = str(by.value.value)
        name = template_of(by.value, problems) if "{{" in text else text
        return self._line(node, do.value, Actor(name=name, source=by.value.source), ("by", "do"))

    def _line(self, node: Mapping, value: Node, actor: Actor, own: tuple[str, ...]) -> Found | None:
        problems = self.reading.problems
        if not fits(value, ("text",), f"what `{own[-1]}` does", problems) or not isinstance(value, Scalar):
            return None
        verb, _, rest = str(value.value).strip().partition(" ")
        if verb in keys.LATER_USER_VERBS:
            problems.add(NotYetPlayed(word=verb, source=value.source))
            return None
        if verb not in keys.USER_VERBS:
            hint = did_you_mean(verb, keys.USER_VERBS) or f"verbs: {', '.join(keys.USER_VERBS)}"
            problems.mistake(f"unknown verb `{verb[:40]}`", value.source, hint)
            return None
        return Found(verb, rest.strip(), node, actor, value, own)

    def _foreign(self, node: Mapping, found: Found) -> Iterable[str]:
        """Return the keys that belong to steps of other verbs."""
        known = keys.PLACES[found.verb].keys
        names = (entry.name for entry in node)
        return [name for name in names if name in keys.STEP_KEYS and name not in known and name not in found.keys]

    def _foreign_keys(self, node: Mapping, found: Found) -> None:
        known = keys.PLACES[found.verb].known
        for name in self._foreign(node, found):
            entry = node.entry(name)
            source = entry.key.source if entry is not None else node.source
            hint = did_you_mean(name, known) or f"keys of this step: {listed(known, limit=40)}"
            self.reading.problems.mistake(f"`{name}` does not go with `{found.verb}`", source, hint)


_BEGINNINGS = (*keys.BLOCK_VERBS, "by", "do", *(key.name for key in keys.COMMON if key is not keys.HEAR))


def _first_word(node: Node) -> str:
    return node.value.strip().partition(" ")[0] if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def _shown(node: Node) -> str:
    return shortened(str(node.value), limit=60) if isinstance(node, Scalar) else "..."
