"""The access matrix ready to be planned: its users, steps and calls compiled, and who is needed for what."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from antiphon.core.source import Source
from antiphon.language.call import CallSpec, StatusSpec
from antiphon.language.route import Operation
from antiphon.language.template import Value
from antiphon.scenario.model import UserSpec
from antiphon.scenario.step_model import CallStep, EmitStep, Step
from antiphon.target.access.model import IdKind, TokenKind
from antiphon.target.access.section import READING, allows


class Needs(Struct, frozen=True, kw_only=True):
    """Who must be there for some steps or calls.

    Attributes:
        made: Who must exist.
        acting: Who must be logged in.
        on_socket: Who must be connected.
    """

    made: frozenset[str] = frozenset()
    acting: frozenset[str] = frozenset()
    on_socket: frozenset[str] = frozenset()

    def __or__(self, other: Needs) -> Needs:
        """Return what both need."""
        return Needs(
            made=self.made | other.made,
            acting=self.acting | other.acting,
            on_socket=self.on_socket | other.on_socket,
        )


class Prelude(Struct, frozen=True, kw_only=True):
    """Steps played before cells, numbered from 1; of a row those of all rows come first.

    Attributes:
        own: Which row's steps are among them; empty: those of all rows alone.
    """

    steps: tuple[Step, ...] = ()
    needs: Needs = Needs()
    own: str = ""


class Read(Struct, frozen=True, kw_only=True):
    """A call that tells whether something was changed.

    Attributes:
        by: Who reads.
    """

    by: str
    call: CallSpec
    source: Source


class Row(Struct, frozen=True, kw_only=True):
    """One operation in one form.

    Attributes:
        name: What tells it from other rows of its operation; empty if there are none.
        call: Its status is still open.
        answers: Actor → how it is answered, in the order of the actors.
        reads: What tells whether a refused change was made; empty: nothing does.
        prelude: What is played before its cells.
        ids: By kind; None leaves it out.
    """

    call: CallSpec
    answers: dict[str, StatusSpec]
    source: Source
    prelude: Prelude
    needs: Needs
    name: str = ""
    reads: tuple[Read, ...] = ()
    ids: dict[IdKind, StatusSpec | None] = {}

    @property
    def operation(self) -> str:
        """The operation, as reports name it."""
        return f"{self.call.method} {self.call.template}"

    @property
    def changes(self) -> bool:
        """Whether it changes something where it is allowed."""
        return self.call.method not in READING

    @property
    def allowed(self) -> tuple[str, ...]:
        """Who may do it."""
        return tuple(actor for actor, status in self.answers.items() if allows(status))


class Room(Struct, frozen=True, kw_only=True):
    """One emit.

    Attributes:
        may: Who may do it.
        then: What those who were refused must hear nothing of.
    """

    emit: str
    args: Value
    may: tuple[str, ...]
    source: Source
    prelude: Prelude
    needs: Needs
    name: str = ""
    then: CallStep | EmitStep | None = None


class Matrix(Struct, frozen=True, kw_only=True):
    """The whole matrix.

    Attributes:
        users: The actors, as scenarios have users.
        operations: All of the target's catalogue; none if it declares none.
        emits: All that users may emit; none if none are declared.
        listens: Whether the target has a socket.
        refresh: The call of the profile's `refresh`, if it is a single one.
        logs_out: Whether the profile says how a user logs out.
        refreshes: Whether users have refresh tokens.
        path: The profile's file.
        text: What stands in it.
    """

    users: tuple[UserSpec, ...]
    rows: tuple[Row, ...]
    rooms: tuple[Room, ...]
    common: Prelude
    public: frozenset[Operation]
    tokens: tuple[tuple[TokenKind, StatusSpec], ...]
    ids: tuple[tuple[IdKind, StatusSpec], ...]
    operations: tuple[Operation, ...]
    emits: tuple[str, ...]
    listens: bool
    refresh: CallSpec | None
    logs_out: bool
    source: Source
    path: str
    text: str

    @property
    def actors(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(user.name for user in self.users)

    def is_public(self, row: Row) -> bool:
        """Return whether a row's operation needs no token."""
        return Operation(row.call.method, row.call.template) in self.public

    def cast(self, needs: Iterable[Needs], *, all_hear: bool) -> tuple[UserSpec, ...]:
        """Return the users that a play needs, each no more alive than it must be.

        Args:
            needs: Who must be there for what is played.
            all_hear: Whether everybody listens, because something must be heard by nobody.
        """
        wanted = Needs()
        for one in needs:
            wanted |= one
        made = set(self.actors) if all_hear else set(wanted.made | wanted.acting | wanted.on_socket)
        known = {user.name: user for user in self.users}
        for name in list(made):
            while name in known and (near := _beside(known[name])) is not None and near not in made:
                made.add(near)
                name = near
        return tuple(self._alive(user, wanted, all_hear=all_hear) for user in self.users if user.name in made)

    def _alive(self, user: UserSpec, wanted: Needs, *, all_hear: bool) -> UserSpec:
        connects = user.connect and (all_hear or user.name in wanted.on_socket)
        logs_in = user.login and (connects or user.name in wanted.acting or user.name in wanted.on_socket)
        if connects == user.connect and logs_in == user.login:
            return user
        return UserSpec(
            name=user.name,
            source=user.source,
            role=user.role,
            company_of=user.company_of,
            device_of=user.device_of,
            login=logs_in,
            connect=connects,
            given=user.given,
            sockets=user.sockets if connects else (),
        )


def _beside(user: UserSpec) -> str | None:
    """Return whom a user stands beside, or whose person it is."""
    near = user.device_of or user.company_of
    return None if near == "none" else near
