"""All that a profile says of laws, read in the order in which the parts need one another."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from antiphon.language.nodes import Node
from antiphon.target.laws.known_section import read_known
from antiphon.target.laws.laws_section import read_laws, with_defaults
from antiphon.target.laws.membership import Membership
from antiphon.target.laws.membership_section import read_membership
from antiphon.target.laws.model import Law, Laws
from antiphon.target.laws.powerless import check_laws
from antiphon.target.laws.words import LawWords
from antiphon.target.model import ResourceRule, UsersProfile
from antiphon.target.reading import ProfileReading

_BORN_WITH = frozenset({"id", "name", "email", "password", "role", "company_name", "token", "refresh_token"})


class LawSections(Struct, frozen=True, kw_only=True):
    """The sections, as they stand in the profile; None where one does not.

    Attributes:
        contract: Whether there is a contract as well, which may be broken without a law.
    """

    membership: Node | None
    laws: Node | None
    known: Node | None
    environment: str | None
    contract: bool = False


def read_law_sections(
    sections: LawSections, reading: ProfileReading, *, resources: Sequence[ResourceRule], users: UsersProfile
) -> tuple[Membership, Laws]:
    """Return who may be where, and what is owed.

    Args:
        sections: What stands in the profile.
        reading: The profile's reading; its vocabulary names the rooms.
        resources: What calls make.
        users: What is known of users.
    """
    named = frozenset(rule.name for rule in resources)
    words = LawWords(profile=reading, resources=named, fields=_fields(users))
    membership = Membership()
    if sections.membership is not None:
        membership = read_membership(sections.membership, words)
    laws: tuple[Law, ...] = ()
    if sections.laws is not None:
        written = read_laws(sections.laws, words)
        check_laws(written, membership, resources, words)
        laws = with_defaults(written)
    known = read_known(sections.known, laws, words) if sections.known is not None else ()
    if sections.known is not None and sections.laws is None and not sections.contract:
        fault, advice = "`known` without anything that is found", "add laws, or a contract"
        reading.problems.mistake(fault, sections.known.source, advice)
    return membership, Laws(laws=laws, known=known, shared=sections.environment == "shared")


def _fields(users: UsersProfile) -> frozenset[str]:
    """Return what is known of every user; nothing where accounts are given, whose fields stand elsewhere."""
    if users.given_from is not None:
        return frozenset()
    recipes = (*users.make.values(), users.default, users.login, users.refresh)
    saved = {save.name for recipe in recipes for call in recipe for save in call.call.save}
    return _BORN_WITH | {name.split(".")[1] for name in saved if name.startswith("self.")}
