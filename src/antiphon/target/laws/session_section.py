"""Reader of `membership.session`: what ends a connection's right to hear or cause anything, and what revives it."""

from __future__ import annotations

from typing import Literal, cast

from antiphon.language import plain_values as plain
from antiphon.language.keys import Key, Place, Reading, fits, kept
from antiphon.language.nodes import Mapping, Node
from antiphon.target.laws.audience_text import who_at
from antiphon.target.laws.cause_text import cause_at
from antiphon.target.laws.membership import Session, SessionEnd
from antiphon.target.laws.words import LawWords, claim_at, scope_of

SESSION_NAME = "session"

OF = Key(
    "of",
    ("text",),
    plain.one_of("owner of a session", ("connection", "user")),
    "whether each connection has a session of its own, or a user has one",
)
REVOKED = kept("revoked", ("list", "map"), "what ends it")
GRANTED = kept("granted", ("list", "map"), "what makes it live again on the same connection")
SESSION = Place[Reading]("`session`", (OF, REVOKED, GRANTED))

BY = kept("by", ("text",), "the cause that ends or revives a session")
TOKEN = Key("token", ("text",), plain.one_of("token", ("expired",)), "`expired`: its token's life is over")
IF = kept("if", ("map",), "a claim over the cause; only where it holds")
WHO = kept("who", ("text", "list"), "whose session")
END = Place[Reading]("an end of a session", (BY, TOKEN, IF, WHO))
REVIVAL = Place[Reading]("a revival of a session", (BY, IF, WHO))


def read_session(node: Node, words: LawWords) -> Session | None:
    """Return what ends and revives sessions; None where the node is no map."""
    problems = words.profile.problems
    if not fits(node, ("map",), "`session`", problems):
        return None
    fields = SESSION.read(plain.map_of(node), words.profile, problems)
    if not fields.has(REVOKED):
        hint = "write revoked: [{by: POST /logout -> 2xx, who: caller}]"
        words.mistake("nothing ends a session", node.source, hint)
    return Session(
        of=cast("Literal['connection', 'user']", fields.get(OF) or "connection"),
        revoked=_ends(fields.get(REVOKED), END, words),
        granted=_ends(fields.get(GRANTED), REVIVAL, words),
    )


def _ends(node: Node | None, place: Place[Reading], words: LawWords) -> tuple[SessionEnd, ...]:
    found = []
    for item in plain.items_of(node) if node is not None else ():
        if fits(item, ("map",), place.name, words.profile.problems):
            end = _end(plain.map_of(item), place, words)
            found += [end] if end is not None else []
    return tuple(found)


def _end(node: Mapping, place: Place[Reading], words: LawWords) -> SessionEnd | None:
    problems = words.profile.problems
    before = len(problems)
    fields = place.read(node, words.profile, problems)
    if fields.has(TOKEN):
        if fields.has(BY) or fields.has(WHO) or fields.has(IF):
            words.mistake("`token` stands alone", fields.at(TOKEN), "its own session ends: write {token: expired}")
        return SessionEnd(token_expired=True, source=node.source) if len(problems) == before else None
    by_node, condition, who_node = fields.get(BY), fields.get(IF), fields.get(WHO)
    if by_node is None:
        if not fields.has(BY):
            alone = " or token: expired" if TOKEN.name in place.keys else ""
            words.mistake(f"{place.name} needs `by`", node.source, f"write by: CAUSE{alone}")
        return None
    by = cause_at(by_node, words)
    if by is None:
        return None
    scope = scope_of([by])
    who = who_at(who_node, words, scope) if who_node is not None else ()
    if place is END and not fields.has(WHO):
        words.mistake(f"{place.name} needs `who`", node.source, "write who: caller, or who: path.id")
    end = SessionEnd(
        by=by,
        condition=claim_at(condition, "`if`", words, scope) if condition is not None else None,
        who=who or (),
        source=node.source,
    )
    return end if len(problems) == before else None
