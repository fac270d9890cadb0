"""The access matrix as a profile says it: who may do what over REST and over the socket, with which tokens and ids.

Users and steps stay as they were written: they are of the language of scenarios, which reads them.
"""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from antiphon.core.source import NOWHERE, Source
from antiphon.language.call import CallSpec, StatusSpec
from antiphon.language.nodes import Mapping, Node, Scalar, Sequence
from antiphon.language.route import Operation
from antiphon.language.template import Value

NOBODY = "nobody"
"""Who acts without credentials; exists in every matrix."""

OTHERS = "others"
"""All actors of whom a row says nothing else, `nobody` not among them."""

TokenKind = Literal["none", "garbage", "foreign_key", "alg_none", "expired", "refresh", "logged_out", "spent"]
IdKind = Literal["unknown", "malformed", "deleted"]

TOKEN_KINDS: tuple[TokenKind, ...] = get_args(TokenKind)
ID_KINDS: tuple[IdKind, ...] = get_args(IdKind)


class ActorStatus(Struct, frozen=True, kw_only=True):
    """How one actor is answered.

    Attributes:
        actor: One of the actors, `nobody` or `others`.
    """

    actor: str
    status: StatusSpec
    source: Source


class ReadBack(Struct, frozen=True, kw_only=True):
    """A call that tells whether something was changed.

    Attributes:
        by: Who reads; empty: the row's first actor who may do what it speaks of.
        nodes: What its templates stand in, for the check of their names.
    """

    call: CallSpec
    by: str = ""
    source: Source = NOWHERE
    nodes: tuple[Node, ...] = ()


class AccessRow(Struct, frozen=True, kw_only=True):
    """One operation, in one form, and how it answers each actor.

    Attributes:
        line: `METHOD /path` as it was written.
        call: The call, its status left open.
        statuses: By actor, in the order written.
        reads: What tells whether a refused change was made; None: found by its path; none at all: `read: none`.
        steps: Played before a cell of this row, besides those of all rows; None: no more than those.
        ids: What other ids are answered with in this row; None instead of a status leaves a kind out.
        nodes: What templates stand in, for the check of their names.
    """

    line: Scalar
    call: CallSpec
    statuses: tuple[ActorStatus, ...]
    source: Source
    reads: tuple[ReadBack, ...] | None = None
    steps: Sequence | None = None
    ids: tuple[tuple[IdKind, StatusSpec | None], ...] = ()
    nodes: tuple[Node, ...] = ()


class AccessRoom(Struct, frozen=True, kw_only=True):
    """One emit, and who may do it.

    Attributes:
        emit: The event's name.
        args: Its arguments, as one value that gives a list.
        may: All others must be refused.
        then: A step of somebody who may, of which those who were refused must hear nothing.
        steps: Played before it, besides those of all rows.
        nodes: What templates stand in, for the check of their names.
    """

    emit: str
    args: Value
    may: tuple[str, ...]
    source: Source
    then: Node | None = None
    steps: Sequence | None = None
    nodes: tuple[Node, ...] = ()


class AccessProfile(Struct, frozen=True, kw_only=True):
    """The whole section.

    Attributes:
        actors: The users, by name, as a scenario's `users`.
        steps: Played before each cell that changes something, and before those that share users.
        public: Operations that need no token.
        tokens: By kind, how every other operation answers.
        ids: By kind, how an operation answers that is given such an id.
    """

    actors: Mapping
    source: Source
    steps: Sequence | None = None
    rows: tuple[AccessRow, ...] = ()
    rooms: tuple[AccessRoom, ...] = ()
    public: tuple[Operation, ...] = ()
    tokens: tuple[tuple[TokenKind, StatusSpec], ...] = ()
    ids: tuple[tuple[IdKind, StatusSpec], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The actors' names, in the order written."""
        return self.actors.keys()
