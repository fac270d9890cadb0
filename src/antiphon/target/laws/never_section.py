"""Reader of a law's `never`: what nobody may ever see, whatever caused it."""

from __future__ import annotations

from antiphon.language import plain_values as plain
from antiphon.language.call import StatusSpec
from antiphon.language.call_compiler import status
from antiphon.language.keys import fits
from antiphon.language.matcher import Matcher, compile_matcher
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.language.route import Operation, parse_operation
from antiphon.target.laws import law_keys as keys
from antiphon.target.laws.cause_text import known_event, known_operation
from antiphon.target.laws.model import Never, NeverCall
from antiphon.target.laws.phrase import phrase_of
from antiphon.target.laws.words import LawWords, takes_everything

_NO_NAMES: frozenset[str] = frozenset()


def read_never(node: Node, words: LawWords) -> Never | None:
    """Return what must never be seen; None where it cannot be read."""
    problems = words.profile.problems
    before = len(problems)
    fields = keys.NEVER_KEYS.read(plain.map_of(node), words.profile, problems)
    call, event, ack = fields.get(keys.NEVER_CALL), fields.get(keys.NEVER_EVENT), fields.get(keys.NEVER_ACK)
    if call is None and event is None and ack is None:
        words.mistake("`never` forbids nothing", node.source, "write {call: {status: 5xx}}, {event: NAME} or {ack: …}")
    found = Never(
        call=_call(plain.map_of(call), words) if call is not None else None,
        events=_events(event, words) if event is not None else (),
        ack=_matcher(ack, "every acknowledgement", words) if ack is not None else None,
    )
    return found if len(problems) == before else None


def _call(node: Mapping, words: LawWords) -> NeverCall:
    fields = keys.NEVER_CALL_KEYS.read(node, words.profile, words.profile.problems)
    statuses, body = fields.get(keys.CALL_STATUS), fields.get(keys.CALL_BODY)
    if not list(fields):
        hint = "write {status: 5xx}, or {operation: METHOD /path, body: MATCHER}"
        words.mistake("every call is forbidden", node.source, hint)
    return NeverCall(
        operation=_operation(fields.get(keys.CALL_OPERATION), words),
        statuses=_statuses(statuses, words) if statuses is not None else None,
        body=_matcher(body, "every body", words) if body is not None else None,
    )


def _operation(node: Node | None, words: LawWords) -> Operation | None:
    if not isinstance(node, Scalar):
        return None
    line = phrase_of(node)
    operation = parse_operation(line.text, line.source, words.profile.problems)
    if operation is not None:
        known_operation(operation, line, words)
    return operation


def _statuses(node: Node, words: LawWords) -> StatusSpec | None:
    found = status(node, words.profile)
    if found is not None and (found.any or found.template is not None):
        words.mistake(f"`{found.text[:60]}` is no status that never comes", node.source, "write 5xx or [500, 502]")
    return found


def _events(node: Node, words: LawWords) -> tuple[tuple[str, Matcher | None], ...]:
    lines: list[tuple[Node, Node | None]] = [(item, None) for item in plain.items_of(node)]
    if isinstance(node, Mapping):
        lines = [(entry.key, entry.value) for entry in node]
    if not lines:
        words.mistake("no event is named", node.source, "write EVENT, or {EVENT: MATCHER}")
    found: dict[str, Matcher | None] = {}
    for line, value in lines:
        if fits(line, ("text",), "an event's name", words.profile.problems) and isinstance(line, Scalar):
            name = phrase_of(line)
            known_event(name, words)
            empty = value is None or (isinstance(value, Scalar) and value.value is None and not value.raw)
            found[name.text] = None if empty or value is None else _matcher(value, f"every `{name.text}`", words)
    return tuple(found.items())


def _matcher(node: Node, everything: str, words: LawWords) -> Matcher:
    if takes_everything(node):
        hint = "say what of it is forbidden; an event that may never come stands without a matcher"
        words.mistake(f"the matcher takes {everything}", node.source, hint)
    words.profile.check_node(node, _NO_NAMES)
    return compile_matcher(node, words.profile.problems)
